#!/usr/bin/python3
"""Business as usual beside what was published, and what moves it: for docs/business-as-usual.md.

    tools/business_as_usual.py                               what children's ages, prices and arrivals each do
    tools/business_as_usual.py --result outputs/england.h5   and first, the years of the main scenario's result

Writes tools/results/one_at_a_time.csv, a row for each variation, year and measure; with a result also
tools/results/business_as_usual.csv, a row for each place, year and figure, and the picture docs/images/business_as_usual.svg.
tools/tables.py makes the tables of the document from them. Takes some minutes; the picture needs python3-matplotlib.
"""

import argparse
import csv
import io
import json
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGLAND = ROOT / "scenarios" / "england"
RESULTS = ROOT / "tools" / "results"
ONE = RESULTS / "one_at_a_time.csv"
YEARS = RESULTS / "business_as_usual.csv"
PICTURE = ROOT / "docs" / "images" / "business_as_usual.svg"

# Measure of a summary, measure of the published tables, title.
FIGURES = [
    ("referrals", "referrals", "Referrals"),
    ("children_in_need", "cin_at31", "Children in need"),
    ("child_protection_plans", "cpp_at31", "Protection plans"),
    ("care_entries", "cla_started", "Entering care"),
    ("looked_after", "cla_at31", "Looked after"),
]
PLACES = ["England", "North West", "Hertfordshire", "Leeds", "Norfolk"]

# Nothing moves but what a variation lets move: as many children of each age, prices level in real terms, arrivals as in the year
# before the origin, no drift, the fitted values of parameters.
FLAT_PRICES = {f"prices.real_growth.{kind}": 0 for kind in ("foster_care", "residential_care", "pay", "other")}
VARIATIONS = {
    "nothing": {},
    "draws": {"draws": True},
    "ages": {"population": "principal"},
    "ages_low": {"population": "low"},
    "ages_high": {"population": "high"},
    "prices": {"prices": True},
    "arrivals_half": {"arrivals": 0.5},
    "arrivals_more": {"arrivals": 1.5},
}
DRAWS = 50  # of the calibration: one a replicate
MEASURES = [
    "children",
    "referrals",
    "children_in_need",
    "child_protection_plans",
    "care_applications",
    "care_entries",
    "care_entries_by_age.under_1",
    "care_entries_by_age.1_to_4",
    "care_entries_by_age.5_to_9",
    "care_entries_by_age.10_to_15",
    "care_entries_by_age.16_plus",
    "looked_after",
    "looked_after_by_age.1_to_4",
    "looked_after_by_age.5_to_9",
    "looked_after_by_age.10_to_15",
    "looked_after_by_age.16_plus",
    "cost_authority",
]


def scenario(change, replicates):
    if change.get("draws"):
        replicates = DRAWS
    out = {
        "extends": str(ROOT / "scenarios" / "england.json"),
        "name": "one_at_a_time",
        "replicates": replicates,
        "sampling_fraction": 0.3,
        "uncertainty": {"drift": False, "parameters": change.get("draws", False)},
        "population": change.get("population", "flat"),
        "parameters": {} if change.get("prices") else FLAT_PRICES,
        "arms": {"protection_only": None, "support_is_protection": None},
    }
    if "arrivals" in change:
        origin = int(json_origin()[:4])
        when = {"start": f"{origin + 1}-04", "end": f"{origin + 10}-03"}  # from the second year on
        out["shocks"] = [{"kind": "unaccompanied_children", **when, "ratio": change["arrivals"]}]
    return out


def json_origin():
    text = (ROOT / "scenarios" / "england.json").read_text(encoding="utf-8")
    return next(line.split('"')[3] for line in text.splitlines() if line.strip().startswith('"origin"'))


