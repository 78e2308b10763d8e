#!/usr/bin/python3
"""Runs in shards, interrupted or until a precision: the same numbers as in one go. Usage: test_ensembles.py PROGRAM"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA, PRECISION, INTERRUPTED = 0, 2, 4, 5, 130
RUN = ["run", ROOT / "scenarios/england.json", "--authorities", "857,420", "--months", "12", "-q"]  # the two smallest


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=600)


def numbers(file):
    """Every variable of a result, and its scenario."""
    with h5py.File(file) as data:
        found = {name: data[name][...] for name in data if isinstance(data[name], h5py.Dataset)}
        found["scenario"] = np.array(data["provenance/scenario"][()])
        return found


class Ensembles(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = Path(temporary.name)

    def run_to(self, name, *options, code=OK):
        result = hearth(*RUN, "-o", self.directory / name, *options)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def assert_same(self, one, other):
        a, b = numbers(self.directory / one), numbers(self.directory / other)
        self.assertEqual(sorted(a), sorted(b))
        for name in a:
            self.assertTrue(np.array_equal(a[name], b[name]), name)

    def test_shards_are_the_whole(self):
        self.run_to("whole.h5", "--replicates", 5, "--threads", 1)
        for k in (1, 2, 3):
            self.run_to(f"{k}.h5", "--replicates", 5, "--shard", f"{k}/3", "--threads", k)
        shards = [self.directory / f"{k}.h5" for k in (3, 1, 2)]
        for name, options in (("virtual.h5", ["--virtual"]), ("copy.h5", [])):
            result = hearth("merge", *shards, "-o", self.directory / name, *options)
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assert_same("whole.h5", name)
        whole, merged = (hearth("summary", self.directory / name).stdout for name in ("whole.h5", "virtual.h5"))
        self.assertEqual(whole, merged)
        self.assertEqual(hearth("merge", *shards[1:], "-o", self.directory / "x.h5").returncode, DATA)
        self.run_to("seed.h5", "--replicates", 5, "--shard", "1/3", "--seed", 1)
        refused = hearth("merge", self.directory / "seed.h5", *shards, "-o", self.directory / "x.h5")
        self.assertEqual(refused.returncode, DATA)
        self.assertIn("the seed is", refused.stderr)
        self.assertFalse((self.directory / "x.h5").exists())

    def test_processes_share_a_run(self):
        built = {row["subject"]: row for row in json.loads(hearth("doctor", "--json").stdout)}
        if shutil.which("mpirun") is None or "mpirun" not in built["several processes"]["found"].split()[0]:
            self.skipTest("without MPI")
        if built["build"]["health"] != "ok":
            self.skipTest("Open MPI itself leaks under sanitizers")
        environment = os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

        def together(processes, *options):
            command = [
                "mpirun",
                "--oversubscribe",
                "-n",
                processes,
                HEARTH,
                *RUN,
                "-o",
                self.directory / "many.h5",
                *options,
            ]
            return subprocess.run([*map(str, command)], env=environment, capture_output=True, text=True, timeout=600)

        self.run_to("whole.h5", "--replicates", 5)
        for options in ([], ["--resume"]):
            result = together(3, "--replicates", 5, *options)
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertEqual(result.stdout.count("Result"), 1)  # one process speaks
            self.assert_same("whole.h5", "many.h5")
        self.assertEqual(len(list(self.directory.glob("many.shard-*-of-3.h5"))), 3)
        for options, words in (
            (["--replicates", 2], "3 processes for 2 replicates"),
            (["--until", "difference(care_entries).mcse < 1%"], "--until: 3 processes"),
        ):
            result = together(3, *options)
            self.assertEqual(result.returncode, USAGE, result.stderr)
            self.assertIn(words, result.stderr)

    def test_a_shard_does_not_take_the_place_of_another(self):
        self.run_to("s.h5", "--replicates", 5, "--shard", "1/3")
        before = (self.directory / "s.h5").read_bytes()
        refused = self.run_to("s.h5", "--replicates", 5, "--shard", "2/3", code=USAGE).stderr
        for part in ("replicates 0 to 0", "this shard, 1 to 2", "s.shard-2-of-3.h5"):
            self.assertIn(part, refused)
        self.run_to("s.h5", "--replicates", 5, "--shard", "1/2", code=USAGE)  # begins at 0 too
        self.assertEqual((self.directory / "s.h5").read_bytes(), before)
        self.run_to("s.h5", "--replicates", 5, "--shard", "1/3")  # the same again is no mistake

    def test_wrong_shards_are_wrong_usage(self):
        for shard in ("0/3", "4/3", "1", "1/x", "1/6"):
            self.assertIn("--shard", self.run_to("x.h5", "--replicates", 5, "--shard", shard, code=USAGE).stderr)

    def stopped(self, signal_number, *options):
        """A run that is sent a signal once it has kept something."""
        process = subprocess.Popen(
            [HEARTH, *map(str, RUN), "-o", self.directory / "cut.h5", *map(str, options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        journal = self.directory / "cut.h5.partial.journal"
        deadline = time.monotonic() + 300
        while not journal.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(random.uniform(0.0, 0.3))
        process.send_signal(signal_number)
        process.wait(timeout=300)
        return process.returncode, process.stderr.read()

    def test_an_interrupted_run_goes_on(self):
        options = ["--replicates", 300, "--split"]
        self.run_to("whole.h5", *options)
        (self.directory / "cut.h5").write_text("an older result")
        code, message = self.stopped(signal.SIGINT, *options)
        self.assertEqual(code, INTERRUPTED, message)
        self.assertRegex(message, r"of 300 replicates are kept in .*cut.h5.partial.* --resume")
        self.assertEqual((self.directory / "cut.h5").read_text(), "an older result")
        refused = self.run_to("cut.h5", *options, "--seed", 3, "--resume", code=DATA)
        self.assertIn("another run: the seed is", refused.stderr)
        for _ in range(3):
            self.stopped(signal.SIGKILL, *options, "--resume")
        self.run_to("cut.h5", *options, "--resume")
        self.assert_same("whole.h5", "cut.h5")
        self.assertEqual(sorted(path.name for path in self.directory.iterdir()), ["cut.h5", "whole.h5"])
        self.assertIn("already complete", self.run_to("cut.h5", *options, "--resume").stderr)

    def test_until_a_number_is_known(self):
        goal = ["--until", "total(care_entries).mcse < 3%", "--replicates", 4, "--at-most", 200]
        record = json.loads(self.run_to("until.h5", *goal, "--json").stdout)
        count = record["replicates"]
        self.assertTrue(record["until"]["met"])
        self.assertEqual(count % 4, 0)
        self.assertGreater(count, 4)
        self.run_to("plain.h5", "--replicates", count)
        self.assert_same("plain.h5", "until.h5")
        with h5py.File(self.directory / "until.h5") as data:
            entries = data["care_entries"][...].sum(axis=(2, 3))
        error = entries.std(axis=1, ddof=1) / np.sqrt(count) / entries.mean(axis=1)
        self.assertLess(error.max(), 0.03)
        before = entries[:, :-4]
        self.assertGreater((before.std(axis=1, ddof=1) / np.sqrt(count - 4) / before.mean(axis=1)).max(), 0.03)

        unmet = self.run_to(
            "until.h5", "--until", "total(care_entries).mcse < 0.1%", "--replicates", 4, "--at-most", 6, code=PRECISION
        )
        self.assertIn("--at-most", unmet.stderr)
        self.assertEqual(len(numbers(self.directory / "until.h5")["replicate"]), 6)
        wrong = self.run_to("x.h5", "--until", "total(care_entry).mcse < 1%", code=USAGE)
        self.assertIn("character 7: found care_entry", wrong.stderr)

    def test_quarters_are_made_of_months(self):
        def run_every(period, name, *options):
            scenario = self.directory / "every.json"
            scenario.write_text(
                json.dumps(
                    {
                        "extends": str(ROOT / "scenarios/england.json"),
                        "name": "every",
                        "horizon_months": 14,
                        "output": {"every": period},
                    }
                )
            )
            result = hearth(
                "run",
                scenario,
                "--authorities",
                "857,420",
                "--replicates",
                2,
                "-q",
                "-o",
                self.directory / name,
                *options,
            )
            self.assertEqual(result.returncode, OK, result.stderr)

        run_every("month", "months.h5")
        run_every("quarter", "quarters.h5")
        for k in (1, 2):
            run_every("quarter", f"{k}.h5", "--shard", f"{k}/2")
        months, quarters = (xr.open_dataset(self.directory / f"{name}.h5") for name in ("months", "quarters"))
        self.assertEqual(quarters.attrs["step_months"], 3)
        self.assertEqual(
            [str(day)[:10] for day in quarters.time.values],
            ["2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31", "2026-05-31"],
        )
        quarter = (np.arange(14) // 3).tolist()
        for name in ("care_entries", "care_exits_by_reason", "cost"):
            summed = months[name].assign_coords(quarter=("time", quarter)).groupby("quarter").sum()
            self.assertTrue(
                np.allclose(summed.transpose("quarter", ...), quarters[name].transpose("time", ...), rtol=1e-12), name
            )
        for name in ("looked_after", "looked_after_by_age", "caseload"):
            at_end = months[name].sel(time=quarters.time)
            self.assertTrue(np.array_equal(at_end, quarters[name]), name)
        months.close()
        quarters.close()
        merged = hearth("merge", self.directory / "1.h5", self.directory / "2.h5", "-o", self.directory / "merged.h5")
        self.assertEqual(merged.returncode, OK, merged.stderr)
        self.assert_same("quarters.h5", "merged.h5")
        summary = hearth("summary", self.directory / "merged.h5", "--measures", "caseload").stdout
        self.assertIn("ends of its quarters", summary)

    def test_what_does_not_fit_is_refused_before_it_starts(self):
        result = hearth(
            "run",
            ROOT / "scenarios/england.json",
            "--replicates",
            100000,
            "--months",
            600,
            "-o",
            self.directory / "large.h5",
        )
        self.assertEqual(result.returncode, DATA)
        self.assertRegex(result.stderr, r"not enough room for .*: it takes about .*, and .* are free; free some")
        self.assertEqual(list(self.directory.iterdir()), [])


if __name__ == "__main__":
    HEARTH = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else HEARTH
    unittest.main()
