// Authorities side by side on a map and in a table; an authority and its statistical neighbours.

const perChildren = "Looked-after children per 10,000 children";
const factsOf = (code) => data.facts[code];
const published = (code) => factsOf(code).rates[0];
let mapView = "published";
const printedRows = 40;  // as in page.css
const tableState = { sort: 0, down: false, words: "", region: "" };

function views() {
  return [
    { key: "published", name: `${perChildren}, published, March ${data.origin_year}`, of: (a) => published(a.id), cuts: data.map_cuts.published },
    { key: "base", name: `${perChildren}, ${baseName}, ${endMonth}`, of: (a) => a.rates.baseline[0], cuts: data.map_cuts.baseline },
    ...others.map((arm) => ({ key: `arm${arm}`, name: `Difference under ${lower(arms[arm].title)}, ${endMonth}`, of: (a) => direction(a.rates.difference[arm]) })),
  ];
}
const direction = (d) => (signOf(d) === SAME ? "same" : signOf(d) === UNCLEAR ? "unclear" : d[0] < 0 ? "fewer" : "more");
const shades = [["#f2efe8", ink], ["#cfdcea", ink], ["#8fb4d3", ink], ["#3f79a8", "#fff"], ["#0b3c61", "#fff"]];
const directions = {
  fewer: ["#00558c", "#fff", "▼", "fewer on average"], unclear: ["#f2efe8", ink, "·", "unclear"],
  more: ["#b34700", "#fff", "▲", "more on average"], same: ["#ffffff", ink, "=", "no difference"],
};
const unknown = ["#ffffff", ink];

const swatch = (fill, colour, text) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "26");
  svg.setAttribute("height", "18");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = `<rect x=".5" y=".5" width="25" height="17" rx="3" fill="${fill}" stroke="#5a5a5a"/><text x="13" y="13" text-anchor="middle" font-size="12" font-weight="600" fill="${colour}">${text}</text>`;
  return svg;
};
function mapKey(view, counts) {
  const item = (fill, colour, symbol, text) => element("li", {}, swatch(fill, colour, symbol), text);
  const items = view.cuts
    ? shades.map(([fill, colour], i) => item(fill, colour, "", i === 0 ? `up to ${shown(view.cuts[0], 1)}` : i === 4 ? `over ${shown(view.cuts[3], 1)}` : `${shown(view.cuts[i - 1], 1)} to ${shown(view.cuts[i], 1)}`))
    : Object.entries(directions).filter(([key]) => counts[key]).map(([key, [fill, colour, symbol, text]]) => item(fill, colour, symbol, `${text} (${counts[key]})`));
  if (counts.null) items.push(item(...unknown, "", `not published (${counts.null})`));
  return element("ul", { class: "key" }, ...items);
}

