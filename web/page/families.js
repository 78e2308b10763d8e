// Stories of families under two ways of working.

import { lower } from "./numbers.js";
import { arms, data } from "./data.js";
import { csvButton, element, paragraph, part, scrolling, table } from "./elements.js";

// A row for each month in which something happens, and the row from which the two stories differ.
function events(family, arm, against) {
  const rows = [];
  if (family.at_origin)
    rows.push([data.origin, ...[arm, against].map((name) => family.at_origin[name].text)]);
  let apart = -1;
  for (const event of family.events) {
    if (apart < 0 && event.arms.length === 1) {
      apart = rows.length;
      rows.push(["From here on", "the two stories differ", "the two stories differ"]);
    }
    const month = new Date(`${event.month}-15T00:00:00Z`).toLocaleDateString("en-GB", {
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    });
    rows.push([month, ...[arm, against].map((name) => (event.arms.includes(name) ? event.text : ""))]);
  }
  return { rows, apart };
}

export function families() {
  const { traces, why_none: why } = data.families;
  const stories = traces
    .filter(({ families: found }) => found.length)
    .map((trace, position) => {
      const family = trace.families[0];
      const titleOf = (name) => (arms.find((arm) => arm.name === name) || { title: name }).title;
      const [a, b] = [titleOf(trace.arm), titleOf(trace.against)];
      const avoided = trace.event === "avoided_care";
      const { rows, apart } = events(family, trace.arm, trace.against);
      const head = ["When", a, b];
      const what =
        `A child ${avoided ? "stays out of" : "enters"} care under ${lower(a)} who ` +
        `${avoided ? "enters" : "stays out of"} it under ${lower(b)}`;
      const children = family.children.length === 1 ? "1 child" : `${family.children.length} children`;
      return element(
        "div",
        {},
        element("h3", { text: what }),
        paragraph(trace.counted, "small"),
        element(
          "details",
          { open: position === 0 },
          element("summary", { text: `Month by month: a family with ${children}` }),
          scrolling(
            `Month by month: ${what}`,
            table("The same family, with the same random draws, under two ways of working", head, rows, {
              rowClass: (i) => (i === apart ? "parts" : null),
            }),
          ),
          csvButton(what, head, rows),
        ),
      );
    });
  return part(
    "families",
    "One family under two ways of working",
    paragraph(
      "Simulated families. No real family or child is described. One story proves nothing: for " +
        "each that ends well another is shown that does not.",
    ),
    ...(stories.length
      ? [...new Set(traces.map(({ typical }) => typical).filter(Boolean))].map((text) => paragraph(text))
      : []),
    ...(stories.length
      ? stories
      : [
          paragraph(
            why ||
              "No family was found of whom it is true that a child enters care under one way of working " +
                "only.",
            "note",
          ),
        ]),
  );
}
