// Where the uncertainty comes from, how good earlier forecasts were, what all rests on, how it was
// made, and the words of the page.

import { lower, perCent, rangeText, shown } from "./numbers.js";
import { area, arms, authorities, certaintyWords, data, gradeWords, modeWords } from "./data.js";
import {
  csvButton,
  element,
  list,
  n,
  opening,
  paragraph,
  part,
  scrolling,
  table,
  twoLines,
} from "./elements.js";

export function uncertainty() {
  if (!area.split)
    return part(
      "uncertainty",
      "Where the uncertainty comes from",
      paragraph(
        "This result does not say how much of its uncertainty comes from chance, from drift, from " +
          "the model’s parameters and from how well the service models work. A run with --split does.",
      ),
    );
  const { sentences, head, rows } = area.split;
  const caption =
    "Share of the variance between replicates that each source explains, with its Monte Carlo " +
    "error in percentage points";
  return part(
    "uncertainty",
    "Where the uncertainty comes from",
    list(sentences.length ? sentences : ["No single source explains most of it."]),
    scrolling(
      "Where the uncertainty comes from",
      table(`${caption}, ${area.name}`, head, rows, { id: "split" }),
    ),
    paragraph(
      "A share is estimated from the replicates, so that it can come out below none or above " +
        "all; it is then shown as “about none” or “nearly all”.",
      "small",
    ),
    csvButton("Where the uncertainty comes from", head, rows),
  );
}

// ---- track record

const recordColumns = [
  "Figure",
  n("Years ahead"),
  n("Forecasts"),
  n("Error compared with repeating the last published value"),
  n("Inside the 50% interval"),
  n("Inside the 90% interval"),
  n("Too high (+) or low (−)"),
];
const recordRows = (level) => data.track_record.rows.filter((row) => row.level === level);
const recordCells = (row) => [
  row.figure,
  shown(row.horizon, 0),
  shown(row.forecasts, 0),
  shown(row.error, 2),
  perCent(row.coverage_50),
  perCent(row.coverage_90),
  `${shown(row.too_high_per_cent, 0, true)}%`,
];
const recordFile = [
  "Figure",
  "Years ahead",
  "Forecasts",
  "Relative error",
  "Per cent inside 50%",
  "Per cent inside 90%",
  "Per cent too high",
];

export function record() {
  const levels = [
    ["england", "England"],
    ["region", "Regions"],
    ["authority", "Authorities"],
  ];
  const main = recordRows("authority").filter(({ figure }) =>
    /^(looked-after|children entering|protection plans, )/i.test(figure),
  );
  const { better, kinds, inside_90: inside } = data.track_record;
  return part(
    "record",
    "How good earlier forecasts were",
    paragraph(
      "Hearth was fitted to what was known in earlier years, and its forecasts of the next three " +
        `years were scored against what was then published. For authorities, ${better} of ${kinds} ` +
        "kinds of forecast (a figure, so many years ahead) beat simply repeating the last " +
        `published value; ${perCent(inside)} of published figures lay inside the 90% intervals, ` +
        "where 90% should. An error below 1 is better than repeating the last published value, " +
        "above 1 worse.",
    ),
    paragraph(
      "These scores are of business as usual only. No other way of working has been tested like " +
        "this, and nothing beyond three years has.",
    ),
    scrolling(
      "Scores, authorities, three figures",
      table("Earlier forecasts for authorities, three figures", recordColumns, main.map(recordCells)),
    ),
    ...levels.map(([level, name]) =>
      opening(
        `All seven figures: ${name}`,
        table(`Earlier forecasts, ${name}`, recordColumns, recordRows(level).map(recordCells)),
        csvButton(
          `Earlier forecasts ${name}`,
          recordFile,
          recordRows(level).map((row) => [
            row.figure,
            row.horizon,
            row.forecasts,
            row.error,
            row.coverage_50,
            row.coverage_90,
            row.too_high_per_cent,
          ]),
        ),
      ),
    ),
  );
}

// ---- evidence

const ratioText = ([ratio, low, high]) =>
  low === high ? shown(ratio, 2) : `${shown(ratio, 2)} (${rangeText(low, high, 2)})`;
