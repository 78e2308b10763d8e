#!/usr/bin/python3
"""How far, and how lastingly, do authorities stray from England, and England from its own mean?

For each propensity (a rate, PROPENSITIES below) the model of authority i in the year to 31 March t is

    ln(rate_it / England's rate_t) = m + mean_i + x_it + transient_it + sampling_it

with mean_i ~ N(0, between_sd^2) for good; x an Ornstein-Uhlenbeck process seen once a year, with stationary standard
deviation sd_stationary and reversion k a year (correlation exp(-k) from year to year); transient noise without memory
(recording, one-off events); and sampling noise of known variance: counts of children are Poisson counts of sibling
groups. Parameters are shared by all authorities and found by maximum likelihood; errors come from the Hessian. The drift that a simulation needs is x; the transient
part is reported but should not be simulated as drift, nor is sampling noise, which simulated events bring themselves.

England's own log rate is the same process with m and x alone. Ten years say little about it, so k and sd have wide
lognormal priors and the answer is the posterior mean and standard deviation, computed on a grid.

The year to March 2021 (Covid) moved all authorities: England's series is fitted without it. The authorities' fit keeps
it, since the common fall is taken out with England's rate, and is repeated without it as a check.

Writes analysis/results/drift.json, and analysis/results/propensities_observed.csv: for each authority live at 31 March
2022 the expectation for the coming two years, a year, under the fitted model (its whole history, the latest years
weighing most), scaled so that authorities sum to England's figures of 2022; and `deviation_*`, x on that day, from which
the authority returns to its own level. Prints its log to stdout.

With --origin YEAR it writes propensities_observed_YEAR.csv from the figures up to that year alone. The parameters of the
process are then those of drift.json: they are the ones that simulate, and the first years are too few to give them.
"""

import argparse
import json
import pathlib

import numpy as np
import pandas as pd
from scipy import optimize

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIRST_YEAR, ORIGIN, COVID_YEAR = 2013, 2022, 2021
YEARS = np.arange(FIRST_YEAR, ORIGIN + 1)
# Variance of a count of children over its mean, where children come in sibling groups: E[N^2] / E[N] for groups with
# mean 1.7 (evidence: siblings.children_per_family_preproceedings) is about 2.
SIBLING_DISPERSION = 2.0
UASC_FIRST_YEAR = 2020  # entries of unaccompanied children are published from here on
SMALL_STOCK = 2.0  # stands for a suppressed stock of unaccompanied children, 1 to 5
# Below this many children (City of London, Isles of Scilly) suppression leaves too little to tell unaccompanied
# children from others: their care entries follow England's rate.
SMALLEST_POPULATION = 5000

# name: (numerator, denominator). `children_in_need` is a stock, wanted for the origin's expectation alone.
PROPENSITIES = {
    "referral": ("referrals", "population_0_17"),
    "section_47": ("s47_enquiries", "referrals"),
    "protection_plan": ("cpp_started", "s47_enquiries"),
    "care_entry": ("care_entries", "population_0_17"),
    "care_exit": ("cla_ceased", "looked_after_mean"),
    "case_closure": ("cin_episodes_ended", "cin_at31"),
    "children_in_need": ("cin_at31", "population_0_17"),
}
OUTPUT_COLUMNS = {
    "referral": "referrals",
    "section_47": "section_47_enquiries",
    "protection_plan": "child_protection_plans_started",
    "care_entry": "care_entries_without_unaccompanied",
    "care_exit": "care_exits",
    "children_in_need": "children_in_need",
}


def load(tables: pathlib.Path):
    """Authorities' figures and England's, with the derived measures, as frames indexed by (code, year) and year."""
    history = pd.read_csv(tables / "history.csv").set_index(["code", "year"])
    england = pd.read_csv(tables / "england.csv").set_index("measure").T
    england.index = england.index.astype(int)
    ratio = england.cla_started_uasc[UASC_FIRST_YEAR] / england.cla_at31_uasc[UASC_FIRST_YEAR]

    def derive(frame, year_of, england_itself):
        stock = frame.cla_at31_uasc if england_itself else frame.cla_at31_uasc.fillna(SMALL_STOCK)
        uasc = frame.cla_started_uasc.where(year_of >= UASC_FIRST_YEAR).fillna(ratio * stock)
        frame["care_entries"] = (frame.cla_started - uasc).clip(lower=0)
        return frame

    history = derive(history, history.index.get_level_values("year"), False)
    england = derive(england, england.index, True)
    before = history.cla_at31.groupby("code").shift(1)
    history["looked_after_mean"] = (history.cla_at31 + before.fillna(history.cla_at31)) / 2
    england["looked_after_mean"] = (england.cla_at31 + england.cla_at31.shift(1).fillna(england.cla_at31)) / 2
    # Children are published by authority from 2014.
    history["population_0_17"] = history.population_0_17.groupby("code").bfill(limit=1)
    history["care_entries"] = history.care_entries.where(history.population_0_17 >= SMALLEST_POPULATION)
    return history, england


