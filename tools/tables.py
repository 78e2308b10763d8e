#!/usr/bin/python3
"""Writes the tables that documents repeat from committed results, so that no number in them is typed by hand.

    tools/tables.py                              every table, from what is committed
    tools/tables.py --result outputs/england.h5  first reads the main scenario's summary from its result
    tools/tables.py --hindcast outputs/hindcast_scores.csv  first keeps the scores of a hindcast
    tools/tables.py --check                      changes nothing; says which documents are out of step

| document | table | made from |
|---|---|---|
| README.md | result | scenarios/england/england.csv, tools/results/england_summary.csv |
| docs/business-as-usual.md | years, moves | tools/results/business_as_usual.csv, one_at_a_time.csv (tools/business_as_usual.py) |
| docs/calibration.md | years | tools/results/england_summary.csv |
| docs/calibration.md | fit, authorities, not settled | scenarios/england/calibration.json |
| docs/calibration.md | fitted, learnt, drift | engine/parameters/parameters.def, scenarios/england/calibration.json |
| docs/calibration.md | origins | scenarios/england/calibration.json, scenarios/england/calibrations |
| docs/validation.md | courses, still | tools/results/audit.csv, one_at_a_time.csv, scenarios/england/calibration.json |
| docs/evidence.md | weights, effects, outcomes, components | engine/parameters/parameters.def, scenarios/england/service_models, evidence.csv, effects.json |
| docs/evidence.md | shocks | tools/results/shocks.csv |
| docs/forecasting.md | hindcast | tools/results/hindcast_scores.csv |
| docs/forecasting.md | blind test | tools/results/blind_test_2022_scores.csv |
| docs/reference/scenario.md | levers, kinds of shocks | engine/scenario/levers.def, shocks.def |
| docs/reference/parameters.md | all of it | engine/parameters/parameters.def, scenarios/england/calibration.json |
"""

import argparse
import csv
import io
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGLAND = ROOT / "scenarios" / "england"
RESULTS = ROOT / "tools" / "results"
SUMMARY = RESULTS / "england_summary.csv"
LAST = (ENGLAND / "england.csv").read_text(encoding="utf-8").split("\n", 1)[0].strip().split(",")[-1]  # year published
LEVERS = ROOT / "engine" / "scenario" / "levers.def"
SHOCKS = ROOT / "engine" / "scenario" / "shocks.def"
REGISTRY = ROOT / "engine" / "parameters" / "parameters.def"

# A row of the README: what it says, measure of the summary, measure of england.csv, divisor, digits.
HEADLINES = [
    ("Referrals, children in the year", "referrals", "referrals", 1, -1),
    ("Children in need, at 31 March", "children_in_need", "cin_at31", 1, -1),
    ("Section 47 enquiries, children in the year", "section_47_enquiries", "s47_enquiries", 1, -1),
    ("Children with a protection plan, at 31 March", "child_protection_plans", "cpp_at31", 1, -1),
    ("Care applications in the year", "care_applications", "care_applications", 1, -1),
    ("Children entering care in the year", "care_entries", "cla_started", 1, -1),
    ("Looked-after children, at 31 March", "looked_after", "cla_at31", 1, -1),
    ("Cases a social worker holds", "caseload", "sw_caseload", 1, 1),
    ("Cost to authorities, £ million in the year", "cost_authority", None, 1e6, 0),
]
MEASURES = [row[1] for row in HEADLINES]


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_json(path):
    comment_or_text = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.S)
    return json.loads(comment_or_text.sub(lambda match: match.group(1) or " ", path.read_text(encoding="utf-8")))


def table(header, rows, right=()):
    """A Markdown table; `right` are the columns of numbers."""
    lines = [
        "| " + " | ".join(header) + " |",
        "|" + "|".join("---:" if i in right else "---" for i in range(len(header))) + "|",
    ]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def number(value, digits=0, sign=False):
    """With thousands separators; negative digits round to tens."""
    rounded = round(value, digits) + 0.0
    text = f"{abs(rounded):,.{max(digits, 0)}f}"
    if rounded < 0:
        return "−" + text
    return "+" + text if sign and rounded > 0 else text


def shown(value):
    """A registry's or calibration's number, as short as it can be."""
    return f"{value:.6g}"


def percent(value, digits=0):
    return f"{100 * value:.{digits}f}%"


# The registry.

ROW = re.compile(
    r'HEARTH_PARAMETER\((\w+), "([^"]+)", "([^"]*)", ([^,]+), ([^,]+), ([^,]+), ([^,]+), k(\w+), '
    r'"([^"]*)", "([^"]*)"\)'
)


def registry():
    """[(section, [parameter])] in the order of the file."""
    sections = []
    started = False
    for line in REGISTRY.read_text(encoding="utf-8").splitlines():
        if line == "// clang-format off":
            started = True
        elif line.startswith("// ") and started and "clang-format" not in line:
            if sections and not sections[-1][1]:  # goes on from the line before
                sections[-1] = (f"{sections[-1][0]} {line[3:]}", [])
            else:
                sections.append((line[3:], []))
        elif line.startswith("HEARTH_PARAMETER("):
            match = ROW.fullmatch(line)
            if match is None or not sections:
                raise ValueError(f"{REGISTRY.name}: a row that is not understood: {line}")
            _, name, unit, value, lower, upper, spread, certainty, source, meaning = match.groups()
            sections[-1][1].append(
                {
                    "name": name,
                    "unit": unit,
                    "default": float(value),
                    "lower": float(lower),
                    "upper": float(upper),
                    "spread": float(spread),
                    "certainty": certainty.lower(),
                    "source": source,
                    "meaning": meaning,
                }
            )
    return sections


def rows_of(path, macro):
    """Of a table of rows in C++: the columns of each, without their quotation marks."""
    found = [
        re.findall(r'"([^"]*)"|(\w+)', line[len(macro) :])
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(macro + "(")
    ]
    return [[text or word for text, word in row] for row in found]


