#!/usr/bin/python3
"""What follows when the inspectorate judges an authority inadequate, and what the pandemic did to 2020-21.

Rates are those that the model's propensities multiply, each given what comes before it: referrals per child, section 47
enquiries per referral, plan starts per enquiry, entries to care (without unaccompanied children) per child in need, exits
per looked-after child. So a change in plans started is the product of the first three; rates per child are given too.

An inadequate judgement. The event year t of an authority is the first year to 31 March that ends with it judged
inadequate, after a year that ended with another grade. The change of a log rate from the mean of t-2 and t-1 (what there
is of them) to the years after, less the mean change over the same years among authorities never inadequate from t-2 to
the last year looked at, averaged over events. Year t itself is only partly after the judgement. Intervals are 90%, by
drawing authorities, judged and not, with replacement. Two checks that an effect would have to pass: `lead`, the change
from t-3 and t-2 to t-1, before the judgement; and `placebo_p`, how often as many authorities never inadequate, given the
same event years at random, show a change as large. Workforce figures of a year are of its September, half a year after
the rest: for them t is the first year wholly after, t-1 partly so, and all windows start a year earlier.

The pandemic. England's log rate of the year to March 2021 less the mean of the years before and after. The interval is
90%, from the same figure for the years 2014 to 2019, which had no pandemic: 1.94 (Student's t, six values) standard
deviations of them about zero. Rates by authority say how evenly it fell.

Writes tools/results/shocks.csv. `parameter` names the row of engine/parameters/parameters.def that takes the ratio. For
the workforce, t+0 stands for t-1, and so on.
"""

import argparse
import pathlib

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
UASC_FIRST_YEAR = 2020  # entries of unaccompanied children are published from here on
SMALL_STOCK = 2.0  # stands for a suppressed stock of unaccompanied children, 1 to 5
# Below this many children (City of London, Isles of Scilly) suppression leaves too little to tell unaccompanied
# children from others.
SMALLEST_POPULATION = 5000
INADEQUATE = 1
BEFORE, AFTER = (-2, -1), (1, 2)
LAGS = range(5)
SAMPLES = 1000
COVID_YEAR = 2021
QUIET_YEARS = range(2014, 2020)
T_SIX = 1.94  # 95% quantile of Student's t with six degrees of freedom

# measure: (numerator, denominator, parameter of a judgement, parameter of the pandemic). No denominator: a percentage.
MEASURES = {
    "referral": ("referrals", "population_0_17", "inspection.referral_ratio", "pandemic.referral_ratio"),
    "section_47": ("s47_enquiries", "referrals", "inspection.section_47_ratio", "pandemic.section_47_ratio"),
    "plan": ("cpp_started", "s47_enquiries", "inspection.plan_ratio", "pandemic.plan_ratio"),
    "care_entry": ("care_entries", "in_need_mean", "inspection.care_entry_ratio", "pandemic.care_entry_ratio"),
    "care_exit": ("cla_ceased", "looked_after_mean", "", "pandemic.care_exit_ratio"),
    "section_47_per_child": ("s47_enquiries", "population_0_17", "", ""),
    "plans_started_per_child": ("cpp_started", "population_0_17", "", ""),
    "care_entries_per_child": ("care_entries", "population_0_17", "", ""),
    "care_applications_per_child": ("care_applications_per_10k", None, "", ""),
    "turnover": ("sw_turnover_pct", None, "inspection.turnover_ratio", ""),
    "vacancy": ("sw_vacancy_pct", None, "", ""),
    "agency": ("sw_agency_pct", None, "", ""),
    "social_workers": ("sw_fte", None, "", ""),
    "posts": ("posts", None, "inspection.posts_ratio", ""),
    "social_workers_and_agency": ("filled_posts", None, "", ""),
    "caseload": ("sw_caseload", None, "", ""),
}
WORKFORCE = {"turnover", "vacancy", "agency", "social_workers", "posts", "social_workers_and_agency", "caseload"}


