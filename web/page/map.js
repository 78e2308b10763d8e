// Authorities on a map: a tile for each.

import { SAME, UNCLEAR, lower, shown, signOf } from "./numbers.js";
import { area, areaById, arms, authorities, baseName, data, endMonth, others } from "./data.js";
import { element, paragraph } from "./elements.js";
import { ink } from "./charts.js";
import { perChildren, published } from "./neighbours.js";

let mapView = "published";
// What happens when an area is chosen: main sets it.
export let choosing = () => {};
export function onChoose(then) {
  choosing = then;
}

function views() {
  return [
    {
      key: "published",
      name: `${perChildren}, published, March ${data.published_year}`,
      of: (a) => published(a.id),
      cuts: data.map_cuts.published,
    },
    {
      key: "base",
      name: `${perChildren}, ${baseName}, ${endMonth}`,
      of: (a) => a.rates.baseline[0],
      cuts: data.map_cuts.baseline,
    },
    ...others.map((arm) => ({
      key: `arm${arm}`,
      name: `Difference under ${lower(arms[arm].title)}, ${endMonth}`,
      of: (a) => direction(a.rates.difference[arm]),
    })),
  ];
}
const direction = (d) =>
  signOf(d) === SAME ? "same" : signOf(d) === UNCLEAR ? "unclear" : d[0] < 0 ? "fewer" : "more";
const shades = [
  ["#f2efe8", ink],
  ["#cfdcea", ink],
  ["#8fb4d3", ink],
  ["#3f79a8", "#fff"],
  ["#0b3c61", "#fff"],
];
const directions = {
  fewer: ["#00558c", "#fff", "▼", "fewer on average"],
  unclear: ["#f2efe8", ink, "·", "unclear"],
  more: ["#b34700", "#fff", "▲", "more on average"],
  same: ["#ffffff", ink, "=", "no difference"],
};
const unknown = ["#ffffff", ink];

const swatch = (fill, colour, text) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", "26");
  svg.setAttribute("height", "18");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML =
    `<rect x=".5" y=".5" width="25" height="17" rx="3" fill="${fill}" stroke="#5a5a5a"/><text ` +
    `x="13" y="13" text-anchor="middle" font-size="12" font-weight="600" ` +
    `fill="${colour}">${text}</text>`;
  return svg;
};
function mapKey(view, counts) {
  const item = (fill, colour, symbol, text) => element("li", {}, swatch(fill, colour, symbol), text);
  const items = view.cuts
    ? shades.map(([fill, colour], i) =>
        item(
          fill,
          colour,
          "",
          i === 0
            ? `up to ${shown(view.cuts[0], 1)}`
            : i === 4
              ? `over ${shown(view.cuts[3], 1)}`
              : `${shown(view.cuts[i - 1], 1)} to ${shown(view.cuts[i], 1)}`,
        ),
      )
    : Object.entries(directions)
        .filter(([key]) => counts[key])
        .map(([key, [fill, colour, symbol, text]]) => item(fill, colour, symbol, `${text} (${counts[key]})`));
  if (counts.null) items.push(item(...unknown, "", `not published (${counts.null})`));
  return element("ul", { class: "key" }, ...items);
}

// The tiles, each with its letters and its value.
function tiles(view, says) {
  const side = 40;
  const columns = data.tiles.map((t) => t[1]);
  const firstColumn = Math.min(...columns);
  const firstRow = Math.min(...data.tiles.map((t) => t[2]));
  const width = Math.max(...columns) + 1 - firstColumn;
  const height = Math.max(...data.tiles.map((t) => t[2])) + 1 - firstRow;
  const shade = (v) => (v === null ? unknown : shades[view.cuts.filter((cut) => v > cut).length]);
  const escape = (text) => text.replace(/[&<"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", '"': "&quot;" })[c]);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `-2 -2 ${width * side + 4} ${height * side + 4}`);
  svg.setAttribute("class", "map");
  svg.setAttribute("style", `max-width:${Math.min(832, width * 44)}px`);
  svg.setAttribute("role", "img");
  svg.setAttribute(
    "aria-label",
    `Map of authorities, one tile each. ${view.name}. ${says} The table below has every figure.`,
  );
  svg.innerHTML = data.tiles
    .map(([code, column, row, letters]) => {
      const place = areaById.get(String(code));
      const value = view.of(place);
      const [fill, colour, symbol] = view.cuts ? shade(value) : directions[value];
      const [x, y] = [(column - firstColumn) * side, (row - firstRow) * side];
      const said = view.cuts ? (value === null ? "not published" : shown(value, 1)) : directions[value][3];
      return (
        "<g " +
        `data-id="${place.id}"${area.id === place.id ? ' class="own"' : ""}` +
        `><title>${escape(place.name)}: ${said}</title>` +
        (`<rect x="${x}" y="${y}" width="${side - 3}" height="${side - 3}" rx="4" fill="${fill}" ` +
          `stroke="#5a5a5a"/>`) +
        `<text class="letters" x="${x + side / 2 - 1.5}" y="${y + 16}" fill="${colour}">${letters}</text>` +
        (`<text class="value${symbol ? " symbol" : ""}" x="${x + side / 2 - 1.5}" y="${y + 30}" ` +
          `fill="${colour}">${symbol || (value === null ? "–" : shown(value, 0))}</text></g>`)
      );
    })
    .join("");
  svg.addEventListener("click", (event) => {
    const tile = event.target.closest("g");
    if (tile) choosing(tile.dataset.id);
  });
  return svg;
}

export function map() {
  const view = views().find(({ key }) => key === mapView) || views()[0];
  const counts = {};
  authorities.forEach((a) => {
    const v = view.cuts ? (view.of(a) === null ? "null" : "known") : view.of(a);
    counts[v] = (counts[v] || 0) + 1;
  });
  const says = view.cuts
    ? "Darker tiles are higher, in fifths of the authorities."
    : Object.entries(directions)
        .filter(([key]) => counts[key])
        .map(
          ([key, [, , symbol, text]]) =>
            `${text}: ${counts[key]} ${counts[key] === 1 ? "authority" : "authorities"} (${symbol})`,
        )
        .join("; ")
        .replace(/^./, (c) => c.toUpperCase()) + ".";
  const svg = tiles(view, says);
  const control = element(
    "select",
    {
      id: "map-view",
      onchange: (event) => {
        mapView = event.target.value;
        refreshMap();
      },
    },
    ...views().map(({ key, name }) =>
      element("option", { value: key, selected: key === view.key, text: name }),
    ),
  );
  return element(
    "div",
    { id: "map" },
    element(
      "div",
      { class: "controls" },
      element("label", { for: "map-view", text: "Show on the map" }),
      control,
    ),
    paragraph(`${view.name}. ${says}`, "small"),
    mapKey(view, counts),
    svg,
  );
}
function refreshMap() {
  document.getElementById("map").replaceWith(map());
  document.getElementById("map-view").focus();
}
