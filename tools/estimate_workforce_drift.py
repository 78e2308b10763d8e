#!/usr/bin/python3
"""How much posts and turnover of social workers wander: the ground of drift.posts.* and drift.turnover.*.

Reads scenarios/england/history.csv and england.csv. Prints, for lags of one to seven years, the standard deviation over
authorities of the change of a logarithm about England's, once as it is and once from the median absolute deviation
(robust to corrections), beside what the parameters of the registry give; and England's own changes.

Posts are those in post divided by one less the vacancy rate. What is published of one year has an error of its own, which
a model of posts has not: the parameters follow the differences between lags, and the first lag is allowed an error.
"""
import csv
import math
import pathlib
import statistics

ENGLAND = pathlib.Path(__file__).resolve().parent.parent / "scenarios" / "england"
SMALLEST = 20.0  # full-time equivalents: the City of London and the Isles of Scilly are left out
LAGS = (1, 2, 3, 5, 7)


def number(text):
    return float(text) if text else None


def posts(row):
    fte, vacancies = number(row["sw_fte"]), number(row["sw_vacancy_pct"])
    return None if fte is None or vacancies is None or fte < SMALLEST else fte / (1.0 - vacancies / 100.0)


def turnover(row):
    fte, share = number(row["sw_fte"]), number(row["sw_turnover_pct"])
    return None if not fte or fte < SMALLEST or not share else share


def changes(values, lag):
    """Changes of logarithms over `lag` years, less the median of their year: a list."""
    out = []
    for year in sorted({year for _, year in values}):
        here = [
            math.log(values[code, year + lag] / value)
            for (code, y), value in values.items()
            if y == year and (code, year + lag) in values
        ]
        if here:
            middle = statistics.median(here)
            out += [change - middle for change in here]
    return out


def spread(sd, reversion, lag):
    """Of the change of an Ornstein-Uhlenbeck process in its long run."""
    return math.sqrt(2.0 * sd * sd * (1.0 - math.exp(-reversion * lag)))


def registry():
    out = {}
    for line in (ENGLAND.parent.parent / "engine" / "parameters" / "parameters.def").read_text().splitlines():
        if line.startswith("HEARTH_PARAMETER("):
            fields = next(csv.reader([line.split("(", 1)[1]], skipinitialspace=True))
            out[fields[1]] = float(fields[3])
    return out


def main():
    parameters = registry()
    rows = list(csv.DictReader((ENGLAND / "history.csv").open()))
    national = {row["measure"]: row for row in csv.DictReader((ENGLAND / "england.csv").open())}
    for name, of in (("posts", posts), ("turnover", turnover)):
        values = {(row["code"], int(row["year"])): value for row in rows if (value := of(row)) is not None}
        sd, reversion = (parameters[f"drift.{name}.authority_{what}"] for what in ("sd", "reversion"))
        print(f"{name}: standard deviation of changes about England's (log)\n lag  published  robust  registry")
        for lag in LAGS:
            found = changes(values, lag)
            if len(found) > 30:
                robust = 1.4826 * statistics.median(abs(x) for x in found)
                print(f"{lag:4}{statistics.pstdev(found):11.3f}{robust:8.3f}{spread(sd, reversion, lag):10.3f}")
    for measure in ("sw_fte", "sw_turnover_pct"):
        series = [float(x) for key, x in national[measure].items() if key != "measure" and x]
        steps = [math.log(b / a) for a, b in zip(series, series[1:])]
        print(
            f"England, {measure}: mean change {statistics.mean(steps):+.3f} a year, root mean square "
            f"{math.sqrt(statistics.mean(x * x for x in steps)):.3f}"
        )


if __name__ == "__main__":
    main()