def without_unaccompanied(frame, years, ratio, stock):
    """Entries to care without unaccompanied children: before they were published, `ratio` to their stock."""
    unaccompanied = frame.cla_started_uasc.where(years >= UASC_FIRST_YEAR).fillna(ratio * stock)
    return (frame.cla_started - unaccompanied).clip(lower=0)


def mean_of_year(stock, before):
    """Mean of the stocks at both ends of a year; of the later end alone where the earlier is not published."""
    return (stock + before.fillna(stock)) / 2


def tables_of(folder):
    """Authorities' figures and England's with derived measures, indexed by (code, year) and year."""
    history = pd.read_csv(folder / "history.csv").set_index(["code", "year"])
    england = pd.read_csv(folder / "england.csv").set_index("measure").T
    england.index = england.index.astype(int)
    ratio = england.cla_started_uasc[UASC_FIRST_YEAR] / england.cla_at31_uasc[UASC_FIRST_YEAR]
    # Children are published by authority from 2014.
    history["population_0_17"] = history.population_0_17.groupby("code").bfill(limit=1)
    history["care_entries"] = without_unaccompanied(
        history, history.index.get_level_values("year"), ratio, history.cla_at31_uasc.fillna(SMALL_STOCK)
    ).where(history.population_0_17 >= SMALLEST_POPULATION)
    england["care_entries"] = without_unaccompanied(england, england.index, ratio, england.cla_at31_uasc)
    for stock, mean in (("cla_at31", "looked_after_mean"), ("cin_at31", "in_need_mean")):
        history[mean] = mean_of_year(history[stock], history[stock].groupby("code").shift(1))
        england[mean] = mean_of_year(england[stock], england[stock].shift(1))
    history["posts"] = history.sw_fte / (1 - history.sw_vacancy_pct / 100)
    history["filled_posts"] = history.sw_fte / (1 - history.sw_agency_pct / 100)
    return history, england


def log_rate(frame, numerator, denominator):
    rate = frame[numerator] / frame[denominator] if denominator else frame[numerator]
    return np.log(rate.where(rate > 0))


def log_rates(history, measure):
    """Authorities by years, without the few where a rate means little."""
    numerator, denominator = MEASURES[measure][:2]
    large = history.population_0_17.groupby("code").transform("max") >= SMALLEST_POPULATION
    return log_rate(history[large], numerator, denominator).unstack("year")


def mean_of(rates, year, lags):
    """Mean log rate of each authority over the years that are there; missing if none is."""
    return rates.reindex(columns=[year + lag for lag in lags]).mean(axis=1)


def change(rates, year, before, after):
    return mean_of(rates, year, after) - mean_of(rates, year, before)


def judged(grades):
    """[(authority, event year)] and, for a year and the lags of a window, the authorities never inadequate in it."""
    events = [
        (code, year)
        for code, row in grades.iterrows()
        for year in grades.columns[1:]
        if row[year] == INADEQUATE and row.get(year - 1, np.nan) > INADEQUATE
    ]

    def never(year, first, last):
        window = grades.reindex(columns=range(year + first, year + last + 1))
        return window.index[((window > INADEQUATE) | window.isna()).all(axis=1) & window.notna().any(axis=1)]

    return events, never


