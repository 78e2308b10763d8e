// The charts and tables of a measure: over the years, and as dots with intervals.

import {
  CLEAR,
  SAME,
  UNCLEAR,
  differenceText,
  errorText,
  levelText,
  lower,
  meanText,
  perCent,
  rangeText,
  shown,
  signOf,
  valueText,
} from "./numbers.js";
import {
  area,
  arms,
  base,
  baseName,
  data,
  howMeasured,
  last,
  less,
  others,
  periods,
  publishedOf,
  sizesText,
  sourceOf,
  title,
} from "./data.js";
import { n, table } from "./elements.js";
import { scaleOf } from "./scales.js";
import {
  axisStart,
  band,
  bars,
  cross,
  endLabel,
  figure,
  hollow,
  ink,
  labelRoom,
  lineOf,
  look,
  readerOf,
  tooltip,
  yAxisOf,
  yearsAxis,
} from "./charts.js";

// ---- charts over the years

// [low, high] of whole years as they would be published.
const asPublished = (values) => (values.as_published || []).filter((range) => range !== null);

function levelPlot(baseline, published, past, years, scale, said) {
  const first = years.length - periods.length;
  const known = baseline.every(([, low]) => low !== null);
  const style = look(base);
  return (width) => ({
    grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
    xAxis: { ...yearsAxis(years, width / years.length > 46), boundaryGap: false },
    yAxis: yAxisOf(scale),
    tooltip: tooltip(said),
    series: [
      readerOf(years.map(() => scale.min)),
      ...(published.length
        ? [
            band(
              published.map((range) => range[0]),
              published.map((range) => range[1]),
              style.colour,
              0.1,
              first,
            ),
          ]
        : []),
      ...(known
        ? [
            band(
              baseline.map((v) => v[1]),
              baseline.map((v) => v[2]),
              style.colour,
              0.2,
              first,
            ),
          ]
        : []),
      lineOf(
        base,
        years.map((_, i) => (i < first ? null : baseline[i - first][0])),
        width,
      ),
      {
        type: "scatter",
        data: years.map((year) => (past.find(([y]) => y === year) || [null, null])[1]),
        symbol: cross,
        symbolSize: 9,
        z: 5,
        itemStyle: { color: ink },
      },
    ],
  });
}

const crossesNote = (past) => {
  if (!past.length) return "";
  const own = past.at(-1)[0] === area.own?.short;
  return own ? "Crosses: published; the last is the council’s own. " : "Crosses: published. ";
};

// What was published, and what business as usual leads to.
export function levelChart(key, compact = false) {
  const values = area.compared[key];
  const past = publishedOf(key);
  const ahead = periods.map((period) => period.short);
  const years = [...new Set([...past.map(([year]) => year), ...ahead])];
  const first = years.indexOf(ahead[0]);
  const recorded = asPublished(values);
  const scale = scaleOf([...past.map(([, value]) => value), ...values.baseline.flat(), ...recorded.flat()]);
  const [latest, latestValue] = past.at(-1) || [];
  const from = past.length ? ` (${lower(sourceOf(latest))} in ${latest}: ${shown(latestValue, 0)})` : "";
  const message =
    `${title(key)}: ${valueText(values.baseline[last][0], values.decimals, values.unit)} in ` +
    `${periods[last].short} under ${baseName}${from}`;
  const measure = `${title(key)} (${howMeasured(key)}), ${baseName}`;
  const said = years.map((year, i) => {
    const published = past.find(([y]) => y === year);
    const t = i - first;
    return [
      year,
      published ? `${sourceOf(year)}: ${shown(published[1], 0)}` : null,
      t >= 0 ? `${arms[base].title}: ${levelText(values.baseline[t], values.decimals)}` : null,
      recorded[t] ? `As it would be published: ${rangeText(...recorded[t], values.decimals)}` : null,
      ...(t >= 0
        ? others.map((arm) => `${arms[arm].title}: ${shown(values.mean[arm][t], values.decimals)}`)
        : []),
    ]
      .filter(Boolean)
      .join("\n");
  });
  const known = values.baseline.every(([, low]) => low !== null);
  return figure({
    id: `${compact ? "front-" : ""}level-${key}`,
    message,
    measure,
    height: compact ? 240 : 260,
    compact,
    values: said,
    note:
      (
        `${known ? "Band: 90% of replicates. " : ""}` +
        (recorded.length
          ? "Lighter band: the same with recording noise; compare published figures with it. "
          : "") +
        `${crossesNote(past)}` +
        `${axisStart(scale).trim()}`
      ).trim() || null,
    option: levelPlot(values.baseline, recorded, past, years, scale, said),
    shownTable: yearsTable(key),
    file: yearsFile(key),
  });
}