def levers_table():
    return table(
        ["lever", "a ratio multiplies"],
        [[f"`{name}`", meaning] for _, name, meaning in rows_of(LEVERS, "HEARTH_LEVER")],
    )


def shock_kinds_table():
    rows = rows_of(SHOCKS, "HEARTH_SHOCK")
    return "\n\n".join(
        [
            table(
                ["kind", "the ratio multiplies"],
                [[f"`{name}`", meaning] for _, name, ratio, meaning in rows if ratio == "true"],
            ),
            table(
                ["kind", "the event"], [[f"`{name}`", meaning] for _, name, ratio, meaning in rows if ratio == "false"]
            ),
        ]
    )


def calibration():
    return read_json(ENGLAND / "calibration.json")


def calibrated():
    return calibration()["parameters"]


def parameters_document():
    sections = registry()
    fit = calibrated()
    every = [p for _, rows in sections for p in rows]
    counts = {
        c: sum(p["certainty"] == c for p in every) for c in ["published", "derived", "fitted", "assumed", "switch"]
    }
    unsourced = sum(p["source"].startswith("no source") for p in every)
    text = f"""# Parameters

All {len(every)} numbers that a scenario can set by name (`"parameters": {{"feedback.caseload": false}}`), with what is known
about each. `tools/tables.py` makes this page from `engine/parameters/parameters.def` and
`scenarios/england/calibration.json`; `hearth resolve SCENARIO` prints the values of a scenario and where each came from.

- **Value**: what a scenario uses that says nothing else; **fit** marks a value from the calibration, whose starting point
  follows in brackets.
- **Spread**: standard deviation of what the value might be, on the log scale (of a share: relative). A run uses the value
  alone; the spread says how far to vary it in a sensitivity run.
- **Certainty**: `published`, read from a table; `derived`, our arithmetic on tables; `fitted`, so that published totals
  come out; `assumed`, a judgement; `switch`, turns a mechanism on (1) or off (0). Where a value marked `fitted` has no
  **fit**, the calibration leaves it at its starting point ([why](../calibration.md#what-is-not-identified)); where one
  marked otherwise has, the fit moved it too.
- **Source**: a key of `scenarios/england/evidence.csv`, a measure of `scenarios/england/england.csv`, or a sentence.

Published: {counts["published"]}. Derived: {counts["derived"]}. Fitted: {counts["fitted"]}. Assumed: {counts["assumed"]}, of which {unsourced} have no source at all. Switches: {counts["switch"]}.
"""
    for title, rows in sections:
        head, _, rest = title.partition(": " if ": " in title.split(". ")[0] else ". ")
        text += f"\n## {head.rstrip('.')}\n"
        if rest:
            text += f"\n{rest[0].upper()}{rest[1:]}\n"
        lines = []
        for p in rows:
            value = shown(p["default"])
            if p["name"] in fit:
                value = f"{shown(fit[p['name']])} **fit** ({value})"
            source = p["source"].replace("*", "\\*")
            lines.append(
                [
                    f"`{p['name']}`",
                    p["meaning"],
                    value,
                    p["unit"],
                    f"{shown(p['lower'])} to {shown(p['upper'])}",
                    shown(p["spread"]),
                    p["certainty"],
                    source,
                ]
            )
        text += (
            "\n" + table(["name", "meaning", "value", "unit", "bounds", "spread", "certainty", "source"], lines) + "\n"
        )
    return text


# The calibration. A file that hearth calibrate did not write in full lacks some of these parts.

NOT_IN_FILE = "The calibration file has nothing of this: make it with `hearth calibrate`."


def words(target):
    return target.replace("childrens", "children's").replace(".", ": ").replace("_", " ")


def amount(target, value):
    if target.startswith(("share_", "re_referral_share", "second_plan_share")):
        return percent(value, 1)
    if target.startswith("spend"):
        return f"£{value / 1e6:,.0f} million"
    return number(value, 2 if target.endswith("_trend") else 0)


def promises(fit):
    """How many targets are promised, and those that are further off than promised."""
    promised = [row for row in fit if row["promised"]]
    return len(promised), [row for row in promised if not row["within"]]


def fit_table(file):
    if "fit" not in file:
        return NOT_IN_FILE
    promised, off = promises(file["fit"])
    said = f"{promised - len(off)} of {promised} promised targets are within 3%" + (
        f"; outside: {', '.join(words(row['target']) for row in off)}." if off else "."
    )
    rows = []
    for row in file["fit"]:
        target, ratio = row["target"], row["simulated"] / row["published"]
        rows.append(
            [
                words(target),
                amount(target, row["published"]),
                amount(target, row["simulated"]),
                f"{ratio:.3f}",
                "3%, promised" if row["promised"] else percent(2 * row["allowed_sd"], 1),
                "yes" if row["within"] else "**no**",
            ]
        )
    return (
        said
        + "\n\n"
        + table(["target", "to be met", "fitted, first year", "ratio", "may be off by", "within"], rows, {1, 2, 3, 4})
    )


def rates():
    """Name -> what it is, of the eight rates that propensities move most, in the order of the registry."""
    mark = re.compile(r"drift\.(\w+)\.authority_sd")
    return {
        match[1]: p["meaning"].partition(":")[0]
        for _, rows in registry()
        for p in rows
        if (match := mark.fullmatch(p["name"])) and match[1] not in WORKFORCE_DRIFT
    }


# Estimated once from the histories of all authorities (estimate_workforce_drift.py), whatever the origin.
WORKFORCE_DRIFT = {"posts": "Posts of social workers", "turnover": "Social workers who leave in a year"}


def authorities_table(file):
    """How far authorities' shares of England are from what is expected of them."""
    if "authorities" not in file:
        return NOT_IN_FILE
    off = file["authorities"]["summary"]
    return table(
        ["rate", "half are off by at most", "nine in ten by at most"],
        [
            [what, percent(off[rate]["half"], 1), percent(off[rate]["nine_in_ten"], 1)]
            for rate, what in rates().items()
            if rate in off
        ],
        {1, 2},
    )


