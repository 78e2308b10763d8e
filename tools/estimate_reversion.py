#!/usr/bin/python3
"""What became of authorities whose protection plans rose steeply in a year?

For every authority with at least 100 plans (or plans started) and a rise over England's of more than a half, on the log
scale 0.5, in a year from 2014 to 2019, the change relative to England over the next one, two and three years: mean, its
standard error and the number of authorities. Hertfordshire, whose plans doubled in 2014, is left out, so that it can be
set against the others. Rises of 0.3 to 0.5 are shown as well.

Writes tools/results/reversion.csv.
"""

import argparse
import pathlib

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERTFORDSHIRE = 919
SMALLEST = 100
RISES = ((0.3, 0.5), (0.5, 2.0))
YEARS = range(2014, 2020)
AHEAD = (1, 2, 3)


def relative(tables, measure):
    """Log of each authority's figure over England's, by code and year."""
    wide = pd.read_csv(tables / "history.csv").pivot(index="code", columns="year", values=measure)
    england = pd.read_csv(tables / "england.csv").set_index("measure").loc[measure]
    england.index = england.index.astype(int)
    return wide, np.log(wide.where(wide > 0)) - np.log(england.reindex(wide.columns))


def estimate(tables):
    rows = []
    for measure in ("cpp_at31", "cpp_started"):
        wide, log = relative(tables, measure)
        for low, high in RISES:
            after = {years: [] for years in AHEAD}
            for year in YEARS:
                rise = log[year] - log[year - 1]
                chosen = (wide[year - 1] >= SMALLEST) & (rise > low) & (rise <= high) & (log.index != HERTFORDSHIRE)
                for years in AHEAD:
                    after[years] += (log[year + years] - log[year])[chosen].dropna().tolist()
            for years, changes in after.items():
                rows.append(
                    {
                        "measure": measure,
                        "rise_over": low,
                        "rise_to": high,
                        "years_after": years,
                        "authorities": len(changes),
                        "mean_log_change": round(float(np.mean(changes)), 3),
                        "standard_error": round(float(np.std(changes, ddof=1) / np.sqrt(len(changes))), 3),
                    }
                )
    return pd.DataFrame(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=pathlib.Path, default=ROOT / "scenarios/england")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "tools/results")
    arguments = parser.parse_args()
    table = estimate(arguments.tables)
    table.to_csv(arguments.output / "reversion.csv", index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
