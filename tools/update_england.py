#!/usr/bin/python3
"""The yearly chore: takes newly published tables into scenarios/england, after looking at what is odd in them.

Usage: tools/update_england.py FOLDER [--write]

FOLDER holds `authorities.csv`, `observed_la.csv` (an authority in a year) and `observed_england.csv` (a measure; a column a
year), with years to 31 March, blanks for what is suppressed or not published, and the names of measures that
scenarios/england/README.md explains. It may hold children by age too: `population_by_age.csv`, and `projections.csv` with
`projection_quality.csv`. Without --write nothing changes: it says what would. What cannot be right (a code that
is unknown, a row twice, a missing year or measure) is refused, with exit code 4; what may be right but is odd is listed, to be
looked at: counts that do not add up to England's, jumps, measures with fewer cells than before, figures of earlier years
that have changed, and boundary changes.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

TABLES = Path(__file__).resolve().parents[1] / "scenarios/england"
DATA_ERROR = 4
AT_MOST = 12  # lines of one kind
SUPPRESSED = 5  # counts of 1 to 5 are


class Refused(Exception):
    """What the tables have that cannot be right."""


# ---- Reading ----


def read(path, text_columns):
    if not path.exists():
        raise Refused(f"{path}: there is no such file")
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in text_columns if name not in table.columns]
    if missing:
        raise Refused(f"{path}: no column {', '.join(missing)}; it has {', '.join(table.columns[:8])} ...")
    return table


def numbers(texts, where):
    out = pd.to_numeric(texts.where(texts != ""), errors="coerce")
    wrong = texts[(texts != "") & out.isna()]
    if len(wrong):
        raise Refused(f"{where}: '{wrong.iloc[0]}' is not a number; a cell that is not published is blank")
    return out


def read_authorities(folder):
    table = read(
        folder / "authorities.csv",
        ["la_code", "ons_code", "la_name", "region", "first_year", "last_year", "successor_la_code"],
    )
    neighbours = [name for name in table.columns if name.startswith("statistical_neighbour_")]
    successors = table["successor_la_code"].str.findall(r"\b\d{3}\b")  # "942+943"
    for codes in successors:
        if not set(codes) <= set(table["la_code"]):
            raise Refused(f"{folder / 'authorities.csv'}: the successor {codes} is not among the authorities")
    return pd.DataFrame(
        {
            "code": table["la_code"],
            "ons_code": table["ons_code"],
            "name": table["la_name"],
            "region": table["region"],
            "first_year": table["first_year"],
            "last_year": table["last_year"],
            "successor": successors.apply(lambda codes: codes[0] if codes else ""),
            "second_successor": successors.apply(lambda codes: codes[1] if len(codes) > 1 else ""),
            **{name: table[name] for name in ["idaci_2015", "idaci_2019", "imd_2015", "imd_2019"]},
            "statistical_neighbours": table[neighbours].apply(lambda row: " ".join(c for c in row if c), axis=1),
        }
    ).sort_values("code", ignore_index=True)


def read_history(folder, measures, authorities):
    """An authority in a year by row: code, year and these measures, as text."""
    path = folder / "observed_la.csv"
    table = read(path, ["la_code", "year", *measures])
    unknown = sorted(set(table["la_code"]) - set(authorities["code"]))
    if unknown:
        raise Refused(f"{path}: authority {unknown[0]} is not in authorities.csv")
    twice = table[table.duplicated(["la_code", "year"])]
    if len(twice):
        raise Refused(f"{path}: authority {twice.iloc[0]['la_code']} has two rows for {twice.iloc[0]['year']}")
    years = sorted({int(year) for year in table["year"]})
    if years != list(range(years[0], years[-1] + 1)):
        raise Refused(f"{path}: the years {years[0]} to {years[-1]} are not all there")
    for _, row in authorities.iterrows():
        live = {str(y) for y in years if int(row["first_year"]) <= y <= int(row["last_year"])}
        gone = live - set(table.loc[table["la_code"] == row["code"], "year"])
        if gone:
            raise Refused(f"{path}: authority {row['code']} {row['name']} has no row for {min(gone)}")
    for measure in measures:
        numbers(table[measure], f"{path}, {measure}")
    others = sorted(set(table.columns) - set(measures) - {"la_code", "ons_code", "la_name", "region", "year"})
    out = table.rename(columns={"la_code": "code"})[["code", "year", *measures]]
    return out.sort_values(["code", "year"], ignore_index=True), others


def read_children(folder, authorities):
    """Estimates by single year of age: code, mid_year, age_0 to age_17. None where there are no new ones."""
    path = folder / "population_by_age.csv"
    if not path.exists():
        return None
    table = read(path, ["la_code", "year", "age_from", "age_to", "children"])
    table["children"] = numbers(table["children"], f"{path}, children").round()
    wide = table.pivot_table(index=["la_code", "year"], columns="age_from", values="children", aggfunc="first")
    ages = [str(age) for age in range(18)]
    if sorted(wide.columns) != sorted(ages) or (table["age_from"] != table["age_to"]).any():
        raise Refused(f"{path}: expected children by single year of age from 0 to 17")
    if wide.isna().any().any():
        code, year = wide.index[wide.isna().any(axis=1)][0]
        raise Refused(f"{path}: authority {code} lacks an age in {year}")
    unknown = sorted(set(wide.index.get_level_values(0)) - set(authorities["code"]))
    if unknown:
        raise Refused(f"{path}: authority {unknown[0]} is not in authorities.csv")
    return named_ages(wide[ages].astype(int), [f"age_{age}" for age in ages])


def read_projections(folder):
    """Children by bands of age from the last estimate on, with how good each authority's are: A, B or C."""
    path = folder / "projections.csv"
    if not path.exists():
        return None
    table = read(path, ["place", "level", "year", "age_from", "age_to", "children"])
    table = table[table["level"] == "authority"]
    table = table.assign(children=numbers(table["children"], f"{path}, children").round())
    bands = sorted({(int(a), int(b)) for a, b in zip(table["age_from"], table["age_to"])})
    if [age for a, b in bands for age in range(a, b + 1)] != list(range(18)):
        raise Refused(f"{path}: the bands of ages {bands} do not cover 0 to 17 once each")
    wide = table.pivot_table(index=["place", "year"], columns="age_from", values="children", aggfunc="first")
    if wide.isna().any().any():
        code, year = wide.index[wide.isna().any(axis=1)][0]
        raise Refused(f"{path}: authority {code} lacks a band in {year}")
    names = [f"age_{a}" if a == b else f"age_{a}_to_{b}" for a, b in bands]
    out = named_ages(wide[[str(a) for a, _ in bands]].astype(int), names)
    quality = read(folder / "projection_quality.csv", ["la_code", "grade"]).set_index("la_code")["grade"]
    grades = out["code"].map(quality)
    if not grades.isin(["A", "B", "C"]).all():
        raise Refused(
            f"{folder / 'projection_quality.csv'}: authority {out['code'][~grades.isin(list('ABC'))].iloc[0]} has no grade of A, B or C"
        )
    return out.assign(grade=grades)


