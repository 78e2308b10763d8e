// Draws the page from its data. All numbers come worked out and rounded (engine/report/data.cpp); here they are put in
// words, tables and charts, for one area at a time.
"use strict";
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const arms = data.arms;
const base = data.baseline;
const others = arms.map((_, i) => i).filter((i) => i !== base);
const periods = data.periods;
const last = periods.length - 1;
const areaById = new Map(data.areas.map((area) => [area.id, area]));
const tooFew = data.replicates < 2;

// ---- how arms look: never by colour alone

const looks = [
  { colour: "#1a1a1a", dash: "solid", symbol: "circle" },
  { colour: "#b34700", dash: [7, 4], symbol: "triangle" },
  { colour: "#00558c", dash: [2, 3], symbol: "diamond" },
  { colour: "#7a2e7a", dash: [10, 3, 2, 3], symbol: "rect" },
  { colour: "#2e6b34", dash: [4, 4], symbol: "roundRect" },
];
const look = (arm) => looks[arm === base ? 0 : 1 + (others.indexOf(arm) % (looks.length - 1))];
const ink = "#1a1a1a";
const font = { fontSize: 13, color: ink };

// ---- words and numbers

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
function number(value, decimals = 0, sign = false) {
  if (value === null || value === undefined) return "–";
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
  const text = grouped(whole) + (part ? "." + part : "");
  const nil = !/[1-9]/.test(text);
  return (nil ? "" : value < 0 ? "−" : sign ? "+" : "") + text;
}
const interval = (low, high, decimals, sign = false) =>
  low === null || low === undefined ? "no interval" : `${number(low, decimals, sign)} to ${number(high, decimals, sign)}`;
const withInterval = ([middle, low, high], decimals, sign = false) =>
  `${number(middle, decimals, sign)} (${interval(low, high, decimals, sign)})`;

// The same in prose, with no more digits than the width of the interval gives reason for: tables and CSV have all.
function inProse([middle, low, high], decimals, sign = false) {
  const width = low === null || low === undefined ? Math.abs(middle) : high - low;
  if (!(width > 0)) return withInterval([middle, low, high], decimals, sign);
  const power = Math.floor(Math.log10(width)) - 2;
  const places = Math.min(decimals, Math.max(0, -power));
  const step = power > 0 ? 10 ** power : 1;
  const [m, l, h] = [middle, low, high].map((v) => (v === null || v === undefined ? v : Math.round(v / step) * step));
  return step > 1 ? withInterval([m, l, h], 0, sign) : withInterval([middle, low, high], places, sign);
}

// What an interval of a difference says.
const verdicts = { more: "more", fewer: "fewer", none: "could be no difference", same: "no difference", unknown: "one future cannot say" };
function verdict([mean, low, high]) {
  if (mean === 0 && (low === null || (low === 0 && high === 0))) return "same";
  if (low === null) return "unknown";
  return low > 0 ? "more" : high < 0 ? "fewer" : "none";
}
const many = { more: "more", fewer: "fewer" };
const much = { more: "higher", fewer: "lower" };

// In prose, two figures: more would claim too much.
const about = (value) => (value === 0 ? 0 : Number(value.toPrecision(Math.abs(value) >= 10 ? 2 : 1)));
const aboutDecimals = (value) => (Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 1 ? 1 : 2);

const measureWords = {
  care_entries: { title: "Children entering care", thing: "Children entering care", words: many },
  looked_after: { title: "Looked-after children", thing: "Looked-after children at its end", words: many },
  child_protection_plans: { title: "Child protection plans", thing: "Children with a protection plan at its end", words: many },
  caseload: { title: "Caseload", thing: "cases for each social worker", words: many },
  cost_authority: { title: "Cost to the authority", thing: "Cost to authorities", words: much },
  cost_total: { title: "Cost to all payers", thing: "Cost to all payers", words: much },
  fidelity: { title: "Fidelity: how far the model is practised", thing: "fidelity", words: much },
  leadership: { title: "Leadership behind it", thing: "leadership", words: much },
  vacancy_rate: { title: "Social worker posts that are vacant", thing: "share of posts that are vacant", words: much },
};
const placementWords = {
  kin_foster: "Foster care, kin", authority_foster: "Foster care, council", agency_foster: "Foster care, agency",
  childrens_home: "Children’s home", supported_accommodation: "Supported accommodation", with_parents: "With parents",
  adoption: "Placed for adoption", other: "Other",
};
const ageWords = { under_1: "Under 1", "1_to_4": "1 to 4", "5_to_9": "5 to 9", "10_to_15": "10 to 15", "16_plus": "16 and over" };
const fifthWords = ["Least deprived fifth", "Second", "Third", "Fourth", "Most deprived fifth"];
const gradeWords = {
  randomised: "a randomised trial", quasi_experimental: "a comparison group, not randomised",
  before_after: "figures from before and after, with nothing to compare with", expert: "judgement",
};
const certaintyWords = {
  published: "read from a published table", derived: "our arithmetic on published tables",
  fitted: "fitted so that published totals come out", assumed: "assumed: no source settles it",
  switch: "switches that turn a mechanism on or off",
};
const unitOf = (values) => (values.unit === "%" ? "per cent" : values.unit);
const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

// ---- elements

function element(name, attributes = {}, ...children) {
  const out = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key === "text") out.textContent = value;
    else if (key.startsWith("on")) out.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) out.setAttribute(key, value === true ? "" : value);
  out.append(...children.filter((child) => child !== null && child !== undefined));
  return out;
}
const paragraph = (text, kind = null) => element("p", { class: kind, text });
const list = (items) => element("ul", {}, ...items.map((text) => element("li", { text })));

// Cells are text, or { text, number } where they are numbers; the CSV takes `value`s as they are.
const cellText = (cell) => (typeof cell === "object" && cell !== null ? cell.text : String(cell));
const isNumber = (cell) => typeof cell === "object" && cell !== null;
const num = (value, decimals = 0, sign = false) => ({ text: number(value, decimals, sign), value });

function table(caption, head, rows, options = {}) {
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  const make = (row, index) =>
    element("tr", { class: options.rowClass ? options.rowClass(index) : null },
      ...row.map((cell, i) => element(i === 0 ? "th" : "td",
        { class: numeric[i] ? "n" : null, scope: i === 0 ? "row" : null, text: cellText(cell) })));
  return element("table", { class: options.kind || null, id: options.id || null },
    element("caption", { text: caption }),
    element("thead", {}, element("tr", {}, ...head.map((text, i) => element("th", { scope: "col", class: numeric[i] ? "n" : null, text })))),
    element("tbody", {}, ...rows.map(make)));
}
const scrolling = (label, child, tall = false) =>
  element("div", { class: tall ? "scroll tall" : "scroll", tabindex: "0", role: "region", "aria-label": label }, child);

