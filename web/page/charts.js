// Charts. Each has its message as a title, what is measured below it, labels at its lines, values on hover and for the
// keyboard, a table and a file. Ways of working differ by line and mark as well as colour.

const looks = [
  { colour: "#1a1a1a", dash: "solid", symbol: "circle" },
  { colour: "#b34700", dash: [7, 4], symbol: "triangle" },
  { colour: "#00558c", dash: [2, 3], symbol: "diamond" },
  { colour: "#7a2e7a", dash: [10, 3, 2, 3], symbol: "rect" },
  { colour: "#2e6b34", dash: [4, 4], symbol: "roundRect" },
];
const look = (arm) => looks[arm === base ? 0 : 1 + (others.indexOf(arm) % (looks.length - 1))];
const ink = "#1a1a1a";
// Letters in charts, in pixels: smaller on paper.
let textSize = 13;
const font = () => ({ fontSize: textSize, color: ink });
const plainAxis = () => ({
  axisLabel: { ...font(), hideOverlap: true }, axisLine: { lineStyle: { color: "#5a5a5a" } }, splitLine: { lineStyle: { color: "#e2e2e2" } },
});
// Room for labels beside the lines, and how many letters fit there.
const labelRoom = (width) => Math.min(8.6 * textSize, width * 0.32);
const labelLetters = (width) => Math.max(8, Math.floor(labelRoom(width) / (0.6 * textSize)));

// ---- the frame of a chart

const charts = [];  // of the page as it is