def not_settled_table(file):
    if "not_fitted" not in file:
        return NOT_IN_FILE
    parameters = {p["name"] for _, rows in registry() for p in rows}
    return table(
        ["what", "why"],
        [
            [f"`{row['name']}`" if row["name"] in parameters else words(row["name"]), row["why"]]
            for row in file["not_fitted"]
        ],
    )


# As in engine/analysis/calibration/calibrate.cpp.
FITTED_WIDENING = 3.0  # of the registry's spread, for fitted parameters
MOST_PRIOR_SD = 2.0  # log odds
MOST_AND_LEAST = 25


def prior_sd(p):
    """Standard deviation of the logarithm before anything is learnt: normal in log odds between the bounds."""
    below, above = p["default"] - p["lower"], p["upper"] - p["default"]
    spread = p["spread"] * (FITTED_WIDENING if p["certainty"] == "fitted" else 1.0)
    sd = min(spread * p["default"] * (below + above) / (below * above), MOST_PRIOR_SD)
    steps = 1000
    odds = [below / above * math.exp(sd * statistics.NormalDist().inv_cdf((i + 0.5) / steps)) for i in range(steps)]
    return statistics.pstdev(math.log(p["lower"] + (p["upper"] - p["lower"]) * x / (1 + x)) for x in odds)


def learnt(file):
    """[(parameter, spread of its logarithm before, after)] of what is drawn; level.* follow from the others."""
    every = {p["name"]: p for _, rows in registry() for p in rows}
    columns = zip(*file["draws"]["values"], strict=True)
    return [
        (every[name], prior_sd(every[name]), statistics.stdev(map(math.log, values)))
        for name, values in zip(file["draws"]["parameters"], columns, strict=True)
        if every[name]["spread"]
    ]


def learnt_table(file):
    """What the published figures leave of each parameter's spread: most learnt, and of the fitted least."""
    if "draws" not in file:
        return NOT_IN_FILE
    found = sorted(learnt(file), key=lambda row: row[2] / row[1])
    draws = len(file["draws"]["values"])
    shares = [after / before for _, before, after in found]
    much, little = sum(s < 0.5 for s in shares), sum(s >= 0.9 for s in shares)

    def lines(rows):
        return table(
            ["parameter", "certainty", "spread in the registry", "before", "after", "left"],
            [
                [
                    f"`{p['name']}`",
                    p["certainty"],
                    shown(p["spread"]),
                    f"{before:.2f}",
                    f"{after:.2f}",
                    percent(after / before),
                ]
                for p, before, after in rows
            ],
            {2, 3, 4, 5},
        )

    fitted = [row for row in found if row[0]["certainty"] == "fitted"]
    return (
        f"{len(found)} parameters, {draws} draws; a share that is left has a standard error of "
        f"{percent(1 / math.sqrt(2 * (draws - 1)))} of itself. The figures leave less than half of the spread of {much} "
        f"parameters, and nine tenths or more of that of {little}.\n\n"
        f"The {MOST_AND_LEAST} most learnt:\n\n{lines(found[:MOST_AND_LEAST])}\n\n"
        f"The {MOST_AND_LEAST} least learnt of the fitted:\n\n{lines(fitted[:-MOST_AND_LEAST - 1:-1])}"
    )


def drift_table(file):
    fit = file["parameters"]
    noise = file.get("recording_noise", {})

    fixed = {p["name"]: p["default"] for _, rows in registry() for p in rows}

    def cells(rate, whose):
        of = fixed if rate in WORKFORCE_DRIFT else fit
        sd, reversion = (of[f"drift.{rate}.{whose}_{part}"] for part in ("sd", "reversion"))
        return [percent(sd), f"{math.log(2) / reversion:.1f}"]

    def shared(rate):
        name = f"drift.regional_share.{rate}"
        return percent(fit[name]) if name in fit else ""

    if any(f"drift.{rate}.authority_sd" not in fit for rate in rates()):
        return NOT_IN_FILE
    return table(
        [
            "rate",
            "an authority strays by",
            "half is gone in, years",
            "shared by a region",
            "England strays by",
            "half is gone in, years",
            "recording noise",
        ],
        [
            [
                what,
                *cells(rate, "authority"),
                shared(rate),
                *cells(rate, "national"),
                percent(noise[rate]) if rate in noise else "",
            ]
            for rate, what in (rates() | WORKFORCE_DRIFT).items()
        ],
        {1, 2, 3, 4, 5, 6},
    )


def origins_table():
    rows = []
    for path in [*sorted((ENGLAND / "calibrations").glob("*.json")), ENGLAND / "calibration.json"]:
        file = read_json(path)
        if "fit" not in file:
            rows.append([file["origin"][:4], "", "", "not said in the file"])
            continue
        promised, off = promises(file["fit"])
        rows.append(
            [
                file["origin"][:4],
                str(promised - len(off)),
                str(promised),
                "; ".join(
                    f"{words(row['target'])} {number(100 * (row['simulated'] / row['published'] - 1), 0, True)}%"
                    for row in off
                ),
            ]
        )
    return table(["origin", "promised targets within 3%", "of", "off"], rows, {1, 2})


def fitted_table(file):
    fit = file["parameters"]
    rows = []
    for _, parameters in registry():
        for p in parameters:
            if p["name"] in fit and not p["name"].startswith("drift."):
                ratio = f"{fit[p['name']] / p['default']:.2f}" if p["default"] else ""
                at = [side for side in ["lower", "upper"] if math.isclose(fit[p["name"]], p[side], rel_tol=1e-5)]
                if at and p["default"] != p[at[0]]:
                    ratio += f" (at its {at[0]} bound)"
                rows.append([f"`{p['name']}`", shown(p["default"]), shown(fit[p["name"]]), ratio])
    unmoved = [
        f"`{p['name']}`" for _, ps in registry() for p in ps if p["certainty"] == "fitted" and p["name"] not in fit
    ]
    said = (
        f"Marked `fitted` in the registry but left at their starting points: {', '.join(unmoved)}.\n\n"
        if unmoved
        else ""
    )
    return said + table(["parameter", "start", "fit", "fit / start"], rows, {1, 2, 3})