export const saidDifferences = (differences, decimals, label) =>
  periods.map((period, t) =>
    [
      label(period),
      ...others.map((arm) => `${arms[arm].title}: ${differenceText(differences(arm)[t], decimals)}`),
    ].join("\n"),
  );
// What the bars of a chart of differences are. A compact one has them in few years only.
export const barsNote = (differences, compact) => {
  const years = data.dates.map((t) => periods[t].short).join(" and ");
  const only = compact && data.dates.length > 1 ? `, in ${years}` : "";
  return `Bars: 90% of replicates${only}.${hollowNote(differences)}`;
};
const hollowNote = (differences) =>
  others.some((arm) => differences(arm).some((d) => signOf(d) === UNCLEAR))
    ? " Hollow: unclear, the mean is within two errors of zero."
    : "";

// Differences of every arm over the years; `shownBars` of the years have their interval drawn.
export function differencePlot(differences, decimals, scale, said, compact) {
  const same = (arm) => differences(arm).every((d) => signOf(d) === SAME);
  return (width) => {
    const side = (i) => (i - (others.length - 1) / 2) * Math.min(9, width / (3.5 * periods.length));
    const withBar = (t) => !compact || data.dates.includes(t);
    return {
      grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
      xAxis: yearsAxis(
        periods.map((p) => p.short),
        width / periods.length > 50,
      ),
      yAxis: yAxisOf(scale, true),
      tooltip: tooltip(said),
      series: [
        readerOf(periods.map(() => scale.min)),
        // Ways of working that never differ lie on the line of business as usual.
        {
          type: "line",
          data: periods.map(() => 0),
          symbol: "none",
          lineStyle: { color: ink, width: 1.5 },
          z: 2,
          ...endLabel(
            [base, ...others.filter(same)].map((arm) => arms[arm].title).join(", "),
            look(base),
            width,
          ),
        },
        ...others
          .filter((arm) => !same(arm))
          .map((arm) =>
            lineOf(
              arm,
              differences(arm).map((d) => ({
                value: d[0],
                itemStyle: signOf(d) === CLEAR ? {} : hollow(look(arm)),
              })),
              width,
            ),
          ),
        ...others.map((arm, i) =>
          bars(
            differences(arm)
              .map((d, t) => [t, d[1], d[2]])
              .filter(([t, low]) => low !== null && !same(arm) && withBar(t)),
            look(arm),
            side(i),
          ),
        ),
      ],
    };
  };
}
export const differenceScale = (differences) =>
  scaleOf([0, ...others.flatMap((arm) => differences(arm).flatMap((d) => [d[0], d[1], d[2]]))]);

export function differenceChart(key, compact = false) {
  const values = area.compared[key];
  const differences = (arm) => values.difference[arm];
  const said = saidDifferences(differences, values.decimals, (period) => period.label);
  const message =
    `${title(key)} in ${periods[last].short}: ` +
    sizesText((arm) => differences(arm)[last], values.decimals, values.unit, less(key));
  return figure({
    id: `${compact ? "front-" : ""}difference-${key}`,
    message,
    compact,
    height: compact ? 240 : 260,
    values: said,
    measure: `${title(key)}: difference from ${baseName} (${howMeasured(key)})`,
    note: barsNote(differences, compact),
    option: differencePlot(differences, values.decimals, differenceScale(differences), said, compact),
    shownTable: yearsTable(key),
    file: yearsFile(key),
  });
}

function levelsTable(measure, rows, decimals) {
  return table(
    `${measure}, ${area.name}`,
    ["Year", "Way of working", n("Mean"), n("90% of replicates")],
    rows.map(([label, arm, ...v]) => [label, arm, shown(v[0], decimals), rangeText(v[1], v[2], decimals)]),
  );
}

