// Money: who pays for what, and whether it comes back.

import { errorText, lower, meanText, perCent, rangeText } from "./numbers.js";
import { area, arms, base, baseName, data, endMonth, last, others, periods, sizesText } from "./data.js";
import {
  csvButton,
  differenceCell,
  element,
  levelCell,
  n,
  paragraph,
  part,
  scrolling,
  table,
} from "./elements.js";
import {
  endLabel,
  figure,
  font,
  ink,
  labelRoom,
  lineOf,
  look,
  plainAxis,
  readerOf,
  tooltip,
  yearsAxis,
} from "./charts.js";
import { dots } from "./dots.js";
import {
  barsNote,
  differenceChart,
  differencePlot,
  differenceScale,
  levelChart,
  saidDifferences,
} from "./plots.js";

export const netCost = (key) =>
  key === "cost_total"
    ? "Net cost to all payers"
    : area.kind === "authority"
      ? "Net cost to the council"
      : "Net cost to councils";

function savingRows(key) {
  const saving = area.saving[key];
  return periods.flatMap((period, t) => others.map((arm) => ({ period, arm, d: saving.cumulative[arm][t] })));
}
function savingTable(key) {
  const { decimals } = area.saving[key];
  return table(
    `${netCost(key)} since the start (£ million), ${area.name}`,
    [
      "By",
      "Way of working",
      n("Mean difference"),
      n("Monte Carlo error"),
      n("90% of replicates"),
      n("Replicates that cost less"),
      n("Have paid back for good"),
    ],
    savingRows(key).map(({ period, arm, d }) => [
      period.end,
      arms[arm].title,
      meanText(d, decimals),
      errorText(d, decimals),
      rangeText(d[1], d[2], decimals, true),
      perCent(d[4]),
      perCent(d[6]),
    ]),
  );
}
const savingFile = (key) => ({
  head: [
    "By",
    "Way of working",
    "Mean difference, £ million",
    "Monte Carlo error",
    "90% from",
    "90% to",
    "Per cent of replicates that cost less",
    "Per cent that have paid back for good",
  ],
  rows: savingRows(key).map(({ period, arm, d }) => [
    period.end,
    arms[arm].title,
    d[0],
    d[3],
    d[1],
    d[2],
    d[4],
    d[6],
  ]),
});

export function netCostChart(key, compact = false) {
  const { cumulative, decimals } = area.saving[key];
  const differences = (arm) => cumulative[arm];
  const said = saidDifferences(differences, decimals, (period) => `By ${period.end}`);
  return figure({
    id: `${compact ? "front-" : ""}net-${key}`,
    compact,
    height: compact ? 240 : 260,
    values: said,
    message:
      `${netCost(key)} by ${endMonth}: ` +
      `${sizesText((arm) => cumulative[arm][last], decimals, "£ million", "less")}`,
    measure: `${netCost(key)} since the start: difference from ${baseName} (£ million)`,
    note: barsNote(differences, compact),
    option: differencePlot(differences, decimals, differenceScale(differences), said, compact),
    shownTable: savingTable(key),
    file: savingFile(key),
  });
}

const paidBackText = (period) =>
  period === null
    ? "fewer than half have paid back for good by the end"
    : `half have paid back for good by ${periods[period].end}`;

function paidBackPlot(saving, said) {
  return (width) => ({
    grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
    xAxis: yearsAxis(
      periods.map((p) => p.short),
      width / periods.length > 50,
    ),
    yAxis: {
      type: "value",
      min: 0,
      max: 100,
      ...plainAxis(),
      axisLabel: { ...font(), formatter: (v) => `${v}%` },
    },
    tooltip: tooltip(said),
    series: [
      readerOf(periods.map(() => 0)),
      {
        type: "line",
        data: periods.map(() => 50),
        symbol: "none",
        lineStyle: { color: ink, width: 1, type: "dotted" },
        ...endLabel("Half", look(base), width),
      },
      ...others.map((arm) =>
        lineOf(
          arm,
          saving.cumulative[arm].map((d) => d[4]),
          width,
        ),
      ),
    ],
  });
}

