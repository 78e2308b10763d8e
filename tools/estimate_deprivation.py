#!/usr/bin/python3
"""How much higher are an authority's rates where more children are income-deprived?

Ordinary least squares of the logarithm of each rate per child on the authority's IDACI score (2019), across the
authorities of one year, unweighted; intervals are 95%, from heteroscedasticity-robust (HC1) errors. Writes
tools/results/deprivation.csv, which the rows deprivation.la_level_semi_elasticity.* of
scenarios/england/evidence.csv repeat.
"""

import argparse
import pathlib

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEASURES = [
    "cla_at31",
    "cla_started",
    "cpp_at31",
    "cpp_started",
    "cin_at31",
    "referrals",
    "s47_enquiries",
    "exp_cyp_total_gross_gbp",
]
SMALLEST_POPULATION = 5000  # leaves out the City of London and the Isles of Scilly


def estimate(tables: pathlib.Path, year: int) -> pd.DataFrame:
    history = pd.read_csv(tables / "history.csv")
    authorities = pd.read_csv(tables / "authorities.csv").set_index("code")
    data = history[(history.year == year) & (history.population_0_17 >= SMALLEST_POPULATION)].set_index("code")
    rows = []
    for measure in MEASURES:
        rate = (data[measure] / data.population_0_17).where(data[measure] > 0).dropna()
        idaci = authorities.idaci_2019.reindex(rate.index)
        design = np.column_stack([np.ones(len(rate)), idaci])
        log_rate = np.log(rate.to_numpy())
        inverse = np.linalg.inv(design.T @ design)
        slope = inverse @ design.T @ log_rate
        residual = log_rate - design @ slope
        meat = design.T @ (design * (residual**2)[:, None]) * len(rate) / (len(rate) - 2)
        error = np.sqrt((inverse @ meat @ inverse)[1, 1])
        fifth = pd.qcut(idaci, 5, labels=False)
        counts, children = data.loc[rate.index, measure], data.loc[rate.index, "population_0_17"]
        top, bottom = (counts[fifth == q].sum() / children[fifth == q].sum() for q in (4, 0))
        rows.append(
            {
                "measure": measure,
                "year": year,
                "semi_elasticity": round(slope[1], 3),
                "low": round(slope[1] - 1.96 * error, 2),
                "high": round(slope[1] + 1.96 * error, 2),
                "authorities": len(rate),
                "r_squared": round(1 - residual.var() / log_rate.var(), 2),
                "fifth_ratio": round(top / bottom, 2),
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=pathlib.Path, default=ROOT / "scenarios/england")
    parser.add_argument("--year", type=int, default=2022, help="year to 31 March")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "tools/results/deprivation.csv")
    arguments = parser.parse_args()
    result = estimate(arguments.tables, arguments.year)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    result.to_csv(arguments.output, index=False)
    print(result.to_string(index=False))