# The evidence.

GRADES = {
    "randomised": "Randomised trial",
    "quasi_experimental": "Comparison group without randomisation",
    "before_after": "Before and after, no comparison group",
    "expert": "Judgement",
}
DECISION = "decision"  # money that is given or taken away: no finding, and used as it is written


def rule():
    """Spread of true effects and bias by grade: standard deviations on the log scale."""
    by_name = {p["name"]: p["default"] for _, rows in registry() for p in rows}
    return by_name["evidence.prior_sd"], {grade: by_name[f"evidence.bias_sd.{grade}"] for grade in GRADES}


Z = 1.6448536269514722  # a 90% interval reaches so many standard errors either way


def believed(effect):
    """Weight and mean of the log effect, with what else was found of it: engine/model/practice/practice.cpp."""
    if "direction" in effect:  # only outcomes tell of it
        return 0.0, 0.0
    if effect["grade"] == DECISION:
        return 1.0, math.log(effect["ratio"])
    prior, bias = rule()
    precision, total = prior**-2, 0.0
    for finding in [effect, *effect.get("besides", [])]:
        error = math.log(finding["high"] / finding["low"]) / (2 * Z)
        variance = error**2 + bias[finding["grade"]] ** 2
        precision += 1 / variance
        total += math.log(finding["ratio"]) / variance
    return 1 - 1 / (precision * prior**2), total / precision


def weights_table():
    def weight(error, grade):
        return believed({"ratio": 1.0, "low": math.exp(-Z * error), "high": math.exp(Z * error), "grade": grade})[0]

    _, bias = rule()
    rows = []
    for grade, sd in bias.items():
        shares = [f"{weight(error, grade):.2f}" for error in (0.0, 0.1, 0.2, 0.4)]
        rows.append(
            [
                f"`{grade}`",
                GRADES[grade],
                f"{sd:g}",
                *shares,
                f"{2 ** weight(0.2, grade):.2f}",
                f"{0.5 ** weight(0.2, grade):.2f}",
            ]
        )
    return table(
        [
            "grade",
            "study design",
            "bias b",
            "w at s = 0",
            "0.1",
            "0.2",
            "0.4",
            "2.00 becomes (s = 0.2)",
            "0.50 becomes (s = 0.2)",
        ],
        rows,
        set(range(2, 9)),
    )


def service_models():
    return {path: read_json(path) for path in sorted((ENGLAND / "service_models").glob("*.json"))}


def named(component):
    return component["title"] + (" (optional)" if component.get("optional") else "")


def inferred():
    """effects.json: by service model, what hearth infer found."""
    return read_json(ENGLAND / "effects.json")["service_models"]


def used_effects(model):
    """Claimed and believed log effect by (component, lever)."""
    found = inferred().get(model["name"])
    if found:
        return {(e["component"], e["lever"]): (e["claimed"], e["mean"]) for e in found["effects"]}
    return {
        (c["name"], e["lever"]): (math.log(e["ratio"]), believed(e)[1])
        for c in model["components"]
        for e in c["effects"]
    }


def effects_tables():
    evidence = {row["key"]: row for row in read_csv(ENGLAND / "evidence.csv")}
    models = service_models()
    effects = [effect for model in models.values() for c in model["components"] for effect in c["effects"]]
    grades = [effect["grade"] for effect in effects if "grade" in effect]
    text = [
        f"{len(effects)} effects ship. {len(effects) - len(grades)} are known by outcomes alone. The others by grade: "
        + ", ".join(f"`{grade}` {grades.count(grade)}" for grade in [*GRADES, DECISION])
        + "."
    ]
    for path, model in models.items():
        text.append(f"**{model['title']}** (`{path.name}`)")
        rows = []
        used = used_effects(model)
        for component in model["components"]:
            for effect in component["effects"]:
                reach = component["reach"]
                claimed, mean = used[component["name"], effect["lever"]]
                row = [f"`{effect['lever']}`", named(component)]
                if "direction" in effect:
                    row += ["from outcomes", "", ""]
                    sources = ["outcomes of the studies", ""]
                else:
                    row += [
                        f"{effect['ratio']:g}"
                        + ("" if effect["grade"] == DECISION else f" ({effect['low']:g} to {effect['high']:g})"),
                        f"`{effect['grade']}`",
                        f"{believed(effect)[0]:.2f}",
                    ]
                    besides = "".join(
                        f"; besides {other['ratio']:g} ({other['low']:g} to {other['high']:g}), `{other['grade']}`, "
                        f"`{other['source']}`"
                        for other in effect.get("besides", [])
                    )
                    found = evidence[effect["source"]]
                    figure = found["value"] if found["value"] == "qualitative" else f"{found['value']} {found['unit']}"
                    sources = [f"`{effect['source']}`: {figure}{besides}", found["certainty"]]
                rows.append([*row, f"{math.exp(reach * claimed):.2f}", f"{math.exp(reach * mean):.2f}", *sources])
        text.append(
            table(
                [
                    "lever",
                    "component",
                    "claimed ratio (90% interval)",
                    "grade",
                    "w",
                    "claimed, with reach",
                    "weighted, with reach",
                    "source and its figure",
                    "certainty of the figure",
                ],
                rows,
                {4, 5, 6},
            )
            if rows
            else "No components: adopting it changes nothing."
        )
    return "\n\n".join(text)


def outcomes_tables():
    """Each published outcome, as the model gives it with the effects as claimed, before and after it was used."""

    def interval(found):
        return f"{found['ratio']:.2f} ({found['low']:.2f} to {found['high']:.2f})"

    found = inferred()
    text = []
    for model in service_models().values():
        outcomes = iter(found.get(model["name"], {}).get("outcomes", []))
        for study in model.get("studies", []):
            rows = []
            for outcome in study["outcomes"]:
                given = next(outcomes)
                claimed = (
                    "" if study.get("repetition") or not outcome.get("claimed", True) else f"{given['claimed']:.2f}"
                )
                rows.append(
                    [
                        outcome["title"],
                        f"`{outcome['grade']}`",
                        interval(outcome),
                        claimed,
                        interval(given["prior"]),
                        interval(given["believed"]),
                    ]
                )
            repetition = ", a repetition" if study.get("repetition") else ""
            text.append(f"**{model['title']}: {study['title']}{repetition}**")
            text.append(
                table(
                    ["outcome", "grade", "published ratio (90%)", "claimed", "before the outcomes", "believed"],
                    rows,
                    {3},
                )
            )
    return "\n\n".join(text)


