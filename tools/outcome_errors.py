#!/usr/bin/env python3
"""Correlations of the errors of outcomes that are compared with authorities in no programme.

Every authority that is in no programme is taken as if it had begun one in 2015: the logarithm of its mean in the
first to third year, and in the fourth to sixth, against its mean in the three years before, less the same of all such
authorities together. These placebo effects are nothing but error. Their correlations over authorities are printed, of
one measure in the two windows and of different measures in one window, and written to
tools/results/outcome_errors.csv (pair, kind, authorities, correlation). The means are the parameters
evidence.outcome_correlation.years and evidence.outcome_correlation.measures.

    /usr/bin/python3 tools/outcome_errors.py
"""

import csv
import pathlib

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLES = ROOT / "scenarios" / "england"
START = 2015
WINDOWS = {"years 1 to 3": range(1, 4), "years 4 to 6": range(4, 7)}


def measures(history):
    """Five measures a child, a column each. Care applications have too few years before 2015."""
    ages = [f"cla_started_age_{band}" for band in ("u1", "1to4", "5to9", "10to15")]
    children = history["population_0_17"]
    counts = {
        "plans": history["cpp_at31"],
        "plans started": history["cpp_started"],
        "entries under 16": history[ages].sum(axis=1, min_count=len(ages)),
        "looked after": history["cla_at31"] - history["cla_at31_uasc"].fillna(0),
        "in need": history["cin_at31"],
    }
    return pd.DataFrame({name: values / children for name, values in counts.items()})


def placebo_effects():
    """Log effects of nothing: a row an authority, a column a measure and window; without years that are missing."""
    history = pd.read_csv(TABLES / "history.csv", low_memory=False)
    adopters = set(pd.read_csv(TABLES / "adoption.csv")["code"])
    rates = measures(history).assign(code=history["code"], year=history["year"])
    rates = rates[~rates["code"].isin(adopters)]
    logs = np.log(rates.set_index(["code", "year"]).replace(0, np.nan))

    def at(years):
        chosen = logs[logs.index.get_level_values("year").isin(list(years))]
        return chosen.groupby("code").agg(lambda values: values.mean() if values.notna().all() else np.nan)

    before = at(range(START - 2, START + 1))
    out = {}
    for window, years in WINDOWS.items():
        change = at([START + year for year in years]) - before
        for name in change:
            out[name, window] = change[name] - change[name].mean()
    return pd.DataFrame(out)


def correlations(effects):
    """(pair, kind, authorities, correlation) of every pair: one measure in two windows, two measures in one."""
    for a, (name_a, window_a) in enumerate(effects.columns):
        for name_b, window_b in effects.columns[a + 1 :]:
            if name_a != name_b and window_a != window_b:
                continue
            both = effects[[(name_a, window_a), (name_b, window_b)]].dropna()
            pair = name_a if name_a == name_b else f"{name_a} and {name_b}, {window_a}"
            kind = "years" if name_a == name_b else "measures"
            yield pair, kind, len(both), np.corrcoef(both.T)[0, 1]


def main():
    rows = list(correlations(placebo_effects()))
    with open(ROOT / "tools" / "results" / "outcome_errors.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["pair", "kind", "authorities", "correlation"])
        for pair, kind, authorities, correlation in rows:
            table.writerow([pair, kind, authorities, f"{correlation:.2f}"])
            print(f"{kind:9} {pair:45} {authorities:4} {correlation:6.2f}")
    for kind in ("years", "measures"):
        found = [row[3] for row in rows if row[1] == kind]
        print(f"mean of {kind}: {np.mean(found):.2f}, {len(found)} pairs")


if __name__ == "__main__":
    main()