def after_judgement(rates, grades, before, after, seed=1):
    """Mean log change after a judgement against authorities never inadequate, its 90% interval and a placebo p."""
    events, never = judged(grades)
    first, last = min(before), max(max(after), 0)
    changes, pools, treated = {}, {}, []
    for code, year in events:
        if year not in changes:
            changes[year] = change(rates, year, before, after)
            pools[year] = [c for c in never(year, first, last) if not np.isnan(changes[year].get(c, np.nan))]
        if not np.isnan(changes[year].get(code, np.nan)) and pools[year]:
            treated.append((code, year))
    if not treated:
        return None
    codes = sorted({c for pool in pools.values() for c in pool} | {c for c, _ in treated})
    place = {code: i for i, code in enumerate(codes)}
    years = sorted(pools)
    value = np.array([[changes[y].get(c, np.nan) for y in years] for c in codes])
    control = np.array([[c in set(pools[y]) for y in years] for c in codes], float)
    column = {y: i for i, y in enumerate(years)}
    rows = np.array([place[c] for c, _ in treated])
    columns = np.array([column[y] for _, y in treated])

    def estimate(weight):
        share = control * weight[:, None]
        mean = np.nansum(share * np.nan_to_num(value), axis=0) / np.maximum(share.sum(axis=0), 1e-12)
        each = value[rows, columns] - mean[columns]
        return np.average(each, weights=weight[rows]) if weight[rows].sum() > 0 else np.nan

    draws = np.random.default_rng(seed)
    point = estimate(np.ones(len(codes)))
    sampled = [
        estimate(np.bincount(draws.integers(0, len(codes), len(codes)), minlength=len(codes)).astype(float))
        for _ in range(SAMPLES)
    ]
    low, high = np.nanquantile(sampled, [0.05, 0.95])
    fake = np.zeros(SAMPLES)
    for i in columns:
        pool = value[control[:, i] > 0, i]
        fake += (draws.choice(pool, SAMPLES) - pool.mean()) / len(columns)
    p = np.mean(np.abs(fake) >= abs(point))
    return {
        "log_change": point,
        "low": low,
        "high": high,
        "placebo_p": p,
        "events": len(treated),
        "authorities": int(np.median([len(pools[y]) for _, y in treated])),
    }


def inspection_rows(history):
    grades = history.ofsted_grade.unstack("year")
    for measure, (_, _, parameter, _) in MEASURES.items():
        if measure == "care_exit":
            continue
        rates = log_rates(history, measure)
        windows = [("lead", (-3, -2), (-1,)), *((f"t+{lag}", BEFORE, (lag,)) for lag in LAGS), ("after", BEFORE, AFTER)]
        earlier = 1 if measure in WORKFORCE else 0
        for name, before, years in windows:
            before, years = ([lag - earlier for lag in lags] for lags in (before, years))
            found = after_judgement(rates, grades, before, years)
            if found:
                yield {
                    "shock": "inadequate_judgement",
                    "measure": measure,
                    "years": name,
                    "parameter": parameter if name == "after" else "",
                    **found,
                }


def pandemic_rows(history, england):
    for measure, (numerator, denominator, _, parameter) in MEASURES.items():
        if measure in WORKFORCE:
            continue
        national = log_rate(england, numerator, denominator)
        bend = {
            year: national.get(year, np.nan) - (national.get(year - 1, np.nan) + national.get(year + 1, np.nan)) / 2
            for year in [*QUIET_YEARS, COVID_YEAR]
        }
        quiet = np.array([bend[year] for year in QUIET_YEARS])
        quiet = quiet[~np.isnan(quiet)]
        error = np.sqrt((quiet**2).mean()) * T_SIX
        rates = log_rates(history, measure)
        each = (rates[COVID_YEAR] - (rates[COVID_YEAR - 1] + rates[COVID_YEAR + 1]) / 2).dropna()
        yield {
            "shock": "pandemic",
            "measure": measure,
            "years": str(COVID_YEAR),
            "parameter": parameter,
            "log_change": bend[COVID_YEAR],
            "low": bend[COVID_YEAR] - error,
            "high": bend[COVID_YEAR] + error,
            "placebo_p": np.mean(np.abs(quiet) >= abs(bend[COVID_YEAR])),
            "events": 1,
            "authorities": len(each),
            "spread": each.std(),
        }


def estimate(tables):
    history, england = tables_of(tables)
    out = pd.DataFrame([*inspection_rows(history), *pandemic_rows(history, england)])
    for column in ("low", "high"):
        out[column] = np.exp(out[column])
    out.insert(4, "ratio", np.exp(out.log_change))
    out["error"] = np.log(out.high / out.low) / 3.29
    columns = [
        "shock",
        "measure",
        "years",
        "parameter",
        "ratio",
        "low",
        "high",
        "error",
        "placebo_p",
        "spread",
        "events",
        "authorities",
    ]
    return out[columns].round(3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=pathlib.Path, default=ROOT / "scenarios/england")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "tools/results/shocks.csv")
    arguments = parser.parse_args()
    result = estimate(arguments.tables)
    result.to_csv(arguments.output, index=False)
    print(result.to_string(index=False))