def components_table():
    """Who has to be recruited, and what it costs. A year's cost is for each case open, with all posts filled."""
    rows = []
    for model in service_models().values():
        for component in model["components"]:
            staffing = component.get("staffing", {})
            posts = component["reach"] * staffing.get("posts_per_100_cases", 0.0)
            running = component["reach"] * component.get("running_gbp_per_case", 0.0)
            setup = component["reach"] * component.get("setup_gbp_per_case", 0.0)
            if posts or running or setup:
                rows.append(
                    [
                        model["title"],
                        named(component),
                        f"{component['reach']:g}",
                        f"{posts:.2f}" if posts else "",
                        f"{staffing['months_to_recruit']:g}" if posts else "",
                        number(setup),
                        number(posts / 100 * staffing.get("gbp_per_post", 0.0)),
                        number(running),
                    ]
                )
    return table(
        [
            "model",
            "component",
            "reach",
            "posts for each 100 open cases",
            "months to fill one",
            "set-up, £ an open case",
            "posts, £ an open case a year",
            "the rest, £ an open case a year",
        ],
        rows,
        set(range(2, 8)),
    )


# Shocks.

SHOCK_MEASURES = {
    "referral": "referrals per child",
    "section_47": "section 47 enquiries per referral",
    "plan": "plans started per enquiry",
    "care_entry": "care entries per child in need",
    "care_exit": "care exits per looked-after child",
    "section_47_per_child": "section 47 enquiries per child",
    "plans_started_per_child": "plans started per child",
    "care_entries_per_child": "care entries per child",
    "care_applications_per_child": "care applications per child",
    "turnover": "turnover of social workers",
    "vacancy": "vacancy rate",
    "agency": "share of agency staff",
    "social_workers": "social workers in post",
    "posts": "posts",
    "social_workers_and_agency": "in post and agency",
    "caseload": "caseload",
}


def shocks_table():
    rows = read_csv(RESULTS / "shocks.csv")

    def shown_ratio(shock, measure, years):
        for row in rows:
            if (row["shock"], row["measure"], row["years"]) == (shock, measure, years):
                return f"{float(row['ratio']):.2f} ({float(row['low']):.2f} to {float(row['high']):.2f})"
        return ""

    lines = [
        [
            words_,
            shown_ratio("inadequate_judgement", measure, "lead"),
            shown_ratio("inadequate_judgement", measure, "after"),
            shown_ratio("pandemic", measure, "2021"),
        ]
        for measure, words_ in SHOCK_MEASURES.items()
    ]
    return table(["rate", "before a judgement", "after a judgement", "2020-21"], lines, {1, 2, 3})


# The result.


def targets_tables():
    """name -> table, one for each scenario of scenarios/known: from tools/results/targets.csv (check_known.py)."""
    out = {}
    for row in read_csv(RESULTS / "targets.csv"):
        out.setdefault(row["file"], []).append(row)
    return {f"targets {name}": targets_table(rows) for name, rows in out.items()}


def targets_table(rows):
    def figure(value, unit):
        millions = unit == "GBP"
        x = float(value) / (1e6 if millions else 1)
        return number(x, 0 if abs(x) >= 1000 else 1)

    def with_interval(value, low, high, unit):
        if not value:
            return "not defined"
        text = figure(value, unit)
        return f"{text} ({figure(low, unit)} to {figure(high, unit)})" if low else text

    lines = []
    for row in rows:
        unit = "£ million" if row["unit"] == "GBP" else row["unit"]
        lines.append(
            [
                row["title"] + f" ({unit})",
                with_interval(row["median"], row["low"], row["high"], row["unit"]),
                with_interval(row["published"], row["published_low"], row["published_high"], row["unit"]),
                row["verdict"].replace("_", " "),
                f"`{row['source']}`",
            ]
        )
    return table(["target", "simulated (90%)", "published", "verdict", "source"], lines, {1, 2})


def sustaining_table():
    """Fidelity and plans of the arms of what-sustains-change: from tools/results/sustaining.csv (check_known.py)."""
    cells = {}
    for row in read_csv(RESULTS / "sustaining.csv"):
        cells[row["arm"], row["measure"], int(row["year"][-4:])] = row
    years = sorted({year for _, _, year in cells})
    shown = [years[2], years[5], years[-1]]
    lines = []
    for arm in dict.fromkeys(arm for arm, _, _ in cells):
        last = cells[arm, "child_protection_plans", years[-1]]
        difference = (
            ""
            if not last["difference_mean"]
            else difference_text(
                {key: float(last[key]) for key in last if key.startswith("difference_")},
                lambda x, sign=False: number(x, -1, sign),
            )
        )
        lines.append(
            [
                f"`{arm}`",
                *(f"{float(cells[arm, 'fidelity', year]['mean']):.2f}" for year in shown),
                number(float(last["mean"]), -1),
                difference,
            ]
        )
    return table(
        ["arm", *(f"fidelity, {year}" for year in shown), f"plans, {years[-1]}", f"plans, {years[-1]}: difference"],
        lines,
        {1, 2, 3, 4, 5},
    )


def difference_text(row, value):
    """Mean with its Monte Carlo error and 90% interval; no sign where the mean is within two errors of zero."""
    mean, error = row["difference_mean"], row["difference_mcse"]
    text = "unclear" if error and abs(mean) <= 2 * error else value(mean, True)  # PairedDifference::has_sign
    error_text = value(error)
    if error and not error_text.strip("0."):
        error_text = shown(float(f"{error:.1g}"))
    return f"{text} ± {error_text} ({value(row['difference_low'], True)} to {value(row['difference_high'], True)})"