def named_ages(wide, names):
    out = wide.set_axis(names, axis=1)
    out.index.names = ["code", "mid_year"]
    return out.reset_index().sort_values(["code", "mid_year"], ignore_index=True)


def other_totals(children, history):
    """Estimates whose ages do not add up to the population that rates are published with, a year later."""
    total = children.set_index(["code", "mid_year"]).sum(axis=1)
    total.index = [(code, str(int(year) + 1)) for code, year in total.index]
    published = pd.to_numeric(history.set_index(["code", "year"])["population_0_17"])
    both = pd.DataFrame({"ages": total, "published": published}).dropna()
    off = both[(both["ages"] / both["published"] - 1).abs() > 0.005]
    return [
        f"{code} {year}: ages {row.ages:,.0f}, published {row.published:,.0f}" for (code, year), row in off.iterrows()
    ]


def read_national(folder):
    table = read(folder / "observed_england.csv", ["measure"])
    if table["measure"].duplicated().any():
        raise Refused(
            f"{folder / 'observed_england.csv'}: {table['measure'][table['measure'].duplicated()].iloc[0]} is there twice"
        )
    for year in table.columns[1:]:
        numbers(table[year], f"{folder / 'observed_england.csv'}, {year}")
    return table


# ---- What is odd ----


def is_count(measure):
    return not measure.endswith(("_pct", "_per_10k", "_gbp", "_fte", "_grade", "_caseload")) and not measure.startswith(
        "unitcost"
    )