function csvOf(head, rows) {
  const field = (cell) => {
    const value = isNumber(cell) ? (cell.value === null || cell.value === undefined ? "" : cell.value) : cell;
    const text = String(value);
    return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [head, ...rows].map((row) => row.map(field).join(",")).join("\n") + "\n";
}
function csvButton(name, head, rows) {
  return element("button", {
    type: "button", class: "csv", text: "Download these numbers (CSV)", "aria-label": `Download ${lower(name)} as CSV`,
    onclick: () => {
      const link = element("a", {
        href: "data:text/csv;charset=utf-8," + encodeURIComponent("\ufeff" + csvOf(head, rows)),
        download: `${area.name}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-$/, "") + ".csv",
      });
      document.body.append(link);
      link.click();
      link.remove();
    },
  });
}

// ---- figures: each with words, a table and a CSV beside the chart

const charts = [];
function figure({ id, title, says, height, option, head, rows }) {
  const chart = element("div", { class: "chart", role: "img", "aria-label": `${title}. ${says}`, style: `height:${height}px` });
  const out = element("figure", { id },
    element("figcaption", {}, element("h3", { text: title }), paragraph(says, "small")),
    chart,
    element("details", {}, element("summary", { text: `Table: ${lower(title)}` }),
      scrolling(`Table of ${lower(title)}`, table(`${title}, ${area.name}`, head, rows)),
      csvButton(title, head, rows)));
  charts.push({ chart, option, height });
  return out;
}
const drawn = [];
const draw = () => {
  for (const { chart, option } of charts) {
    const instance = echarts.init(chart, null, { renderer: "svg" });
    const set = () => {
      const made = option(chart.clientWidth);
      if (made.height) { chart.style.height = `${made.height}px`; delete made.height; instance.resize(); }
      instance.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...made }, true);
    };
    set();
    drawn.push({ instance, set, chart });
  }
  charts.length = 0;
};
const redraw = (width) => drawn.forEach(({ instance, set, chart }) => {
  if (width) chart.style.width = `${width}px`; else chart.style.width = "";
  instance.resize();
  set();
});
const forget = () => { drawn.forEach(({ instance }) => instance.dispose()); drawn.length = 0; charts.length = 0; };

// A band between two lines, as one polygon.
const band = (low, high, colour, opacity, axes = {}, first = 0) => ({
  type: "custom", silent: true, z: 1, ...axes, data: [[first, low[0]]],
  renderItem: (_, api) => ({
    type: "polygon",
    shape: { points: [...high.map((y, i) => api.coord([first + i, y])), ...low.map((y, i) => api.coord([first + i, y])).reverse()] },
    style: { fill: colour, opacity },
  }),
});
// Upright intervals, `shift` pixels to the side, with a mark in the middle.
const upright = (points, style, shift, axes = {}) => ({
  type: "custom", silent: true, z: 3, ...axes, data: points.map((p, i) => [i, ...p]), encode: { x: 0, y: [1, 2, 3] },
  renderItem: (_, api) => {
    const i = api.value(0);
    const [x, y] = api.coord([i, api.value(1)]);
    const line = { stroke: style.colour, lineWidth: 2, lineDash: style.dash === "solid" ? null : style.dash };
    const children = [mark(x + shift, y, style)];
    if (!Number.isNaN(api.value(2))) {
      const low = api.coord([i, api.value(2)])[1];
      const high = api.coord([i, api.value(3)])[1];
      children.unshift({ type: "line", shape: { x1: x + shift, y1: low, x2: x + shift, y2: high }, style: line },
        ...[low, high].map((at) => ({ type: "line", shape: { x1: x + shift - 4, y1: at, x2: x + shift + 4, y2: at }, style: { stroke: style.colour, lineWidth: 2 } })));
    }
    return { type: "group", children };
  },
});
const mark = (x, y, style) => {
  const fill = { fill: style.colour, stroke: "#fff", lineWidth: 1 };
  const points = { triangle: [[0, -6], [6, 5], [-6, 5]], diamond: [[0, -7], [6, 0], [0, 7], [-6, 0]], rect: [[-5, -5], [5, -5], [5, 5], [-5, 5]] };
  if (points[style.symbol]) return { type: "polygon", shape: { points: points[style.symbol].map(([a, b]) => [x + a, y + b]) }, style: fill };
  return { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: fill };
};

const axisName = (text) => ({ name: text, nameLocation: "end", nameTextStyle: { ...font, align: "left", padding: [0, 0, 0, -40] } });
const plainAxis = { axisLabel: { ...font, hideOverlap: true }, axisLine: { lineStyle: { color: "#5a5a5a" } }, splitLine: { lineStyle: { color: "#e2e2e2" } } };

// Round ends and steps for an axis that several panels share.
function scaleOf(least, most) {
  if (most <= 0) return { min: 0, max: 1, interval: 0.5 };
  // From nil, unless that would hide what differs; and where nothing does, there is no step to take.
  const low = least > 0.4 * most && most - least > 0.02 * most ? least - 0.1 * (most - least) : 0;
  const rough = Math.max(most - low, 1e-6) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((x) => x * power).find((x) => x >= rough * 0.999);
  return { min: Math.floor(low / step) * step, max: Math.ceil(most / step) * step, interval: step };
}
const decimalsOf = (step) => Math.max(0, Math.min(3, (String(+step.toPrecision(6)).split(".")[1] || "").length));

function keyOf(who, extra = []) {
  const picture = (style) => {
    const dash = style.dash === "solid" ? "" : ` stroke-dasharray="${style.dash.join(" ")}"`;
    const shapes = {
      circle: '<circle cx="22" cy="8" r="5"/>', triangle: '<path d="M22 2l6 11H16z"/>', diamond: '<path d="M22 1l6 7-6 7-6-7z"/>',
      rect: '<path d="M17 3h10v10H17z"/>', roundRect: '<circle cx="22" cy="8" r="5"/>',
    };
    return `<svg width="44" height="16" aria-hidden="true"><path d="M0 8h44" stroke="${style.colour}" stroke-width="2.5"${dash}/><g fill="${style.colour}" stroke="#fff">${shapes[style.symbol]}</g></svg>`;
  };
  const items = who.map((arm) => {
    const item = element("li");
    item.innerHTML = picture(look(arm));
    item.append(arms[arm].title + (arm === base ? " (what others are compared with)" : ""));
    return item;
  });
  return element("ul", { class: "key" }, ...items, ...extra.map((text) => element("li", { text })));
}

// ---- fans: one panel an arm, the same scale in all

function fan(key) {
  const values = area.yearly[key];
  const words = measureWords[key];
  const past = (area.published[key] || []).map(([year, value]) => [String(year), value]);
  const ahead = periods.map((period) => period.short);
  const years = [...new Set([...past.map(([year]) => year), ...ahead])];
  const first = years.indexOf(ahead[0]);
  const at = (year) => years.indexOf(year);
  const all = [...past.map(([, value]) => value), ...values.level.flat(2).filter((x) => x !== null)];
  const most = Math.max(...all);
  const least = Math.min(...all);
  const scale = scaleOf(least, most);
  const order = [base, ...others];
  const end = values.level.map((level) => level[last]);
  const unit = unitOf(values);
  const says = order.map((arm) => `${arms[arm].title}: ${inProse(end[arm], values.decimals)}`).join("; ") +
    ` (${unit}, ${periods[last].label}).` + (past.length ? ` Crosses: published, to March ${data.origin_year}.` : "");
  const option = (width) => {
    const wide = width >= 640;
    const panels = order.length;
    const panelHeight = 210;
    const grid = [], xAxis = [], yAxis = [], series = [], title = [];
    order.forEach((arm, i) => {
      const style = look(arm);
      const axes = { xAxisIndex: i, yAxisIndex: i };
      const left = wide ? 62 + i * ((width - 70) / panels) : 62;
      grid.push({ left, width: wide ? (width - 70) / panels - 26 : width - 80, top: wide ? 44 : 44 + i * (panelHeight + 66), height: panelHeight });
      title.push({ text: arms[arm].title, left: left - 4, top: (wide ? 8 : 8 + i * (panelHeight + 66)), textStyle: { fontSize: 14, fontWeight: 600, color: style.colour } });
      xAxis.push({ type: "category", data: years, gridIndex: i, boundaryGap: false, ...plainAxis, splitLine: { show: false },
        axisLabel: { ...font, interval: (i) => (years.length - 1 - i) % (years.length > 11 ? 5 : 4) === 0 } });
      yAxis.push({ type: "value", gridIndex: i, ...scale, ...plainAxis,
        axisLabel: { ...font, show: !wide || i === 0, formatter: (v) => number(v, decimalsOf(scale.interval)) } });
      const level = values.level[arm];
      if (!tooFew) {
        series.push(band(level.map((v) => v[1]), level.map((v) => v[2]), style.colour, 0.18, axes, first));
        series.push(band(level.map((v) => v[3]), level.map((v) => v[4]), style.colour, 0.32, axes, first));
      }
      if (arm !== base) series.push({ type: "line", ...axes, data: values.level[base].map((v, t) => [first + t, v[0]]), symbol: "none", silent: true,
        lineStyle: { color: "#1a1a1a", width: 1.5, type: "solid" }, z: 3 });
      series.push({ type: "line", name: arms[arm].title, ...axes, data: level.map((v, t) => [first + t, v[0]]), symbol: style.symbol, symbolSize: 7, z: 4,
        lineStyle: { color: style.colour, width: 2.5, type: style.dash }, itemStyle: { color: style.colour } });
      series.push({ type: "scatter", ...axes, data: past.map(([year, value]) => [at(year), value]), symbolSize: 8, z: 5,
        symbol: "path://M0,0 L2,0 L5,3.6 L8,0 L10,0 L6,5 L10,10 L8,10 L5,6.4 L2,10 L0,10 L4,5 Z", itemStyle: { color: "#1a1a1a" }, silent: true });
    });
    return { title, grid, xAxis, yAxis, series, height: wide ? 290 : 40 + panels * (panelHeight + 66),
      tooltip: { trigger: "item", formatter: (p) => p.seriesName && periods[p.dataIndex]
        ? `${p.seriesName}, ${periods[p.dataIndex].label}<br>${withInterval(values.level[order.find((a) => arms[a].title === p.seriesName)][p.dataIndex], values.decimals)}` : "" } };
  };
  const rows = periods.flatMap((period, t) => order.map((arm) => {
    const [median, low, high, quarter, threeQuarters] = values.level[arm][t];
    return [period.label, arms[arm].title, ...[median, low, high, quarter, threeQuarters].map((v) => num(v, values.decimals))];
  }));
  rows.unshift(...past.map(([year, value]) => [`year to 31 March ${year}`, "Published", num(value, 0), ...[0, 0, 0, 0].map(() => num(null))]));
  return figure({ id: `fan-${key}`, title: `${words.title} (${unit}, ${data.measures[key].when})`, says, height: 290, option,
    head: ["Year", "Way of working", "Median", "90% from", "90% to", "50% from", "50% to"], rows });
}

// ---- differences

function sentence(key, arm) {
  const values = area.yearly[key];
  const [mean, low, high] = values.difference[arm][last];
  const words = measureWords[key].words;
  const pounds = values.unit === "£ million";
  const size = (v) => {
    const text = number(Math.abs(about(v)), Math.min(values.difference_decimals, aboutDecimals(about(v))));
    if (!/[1-9]/.test(text)) return "no difference";
    return `${pounds ? `£${text} million` : text} ${v > 0 ? words.more : words.fewer}`;
  };
  const start = `${measureWords[key].thing}: ${size(mean) === "no difference" ? "" : "about "}${size(mean)} on average`;
  if (low === null) return `${measureWords[key].thing}: ${size(mean)} in the one future there is.`;
  const says = { none: "could be no difference", same: "no difference", more: "nearly all futures agree on the direction", fewer: "nearly all futures agree on the direction" };
  return `${start}; nine futures in ten lie between ${size(low)} and ${size(high)}: ${says[verdict([mean, low, high])]}.`;
}

function difference(key) {
  const values = area.yearly[key];
  const words = measureWords[key];
  const unit = unitOf(values);
  const says = others.map((arm) => {
    const cell = values.difference[arm][last];
    return `${arms[arm].title}: ${inProse(cell, values.difference_decimals, true)}, ${verdicts[verdict(cell)]}`;
  }).join("; ") + ` (${unit}, ${periods[last].label}).`;
  const option = (width) => ({
    grid: { left: 66, right: 14, top: 30, bottom: 32 },
    xAxis: { type: "category", data: periods.map((p) => p.short), ...plainAxis, axisLine: { onZero: false }, splitLine: { show: false } },
    yAxis: { type: "value", ...plainAxis, axisLabel: { ...font, formatter: (v) => number(v, Math.abs(v) < 10 && v % 1 ? values.difference_decimals : 0, true) } },
    series: [
      { type: "line", data: periods.map(() => 0), symbol: "none", silent: true, lineStyle: { color: ink, width: 1.5 }, z: 2 },
      ...others.map((arm, i) => upright(values.difference[arm], look(arm), (i - (others.length - 1) / 2) * Math.min(12, width / (3 * periods.length)))),
    ],
  });
  const rows = periods.flatMap((period, t) => others.map((arm) => {
    const cell = values.difference[arm][t];
    return [period.label, arms[arm].title, ...cell.map((v) => num(v, values.difference_decimals, true)), verdicts[verdict(cell)]];
  }));
  return figure({ id: `difference-${key}`, title: `${words.title}: difference from ${lower(arms[base].title)} (${unit})`, says, height: 260, option,
    head: ["Year", "Way of working", "Mean difference", "90% from", "90% to", "What this says"], rows });
}

// Words in lines of at most so many letters, for labels.
const wrapped = (text, letters) => text.split(" ").reduce((lines, word) => {
  const line = lines.at(-1);
  if (line && line.length + 1 + word.length > letters) lines.push(word); else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  return lines;
}, [""]).join("\n");

// ---- dots with intervals, lying down: categories by arm

function dots({ id, title, says, categories, who, points, decimals, sign, zero, unit, head }) {
  const rowHeight = Math.max(34, 12 + who.length * 15);
  const option = (width) => ({
    grid: { left: Math.min(190, width * 0.4), right: 34, top: 10, bottom: 44 },
    xAxis: { type: "value", scale: !zero, ...plainAxis, name: unit, nameLocation: "middle", nameGap: 28, nameTextStyle: font,
      axisLabel: { ...font, hideOverlap: true, formatter: (v) => number(v, Number.isInteger(v) ? 0 : 1, sign) }, splitNumber: Math.max(2, Math.min(6, Math.floor((width - 224) / 80))) },
    yAxis: { type: "category", inverse: true, data: categories, ...plainAxis, axisTick: { show: false },
      axisLabel: { ...font, lineHeight: 15, formatter: (text) => wrapped(text, Math.floor(Math.min(180, width * 0.38) / 8.2)) } },
    series: [
      ...(zero ? [{ type: "line", data: [], markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink, type: "solid", width: 1.5 }, data: [{ xAxis: 0 }] } }] : []),
      ...who.map((arm, k) => ({
        type: "custom", silent: true, z: 3, data: points[k].map((p, i) => (p ? [...p, i] : [null, null, null, i])), encode: { x: [0, 1, 2], y: 3 },
        renderItem: (_, api) => {
          const row = api.value(3);
          if (Number.isNaN(api.value(0))) return null;
          const [x, centre] = api.coord([api.value(0), row]);
          const y = centre + (k - (who.length - 1) / 2) * 15;
          const style = look(arm);
          const children = [mark(x, y, style)];
          if (!Number.isNaN(api.value(1))) {
            const a = api.coord([api.value(1), row])[0];
            const b = api.coord([api.value(2), row])[0];
            children.unshift({ type: "line", shape: { x1: a, y1: y, x2: b, y2: y }, style: { stroke: style.colour, lineWidth: 2, lineDash: style.dash === "solid" ? null : style.dash } },
              ...[a, b].map((at) => ({ type: "line", shape: { x1: at, y1: y - 4, x2: at, y2: y + 4 }, style: { stroke: style.colour, lineWidth: 2 } })));
          }
          return { type: "group", children };
        },
      })),
    ],
  });
  const rows = categories.flatMap((category, i) => who.map((arm, k) =>
    [category, arms[arm].title, ...(points[k][i] || [null, null, null]).slice(0, 3).map((v) => num(v, decimals, sign))]));
  return figure({ id, title, says, height: 60 + categories.length * rowHeight, option,
    head: head || ["Group", "Way of working", sign ? "Mean difference" : "Median", "90% from", "90% to"], rows });
}

// ---- sections

let area = data.areas[0];
const main = document.getElementById("main");
function section(id, title, ...children) {
  return element("section", { "aria-labelledby": `${id}-title`, id }, element("h2", { id: `${id}-title`, text: title }), ...children);
}
const perCent = (share, digits = 0) => `${number(100 * share, digits)}%`;
const headline = ["looked_after", "care_entries", "child_protection_plans", "caseload", "cost_authority", "cost_total"];

function answer() {
  const cells = others.flatMap((arm) => headline.map((key) => ({ arm, key, what: verdict(area.yearly[key].difference[arm][last]) })));
  const sure = cells.filter(({ what }) => what === "more" || what === "fewer");
  const when = periods[last].label;
  let first;
  if (others.length === 0) first = "There is one way of working in this result, so there is nothing to compare.";
  else if (tooFew) first = "This result has one possible future, which cannot say how sure any difference is.";
  else if (sure.length === 0) first = `What is known does not say which way of working is better for ${area.name}: in the ${when} each of the ${cells.length} differences below could be no difference.`;
  else first = `In the ${when}, ${sure.length} of the ${cells.length} differences below ${sure.length === 1 ? "is" : "are"} on one side of nil for ${area.name} in nearly all futures; the others could be no difference.`;
  const box = element("div", { class: "answer" }, paragraph(first));
  for (const arm of others) {
    box.append(element("p", {}, element("strong", { text: `${arms[arm].title}, beside ${lower(arms[base].title)}, in the ${when}:` })),
      list(["looked_after", "care_entries", "cost_authority"].map((key) => sentence(key, arm))));
  }
  const rows = headline.map((key) => {
    const values = area.yearly[key];
    return [`${measureWords[key].title} (${unitOf(values)}, ${data.measures[key].when})`,
      { text: inProse(values.level[base][last], values.decimals), value: values.level[base][last][0] },
      ...others.map((arm) => ({ text: inProse(values.difference[arm][last], values.difference_decimals, true), value: values.difference[arm][last][0], verdict: verdicts[verdict(values.difference[arm][last])] }))];
  });
  const glance = table(`${area.name}, ${when}`, ["Figure", arms[base].title, ...others.map((arm) => `${arms[arm].title}: difference`)], rows, { id: "glance" });
  glance.querySelectorAll("tbody tr").forEach((tr, r) => tr.querySelectorAll("td").forEach((td, c) => {
    if (rows[r][c + 1].verdict) td.append(element("span", { class: "verdict", text: rows[r][c + 1].verdict }));
  }));
  return section("answer", `The answer for ${area.name}`, box,
    paragraph("Figures: the median of the possible futures; differences: their mean, future by future, every family with the same luck in both. In brackets: where nine futures in ten lie.", "small"),
    scrolling(`The answer in figures, ${area.name}`, glance),
    element("h3", { text: "What to bear in mind" }), caveats());
}

function caveats() {
  const weak = data.effects.filter(({ grade }) => grade === "expert" || grade === "before_after").length;
  const out = [];
  if (data.effects.length)
    out.push(`The effects of the ways of working are weakly founded: ${weak} of ${data.effects.length} rest on judgement or on figures from before and after, without anything to compare with.` +
      (data.effects_taken_as_given ? " At least one way of working takes its effects as given: its differences say what follows if they are true, not whether they are." : tooFew ? "" : " The intervals hold this doubt, which is why they are wide."));
  if (!tooFew) out.push(data.coverage.replace(/^It covers/, "The intervals cover").replace("; it does not cover", "; they do not cover") + (data.rough ? ` With ${data.replicates} futures the ends of intervals are rough.` : ""));
  const biased = data.track_record.rows.filter((row) => row.level === "authority" && row.horizon === 3)
    .sort((a, b) => Math.abs(b.too_high_per_cent) - Math.abs(a.too_high_per_cent))[0];
  if (biased)
    out.push(`Read the differences, not the levels. Three years ahead, earlier forecasts of “${lower(biased.figure)}” were typically ${number(Math.abs(biased.too_high_per_cent))}% too ${biased.too_high_per_cent > 0 ? "high" : "low"} (see how good earlier forecasts were). Ten years ahead has never been tested.`);
  if (area.kind === "authority") out.push("One council is small: chance moves its figures a great deal. Do not use them to set a budget or to judge a council or its staff.");
  if (data.summarised && !area.gains)
    out.push("The result keeps a summary of single authorities, not each of their futures. What needs those is therefore shown for all authorities together and for regions only: who pays over the years, the chance that it has cost less, when it breaks even, and who gains.");
  if (data.left_out.length)
    out.push(`So many ways of working would make this page too long to send. It therefore leaves out, for single authorities: ${data.left_out.join("; ")}. The result file has all of it, and so has the page of a run with fewer ways of working or authorities.`);
  return list(out);
}

function fans() {
  return section("years", "Year by year",
    paragraph("Dark band: the middle half of the possible futures; pale band: nine in ten. Line with marks: the median. Thin black line: business as usual again, to compare.".replace("business as usual", lower(arms[base].title))),
    element("div", { class: "figures" }, ...["care_entries", "looked_after", "child_protection_plans", "caseload", "cost_authority"].map(fan)));
}

function differences() {
  if (others.length === 0) return null;
  return section("differences", `Differences from ${lower(arms[base].title)}`,
    paragraph("Taken future by future, every family with the same luck under both. An interval that crosses the line at nil means that there could be no difference."),
    keyOf(others),
    element("div", { class: "figures two" }, ...["care_entries", "looked_after", "child_protection_plans", "caseload", "cost_authority", "cost_total"].map(difference)));
}

function money() {
  if (others.length === 0 || !area.saving) return null;
  const payers = data.payers.filter(({ key }) => key !== "cost_total").concat(data.payers.filter(({ key }) => key === "cost_total"));
  const atEnd = (key, arm) => area.saving[key][arm].cumulative.at(-1);
  const span = `${periods.length} years to ${periods[last].end}`;
  const byPayer = dots({
    id: "payers", title: `Who pays more, who less, over the ${span} (£ million, difference)`,
    says: others.map((arm) => `${arms[arm].title}: ${["cost_authority", "cost_total"].map((key) => `${lower(measureWords[key].title)} ${inProse(atEnd(key, arm), area.saving[key][arm].decimals, true)}, ${verdicts[verdict(atEnd(key, arm))]}`).join("; ")}`).join(". ") + ".",
    categories: payers.map(({ name }) => name), who: others, points: others.map((arm) => payers.map(({ key }) => atEnd(key, arm))),
    decimals: Math.max(...others.flatMap((arm) => payers.map(({ key }) => area.saving[key][arm].decimals))), sign: true, zero: true, unit: "£ million" });
  const chance = (key, name) => {
    const each = (arm) => area.saving[key][arm];
    const says = others.map((arm) => {
      const { saved, break_even: at, broken_even: even } = each(arm);
      return `${arms[arm].title}: by ${periods[last].end} it has cost less in ${perCent(saved.at(-1))} of futures; ` +
        (at === null ? `fewer than half break even (${perCent(even.at(-1))})` : `half have broken even by ${periods[at].end}`);
    }).join(". ") + ".";
    const option = () => ({
      grid: { left: 54, right: 14, top: 20, bottom: 32 },
      xAxis: { type: "category", data: periods.map((p) => p.short), ...plainAxis, splitLine: { show: false } },
      yAxis: { type: "value", min: 0, max: 1, ...plainAxis, axisLabel: { ...font, formatter: (v) => perCent(v) } },
      series: [
        { type: "line", data: periods.map(() => 0.5), symbol: "none", silent: true, lineStyle: { color: ink, width: 1 } },
        ...others.map((arm) => ({ type: "line", data: each(arm).saved, symbol: look(arm).symbol, symbolSize: 9, lineStyle: { color: look(arm).colour, type: look(arm).dash, width: 2.5 }, itemStyle: { color: look(arm).colour } }))],
    });
    const rows = periods.flatMap((period, t) => others.map((arm) => [period.label.replace("year to", "to"), arms[arm].title,
      ...each(arm).cumulative[t].map((v) => num(v, each(arm).decimals, true)), num(each(arm).saved[t], 3), num(each(arm).broken_even[t], 3)]));
    return figure({ id: `saving-${key}`, title: `Chance that it has cost less so far: ${name}`, says, height: 250, option,
      head: ["Since the start", "Way of working", "Cost so far, £ million, difference", "90% from", "90% to", "Share of futures in which it saved", "Share that have broken even"], rows });
  };
  return section("money", "Money: who pays, and when it breaks even",
    paragraph("Pounds of 2021-22 as they are spent, not discounted, since the start. A future has broken even once all it cost more has come back and stays so to the end."),
    keyOf(others), byPayer,
    element("div", { class: "figures two" }, chance("cost_authority", "authorities"), chance("cost_total", "all payers")));
}

// ---- map and table of authorities

const authorities = data.areas.filter(({ kind }) => kind === "authority");
const hasPage = (place) => place.yearly !== undefined;
let mapView = "published";
const printedRows = 40;  // as in page.css
const tableState = { sort: 0, down: false, words: "", region: "" };
function views() {
  return [
    { key: "published", name: `Looked-after children per 10,000, published, March ${data.origin_year}`, of: (a) => a.facts.looked_after_per_10000 },
    { key: "base", name: `Looked-after children per 10,000, ${lower(arms[base].title)}, ${periods[last].short}`, of: (a) => a.rates.level[base][0] },
    ...others.map((arm) => ({ key: `arm${arm}`, name: `Difference under ${lower(arms[arm].title)}, ${periods[last].short}`, of: (a) => verdict(a.rates.difference[arm]), arm })),
  ];
}
const shades = [["#f2efe8", ink], ["#cfdcea", ink], ["#8fb4d3", ink], ["#3f79a8", "#fff"], ["#0b3c61", "#fff"]];
const directions = {
  unknown: ["#f2efe8", ink, "?", "one future cannot say"],
  fewer: ["#00558c", "#fff", "▼", "fewer"], more: ["#b34700", "#fff", "▲", "more"],
  none: ["#f2efe8", ink, "·", "could be no difference"], same: ["#ffffff", ink, "=", "no difference"],
};
function map() {
  const view = views().find(({ key }) => key === mapView) || views()[0];
  const side = 40;
  const columns = Math.max(...data.tiles.map((t) => t[1])) + 1;
  const firstRow = Math.min(...data.tiles.map((t) => t[2]));
  const rows = Math.max(...data.tiles.map((t) => t[2])) + 1 - firstRow;
  const values = authorities.map(view.of);
  const numbers = values.filter((v) => typeof v === "number").sort((a, b) => a - b);
  const cuts = [0.2, 0.4, 0.6, 0.8].map((q) => numbers[Math.floor(q * (numbers.length - 1))]);
  const shade = (v) => shades[cuts.filter((cut) => v > cut).length];
  const counts = {};
  values.forEach((v) => { counts[v] = (counts[v] || 0) + 1; });
  const says = view.arm === undefined
    ? `From ${number(numbers[0], 1)} to ${number(numbers.at(-1), 1)}; half of the authorities lie below ${number(numbers[Math.floor(numbers.length / 2)], 1)}. Darker tiles: higher, in fifths of authorities.`
    : Object.entries(counts).map(([key, n]) => `${directions[key][3]}: ${n} ${n === 1 ? "authority" : "authorities"} (${directions[key][2]})`).join("; ")
      .replace(/^./, (c) => c.toUpperCase()) + ".";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `-2 -2 ${columns * side + 4} ${rows * side + 4}`);
  svg.setAttribute("class", "map");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Map of authorities, one tile each. ${view.name}. ${says} The table below has every figure.`);
  const title = (text) => text.replace(/[&<"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", '"': "&quot;" })[c]);
  svg.innerHTML = data.tiles.map(([code, column, row, letters]) => {
    const place = areaById.get(String(code));
    const value = view.of(place);
    const [fill, text, symbol] = typeof value === "number" ? shade(value) : directions[value];
    const own = area.id === place.id ? ' class="own"' : "";
    const second = typeof value === "number" ? number(value, 0) : symbol;
    return `<g data-id="${place.id}"${own}><title>${title(place.name)}: ${typeof value === "number" ? number(value, 1) : directions[value][3]}</title>` +
      `<rect x="${column * side}" y="${(row - firstRow) * side}" width="${side - 3}" height="${side - 3}" rx="4" fill="${fill}" stroke="#5a5a5a"/>` +
      `<text x="${column * side + side / 2 - 1.5}" y="${(row - firstRow) * side + 16}" fill="${text}">${letters}</text>` +
      `<text x="${column * side + side / 2 - 1.5}" y="${(row - firstRow) * side + 30}" fill="${text}">${second}</text></g>`;
  }).join("");
  svg.addEventListener("click", (event) => {
    const tile = event.target.closest("g");
    if (tile) choose(tile.dataset.id);
  });
  const control = element("select", { id: "map-view", onchange: (event) => { mapView = event.target.value; refreshMap(); } },
    ...views().map(({ key, name }) => element("option", { value: key, selected: key === view.key, text: name })));
  return element("div", { id: "map" },
    element("div", { class: "controls" }, element("label", { for: "map-view", text: "Show on the map" }), control),
    paragraph(`${view.name}. ${says}`, "small"), scrolling("Map of authorities, one tile each", svg));
}
// On a phone the map is wider than the screen; most of England lies right of the middle.
function centreMap() {
  const frame = document.querySelector("#map .scroll");
  if (frame) frame.scrollLeft = 0.6 * (frame.scrollWidth - frame.clientWidth);
}
function refreshMap() {
  document.getElementById("map").replaceWith(map());
  centreMap();
  document.getElementById("map-view").focus();
}

const placeColumns = () => [
  { name: "Authority", of: (a) => a.name },
  { name: "Region", of: (a) => a.region },
  { name: "Children", of: (a) => num(a.facts.children) },
  { name: `Per 10,000, published ${data.origin_year}`, of: (a) => num(a.facts.looked_after_per_10000, 1) },
  { name: `${arms[base].title}, ${periods[last].short}`, of: (a) => ({ text: withInterval(a.rates.level[base], 1), value: a.rates.level[base][0] }) },
  ...others.map((arm) => ({ name: `${arms[arm].title}: difference`, of: (a) => ({ text: withInterval(a.rates.difference[arm], 1, true), value: a.rates.difference[arm][0] }) })),
];
function placesRows() {
  const columns = placeColumns();
  const words = tableState.words.trim().toLowerCase();
  const found = authorities.filter((a) => (!tableState.region || a.region === tableState.region) && (!words || a.name.toLowerCase().includes(words)));
  const value = (a) => { const cell = columns[tableState.sort].of(a); return isNumber(cell) ? cell.value : cell; };
  found.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (tableState.down ? -1 : 1));
  return found;
}
function fillPlaces() {
  const columns = placeColumns();
  const found = placesRows();
  const body = document.querySelector("#places tbody");
  body.replaceChildren(...found.map((a) => element("tr", { class: a.id === area.id ? "own" : null },
    ...columns.map((column, i) => {
      const cell = column.of(a);
      if (i === 0 && !hasPage(a)) return element("th", { scope: "row", text: a.name });
      if (i === 0) return element("th", { scope: "row" }, element("button", { type: "button", text: a.name, "aria-label": `Show ${a.name}`, onclick: () => choose(a.id) }));
      return element("td", { class: isNumber(cell) ? "n" : null, text: cellText(cell) });
    }))));
  document.querySelectorAll("#places thead th").forEach((th, i) => {
    if (i === tableState.sort) th.setAttribute("aria-sort", tableState.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
    th.querySelector("span").textContent = i === tableState.sort ? (tableState.down ? " ▼" : " ▲") : "";
  });
  document.getElementById("places-count").textContent = `${found.length} of ${authorities.length} authorities`;
}
function places() {
  if (authorities.length < 2) return null;
  const columns = placeColumns();
  const regions = [...new Set(authorities.map((a) => a.region))].sort();
  const head = element("tr", {}, ...columns.map((column, i) => element("th", { scope: "col", class: i > 1 ? "n" : null },
    element("button", { type: "button", text: column.name, onclick: () => {
      tableState.down = tableState.sort === i ? !tableState.down : i > 1;
      tableState.sort = i;
      fillPlaces();
    } }), element("span", { "aria-hidden": "true" }))));
  const filter = element("input", { id: "filter", type: "search", autocomplete: "off", value: tableState.words, oninput: (event) => { tableState.words = event.target.value; fillPlaces(); } });
  const choice = element("select", { id: "region", onchange: (event) => { tableState.region = event.target.value; fillPlaces(); } },
    element("option", { value: "", text: "All regions" }), ...regions.map((name) => element("option", { value: name, selected: tableState.region === name, text: name })));
  return section("authorities", "Authorities side by side",
    paragraph("Looked-after children for each 10,000 children. One tile is one authority, roughly in place; its letters stand for its name." +
      (authorities.every(hasPage) ? " Choose a tile, or a name in the table, to see that authority on the whole page." : "")),
    data.tiles.length > 1 ? map() : null,
    element("div", { class: "controls" },
      element("label", { for: "filter", text: "Find a name" }), filter,
      element("label", { for: "region", text: "Region" }), choice,
      element("span", { id: "places-count", role: "status" })),
    scrolling("Table of authorities", element("table", { id: "places", class: "long" },
      element("caption", { text: "Looked-after children for each 10,000 children; choose a heading to sort" }),
      element("thead", {}, head), element("tbody")), true),
    authorities.length > printedRows ? paragraph(`On paper the table ends after ${printedRows} rows, as sorted here; the page on a screen has all ${authorities.length}.`, "on-paper") : null,
    csvButton("Looked-after children by authority",
      ["code", ...columns.slice(0, 4).map((c) => c.name), "baseline median", "baseline 90% from", "baseline 90% to",
        ...others.flatMap((arm) => ["mean difference", "90% from", "90% to"].map((what) => `${arms[arm].title}: ${what}`))],
      authorities.map((a) => [a.id, ...columns.slice(0, 4).map((c) => c.of(a)), ...a.rates.level[base].map((v) => num(v, 1)),
        ...others.flatMap((arm) => a.rates.difference[arm].map((v) => num(v, 1)))])));
}

function neighbours() {
  if (area.kind !== "authority" || authorities.length < 2) return null;
  const group = [area, ...area.neighbours.map((code) => areaById.get(String(code)))];
  const names = group.map((a) => a.name);
  const rates = dots({
    id: "neighbours-level", title: `Looked-after children per 10,000, ${lower(arms[base].title)}, ${periods[last].short}`,
    says: `${area.name}: ${withInterval(area.rates.level[base], 1)}; its neighbours lie from ${number(Math.min(...group.slice(1).map((a) => a.rates.level[base][0])), 1)} to ${number(Math.max(...group.slice(1).map((a) => a.rates.level[base][0])), 1)}. Intervals that overlap do not tell two authorities apart.`,
    categories: names, who: [base], points: [group.map((a) => a.rates.level[base])], decimals: 1, sign: false, zero: false, unit: "per 10,000 children" });
  const change = others.length ? dots({
    id: "neighbours-difference", title: `Difference per 10,000, ${periods[last].short}`,
    says: others.map((arm) => `${arms[arm].title}: ${area.name} ${withInterval(area.rates.difference[arm], 1, true)}, ${verdicts[verdict(area.rates.difference[arm])]}`).join("; ") + ".",
    categories: names, who: others, points: others.map((arm) => group.map((a) => a.rates.difference[arm])), decimals: 1, sign: true, zero: true, unit: "per 10,000 children" }) : null;
  const facts = table("What they have in common", ["Authority", "Children", "Deprivation (IDACI, % of children)", `Looked after per 10,000, March ${data.origin_year}`],
    group.map((a) => [a.name, num(a.facts.children), num(a.facts.deprivation_per_cent, 1), num(a.facts.looked_after_per_10000, 1)]),
    { rowClass: (i) => (i === 0 ? "own" : null) });
  const limited = authorities.length < data.authorities_in_england ? ` Only the ${authorities.length} authorities of this result were looked at: a run of all of England has nearer ones.` : "";
  return section("neighbours", `${area.name} beside its ${group.length - 1} statistical neighbours`,
    paragraph(`Nearest first. Near means alike in three things that weigh the same: the number of children; deprivation (the index of income deprivation affecting children, and children in low income); and published rates of the year to March ${data.origin_year} (referrals, need, protection plans, looked after, entering care). The list is Hearth’s own, not the Department for Education’s.${limited}`),
    others.length ? keyOf([base, ...others]) : null,
    element("div", { class: "figures two" }, rates, change), scrolling("What neighbours have in common", facts));
}

function mix() {
  if (!area.mix) return null;
  const order = [base, ...others];
  const part = (prefix, words, id, title) => {
    const keys = Object.keys(area.mix).filter((key) => key.startsWith(prefix));
    const names = keys.map((key) => words[key.slice(prefix.length)] || key);
    return dots({ id, title: `${title} (${periods[last].end})`,
      says: order.map((arm) => {
        const most = keys.map((_, i) => i).sort((a, b) => area.mix[keys[b]].level[arm][0] - area.mix[keys[a]].level[arm][0])[0];
        return `${arms[arm].title}: most in “${lower(names[most])}”, ${inProse(area.mix[keys[most]].level[arm], area.mix[keys[most]].decimals)}`;
      }).join("; ") + ". The table has all.",
      categories: names, who: order, points: order.map((arm) => keys.map((key) => area.mix[key].level[arm])),
      decimals: Math.max(...keys.map((key) => area.mix[key].decimals)), sign: false, zero: true, unit: "children" });
  };
  return section("mix", "Where looked-after children live, and how old they are",
    paragraph("Homes and foster carers never run out in the simulation, and a move is not more likely in one place than in another: read the mix with care."),
    keyOf(order),
    element("div", { class: "figures two" }, part("looked_after_by_placement.", placementWords, "placements", "Looked-after children by placement"),
      part("looked_after_by_age.", ageWords, "ages", "Looked-after children by age")));
}

function gains() {
  const order = [base, ...others];
  const found = area.gains;
  if (!found) return null;
  const columns = [0, 1, 2, 3, 4];
  const known = columns.some((c) => found.rate[base][c]);
  if (!known) return null;
  const rates = dots({ id: "gains-rate", title: `Children entering care per 10,000 a year, by deprivation (${periods[last].short})`,
    says: `${arms[base].title}: from ${found.rate[base][0] ? withInterval(found.rate[base][0], 1) : "not known"} in the least deprived fifth to ${found.rate[base][4] ? withInterval(found.rate[base][4], 1) : "not known"} in the most deprived.`,
    categories: columns.map((c) => fifthWords[c]), who: order, points: order.map((arm) => columns.map((c) => found.rate[arm][c])), decimals: 1, sign: false, zero: true, unit: "per 10,000 children a year" });
  const change = others.length ? dots({ id: "gains-difference", title: `Change in that rate from ${lower(arms[base].title)} (per cent)`,
    says: others.map((arm) => `${arms[arm].title}: ${[0, 4].map((c) => { const cell = found.difference[arm][c]; return cell ? `${lower(fifthWords[c])} ${inProse(cell, 1, true)} per cent, ${verdicts[verdict(cell)]}` : `${lower(fifthWords[c])} not known`; }).join("; ")}`).join(". ") + ".",
    categories: columns.map((c) => fifthWords[c]), who: others, points: others.map((arm) => columns.map((c) => found.difference[arm][c])), decimals: 1, sign: true, zero: true, unit: "per cent",
    head: ["Group", "Way of working", "Median change", "90% from", "90% to"] }) : null;
  return section("gains", "Who gains: by deprivation of the neighbourhood",
    paragraph("Fifths of England’s children, by income deprivation where they live. The model is told what needs a family has and where it lives; it does not know ethnicity, disability or the quality of services for any group."),
    keyOf(order), element("div", { class: "figures two" }, rates, change));
}

function fidelity() {
  if (!area.yearly.fidelity) return null;
  return section("fidelity", "How far a model is practised, and what sustains it",
    paragraph("Fidelity runs from 0 per cent (nobody works that way) to 100 (everybody does, with all posts filled), on average over social workers. Effects grow with it. It is built by training and time, held by leadership and by what peers share, and lost with every experienced worker who leaves, when leaders change, and when a grant ends that nobody replaces. It is above nil under business as usual where authorities had taken up a model before the start.".replace("business as usual", lower(arms[base].title))),
    element("div", { class: "figures" }, ...["fidelity", "leadership", "vacancy_rate"].map(fan)));
}

function families() {
  const { traces, why_none: why } = data.families;
  const parts = traces.filter(({ families: found }) => found.length).map((trace, position) => {
    const family = found(trace);
    const title = (name) => (arms.find((arm) => arm.name === name) || { title: name }).title;
    const a = title(trace.arm), b = title(trace.against);
    const avoided = trace.event === "avoided_care";
    const rows = [];
    if (family.at_origin) {
      const [at, beside] = [trace.arm, trace.against].map((name) => family.at_origin[name].text);
      rows.push([data.origin, at, beside]);
    }
    let apart = -1;
    for (const event of family.events) {
      if (apart < 0 && event.arms.length === 1) { apart = rows.length; rows.push(["From here on", "the two futures differ", "the two futures differ"]); }
      const month = new Date(`${event.month}-15T00:00:00Z`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
      rows.push([month, ...[trace.arm, trace.against].map((name) => (event.arms.includes(name) ? event.text : ""))]);
    }
    const head = ["When", a, b];
    const what = `${a}: a child ${avoided ? "stays out of" : "enters"} care who ${avoided ? "enters" : "stays out of"} it under ${lower(b)}`;
    return element("div", {},
      element("h3", { text: what }),
      paragraph(`One family with ${family.children.length} ${family.children.length === 1 ? "child" : "children"} in ${trace.authority.name}, drawn by lot from ${number(trace.families_qualifying)} of ${number(trace.families_in_all)} families of whom this is true in one possible future; of ${number(trace.families_the_other_way_round)} the opposite is.`, "small"),
      element("details", { open: position === 0 }, element("summary", { text: `Month by month: ${lower(what)}` }),
        scrolling(`Month by month: ${what}`, table("The same family, the same luck, two ways of working", head, rows, { rowClass: (i) => (i === apart ? "parts" : null) })),
        csvButton(what, head, rows)));
  });
  return section("families", "One family, two futures",
    paragraph("Simulated families. No real family or child is described. One story proves nothing: for each that ends well another is shown that does not."),
    ...(parts.length ? parts : [paragraph(why || "No family was found of whom it is true that a child enters care under one way of working only.", "note")]));
}
const found = (trace) => trace.families[0];

function record() {
  const levels = [["england", "England"], ["region", "Regions"], ["authority", "Authorities"]];
  const head = ["Figure", "Years ahead", "Forecasts", "Error beside the last published value", "Inside the 50% interval", "Inside the 90% interval", "Medians too high (+) or low (−)"];
  const rowsOf = (level) => data.track_record.rows.filter((row) => row.level === level).map((row) => [row.figure, num(row.horizon), num(row.forecasts), num(row.error, 2),
    { text: perCent(row.coverage_50), value: row.coverage_50 }, { text: perCent(row.coverage_90), value: row.coverage_90 }, { text: `${number(row.too_high_per_cent, 0, true)}%`, value: row.too_high_per_cent }]);
  const main = rowsOf("authority").filter(([name]) => /^(looked-after|children entering|protection plans, )/i.test(name));
  const { better, kinds, inside_90: inside } = data.track_record;
  return section("record", "How good earlier forecasts were",
    paragraph(`Hearth was fitted to what was known in earlier years, and its forecasts of the next three years were scored against what was then published. For authorities, ${better} of ${kinds} kinds of forecast (a figure, so many years ahead) beat simply repeating the last published value; ${perCent(inside)} of published figures lay inside the 90% intervals, where 90% should. An error below 1 is better than repeating the last published value, above 1 worse.`),
    paragraph("These scores are of business as usual only. No way of working has been tested like this, and nothing beyond three years has."),
    scrolling("Scores, authorities, three figures", table("Earlier forecasts for authorities, three figures", head, main)),
    ...levels.map(([level, name]) => element("details", {}, element("summary", { text: `All seven figures: ${name}` }),
      scrolling(`Scores, ${name}`, table(`Earlier forecasts, ${name}`, head, rowsOf(level))), csvButton(`Earlier forecasts ${name}`, head, rowsOf(level)))));
}

function assumptions() {
  const grades = Object.keys(gradeWords).map((grade) => [grade, data.effects.filter((e) => e.grade === grade).length]).filter(([, n]) => n);
  const head = ["Effect", "Ways of working", "Part of the model", "Claimed ratio", "90% from", "90% to", "Grade of evidence", "What was found", "Source"];
  const rows = data.effects.map((e) => [e.meaning || e.lever, e.arms.join(", "), e.component, num(e.ratio, 2), num(e.low, 2), num(e.high, 2), gradeWords[e.grade] || e.grade,
    e.evidence ? `${e.evidence.value} ${e.evidence.unit}`.trim() : "", e.evidence ? e.evidence.source : e.key]);
  const wideHead = ["Parameter", "What it is", "Value", "Unit", "May be divided or multiplied by (nine in ten)"];
  const wideRows = data.parameters.widest.map((p) => [p.name, p.meaning, { text: String(+p.value.toPrecision(3)), value: p.value }, p.unit, num(Math.exp(1.645 * p.spread), 1)]);
  return section("assumptions", "What it rests on",
    data.effects.length ? paragraph(`Effects of ways of working, by the evidence for them: ${grades.map(([grade, n]) => `${n} on ${gradeWords[grade]}`).join("; ")}. A ratio above 1 makes the thing more or faster; weak evidence is drawn towards no effect unless the scenario says otherwise.`) : paragraph("No service model is taken up in this result."),
    data.effects.length ? element("details", {}, element("summary", { text: "Every effect, with its evidence" }), scrolling("Every effect, with its evidence", table("Effects and the evidence for them", head, rows)), csvButton("Effects and evidence", head, rows)) : null,
    paragraph(`Numbers of the model besides: ${Object.keys(certaintyWords).filter((key) => data.parameters.counts[key]).map((key) => `${data.parameters.counts[key]} ${certaintyWords[key]}`).join("; ")}.`),
    element("details", {}, element("summary", { text: "The assumed parameters that are least known" }), scrolling("Assumed parameters of widest spread", table("Assumed parameters of widest spread", wideHead, wideRows)), csvButton("Assumed parameters", wideHead, wideRows)));
}

function made() {
  const rows = [["Scenario", data.title], ["Start", data.origin], ["Ways of working", arms.map((arm) => arm.title).join("; ")], ["Possible futures of each", String(data.replicates)],
    ["Seed", String(data.seed)], ["Share of families simulated", perCent(data.sampling_fraction, 0)], ["Authorities", String(authorities.length)]];
  const machine = Object.entries(data.made.provenance).map(([key, value]) => [key.replace(/_/g, " "), value]);
  const files = Object.entries(data.made.inputs);
  return section("made", "How it was made",
    paragraph("The same scenario, seed and version give the same numbers on any machine and any number of processors."),
    element("ul", {}, ...arms.map((arm) => element("li", {}, element("strong", { text: `${arm.title}. ` }), arm.description || ""))),
    scrolling("How this result was made", table("This result", ["What", "Value"], rows)),
    element("details", {}, element("summary", { text: "The command, the version and the machine" }), scrolling("The command, the version and the machine", table("The command, the version and the machine", ["What", "Value"], machine))),
    element("details", {}, element("summary", { text: `The ${files.length} files it was made from, with their SHA-256` }), scrolling("Files it was made from", table("Files", ["File", "SHA-256"], files))));
}

// ---- the page

function render() {
  forget();
  const open = new Set([...main.querySelectorAll("details[open] > summary")].map((s) => s.textContent));
  main.replaceChildren(...[answer(), fans(), differences(), money(), places(), neighbours(), mix(), gains(), fidelity(), families(), record(), assumptions(), made()].filter(Boolean));
  main.querySelectorAll("details").forEach((d) => { if (open.has(d.querySelector("summary").textContent)) d.open = true; });
  if (document.getElementById("places")) fillPlaces();
  centreMap();
  draw();
}
const picker = document.getElementById("area");
function choose(id) {
  if (!areaById.has(id) || !hasPage(areaById.get(id))) return;
  area = areaById.get(id);
  picker.value = id;
  history.replaceState(null, "", `#${id}`);
  render();
  document.getElementById("shown").textContent = `Showing ${area.name}`;
  window.scrollTo({ top: 0 });
}
function fillPicker() {
  const option = (a) => element("option", { value: a.id, text: a.name });
  const group = (label, found) => (found.length ? [element("optgroup", { label }, ...found.map(option))] : []);
  picker.append(...data.areas.filter((a) => a.kind === "all").map(option), ...group("Regions", data.areas.filter((a) => a.kind === "region")));
  for (const region of [...new Set(authorities.map((a) => a.region))].sort())
    picker.append(...group(region, authorities.filter((a) => a.region === region && hasPage(a)).sort((a, b) => a.name.localeCompare(b.name))));
  picker.addEventListener("change", () => choose(picker.value));
}

document.getElementById("title").textContent = data.title;
document.getElementById("question").textContent = data.question;
fillPicker();
const asked = decodeURIComponent(location.hash.slice(1));
if (areaById.has(asked) && hasPage(areaById.get(asked))) area = areaById.get(asked);
picker.value = area.id;
render();
let resized;
window.addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(() => redraw(), 150); });
window.addEventListener("beforeprint", () => redraw(660));
window.addEventListener("afterprint", () => redraw());
})();
