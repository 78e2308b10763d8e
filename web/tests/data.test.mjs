// What depends on the data of a page: a small one stands in for it.
import assert from "node:assert/strict";
import test from "node:test";

const authority = {
  id: "926",
  kind: "authority",
  name: "Norfolk",
  compared: { looked_after: { unit: "children" }, cost: { unit: "£ million" } },
  published: { looked_after: [null, 1100, 1200] },
};
const page = {
  arms: [{ title: "Protection only" }, { title: "Business as usual" }, { title: "Support is protection" }],
  baseline: 1,
  periods: [{ month: "March 2023" }, { month: "March 2024" }],
  published_year: 2022,
  areas: [{ ...authority, id: "all", kind: "all", name: "England" }, authority],
  measures: {
    looked_after: { title: "Looked-after children", less: "fewer", when: "at the end of the year" },
    cost: { title: "Net cost to the council", less: "less", when: "in the year" },
  },
};
globalThis.document = { getElementById: () => ({ textContent: JSON.stringify(page) }) };
const data = await import("../page/data.js");
const { csvOf } = await import("../page/elements.js");
const { CLEAR, SAME } = await import("../page/numbers.js");

test("published figures have their years, without gaps", () => {
  assert.deepEqual(data.publishedOf("looked_after"), [
    ["2021", 1100, "year to 31 March 2021"],
    ["2022", 1200, "year to 31 March 2022"],
  ]);
  assert.deepEqual(data.publishedOf("cost"), []);
  assert.equal(data.sourceOf("2022"), "Published");
});

test("a council's own figure comes after those that are published", () => {
  const own = { short: "Sep 2022", label: "year to 30 September 2022", figures: { looked_after: 1300 } };
  const before = data.area;
  data.show({ ...authority, own });
  assert.deepEqual(data.publishedOf("looked_after").at(-1), ["Sep 2022", 1300, "year to 30 September 2022"]);
  assert.equal(data.publishedOf("looked_after").length, 3);
  assert.deepEqual(data.publishedOf("cost"), []);
  assert.equal(data.sourceOf("Sep 2022"), "The council’s own");
  assert.equal(data.sourceOf("2022"), "Published");
  data.show(before);
});

test("names suit the area that is shown", () => {
  assert.equal(data.baseName, "business as usual");
  assert.equal(data.title("cost"), "Net cost to the councils");
  data.show(data.areaById.get("926"));
  assert.equal(data.title("cost"), "Net cost to the council");
  assert.equal(data.howMeasured("looked_after"), "at the end of the year");
  assert.equal(data.howMeasured("cost"), "£ million, in the year");
  assert.equal(data.endMonth, "March 2024");
});

test("sizes of every way of working, or of all at once", () => {
  const of = { 0: [44, 1, 90, 9, 1, CLEAR], 2: [-71, -90, -1, 9, 99, CLEAR] };
  const said = data.sizesText((arm) => of[arm], 0, "children", "fewer");
  assert.equal(said, "Protection only: 44 more; Support is protection: 71 fewer");
  const none = data.sizesText(() => [0, 0, 0, 0, 0, SAME], 0, "children", "fewer");
  assert.equal(none, "no difference for all ways of working");
});

test("files of numbers keep commas, quotation marks and gaps", () => {
  assert.equal(
    csvOf(
      ["a", "b"],
      [
        ['x, "y"', null],
        [1.5, "é"],
      ],
    ),
    'a,b\n"x, ""y""",\n1.5,é\n',
  );
});
