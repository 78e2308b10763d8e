#!/usr/bin/python3
"""Results that keep summaries of authorities ("output": {"replicates": "summary"}): the numbers are those of the full
file, worked out anew with NumPy, whatever made the file; commands show them, or say what is missing.

Usage: test_summarised.py PROGRAM
"""

import csv
import io
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np
import xarray as xr

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA, INTERRUPTED = 0, 2, 4, 130
CODES = [420, 840, 841, 857]  # Isles of Scilly; County Durham and Darlington, of one region; Rutland
MONTHS, REPLICATES = 26, 8
RUN = ["--authorities", ",".join(map(str, CODES)), "--months", MONTHS, "-q"]
LEVELS = {f"quantile_{q}": q for q in (0.05, 0.25, 0.5, 0.75, 0.95)}


def hearth(*arguments, code=OK):
    result = subprocess.run([HEARTH, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert result.returncode == code, (arguments, result.returncode, result.stderr)
    return result


def datasets(file):
    with xr.open_dataset(file) as areas, xr.open_dataset(file, group="authorities") as authorities:
        return areas.load(), authorities.load()


def years(values, how):
    """[..., month] to [..., year]; the last has two months."""
    parts = np.split(values, [12, 24], axis=-1)
    take = {"sum": lambda x: x.sum(-1), "end": lambda x: x[..., -1], "mean": lambda x: x.mean(-1)}[how]
    return np.stack([take(part) for part in parts], axis=-1)


class Regression:
    """The mean of an arm's differences from the baseline is the intercept of their regression on the effects that were
    drawn: as many as a third of the replicates, those that vary most."""

    def __init__(self, file, arm, baseline):
        with xr.open_dataset(file, group="effects") as effects:
            drawn = effects.deviation.values[:, np.isin(effects.effect_arm.values, (arm, baseline))]
        most = np.argsort(-(drawn**2).sum(0), kind="stable")[: REPLICATES // 3]
        design = np.column_stack([np.ones(REPLICATES), drawn[:, most]])
        self.fit = design @ np.linalg.pinv(design)
        self.weights = np.linalg.pinv(design)[0]
        self.freedom = REPLICATES - np.linalg.matrix_rank(design)
        self.controls = np.linalg.matrix_rank(design) - 1

    def mean(self, differences):
        return np.tensordot(self.weights, differences, axes=1)

    def error(self, differences):
        residuals = differences - np.tensordot(self.fit, differences, axes=1)
        return np.sqrt((self.weights**2).sum() * (residuals**2).sum(0) / self.freedom)


def without_published(text):
    """A summary's text without its intervals of figures as they would be published, and why there are none."""
    text = re.sub(r" As it would be published\n(?:  31 March .*\n)+", "", text)
    said = r"(?:Compare published figures with the interval|There is no interval as it would)"
    return re.sub(said + r"[^\n]*\n(?:  [^\n]*\n)*", "", text)


class Summarised(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.here = Path(cls.holder.name)
        for replicates in ("all", "summary"):
            (cls.here / f"{replicates}.json").write_text(
                json.dumps(
                    {
                        "extends": str(ROOT / "scenarios/england.json"),
                        "name": replicates,
                        "title": "A small run",
                        "output": {"every": "month", "replicates": replicates},
                    }
                )
            )
        cls.full, cls.summarised = cls.here / "full.h5", cls.here / "summarised.h5"
        cls.run_to(cls.full, "--split", scenario="all")
        cls.run_to(cls.summarised, "--split", "--threads", 1)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def run_to(cls, file, *options, scenario="summary", code=OK):
        return hearth(
            "run", cls.here / f"{scenario}.json", *RUN, "--replicates", REPLICATES, "-o", file, *options, code=code
        )

    def assert_same(self, file, other):
        for one, two in zip(datasets(file), datasets(other)):
            self.assertEqual(list(one.variables), list(two.variables))
            for name in one.variables:
                a, b = one[name].values, two[name].values
                self.assertTrue(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name)

    def test_areas_have_every_replicate(self):
        areas, _ = datasets(self.summarised)
        with xr.open_dataset(self.full) as full:
            self.assertEqual(
                areas.area.values.tolist(), ["All in the result", "South West", "North East", "East Midlands"]
            )
            self.assertNotIn("authority", areas.looked_after.dims)
            for area, codes in (("All in the result", CODES), ("North East", [840, 841]), ("East Midlands", [857])):
                ours, theirs = areas.sel(area=area), full.sel(authority=codes)
                for name in ("care_entries", "looked_after_by_age", "looked_after_alone"):
                    self.assertTrue(np.array_equal(ours[name], theirs[name].sum("authority")), name)
                self.assertTrue(np.allclose(ours.cost, theirs.cost.sum("authority"), rtol=1e-13, atol=0.0))
                weights = theirs.social_workers_fte.astype(float)
                caseload = (theirs.caseload * weights).sum("authority") / weights.sum("authority")
                self.assertTrue(np.allclose(ours.caseload, caseload, rtol=1e-12))

    def assert_statistics(self, found, sample, mean, error, name):
        """[statistic, ...] of [replicate, ...]; replicates move with the mean."""
        sample = sample + (mean - sample.mean(0))
        expected = {
            "mean": mean,
            "standard_error": error,
            "standard_deviation": sample.std(0, ddof=1),
            "share_below_zero": (sample < -1e-9).mean(0),
            "share_above_zero": (sample > 1e-9).mean(0),
            **{statistic: np.quantile(sample, q, axis=0) for statistic, q in LEVELS.items()},
        }
        self.assertEqual(set(found.statistic.values), set(expected))
        for statistic, values in expected.items():
            np.testing.assert_allclose(
                found.sel(statistic=statistic), values, rtol=1e-9, atol=1e-9, err_msg=f"{name} {statistic}"
            )

    def test_authorities_have_statistics_of_levels_and_differences(self):
        _, kept = datasets(self.summarised)
        self.assertEqual([str(day)[:10] for day in kept.time.values], ["2026-03-31", "2027-03-31", "2027-05-31"])
        self.assertEqual(kept.authority_name.sel(authority=857).item(), "Rutland")
        with xr.open_dataset(self.full) as full:
            arms = full.arm.values.tolist()
            cost = full.cost.sum(["payer", "cost_category"])
            measures = (
                ("care_entries", full.care_entries, "sum"),
                ("looked_after", full.looked_after, "end"),
                ("caseload", full.caseload.astype(float), "mean"),
                ("cost_total", cost, "sum"),
                ("cost", full.cost.transpose("arm", "replicate", "payer", "cost_category", ...), "sum"),
                ("care_exits_by_reason", full.care_exits_by_reason, "sum"),
            )
        regressions = {arm: Regression(self.summarised, arm, arms[0]) for arm in arms[1:]}
        self.assertEqual([regression.controls for regression in regressions.values()], [2, 2])
        corrected = 0.0
        for name, values, how in measures:
            level = years(values.values, how)  # arm, replicate, ...
            levels, differences = kept[name].transpose("statistic", "arm", ...), kept[f"{name}_difference"].transpose(
                "statistic", "arm", ...
            )
            for a, arm in enumerate(arms):
                sample = level[a]
                self.assert_statistics(
                    levels.sel(arm=arm),
                    sample,
                    sample.mean(0),
                    sample.std(0, ddof=1) / np.sqrt(REPLICATES),
                    (name, arm),
                )
                sample = level[a] - level[0]
                if arm in regressions:
                    mean, error = regressions[arm].mean(sample), regressions[arm].error(sample)
                    corrected = max(corrected, np.abs(mean - sample.mean(0)).max())
                else:
                    mean, error = np.zeros_like(sample[0], float), np.zeros_like(sample[0], float)
                self.assert_statistics(differences.sel(arm=arm), sample, mean, error, (name, arm, "difference"))
        self.assertGreater(corrected, 1.0)  # not the plain means

    def test_however_it_is_made_the_numbers_are_the_same(self):
        for k in (1, 2, 3):
            shard = self.here / f"{k}.h5"
            self.run_to(shard, "--split", "--shard", f"{k}/3", "--threads", k)
            with xr.open_dataset(shard) as data:
                self.assertEqual(data.looked_after.dims, ("arm", "replicate", "authority", "time"))
        shards = [self.here / f"{k}.h5" for k in (2, 3, 1)]
        merged = hearth("merge", *shards, "-o", self.here / "merged.h5")
        self.assertIn("of authorities a summary", merged.stdout)
        for shard in shards:
            shard.unlink()
        self.assert_same(self.summarised, self.here / "merged.h5")

        file = self.here / "cut.h5"
        file.write_text("an older result")
        for signal_number in (signal.SIGINT, signal.SIGKILL):
            process = subprocess.Popen(
                [
                    HEARTH,
                    "run",
                    self.here / "summary.json",
                    *map(str, RUN),
                    "--replicates",
                    str(REPLICATES),
                    "--split",
                    "-o",
                    file,
                    "--resume",
                ],
                cwd=ROOT,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            deadline = time.monotonic() + 300
            while (
                not (self.here / "cut.h5.partial.journal").exists()
                and process.poll() is None
                and time.monotonic() < deadline
            ):
                time.sleep(0.005)
            process.send_signal(signal_number)
            process.wait(timeout=300)
            process.stderr.close()
            if process.returncode != OK:
                self.assertEqual(file.read_text(), "an older result")
        self.run_to(file, "--split", "--resume")
        self.assert_same(self.summarised, file)
        self.assertIn("already complete", self.run_to(file, "--split", "--resume").stderr)
        self.assertEqual(list(self.here.glob("cut.h5?*")), [])

    def test_until_and_decompose(self):
        until = self.here / "until.h5"
        self.run_to(until, "--until", "total(looked_after).mcse < 50%")
        self.assertTrue(json.loads(hearth("inspect", until, "--json").stdout)["replicates_kept"] == "summary")
        self.run_to(self.here / "decomposed.h5", "--decompose")
        areas, of_authorities = datasets(self.here / "decomposed.h5")
        whole, of_whole = datasets(self.summarised)
        self.assertTrue(areas.looked_after.equals(whole.looked_after))
        self.assertTrue(of_authorities.looked_after.equals(of_whole.looked_after))

    def test_summaries_and_exports_are_those_of_the_full_file(self):
        for area in ("England", "North East", "840", "Rutland"):
            for options in (["--csv"], ["--csv", "--measures", "fidelity,care_entries_by_age.under_1,cost_nhs"]):
                # The last two columns, figures as they would be published, take single replicates.
                full, summarised = (
                    list(csv.reader(hearth("summary", file, area, *options).stdout.splitlines()))
                    for file in (self.full, self.summarised)
                )
                self.assertEqual([row[:-2] for row in full], [row[:-2] for row in summarised])
                self.assertEqual({tuple(row[-2:]) for row in summarised[1:]}, {("", "")})
        full, summarised = (hearth("summary", file).stdout for file in (self.full, self.summarised))
        self.assertEqual(without_published(full), without_published(summarised))
        self.assertIn(" As it would be published\n", full)
        self.assertNotIn(" As it would be published\n", summarised)
        self.assertIn("There is no interval as it would be published. The result is summarised", summarised)
        self.assertEqual(*(hearth("summary", file, "--split").stdout for file in (self.full, self.summarised)))
        text = hearth("summary", self.summarised, "Darlington").stdout
        self.assertIn("does not keep the replicates of single authorities", re.sub(r"\s+", " ", text))
        self.assertNotIn("Who gains (", text)
        tables = [hearth("export", file, "--measures", "all").stdout for file in (self.full, self.summarised)]
        self.assertEqual(*tables)
        self.assertEqual(len({row["code"] for row in csv.DictReader(io.StringIO(tables[1]))}), 4)

    def test_inspect_says_what_is_kept(self):
        text = hearth("inspect", self.summarised).stdout
        self.assertIn("result format 5", text)
        self.assertIn("Replicates  every one of All in the result, South West", text)
        found = json.loads(hearth("inspect", self.summarised, "--json").stdout)
        self.assertEqual((found["format"], found["replicates_kept"], found["replicates"]), (5, "summary", REPLICATES))
        self.assertEqual(found["measures_of_authorities"][0]["shape"], [10, 3, 4, 3])
        self.assertTrue(found["complete"])
        self.assertEqual(json.loads(hearth("inspect", self.full, "--json").stdout)["replicates_kept"], "all")

    def test_what_is_not_kept_is_refused(self):
        for command, code, words in (
            (["export", self.summarised, "--every-replicate"], USAGE, "allowed: quantiles 0.05, 0.25, 0.5, 0.75, 0.95"),
            (["export", self.summarised, "--quantiles", "0.1"], USAGE, "the quantile 0.1 of single authorities"),
            (["export", self.summarised, "--every", "month"], USAGE, "single months of authorities; allowed: years"),
            (
                ["export", self.summarised, "--as", "hubverse"],
                DATA,
                "does not have the replicates of single authorities",
            ),
            (["summary", self.summarised, "840", "--split"], DATA, "does not have the replicates of County Durham"),
            (["merge", self.summarised, "-o", self.here / "x.h5"], DATA, "it is summarised"),
        ):
            refused = hearth(*command, code=code)
            self.assertIn(words, refused.stderr)
            self.assertEqual(refused.stdout, "")
        self.assertFalse((self.here / "x.h5").exists())

    def test_the_disk_it_takes_is_said_before(self):
        options = ["--replicates", 10000, "--dry-run", "-o", self.here / "x.h5"]
        text = hearth("run", self.here / "summary.json", *options).stdout
        self.assertRegex(text, r"x\.h5, about .* GB; until it is summarised about .* GB of disk")
        found = json.loads(hearth("run", self.here / "summary.json", *options, "--json").stdout)
        self.assertGreater(found["estimated_disk_bytes"], 5 * found["estimated_file_bytes"])
        every = json.loads(hearth("run", self.here / "all.json", *options, "--json").stdout)
        self.assertEqual(every["estimated_disk_bytes"], every["estimated_file_bytes"])
        shard = json.loads(hearth("run", self.here / "summary.json", *options, "--json", "--shard", "1/2").stdout)
        self.assertEqual(shard["estimated_disk_bytes"], shard["estimated_file_bytes"])
        refused = hearth(
            "run",
            self.here / "summary.json",
            "--replicates",
            100000,
            "--months",
            600,
            "-o",
            self.here / "x.h5",
            code=DATA,
        )
        self.assertRegex(
            refused.stderr, "not enough room for .* while it runs, of which .* are left when it is summarised"
        )


if __name__ == "__main__":
    HEARTH = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else HEARTH
    unittest.main()
