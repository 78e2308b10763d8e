#!/usr/bin/python3
"""hearth hindcast and hearth forecast as a user runs them: files, scores against NumPy, messages, exit codes.

Usage: test_forecasts.py build/release/hearth
"""

import hashlib
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
ENGLAND = ROOT / "scenarios/england"
CALIBRATIONS = ["--calibrations", ENGLAND / "calibrations"]  # instead of minutes at each origin
OK, USAGE, DATA, INTERRUPTED = 0, 2, 4, 130

LEVELS = np.array([0.01, 0.025, *[round(0.05 * i, 2) for i in range(1, 20)], 0.975, 0.99])
QUANTILES = [f"q{level:g}" for level in LEVELS]
FIGURES = [
    "looked_after",
    "care_entries",
    "care_entries_under_16",
    "child_protection_plans",
    "child_protection_plans_started",
    "children_in_need",
    "referrals",
]
BASELINES = ["persistence", "persistence_uncentred", "damped_drift", "stock_and_flow", "smoothed_level"]
SMALL = ["--authorities", "857,420,201,926"]  # Rutland, Isles of Scilly, City of London, Norfolk


def hearth(*arguments, **options):
    return subprocess.run(
        [HEARTH, *map(str, arguments)], capture_output=True, text=True, timeout=600, cwd=ROOT, **options
    )