const fromOutcomes = "outcomes of places that took it up, through the model";
// A claim of which nothing but outcomes tells has the studies that they are of.
const outcomesText = ({ studies }) => `outcomes, through the model: ${studies.join("; ")}`;
const sourceText = ({ grade, evidence, key }) =>
  `${gradeWords[grade] || grade}; ` +
  `${evidence ? `${`${evidence.value} ${evidence.unit}`.trim()}; ${evidence.source}` : key}`;
const foundText = (finding) => `${ratioText(finding.ratio)}; ${sourceText(finding)}`;
function effectsText() {
  const inferred = data.effects.filter((e) => e.claim.studies).length;
  const grades = Object.keys(gradeWords)
    .map((grade) => [gradeWords[grade], data.effects.filter((e) => e.claim.grade === grade).length])
    .concat([[fromOutcomes, inferred]])
    .filter(([, count]) => count);
  const many = data.effects.filter(({ also_found: also }) => also.length).length;
  const modes = [...new Set(data.effects.map(({ mode }) => mode))]
    .map((mode) => modeWords[mode] || mode)
    .join("; ");
  const sentences = [
    "Every effect of the ways of working is a ratio: above 1 it makes the thing more or faster.",
    `The claims rest on: ${grades.map(([basis, count]) => `${basis} (${count})`).join("; ")}.`,
  ];
  if (many)
    sentences.push(
      `For ${many} of ${data.effects.length} something else was found too, such as a repetition ` +
        "elsewhere that did not show the effect.",
    );
  if (inferred)
    sentences.push(
      "Where only outcomes tell of an effect, its claim is the one nearest to no effect with which the " +
        "model gives the claimed outcomes, as far as it can.",
    );
  sentences.push(
    "Hearth does not use the claim as it stands: weak evidence, and what else was found, draw it " +
      "towards no effect.",
    "“Used” is the middle of what this result uses, and below it where nine replicates in ten lie " +
      `(${modes}).`,
  );
  return sentences.join(" ");
}

function effectsTable() {
  const columns = [
    "Effect",
    n("Used in this result"),
    n("Claim"),
    "What the claim rests on",
    "What else was found",
  ];
  const rows = data.effects.map((e) => [
    [e.meaning || e.lever, element("span", { class: "range", text: `${e.model}: ${lower(e.component)}` })],
    twoLines(shown(e.used[0], 2), rangeText(e.used[1], e.used[2], 2)),
    e.claim.studies
      ? shown(e.claim.ratio[0], 2)
      : twoLines(shown(e.claim.ratio[0], 2), rangeText(e.claim.ratio[1], e.claim.ratio[2], 2)),
    e.claim.studies ? outcomesText(e.claim) : sourceText(e.claim),
    e.also_found.map(foundText).join(" | ") || "–",
  ]);
  return element(
    "div",
    { id: "effects" },
    scrolling(
      "Every effect, with its evidence",
      table("Claims, what else was found, and what this result uses", columns, rows, {
        kind: "two-lines",
        cards: true,
      }),
    ),
    csvButton(
      "Effects and evidence",
      [
        "Effect",
        "Ways of working",
        "Part of the model",
        "Claimed ratio",
        "90% from",
        "90% to",
        "Grade",
        "Source",
        "What else was found",
        "Used ratio",
        "90% from",
        "90% to",
      ],
      data.effects.map((e) => [
        e.meaning || e.lever,
        e.arms.join(", "),
        `${e.model}: ${e.component}`,
        ...(e.claim.studies
          ? [e.claim.ratio[0], "", "", "", outcomesText(e.claim)]
          : [...e.claim.ratio, e.claim.grade, e.claim.evidence ? e.claim.evidence.source : e.claim.key]),
        e.also_found.map(foundText).join(" | "),
        ...e.used,
      ]),
    ),
  );
}

