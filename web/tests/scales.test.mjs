import assert from "node:assert/strict";
import test from "node:test";
import { scaleOf, stepDecimals } from "../page/scales.js";

test("an axis starts at zero where that hides nothing", () => {
  assert.deepEqual(scaleOf([10, 38]), { min: 0, max: 40, interval: 10 });
  assert.deepEqual(scaleOf([0.01, 0.038]), { min: 0, max: 0.04, interval: 0.01 });
});

test("it starts higher where values are close together", () => {
  const scale = scaleOf([80000, 90000]);
  assert.ok(scale.min > 70000 && scale.min <= 80000 && scale.max >= 90000);
});

test("it holds every value below and above zero", () => {
  for (const values of [
    [-5, 3],
    [-1000, -2],
    [0, 7e6],
    [-0.2, 0.4, null],
  ]) {
    const { min, max, interval } = scaleOf(values);
    assert.ok(min <= Math.min(...values) && max >= Math.max(...values), String(values));
    assert.ok((max - min) / interval <= 8, String(values));
  }
});

test("nothing to show makes an empty axis", () => {
  for (const values of [[], [null], [0, 0]])
    assert.deepEqual(scaleOf(values), { min: 0, max: 1, interval: 0.5 });
});

test("labels have the decimals of a step", () => {
  assert.deepEqual([10, 2.5, 0.25, 0.0001].map(stepDecimals), [0, 1, 2, 3]);
});