// Levels of every arm over the years, where they are the question.
export function levelsChart(key) {
  const values = area.practice[key];
  const order = [base, ...others];
  const scale = scaleOf(order.flatMap((arm) => values.level[arm].flat()));
  const said = periods.map((period, t) =>
    [
      period.label,
      ...order.map((arm) => `${arms[arm].title}: ${levelText(values.level[arm][t], values.decimals)}`),
    ].join("\n"),
  );
  const rows = periods.flatMap((period, t) =>
    order.map((arm) => [period.label, arms[arm].title, ...values.level[arm][t]]),
  );
  const measure = `${title(key)} (${howMeasured(key)})`;
  return figure({
    id: `level-${key}`,
    measure,
    height: 260,
    values: said,
    note: axisStart(scale).trim() || null,
    message:
      `${title(key)} in ${periods[last].short}: ` +
      order
        .map(
          (arm) =>
            `${valueText(values.level[arm][last][0], values.decimals, values.unit)} under ` +
            `${lower(arms[arm].title)}`,
        )
        .join(", "),
    option: (width) => ({
      grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
      xAxis: yearsAxis(
        periods.map((p) => p.short),
        width / periods.length > 50,
      ),
      yAxis: yAxisOf(scale),
      tooltip: tooltip(said),
      series: [
        readerOf(periods.map(() => scale.min)),
        ...order.map((arm) =>
          lineOf(
            arm,
            values.level[arm].map((v) => v[0]),
            width,
          ),
        ),
      ],
    }),
    shownTable: levelsTable(measure, rows, values.decimals),
    file: { head: ["Year", "Way of working", "Mean", "90% from", "90% to"], rows },
  });
}

// ---- the table of a measure, year by year

function yearsTable(key) {
  const values = area.compared[key];
  const past = publishedOf(key);
  const published = asPublished(values);
  const publishedText = (t) => (published[t] ? rangeText(...published[t], values.decimals) : "");
  const rows = periods.flatMap((period, t) =>
    [base, ...others].map((arm) => {
      if (arm === base)
        return [
          period.label,
          arms[arm].title,
          shown(values.baseline[t][0], values.decimals),
          rangeText(values.baseline[t][1], values.baseline[t][2], values.decimals),
          ...(published.length ? [publishedText(t)] : []),
          "",
          "",
          "",
          "",
        ];
      const d = values.difference[arm][t];
      return [
        period.label,
        arms[arm].title,
        shown(values.mean[arm][t], values.decimals),
        "",
        ...(published.length ? [""] : []),
        meanText(d, values.decimals),
        errorText(d, values.decimals),
        rangeText(d[1], d[2], values.decimals, true),
        perCent(d[4]),
      ];
    }),
  );
  return table(
    `${title(key)} (${howMeasured(key)}), ${area.name}`,
    [
      "Year",
      "Way of working",
      n("Mean"),
      n("90% of replicates"),
      ...(published.length ? [n("90% as published")] : []),
      n("Mean difference"),
      n("Monte Carlo error"),
      n("Difference, 90% of replicates"),
      n(`Replicates with ${less(key)}`),
    ],
    [
      ...past.map(([year, value, label]) => [
        label,
        sourceOf(year),
        shown(value, 0),
        ...Array(published.length ? 6 : 5).fill(""),
      ]),
      ...rows,
    ],
  );
}
function yearsFile(key) {
  const values = area.compared[key];
  const published = asPublished(values);
  const range = (t) => (published.length ? published[t] || [null, null] : []);
  return {
    head: [
      "Year",
      "Way of working",
      "Mean",
      "90% from",
      "90% to",
      ...(published.length ? ["As published 90% from", "As published 90% to"] : []),
      "Mean difference",
      "Monte Carlo error",
      "Difference 90% from",
      "Difference 90% to",
      `Per cent of replicates with ${less(key)}`,
      "Difference is unclear",
    ],
    rows: periods.flatMap((period, t) =>
      [base, ...others].map((arm) =>
        arm === base
          ? [
              period.label,
              arms[arm].title,
              ...values.baseline[t],
              ...range(t),
              null,
              null,
              null,
              null,
              null,
              null,
            ]
          : [
              period.label,
              arms[arm].title,
              values.mean[arm][t],
              null,
              null,
              ...(published.length ? [null, null] : []),
              ...[0, 3, 1, 2, 4].map((i) => values.difference[arm][t][i]),
              signOf(values.difference[arm][t]) === UNCLEAR ? "yes" : "no",
            ],
      ),
    ),
  };
}