def live(history, authorities):
    """Rows of authorities in the years in which they were live."""
    joined = history.merge(authorities[["code", "first_year", "last_year"]], on="code")
    year = joined["year"].astype(int)
    return history[((joined["first_year"].astype(int) <= year) & (year <= joined["last_year"].astype(int))).to_numpy()]


def sums(history, national, years):
    """Counts that do not add up to England's: by more than 2%, and than what cells without a figure can hide."""
    found = []
    by_measure = national.set_index("measure")
    for measure in [m for m in history.columns[2:] if m in by_measure.index and is_count(m)]:
        wide = history.pivot(index="code", columns="year", values=measure).apply(pd.to_numeric)
        for year in [str(y) for y in years if str(y) in by_measure.columns]:
            england = by_measure.at[measure, year]
            live_then = history.loc[history["year"] == year, "code"]
            cells = wide.loc[live_then, year]
            if england == "" or cells.notna().sum() < 0.9 * len(cells):
                continue
            # A blank is a count of 1 to 5, or of an authority that made no return: what it last had, then.
            last_known = wide.loc[live_then, wide.columns <= year].ffill(axis=1)[year]
            hidden = last_known[cells.isna()].fillna(0.0).clip(lower=SUPPRESSED).sum()
            gap = float(england) - cells.sum()
            if not -0.02 * float(england) - 10 <= gap <= 0.02 * float(england) + 10 + 1.2 * hidden:
                text = f"{measure} {year}: authorities {cells.sum():,.0f}, England {float(england):,.0f}"
                found.append((abs(gap) / max(1.0, float(england)), text))
    return [text for _, text in sorted(found, reverse=True)]


def jumps(history, authorities, years):
    """Changes of an authority's figure in a year that are far from those of all others in all years."""
    names = authorities.set_index("code")["name"]
    found = []
    for measure in history.columns[2:]:
        wide = history.pivot(index="code", columns="year", values=measure).apply(pd.to_numeric)
        before = wide.shift(axis=1)
        change = np.log(wide.where(wide > 0)) - np.log(before.where(before > 0))
        if is_count(measure):
            change = change.where(before + wide >= 60)
        known = change.stack()
        if known.empty:
            continue
        spread = 1.4826 * (known - known.median()).abs().median()
        if not spread > 0:
            continue
        for year in years:
            if str(year) not in change.columns or change[str(year)].isna().all():
                continue
            z = (change[str(year)] - change[str(year)].median()) / max(spread, 0.05)
            for code in z.index[z.abs() > 6]:
                was, now = before.at[code, str(year)], wide.at[code, str(year)]
                found.append((abs(z[code]), f"{measure} {year}, {names[code]}: {was:,.6g} to {now:,.6g}"))
    return [text for _, text in sorted(found, reverse=True)]


def fewer_cells(history, years):
    found = []
    for measure in history.columns[2:]:
        counts = (history[measure] != "").groupby(history["year"]).sum()
        for year in years:
            before = counts.get(str(year - 1), 0)
            if before and counts[str(year)] < 0.9 * before:
                found.append(f"{measure} {year}: {counts[str(year)]} authorities, {before} the year before")
    return found


def changed_cells(old, new):
    """Figures of earlier years that are others now; `vintage` where a tenth or more of a measure's are."""
    both = old.merge(new, on=["code", "year"], suffixes=("", "_new"))
    found = []
    for measure in [m for m in old.columns[2:] if m in new.columns]:
        was, now = both[measure], both[f"{measure}_new"]
        known = (was != "").sum()
        differs = (pd.to_numeric(was) - pd.to_numeric(now)).abs() > 1e-9 * pd.to_numeric(was).abs()
        differs |= (was == "") != (now == "")
        if not differs.any():
            continue
        ratio = (pd.to_numeric(now) / pd.to_numeric(was)).replace([np.inf, 0.0], np.nan)[differs]
        most = np.exp(np.log(ratio).abs().max()) - 1 if ratio.notna().any() else np.nan
        what = "a new vintage, refit everything: " if differs.sum() >= 0.1 * known else ""
        by = "" if np.isnan(most) else f", by up to {100 * most:.0f}%"
        found.append((differs.sum(), f"{what}{measure}: {differs.sum()} of {known} cells{by}"))
    return [text for _, text in sorted(found, reverse=True)]


