// Year by year; staff and practice; places and ages; who gains.

import { CLEAR, clearText, lower, shown, signOf, sizeText } from "./numbers.js";
import {
  ageWords,
  area,
  arms,
  base,
  baseName,
  data,
  endMonth,
  fifthWords,
  last,
  others,
  periods,
  placementWords,
} from "./data.js";
import { csvButton, element, levelCell, n, paragraph, part, scrolling, table } from "./elements.js";
import { dots } from "./dots.js";
import { differenceChart, levelChart, levelsChart } from "./plots.js";

export function years() {
  return part(
    "years",
    "Year by year",
    paragraph(
      `On the left what ${baseName} leads to, on the right how the other ways of working differ ` +
        `from it. Every mean is over ${data.replicates} replicates; bands and bars hold nine in ` +
        "ten of them.",
    ),
    element(
      "div",
      { class: "figures two" },
      ...[
        "looked_after",
        "care_entries",
        "child_protection_plans",
        "children_in_need",
        "referrals",
        "months_in_unmet_need",
        "re_referrals_to_plan_or_care",
        "caseload",
        "cost_authority",
      ]
        .flatMap((key) => [levelChart(key), others.length ? differenceChart(key) : null])
        .filter(Boolean),
    ),
  );
}

// ---- staff and practice

export function staff() {
  if (!area.practice) return null;
  return part(
    "staff",
    "Staff, and how far the models are practised",
    paragraph(
      "Posts are full-time equivalents. Practitioners are those whom a service model needs as " +
        "well as social workers: for domestic abuse, mental health, substance misuse and others.",
    ),
    others.length
      ? element(
          "div",
          { class: "figures two" },
          differenceChart("practitioners_fte"),
          differenceChart("social_workers_fte"),
        )
      : null,
    element(
      "div",
      { class: "figures two" },
      levelChart("social_workers_fte"),
      ...["vacancy_rate", "fidelity", "leadership"].map(levelsChart),
    ),
    paragraph(
      (
        "Fidelity runs from 0 per cent (nobody works that way) to 100 (everybody does, with all " +
        "posts filled). Effects grow with it. Training and time build it, leadership and peers " +
        "keep it; it is lost with every experienced worker who leaves, when leaders change, and " +
        `when a grant ends that nobody replaces. ${area.practised_before}`
      ).trim(),
    ),
  );
}

// ---- looked-after children by placement and age

// Places needed beside those there are.
function sufficiency() {
  const { dates, decimals, rows } = area.places;
  if (!rows.some(({ held }) => held)) return [];
  const year = Math.max(...rows.map(({ held }) => held?.year ?? 0));
  const count = (value) => (value === null ? "" : shown(value, 0));
  const head = [
    "Placement",
    ...dates.map((p) => `Needed, ${periods[p].month}`),
    "Own places",
    "Own places filled",
    "Others' places",
  ];
  const cells = ({ key, held, needed }, level) => [
    placementWords[key] || key,
    ...needed.map(level),
    count(held?.own ?? null),
    count(held?.filled ?? null),
    held && key !== "authority_foster" ? count(held.others) : "",
  ];
  const whose = area.kind === "authority" ? "the council's" : "the councils'";
  return [
    element("h3", { text: "Places needed, and places there are" }),
    scrolling(
      "Places needed, and places there are",
      table(
        `Children needing a place under ${baseName} (mean and 90% interval), ` +
          `and places in the area in March ${year}`,
        head.map((name, i) => (i === 0 ? name : n(name))),
        rows.map((row) => cells(row, (level) => levelCell(level, decimals))),
        { kind: "two-lines" },
      ),
    ),
    paragraph(
      `Own places are ${whose}. Foster carers are approved for more children than they can take at one ` +
        "time: a carer may be resting, or look after a child who cannot live with others. The others are " +
        "private and voluntary providers with homes in the area, which take children of any council. A " +
        "blank is not published.",
    ),
    csvButton(
      "places",
      ["Placement", ...dates.flatMap((p) => [periods[p].month, "low", "high"]), ...head.slice(-3)],
      rows.map((row) => cells(row, (level) => level).flat()),
    ),
  ];
}

