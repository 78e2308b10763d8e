#!/usr/bin/python3
"""The committed estimates come from the committed tables, and their method recovers a truth."""

import csv
import pathlib
import sys
import unittest
from unittest import mock

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import estimate_deprivation  # noqa: E402
import estimate_reversion  # noqa: E402
import estimate_shocks  # noqa: E402
import tables  # noqa: E402

RESULTS = ROOT / "tools/results"
TABLES = ROOT / "scenarios/england"


class ResultTables(unittest.TestCase):
    def text(self, mean, error):
        row = {"difference_mean": mean, "difference_mcse": error, "difference_low": -30.0, "difference_high": 40.0}
        return tables.difference_text(row, lambda x, sign=False: tables.number(x, 0, sign))

    def test_a_difference_within_two_errors_has_no_sign(self):
        self.assertEqual(self.text(7, 3), "+7 ± 3 (−30 to +40)")
        self.assertEqual(self.text(-7, 3), "−7 ± 3 (−30 to +40)")
        self.assertEqual(self.text(-6, 3), "unclear ± 3 (−30 to +40)")
        self.assertEqual(self.text(5, 3), "unclear ± 3 (−30 to +40)")
        self.assertEqual(self.text(0, 0), "0 ± 0 (−30 to +40)")

    def test_an_error_is_never_rounded_to_nothing(self):
        self.assertEqual(self.text(7, 0.04), "+7 ± 0.04 (−30 to +40)")


class CalibrationTables(unittest.TestCase):
    """Of made-up calibration files."""

    @staticmethod
    def target(name, simulated, promised, within):
        return {
            "target": name,
            "published": 1000.0,
            "simulated": simulated,
            "allowed_sd": 0.02,
            "promised": promised,
            "within": within,
        }

    def test_a_broken_promise_is_said(self):
        file = {
            "fit": [
                self.target("referrals", 1020.0, True, True),
                self.target("care_entries", 960.0, True, False),
                self.target("care_applications", 1050.0, False, False),
            ]
        }
        text = tables.fit_table(file)
        self.assertIn("1 of 2 promised targets are within 3%; outside: care entries.", text)
        self.assertIn("| referrals | 1,000 | 1,020 | 1.020 | 3%, promised | yes |", text)
        self.assertIn("| care entries | 1,000 | 960 | 0.960 | 3%, promised | **no** |", text)
        self.assertIn("| care applications | 1,000 | 1,050 | 1.050 | 4.0% | **no** |", text)

    def test_parameters_and_targets_are_told_apart(self):
        text = tables.not_settled_table(
            {
                "not_fitted": [
                    {"name": "accommodation.rate", "why": "a"},
                    {"name": "looked_after.childrens_home", "why": "b"},
                ]
            }
        )
        self.assertIn("| `accommodation.rate` | a |", text)
        self.assertIn("| looked after: children's home | b |", text)

    def test_a_prior_far_from_its_bounds_is_the_registry_s_spread(self):
        for certainty, times in (("assumed", 1.0), ("fitted", tables.FITTED_WIDENING)):
            p = {"default": 1.0, "lower": 0.0, "upper": 1e9, "spread": 0.2, "certainty": certainty}
            self.assertAlmostEqual(tables.prior_sd(p), 0.2 * times, delta=0.002)

    def test_priors_are_those_of_the_program(self):
        source = (ROOT / "engine/analysis/calibration/calibrate.cpp").read_text()
        self.assertIn(f"kFittedWidening = {tables.FITTED_WIDENING};", source)
        source = (ROOT / "engine/parameters/prior.cpp").read_text()
        self.assertIn(f"kMostSd = {tables.MOST_PRIOR_SD};", source)

    def test_what_is_learnt_comes_first(self):
        every = {p["name"]: p for _, section in tables.registry() for p in section}
        names = ["enquiry.rate.assessment", "child_in_need.closure_scale"]  # both fitted
        draws = np.random.default_rng(3)
        left = (1.0, 0.2)
        values = [
            every[n]["default"] * np.exp(share * tables.prior_sd(every[n]) * draws.standard_normal(400))
            for n, share in zip(names, left, strict=True)
        ]
        file = {"draws": {"parameters": names, "values": np.transpose(values).tolist()}}
        for (_, before, after), share in zip(tables.learnt(file), left, strict=True):
            self.assertAlmostEqual(after / before, share, delta=0.12 * share)  # three standard errors
        text = tables.learnt_table(file)
        self.assertIn("2 parameters, 400 draws", text)
        self.assertIn("less than half of the spread of 1 parameters", text)
        self.assertLess(text.index(names[1]), text.index(names[0]))

    def test_drift_is_given_in_half_lives(self):
        parameters = {}
        for rate in tables.rates():
            for whose in ("authority", "national"):
                parameters |= {f"drift.{rate}.{whose}_sd": 0.25, f"drift.{rate}.{whose}_reversion": np.log(2) / 3}
            parameters[f"drift.regional_share.{rate}"] = 0.04
        text = tables.drift_table({"parameters": parameters, "recording_noise": {"referral": 0.1}})
        self.assertEqual(len(tables.rates()), 8)
        self.assertIn("| Referrals a child | 25% | 3.0 | 4% | 25% | 3.0 | 10% |", text)
        for what in tables.WORKFORCE_DRIFT.values():  # of the registry: no calibration fits it
            self.assertRegex(text, rf"\n\| {what} \| \d+% \|")

    def test_what_a_file_lacks_is_said(self):
        empty = {"parameters": {}}
        for made in (
            tables.fit_table,
            tables.authorities_table,
            tables.not_settled_table,
            tables.learnt_table,
            tables.drift_table,
        ):
            self.assertEqual(made(empty), tables.NOT_IN_FILE)


