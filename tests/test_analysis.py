#!/usr/bin/python3
"""The committed estimates come from the committed tables, hold England's totals, and their method recovers a truth."""

import csv
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))
sys.dont_write_bytecode = True
import estimate_deprivation  # noqa: E402
import estimate_drift  # noqa: E402
import estimate_reversion  # noqa: E402
import estimate_shocks  # noqa: E402
import tables  # noqa: E402

RESULTS = ROOT / "analysis/results"
TABLES = ROOT / "scenarios/england"


class Drift(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with mock.patch("sys.argv", ["estimate_drift.py", "--output", cls.folder.name]), mock.patch("builtins.print"):
            estimate_drift.main()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_committed_results_come_back(self):
        new = json.loads((pathlib.Path(self.folder.name) / "drift.json").read_text())
        old = json.loads((RESULTS / "drift.json").read_text())
        self.assertEqual(set(new["propensities"]), set(old["propensities"]))
        for name, fits in old["propensities"].items():
            for part in ("authority", "national"):
                for key in ("reversion_per_year", "sd_stationary", "innovation_sd_per_sqrt_year"):
                    self.assertAlmostEqual(new["propensities"][name][part][key]["value"], fits[part][key]["value"],
                                           delta=0.02 * fits[part][key]["value"] + 1e-3, msg=f"{name} {part} {key}")
        new = pd.read_csv(pathlib.Path(self.folder.name) / "propensities_observed.csv")
        old = pd.read_csv(RESULTS / "propensities_observed.csv")
        np.testing.assert_allclose(new.to_numpy(), old.to_numpy(), rtol=0.01, atol=0.05)

    def test_expectations_sum_to_england(self):
        england = pd.read_csv(TABLES / "england.csv").set_index("measure")["2022"]
        table = pd.read_csv(RESULTS / "propensities_observed.csv")
        self.assertEqual(len(table), 152)
        for column, total in (("referrals", england.referrals), ("section_47_enquiries", england.s47_enquiries),
                              ("child_protection_plans_started", england.cpp_started),
                              ("care_entries_without_unaccompanied", england.cla_started - england.cla_started_uasc),
                              ("care_exits", england.cla_ceased), ("children_in_need", england.cin_at31),
                              ("case_closures", england.cin_episodes_ended)):
            self.assertAlmostEqual(table[column].sum(), total, delta=1e-4 * total, msg=column)
            self.assertTrue((table[column] >= 0).all(), column)

    def test_no_propensity_is_missing(self):
        drift = json.loads((RESULTS / "drift.json").read_text())["propensities"]
        self.assertLessEqual({"referral", "section_47", "protection_plan", "care_entry", "care_exit", "case_closure"},
                             set(drift))

    def test_an_early_origin_looks_at_nothing_later(self):
        history, england = estimate_drift.load(TABLES)
        authorities = pd.read_csv(TABLES / "authorities.csv").set_index("code")
        theta = np.array([0.0, *np.log([0.2, 0.3, 0.3, 0.05])])
        thetas = dict.fromkeys(estimate_drift.PROPENSITIES, theta)
        for origin in (2014, 2017):
            whole = estimate_drift.expected_numbers(history, england, authorities, thetas, origin)
            cut = history.copy()
            later = cut.index.get_level_values("year") > origin
            cut.loc[later, [c for c in cut if c != "population_0_17"]] = np.nan
            past = england.copy()
            past.loc[past.index > origin] = np.nan
            pd.testing.assert_frame_equal(
                estimate_drift.expected_numbers(cut, past, authorities, thetas, origin), whole)
            cut.loc[cut.index.get_level_values("year") == origin, "referrals"] *= 1.5
            changed = estimate_drift.expected_numbers(cut, past, authorities, thetas, origin)
            self.assertTrue((changed.deviation_referral > whole.deviation_referral).mean() > 0.95)

    def test_early_origins_come_back(self):
        for origin in (2014, 2017, 2020):
            with mock.patch("sys.argv", ["estimate_drift.py", "--origin", str(origin), "--output", self.folder.name]):
                estimate_drift.main()
            name = f"propensities_observed_{origin}.csv"
            new, old = pd.read_csv(pathlib.Path(self.folder.name) / name), pd.read_csv(RESULTS / name)
            np.testing.assert_allclose(new.to_numpy(), old.to_numpy(), rtol=0.01, atol=0.05)
            england = pd.read_csv(TABLES / "england.csv").set_index("measure")[str(origin)]
            for column, total in (("referrals", england.referrals), ("care_exits", england.cla_ceased),
                                  ("child_protection_plans_started", england.cpp_started),
                                  ("children_in_need", england.cin_at31)):
                self.assertAlmostEqual(old[column].sum(), total, delta=1e-4 * total, msg=f"{origin} {column}")

    def test_calibrations_hold_the_deviations_of_their_origin(self):
        for origin in (2014, 2017, 2020):
            text = (TABLES / "calibrations" / f"{origin}.json").read_text()
            calibration = json.loads("\n".join(r for r in text.splitlines() if not r.lstrip().startswith("//")))
            self.assertEqual(calibration["origin"], f"{origin}-03-31")
            table = pd.read_csv(RESULTS / f"propensities_observed_{origin}.csv").set_index("code")
            self.assertEqual(set(map(int, calibration["propensities"])), set(table.index))
            for code, row in calibration["deviations"].items():
                for name, value in row.items():
                    self.assertAlmostEqual(value, table.loc[int(code), f"deviation_{name}"], places=4)

    def test_a_deviation_is_what_the_process_expects(self):
        """Simulated histories: the deviation found, and what is left of it a year on, are right on average."""
        draws = np.random.default_rng(11)
        authorities, years = 4000, estimate_drift.YEARS
        between, sd, reversion, transient = 0.2, 0.3, 0.3, 0.05
        origin = 2017
        half = np.exp(-reversion / 2)
        x = np.empty((authorities, 2 * len(years)))  # by half years: middles of years, then their ends
        x[:, 0] = sd * draws.standard_normal(authorities)
        for t in range(1, x.shape[1]):
            x[:, t] = half * x[:, t - 1] + sd * np.sqrt(1 - half**2) * draws.standard_normal(authorities)
        value = (0.1 + between * draws.standard_normal((authorities, 1)) + x[:, ::2]
                 + transient * draws.standard_normal((authorities, len(years))))
        theta = np.array([0.1, *np.log([between, sd, reversion, transient])])
        known = np.broadcast_to(years <= origin, value.shape)
        found = estimate_drift.deviation_at_origin(theta, value, np.zeros(value.shape), known, origin)
        truth = x[:, 1::2][:, list(years).index(origin)]
        slope, at_zero = np.polyfit(found, truth, 1)
        self.assertAlmostEqual(slope, 1.0, delta=0.06)
        self.assertAlmostEqual(at_zero, 0.0, delta=0.02)
        self.assertGreater(np.corrcoef(found, truth)[0, 1], 0.6)

    def test_known_parameters_are_recovered(self):
        draws = np.random.default_rng(7)
        authorities, years = 150, estimate_drift.YEARS
        between, sd, reversion, transient = 0.2, 0.3, 0.3, 0.05
        decay = np.exp(-reversion)
        x = np.empty((authorities, len(years)))
        x[:, 0] = sd * draws.standard_normal(authorities)
        for t in range(1, len(years)):
            x[:, t] = decay * x[:, t - 1] + sd * np.sqrt(1 - decay**2) * draws.standard_normal(authorities)
        variance = np.full(x.shape, 0.002)
        value = (0.1 + between * draws.standard_normal((authorities, 1)) + x
                 + np.sqrt(transient**2 + variance) * draws.standard_normal(x.shape))
        theta, error, _, _, _ = estimate_drift.fit_authorities(value, variance, np.ones(x.shape, bool))
        for got, se, truth in ((theta[2], error[2], np.log(sd)), (theta[3], error[3], np.log(reversion))):
            self.assertLess(abs(got - truth), 3 * se)
            self.assertLess(se, 0.35)


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
            self.assertEqual(registry[name]["source"], "analysis/results/shocks.csv")

    @staticmethod
    def invented(effect, seed):
        """Rates of 150 authorities, 30 of them judged inadequate in some year; `effect` follows."""
        draws = np.random.default_rng(seed)
        years = range(2013, 2023)
        rates = pd.DataFrame(0.3 * draws.standard_normal((150, 1)) + 0.08 * draws.standard_normal((150, 10))
                             + 0.05 * np.arange(10), columns=years)
        grades = pd.DataFrame(3.0, index=rates.index, columns=years)
        for code in range(30):
            year = 2015 + code % 6
            grades.loc[code, year:] = 1.0
            rates.loc[code, year + 1:] += effect
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
        others = change[~change.index.isin(pd.read_csv(TABLES / "adoption.csv").code)]
        difference = change[919] - others.mean()
        row = pd.read_csv(TABLES / "evidence.csv").set_index("key").loc["did.FS Hertfordshire 2015.Turnover.2017..2020"]
        for column, value in (("value", difference), ("low", difference - 1.96 * others.std()),
                              ("high", difference + 1.96 * others.std())):
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
            self.assertLessEqual(row.start_year, 2022)


if __name__ == "__main__":
    unittest.main()
