// An authority and its statistical neighbours.

import { clearText, rangeText, shown } from "./numbers.js";
import { area, areaById, arms, base, baseName, data, endMonth, others } from "./data.js";
import { csvButton, element, n, paragraph, part, scrolling, table } from "./elements.js";
import { dots } from "./dots.js";

export const perChildren = "Looked-after children per 10,000 children";
export const factsOf = (code) => data.facts[code];
export const published = (code) => factsOf(code).rates[0];

const publishedRates = [
  "Looked-after children",
  "Children entering care",
  "Child protection plans",
  "Children in need",
  "Referrals",
];
function ratesChart(group) {
  return dots({
    id: "neighbours-level",
    own: 0,
    measure: `${perChildren}, published, March ${data.published_year}`,
    head: "Authority",
    message:
      `Looked-after children per 10,000: ${shown(published(area.id), 1)} in ${area.name}, ` +
      `${rangeText(...neighbourRange(group), 1)} in its statistical neighbours`,
    categories: group.map((code) => factsOf(code).name),
    who: [base],
    points: [group.map((code) => (published(code) === null ? null : [published(code)]))],
    decimals: 1,
    sign: false,
    unit: "per 10,000 children",
  });
}

function changeChart(group, simulated) {
  if (!(others.length && simulated.slice(1).some(Boolean))) return null;
  return dots({
    id: "neighbours-difference",
    own: 0,
    measure: `${perChildren} in ${endMonth}: difference from ${baseName}`,
    head: "Authority",
    message:
      `Difference per 10,000 in ${area.name}: ` +
      others.map((arm) => `${arms[arm].title} ${clearText(area.rates.difference[arm], 1)}`).join("; "),
    note: simulated.every(Boolean) ? null : "Neighbours that this result does not simulate have no dot.",
    categories: group.map((code) => factsOf(code).name),
    who: others,
    points: others.map((arm) => simulated.map((a) => (a ? a.rates.difference[arm] : null))),
    decimals: 1,
    sign: true,
    unit: "per 10,000 children",
  });
}

function neighboursTable(group) {
  const rows = group.map((code) => [
    factsOf(code).name,
    shown(factsOf(code).children, 0),
    shown(factsOf(code).deprivation_per_cent, 1),
    ...factsOf(code).rates.map((rate) => shown(rate, 1)),
  ]);
  return [
    scrolling(
      "What is published of the neighbours",
      table(
        `Published figures per 10,000 children, year to March ${data.published_year}`,
        ["Authority", n("Children"), n("In income-deprived families (%)"), ...publishedRates.map(n)],
        rows,
        { rowClass: (i) => (i === 0 ? "own" : null), id: "neighbours-published" },
      ),
    ),
    csvButton(
      "Statistical neighbours",
      [
        "Code",
        "Authority",
        "Children",
        "In income-deprived families, per cent",
        ...publishedRates.map((name) => `${name} per 10,000`),
      ],
      group.map((code) => [
        code,
        factsOf(code).name,
        factsOf(code).children,
        factsOf(code).deprivation_per_cent,
        ...factsOf(code).rates,
      ]),
    ),
  ];
}

export function neighbours() {
  if (area.kind !== "authority") return null;
  if (area.neighbours.length === 0)
    return part(
      "neighbours",
      `${area.name} and its statistical neighbours`,
      paragraph(`The Department for Education publishes no statistical neighbours for ${area.name}.`),
    );
  const group = [area.id, ...area.neighbours.map(String)];
  const simulated = group.map((code) => areaById.get(code));
  return part(
    "neighbours",
    `${area.name} and its statistical neighbours`,
    paragraph(
      `The ${area.neighbours.length === 10 ? "ten" : area.neighbours.length} statistical ` +
        `neighbours that the Department for Education publishes for ${area.name}, nearest first` +
        (area.neighbours.length === 10 ? "." : `; others of its list did not exist on ${data.origin}.`) +
        (simulated.slice(1).some(Boolean)
          ? ""
          : " They are not simulated in this result: what is shown is published."),
    ),
    element("div", { class: "figures two" }, ratesChart(group), changeChart(group, simulated)),
    ...neighboursTable(group),
  );
}
const neighbourRange = (group) => {
  const known = group
    .slice(1)
    .map(published)
    .filter((v) => v !== null);
  return [Math.min(...known), Math.max(...known)];
};