function paidBackChart(key) {
  const saving = area.saving[key];
  const said = periods.map((period, t) =>
    [
      `By ${period.end}`,
      ...others.map(
        (arm) => `${arms[arm].title}: ${perCent(saving.cumulative[arm][t][4])} of replicates have cost less`,
      ),
    ].join("\n"),
  );
  const message =
    `${netCost(key)} is lower by ${endMonth} in ` +
    others
      .map(
        (arm) => `${perCent(saving.cumulative[arm][last][4])} of replicates with ${lower(arms[arm].title)}`,
      )
      .join(", ");
  return figure({
    id: `paid-back-${key}`,
    message,
    height: 240,
    values: said,
    measure: `Replicates with a lower ${lower(netCost(key))} so far than ${baseName} (per cent)`,
    note: others.map((arm) => `${arms[arm].title}: ${paidBackText(saving.break_even[arm])}`).join(". ") + ".",
    option: paidBackPlot(saving, said),
    shownTable: savingTable(key),
    file: savingFile(key),
  });
}

function spendingTable() {
  const columns = [
    "Who pays for what",
    ...data.dates.flatMap((t) => [
      {
        name: `${arms[base].title}, to ${periods[t].month}`,
        number: true,
        group: `To ${periods[t].month}`,
        short: arms[base].title,
      },
      ...others.map((arm) => ({
        name: `${arms[arm].title}: difference, to ${periods[t].month}`,
        number: true,
        group: `To ${periods[t].month}`,
        short: `${arms[arm].title}: difference`,
      })),
    ]),
  ];
  const rows = area.spending.map(({ name, decimals, spans }) => [
    name,
    ...spans.flatMap(({ baseline, difference }) => [
      levelCell(baseline, decimals),
      ...others.map((arm) => differenceCell(difference[arm], decimals)),
    ]),
  ]);
  const file = area.spending.flatMap(({ name, spans }) =>
    spans.flatMap(({ baseline, difference }, i) =>
      others.map((arm) => {
        const d = difference[arm];
        return [name, periods[data.dates[i]].end, arms[arm].title, ...baseline, d[0], d[3], d[1], d[2]];
      }),
    ),
  );
  const caption = `Spending by line since the start (£ million), ${area.name}`;
  return element(
    "div",
    { id: "spending" },
    scrolling(caption, table(caption, columns, rows, { kind: "two-lines", cards: true })),
    csvButton(
      "Spending by line",
      [
        "Line",
        "To",
        "Way of working",
        "Baseline mean, £ million",
        "90% from",
        "90% to",
        "Mean difference",
        "Monte Carlo error",
        "Difference 90% from",
        "Difference 90% to",
      ],
      file,
    ),
  );
}

export function money() {
  if (!area.saving) return null;
  const payers = data.payers;
  const atEnd = (key, arm) => area.saving[key].cumulative[arm].at(-1);
  const byPayer = others.length
    ? dots({
        id: "payers",
        message:
          `All payers together, to ${endMonth}: ` +
          sizesText((arm) => atEnd("cost_total", arm), area.saving.cost_total.decimals, "£ million", "less"),
        measure: `Net cost by who pays, since the start: difference from ${baseName} (£ million)`,
        head: "Who pays",
        categories: payers.map(({ name }) => name),
        who: others,
        points: others.map((arm) => payers.map(({ key }) => atEnd(key, arm))),
        decimals: Math.max(...payers.map(({ key }) => area.saving[key].decimals)),
        sign: true,
        unit: "£ million",
      })
    : null;
  return part(
    "money",
    "Money: who pays for what, and whether it comes back",
    paragraph(
      data.pounds_text +
        " A replicate has " +
        "paid back for good once all it cost more has come back and stays so to the end.",
    ),
    others.length
      ? element(
          "div",
          { class: "figures two" },
          netCostChart("cost_authority"),
          paidBackChart("cost_authority"),
          netCostChart("cost_total"),
          paidBackChart("cost_total"),
        )
      : null,
    byPayer,
    element("h3", { text: "Spending by line" }),
    spendingTable(),
    area.compared.placement_cost
      ? element(
          "div",
          { class: "figures two" },
          levelChart("placement_cost"),
          others.length ? differenceChart("placement_cost") : null,
        )
      : null,
  );
}