function map() {
  const view = views().find(({ key }) => key === mapView) || views()[0];
  const side = 40;
  const columns = data.tiles.map((t) => t[1]);
  const firstColumn = Math.min(...columns);
  const firstRow = Math.min(...data.tiles.map((t) => t[2]));
  const width = Math.max(...columns) + 1 - firstColumn;
  const height = Math.max(...data.tiles.map((t) => t[2])) + 1 - firstRow;
  const counts = {};
  authorities.forEach((a) => { const v = view.cuts ? (view.of(a) === null ? "null" : "known") : view.of(a); counts[v] = (counts[v] || 0) + 1; });
  const shade = (v) => (v === null ? unknown : shades[view.cuts.filter((cut) => v > cut).length]);
  const escape = (text) => text.replace(/[&<"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", '"': "&quot;" })[c]);
  const says = view.cuts ? "Darker tiles are higher, in fifths of the authorities."
    : Object.entries(directions).filter(([key]) => counts[key]).map(([key, [, , symbol, text]]) => `${text}: ${counts[key]} ${counts[key] === 1 ? "authority" : "authorities"} (${symbol})`).join("; ").replace(/^./, (c) => c.toUpperCase()) + ".";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `-2 -2 ${width * side + 4} ${height * side + 4}`);
  svg.setAttribute("class", "map");
  svg.setAttribute("style", `max-width:${Math.min(832, width * 44)}px`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Map of authorities, one tile each. ${view.name}. ${says} The table below has every figure.`);
  svg.innerHTML = data.tiles.map(([code, column, row, letters]) => {
    const place = areaById.get(String(code));
    const value = view.of(place);
    const [fill, colour, symbol] = view.cuts ? shade(value) : directions[value];
    const [x, y] = [(column - firstColumn) * side, (row - firstRow) * side];
    const said = view.cuts ? (value === null ? "not published" : shown(value, 1)) : directions[value][3];
    return `<g data-id="${place.id}"${area.id === place.id ? ' class="own"' : ""}><title>${escape(place.name)}: ${said}</title>` +
      `<rect x="${x}" y="${y}" width="${side - 3}" height="${side - 3}" rx="4" fill="${fill}" stroke="#5a5a5a"/>` +
      `<text class="letters" x="${x + side / 2 - 1.5}" y="${y + 16}" fill="${colour}">${letters}</text>` +
      `<text class="value${symbol ? " symbol" : ""}" x="${x + side / 2 - 1.5}" y="${y + 30}" fill="${colour}">${symbol || (value === null ? "–" : shown(value, 0))}</text></g>`;
  }).join("");
  svg.addEventListener("click", (event) => {
    const tile = event.target.closest("g");
    if (tile) choose(tile.dataset.id);
  });
  const control = element("select", { id: "map-view", onchange: (event) => { mapView = event.target.value; refreshMap(); } },
    ...views().map(({ key, name }) => element("option", { value: key, selected: key === view.key, text: name })));
  return element("div", { id: "map" },
    element("div", { class: "controls" }, element("label", { for: "map-view", text: "Show on the map" }), control),
    paragraph(`${view.name}. ${says}`, "small"), mapKey(view, counts), svg);
}
function refreshMap() {
  document.getElementById("map").replaceWith(map());
  document.getElementById("map-view").focus();
}

// Cells have a text, and a value to sort by.
const placeColumns = () => [
  { name: "Authority", of: (a) => [a.name, a.name] },
  { name: "Region", of: (a) => [a.region, a.region] },
  { name: "Children", number: true, of: (a) => [shown(factsOf(a.id).children, 0), factsOf(a.id).children] },
  { name: `Published ${data.origin_year}`, number: true, of: (a) => [shown(published(a.id), 1), published(a.id) ?? -1] },
  { name: `${arms[base].title}, ${periods[last].short}`, number: true, of: (a) => [levelCell(a.rates.baseline, 1), a.rates.baseline[0]] },
  ...others.map((arm) => ({ name: `${arms[arm].title}: difference`, number: true, of: (a) => [differenceCell(a.rates.difference[arm], 1), a.rates.difference[arm][0]] })),
];
function placesRows() {
  const column = placeColumns()[tableState.sort];
  const words = tableState.words.trim().toLowerCase();
  const found = authorities.filter((a) => (!tableState.region || a.region === tableState.region) && (!words || a.name.toLowerCase().includes(words)));
  const value = (a) => column.of(a)[1];
  return found.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (tableState.down ? -1 : 1));
}
function fillPlaces() {
  const columns = placeColumns();
  const found = placesRows();
  document.querySelector("#places tbody").replaceChildren(...found.map((a) => element("tr", { class: a.id === area.id ? "own" : null },
    ...columns.map((column, i) => {
      const [text] = column.of(a);
      if (i > 0) return element("td", { class: column.number ? "n" : null }, ...[text].flat());
      if (!hasPage(a)) return element("th", { scope: "row", text });
      return element("th", { scope: "row" }, element("button", { type: "button", text, "aria-label": `Show ${text}`, onclick: () => choose(a.id) }));
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
  const head = element("tr", {}, ...columns.map((column, i) => element("th", { scope: "col", class: column.number ? "n" : null },
    element("button", { type: "button", text: column.name, onclick: () => {
      tableState.down = tableState.sort === i ? !tableState.down : column.number === true;
      tableState.sort = i;
      fillPlaces();
    } }), element("span", { "aria-hidden": "true" }))));
  const filter = element("input", { id: "filter", type: "search", autocomplete: "off", value: tableState.words, oninput: (event) => { tableState.words = event.target.value; fillPlaces(); } });
  const choice = element("select", { id: "region", onchange: (event) => { tableState.region = event.target.value; fillPlaces(); } },
    element("option", { value: "", text: "All regions" }), ...regions.map((name) => element("option", { value: name, selected: tableState.region === name, text: name })));
  return part("authorities", "Authorities side by side",
    paragraph(`${perChildren}. One tile is one authority, roughly in place; its letters stand for its name.` +
      (authorities.every(hasPage) ? " Choose a tile, or a name in the table, to see that authority on the whole page." : "")),
    data.tiles.length > 1 ? map() : null,
    element("div", { class: "controls" },
      element("label", { for: "filter", text: "Find a name" }), filter,
      element("label", { for: "region", text: "Region" }), choice,
      element("span", { id: "places-count", role: "status" })),
    scrolling("Table of authorities", element("table", { id: "places", class: "long two-lines" },
      element("caption", { text: `${perChildren}; choose a heading to sort` }),
      element("thead", {}, head), element("tbody")), true),
    authorities.length > printedRows ? paragraph(`On paper the table ends after ${printedRows} rows, as sorted here; the page on a screen has all ${authorities.length}.`, "on-paper") : null,
    csvButton("Looked-after children by authority",
      ["Code", "Authority", "Region", "Children", `Published ${data.origin_year}`, "Baseline mean", "90% from", "90% to",
        ...others.flatMap((arm) => ["mean difference", "Monte Carlo error", "90% from", "90% to"].map((what) => `${arms[arm].title}: ${what}`))],
      authorities.map((a) => [a.id, a.name, a.region, factsOf(a.id).children, published(a.id), ...a.rates.baseline,
        ...others.flatMap((arm) => [0, 3, 1, 2].map((i) => a.rates.difference[arm][i]))])));
}

// ---- statistical neighbours

const publishedRates = ["Looked-after children", "Children entering care", "Child protection plans", "Children in need", "Referrals"];
function neighbours() {
  if (area.kind !== "authority") return null;
  if (area.neighbours.length === 0)
    return part("neighbours", `${area.name} and its statistical neighbours`, paragraph(`The Department for Education publishes no statistical neighbours for ${area.name}.`));
  const group = [area.id, ...area.neighbours.map(String)];
  const names = group.map((code) => factsOf(code).name);
  const rates = dots({
    id: "neighbours-level", own: 0, measure: `${perChildren}, published, March ${data.origin_year}`, head: "Authority",
    message: `Looked-after children per 10,000: ${shown(published(area.id), 1)} in ${area.name}, ${rangeText(...neighbourRange(group), 1)} in its statistical neighbours`,
    categories: names, who: [base], points: [group.map((code) => (published(code) === null ? null : [published(code)]))], decimals: 1, sign: false, unit: "per 10,000 children" });
  const simulated = group.map((code) => areaById.get(code));
  const change = others.length && simulated.slice(1).some(Boolean) ? dots({
    id: "neighbours-difference", own: 0, measure: `${perChildren} in ${endMonth}: difference from ${baseName}`, head: "Authority",
    message: `Difference per 10,000 in ${area.name}: ${others.map((arm) => `${arms[arm].title} ${signOf(area.rates.difference[arm]) === CLEAR ? shown(area.rates.difference[arm][0], 1, true) : meanText(area.rates.difference[arm], 1)}`).join("; ")}`,
    note: simulated.every(Boolean) ? null : "Neighbours that this result does not simulate have no dot.",
    categories: names, who: others, points: others.map((arm) => simulated.map((a) => (a ? a.rates.difference[arm] : null))), decimals: 1, sign: true, unit: "per 10,000 children" }) : null;
  const rows = group.map((code) => [factsOf(code).name, shown(factsOf(code).children, 0), shown(factsOf(code).deprivation_per_cent, 1), ...factsOf(code).rates.map((rate) => shown(rate, 1))]);
  return part("neighbours", `${area.name} and its statistical neighbours`,
    paragraph(`The ${area.neighbours.length === 10 ? "ten" : area.neighbours.length} statistical neighbours that the Department for Education publishes for ${area.name}, nearest first` +
      (area.neighbours.length === 10 ? "." : `; others of its list did not exist on ${data.origin}.`) +
      (simulated.slice(1).some(Boolean) ? "" : " They are not simulated in this result: what is shown is published.")),
    element("div", { class: "figures two" }, rates, change),
    scrolling("What is published of the neighbours", table(`Published figures per 10,000 children, year to March ${data.origin_year}`,
      ["Authority", n("Children"), n("In income-deprived families (%)"), ...publishedRates.map(n)], rows, { rowClass: (i) => (i === 0 ? "own" : null), id: "neighbours-published" })),
    csvButton("Statistical neighbours", ["Code", "Authority", "Children", "In income-deprived families, per cent", ...publishedRates.map((name) => `${name} per 10,000`)],
      group.map((code) => [code, factsOf(code).name, factsOf(code).children, factsOf(code).deprivation_per_cent, ...factsOf(code).rates])));
}
const neighbourRange = (group) => {
  const known = group.slice(1).map(published).filter((v) => v !== null);
  return [Math.min(...known), Math.max(...known)];
};