// `option(width)`: of ECharts. `values`: what is said of each step from left to right (or top to bottom), as text.
function figure({ id, message, measure, note = null, height, option, values, shownTable, file, compact = false, tall = false }) {
  const canvas = element("div", {
    class: "chart", role: "group", tabindex: "0", style: `height:${height}px`,
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
  canvas.addEventListener("blur", () => { chart.at = -1; spoken.textContent = ""; chart.instance?.dispatchAction({ type: "hideTip" }); });
  charts.push(chart);
  return element("figure", { id },
    element("figcaption", {}, element("h3", { text: message }), paragraph(measure, "small")),
    canvas, spoken, note ? paragraph(note, "small") : null,
    element("details", {}, element("summary", { text: "Table" }, element("span", { class: "hidden", text: `: ${lower(measure)}` })),
      scrolling(`${compact ? "First page, table" : "Table"}: ${lower(measure)}`, shownTable), csvButton(measure, file.head, file.rows)));
}

// Charts are drawn when they can be seen, and again when their size is another.
const visible = (canvas) => canvas.clientWidth > 0;
function drawAll(paper = null) {
  textSize = paper ? 10 : 13;
  for (const chart of charts) {
    const { canvas, option } = chart;
    const beside = chart.compact ? 3 : canvas.closest(".figures.two") ? 2 : 1;  // charts in a row of paper
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
function forgetCharts() {
  charts.forEach(({ instance }) => instance?.dispose());
  charts.length = 0;
}
const tooltip = (values) => ({
  trigger: "axis", confine: true, textStyle: { fontSize: 13, color: ink }, extraCssText: "white-space:normal;max-width:20rem",
  formatter: (at) => {
    const text = values[at[0].dataIndex] ?? "";
    const holder = element("div");
    text.split("\n").forEach((line, i) => holder.append(element(i === 0 ? "strong" : "div", { text: line })));
    return holder;
  },
});

// The first series of every chart: it cannot be seen, and has a point at every step for pointer and keyboard to find.
const readerOf = (points) => ({ type: "line", data: points, symbol: "none", silent: true, lineStyle: { opacity: 0 } });

// ---- scales

// Round ends and steps. From zero, unless that would hide what there is to see: the chart then says where it starts.
function scaleOf(values) {
  const all = values.filter((v) => v !== null && v !== undefined);
  const most = Math.max(0, ...all);
  const least = Math.min(...all);
  if (all.length === 0 || (most <= 0 && least >= 0)) return { min: 0, max: 1, interval: 0.5 };
  const low = least < 0 ? least : least > 0.4 * most && most - least > 0.02 * most ? least - 0.1 * (most - least) : 0;
  const rough = Math.max(most - low, 1e-6) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((x) => x * power).find((x) => x >= rough * 0.999);
  return { min: Math.floor(low / step) * step, max: Math.ceil(most / step) * step, interval: step };
}
const stepDecimals = (step) => Math.max(0, Math.min(3, (String(+step.toPrecision(6)).split(".")[1] || "").length));
const axisStart = (scale) => (scale.min > 0 ? ` The axis starts at ${shown(scale.min, stepDecimals(scale.interval))}, not at zero.` : "");
const yAxisOf = (scale, sign = false) => ({
  type: "value", ...scale, ...plainAxis(), axisLabel: { ...font(), formatter: (v) => shown(v, stepDecimals(scale.interval), sign) },
});
const yearsAxis = (years, wide) => ({
  type: "category", data: years, ...plainAxis(), splitLine: { show: false }, axisLine: { onZero: false, lineStyle: { color: "#5a5a5a" } },
  axisLabel: { ...font(), interval: (i) => wide || (years.length - 1 - i) % 5 === 0 },
});

// ---- marks

const hollow = (style) => ({ color: "#fff", borderColor: style.colour, borderWidth: 2 });
// A label at the end of a line, clear of the others.
const endLabel = (text, style, width) => ({
  endLabel: { show: true, formatter: wrapped(text, labelLetters(width)), color: style.colour, fontSize: textSize - 0.5, fontWeight: 600, lineHeight: textSize + 1, distance: 8 },
  labelLayout: { moveOverlap: "shiftY" },
});
const lineOf = (arm, points, width) => {
  const style = look(arm);
  return {
    type: "line", name: arms[arm].title, data: points, symbol: style.symbol, symbolSize: 8, z: 4, clip: false,
    lineStyle: { color: style.colour, width: 2, type: style.dash }, itemStyle: { color: style.colour },
    ...endLabel(arms[arm].title, style, width),
  };
};
// A band between two lines, as one polygon.
const band = (low, high, colour, opacity, first = 0) => ({
  type: "custom", silent: true, z: 1, data: [[first, low[0]]], tooltip: { show: false },
  renderItem: (_, api) => ({
    type: "polygon",
    shape: { points: [...high.map((y, i) => api.coord([first + i, y])), ...low.map((y, i) => api.coord([first + i, y])).reverse()] },
    style: { fill: colour, opacity },
  }),
});
// Upright intervals, `shift` pixels to the side.
const bars = (points, style, shift) => ({
  type: "custom", silent: true, z: 3, data: points.map(([x, low, high]) => [x, low, high]), encode: { x: 0, y: [1, 2] },
  renderItem: (_, api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const high = api.coord([api.value(0), api.value(2)])[1];
    const stroke = { stroke: style.colour, lineWidth: 1.5 };
    return {
      type: "group",
      children: [[x + shift, low, x + shift, high], [x + shift - 4, low, x + shift + 4, low], [x + shift - 4, high, x + shift + 4, high]]
        .map(([x1, y1, x2, y2]) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke })),
    };
  },
});
const mark = (x, y, style, filled) => {
  const fill = { fill: filled ? style.colour : "#fff", stroke: filled ? "#fff" : style.colour, lineWidth: filled ? 1 : 2 };
  const points = { triangle: [[0, -6], [6, 5], [-6, 5]], diamond: [[0, -7], [6, 0], [0, 7], [-6, 0]], rect: [[-5, -5], [5, -5], [5, 5], [-5, 5]] };
  if (points[style.symbol]) return { type: "polygon", shape: { points: points[style.symbol].map(([a, b]) => [x + a, y + b]) }, style: fill };
  return { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: fill };
};
const cross = "path://M0,0 L2,0 L5,3.6 L8,0 L10,0 L6,5 L10,10 L8,10 L5,6.4 L2,10 L0,10 L4,5 Z";

// ---- charts over the years

// What was published, and what business as usual leads to.
function levelChart(key, compact = false) {
  const values = area.compared[key];
  const past = publishedOf(key);
  const ahead = periods.map((period) => period.short);
  const years = [...new Set([...past.map(([year]) => String(year)), ...ahead])];
  const first = years.indexOf(ahead[0]);
  const scale = scaleOf([...past.map(([, value]) => value), ...values.baseline.flat()]);
  const from = past.length ? ` (published in ${past.at(-1)[0]}: ${shown(past.at(-1)[1], 0)})` : "";
  const message = `${title(key)}: ${valueText(values.baseline[last][0], values.decimals, values.unit)} in ${periods[last].short} under ${baseName}${from}`;
  const measure = `${title(key)} (${howMeasured(key)}), ${baseName}`;
  const said = years.map((year, i) => {
    const published = past.find(([y]) => String(y) === year);
    const t = i - first;
    return [year, published ? `Published: ${shown(published[1], 0)}` : null,
      t >= 0 ? `${arms[base].title}: ${levelText(values.baseline[t], values.decimals)}` : null,
      ...(t >= 0 ? others.map((arm) => `${arms[arm].title}: ${shown(values.mean[arm][t], values.decimals)}`) : [])].filter(Boolean).join("\n");
  });
  const known = values.baseline.every(([, low]) => low !== null);
  const style = look(base);
  return figure({
    id: `${compact ? "front-" : ""}level-${key}`, message, measure, height: compact ? 240 : 260, compact, values: said,
    note: `${known ? "Band: 90% of replicates. " : ""}${past.length ? "Crosses: published. " : ""}${axisStart(scale).trim()}`.trim() || null,
    option: (width) => ({
      grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
      xAxis: { ...yearsAxis(years, width / years.length > 46), boundaryGap: false }, yAxis: yAxisOf(scale), tooltip: tooltip(said),
      series: [
        readerOf(years.map(() => scale.min)),
        ...(known ? [band(values.baseline.map((v) => v[1]), values.baseline.map((v) => v[2]), style.colour, 0.2, first)] : []),
        lineOf(base, years.map((_, i) => (i < first ? null : values.baseline[i - first][0])), width),
        { type: "scatter", data: years.map((year) => (past.find(([y]) => String(y) === year) || [null, null])[1]), symbol: cross, symbolSize: 9, z: 5,
          itemStyle: { color: ink } },
      ],
    }),
    shownTable: yearsTable(key), file: yearsFile(key),
  });
}

const saidDifferences = (differences, decimals, label) => periods.map((period, t) => [label(period),
  ...others.map((arm) => `${arms[arm].title}: ${differenceText(differences(arm)[t], decimals)}`)].join("\n"));
const hollowNote = (differences) => (others.some((arm) => differences(arm).some((d) => signOf(d) === UNCLEAR))
  ? " Hollow: unclear, the mean is within two errors of zero." : "");

// Differences of every arm over the years; `shownBars` of the years have their interval drawn.
function differencePlot(differences, decimals, scale, said, compact) {
  const same = (arm) => differences(arm).every((d) => signOf(d) === SAME);
  return (width) => {
    const side = (i) => (i - (others.length - 1) / 2) * Math.min(9, width / (3.5 * periods.length));
    const withBar = (t) => !compact || data.dates.includes(t);
    return {
      grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
      xAxis: yearsAxis(periods.map((p) => p.short), width / periods.length > 50), yAxis: yAxisOf(scale, true), tooltip: tooltip(said),
      series: [
        readerOf(periods.map(() => scale.min)),
        // Ways of working that never differ lie on the line of business as usual.
        { type: "line", data: periods.map(() => 0), symbol: "none", lineStyle: { color: ink, width: 1.5 }, z: 2,
          ...endLabel([base, ...others.filter(same)].map((arm) => arms[arm].title).join(", "), look(base), width) },
        ...others.filter((arm) => !same(arm)).map((arm) => lineOf(arm, differences(arm).map((d) => ({
          value: d[0], itemStyle: signOf(d) === CLEAR ? {} : hollow(look(arm)),
        })), width)),
        ...others.map((arm, i) => bars(differences(arm).map((d, t) => [t, d[1], d[2]]).filter(([t, low]) => low !== null && !same(arm) && withBar(t)),
          look(arm), side(i))),
      ],
    };
  };
}
const differenceScale = (differences) => scaleOf([0, ...others.flatMap((arm) => differences(arm).flatMap((d) => [d[0], d[1], d[2]]))]);

function differenceChart(key, compact = false) {
  const values = area.compared[key];
  const differences = (arm) => values.difference[arm];
  const said = saidDifferences(differences, values.decimals, (period) => period.label);
  const message = `${title(key)} in ${periods[last].short}: ` +
    sizesText((arm) => differences(arm)[last], values.decimals, values.unit, less(key));
  return figure({
    id: `${compact ? "front-" : ""}difference-${key}`, message, compact, height: compact ? 240 : 260, values: said,
    measure: `${title(key)}: difference from ${baseName} (${howMeasured(key)})`,
    note: `Bars: 90% of replicates${compact && data.dates.length > 1 ? `, in ${data.dates.map((t) => periods[t].short).join(" and ")}` : ""}.${hollowNote(differences)}`,
    option: differencePlot(differences, values.decimals, differenceScale(differences), said, compact),
    shownTable: yearsTable(key), file: yearsFile(key),
  });
}

// Levels of every arm over the years, where they are the question.
function levelsChart(key) {
  const values = area.practice[key];
  const order = [base, ...others];
  const scale = scaleOf(order.flatMap((arm) => values.level[arm].flat()));
  const said = periods.map((period, t) => [period.label, ...order.map((arm) => `${arms[arm].title}: ${levelText(values.level[arm][t], values.decimals)}`)].join("\n"));
  const rows = periods.flatMap((period, t) => order.map((arm) => [period.label, arms[arm].title, ...values.level[arm][t]]));
  const measure = `${title(key)} (${howMeasured(key)})`;
  return figure({
    id: `level-${key}`, measure, height: 260, values: said, note: axisStart(scale).trim() || null,
    message: `${title(key)} in ${periods[last].short}: ` + order.map((arm) => `${valueText(values.level[arm][last][0], values.decimals, values.unit)} under ${lower(arms[arm].title)}`).join(", "),
    option: (width) => ({
      grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
      xAxis: yearsAxis(periods.map((p) => p.short), width / periods.length > 50), yAxis: yAxisOf(scale), tooltip: tooltip(said),
      series: [readerOf(periods.map(() => scale.min)), ...order.map((arm) => lineOf(arm, values.level[arm].map((v) => v[0]), width))],
    }),
    shownTable: table(`${measure}, ${area.name}`, ["Year", "Way of working", n("Mean"), n("90% of replicates")],
      rows.map(([label, arm, ...v]) => [label, arm, shown(v[0], values.decimals), rangeText(v[1], v[2], values.decimals)])),
    file: { head: ["Year", "Way of working", "Mean", "90% from", "90% to"], rows },
  });
}

// ---- the table of a measure, year by year

function yearsTable(key) {
  const values = area.compared[key];
  const past = publishedOf(key);
  const rows = periods.flatMap((period, t) => [base, ...others].map((arm) => {
    if (arm === base) return [period.label, arms[arm].title, shown(values.baseline[t][0], values.decimals), rangeText(values.baseline[t][1], values.baseline[t][2], values.decimals), "", "", "", ""];
    const d = values.difference[arm][t];
    return [period.label, arms[arm].title, shown(values.mean[arm][t], values.decimals), "", meanText(d, values.decimals), errorText(d, values.decimals),
      rangeText(d[1], d[2], values.decimals, true), perCent(d[4])];
  }));
  return table(`${title(key)} (${howMeasured(key)}), ${area.name}`,
    ["Year", "Way of working", n("Mean"), n("90% of replicates"), n("Mean difference"), n("Monte Carlo error"), n("Difference, 90% of replicates"), n(`Replicates with ${less(key)}`)],
    [...past.map(([year, value]) => [`year to 31 March ${year}`, "Published", shown(value, 0), "", "", "", "", ""]), ...rows]);
}
function yearsFile(key) {
  const values = area.compared[key];
  return {
    head: ["Year", "Way of working", "Mean", "90% from", "90% to", "Mean difference", "Monte Carlo error", "Difference 90% from", "Difference 90% to",
      `Per cent of replicates with ${less(key)}`, "Difference is unclear"],
    rows: periods.flatMap((period, t) => [base, ...others].map((arm) => (arm === base
      ? [period.label, arms[arm].title, ...values.baseline[t], null, null, null, null, null, null]
      : [period.label, arms[arm].title, values.mean[arm][t], null, null, ...[0, 3, 1, 2, 4].map((i) => values.difference[arm][t][i]), signOf(values.difference[arm][t]) === UNCLEAR ? "yes" : "no"]))),
  };
}

// ---- dots with intervals, lying down: differences of categories by arm

// `points[k][i]`: of who[k] in category i, a level or a difference, or null.
function dots({ id, message, measure, categories, who, points, decimals, sign, unit, head, own = null, note = null }) {
  const rowHeight = Math.max(34, 12 + who.length * 16);
  const text = (p) => (!p ? "not known" : sign ? differenceText(p, decimals) : p.length > 1 && p[1] !== null ? levelText(p, decimals) : shown(p[0], decimals));
  const said = categories.map((category, i) => [category, ...who.map((arm, k) => `${who.length > 1 || sign ? `${arms[arm].title}: ` : ""}${text(points[k][i])}`)].join("\n"));
  const all = points.flat().filter(Boolean).flatMap((p) => [p[0], p[1], p[2]]);
  const scale = scaleOf(sign ? [0, ...all] : all);
  const clear = (p) => !sign || signOf(p) !== UNCLEAR;
  const labels = who.length > 1;
  return figure({
    id, message, measure, values: said, height: 60 + categories.length * rowHeight, tall: true,
    note: [note, sign && points.flat().some((p) => p && signOf(p) === UNCLEAR) ? "Hollow: unclear, the mean is within two errors of zero." : null, axisStart(scale).trim() || null].filter(Boolean).join(" ") || null,
    option: (width) => ({
      grid: { left: Math.min(210, width * 0.42), right: labels ? 20 : 34, top: labels ? 26 : 10, bottom: 44 },
      xAxis: { type: "value", ...scale, ...plainAxis(), name: unit, nameLocation: "middle", nameGap: 28, nameTextStyle: font(),
        axisLabel: { ...font(), hideOverlap: true, formatter: (v) => shown(v, stepDecimals(scale.interval), sign) } },
      yAxis: { type: "category", inverse: true, data: categories, ...plainAxis(), axisTick: { show: false },
        axisLabel: { ...font(), lineHeight: 15, formatter: (name) => wrapped(name, Math.floor(Math.min(200, width * 0.4) / (0.56 * textSize))) } },
      tooltip: { ...tooltip(said), axisPointer: { type: "shadow" } },
      series: [
        { ...readerOf(categories.map(() => scale.min)),
          markLine: scale.min < 0 ? { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink, type: "solid", width: 1.5 }, data: [{ xAxis: 0 }] } : undefined },
        ...who.map((arm, k) => ({
          type: "custom", silent: true, z: 3, encode: { x: [0, 1, 2], y: 3 },
          data: points[k].map((p, i) => (p ? [p[0], p[1] ?? p[0], p[2] ?? p[0], i] : [null, null, null, i])),
          renderItem: (_, api) => {
            const row = api.value(3);
            if (Number.isNaN(api.value(0)) || !points[k][row]) return null;
            const [x, centre] = api.coord([api.value(0), row]);
            const y = centre + (k - (who.length - 1) / 2) * 16;
            const style = look(arm);
            const [from] = api.coord([api.value(1), row]);
            const [to] = api.coord([api.value(2), row]);
            const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: style.colour, lineWidth: 1.5 } });
            const children = [...(to > from ? [line(from, y, to, y), line(from, y - 4, from, y + 4), line(to, y - 4, to, y + 4)] : []),
              mark(x, y, style, clear(points[k][row]))];
            if (own === row) children.push({ type: "text", x: x + 10, y: y - 7, style: { text: "◀", fill: style.colour, fontSize: 12 } });
            // The first row names the marks.
            if (labels && row === 0)
              children.push({ type: "text", x: Math.min(210, width * 0.42) + k * ((width - Math.min(210, width * 0.42)) / who.length), y: 4,
                style: { text: `${["●", "▲", "◆", "■", "●"][looks.indexOf(style)]} ${wrapped(arms[arm].title, 28)}`, fill: style.colour, fontSize: textSize - 0.5, fontWeight: 600 } });
            return { type: "group", children };
          },
        })),
      ],
    }),
    shownTable: table(`${measure}, ${area.name}`,
      sign ? [head, "Way of working", n("Mean difference"), n("Monte Carlo error"), n("90% of replicates")] : [head, "Way of working", n("Mean"), n("90% of replicates")],
      categories.flatMap((category, i) => who.map((arm, k) => {
        const p = points[k][i];
        if (!p) return sign ? [category, arms[arm].title, "–", "–", "–"] : [category, arms[arm].title, "–", "–"];
        return sign ? [category, arms[arm].title, meanText(p, decimals), errorText(p, decimals), rangeText(p[1], p[2], decimals, true)]
          : [category, arms[arm].title, shown(p[0], decimals), p.length > 1 ? rangeText(p[1], p[2], decimals) : "–"];
      }))),
    file: {
      head: [head, "Way of working", ...(sign ? ["Mean difference", "Monte Carlo error", "90% from", "90% to"] : ["Mean", "90% from", "90% to"])],
      rows: categories.flatMap((category, i) => who.map((arm, k) => {
        const p = points[k][i] || [];
        return [category, arms[arm].title, ...(sign ? [p[0], p[3], p[1], p[2]] : [p[0], p[1], p[2]])];
      })),
    },
  });
}
