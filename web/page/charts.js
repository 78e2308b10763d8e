// Charts. Each has its message as a title, what is measured below it, labels at its lines, values on hover
// and for the keyboard, a table and a file. Ways of working differ by line and mark as well as colour.

import { lower, shown, wrapped } from "./numbers.js";
import { arms, base, others } from "./data.js";
import { csvButton, element, paragraph, scrolling } from "./elements.js";
import { stepDecimals } from "./scales.js";

export const looks = [
  { colour: "#1a1a1a", dash: "solid", symbol: "circle" },
  { colour: "#b34700", dash: [7, 4], symbol: "triangle" },
  { colour: "#00558c", dash: [2, 3], symbol: "diamond" },
  { colour: "#7a2e7a", dash: [10, 3, 2, 3], symbol: "rect" },
  { colour: "#2e6b34", dash: [4, 4], symbol: "roundRect" },
];
export const look = (arm) => looks[arm === base ? 0 : 1 + (others.indexOf(arm) % (looks.length - 1))];
export const ink = "#1a1a1a";
// Letters in charts, in pixels: smaller on paper.
export let textSize = 13;
export const font = () => ({ fontSize: textSize, color: ink });
export const plainAxis = () => ({
  axisLabel: { ...font(), hideOverlap: true },
  axisLine: { lineStyle: { color: "#5a5a5a" } },
  splitLine: { lineStyle: { color: "#e2e2e2" } },
});
// Room for labels beside the lines, and how many letters fit there.
export const labelRoom = (width) => Math.min(8.6 * textSize, width * 0.32);
const labelLetters = (width) => Math.max(8, Math.floor(labelRoom(width) / (0.6 * textSize)));

// ---- the frame of a chart

const charts = []; // of the page as it is

// `option(width)`: of ECharts. `values`: what is said of each step from left to right (or top to bottom), as
// text.
export function figure({
  id,
  message,
  measure,
  note = null,
  height,
  option,
  values,
  shownTable,
  file,
  compact = false,
  tall = false,
}) {
  const canvas = element("div", {
    class: "chart",
    role: "group",
    tabindex: "0",
    style: `height:${height}px`,
    "aria-label": `Chart. ${message}. ${measure}. Left and right arrow keys read its values.`,
  });
  const spoken = element("p", { class: "hidden", role: "status" });
  const chart = { canvas, option, height, compact, tall, at: -1, instance: null, size: null };
  const show = (at) => {
    chart.at = at;
    spoken.textContent = values[at];
    chart.instance?.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at });
  };
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") chart.instance?.dispatchAction({ type: "hideTip" });
    if (!step) return;
    event.preventDefault();
    show(Math.min(values.length - 1, Math.max(0, chart.at + step)));
  });
  canvas.addEventListener("blur", () => {
    chart.at = -1;
    spoken.textContent = "";
    chart.instance?.dispatchAction({ type: "hideTip" });
  });
  charts.push(chart);
  return element(
    "figure",
    { id },
    element("figcaption", {}, element("h3", { text: message }), paragraph(measure, "small")),
    canvas,
    spoken,
    note ? paragraph(note, "small") : null,
    element(
      "details",
      {},
      element(
        "summary",
        { text: "Table" },
        element("span", { class: "hidden", text: `: ${lower(measure)}` }),
      ),
      scrolling(`${compact ? "First page, table" : "Table"}: ${lower(measure)}`, shownTable),
      csvButton(measure, file.head, file.rows),
    ),
  );
}

// Charts are drawn when they can be seen, and again when their size is another.
const visible = (canvas) => canvas.clientWidth > 0;
export function drawAll(paper = null) {
  textSize = paper ? 10 : 13;
  for (const chart of charts) {
    const { canvas, option } = chart;
    const beside = chart.compact ? 3 : canvas.closest(".figures.two") ? 2 : 1; // charts in a row of paper
    canvas.style.width = paper ? `${Math.floor((paper - 12 * (beside - 1)) / beside)}px` : "";
    if (!visible(canvas)) continue;
    const size = `${canvas.clientWidth} ${paper}`;
    if (chart.size === size) continue;
    chart.size = size;
    chart.instance ??= echarts.init(canvas, null, { renderer: "svg" });
    const made = option(canvas.clientWidth);
    canvas.style.height = `${paper && chart.compact ? 128 : paper && !chart.tall ? 190 : chart.height}px`;
    chart.instance.resize();
    chart.instance.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...made }, true);
  }
}
export function forgetCharts() {
  charts.forEach(({ instance }) => instance?.dispose());
  charts.length = 0;
}
export const tooltip = (values) => ({
  trigger: "axis",
  confine: true,
  textStyle: { fontSize: 13, color: ink },
  extraCssText: "white-space:normal;max-width:20rem",
  formatter: (at) => {
    const text = values[at[0].dataIndex] ?? "";
    const holder = element("div");
    text.split("\n").forEach((line, i) => holder.append(element(i === 0 ? "strong" : "div", { text: line })));
    return holder;
  },
});

