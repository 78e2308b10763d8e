// The data of the page, the area that is shown, and the names that people use.

import { lower, sizeText } from "./numbers.js";

export const data = JSON.parse(document.getElementById("data").textContent);
export const arms = data.arms;
export const base = data.baseline;
export const others = arms.map((_, i) => i).filter((i) => i !== base);
export const periods = data.periods;
export const last = periods.length - 1;
export const areaById = new Map(data.areas.map((area) => [area.id, area]));
export const authorities = data.areas.filter(({ kind }) => kind === "authority");
// A very long page leaves out the rest of some.
export const hasPage = (place) => place.compared !== undefined;
export let area = data.areas[0];
export function show(chosen) {
  area = chosen;
}

// What was published, and after it the council's own: [year, value, label] of the years that have one.
export const publishedOf = (key) => {
  const past = (area.published[key] || [])
    .map((value, i, all) => [data.published_year - all.length + 1 + i, value])
    .filter(([, value]) => value !== null)
    .map(([year, value]) => [String(year), value, `year to 31 March ${year}`]);
  const own = area.own?.figures[key];
  return own === undefined ? past : [...past, [area.own.short, own, area.own.label]];
};
export const sourceOf = (year) => (year === area.own?.short ? "The council’s own" : "Published");

// ---- names

export const baseName = lower(arms[base].title);
export const title = (key) =>
  data.measures[key].title +
  (/to the council$/.test(data.measures[key].title) && area.kind !== "authority" ? "s" : "");
export const less = (key) => data.measures[key].less;
const unitOf = (key) => (area.compared[key] || area.practice[key]).unit;
const unitWords = { "£ million": "£ million", FTE: "full-time equivalents", "per cent": "per cent" };
const unitText = (key) => unitWords[unitOf(key)] || unitOf(key);
const atWhen = (key) => data.measures[key].when;
// "at the end of the year", with the unit where the name does not say it.
export const howMeasured = (key) =>
  ["children", "child-months", "cases", "FTE"].includes(unitOf(key))
    ? atWhen(key)
    : `${unitText(key)}, ${atWhen(key)}`;
export const endMonth = periods[last].month;

// The same of every arm: "Protection only 44 more; Support is protection 71 fewer".
export function sizesText(differences, decimals, unit, lessWord) {
  const sizes = others.map((arm) => sizeText(differences(arm), decimals, unit, lessWord));
  if (new Set(sizes).size === 1 && others.length > 1) return `${sizes[0]} for all ways of working`;
  return others.map((arm, i) => `${arms[arm].title}: ${sizes[i]}`).join("; ");
}

export const placementWords = {
  kin_foster: "Foster care by family or friends",
  authority_foster: "Foster care of the council",
  agency_foster: "Foster care of an agency",
  childrens_home: "Children’s home",
  supported_accommodation: "Supported accommodation",
  with_parents: "With parents",
  adoption: "Placed for adoption",
  other: "Other placement",
};
export const ageWords = {
  under_1: "Under 1",
  "1_to_4": "1 to 4",
  "5_to_9": "5 to 9",
  "10_to_15": "10 to 15",
  "16_plus": "16 and over",
};
export const fifthWords = ["Least deprived fifth", "Second", "Third", "Fourth", "Most deprived fifth"];
export const gradeWords = {
  randomised: "randomised trial",
  quasi_experimental: "comparison group, not randomised",
  before_after: "before and after, no comparison group",
  expert: "judgement",
  decision: "a decision about money, used as written",
};
export const modeWords = {
  sampled: "drawn for each replicate from what the evidence allows",
  evidence_weighted: "the mean of what the evidence allows",
  claimed: "as claimed",
  zero: "switched off",
};
export const certaintyWords = {
  published: "read from a published table",
  derived: "our arithmetic on published tables",
  fitted: "fitted so that published totals come out",
  assumed: "assumed: no source settles it",
  switch: "switches that turn a mechanism on or off",
};