def boundary_changes(authorities, years, last):
    names = authorities.set_index("code")["name"]
    out = []
    for _, row in authorities.iterrows():
        place = f"{row['name']} ({row['code']})"
        if int(row["first_year"]) in years:
            out.append(f"{place} has figures from {row['first_year']} on")
        after = ", ".join(names[code] for code in [row["successor"], row["second_successor"]] if code)
        if after and int(row["last_year"]) + 1 in years:
            out.append(f"{place} ends with {row['last_year']}; after it: {after}")
        if not after and int(row["last_year"]) < last:
            out.append(
                f"{place} ends with {row['last_year']} and nothing follows it: if it is still there, its last year is {last}"
            )
    return out


def section(title, lines):
    if not lines:
        return []
    more = [f"  and {len(lines) - AT_MOST} more"] if len(lines) > AT_MOST else []
    return [f"{title}:", *(f"  {line}" for line in lines[:AT_MOST]), *more]


# ---- The chore ----


def update(folder, tables, write):
    """The report as lines; the tables too, where `write`."""
    old = read(tables / "history.csv", ["code", "year"])
    measures = list(old.columns[2:])
    authorities = read_authorities(folder)
    history, others = read_history(folder, measures, authorities)
    # Authorities that have always been there have figures from the first year of the tables on.
    always = authorities["first_year"].astype(int) == authorities["first_year"].astype(int).min()
    authorities.loc[always, "first_year"] = str(history["year"].astype(int).min())
    national = read_national(folder)
    lost = sorted(set(read(tables / "england.csv", ["measure"])["measure"]) - set(national["measure"]))
    first, last = int(history["year"].min()), int(history["year"].max())
    had = {int(year) for year in old["year"]}
    new_years = [year for year in range(first, last + 1) if year not in had]
    children, projections = read_children(folder, authorities), read_projections(folder)
    seen = live(history, authorities)
    years = new_years or [last]
    report = [
        f"Years {first} to {last}" + (f", new: {', '.join(map(str, new_years))}" if new_years else ", none new"),
        f"Authorities: {len(authorities)}, of them live in {last}: {(authorities['last_year'].astype(int) >= last).sum()}",
        *section("Boundary changes", boundary_changes(authorities, new_years, last)),
        *section("Earlier years changed", changed_cells(old, history)),
        *section("Not the sum of authorities", sums(seen, national, years)),
        *section("Measures of England that are no longer there", lost),
        *section("Jumps to look at", jumps(seen, authorities, years)),
        *section("Fewer authorities than the year before", fewer_cells(seen, years)),
        *section("Ages do not add up to population_0_17", [] if children is None else other_totals(children, history)),
        *section("Columns that no part of the program reads, left out", others),
    ]
    if write:
        new = {"authorities": authorities, "history": history, "england": national}
        new |= {} if children is None else {"children": children}
        new |= {} if projections is None else {"projections": projections}
        for name, table in new.items():
            table.to_csv(tables / f"{name}.csv.new", index=False, lineterminator="\n")
        for name in new:  # once all are on the disk
            (tables / f"{name}.csv.new").replace(tables / f"{name}.csv")
        *names, last_name = [f"{name}.csv" for name in new]
        report += [
            f"Wrote {', '.join(names)} and {last_name} in {tables}.",
            f"Next: hearth calibrate --origin {last}, and the origins before it if an earlier year changed; hearth infer; tools/tables.py; ./test.",
        ]
    else:
        report.append("Nothing was written: add --write to take them.")
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folder", type=Path, help="folder with authorities.csv, observed_la.csv and observed_england.csv"
    )
    parser.add_argument("--tables", type=Path, default=TABLES, help="folder of the tables (default: scenarios/england)")
    parser.add_argument("--write", action="store_true", help="write the tables")
    options = parser.parse_args()
    try:
        print("\n".join(update(options.folder, options.tables, options.write)))
    except Refused as error:
        print(f"error: {error}\nNothing was written.", file=sys.stderr)
        sys.exit(DATA_ERROR)


if __name__ == "__main__":
    main()
