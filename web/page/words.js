// The data, and its numbers and names as people read them. Every number comes rounded from engine/report/numbers.cpp;
// here it only gets its commas and its sign.

const data = JSON.parse(document.getElementById("data").textContent);
const arms = data.arms;
const base = data.baseline;
const others = arms.map((_, i) => i).filter((i) => i !== base);
const periods = data.periods;
const last = periods.length - 1;
const areaById = new Map(data.areas.map((area) => [area.id, area]));
const authorities = data.areas.filter(({ kind }) => kind === "authority");
const hasPage = (place) => place.compared !== undefined;  // a very long page leaves out the rest of some
let area = data.areas[0];

// ---- numbers

// As hearth::shown() in engine/results/wording.cpp, with the minus sign of print.
function shown(value, decimals, sign = false) {
  if (value === null || value === undefined) return "–";
  const [whole, part] = Math.abs(value).toFixed(Math.max(0, decimals)).split(".");
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (part ? `.${part}` : "");
  const zero = !/[1-9]/.test(text);
  return (zero ? "" : value < 0 ? "−" : sign ? "+" : "") + text;
}
const rangeText = (low, high, decimals, sign = false) =>
  low === null || low === undefined ? "not known" : `${shown(low, decimals, sign)} to ${shown(high, decimals, sign)}`;
const perCent = (value) => (value === null || value === undefined ? "–" : `${shown(value, 0)}%`);

// A level is [mean, low, high]; a difference [mean, low, high, error, per cent of replicates with less, sign].
const levelText = ([mean, low, high], decimals) => `${shown(mean, decimals)} (${rangeText(low, high, decimals)})`;
const UNCLEAR = 0, CLEAR = 1, SAME = 2;
const signOf = (difference) => difference[5] ?? UNCLEAR;
const meanText = (difference, decimals) =>
  ({ [UNCLEAR]: "unclear", [CLEAR]: difference[0] === 0 ? "about 0" : shown(difference[0], decimals, true), [SAME]: "none" })[signOf(difference)];
const errorText = (difference, decimals) => (difference[3] === null ? "–" : shown(difference[3], decimals));
// "−71 (error 23), 90%: −317 to +214"
const differenceText = (difference, decimals) =>
  signOf(difference) === SAME ? "no difference"
    : `${meanText(difference, decimals)} (error ${errorText(difference, decimals)}), 90%: ${rangeText(difference[1], difference[2], decimals, true)}`;

// What was published: [year, value] of the years that have one.
const publishedOf = (key) => (area.published[key] || []).map((value, i, all) => [data.origin_year - all.length + 1 + i, value])
  .filter(([, value]) => value !== null);

// ---- names

const lower = (text) => (/^[A-Z](?![A-Z])/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);
const baseName = lower(arms[base].title);
const title = (key) => data.measures[key].title + (/to the council$/.test(data.measures[key].title) && area.kind !== "authority" ? "s" : "");
const less = (key) => data.measures[key].less;
const unitOf = (key) => (area.compared[key] || area.practice[key]).unit;
const unitWords = { "£ million": "£ million", FTE: "full-time equivalents", "per cent": "per cent" };
const unitText = (key) => unitWords[unitOf(key)] || unitOf(key);
const atWhen = (key) => data.measures[key].when;
// "at the end of the year", with the unit where the name does not say it.
const howMeasured = (key) => (["children", "cases", "FTE"].includes(unitOf(key)) ? atWhen(key) : `${unitText(key)}, ${atWhen(key)}`);
const endMonth = periods[last].month;

// "71 fewer", "£14 million less", "unclear": the mean difference in words.
function sizeText(difference, decimals, unit, lessWord) {
  if (signOf(difference) === SAME) return "no difference";
  if (signOf(difference) === UNCLEAR) return "unclear";
  if (difference[0] === 0) return "hardly any difference";
  const size = shown(Math.abs(difference[0]), decimals);
  const word = difference[0] < 0 ? lessWord : "more";
  if (unit === "£ million") return `£${size} million ${word}`;
  if (unit === "£ a week") return `£${size} a week ${word}`;
  return unit === "per cent" ? `${size} percentage points ${word}` : `${size} ${word}`;
}
// "£172.9 million", "£1,870 a week", "8.9%", "22.5": a level in words.
function valueText(value, decimals, unit) {
  const size = shown(value, decimals);
  return unit === "£ million" ? `£${size} million` : unit === "£ a week" ? `£${size} a week` : unit === "per cent" ? `${size}%` : size;
}
// The same of every arm: "Protection only 44 more; Support is protection 71 fewer".
function sizesText(differences, decimals, unit, lessWord) {
  const sizes = others.map((arm) => sizeText(differences(arm), decimals, unit, lessWord));
  if (new Set(sizes).size === 1 && others.length > 1) return `${sizes[0]} for all ways of working`;
  return others.map((arm, i) => `${arms[arm].title}: ${sizes[i]}`).join("; ");
}

const placementWords = {
  kin_foster: "Foster care by family or friends", authority_foster: "Foster care of the council", agency_foster: "Foster care of an agency",
  childrens_home: "Children’s home", supported_accommodation: "Supported accommodation", with_parents: "With parents",
  adoption: "Placed for adoption", other: "Other placement",
};
const ageWords = { under_1: "Under 1", "1_to_4": "1 to 4", "5_to_9": "5 to 9", "10_to_15": "10 to 15", "16_plus": "16 and over" };
const fifthWords = ["Least deprived fifth", "Second", "Third", "Fourth", "Most deprived fifth"];
const gradeWords = {
  randomised: "randomised trial", quasi_experimental: "comparison group, not randomised",
  before_after: "before and after, no comparison group", expert: "judgement",
};
const modeWords = {
  sampled: "drawn for each replicate from what the evidence allows", evidence_weighted: "the mean of what the evidence allows",
  claimed: "as claimed", zero: "switched off",
};
const certaintyWords = {
  published: "read from a published table", derived: "our arithmetic on published tables",
  fitted: "fitted so that published totals come out", assumed: "assumed: no source settles it",
  switch: "switches that turn a mechanism on or off",
};

// Words in lines of at most so many letters, for labels in charts.
const wrapped = (text, letters) => text.split(" ").reduce((lines, word) => {
  const line = lines.at(-1);
  if (line && line.length + 1 + word.length > letters) lines.push(word);
  else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  return lines;
}, [""]).join("\n");