def read_result(result, program):
    """The main scenario's yearly summary for England; the values that the README needs."""
    out = subprocess.run(
        [program, "summary", result, "England", "--measures", ",".join(MEASURES), "--csv"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    rows = list(csv.DictReader(io.StringIO(out)))
    for row in rows:
        for key, value in row.items():
            if value and key not in ("area", "arm", "year", "period", "measure", "unit"):
                row[key] = f"{float(value):.8g}"
    with open(SUMMARY, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def summary():
    """Arms and years in order, and the numbers by (arm, year, measure)."""
    found, years, arms = {}, [], []
    for row in read_csv(SUMMARY):
        year = row["year"].removeprefix("year to 31 March ")
        for seen, value in ((years, year), (arms, row["arm"])):
            if value not in seen:
                seen.append(value)
        found[row["arm"], year, row["measure"]] = {
            key: float(row[key]) if row[key] else None
            for key in [
                "mean",
                "mcse",
                "low",
                "high",
                "difference_mean",
                "difference_mcse",
                "difference_low",
                "difference_high",
            ]
        }
    return arms, years, found


def published():
    """England's last figures, by measure of england.csv; care applications from their rate per 10,000 children."""
    rows = read_csv(ENGLAND / "england.csv")
    observed = {row["measure"]: float(row[LAST]) for row in rows if row[LAST]}
    observed["care_applications"] = observed["care_applications_per_10k"] * observed["population_0_17"] / 1e4
    return observed


def years_table():
    """Business as usual, year by year."""
    arms, years, found = summary()
    rows = [
        [label, *[number(found[arms[0], year, measure]["mean"] / divisor, digits) for year in years]]
        for label, measure, _, divisor, digits in HEADLINES
    ]
    return table(["business as usual, mean", *years], rows, set(range(1, len(years) + 1)))


FIGURE_TITLES = {
    "referrals": "referrals",
    "children_in_need": "children in need",
    "child_protection_plans": "protection plans",
    "care_entries": "entering care",
    "looked_after": "looked after",
}


def business_table():
    """Business as usual of some places beside what was published of them."""
    rows = read_csv(RESULTS / "business_as_usual.csv")
    known = {(r["place"], r["measure"], int(r["year"])): float(r["published"]) for r in rows if r["published"]}
    ahead = {(r["place"], r["measure"], int(r["year"])): r for r in rows if r["mean"]}
    past, coming = [int(LAST) - 10, int(LAST) - 5, int(LAST)], [int(LAST) + 1, int(LAST) + 5, int(LAST) + 10]
    out = []
    for place in dict.fromkeys(r["place"] for r in rows):
        for measure, title in FIGURE_TITLES.items():
            digits = -1 if known.get((place, measure, int(LAST)), 0.0) >= 10000 else 0
            cells = [number(known[place, measure, y], digits) if (place, measure, y) in known else "" for y in past]
            for year in coming:
                row = ahead[place, measure, year]
                mean, low, high = (number(float(row[key]), digits) for key in ("mean", "low", "high"))
                cells.append(f"{mean} ({low} to {high})")
            out.append([place, title, *cells])
    header = ["", "", *[f"published, {y}" for y in past], *[f"business as usual, {y}" for y in coming]]
    return table(header, out, set(range(2, len(header))))


MOVES = {
    "ages": "children's ages, as projected",
    "ages_low": "the same, low",
    "ages_high": "the same, high",
    "prices": "prices",
    "arrivals_half": f"half as many unaccompanied arrivals from April {int(LAST) + 1}",
    "arrivals_more": "half as many again",
}
MOVED = {
    "children": "children",
    "referrals": "referrals",
    "care_entries": "entering care",
    "care_entries_by_age.under_1": "at under 1",
    "care_entries_by_age.10_to_15": "at 10 to 15",
    "care_entries_by_age.16_plus": "at 16 and over",
    "looked_after": "looked after",
    "looked_after_by_age.16_plus": "of 16 and over",
    "cost_authority": "cost to authorities",
}


def one_at_a_time():
    """(variation, year, measure) -> mean, of tools/business_as_usual.py."""
    rows = read_csv(RESULTS / "one_at_a_time.csv")
    return {(r["variation"], int(r["year"]), r["measure"]): float(r["mean"]) for r in rows}


def percent_signed(value):
    return number(100 * value, 1, True) + "%"


def moves_table():
    """What each of a few things does alone, in per cent of what there is when nothing moves, halfway and at the end."""
    found = one_at_a_time()
    out = []
    for variation, title in MOVES.items():
        for year in (int(LAST) + 5, int(LAST) + 10):
            cells = []
            for measure in MOVED:
                ratio = found[variation, year, measure] / found["nothing", year, measure] - 1.0
                cells.append("" if abs(ratio) < 5e-4 else percent_signed(ratio))
            out.append([title, str(year), *cells])
    header = ["alone", "year to March", *MOVED.values()]
    return table(header, out, set(range(2, len(header))))


def still_table():
    """Business as usual when nothing moves: the trends that the model has by itself."""
    found = one_at_a_time()
    years = sorted({year for _, year, _ in found})
    rows = []
    for measure, title in STILL.items():
        first, last = (found["nothing", year, measure] for year in (years[0], years[-1]))
        drawn = found["draws", years[-1], measure] / found["draws", years[0], measure] - 1.0
        lean = found["draws", years[2], measure] / found["nothing", years[2], measure] - 1.0
        rows.append(
            [title, number(first, -1), number(last, -1)] + [percent_signed(x) for x in (last / first - 1, drawn, lean)]
        )
    header = [
        "when nothing moves",
        str(years[0]),
        str(years[-1]),
        "change",
        "with draws",
        f"draws over fit, {years[2]}",
    ]
    return table(header, rows, set(range(1, len(header))))


# What stands in the table of business as usual when nothing moves.
STILL = {
    **FIGURE_TITLES,
    "care_applications": "care applications",
    "care_entries_by_age.16_plus": "entering care at 16 and over",
    "looked_after_by_age.1_to_4": "looked after, aged 1 to 4",
    "looked_after_by_age.5_to_9": "looked after, aged 5 to 9",
    "looked_after_by_age.16_plus": "looked after, 16 and over",
}


def validation_tables():
    """What an audit found before, what is published, and what the committed fit gives."""
    fit = {row["target"]: row for row in calibration()["fit"]}
    moves = one_at_a_time()
    years = sorted({year for _, year, _ in moves})

    def change(variation, measure):
        return moves[variation, years[-1], measure] / moves[variation, years[0], measure] - 1.0

    def shown_of(row, value):
        if value == "":
            return ""
        value = float(value)
        return percent(value, 1) if row["unit"] == "share" else f"{value:.2f}"

    courses, still = [], []
    for row in read_csv(RESULTS / "audit.csv"):
        if row["kind"] == "target":
            now, published = fit[row["key"]]["simulated"], fit[row["key"]]["published"]
            allowed = published * math.exp(2 * fit[row["key"]]["allowed_sd"]) - published
            courses.append(
                [row["what"]]
                + [shown_of(row, x) for x in (published, row["before"], now)]
                + [f"±{shown_of(row, allowed)}", "yes" if fit[row["key"]]["within"] else "**no**"]
            )
        else:
            now = change("nothing", row["key"])
            cells = [
                percent_signed(float(row["before"])),
                percent_signed(now),
                percent_signed(change("draws", row["key"])),
            ]
            still.append([row["what"], *cells])
    return {
        "courses": table(["England", "published", "before", "now", "may be off by", "within"], courses, {1, 2, 3, 4}),
        "still": table(
            ["in ten years, when nothing moves", "before", "now", "with drawn parameters"], still, {1, 2, 3}
        ),
    }


def result_table():
    observed = published()
    arms, years, found = summary()
    first, last = years[0], years[-1]
    baseline, others = arms[0], arms[1:]
    rows = []
    for label, measure, figure, divisor, digits in HEADLINES:

        def value(x, sign=False):
            return number(x / divisor, digits, sign)

        start, end = found[baseline, first, measure], found[baseline, last, measure]
        row = [
            label,
            value(observed[figure]) if figure else "",
            value(start["mean"]),
            f"{value(end['mean'])} ({value(end['low'])} to {value(end['high'])})",
        ]
        row += [difference_text(found[arm, last, measure], value) for arm in others]
        rows.append(row)
    titles = {name: arm["title"] for name, arm in read_json(ROOT / "scenarios" / "england.json")["arms"].items()}
    header = [
        "England",
        f"published, year to March {LAST}",
        f"{titles[baseline].lower()}, {first}",
        f"{titles[baseline].lower()}, {last}",
        *[f"{titles[arm].lower()}, {last}: difference" for arm in others],
    ]
    return table(header, rows, set(range(1, len(header))))


# The hindcast.

HINDCAST = RESULTS / "hindcast_scores.csv"
HINDCAST_COLUMNS = [
    "method",
    "figure",
    "level",
    "origin",
    "horizon",
    "forecasts",
    "boundary_changes",
    "not_published",
    "wis",
    "log_wis",
    "crps",
    "coverage_50",
    "coverage_90",
    "absolute_error",
    "bias",
]
NAIVE = ["persistence", "persistence_uncentred", "damped_drift", "stock_and_flow", "smoothed_level"]
TENTHS = [f"pit_{i}" for i in range(1, 11)]
FIGURES = {
    "looked_after": "looked after",
    "care_entries": "entering care",
    "care_entries_under_16": "entering care under 16",
    "child_protection_plans": "protection plans",
    "child_protection_plans_started": "plans started",
    "children_in_need": "children in need",
    "referrals": "referrals",
}
LEVELS = {"authority": "Authorities", "region": "Regions", "england": "England"}


def read_hindcast(scores):
    """Keeps of a hindcast's scores what the document shows."""
    columns = HINDCAST_COLUMNS + [f"relative_{score}.{rule}" for score in ["wis", "log_wis"] for rule in NAIVE] + TENTHS
    kept = [
        {key: row[key] if key in HINDCAST_COLUMNS[:5] or not row[key] else f"{float(row[key]):.5g}" for key in columns}
        for row in read_csv(scores)
        if row["origin"].startswith("all") or row["method"] == "hearth"
    ]
    with open(HINDCAST, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def hindcast_tables():
    if not HINDCAST.exists():
        return "Not scored yet: run `hearth hindcast`, then `tools/tables.py --hindcast FILE`."
    rows = read_csv(HINDCAST)
    found = {(r["method"], r["figure"], r["level"], r["origin"], int(r["horizon"])): r for r in rows}
    origins = sorted({r["origin"] for r in rows if not r["origin"].startswith("all")})
    horizons = sorted({int(r["horizon"]) for r in rows})
    unscored = [
        sum(int(r[key]) for r in rows if r["method"] == "hearth" and r["origin"] == "all")
        for key in ["boundary_changes", "not_published"]
    ]

    def ratio(text):
        return f"{float(text):.2f}" if text else ""

    def share(text):
        return f"{100 * float(text):.0f}%" if text else ""

    def line(figure, level, horizon):
        one = found["hearth", figure, level, "all", horizon]
        if one["forecasts"] == "0":
            return None
        calm = found.get(("hearth", figure, level, "all_but_target_2021", horizon), {})
        best = max(NAIVE, key=lambda rule: float(one[f"relative_wis.{rule}"] or 0))
        bias = number(100 * math.expm1(float(one["bias"])), 0, True)
        return [
            FIGURES[figure],
            str(horizon),
            one["forecasts"],
            ratio(one["relative_wis.persistence"]),
            ratio(one["relative_log_wis.persistence"]),
            ratio(calm.get("relative_wis.persistence")),
            f"{ratio(one[f'relative_wis.{best}'])} `{best}`",
            share(one["coverage_50"]),
            share(one["coverage_90"]),
            f"{bias}%",
        ]

    parts = [
        f"Origins: 31 March of {', '.join(origins)}. Not scored: {number(unscored[0])} forecasts for authorities that a "
        f"boundary change replaced, {number(unscored[1])} of figures not published in the target year or at the origin."
    ]
    for level, title in LEVELS.items():
        lines = [
            line(figure, level, horizon)
            for figure in FIGURES
            for horizon in horizons
            if ("hearth", figure, level, "all", horizon) in found
        ]
        lines = [cells for cells in lines if cells]
        if lines:
            parts += [
                f"### {title}",
                table(
                    [
                        "figure",
                        "years",
                        "forecasts",
                        "error",
                        "log",
                        "without 2021",
                        "best naive",
                        "in 50%",
                        "in 90%",
                        "bias",
                    ],
                    lines,
                    {1, 2, 3, 4, 5, 7, 8, 9},
                ),
            ]

    rules = [
        [
            FIGURES[figure],
            str(horizon),
            *(
                ratio(found[rule, figure, "authority", "all", horizon]["relative_wis.persistence"])
                for rule in NAIVE[1:]
            ),
        ]
        for figure in FIGURES
        for horizon in horizons
        if ("hearth", figure, "authority", "all", horizon) in found
    ]
    parts += [
        "### The naive forecasts against persistence",
        "Authorities; error of each over that of persistence.",
        table(["figure", "years", *(f"`{rule}`" for rule in NAIVE[1:])], rules, set(range(1, 6))),
    ]

    tenths = []
    for figure in FIGURES:
        for horizon in horizons:
            one = found.get(("hearth", figure, "authority", "all", horizon))
            counts = [float(one[tenth] or 0) for tenth in TENTHS] if one else [0]
            if sum(counts):
                tenths.append([FIGURES[figure], str(horizon), *(f"{100 * c / sum(counts):.0f}" for c in counts)])
    parts += [
        "### Tenths of the forecast",
        "Authorities; per cent of published figures in each tenth of Hearth's forecast. "
        "Ten everywhere would be right.",
        table(["figure", "years", "lowest", *(str(i) for i in range(2, 10)), "highest"], tenths, set(range(1, 12))),
    ]
    return "\n\n".join(parts)


BLIND = RESULTS / "blind_test_2022_scores.csv"


def blind_table():
    """Forecasts from 31 March 2022, made while 2023 to 2025 were held back; the file is never changed."""
    rows = [row for row in read_csv(BLIND) if row["method"] == "hearth"]
    parts = []
    for level, title in LEVELS.items():
        of_level = [row for row in rows if row["level"] == level]
        logs = [math.log(float(row["relative_wis.persistence"])) for row in of_level]
        lines = [
            [
                FIGURES[row["figure"]],
                row["horizon"],
                row["forecasts"],
                f"{float(row['relative_wis.persistence']):.2f}",
                f"{float(row['relative_log_wis.persistence']):.2f}",
                f"{100 * float(row['coverage_50']):.0f}%",
                f"{100 * float(row['coverage_90']):.0f}%",
                f"{number(100 * math.expm1(float(row['bias'])), 0, True)}%",
            ]
            for row in of_level
        ]
        parts += [
            f"### {title}: {math.exp(sum(logs) / len(logs)):.2f} of persistence's error",
            table(
                ["figure", "years", "forecasts", "error", "log", "in 50%", "in 90%", "bias"], lines, set(range(1, 8))
            ),
        ]
    return "\n\n".join(parts)


# Documents.


def with_tables(path, tables):
    """The text of a document with its marked tables replaced."""
    text = path.read_text(encoding="utf-8")
    for name, content in tables.items():
        marked = re.compile(rf"(<!-- table: {name} -->\n)(?:.*?\n)?(<!-- end of table: {name} -->)", re.S)
        if len(marked.findall(text)) != 1:
            raise ValueError(f"{path.relative_to(ROOT)}: expected one pair of marks of the table {name}")
        text = marked.sub(lambda match: match.group(1) + content + "\n" + match.group(2), text)
    return text


def documents():
    """Path -> text as it should be."""
    file = calibration()
    return {
        path: with_tables(path, tables) if tables else parameters_document()
        for path, tables in {
            ROOT / "README.md": {"result": result_table()},
            ROOT
            / "docs"
            / "calibration.md": {
                "fit": fit_table(file),
                "authorities": authorities_table(file),
                "years": years_table(),
                "not settled": not_settled_table(file),
                "learnt": learnt_table(file),
                "drift": drift_table(file),
                "origins": origins_table(),
                "fitted": fitted_table(file),
            },
            ROOT
            / "docs"
            / "evidence.md": {
                "weights": weights_table(),
                "effects": effects_tables(),
                "outcomes": outcomes_tables(),
                "components": components_table(),
                "shocks": shocks_table(),
                "sustaining": sustaining_table(),
                **targets_tables(),
            },
            ROOT
            / "docs"
            / "business-as-usual.md": {"years": business_table(), "moves": moves_table(), "still": still_table()},
            ROOT / "docs" / "validation.md": validation_tables(),
            ROOT / "docs" / "forecasting.md": {"hindcast": hindcast_tables(), "blind test": blind_table()},
            ROOT / "docs" / "reference" / "parameters.md": None,
            ROOT
            / "docs"
            / "reference"
            / "scenario.md": {"levers": levers_table(), "kinds of shocks": shock_kinds_table()},
        }.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--result", help="result of scenarios/england.json, to take the summary from")
    parser.add_argument("--hindcast", help="NAME_scores.csv of hearth hindcast, to take the scores from")
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "hearth"))
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a document is out of step")
    options = parser.parse_args()
    if options.result:
        read_result(options.result, options.program)
    if options.hindcast:
        read_hindcast(options.hindcast)
    wanted = documents()
    stale = [path for path in wanted if not path.exists() or path.read_text(encoding="utf-8") != wanted[path]]
    if options.check:
        sys.exit(
            f"out of step, run tools/tables.py: {', '.join(str(p.relative_to(ROOT)) for p in stale)}" if stale else 0
        )
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
