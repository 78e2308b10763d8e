// Authorities side by side, on the map and in a table.

import { shown } from "./numbers.js";
import { area, arms, authorities, base, data, hasPage, last, others, periods } from "./data.js";
import { csvButton, differenceCell, element, levelCell, paragraph, part, scrolling } from "./elements.js";
import { factsOf, perChildren, published } from "./neighbours.js";
import { choosing, map } from "./map.js";

const printedRows = 40; // as in page.css
const tableState = { sort: 0, down: false, words: "", region: "" };

// Cells have a text, and a value to sort by.
const placeColumns = () => [
  { name: "Authority", of: (a) => [a.name, a.name] },
  { name: "Region", of: (a) => [a.region, a.region] },
  { name: "Children", number: true, of: (a) => [shown(factsOf(a.id).children, 0), factsOf(a.id).children] },
  {
    name: `Published ${data.published_year}`,
    number: true,
    of: (a) => [shown(published(a.id), 1), published(a.id) ?? -1],
  },
  {
    name: `${arms[base].title}, ${periods[last].short}`,
    number: true,
    of: (a) => [levelCell(a.rates.baseline, 1), a.rates.baseline[0]],
  },
  ...others.map((arm) => ({
    name: `${arms[arm].title}: difference`,
    number: true,
    of: (a) => [differenceCell(a.rates.difference[arm], 1), a.rates.difference[arm][0]],
  })),
];
function placesRows() {
  const column = placeColumns()[tableState.sort];
  const words = tableState.words.trim().toLowerCase();
  const found = authorities.filter(
    (a) =>
      (!tableState.region || a.region === tableState.region) &&
      (!words || a.name.toLowerCase().includes(words)),
  );
  const value = (a) => column.of(a)[1];
  return found.sort(
    (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (tableState.down ? -1 : 1),
  );
}
export function fillPlaces() {
  const columns = placeColumns();
  const found = placesRows();
  document.querySelector("#places tbody").replaceChildren(
    ...found.map((a) =>
      element(
        "tr",
        { class: a.id === area.id ? "own" : null },
        ...columns.map((column, i) => {
          const [text] = column.of(a);
          if (i > 0) return element("td", { class: column.number ? "n" : null }, ...[text].flat());
          if (!hasPage(a)) return element("th", { scope: "row", text });
          return element(
            "th",
            { scope: "row" },
            element("button", {
              type: "button",
              text,
              "aria-label": `Show ${text}`,
              onclick: () => choosing(a.id),
            }),
          );
        }),
      ),
    ),
  );
  document.querySelectorAll("#places thead th").forEach((th, i) => {
    if (i === tableState.sort) th.setAttribute("aria-sort", tableState.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
    th.querySelector("span").textContent = i === tableState.sort ? (tableState.down ? " ▼" : " ▲") : "";
  });
  document.getElementById("places-count").textContent =
    `${found.length} of ${authorities.length} authorities`;
}
function placesHead() {
  return element(
    "tr",
    {},
    ...placeColumns().map((column, i) =>
      element(
        "th",
        { scope: "col", class: column.number ? "n" : null },
        element("button", {
          type: "button",
          text: column.name,
          onclick: () => {
            tableState.down = tableState.sort === i ? !tableState.down : column.number === true;
            tableState.sort = i;
            fillPlaces();
          },
        }),
        element("span", { "aria-hidden": "true" }),
      ),
    ),
  );
}

function placesControls() {
  const regions = [...new Set(authorities.map((a) => a.region))].sort();
  const filter = element("input", {
    id: "filter",
    type: "search",
    autocomplete: "off",
    value: tableState.words,
    oninput: (event) => {
      tableState.words = event.target.value;
      fillPlaces();
    },
  });
  const choice = element(
    "select",
    {
      id: "region",
      onchange: (event) => {
        tableState.region = event.target.value;
        fillPlaces();
      },
    },
    element("option", { value: "", text: "All regions" }),
    ...regions.map((name) =>
      element("option", { value: name, selected: tableState.region === name, text: name }),
    ),
  );
  return element(
    "div",
    { class: "controls" },
    element("label", { for: "filter", text: "Find a name" }),
    filter,
    element("label", { for: "region", text: "Region" }),
    choice,
    element("span", { id: "places-count", role: "status" }),
  );
}

function placesFile() {
  return csvButton(
    "Looked-after children by authority",
    [
      "Code",
      "Authority",
      "Region",
      "Children",
      `Published ${data.published_year}`,
      "Baseline mean",
      "90% from",
      "90% to",
      ...others.flatMap((arm) =>
        ["mean difference", "Monte Carlo error", "90% from", "90% to"].map(
          (what) => `${arms[arm].title}: ${what}`,
        ),
      ),
    ],
    authorities.map((a) => [
      a.id,
      a.name,
      a.region,
      factsOf(a.id).children,
      published(a.id),
      ...a.rates.baseline,
      ...others.flatMap((arm) => [0, 3, 1, 2].map((i) => a.rates.difference[arm][i])),
    ]),
  );
}

export function places() {
  if (authorities.length < 2) return null;
  return part(
    "authorities",
    "Authorities side by side",
    paragraph(
      `${perChildren}. One tile is one authority, roughly in place; its letters stand for its name.` +
        (authorities.every(hasPage)
          ? " Choose a tile, or a name in the table, to see that authority on the whole page."
          : ""),
    ),
    data.tiles.length > 1 ? map() : null,
    placesControls(),
    scrolling(
      "Table of authorities",
      element(
        "table",
        { id: "places", class: "long two-lines" },
        element("caption", { text: `${perChildren}; choose a heading to sort` }),
        element("thead", {}, placesHead()),
        element("tbody"),
      ),
      true,
    ),
    authorities.length > printedRows
      ? paragraph(
          `On paper the table ends after ${printedRows} rows, as sorted here; the page on a screen ` +
            `has all ${authorities.length}.`,
          "on-paper",
        )
      : null,
    placesFile(),
  );
}