// Of children by group: what the baseline leads to, and how the others differ.
function groupCharts(id, { decimals, rows }, words, what) {
  const categories = rows.map(({ key }) => words[key] || key);
  const most = rows.map((_, i) => i).sort((a, b) => rows[b].baseline[0] - rows[a].baseline[0])[0];
  const levels = dots({
    id: `${id}-level`,
    message:
      `${categories[most]}: ${shown(rows[most].baseline[0], decimals)} of the looked-after ` +
      `children in ${endMonth} under ${baseName}`,
    measure: `${what} in ${endMonth} (children), ${baseName}`,
    head: "Group",
    categories,
    who: [base],
    points: [rows.map(({ baseline }) => baseline)],
    decimals,
    sign: false,
    unit: "children",
  });
  if (!others.length) return [levels];
  // What is clear, the largest first.
  const clear = (arm) =>
    rows
      .map((_, i) => i)
      .filter((i) => signOf(rows[i].difference[arm]) === CLEAR)
      .sort((a, b) => Math.abs(rows[b].difference[arm][0]) - Math.abs(rows[a].difference[arm][0]));
  const told = (arm) =>
    clear(arm)
      .slice(0, 2)
      .map((i) => `${lower(categories[i])} ${sizeText(rows[i].difference[arm], decimals, "", "fewer")}`)
      .join(", ") || "no clear difference in any group";
  const changes = dots({
    id: `${id}-difference`,
    message: others.map((arm) => `${arms[arm].title}: ${told(arm)}`).join("; "),
    measure: `${what} in ${endMonth}: difference from ${baseName} (children)`,
    head: "Group",
    categories,
    who: others,
    points: others.map((arm) => rows.map(({ difference }) => difference[arm])),
    decimals,
    sign: true,
    unit: "children",
  });
  return [levels, changes];
}

export function mix() {
  if (!area.mix) return null;
  return part(
    "mix",
    "Places needed by type, and ages",
    paragraph(
      "Homes and foster carers never run out in the simulation, and a move is no more likely in " +
        "one place than in another: read the types of place with care.",
    ),
    element(
      "div",
      { class: "figures two" },
      ...groupCharts("placements", area.mix.placements, placementWords, "Places needed by type"),
      ...groupCharts("ages", area.mix.ages, ageWords, "Looked-after children by age"),
    ),
    ...sufficiency(),
  );
}

// ---- by deprivation

// "most deprived fifth −2.1%"
const changeText = (difference, fifth) => {
  const sign = difference && signOf(difference) === CLEAR ? "%" : "";
  return `${lower(fifthWords[fifth])} ${difference ? clearText(difference, 1) + sign : "not known"}`;
};

export function gains() {
  const found = area.gains;
  const columns = [0, 1, 2, 3, 4];
  if (!found || !columns.some((c) => found.rate[base][c])) return null;
  const rate = (c) => (found.rate[base][c] ? shown(found.rate[base][c][0], 1) : "not known");
  const rates = dots({
    id: "gains-rate",
    message:
      `Children entering care: ${rate(0)} per 10,000 in the least deprived fifth, ${rate(4)} in ` +
      `the most deprived, under ${baseName}`,
    measure: `Children entering care per 10,000 children, ${periods[last].label}, ${baseName}`,
    head: "Neighbourhood",
    categories: columns.map((c) => fifthWords[c]),
    who: [base],
    points: [columns.map((c) => found.rate[base][c])],
    decimals: 1,
    sign: false,
    unit: "per 10,000 children a year",
  });
  const change = others.length
    ? dots({
        id: "gains-difference",
        message: others
          .map(
            (arm) =>
              `${arms[arm].title}: ${[0, 4].map((c) => changeText(found.difference[arm][c], c)).join(", ")}`,
          )
          .join("; "),
        measure: `Change in that rate from ${baseName} (per cent)`,
        head: "Neighbourhood",
        categories: columns.map((c) => fifthWords[c]),
        who: others,
        points: others.map((arm) => columns.map((c) => found.difference[arm][c])),
        decimals: 1,
        sign: true,
        unit: "per cent",
      })
    : null;
  return part(
    "gains",
    "Who gains: by deprivation of the neighbourhood",
    paragraph(
      "Fifths of England’s children, by income deprivation where they live. The model knows what " +
        "needs a family has and where it lives; it does not know ethnicity, disability or the " +
        "quality of services for any group.",
    ),
    element("div", { class: "figures two" }, rates, change),
  );
}