def matrix(history, codes, measure):
    wide = history[measure].unstack("year").reindex(index=codes, columns=YEARS)
    return wide.to_numpy(dtype=float)


def deviations(numerator, denominator, national_rate):
    """Log deviations from England and their sampling variances; a huge variance where nothing is known."""
    known = (numerator > 0) & (denominator > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(known, np.log(numerator / denominator) - np.log(national_rate), 0.0)
        variance = SIBLING_DISPERSION / numerator
    return value, np.where(known, variance, 1e8), known


def covariance(theta, variance, years=YEARS):
    between, sd, reversion, transient = np.exp(theta[1:])
    lag = np.abs(years[:, None] - years[None, :])
    common = between**2 + sd**2 * np.exp(-reversion * lag) + transient**2 * np.eye(len(years))
    return common[None] + variance[:, :, None] * np.eye(len(years))[None]


def negative_log_likelihood(theta, value, variance):
    chol = np.linalg.cholesky(covariance(theta, variance))
    residual = (value - theta[0])[:, :, None]
    white = np.linalg.solve(chol, residual)
    return 0.5 * (white**2).sum() + np.log(np.diagonal(chol, axis1=1, axis2=2)).sum()


LOG_BOUNDS = [(-2, 2), (np.log(0.01), np.log(2)), (np.log(0.005), np.log(2)), (np.log(0.02), np.log(5)),
              (np.log(0.001), np.log(1))]


def fit_authorities(value, variance, known):
    """Maximum likelihood estimate of (m, ln between, ln sd, ln reversion, ln transient) and its covariance."""
    usable = known.sum(axis=1) >= 3
    value, variance, known = value[usable], variance[usable], known[usable]
    variance = np.where(known, variance, 1e8)
    best = None
    for start in ([0, np.log(0.25), np.log(0.2), np.log(0.3), np.log(0.05)],
                  [0, np.log(0.1), np.log(0.3), np.log(0.1), np.log(0.02)],
                  [0, np.log(0.3), np.log(0.15), np.log(1.0), np.log(0.1)]):
        found = optimize.minimize(negative_log_likelihood, start, args=(value, variance), method="L-BFGS-B",
                                  bounds=LOG_BOUNDS)
        if best is None or found.fun < best.fun:
            best = found
    theta = best.x
    step = 1e-3
    free = [i for i in range(len(theta)) if LOG_BOUNDS[i][0] + 2 * step < theta[i] < LOG_BOUNDS[i][1] - 2 * step]
    hessian = np.empty((len(free), len(free)))
    for a, i in enumerate(free):
        for b, j in enumerate(free):
            total = 0.0
            for u in (1, -1):
                for v in (1, -1):
                    shifted = theta.copy()
                    shifted[i] += u * step
                    shifted[j] += v * step
                    total += u * v * negative_log_likelihood(shifted, value, variance)
            hessian[a, b] = total / (4 * step * step)
    error = np.full(len(theta), np.nan)
    cross = np.full((len(theta), len(theta)), np.nan)
    cross[np.ix_(free, free)] = np.linalg.inv(hessian)
    error[free] = np.sqrt(np.diagonal(cross)[free])
    return theta, error, cross, int(usable.sum()), int(known.sum())


def describe(theta, error, cross, authorities, values):
    between, sd, reversion, transient = np.exp(theta[1:])
    innovation = sd * np.sqrt(2 * reversion)  # of ln innovation: d ln sd + d ln reversion / 2
    innovation_error = innovation * np.sqrt(cross[2, 2] + cross[3, 3] / 4 + cross[2, 3])

    def pair(value, standard_error):
        return {"value": round(float(value), 4),
                "standard_error": None if np.isnan(standard_error) else round(float(standard_error), 4)}

    return {
        "reversion_per_year": pair(reversion, reversion * error[3]),
        "sd_stationary": pair(sd, sd * error[2]),
        "innovation_sd_per_sqrt_year": pair(innovation, innovation_error),
        "between_authorities_sd": pair(between, between * error[1]),
        "transient_sd": pair(transient, transient * error[4]),
        "authorities": authorities,
        "values": values,
    }


def fit_national(log_rate, years):
    """Posterior mean and sd of reversion and stationary sd on a grid; the mean has a flat prior, integrated out."""
    reversions = np.exp(np.linspace(np.log(0.02), np.log(3), 80))
    sds = np.exp(np.linspace(np.log(0.01), np.log(1.0), 80))
    lag = np.abs(years[:, None] - years[None, :])
    ones = np.ones(len(years))
    log_posterior = np.empty((len(reversions), len(sds)))
    for a, reversion in enumerate(reversions):
        correlation = np.exp(-reversion * lag)
        inverse = np.linalg.inv(correlation)
        _, log_det = np.linalg.slogdet(correlation)
        precision = ones @ inverse @ ones
        mean = ones @ inverse @ log_rate / precision
        square = (log_rate - mean) @ inverse @ (log_rate - mean)
        n = len(years)
        log_posterior[a] = (-0.5 * square / sds**2 - (n - 1) * np.log(sds) - 0.5 * log_det - 0.5 * np.log(precision)
                            - 0.5 * ((np.log(reversion) - np.log(0.2)) / 0.8) ** 2
                            - 0.5 * ((np.log(sds) - np.log(0.1)) / 0.8) ** 2)
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    grid_reversion, grid_sd = np.meshgrid(reversions, sds, indexing="ij")

    def moments(value):
        mean = float((weight * value).sum())
        return {"value": round(mean, 4), "standard_error": round(float(np.sqrt((weight * (value - mean) ** 2).sum())), 4)}

    return {"reversion_per_year": moments(grid_reversion), "sd_stationary": moments(grid_sd),
            "innovation_sd_per_sqrt_year": moments(grid_sd * np.sqrt(2 * grid_reversion)), "values": len(years)}


def expectation(theta, value, variance, known, target_year):
    """E[m + mean_i + x_i] in `target_year` given the years that are known, and its variance."""
    between, sd, reversion, _ = np.exp(theta[1:])
    cov = covariance(theta, np.where(known, variance, 1e8))
    cross = between**2 + sd**2 * np.exp(-reversion * np.abs(target_year - YEARS))
    gain = np.linalg.solve(cov, np.broadcast_to(cross[:, None], cov.shape[:2] + (1,)))[:, :, 0]
    mean = theta[0] + (gain * (value - theta[0])).sum(axis=1)
    return mean, between**2 + sd**2 - (gain * cross[None]).sum(axis=1)


def deviation_at_origin(theta, value, variance, known, origin):
    """E[x_i] on 31 March of `origin`, half a year after the middle of the year to it, given the years that are known."""
    _, sd, reversion, _ = np.exp(theta[1:])
    cov = covariance(theta, np.where(known, variance, 1e8))
    cross = sd**2 * np.exp(-reversion * np.abs(origin + 0.5 - YEARS))
    gain = np.linalg.solve(cov, np.broadcast_to(cross[:, None], cov.shape[:2] + (1,)))[:, :, 0]
    return (gain * (value - theta[0])).sum(axis=1)


def with_common_mean(fit, value, variance, known):
    """theta with the process of `fit` (a row of drift.json) and the common mean m that suits these figures best."""
    theta = np.array([0.0, *(np.log(x if isinstance(x, float) else x["value"]) for x in (
        fit["between_authorities_sd"], fit["sd_stationary"], fit["reversion_per_year"], fit["transient_sd"]))])
    inverse = np.linalg.inv(covariance(theta, np.where(known, variance, 1e8)))
    theta[0] = (inverse * value[:, None, :]).sum() / inverse.sum()
    return theta


def with_predecessors(history, authorities, codes, measure):
    """The series of authorities of today: their own figures, before them the pooled figures of those they replaced."""
    own = matrix(history, codes, measure)
    for row, code in enumerate(codes):
        start = authorities.first_year[code]
        before = authorities.index[(authorities.successor == code) | (authorities.second_successor == code)]
        if len(before):
            pooled = matrix(history, before, measure)
            pooled = np.where(np.isfinite(pooled).any(axis=0), np.nansum(pooled, axis=0), np.nan)
            own[row] = np.where(YEARS < start, pooled, own[row])
    return own


def live_at(authorities, origin):
    return np.array(sorted(authorities.index[(authorities.first_year <= origin) & (authorities.last_year >= origin)]))


def expected_numbers(history, england, authorities, thetas, origin):
    """What each authority live at the origin is expected to do a year, as the mean of the coming two."""
    live = live_at(authorities, origin)
    relative, deviation, log_deviation = {}, {}, {}
    for name, (numerator, denominator) in PROPENSITIES.items():
        national = (england[numerator] / england[denominator]).reindex(YEARS)
        value, variance, known = deviations(with_predecessors(history, authorities, live, numerator),
                                            with_predecessors(history, authorities, live, denominator),
                                            national.to_numpy())
        known = known & (YEARS <= origin)
        ahead = [expectation(thetas[name], value, variance, known, origin + step) for step in (1, 2)]
        relative[name] = np.mean([np.exp(mean + spread / 2) for mean, spread in ahead], axis=0)
        log_deviation[name] = ahead[0][0]
        deviation[name] = deviation_at_origin(thetas[name], value, variance, known, origin)

    table = pd.DataFrame({"code": live})
    today = list(YEARS).index(origin)
    # Isles of Scilly: from 2018.
    children = pd.DataFrame(with_predecessors(history, authorities, live, "population_0_17")).bfill(axis=1)[today]
    looked_after = np.nan_to_num(with_predecessors(history, authorities, live, "cla_at31")[:, today])

    def scaled(expected, total):
        return expected * total / expected.sum()

    table["referrals"] = scaled(children * relative["referral"], england.referrals[origin])
    table["section_47_enquiries"] = scaled(table.referrals * relative["section_47"], england.s47_enquiries[origin])
    table["child_protection_plans_started"] = scaled(table.section_47_enquiries * relative["protection_plan"],
                                                     england.cpp_started[origin])
    table["care_entries_without_unaccompanied"] = scaled(children * relative["care_entry"],
                                                         england.care_entries[origin])
    table["care_exits"] = scaled(looked_after * relative["care_exit"], england.cla_ceased[origin])
    table["children_in_need"] = scaled(children * relative["children_in_need"], england.cin_at31[origin])
    table["case_closures"] = scaled(table.children_in_need * relative["case_closure"],
                                    england.cin_episodes_ended[origin])
    table = table.round({column: 2 for column in table.columns})
    for name in PROPENSITIES:
        table[f"log_deviation_{name}"] = log_deviation[name].round(4)
    for name in PROPENSITIES:
        table[f"deviation_{name}"] = deviation[name].round(4)
    return table


def earlier_origin(history, england, authorities, codes, origin, output):
    """Writes the expectations of an origin before the last."""
    drift = json.loads((ROOT / "analysis/results/drift.json").read_text())["propensities"]
    thetas = {}
    for name, (numerator, denominator) in PROPENSITIES.items():
        national = (england[numerator] / england[denominator]).reindex(YEARS)
        value, variance, known = deviations(matrix(history, codes, numerator), matrix(history, codes, denominator),
                                            national.to_numpy())
        thetas[name] = with_common_mean(drift[name]["authority"], value, variance, known & (YEARS <= origin))
    table = expected_numbers(history, england, authorities, thetas, origin)
    output.mkdir(parents=True, exist_ok=True)
    table.to_csv(output / f"propensities_observed_{origin}.csv", index=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=pathlib.Path, default=ROOT / "scenarios/england")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "analysis/results")
    parser.add_argument("--origin", type=int, default=ORIGIN, choices=range(FIRST_YEAR + 1, ORIGIN + 1))
    arguments = parser.parse_args()
    history, england = load(arguments.tables)
    authorities = pd.read_csv(arguments.tables / "authorities.csv").set_index("code")
    codes = np.array(sorted(authorities.index))
    live = live_at(authorities, ORIGIN)
    # An authority's figures from before it was live are its shadow year: not of its own making.
    shadow = history.index.get_level_values("year") < authorities.first_year.reindex(
        history.index.get_level_values("code")).to_numpy()
    history = history[~shadow]
    if arguments.origin != ORIGIN:
        earlier_origin(history, england, authorities, codes, arguments.origin, arguments.output)
        return

    drift = {
        "description": "Drift of log rates: authorities around England, and England around its own mean. Value and "
                       "standard error; analysis/estimate_drift.py says what each is.",
        "years": [int(FIRST_YEAR), int(ORIGIN)],
        "covid": f"The year to March {COVID_YEAR} is left out of England's series and kept for authorities, whose "
                 "common fall is taken out with England's rate; authority_without_covid repeats the fit without it.",
        "sampling": f"variance {SIBLING_DISPERSION:g} / count, children coming in sibling groups",
        "propensities": {},
    }
    thetas = {}
    print(f"Drift of authorities {FIRST_YEAR} to {ORIGIN}\n")
    print(f"{'':18}{'reversion/yr':>18}{'sd stationary':>18}{'innovation':>18}{'between':>9}{'transient':>10}{'n':>6}")
    for name, (numerator, denominator) in PROPENSITIES.items():
        national = (england[numerator] / england[denominator]).reindex(YEARS)
        value, variance, known = deviations(matrix(history, codes, numerator), matrix(history, codes, denominator),
                                            national.to_numpy())
        theta, *rest = fit_authorities(value, variance, known)
        authority = describe(theta, *rest)
        without = known & (YEARS != COVID_YEAR)
        again = describe(*fit_authorities(value, variance, without))
        years = np.array([y for y in YEARS if y != COVID_YEAR and np.isfinite(national[y])])
        england_fit = fit_national(np.log(national[years].to_numpy()), years)
        drift["propensities"][name] = {"authority": authority, "authority_without_covid": again,
                                       "national": england_fit}
        for label, fit in (("", authority), ("  without 2021", again), ("  England", england_fit)):
            def cell(key):
                if key not in fit:
                    return ""
                error = fit[key]["standard_error"]
                return f"{fit[key]['value']:.3f} ({'at bound' if error is None else format(error, '.3f')})"
            print(f"{(name if not label else label):18}{cell('reversion_per_year'):>18}{cell('sd_stationary'):>18}"
                  f"{cell('innovation_sd_per_sqrt_year'):>18}"
                  f"{fit.get('between_authorities_sd', {}).get('value', ''):>9}"
                  f"{fit.get('transient_sd', {}).get('value', ''):>10}{fit['values']:>6}")

        today_numerator = with_predecessors(history, authorities, live, numerator)
        today_denominator = with_predecessors(history, authorities, live, denominator)
        today = deviations(today_numerator, today_denominator, national.to_numpy())
        thetas[name] = theta
        # How well would a fit to the years before have said 2022?
        earlier, *_ = fit_authorities(value, variance, known & (YEARS < ORIGIN))
        past = today[2] & (YEARS < ORIGIN)
        forecast, _ = expectation(earlier, today[0], today[1], past, ORIGIN)
        judged = today[2][:, -1] & today[2][:, -2]
        observed, last = today[0][judged, -1], today[0][judged, -2]
        history_mean = np.array([row[mask].mean() for row, mask in zip(today[0][judged], past[judged])])

        def rmse(guess):
            return float(np.sqrt(((guess - observed) ** 2).mean()))
        check = {"fitted_model": round(rmse(forecast[judged]), 4), "last_year_again": round(rmse(last), 4),
                 "own_mean": round(rmse(history_mean), 4), "england": round(rmse(0.0), 4)}
        drift["propensities"][name]["rmse_of_log_deviation_2022"] = check
        print("  2022 forecast from 2013 to 2021, root mean square error of log deviation: "
              + ", ".join(f"{k.replace('_', ' ')} {v:.3f}" for k, v in check.items()))

    table = expected_numbers(history, england, authorities, thetas, ORIGIN)
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "drift.json").write_text(json.dumps(drift, indent=2) + "\n")
    table.to_csv(arguments.output / "propensities_observed.csv", index=False)
    print(f"\nExpectations of {len(live)} authorities for the two years to 31 March {ORIGIN + 2}, a year, at England's "
          f"level of {ORIGIN}:")
    for column in table.columns[1:8]:
        print(f"  {column:38}{table[column].sum():12,.0f}")


if __name__ == "__main__":
    main()
