// Elements of the page: paragraphs, lists, tables, files of numbers, sections that open.

import { SAME, errorText, lower, meanText, rangeText, shown, signOf } from "./numbers.js";
import { area } from "./data.js";

export function element(name, attributes = {}, ...children) {
  const out = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key === "text") out.textContent = value;
    else if (key.startsWith("on")) out.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      out.setAttribute(key, value === true ? "" : value);
  out.append(...children.filter((child) => child !== null && child !== undefined));
  return out;
}
export const paragraph = (text, kind = null) => element("p", { class: kind, text });
export const list = (items) => element("ul", {}, ...items.map((text) => element("li", { text })));

// Columns are names, or { name, number: true } where cells are numbers; { group } names several beside each
// other. `cards`: on a phone each row is a card, with the name of its column before each cell; the roles keep
// it a table for screen readers.
export function table(
  caption,
  columns,
  rows,
  { id = null, kind = null, rowClass = () => null, cards = false } = {},
) {
  const heads = columns.map((column) => (typeof column === "string" ? { name: column } : column));
  const role = (name) => (cards ? name : null);
  const row = (cells, r) =>
    element(
      "tr",
      { class: rowClass(r), role: role("row") },
      ...cells.map((cell, i) =>
        element(
          i === 0 ? "th" : "td",
          {
            class: heads[i].number ? "n" : null,
            scope: i === 0 ? "row" : null,
            role: role(i === 0 ? "rowheader" : "cell"),
            "data-column": cards && i > 0 ? heads[i].name : null,
            text: typeof cell === "string" ? cell : null,
          },
          ...(typeof cell === "string" ? [] : [cell].flat()),
        ),
      ),
    );
  return element(
    "table",
    { id, class: [kind, cards ? "cards" : null].filter(Boolean).join(" ") || null, role: role("table") },
    element("caption", { text: caption }),
    element("thead", { role: role("rowgroup") }, ...headRows(heads, role)),
    element("tbody", { role: role("rowgroup") }, ...rows.map(row)),
  );
}
export const n = (name) => ({ name, number: true });

function headRows(heads, role) {
  const cell = ({ name, number, group, short }, rows = null) =>
    element("th", {
      scope: "col",
      rowspan: rows,
      class: number ? "n" : null,
      role: role("columnheader"),
      text: group ? short : name,
    });
  if (!heads.some(({ group }) => group))
    return [element("tr", { role: role("row") }, ...heads.map((head) => cell(head)))];
  const upper = heads.map((head, i) => {
    if (!head.group) return cell(head, 2);
    if (heads[i - 1]?.group === head.group) return null;
    const width = heads.filter(({ group }) => group === head.group).length;
    return element("th", {
      scope: "colgroup",
      colspan: width,
      class: "n",
      role: role("columnheader"),
      text: head.group,
    });
  });
  return [
    element("tr", { role: role("row") }, ...upper.filter(Boolean)),
    element("tr", { role: role("row") }, ...heads.filter(({ group }) => group).map((head) => cell(head))),
  ];
}

// Cells of two lines: the mean, and where nine replicates in ten lie.
export const twoLines = (first, second) => [
  element("span", { class: "mean", text: first }),
  element("span", { class: "range", text: second }),
];
export const levelCell = (v, decimals) => twoLines(shown(v[0], decimals), rangeText(v[1], v[2], decimals));
export const differenceCell = (d, decimals) =>
  signOf(d) === SAME
    ? "none"
    : twoLines(
        `${meanText(d, decimals)} (error ${errorText(d, decimals)})`,
        rangeText(d[1], d[2], decimals, true),
      );
export const scrolling = (label, child, tall = false) =>
  element(
    "div",
    { class: tall ? "scroll tall" : "scroll", tabindex: "0", role: "region", "aria-label": label },
    child,
  );

export function csvOf(head, rows) {
  const field = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [head, ...rows].map((row) => row.map(field).join(",")).join("\n") + "\n";
}
export function csvButton(name, head, rows) {
  return element("button", {
    type: "button",
    class: "csv",
    text: "Download as CSV",
    "aria-label": `Download ${lower(name)} as CSV`,
    onclick: () => {
      const link = element("a", {
        href: "data:text/csv;charset=utf-8," + encodeURIComponent("\ufeff" + csvOf(head, rows)),
        download:
          `${area.name}-${name}`
            .toLowerCase()
            .replace(/[^a-z0-9]+/g, "-")
            .replace(/-$/, "") + ".csv",
      });
      document.body.append(link);
      link.click();
      link.remove();
    },
  });
}

// A table that opens, with its file.
export const opening = (summary, shownTable, button = null) =>
  element("details", {}, element("summary", { text: summary }), scrolling(summary, shownTable), button);

// A part of the page behind its heading.
export function part(id, heading, ...children) {
  return element(
    "details",
    { class: "part", id },
    element("summary", {}, element("h2", { text: heading })),
    ...children.filter((child) => child !== null && child !== undefined),
  );
}