export function assumptions() {
  const wide = data.parameters.widest;
  return part(
    "assumptions",
    "The evidence, and what is assumed",
    data.effects.length ? paragraph(effectsText()) : paragraph("No service model is adopted in this result."),
    data.effects.length ? effectsTable() : null,
    paragraph(
      `Numbers of the model, as well as these effects: ${Object.keys(certaintyWords)
        .filter((key) => data.parameters.counts[key])
        .map((key) => `${data.parameters.counts[key]} ${certaintyWords[key]}`)
        .join("; ")}.`,
    ),
    opening(
      "The assumed numbers that are least known",
      table(
        "Assumed numbers of widest spread",
        ["Name", "What it is", n("Value"), "Unit", n("May be divided or multiplied by (nine in ten)")],
        wide.map((p) => [p.name, p.meaning, p.value, p.unit, shown(p.factor, 1)]),
      ),
      csvButton(
        "Assumed numbers",
        ["Name", "What it is", "Value", "Unit", "May be divided or multiplied by"],
        wide.map((p) => [p.name, p.meaning, p.value, p.unit, p.factor]),
      ),
    ),
  );
}

// ---- how it was made, and words

export function made() {
  const rows = [
    ["Scenario", data.scenario_title],
    ["Question", data.question || "–"],
    ["Starts from figures of", data.origin],
    ["Ways of working", arms.map((arm) => arm.title).join("; ")],
    ["Replicates of each", String(data.replicates)],
    ["Seed of the random numbers", String(data.seed)],
    ["Families simulated", data.sampling_text],
    ["Authorities", String(authorities.length)],
  ];
  const machine = Object.entries(data.made.provenance).map(([key, value]) => [key.replace(/_/g, " "), value]);
  const files = Object.entries(data.made.inputs);
  return part(
    "made",
    "How it was made",
    paragraph(
      "The same scenario, seed and version give the same numbers on any machine and any number " +
        "of processors.",
    ),
    element(
      "ul",
      {},
      ...arms.map((arm) =>
        element("li", {}, element("strong", { text: `${arm.title}. ` }), arm.description || ""),
      ),
    ),
    scrolling("How this result was made", table("This result", ["What", "Value"], rows)),
    opening(
      "The command, the version and the machine",
      table("The command, the version and the machine", ["What", "Value"], machine),
    ),
    opening(
      `The ${files.length} files it was made from, with their SHA-256`,
      table("Files", ["File", "SHA-256"], files),
    ),
  );
}

export function words() {
  const term = (name, text) => [element("dt", { text: name }), element("dd", { text })];
  return part(
    "words",
    "The words of this page",
    element(
      "dl",
      {},
      ...[
        [
          "Replicate",
          "One simulated future. Each way of working is run for the same replicates: with the same " +
            "families and the same random numbers, so that differences are due to the way of working.",
        ],
        ["Mean", "The average over the replicates."],
        [
          "90% of replicates",
          "From the 5th to the 95th percentile: nine replicates in ten lie there. It covers what " +
            "“What to bear in mind” says, and the truth is less certain than that.",
        ],
        [
          "Monte Carlo error",
          "How far a mean may be off because only so many replicates were run (its standard error). " +
            "More replicates make it smaller; they do not make the 90% range narrower.",
        ],
        [
          "Unclear",
          "The mean is within two Monte Carlo errors of zero, so the replicates do not tell on which " +
            "side it is. That is no proof that there is no difference.",
        ],
        ...data.chance_words.map(({ word, from, to }) => [
          word.replace(/^./, (c) => c.toUpperCase()),
          `In ${from}% ${to === null ? "or more" : `to ${to}%`} of the replicates; a little more is ` +
            "asked for where there are few.",
        ]),
        [
          "Months in unmet need",
          "Months that children under 18 live at home with an adult who has a need (domestic abuse, " +
            "mental ill-health or substance misuse) while services have no open case. One child for " +
            "one month counts one. Families whom services never knew are most of it, so look at the " +
            "difference between ways of working. A child in care counts none: a way of working that " +
            "takes more children into care can look better here, so look at children in care too.",
        ],
        [
          "Referred again who reach a plan or care",
          "Children referred within 12 months of their last referral whose new case then reaches a " +
            "child protection plan or care.",
        ],
        [
          "Service model",
          "A way of working as others have described and, in part, evaluated it, such as Family " +
            "Safeguarding. A way of working on this page adopts one or more.",
        ],
        ["Drift", "How practice and demand in an authority change over time for reasons outside the model."],
      ].flatMap(([name, text]) => term(name, text)),
    ),
  );
}