class Shocks(unittest.TestCase):
    KEYS = ["shock", "measure", "years"]

    def test_committed_results_come_back(self):
        new = estimate_shocks.estimate(TABLES).set_index(self.KEYS)
        old = pd.read_csv(RESULTS / "shocks.csv").set_index(self.KEYS)
        self.assertEqual(list(new.index), list(old.index))
        np.testing.assert_allclose(new.ratio, old.ratio, rtol=2e-3)
        np.testing.assert_allclose(new[["low", "high"]], old[["low", "high"]], rtol=0.03)

    def test_parameters_repeat_them(self):
        registry = {p["name"]: p for _, section in tables.registry() for p in section}
        rows = pd.read_csv(RESULTS / "shocks.csv").dropna(subset="parameter").set_index("parameter")
        self.assertEqual(set(rows.index), {n for n in registry if n.startswith(("inspection.", "pandemic."))})
        for name, row in rows.iterrows():
            self.assertAlmostEqual(registry[name]["default"], row.ratio, delta=0.006, msg=name)
            self.assertAlmostEqual(registry[name]["spread"], row.error, delta=0.006, msg=name)
            self.assertEqual(registry[name]["source"], "tools/results/shocks.csv")

    @staticmethod
    def invented(effect, seed):
        """Rates of 150 authorities, 30 of them judged inadequate in some year; `effect` follows."""
        draws = np.random.default_rng(seed)
        years = range(2013, 2023)
        rates = pd.DataFrame(
            0.3 * draws.standard_normal((150, 1)) + 0.08 * draws.standard_normal((150, 10)) + 0.05 * np.arange(10),
            columns=years,
        )
        grades = pd.DataFrame(3.0, index=rates.index, columns=years)
        for code in range(30):
            year = 2015 + code % 6
            grades.loc[code, year:] = 1.0
            rates.loc[code, year + 1 :] += effect
        return rates, grades

    def test_a_known_effect_is_recovered(self):
        found = estimate_shocks.after_judgement(*self.invented(0.2, 1), (-2, -1), (1, 2))
        self.assertEqual(found["events"], 30)
        self.assertAlmostEqual(found["log_change"], 0.2, delta=0.05)  # its standard error is 0.015
        self.assertLess(found["low"], 0.2)
        self.assertGreater(found["high"], 0.2)
        self.assertLess(found["placebo_p"], 0.01)

    def test_intervals_hold_no_effect_as_often_as_they_say(self):
        with mock.patch.object(estimate_shocks, "SAMPLES", 100):
            found = [estimate_shocks.after_judgement(*self.invented(0.0, seed), (-2, -1), (1, 2)) for seed in range(60)]
        held = sum(f["low"] <= 0 <= f["high"] for f in found)
        # 54 expected. Outside 45 to 60 by chance once in 2,000 times.
        self.assertGreaterEqual(held, 45)
        self.assertAlmostEqual(np.mean([f["log_change"] for f in found]), 0, delta=0.01)


