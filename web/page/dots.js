// Dots with intervals, lying down: categories by way of working.

import {
  UNCLEAR,
  differenceText,
  errorText,
  levelText,
  meanText,
  rangeText,
  shown,
  signOf,
  wrapped,
} from "./numbers.js";
import { area, arms } from "./data.js";
import { n, table } from "./elements.js";
import { scaleOf, stepDecimals } from "./scales.js";
import {
  axisStart,
  figure,
  font,
  ink,
  look,
  looks,
  mark,
  plainAxis,
  readerOf,
  textSize,
  tooltip,
} from "./charts.js";

// The mark and interval of one way of working in one category.
function dotOf({ arm, k, who, points, sign, own, width }) {
  return (_, api) => {
    const row = api.value(3);
    if (Number.isNaN(api.value(0)) || !points[row]) return null;
    const [x, centre] = api.coord([api.value(0), row]);
    const y = centre + (k - (who.length - 1) / 2) * 16;
    const style = look(arm);
    const [from] = api.coord([api.value(1), row]);
    const [to] = api.coord([api.value(2), row]);
    const line = (x1, y1, x2, y2) => ({
      type: "line",
      shape: { x1, y1, x2, y2 },
      style: { stroke: style.colour, lineWidth: 1.5 },
    });
    const children = [
      ...(to > from
        ? [line(from, y, to, y), line(from, y - 4, from, y + 4), line(to, y - 4, to, y + 4)]
        : []),
      mark(x, y, style, !sign || signOf(points[row]) !== UNCLEAR),
    ];
    if (own === row)
      children.push({
        type: "text",
        x: x + 10,
        y: y - 7,
        style: { text: "◀", fill: style.colour, fontSize: 12 },
      });
    // The first row names the marks.
    if (who.length > 1 && row === 0)
      children.push({
        type: "text",
        x: Math.min(210, width * 0.42) + k * ((width - Math.min(210, width * 0.42)) / who.length),
        y: 4,
        style: {
          text: `${["●", "▲", "◆", "■", "●"][looks.indexOf(style)]} ${wrapped(arms[arm].title, 28)}`,
          fill: style.colour,
          fontSize: textSize - 0.5,
          fontWeight: 600,
        },
      });
    return { type: "group", children };
  };
}

function dotsPlot({ categories, who, points, sign, unit, own = null }, scale, said) {
  const labels = who.length > 1;
  return (width) => ({
    grid: { left: Math.min(210, width * 0.42), right: labels ? 20 : 34, top: labels ? 26 : 10, bottom: 44 },
    xAxis: {
      type: "value",
      ...scale,
      ...plainAxis(),
      name: unit,
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: font(),
      axisLabel: {
        ...font(),
        hideOverlap: true,
        formatter: (v) => shown(v, stepDecimals(scale.interval), sign),
      },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: categories,
      ...plainAxis(),
      axisTick: { show: false },
      axisLabel: {
        ...font(),
        lineHeight: 15,
        formatter: (name) => wrapped(name, Math.floor(Math.min(200, width * 0.4) / (0.56 * textSize))),
      },
    },
    tooltip: { ...tooltip(said), axisPointer: { type: "shadow" } },
    series: [
      {
        ...readerOf(categories.map(() => scale.min)),
        markLine:
          scale.min < 0
            ? {
                silent: true,
                symbol: "none",
                label: { show: false },
                lineStyle: { color: ink, type: "solid", width: 1.5 },
                data: [{ xAxis: 0 }],
              }
            : undefined,
      },
      ...who.map((arm, k) => ({
        type: "custom",
        silent: true,
        z: 3,
        encode: { x: [0, 1, 2], y: 3 },
        data: points[k].map((p, i) => (p ? [p[0], p[1] ?? p[0], p[2] ?? p[0], i] : [null, null, null, i])),
        renderItem: dotOf({ arm, k, who, points: points[k], sign, own, width }),
      })),
    ],
  });
}

function dotsTable({ measure, categories, who, points, decimals, sign, head }) {
  return table(
    `${measure}, ${area.name}`,
    sign
      ? [head, "Way of working", n("Mean difference"), n("Monte Carlo error"), n("90% of replicates")]
      : [head, "Way of working", n("Mean"), n("90% of replicates")],
    categories.flatMap((category, i) =>
      who.map((arm, k) => {
        const p = points[k][i];
        if (!p)
          return sign ? [category, arms[arm].title, "–", "–", "–"] : [category, arms[arm].title, "–", "–"];
        return sign
          ? [
              category,
              arms[arm].title,
              meanText(p, decimals),
              errorText(p, decimals),
              rangeText(p[1], p[2], decimals, true),
            ]
          : [
              category,
              arms[arm].title,
              shown(p[0], decimals),
              p.length > 1 ? rangeText(p[1], p[2], decimals) : "–",
            ];
      }),
    ),
  );
}

function dotsFile({ categories, who, points, sign, head }) {
  return {
    head: [
      head,
      "Way of working",
      ...(sign
        ? ["Mean difference", "Monte Carlo error", "90% from", "90% to"]
        : ["Mean", "90% from", "90% to"]),
    ],
    rows: categories.flatMap((category, i) =>
      who.map((arm, k) => {
        const p = points[k][i] || [];
        return [category, arms[arm].title, ...(sign ? [p[0], p[3], p[1], p[2]] : [p[0], p[1], p[2]])];
      }),
    ),
  };
}

// `points[k][i]`: of who[k] in category i, a level or a difference, or null.
export function dots(spec) {
  const { id, message, measure, categories, who, points, decimals, sign, note = null } = spec;
  const rowHeight = Math.max(34, 12 + who.length * 16);
  const text = (p) =>
    !p
      ? "not known"
      : sign
        ? differenceText(p, decimals)
        : p.length > 1 && p[1] !== null
          ? levelText(p, decimals)
          : shown(p[0], decimals);
  const said = categories.map((category, i) =>
    [
      category,
      ...who.map((arm, k) => `${who.length > 1 || sign ? `${arms[arm].title}: ` : ""}${text(points[k][i])}`),
    ].join("\n"),
  );
  const all = points
    .flat()
    .filter(Boolean)
    .flatMap((p) => [p[0], p[1], p[2]]);
  const scale = scaleOf(sign ? [0, ...all] : all);
  return figure({
    id,
    message,
    measure,
    values: said,
    height: 60 + categories.length * rowHeight,
    tall: true,
    note:
      [
        note,
        sign && points.flat().some((p) => p && signOf(p) === UNCLEAR)
          ? "Hollow: unclear, the mean is within two errors of zero."
          : null,
        axisStart(scale).trim() || null,
      ]
        .filter(Boolean)
        .join(" ") || null,
    option: dotsPlot(spec, scale, said),
    shownTable: dotsTable(spec),
    file: dotsFile(spec),
  });
}
