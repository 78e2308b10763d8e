import assert from "node:assert/strict";
import test from "node:test";
import * as numbers from "../page/numbers.js";

const unclear = [-3, -317, 214, 23, 55, numbers.UNCLEAR];
const clear = [-71, -317, 214, 23, 80, numbers.CLEAR];
const same = [0, 0, 0, 0, 0, numbers.SAME];

test("numbers have commas, the minus sign of print, and a sign on request", () => {
  assert.equal(numbers.shown(1234567.8, 1), "1,234,567.8");
  assert.equal(numbers.shown(-71, 0), "−71");
  assert.equal(numbers.shown(71, 0, true), "+71");
  assert.equal(numbers.shown(999, 0), "999");
  assert.equal(numbers.shown(12000, -3), "12,000");
});

test("zero has no sign, and what is not known is a dash", () => {
  assert.equal(numbers.shown(-0.04, 1, true), "0.0");
  assert.equal(numbers.shown(null, 1), "–");
  assert.equal(numbers.perCent(undefined), "–");
  assert.equal(numbers.perCent(0), "0%");
  assert.equal(numbers.rangeText(null, null, 0), "not known");
});

test("levels and differences in tables", () => {
  assert.equal(numbers.levelText([16.64, 14, 20.25], 1), "16.6 (14.0 to 20.3)");
  assert.equal(numbers.differenceText(clear, 0), "−71 (error 23), 90%: −317 to +214");
  assert.equal(numbers.differenceText(unclear, 0), "unclear (error 23), 90%: −317 to +214");
  assert.equal(numbers.differenceText(same, 0), "no difference");
  assert.equal(numbers.meanText([0, 0, 0, 0, 0, numbers.CLEAR], 0), "about 0");
  assert.equal(numbers.signOf([1, 0, 2]), numbers.UNCLEAR);
  assert.equal(numbers.errorText([1, 0, 2, null], 0), "–");
  assert.equal(numbers.clearText(clear, 1), "−71.0");
  assert.equal(numbers.clearText(unclear, 1), "unclear");
});

test("sizes in words", () => {
  assert.equal(numbers.sizeText(clear, 0, "children", "fewer"), "71 fewer");
  assert.equal(numbers.sizeText(clear, 0, "£ million", "less"), "£71 million less");
  assert.equal(
    numbers.sizeText([2, 1, 3, 0.1, 1, numbers.CLEAR], 0, "per cent", "less"),
    "2 percentage points more",
  );
  assert.equal(numbers.sizeText([2, 1, 3, 0.1, 1, numbers.CLEAR], 0, "£ a week", "less"), "£2 a week more");
  assert.equal(numbers.sizeText(unclear, 0, "children", "fewer"), "unclear");
  assert.equal(numbers.sizeText(same, 0, "children", "fewer"), "no difference");
  assert.equal(numbers.sizeText([0, 0, 0, 0, 0, numbers.CLEAR], 0, "", "fewer"), "hardly any difference");
});

test("levels in words", () => {
  assert.equal(numbers.valueText(172.94, 1, "£ million"), "£172.9 million");
  assert.equal(numbers.valueText(1870, 0, "£ a week"), "£1,870 a week");
  assert.equal(numbers.valueText(8.9, 1, "per cent"), "8.9%");
  assert.equal(numbers.valueText(22.5, 1, "cases"), "22.5");
});

test("names inside a sentence keep abbreviations", () => {
  assert.equal(numbers.lower("Protection only"), "protection only");
  assert.equal(numbers.lower("FTE"), "FTE");
});

test("labels are broken between words", () => {
  assert.equal(numbers.wrapped("Support is protection", 10), "Support is\nprotection");
  assert.equal(numbers.wrapped("Unaccompanied", 5), "Unaccompanied");
});