// The first series of every chart: it cannot be seen, and has a point at every step for pointer and keyboard
// to find.
export const readerOf = (points) => ({
  type: "line",
  data: points,
  symbol: "none",
  silent: true,
  lineStyle: { opacity: 0 },
});

// ---- scales

export const axisStart = (scale) =>
  scale.min > 0 ? ` The axis starts at ${shown(scale.min, stepDecimals(scale.interval))}, not at zero.` : "";
export const yAxisOf = (scale, sign = false) => ({
  type: "value",
  ...scale,
  ...plainAxis(),
  axisLabel: { ...font(), formatter: (v) => shown(v, stepDecimals(scale.interval), sign) },
});
export const yearsAxis = (years, wide) => ({
  type: "category",
  data: years,
  ...plainAxis(),
  splitLine: { show: false },
  axisLine: { onZero: false, lineStyle: { color: "#5a5a5a" } },
  axisLabel: { ...font(), interval: (i) => wide || (years.length - 1 - i) % 5 === 0 },
});

// ---- marks

export const hollow = (style) => ({ color: "#fff", borderColor: style.colour, borderWidth: 2 });
// A label at the end of a line, clear of the others.
export const endLabel = (text, style, width) => ({
  endLabel: {
    show: true,
    formatter: wrapped(text, labelLetters(width)),
    color: style.colour,
    fontSize: textSize - 0.5,
    fontWeight: 600,
    lineHeight: textSize + 1,
    distance: 8,
  },
  labelLayout: { moveOverlap: "shiftY" },
});
export const lineOf = (arm, points, width) => {
  const style = look(arm);
  return {
    type: "line",
    name: arms[arm].title,
    data: points,
    symbol: style.symbol,
    symbolSize: 8,
    z: 4,
    clip: false,
    lineStyle: { color: style.colour, width: 2, type: style.dash },
    itemStyle: { color: style.colour },
    ...endLabel(arms[arm].title, style, width),
  };
};
// A band between two lines, as one polygon.
export const band = (low, high, colour, opacity, first = 0) => ({
  type: "custom",
  silent: true,
  z: 1,
  data: [[first, low[0]]],
  tooltip: { show: false },
  renderItem: (_, api) => ({
    type: "polygon",
    shape: {
      points: [
        ...high.map((y, i) => api.coord([first + i, y])),
        ...low.map((y, i) => api.coord([first + i, y])).reverse(),
      ],
    },
    style: { fill: colour, opacity },
  }),
});
// Upright intervals, `shift` pixels to the side.
export const bars = (points, style, shift) => ({
  type: "custom",
  silent: true,
  z: 3,
  data: points.map(([x, low, high]) => [x, low, high]),
  encode: { x: 0, y: [1, 2] },
  renderItem: (_, api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const high = api.coord([api.value(0), api.value(2)])[1];
    const stroke = { stroke: style.colour, lineWidth: 1.5 };
    return {
      type: "group",
      children: [
        [x + shift, low, x + shift, high],
        [x + shift - 4, low, x + shift + 4, low],
        [x + shift - 4, high, x + shift + 4, high],
      ].map(([x1, y1, x2, y2]) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke })),
    };
  },
});
export const mark = (x, y, style, filled) => {
  const fill = {
    fill: filled ? style.colour : "#fff",
    stroke: filled ? "#fff" : style.colour,
    lineWidth: filled ? 1 : 2,
  };
  const points = {
    triangle: [
      [0, -6],
      [6, 5],
      [-6, 5],
    ],
    diamond: [
      [0, -7],
      [6, 0],
      [0, 7],
      [-6, 0],
    ],
    rect: [
      [-5, -5],
      [5, -5],
      [5, 5],
      [-5, 5],
    ],
  };
  if (points[style.symbol])
    return {
      type: "polygon",
      shape: { points: points[style.symbol].map(([a, b]) => [x + a, y + b]) },
      style: fill,
    };
  return { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: fill };
};
export const cross = "path://M0,0 L2,0 L5,3.6 L8,0 L10,0 L6,5 L10,10 L8,10 L5,6.4 L2,10 L0,10 L4,5 Z";
