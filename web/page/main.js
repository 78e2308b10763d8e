// Puts the page together for one area, and again when another is chosen.

import { area, areaById, authorities, data, hasPage, show } from "./data.js";
import { element } from "./elements.js";
import { drawAll, forgetCharts } from "./charts.js";
import { assumptions, made, record, uncertainty, words } from "./evidence.js";
import { families } from "./families.js";
import { gains, mix, staff, years } from "./figures.js";
import { money } from "./money.js";
import { contents, front, mind } from "./front.js";
import { neighbours } from "./neighbours.js";
import { onChoose } from "./map.js";
import { fillPlaces, places } from "./places.js";

const main = document.getElementById("main");
const picker = document.getElementById("area");

function parts() {
  return [
    years(),
    money(),
    staff(),
    mix(),
    places(),
    neighbours(),
    gains(),
    uncertainty(),
    families(),
    assumptions(),
    record(),
    made(),
    words(),
  ].filter(Boolean);
}

function head() {
  const heading = `${area.name}: ${data.subtitle}`;
  document.title = heading;
  document.getElementById("title").textContent = area.name;
  document.getElementById("subtitle").textContent = data.subtitle;
  document.getElementById("origin").textContent =
    `Starts from figures of ${data.origin}. ` +
    (`${data.replicates} simulated ` +
      `${data.replicates === 1 ? "future (a replicate)" : "futures (replicates)"} of each way of ` +
      "working") +
    (data.made_on ? `, run on ${data.made_on}.` : ".");
  // Foot of each printed page.
  const foot =
    `${area.name}. Hearth ` +
    `${data.made.provenance.hearth || ""}${data.made_on ? `, run on ${data.made_on}` : ""}`;
  document.getElementById("paper").textContent =
    `@page { @bottom-left { content: ${JSON.stringify(foot)}; } @bottom-right { content: "Page ` +
    `" counter(page) " of " counter(pages); } }`;
}

function render() {
  forgetCharts();
  const open = new Set([...main.querySelectorAll("details.part[open]")].map(({ id }) => id));
  head();
  const found = parts();
  main.replaceChildren(front(), mind(), contents(found, main, openPart), ...found);
  found.forEach((each) => {
    each.open = open.has(each.id);
    each.addEventListener("toggle", () => drawAll(), true);
  });
  if (document.getElementById("places")) fillPlaces();
  drawAll();
}

const place = (part = null) => history.replaceState(null, "", `#${area.id}${part ? `/${part}` : ""}`);
function openPart(id) {
  const found = document.getElementById(id);
  if (!found?.matches("details.part")) return;
  found.open = true;
  place(id);
  found.scrollIntoView();
  found.querySelector("summary").focus({ preventScroll: true });
}

function choose(id) {
  if (!areaById.has(id) || !hasPage(areaById.get(id))) return;
  show(areaById.get(id));
  picker.value = id;
  place();
  render();
  document.getElementById("shown").textContent = `Showing ${area.name}`;
  window.scrollTo({ top: 0 });
}

function fillPicker() {
  const option = (a) => element("option", { value: a.id, text: a.name });
  const group = (label, found) =>
    found.length ? [element("optgroup", { label }, ...found.map(option))] : [];
  picker.append(
    ...data.areas.filter((a) => a.kind === "all").map(option),
    ...group(
      "Regions",
      data.areas.filter((a) => a.kind === "region"),
    ),
  );
  for (const region of [...new Set(authorities.map((a) => a.region))].sort())
    picker.append(
      ...group(
        region,
        authorities
          .filter((a) => a.region === region && hasPage(a))
          .sort((a, b) => a.name.localeCompare(b.name)),
      ),
    );
  picker.addEventListener("change", () => choose(picker.value));
  document.querySelector(".picker").hidden = data.areas.length < 2;
}

onChoose(choose);
fillPicker();
const [askedArea, askedPart] = decodeURIComponent(location.hash.slice(1)).split("/");
if (areaById.has(askedArea) && hasPage(areaById.get(askedArea))) show(areaById.get(askedArea));
picker.value = area.id;
render();
if (askedPart) openPart(askedPart);
let resized;
window.addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => drawAll(), 150);
});
// On paper, which is narrower than most screens, what follows the first page is at least the words and how it
// was made.
const onPaper = ["words", "made"];
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = onPaper.map((id) => document.getElementById(id)).filter((each) => each && !each.open);
  opened.forEach((each) => {
    each.open = true;
  });
  drawAll(680);
});
window.addEventListener("afterprint", () => {
  opened.forEach((each) => {
    each.open = false;
  });
  drawAll();
});