class Adopters(unittest.TestCase):
    def test_turnover_in_hertfordshire(self):
        history = pd.read_csv(TABLES / "history.csv")
        turnover = history.pivot(index="code", columns="year", values="sw_turnover_pct")[range(2015, 2021)]
        turnover = turnover[(turnover > 0).all(axis=1)]
        change = np.log(turnover[range(2017, 2021)].mean(axis=1) / turnover[[2015, 2016]].mean(axis=1))
        adopters = pd.read_csv(TABLES / "adoption.csv").query("start_year <= 2021").code
        others = change[~change.index.isin(adopters)]
        difference = change[919] - others.mean()
        row = pd.read_csv(TABLES / "evidence.csv").set_index("key").loc["did.FS Hertfordshire 2015.Turnover.2017..2020"]
        for column, value in (
            ("value", difference),
            ("low", difference - 1.96 * others.std()),
            ("high", difference + 1.96 * others.std()),
        ):
            self.assertAlmostEqual(float(row[column]), 100 * (np.exp(value) - 1), delta=0.06, msg=column)


class Deprivation(unittest.TestCase):
    def test_evidence_repeats_the_estimates(self):
        estimate = estimate_deprivation.estimate(TABLES, 2022).set_index("measure")
        prefix = "deprivation.la_level_semi_elasticity."
        with open(TABLES / "evidence.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["key"].startswith(prefix)]
        self.assertEqual(len(rows), len(estimate))
        for row in rows:
            found = estimate.loc[row["key"].removeprefix(prefix)]
            self.assertEqual(row["year"], "2022")
            for column, field in (("value", "semi_elasticity"), ("low", "low"), ("high", "high")):
                self.assertAlmostEqual(float(row[column]), found[field], delta=0.006, msg=row["key"])


class Reversion(unittest.TestCase):
    def test_committed_results_come_back(self):
        new, old = estimate_reversion.estimate(TABLES), pd.read_csv(RESULTS / "reversion.csv")
        pd.testing.assert_frame_equal(new, old, check_exact=False, atol=0.002)


class Evidence(unittest.TestCase):
    def test_every_row_says_how_sure_and_from_where(self):
        with open(TABLES / "evidence.csv", newline="") as file:
            for row in csv.DictReader(file):
                self.assertIn(row["certainty"], ("verified", "derived", "unverified"), row["key"])
                self.assertTrue(row["source"], row["key"])
                if row["certainty"] == "unverified":
                    self.assertRegex(row["note"].lower(), "wide prior|before and after", row["key"])

    def test_adopters_are_authorities(self):
        authorities = pd.read_csv(TABLES / "authorities.csv").set_index("code").name
        adoption = pd.read_csv(TABLES / "adoption.csv")
        for row in adoption.itertuples():
            self.assertEqual(authorities[row.code], row.name)
            self.assertLessEqual(row.start_year, 2025)


if __name__ == "__main__":
    unittest.main()
