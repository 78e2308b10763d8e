#!/usr/bin/python3
"""The package hearth: the same numbers, names and errors as the command line, from memory.

Usage: PYTHONPATH=build/release/python test_python.py build/release/hearth
"""

import ast
import json
import os
import pathlib
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings

import numpy as np
import xarray as xr

import hearth
from hearth import _hearth
from hearth.progress import listener

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEARTH = "build/release/hearth"
SMALL = {"authorities": [857], "months": 14, "replicates": 2}  # Rutland, England's smallest


def run_program(*arguments):
    return subprocess.run([HEARTH, *map(str, arguments)], capture_output=True, text=True, timeout=600, cwd=ROOT)


def options(changes):
    out = []
    for name, value in changes.items():
        out += [f"--{name}", ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    return out


class Python(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        os.chdir(ROOT)
        cls.holder = tempfile.TemporaryDirectory()
        cls.directory = pathlib.Path(cls.holder.name)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def from_file(self, scenario, *arguments, **changes):
        """What hearth run writes, and the scenario it holds."""
        file = self.directory / "program.h5"
        done = run_program("run", scenario, "-o", file, "-q", *arguments, *options(changes))
        self.assertEqual(done.returncode, 0, done.stderr)
        with hearth.open(file, group="provenance") as provenance:
            scenario = provenance.scenario.item()
        with hearth.open(file) as data:
            return data.load(), scenario

    def write(self, name, content):
        file = self.directory / name
        file.write_text(json.dumps(content, indent=2))
        return file

    def assert_same(self, data, expected):
        self.assertEqual(list(data.variables), list(expected.variables))
        for name, variable in expected.variables.items():
            with self.subTest(variable=name):
                self.assertEqual(data[name].dims, variable.dims)
                self.assertEqual(data[name].dtype, variable.dtype)
                self.assertEqual(
                    {k: (v, type(v)) for k, v in data[name].attrs.items()},
                    {k: (v, type(v)) for k, v in variable.attrs.items()},
                )
        self.assertEqual(
            {k: (v, type(v)) for k, v in data.attrs.items()}, {k: (v, type(v)) for k, v in expected.attrs.items()}
        )
        xr.testing.assert_identical(data, expected)

    def test_a_run_is_what_the_file_of_the_program_holds(self):
        data = hearth.run("england", progress=False, **SMALL)
        expected, scenario = self.from_file("england", **SMALL)
        self.assert_same(data, expected)
        provenance = data.encoding["provenance"]
        self.assertEqual(provenance["scenario"], scenario)
        self.assertEqual(provenance["command"], "hearth.run('england', authorities=[857], months=14, replicates=2)")
        self.assertGreater(len(provenance["inputs"]), 5)
        self.assertGreater(int(data.children_in_need.min()), 0)

    def test_money_is_in_real_terms_or_in_cash(self):
        data = hearth.run("england", **SMALL)
        factors = hearth.cash(data)
        # GDP deflator: 85.5914 in 2021-22, 91.5651 in 2022-23, 96.4158 in 2023-24.
        years = data.time.dt.year + (data.time.dt.month > 3)  # ending on 31 March
        np.testing.assert_allclose(factors[years == 2026], 1.02943, rtol=1e-4)
        np.testing.assert_allclose(factors[years == 2027], 1.02943 * 1.02230, rtol=1e-4)
        file = self.directory / "money.h5"
        self.assertEqual(run_program("run", "england", "-o", file, "-q", *options(SMALL)).returncode, 0)
        shown = run_program("summary", file, "--json", "--measures", "cost_authority", "--prices", "cash")
        year = json.loads(shown.stdout)["measures"][0]["arms"][0]["years"][0]
        paid = (data.cost * factors).isel(arm=0).sel(payer="authority").sum(["cost_category", "authority"])
        self.assertAlmostEqual(year["mean"], float(paid[:, (years == 2026).values].sum("time").mean()), delta=1)
        with self.assertRaisesRegex(hearth.DataError, "does not say what inflation is"):
            hearth.cash(xr.Dataset({"cost": data.cost}))

    def test_numbers_do_not_depend_on_threads_but_on_the_seed(self):
        one, two, other = (
            hearth.run("england", progress=False, threads=threads, seed=seed, **SMALL)
            for threads, seed in [(1, 5), (2, 5), (2, 6)]
        )
        xr.testing.assert_identical(one, two)
        self.assertFalse(one.referrals.equals(other.referrals))
        self.assertEqual(int(other.attrs["seed"]), 6)

    def test_each_source_alone(self):
        changes = {**SMALL, "replicates": 4}
        data = hearth.run("business_as_usual", progress=False, split=True, **changes)
        self.assert_same(data, self.from_file("business_as_usual", "--split", **changes)[0])
        self.assertIn("looked_after_alone", data)

    def test_a_dict_is_a_scenario_saved_beside_the_others(self):
        scenario = {
            "extends": str(ROOT / "scenarios/england.json"),
            "name": "mine",
            "authorities": ["Rutland"],
            "horizon_months": 13,
            "replicates": 2,
            "sampling_fraction": 0.5,
            "arms": {"protection_only": None},
        }
        expected, _ = self.from_file(self.write("mine.json", scenario))
        self.assert_same(hearth.run(self.directory / "mine.json", progress=False), expected)
        self.assert_same(hearth.run(scenario, progress=False), expected)
        short = {**scenario, "extends": "england.json", "replicates": np.int64(2)}
        self.assert_same(hearth.run(short, progress=False), expected)
        self.assertEqual(expected.sizes["arm"], 2)

    def test_fewer_numbers(self):
        scenario = {
            "extends": str(ROOT / "scenarios/england.json"),
            "name": "quarters",
            "authorities": [857],
            "horizon_months": 13,
            "replicates": 2,
            "output": {"every": "quarter"},
        }
        data = hearth.run(scenario, progress=False)
        self.assert_same(data, self.from_file(self.write("quarters.json", scenario))[0])
        self.assertEqual(data.sizes["time"], 5)

    def test_paths_in_a_dict_start_where_it_says(self):
        self.write("base.json", {"extends": str(ROOT / "scenarios/england.json"), "name": "base", "seed": 77})
        values = hearth.resolve({"extends": "base.json", "name": "mine"}, directory=self.directory)
        self.assertEqual(values.value["/seed"], 77)
        self.assertTrue(values.origin["/seed"].endswith("base.json:4"), values.origin["/seed"])

    def test_a_file_is_written_too(self):
        file = self.directory / "beside.h5"
        data = hearth.run("england", progress=False, output=file, **SMALL)
        with hearth.open(file) as written:
            xr.testing.assert_identical(data, written.load())

    def test_a_summarised_file_is_opened_in_two_groups(self):
        file = self.directory / "summarised.h5"
        scenario = {"extends": "england.json", "name": "summarised", "output": {"replicates": "summary"}}
        data = hearth.run(scenario, progress=False, output=file, **(SMALL | {"authorities": [840, 841]}))
        self.assertEqual(data.looked_after.dims, ("arm", "replicate", "authority", "time"))  # in memory all are kept
        with hearth.open(file) as areas, hearth.open(file, group="authorities") as authorities:
            self.assertTrue(np.array_equal(areas.looked_after.isel(area=0), data.looked_after.sum("authority")))
            last = authorities.looked_after.isel(time=0).sel(statistic="quantile_0.5")
            self.assertTrue(np.array_equal(last, data.looked_after.isel(time=3).median("replicate")))
            self.assertEqual(authorities.authority.values.tolist(), [840, 841])

    def test_a_run_can_be_saved_as_other_files(self):
        data = hearth.run("england", progress=False, **SMALL)[["looked_after", "cost"]]
        file = self.directory / "copy.nc"
        data.to_netcdf(file)
        with xr.open_dataset(file) as copy:
            xr.testing.assert_identical(copy.load(), data)

    def test_scenarios_are_found_from_anywhere(self):
        os.chdir(self.directory)
        try:
            self.assertIn("/arms/business_as_usual/effects", hearth.resolve("england", "/arms").index)
        finally:
            os.chdir(ROOT)

    def test_resolve(self):
        values = hearth.resolve("england", "/arms", arm="protection_only", replicates=3)
        done = run_program("resolve", "england", "/arms", "--arm", "protection_only", "--replicates", 3, "--json")
        rows = json.loads(done.stdout)
        self.assertGreater(len(rows), 1)
        found = [
            {key: value for key, value in row.items() if value is not None}
            for row in values.reset_index().to_dict("records")
        ]
        self.assertEqual(found, rows)

    def test_resolve_gives_bounds_and_priors(self):
        """All that a sampler such as SALib needs of a parameter."""
        row = hearth.resolve("england", "support.recovery_ratio").iloc[0]
        self.assertEqual([row[key] for key in ("value", "default", "lower", "upper", "spread")], [1.6, 1.6, 1, 6, 0.4])
        rows = hearth.resolve("england", "/parameters/needs.")
        self.assertTrue(
            (rows.lower <= rows.value.astype(float)).all() and (rows.value.astype(float) <= rows.upper).all()
        )

    # ---- What is set, who adopts, what is warned of ----

    def test_a_parameter_is_set(self):
        rows = hearth.resolve("england", "/parameters/support.recovery_ratio", set={"support.recovery_ratio": 2.5})
        self.assertEqual(list(rows[["value", "origin"]].iloc[0]), [2.5, "--set"])
        few = dict(authorities=[857], replicates=2, months=12, progress=False)
        usual, raised = (hearth.run("england", **few, set=values) for values in (None, {"contact.base": 0.04}))
        self.assertGreater(int(raised.referrals.sum()), 1.2 * int(usual.referrals.sum()))
        self.assert_error(
            hearth.UsageError,
            "--set support.recovery_ratio: found the number 7; allowed: a number from 1 to 6 "
            "(ratio); Recovery is multiplied by this under a fully engaged open case at the origin caseload; "
            "default 1.6",
            2,
            hearth.run,
            "england",
            set={"support.recovery_ratio": 7},
        )

    def test_who_adopts_is_as_on_the_command_line(self):
        few = dict(replicates=2, months=24, progress=False)
        own = hearth.run({"extends": "england.json", "authorities": [926]}, **few)
        restricted = hearth.run("england", authorities=["Norfolk"], **few)
        nation = hearth.run("england", authorities=[926], also_adopt="all", **few)
        self.assertTrue(own.equals(restricted))
        self.assertFalse(own.practitioners_fte.equals(nation.practitioners_fte))
        self.assertEqual(own.attrs["title"], "Norfolk: three ways of working")
        self.assertEqual(nation.attrs["adopting_elsewhere"], 152)

    def test_numbers_of_the_wrong_scale_are_warned_of(self):
        scenario = {
            "extends": "england.json",
            "authorities": [857],
            "shocks": [{"kind": "referrals", "start": "2025-06", "ratio": 20}],
        }
        with self.assertWarnsRegex(
            hearth.ScenarioWarning, r"warning: /shocks/0/ratio: ratio = 20; usual: 0\.25 to 4; it mult"
        ):
            hearth.resolve(scenario, "/shocks")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            hearth.resolve("england", "/arms")

    # ---- Errors ----

    def assert_error(self, kind, message, code, call, *arguments, **changes):
        with self.assertRaises(kind) as caught:
            call(*arguments, progress=False, **changes) if call is hearth.run else call(*arguments, **changes)
        self.assertEqual(str(caught.exception), message)
        self.assertEqual(caught.exception.exit_code, code)
        self.assertIsInstance(caught.exception, hearth.Error)
        return caught.exception

    def said(self, *arguments):
        """What the program says on standard error, without its name, and its exit code."""
        done = run_program(*arguments)
        return done.stderr.strip().removeprefix("hearth: "), done.returncode

    def test_errors_are_those_of_the_program(self):
        message, code = self.said("run", "nowhere")
        self.assert_error(hearth.DataError, message, code, hearth.run, "nowhere")
        self.assertEqual(code, 4)
        message, code = self.said("resolve", "england", "--arm", "protection")
        self.assert_error(hearth.UsageError, message, code, hearth.resolve, "england", arm="protection")
        self.assertIn("did you mean", message)
        message, code = self.said("run", "england", "--split", "--replicates", "2")
        self.assert_error(hearth.UsageError, message, code, hearth.run, "england", split=True, replicates=2)
        message, code = self.said("summary", "README.md")
        self.assert_error(hearth.DataError, message, code, hearth.open, "README.md")

    def test_mistakes_in_scenarios(self):
        file = self.write("wrong.json", {"name": "wrong", "horizon_month": 12, "arms": 3})
        done = run_program("validate", file)
        error = self.assert_error(
            hearth.ScenarioError, "\n".join(done.stderr.splitlines()[:-1]), done.returncode, hearth.run, file
        )
        self.assertEqual(len(error.diagnostics), len(str(error).splitlines()))
        self.assertGreater(len(error.diagnostics), 1)
        unknown = next(d for d in error.diagnostics if d.pointer == "/horizon_month")
        self.assertEqual((unknown.line, unknown.column), (3, 3))
        self.assertIn('did you mean "horizon_months"', unknown.hint)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(again), again.diagnostics), (str(error), error.diagnostics))

    def test_mistakes_in_dicts_have_a_place(self):
        scenario = json.loads((self.write("same.json", {"extends": "england.json", "replicates": "two"})).read_text())
        with self.assertRaises(hearth.ScenarioError) as caught:
            hearth.run(scenario)
        mistake = next(d for d in caught.exception.diagnostics if d.pointer == "/replicates")
        self.assertTrue(mistake.file.endswith("(dict)"))
        self.assertEqual((mistake.line, mistake.found), (3, 'the text "two"'))
        with self.assertRaisesRegex(hearth.UsageError, "the scenario holds .*; allowed: texts"):
            hearth.run({"name": {1, 2}})

    def test_mistakes_in_arguments(self):
        for name, value in [("replicates", 0), ("months", 0), ("seed", -1), ("threads", -1)]:
            least = 1 if name in ("replicates", "months") else 0
            self.assert_error(
                hearth.UsageError,
                f"{name}: {value} is not a whole number from {least} up",
                2,
                hearth.run,
                "england",
                **{name: value},
            )
        with self.assertRaisesRegex(hearth.UsageError, "replicates: 2.5 is not a whole number"):
            hearth.run("england", replicates=2.5)
        with self.assertRaisesRegex(hearth.UsageError, "neither a dict"):
            hearth.run(3)
        with self.assertRaisesRegex(hearth.UsageError, "progress: 'yes' is neither"):
            hearth.run("england", progress="yes", **SMALL)
        with self.assertRaisesRegex(hearth.UsageError, "unknown authority"):
            hearth.run("england", authorities=["Nowhere"])
        with self.assertRaisesRegex(hearth.UsageError, "origin: 2013 is not from 2014 to 2025"):
            hearth.calibrate(2013)
        with self.assertRaisesRegex(hearth.DataError, "there is no directory"):
            hearth.run("england", output=self.directory / "missing/x.h5", **SMALL)

    # ---- Beside Python ----

    def test_other_threads_go_on(self):
        counts = [0]
        ended = threading.Event()

        def count():
            while not ended.is_set():
                counts[0] += 1

        seen = []
        counter = threading.Thread(target=count)
        counter.start()
        try:
            hearth.run("england", progress=lambda done, total: seen.append(counts[0]), authorities=[926], replicates=20)
        finally:
            ended.set()
            counter.join()
        self.assertGreater(seen[-1] - seen[0], 10_000)

    def test_shards_have_the_numbers_of_the_whole(self):
        """In memory and in the files, which hearth merge puts together."""
        few = {**SMALL, "replicates": 5}
        whole = hearth.run("england", progress=False, **few)
        files = [self.directory / f"shard_{k}.h5" for k in (1, 2)]
        parts = [
            hearth.run("england", progress=False, shard=f"{k}/2", output=file, **few) for k, file in zip((1, 2), files)
        ]
        self.assertEqual([int(r) for part in parts for r in part.replicate], list(range(5)))
        for part, file in zip(parts, files):
            xr.testing.assert_equal(part, whole.sel(replicate=part.replicate))
            with hearth.open(file) as data:
                self.assert_same(part, data.load())
        merged = self.directory / "merged.h5"
        self.assertEqual(run_program("merge", *files, "-o", merged).returncode, 0)
        with hearth.open(merged) as data:
            self.assert_same(data.load(), whole)
        with self.assertRaisesRegex(hearth.UsageError, "--shard: found 3/2"):
            hearth.run("england", progress=False, shard="3/2", **few)

    def test_until_runs_as_many_replicates_as_the_command_line(self):
        few = dict(authorities=[857], months=12, replicates=2)
        for goal, at_most, met in (
            ("total(referrals).mcse < 50%", None, True),
            ("total(referrals).mcse < 0.001%", 4, False),
        ):
            with self.subTest(goal=goal):
                file = self.directory / "until.h5"
                words = [] if at_most is None else ["--at-most", at_most]
                done = run_program("run", "england", "-q", "-o", file, "--until", goal, *words, *options(few))
                self.assertEqual(done.returncode == 0, met, done.stderr)
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always", hearth.PrecisionWarning)
                    data = hearth.run("england", progress=False, until=goal, at_most=at_most, **few)
                self.assertEqual(len([w for w in caught if w.category is hearth.PrecisionWarning]), 0 if met else 1)
                self.assertEqual(data.encoding["until"]["met"], met)
                self.assertEqual(data.sizes["replicate"], 2 if met else 4)
                with hearth.open(file) as expected:
                    self.assert_same(data, expected.load())
        with self.assertRaisesRegex(hearth.UsageError, "--until: not with --split"):
            hearth.run("england", progress=False, until="total(referrals).mcse < 50%", split=True, **few)
        with self.assertRaisesRegex(hearth.UsageError, "at_most: there is no goal"):
            hearth.run("england", progress=False, at_most=4, **few)

    def test_resume_goes_on_from_what_was_kept(self):
        file = self.directory / "resumed.h5"
        few = dict(authorities=[926], replicates=40, months=24)
        code = f"import sys, hearth; hearth.run('england', output=sys.argv[1], resume=True, progress=False, threads=1, **{few})"
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        while not file.with_name("resumed.h5.partial").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=300)
        data = hearth.run("england", output=file, resume=True, progress=False, **few)
        self.assert_same(data.load(), hearth.run("england", progress=False, **few))
        data.close()
        self.assertEqual([f.name for f in self.directory.glob("resumed.h5*")], ["resumed.h5"])
        with hearth.run("england", output=file, resume=True, progress=False, **few) as again:  # complete already
            self.assertEqual(again.sizes["replicate"], 40)
        with self.assertRaisesRegex(hearth.UsageError, "resume: there is no output"):
            hearth.run("england", resume=True, progress=False, **few)

    def test_progress(self):
        seen = []
        hearth.run("england", progress=lambda done, total: seen.append((done, total)), **{**SMALL, "replicates": 20})
        self.assertEqual(len({total for _, total in seen}), 1)
        self.assertEqual([done for done, _ in seen], sorted(done for done, _ in seen))
        self.assertEqual(seen[-1][0], seen[-1][1])

    def test_what_progress_raises_ends_the_run(self):
        def give_up(done, total):
            raise ZeroDivisionError("enough")

        file = self.directory / "given_up.h5"
        file.write_text("older")
        with self.assertRaisesRegex(ZeroDivisionError, "enough"):
            hearth.run("england", output=file, progress=give_up)
        self.assertEqual(file.read_text(), "older")
        self.assertEqual([f.name for f in self.directory.iterdir() if f.name.startswith("given_up")], ["given_up.h5"])

    def test_progress_without_a_terminal_is_a_line_a_quarter(self):
        code = f"import hearth; hearth.run('england', authorities=857, months=14, replicates=8)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600, cwd=ROOT)
        lines = done.stderr.splitlines()
        self.assertEqual(lines[-1], "hearth: 100% done")
        self.assertLessEqual(len(lines), 4)
        self.assertEqual(done.stdout, "")
        self.assertIsNone(listener(False))

    def test_control_c_stops_a_run(self):
        file = self.directory / "stopped.h5"
        file.write_text("older")
        code = (
            "import sys, hearth\n"
            "try:\n"
            "    hearth.run('england', output=sys.argv[1], progress=False)\n"
            "except KeyboardInterrupt:\n"
            "    print('stopped')\n"
            "print(hearth.run('england', authorities=857, months=6, replicates=1, progress=False).sizes['time'])\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        while len(list(self.directory.glob("stopped.h5*"))) < 2 and process.poll() is None:
            time.sleep(0.05)  # the file that is written meanwhile
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=300)
        self.assertEqual(output, "stopped\n2\n", errors)  # and Python goes on
        self.assertEqual(process.returncode, 0)
        self.assertEqual(file.read_text(), "older")
        self.assertEqual([f.name for f in self.directory.glob("stopped.h5*")], ["stopped.h5"])

    def test_results_larger_than_the_memory_are_refused(self):
        with self.assertRaisesRegex(MemoryError, r"the result takes .* of memory, and the machine has .*; use fewer"):
            hearth.run("england", replicates=100_000)

    def test_calibrate(self):
        lines = []
        file = self.directory / "calibration.json"
        found = hearth.calibrate(2025, replicates=1, draws=0, sample=0.001, output=file, progress=lines.append)
        self.assertEqual(found["format"], "hearth calibration")
        written = "".join(line for line in file.read_text().splitlines() if not line.startswith("//"))
        self.assertEqual(json.loads(written), found)
        self.assertGreater(len(lines), 3)

    # ---- The package ----

    def test_stubs_know_every_name(self):
        stub = ast.parse((ROOT / "python/hearth/_hearth.pyi").read_text())
        functions = {
            node.name: [a.arg for a in node.args.args] for node in stub.body if isinstance(node, ast.FunctionDef)
        }
        self.assertEqual(sorted([*functions, "LoadedScenario"]), sorted(n for n in dir(_hearth) if n[0] != "_"))
        for name, arguments in functions.items():
            signature = getattr(_hearth, name).__doc__.split(") ->")[0]
            with self.subTest(function=name):
                self.assertEqual(re.findall(r"(\w+): ", signature), arguments)

    def test_every_name_is_in_the_reference(self):
        reference = (ROOT / "docs/reference/python.md").read_text()
        for name in hearth.__all__:
            self.assertIn(name, reference)
        self.assertEqual(hearth.version()["hearth"], hearth.__version__)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        HEARTH = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