def summary(program, result, place, measures):
    told = subprocess.run(
        [program, "summary", str(result), place, "--csv", "--measures", ",".join(measures)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [row for row in csv.DictReader(io.StringIO(told)) if row["arm"] == "business_as_usual"]


def year_of(row):
    return int(row["year"].removeprefix("year to 31 March "))


def one_at_a_time(program, replicates):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, change in VARIATIONS.items():
            file, result = pathlib.Path(folder) / f"{name}.json", pathlib.Path(folder) / f"{name}.h5"
            file.write_text(json.dumps(scenario(change, replicates)), encoding="utf-8")
            subprocess.run([program, "run", str(file), "-q", "-o", str(result)], check=True, stdout=subprocess.DEVNULL)
            for row in summary(program, result, "England", MEASURES):
                rows.append(
                    [name, year_of(row), row["measure"], f"{float(row['mean']):.6g}", f"{float(row['mcse'] or 0):.3g}"]
                )
    write(ONE, ["variation", "year", "measure", "mean", "error"], rows)


def published():
    """(place, figure, year) -> children. A region is the sum of its authorities that publish."""
    out = {}
    with open(ENGLAND / "england.csv", newline="", encoding="utf-8") as file:
        national = {row["measure"]: row for row in csv.DictReader(file)}
    for _, column, _ in FIGURES:
        for year, value in national[column].items():
            if year != "measure" and value:
                out["England", column, int(year)] = float(value)
    with open(ENGLAND / "authorities.csv", newline="", encoding="utf-8") as file:
        places = {row["code"]: row for row in csv.DictReader(file)}
    with open(ENGLAND / "history.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            place, year = places[row["code"]], int(row["year"])
            if not int(place["first_year"]) <= year <= int(place["last_year"]):
                continue
            for name in {place["name"], place["region"]} & set(PLACES):
                for _, column, _ in FIGURES:
                    if row[column]:
                        key = (name, column, year)
                        out[key] = out.get(key, 0.0) + float(row[column])
    return out


def years(program, result):
    known = published()
    rows = []
    for place in PLACES:
        ahead = {}
        for row in summary(program, result, place, [measure for measure, _, _ in FIGURES]):
            ahead[row["measure"], year_of(row)] = row
        for measure, column, _ in FIGURES:
            for year in sorted({y for name, c, y in known if (name, c) == (place, column)}):
                rows.append([place, measure, year, f"{known[place, column, year]:.0f}", "", "", "", ""])
            for (name, year), row in ahead.items():
                if name == measure:
                    numbers = [f"{float(row[key]):.6g}" for key in ("mean", "low", "high", "mcse")]
                    rows.append([place, measure, year, "", *numbers])
    write(YEARS, ["place", "measure", "year", "published", "mean", "low", "high", "error"], rows)
    draw(rows)


def draw(rows):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update(
        {"svg.hashsalt": "hearth", "font.size": 8, "axes.spines.top": False, "axes.spines.right": False}
    )
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter

    figure, axes = pyplot.subplots(len(PLACES), len(FIGURES), figsize=(11, 9), sharex=True)
    for across, place in zip(axes, PLACES):
        for axis, (measure, _, title) in zip(across, FIGURES):
            mine = [row for row in rows if row[:2] == [place, measure]]
            past = [(row[2], float(row[3])) for row in mine if row[3]]
            ahead = [(row[2], *map(float, row[4:7])) for row in mine if row[4]]
            axis.plot(*zip(*past), color="black", linewidth=1.2)
            at, mean, low, high = zip(*ahead)
            axis.fill_between(at, low, high, color="#4477aa", alpha=0.25, linewidth=0)
            axis.plot(at, mean, color="#4477aa", linewidth=1.4)
            axis.set_ylim(bottom=0)
            axis.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
            if place == PLACES[0]:
                axis.set_title(title, fontsize=9)
        across[0].set_ylabel(place, fontsize=9)
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "hearth"))
    parser.add_argument("--result", type=pathlib.Path, help="result of scenarios/england.json")
    parser.add_argument("--replicates", type=int, default=10)
    options = parser.parse_args()
    if options.result:
        years(options.program, options.result)
    one_at_a_time(options.program, options.replicates)


if __name__ == "__main__":
    main()