def start(*arguments):
    """As hearth(), in the background; it can be interrupted even where this was itself started in the background."""
    return subprocess.Popen(
        [HEARTH, *map(str, arguments)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def killed(journal, *arguments):
    """Kills a command with no chance to tidy up, once it has kept something of its work."""
    process = subprocess.Popen(
        [HEARTH, *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )

    def checkpoint():
        try:
            return journal.stat().st_ino  # each takes the place of the last
        except FileNotFoundError:
            return None

    first, deadline = None, time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        now = checkpoint()
        first = first or now
        if now not in (None, first):
            break
        time.sleep(0.005)
    process.kill()
    process.wait(timeout=60)
    with process.stderr:
        return process.stderr.read()


def interval_score(quantiles, observed):
    """Weighted interval score as the mean of twice the quantile losses."""
    error = np.asarray(observed)[:, None] - quantiles
    return (2 * np.maximum(LEVELS * error, (LEVELS - 1) * error)).mean(axis=1)


def check_hubverse(file, locations, scenarios, horizons, samples):
    """What is wrong with a forecast in the Hubverse's long format."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    columns = ["origin_date", "target", "horizon", "location", "scenario_id", "output_type", "output_type_id", "value"]
    if list(rows.columns) != columns:
        return [f"columns {list(rows.columns)}"]
    wrong = []
    for column, allowed in [
        ("target", FIGURES),
        ("location", locations),
        ("scenario_id", scenarios),
        ("horizon", [str(h) for h in horizons]),
    ]:
        if set(rows[column]) != set(allowed):
            wrong.append(f"{column}: {sorted(set(rows[column]) ^ set(allowed))}")
    if not rows.origin_date.str.fullmatch(r"\d{4}-03-31").all():
        wrong.append("an origin_date that is no 31 March")
    if not rows.location.str.fullmatch(r"E\d{8}").all():
        wrong.append("a location that is no ONS code")
    if rows.drop(columns="value").duplicated().any():
        wrong.append("a row twice")
    values = rows.value.astype(float)
    if not (np.isfinite(values) & (values >= 0)).all():
        wrong.append("a value that is no count")
    ids = {
        "quantile": {f"{level:g}" for level in LEVELS},
        "median": {"NA"},
        "mean": {"NA"},
        "sample": {str(i) for i in range(1, samples + 1)},
    }
    if samples == 0:
        ids.pop("sample")
    if set(rows.output_type) != set(ids):
        wrong.append(f"output types {sorted(set(rows.output_type))}")
    tasks = ["origin_date", "target", "horizon", "location", "scenario_id"]
    for output_type, allowed in ids.items():
        these = rows[rows.output_type == output_type]
        for task, ids_of_task in these.groupby(tasks).output_type_id:
            if set(ids_of_task) != allowed:
                wrong.append(f"{output_type} of {task}: {sorted(ids_of_task)}")
    quantiles = rows[rows.output_type == "quantile"].assign(level=lambda r: r.output_type_id.astype(float), x=values)
    crossing = quantiles.sort_values("level").groupby(tasks).x.apply(lambda x: (x.diff() < 0).any())
    if crossing.any():
        wrong.append(f"quantiles cross: {crossing[crossing].index[0]}")
    median = rows[rows.output_type == "median"].set_index(tasks).value.astype(float)
    middle = quantiles[quantiles.level == 0.5].set_index(tasks).x
    if not median.equals(middle[median.index].rename("value")):
        wrong.append("a median that is not the quantile 0.5")
    return wrong


class Hindcast(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = Path(cls.folder.name) / "past.h5"
        cls.arguments = [
            "hindcast",
            "--origins",
            "2017,2020",
            "--horizons",
            "1..2",
            "--replicates",
            "12",
            "--seed",
            "5",
            *CALIBRATIONS,
            *SMALL,
        ]
        cls.result = hearth(*cls.arguments, "-o", cls.file, "--forecasts")
        assert cls.result.returncode == OK, cls.result.stderr
        cls.forecasts = pd.read_csv(cls.file.with_name("past_forecasts.csv"))
        cls.scores = pd.read_csv(cls.file.with_name("past_scores.csv"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_prints_a_table_of_at_most_100_columns(self):
        self.assertIn("Authorities", self.result.stdout)
        self.assertIn("Looked-after children", self.result.stdout)
        self.assertLessEqual(max(map(len, self.result.stdout.splitlines())), 100)
        self.assertEqual(
            sorted(p.name for p in self.file.parent.iterdir()), ["past.h5", "past_forecasts.csv", "past_scores.csv"]
        )

    def test_interval_scores_are_those_of_their_definition(self):
        scored = self.forecasts[self.forecasts.scored == "yes"]
        self.assertGreater(len(scored), 200)
        np.testing.assert_allclose(scored.wis, interval_score(scored[QUANTILES].values, scored.observed), atol=1e-9)
        np.testing.assert_allclose(
            scored.log_wis, interval_score(np.log1p(scored[QUANTILES].values), np.log1p(scored.observed)), atol=1e-12
        )
        for scale in ["", "log_"]:
            parts = [scored[f"{scale}wis_{part}"] for part in ["dispersion", "underprediction", "overprediction"]]
            np.testing.assert_allclose(scored[f"{scale}wis"], sum(parts), atol=1e-9)
        inside = (scored["q0.05"] <= scored.observed) & (scored.observed <= scored["q0.95"])
        np.testing.assert_array_equal(scored.inside_90, inside.astype(int))

    def test_persistence_is_that_of_its_definition(self):
        """From history.csv alone."""
        history = pd.read_csv(ENGLAND / "history.csv")
        places = pd.read_csv(ENGLAND / "authorities.csv").set_index("code")
        history = history.join(places[["ons_code", "first_year", "last_year"]], on="code")
        history = history[history.year.between(history.first_year, history.last_year)]
        for figure, column in [("looked_after", "cla_at31"), ("referrals", "referrals")]:
            values = np.log1p(history.pivot(index="ons_code", columns="year", values=column))
            for origin, horizon in [(2017, 2), (2020, 1)]:
                errors = pd.concat(
                    [values[t + horizon] - values[t] for t in range(2011, origin - horizon + 1)]
                ).dropna()
                for method, around in [
                    ("persistence", np.concatenate([errors, -errors])),
                    ("persistence_uncentred", errors),
                ]:
                    rows = self.forecasts.query(
                        "method == @method and figure == @figure and origin == @origin and "
                        "horizon == @horizon and level == 'authority'"
                    )
                    self.assertGreater(len(rows), 1)
                    expected = np.expm1(values.loc[rows.location, origin].values[:, None] + np.quantile(around, LEVELS))
                    np.testing.assert_allclose(rows[QUANTILES].values, np.maximum(expected, 0), rtol=1e-9, atol=1e-9)

    def test_rows_of_scores_are_means_of_forecasts(self):
        scored = self.forecasts[self.forecasts.scored == "yes"]
        keys = ["method", "figure", "level", "horizon"]
        means = scored.groupby(keys)[["wis", "log_wis", "absolute_error", "bias", "inside_50", "inside_90"]].mean()
        pooled = self.scores[self.scores.origin == "all"].set_index(keys)
        pooled = pooled[pooled.forecasts > 0].loc[means.index]
        for ours, theirs in [
            ("wis", "wis"),
            ("log_wis", "log_wis"),
            ("absolute_error", "absolute_error"),
            ("bias", "bias"),
            ("coverage_50", "inside_50"),
            ("coverage_90", "inside_90"),
        ]:
            np.testing.assert_allclose(pooled[ours], means[theirs], atol=1e-9)
        relative = means.wis / means.wis.xs("persistence").reindex(means.index.droplevel(0)).values
        np.testing.assert_allclose(pooled["relative_wis.persistence"], relative, rtol=1e-9)
        calm = self.scores[self.scores.origin == "all_but_target_2021"].set_index(keys)
        first = self.scores[self.scores.origin == "2017"].set_index(keys)
        one_ahead = ("hearth", "looked_after", "authority", 1)  # from 2017 to 2018, from 2020 to 2021
        self.assertEqual(calm.loc[one_ahead, "wis"], first.loc[one_ahead, "wis"])

    def test_histogram_of_pits_counts_every_forecast(self):
        ours = self.scores[(self.scores.method == "hearth")]
        bins = ours[[f"pit_{i}" for i in range(1, 11)]].sum(axis=1)
        np.testing.assert_array_equal(bins, ours.forecasts)

    def test_arrays_open_in_xarray(self):
        with xr.open_dataset(self.file) as data:
            self.assertEqual(
                dict(data.sizes),
                {"origin": 2, "figure": 7, "horizon": 2, "location": 4, "forecaster": 6, "quantile": 23},
            )
            self.assertEqual(list(data.forecaster.values), ["hearth", *BASELINES])
            np.testing.assert_allclose(data["quantile"], LEVELS)
            row = self.forecasts.query(
                "method == 'hearth' and location == 'E10000020' and figure == 'referrals' and "
                "origin == 2017 and horizon == 2"
            ).iloc[0]
            here = data.sel(forecaster="hearth", location="E10000020", figure="referrals", origin=2017, horizon=2)
            self.assertEqual(float(here.observed), row.observed)
            np.testing.assert_allclose(here.forecast, row[QUANTILES].astype(float), rtol=1e-12)
            self.assertTrue(math.isclose(here.crps, row.crps, rel_tol=1e-12))
            self.assertTrue((data.forecast.diff("quantile").fillna(0) >= 0).all())
        with xr.open_dataset(self.file, group="provenance") as provenance:
            self.assertEqual(provenance.attrs["seed"], "5")
            self.assertIn("scenario_2017", provenance.attrs)
            self.assertIn("history.csv", provenance.input.values)
            self.assertFalse([name for name in provenance.input.values if "hearth_hindcast" in name])

    def test_threads_change_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            for threads in ("1", "2"):
                result = hearth(*self.arguments, "-q", "--threads", threads, "-o", Path(folder) / f"{threads}.h5")
                self.assertEqual(result.returncode, OK, result.stderr)
            same = {(Path(folder) / f"{threads}_scores.csv").read_bytes() for threads in ("1", "2")}
            self.assertEqual(same, {self.file.with_name("past_scores.csv").read_bytes()})

    def test_what_a_user_observed_is_scored(self):
        with tempfile.TemporaryDirectory() as folder:
            observed = Path(folder) / "made_up.csv"
            observed.write_text("location,year,measure,value\nNorfolk,2026,looked_after,1234\n")
            arguments = [
                "hindcast",
                "--origins",
                "2025",
                "--horizons",
                "1",
                "--replicates",
                "3",
                "-q",
                *SMALL,
                "--calibrations",
                folder,
            ]
            shutil.copy(ENGLAND / "calibration.json", Path(folder) / "2025.json")
            nothing = hearth(*arguments, "-o", Path(folder) / "a.h5")
            self.assertEqual(nothing.returncode, USAGE)
            self.assertIn("--observed", nothing.stderr)
            result = hearth(*arguments, "-o", Path(folder) / "a.h5", "--observed", observed, "--forecasts")
            self.assertEqual(result.returncode, OK, result.stderr)
            rows = pd.read_csv(Path(folder) / "a_forecasts.csv")
            self.assertEqual(set(rows[rows.scored == "yes"].observed), {1234.0})
            observed.write_text("location,year,measure,value\nNorfork,2026,looked_after,1234\n")
            wrong = hearth(*arguments, "-o", Path(folder) / "a.h5", "--observed", observed)
            self.assertEqual(wrong.returncode, DATA)
            self.assertIn("made_up.csv:2, column 'location'", wrong.stderr)
            self.assertIn('did you mean "Norfolk"?', wrong.stderr)

    def test_an_origin_without_a_calibration_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ENGLAND / "calibrations/2017.json", folder)
            result = hearth("hindcast", "--origins", "2015,2017", *SMALL, "--calibrations", folder)
        self.assertEqual(result.returncode, DATA)
        self.assertIn("2015.json", result.stderr)
        self.assertIn("hearth calibrate --origin 2015", result.stderr)

    def test_a_calibration_that_is_interrupted_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            process = start("hindcast", "--origins", "2017", *SMALL, "-o", Path(folder) / "new.h5")
            process.stderr.readline()  # it has begun to calibrate
            process.send_signal(signal.SIGINT)
            self.assertIn("no result was written", process.communicate(timeout=300)[1])
            self.assertEqual(process.returncode, INTERRUPTED)
            self.assertEqual(os.listdir(folder), [])

    def test_wrong_words_are_explained(self):
        for arguments, word in [
            (["--origins", "2017,soon"], "'soon'"),
            (["--origins", "2005"], "2014 to 2025"),
            (["--horizons", "3..1"], "'3..1'"),
            (["--replicates", "0"], "0 is not"),
        ]:
            result = hearth("hindcast", *arguments, *SMALL)
            self.assertEqual(result.returncode, USAGE, result.stderr)
            self.assertIn(word, result.stderr)

    def test_a_failed_run_leaves_the_old_result(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "old.h5"
            file.write_text("old")
            result = hearth("hindcast", "--origins", "2017", "--authorities", "940", "-o", file)  # formed in 2021
            self.assertEqual(result.returncode, USAGE, result.stderr)
            process = start("hindcast", "--origins", "2017", "--replicates", "500", *CALIBRATIONS, "-o", file)
            process.stderr.readline()  # it has begun
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            self.assertIn("stopp", process.communicate(timeout=300)[1])
            self.assertEqual(process.returncode, INTERRUPTED)
            self.assertEqual(file.read_text(), "old")
            self.assertLessEqual(set(os.listdir(folder)), {"old.h5", "old_futures"})

    def test_a_hindcast_that_is_killed_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "past.h5"
            arguments = [100 if word == "12" else word for word in self.arguments]
            self.assertEqual(hearth(*arguments, "-o", file, "-q").returncode, OK)
            whole = file.with_name("past_scores.csv").read_bytes()
            file.with_name("past_scores.csv").unlink()
            futures = Path(folder) / "past_futures"
            self.assertFalse(futures.exists())
            said = killed(futures / "2020.h5.partial.journal", *arguments, "-o", file)
            self.assertRegex(said, r"hindcast: 2 origins, 100 replicates, 2 years ahead: about \d")
            self.assertTrue((futures / "2017.h5").exists())
            result = hearth(*arguments, "-o", file, "--resume")
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertRegex(result.stderr, r"going on from [1-9]\d* of 100 replicates")
            self.assertEqual(file.with_name("past_scores.csv").read_bytes(), whole)
            self.assertFalse(futures.exists())

    def lines(self, arguments, count):
        """The first lines that a hindcast says, which is then stopped."""
        process = start(*arguments)
        lines = [process.stderr.readline() for _ in range(count)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=300)
        return lines

    @staticmethod
    def made_from(draws):
        """What a hindcast keeps beside a calibration: what it was made from."""
        build = json.loads(hearth("--version", "--json").stdout)
        sums = {
            table: hashlib.sha256((ENGLAND / table).read_bytes()).hexdigest()
            for table in ("authorities.csv", "england.csv", "history.csv")
        }
        return (
            json.dumps({"draws": draws, "hearth": build["hearth"], "commit": build["commit"], **sums}, indent=2) + "\n"
        )

    def test_calibrations_that_were_made_are_not_made_again(self):
        """With HEARTH_CALIBRATE the first is really made, which takes a minute or two."""
        with tempfile.TemporaryDirectory() as folder:
            calibrations = Path(folder) / "past_calibrations"
            arguments = [
                "hindcast",
                "--origins",
                "2017,2018",
                "--draws",
                "0",
                "--replicates",
                "1",
                "--authorities",
                "857",
                "-o",
                Path(folder) / "past.h5",
            ]
            if os.environ.get("HEARTH_CALIBRATE"):
                process = start(*arguments)
                deadline = time.monotonic() + 900
                while (
                    not (calibrations / "2017.made_from").exists()
                    and process.poll() is None
                    and time.monotonic() < deadline
                ):
                    time.sleep(0.05)
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=300)
                self.assertEqual((calibrations / "2017.made_from").read_text(), self.made_from(draws=0))
            else:
                calibrations.mkdir()
                shutil.copy(ENGLAND / "calibrations/2017.json", calibrations)
                (calibrations / "2017.made_from").write_text(self.made_from(draws=0))
            made = (calibrations / "2017.json").read_bytes()
            lines = self.lines([*arguments, "--resume"], 3)
            self.assertIn("2017: calibrated already", "".join(lines))
            self.assertIn("2018: ", lines[2])
            self.assertEqual((calibrations / "2017.json").read_bytes(), made)
            # Of another calibration, or without asking for it, there is nothing to keep.
            for other in ([*["1" if word == "0" else word for word in arguments], "--resume"], arguments):
                lines = self.lines(other, 2)
                self.assertIn("2017: ", lines[1])
                self.assertNotIn("calibrated already", "".join(lines))


class Forecast(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.stem = Path(cls.folder.name) / "coming"
        cls.arguments = [
            "forecast",
            "--replicates",
            "7",
            "--horizons",
            "1,3",
            "--authorities",
            "926,805,806,807,808,840,841,390,391,392,393,394,929",
            "--samples",
            "2",
            "-q",
        ]  # North East too
        cls.result = hearth(*cls.arguments, "-o", cls.stem)
        assert cls.result.returncode == OK, cls.result.stderr
        cls.hub = cls.stem.with_name("coming_hubverse.csv")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_hubverse_file_is_valid(self):
        places = pd.read_csv(ENGLAND / "authorities.csv")
        codes = set(places[(places.region == "North East") | (places.code == 926)].ons_code)
        if places[places.region == "North East"].shape[0] == 12:
            codes.add("E12000001")
        self.assertEqual(
            check_hubverse(
                self.hub, codes, ["business_as_usual", "protection_only", "support_is_protection"], [1, 3], 2
            ),
            [],
        )

    def test_the_check_can_fail(self):
        text = self.hub.read_text()
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "broken.csv"
            everything = (set(pd.read_csv(self.hub).location), set(pd.read_csv(self.hub).scenario_id), [1, 3], 2)
            for spoil in [
                lambda t: t.replace("output_type_id", "id", 1),
                lambda t: t.replace(",0.99,", ",0.995,", 1),
                lambda t: re.sub(r",0\.01,[\d.]+", ",0.01,1e9", t, count=1),
                lambda t: t.replace("E10000020", "Norfolk"),
                lambda t: t + t.splitlines()[-1] + "\n",
            ]:
                broken.write_text(spoil(text))
                self.assertNotEqual(check_hubverse(broken, *everything), [])

    def test_regions_are_sums_within_a_future(self):
        rows = pd.read_csv(self.hub, dtype={"output_type_id": str})
        rows = rows[rows.output_type == "sample"]
        region = rows[rows.location == "E12000001"]
        members = rows[~rows.location.isin(["E12000001", "E10000020"])]
        keys = ["target", "horizon", "scenario_id", "output_type_id"]
        sums = members.groupby(keys).value.sum()
        np.testing.assert_allclose(sums, region.set_index(keys).value.loc[sums.index], atol=0.005 * 13)  # as rounded

    def test_the_plain_table_says_the_same(self):
        hub = pd.read_csv(self.hub, dtype={"output_type_id": str})
        plain = pd.read_csv(self.stem.with_suffix(".csv"))
        self.assertEqual(
            list(plain.columns),
            ["year", "location", "name", "level", "measure", "arm", "median", "low_50", "high_50", "low_90", "high_90"],
        )
        self.assertEqual(set(plain.year), {2026, 2028})
        keys = ["target", "horizon", "location", "scenario_id"]
        plain["horizon"] = plain.year - 2025
        plain = plain.rename(columns={"measure": "target", "arm": "scenario_id"}).set_index(keys)
        for column, level in [
            ("low_90", "0.05"),
            ("low_50", "0.25"),
            ("median", "0.5"),
            ("high_50", "0.75"),
            ("high_90", "0.95"),
        ]:
            quantiles = hub[(hub.output_type == "quantile") & (hub.output_type_id == level)].set_index(keys).value
            np.testing.assert_array_equal(plain[column], quantiles.loc[plain.index])

    def test_it_is_the_result_of_hearth_run(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "run.h5"
            run = hearth(
                "run", "england", "--replicates", "7", "--months", "36", "--authorities", "926", "-q", "-o", file
            )
            self.assertEqual(run.returncode, OK, run.stderr)
            with xr.open_dataset(file) as data:
                norfolk = data.sel(arm="business_as_usual", authority=926)
                stock = norfolk.looked_after.isel(time=-1).values
                third_year = slice(8, 12)  # by quarter
                flow = norfolk.care_entries_by_age.isel(time=third_year, age_band=slice(0, 4)).sum(("time", "age_band"))
        rows = pd.read_csv(self.hub, dtype={"output_type_id": str}).query(
            "location == 'E10000020' and scenario_id == 'business_as_usual' and horizon == 3"
        )

        def kind(target, output_type):
            return rows[(rows.target == target) & (rows.output_type == output_type)].value.values

        np.testing.assert_array_equal(kind("looked_after", "sample"), stock[:2])
        np.testing.assert_allclose(kind("looked_after", "quantile"), np.quantile(stock, LEVELS), atol=0.0051)
        self.assertTrue(math.isclose(kind("looked_after", "mean")[0], stock.mean(), abs_tol=0.0051))
        # Entries are as they would be published: with the noise of recording.
        text = (ENGLAND / "calibration.json").read_text()  # has comments
        noise = json.loads(re.search(r'"recording_noise": (\{.*?\})', text)[1])["care_entry"]
        strays = np.log(kind("care_entries_under_16", "sample") / flow.values[:2])
        self.assertTrue((strays != 0).all())
        self.assertLess(np.abs(strays).max(), 5 * noise)

    def test_prints_a_table_of_at_most_100_columns(self):
        self.assertIn("Business as usual", self.result.stdout)
        self.assertIn("2025", self.result.stdout)
        self.assertLessEqual(max(map(len, self.result.stdout.splitlines()[:40])), 100)

    def test_threads_change_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(hearth(*self.arguments, "--threads", "1", "-o", Path(folder) / "x.csv").returncode, OK)
            self.assertEqual(sorted(os.listdir(folder)), ["x.csv", "x.h5", "x_hubverse.csv"])
            self.assertEqual((Path(folder) / "x_hubverse.csv").read_bytes(), self.hub.read_bytes())

    def test_says_how_long_and_killed_goes_on(self):
        arguments = ["forecast", "--replicates", "100", "--horizons", "1,2", "--authorities", "857,926"]
        with tempfile.TemporaryDirectory() as folder:
            whole, cut = Path(folder) / "whole", Path(folder) / "cut"
            result = hearth(*arguments, "-o", whole)
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertRegex(result.stderr, r"Norfolk.*: 3 arms x 100 replicates, 2 authorities, 24 months: about \d")
            self.assertIn("100%", result.stderr)
            killed(Path(f"{cut}.h5.partial.journal"), *arguments, "-o", cut)
            self.assertFalse(Path(f"{cut}.csv").exists())
            other = hearth(*arguments, "-o", cut, "--resume", "--seed", "3")
            self.assertEqual(other.returncode, DATA)
            self.assertIn("the seed is", other.stderr)
            on = hearth(*arguments, "-o", cut, "--resume")
            self.assertEqual(on.returncode, OK, on.stderr)
            self.assertRegex(on.stderr, r"going on from [1-9]\d* of 100 replicates")
            for ending in (".csv", "_hubverse.csv"):
                self.assertEqual(Path(f"{whole}{ending}").read_bytes(), Path(f"{cut}{ending}").read_bytes())
            again = hearth(*arguments, "-o", cut, "--resume")
            self.assertIn("already complete", again.stderr)
            self.assertEqual(hearth("summary", f"{cut}.h5", "Norfolk").returncode, OK)

    def test_what_is_set_changes_the_forecast(self):
        with tempfile.TemporaryDirectory() as folder:
            tables = []
            for number, options in enumerate(([], ["--set", "contact.base=0.01"])):
                stem = Path(folder) / str(number)
                self.assertEqual(
                    hearth(
                        "forecast",
                        "--replicates",
                        "2",
                        "--horizons",
                        "1",
                        "--authorities",
                        "857",
                        *options,
                        "-q",
                        "-o",
                        stem,
                    ).returncode,
                    OK,
                )
                rows = pd.read_csv(f"{stem}.csv")
                tables.append(rows[rows.measure == "referrals"]["median"].iloc[0])
            self.assertLess(tables[1], tables[0])

    def test_wrong_words_are_explained(self):
        for arguments, code, word in [
            (["--horizons", "0"], USAGE, "--horizons"),
            (["--samples", "9"], USAGE, "--samples 9"),
            (["-o", "no/such/folder/x"], DATA, "no directory"),
        ]:
            result = hearth("forecast", "--replicates", "2", "--authorities", "857", *arguments)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(word, result.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
