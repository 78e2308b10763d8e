// The first page: the answer in sentences, three charts, a table, what to bear in mind; and what else there
// is.

import { lower, shown } from "./numbers.js";
import {
  area,
  arms,
  base,
  baseName,
  data,
  endMonth,
  howMeasured,
  last,
  others,
  periods,
  title,
} from "./data.js";
import { differenceCell, element, levelCell, list, n, paragraph, scrolling, table } from "./elements.js";
import { differenceChart, levelChart } from "./plots.js";
import { netCost, netCostChart } from "./money.js";

function answer() {
  const found = area.answer;
  const box = element("div", { class: "answer" }, paragraph(found.headline, "headline"));
  for (const arm of found.arms)
    box.append(
      element("h3", { text: arm.label }),
      element(
        "ul",
        {},
        ...arm.points.map(([verdict, details]) =>
          element("li", {}, element("strong", { text: `${verdict}: ` }), details),
        ),
      ),
    );
  return box;
}

// What is compared, by the names that people use, and what money is in.
function ways() {
  const items = others.map((arm) => {
    const { label, adoptions } = data.labels[area.labels][arm];
    return adoptions.length
      ? `${label}: ${adoptions.join("; ")}.`
      : `${label}. ${arms[arm].description || ""}`.trim();
  });
  if (area.practised_before) items.unshift(`${arms[base].title}: ${area.practised_before}`);
  items.push(data.pounds_text);
  return element("ul", { class: "ways" }, ...items.map((text) => element("li", { text })));
}

// ---- the table of the answer

const glanceKeys = [
  "looked_after",
  "care_entries",
  "child_protection_plans",
  "children_in_need",
  "months_in_unmet_need",
  "re_referrals_to_plan_or_care",
  "caseload",
  "practitioners_fte",
];
// A column for business as usual, and for each other way of working one for each date.
const comparedColumns = (first, dates, baseDate) => [
  first,
  n(`${arms[base].title}, ${baseDate}`),
  ...others.flatMap((arm) =>
    dates.map((t) => ({
      name: `${arms[arm].title}: difference by ${periods[t].month}`,
      number: true,
      group: `${arms[arm].title}: difference by`,
      short: periods[t].month,
    })),
  ),
];
function glance() {
  const dates = others.length > 2 ? data.dates.slice(-1) : data.dates;
  const rows = glanceKeys.map((key) => {
    const { baseline, difference, decimals } = area.compared[key];
    return [
      `${title(key)} (${howMeasured(key)})`,
      levelCell(baseline[last], decimals),
      ...others.flatMap((arm) => dates.map((t) => differenceCell(difference[arm][t], decimals))),
    ];
  });
  if (area.saving) {
    const { baseline, cumulative, decimals } = area.saving.cost_authority;
    rows.push([
      `${netCost("cost_authority")} since the start (£ million)`,
      levelCell(baseline[last], decimals),
      ...others.flatMap((arm) => dates.map((t) => differenceCell(cumulative[arm][t], decimals))),
    ]);
  }
  return table(
    `${area.name}: ${baseName} in ${endMonth}, and how the other ways of working differ from it`,
    comparedColumns("Figure", dates, endMonth),
    rows,
    { id: "glance", kind: "two-lines", cards: true },
  );
}

// ---- what to bear in mind

function caveats() {
  const weak = data.effects.filter(
    ({ claim }) => claim.grade === "expert" || claim.grade === "before_after",
  ).length;
  const out = [];
  if (data.effects.length)
    out.push(
      `The evidence for these ways of working is weak: ${weak} of ${data.effects.length} effects ` +
        "rest on judgement or on before-and-after figures with nothing to compare with." +
        (data.effects_taken_as_given
          ? " At least one way of working takes its effects as given: its differences say what follows " +
            "if the claims are true, not whether they are."
          : ""),
    );
  if (area.split?.sentences.length) out.push(...area.split.sentences);
  if (data.replicates > 1)
    out.push(
      data.coverage
        .replace(/^It covers/, "The ranges cover")
        .replace("; it does not cover", "; they do not cover") +
        (data.rough ? ` With ${data.replicates} replicates the ends of the ranges are rough.` : ""),
    );
  const biased = data.track_record.rows
    .filter((row) => row.level === "authority" && row.horizon === 3)
    .sort((a, b) => Math.abs(b.too_high_per_cent) - Math.abs(a.too_high_per_cent))[0];
  if (biased)
    out.push(
      "Trust the differences more than the levels. Three years ahead, earlier forecasts of " +
        `“${lower(biased.figure)}” were typically ${shown(Math.abs(biased.too_high_per_cent), 0)}% ` +
        `too ${biased.too_high_per_cent > 0 ? "high" : "low"}. Ten years ahead has never been ` +
        "tested.",
    );
  out.push("Do not use this page to set a budget, or to judge a council or its staff.");
  if (data.summarised && !area.saving)
    out.push(
      "This result keeps a summary of each authority, not its single replicates. Costs over the " +
        "years, spending by line, who gains and where the uncertainty comes from are therefore " +
        "shown for all authorities together and for regions only.",
    );
  if (data.left_out.length)
    out.push(
      "With so many ways of working the page would be too large to send. For single authorities " +
        `it leaves out: ${data.left_out.join("; ")}. The result file has all of it.`,
    );
  return list(out);
}

export function front() {
  const charts = [levelChart("looked_after", true)];
  if (others.length) {
    charts.push(differenceChart("looked_after", true));
    charts.push(area.saving ? netCostChart("cost_authority", true) : differenceChart("cost_authority", true));
  }
  return element(
    "section",
    { id: "answer", "aria-labelledby": "answer-title" },
    element("h2", { id: "answer-title", class: "hidden", text: `The answer for ${area.name}` }),
    answer(),
    ways(),
    element("div", { class: "figures three" }, ...charts),
    others.length ? scrolling(`The answer in figures, ${area.name}`, glance()) : null,
    paragraph(
      others.length
        ? "Differences: the mean over the replicates and its Monte Carlo error, which more " +
            "replicates make smaller; below it, where nine replicates in ten lie. “Unclear”: the mean " +
            "is within two errors of zero."
        : "Means over the replicates; below them, where nine replicates in ten lie.",
      "small",
    ),
  );
}

// ---- contents

export const mind = () =>
  element(
    "section",
    { id: "mind", "aria-labelledby": "mind-title" },
    element("h2", { id: "mind-title", text: "What to bear in mind" }),
    caveats(),
  );

export function contents(parts, main, openPart) {
  const go = (id) => (event) => {
    event.preventDefault();
    openPart(id);
  };
  const all = (open) => () => {
    main.querySelectorAll("details.part").forEach((d) => {
      d.open = open;
    });
  };
  return element(
    "nav",
    { class: "contents", "aria-label": "More on this page" },
    element("h2", { text: "More on this page" }),
    element(
      "ol",
      {},
      ...parts.map((each) =>
        element(
          "li",
          {},
          element("a", {
            href: `#${area.id}/${each.id}`,
            onclick: go(each.id),
            text: each.querySelector("h2").textContent,
          }),
        ),
      ),
    ),
    element(
      "p",
      { class: "controls" },
      element("button", { type: "button", text: "Open all", onclick: all(true) }),
      element("button", { type: "button", text: "Close all", onclick: all(false) }),
      element("span", { class: "small", text: "Printing prints the parts that are open." }),
    ),
  );
}
