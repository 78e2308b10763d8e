#!/usr/bin/python3
"""Drives `hearth check` as a user would: table, files, exit codes, messages.

Usage: test_check.py build/release/hearth
"""

import csv
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
SCENARIO = ROOT / "tests/analysis/targets.json"

OK, USAGE, INVALID, DATA, TARGETS = 0, 2, 3, 4, 6


def hearth(*arguments):
    return subprocess.run([HEARTH, *map(str, arguments)], capture_output=True, text=True, timeout=300)


class Check(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.directory = Path(self.scratch.name)

    def tearDown(self):
        self.scratch.cleanup()

    def variant(self, **changes):
        """A scenario that extends the one with targets."""
        file = self.directory / "variant.json"
        file.write_text(json.dumps({"extends": str(SCENARIO), **changes}), encoding="utf-8")
        return file

    def with_first_target(self, **changes):
        first = json.loads(hearth("check", SCENARIO, "-q", "--json").stdout)["targets"][0]
        keep = ("name", "measure", "arm", "months", "unit", "source", "published")
        first["published"] = {k: v for k, v in first["published"].items() if v is not None}
        return self.variant(targets=[{k: first[k] for k in keep} | changes])

    def test_table(self):
        result = hearth("check", SCENARIO)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)
        self.assertEqual(result.stdout.splitlines()[-1], "2 of 5 reached; 2 of 2 as the scenario expects.")
        for words in (
            "Targets for tests",
            "2 authorities from 31 March 2025, 4 replicates",
            "not defined",
            "zero in 4 of 4 replicates",
            "Expected: not reached.",
            "does not fit on one line",
            "million",
            "source history.csv",
        ):
            self.assertIn(words, " ".join(result.stdout.split()))
        self.assertIn("100%", result.stderr)
        self.assertIn("4 replicates of targets are too few for the ends of a 90% interval; 100 or more", result.stderr)

    def test_enough_replicates_give_no_warning(self):
        result = hearth("check", SCENARIO, "-q", "--replicates", "100")
        self.assertEqual((result.returncode, result.stderr), (OK, ""))

    def test_files_carry_everything(self):
        as_json, as_csv = self.directory / "t.json", self.directory / "t.csv"
        for file in (as_json, as_csv):
            result = hearth("check", SCENARIO, "-q", "-o", file, "--seed", "5")
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertIn("of 5 reached", result.stdout)
        named = self.directory / "t.txt"
        self.assertEqual(hearth("check", SCENARIO, "-q", "-o", named, "--csv", "--seed", "5").returncode, OK)
        self.assertEqual(named.read_text(encoding="utf-8"), as_csv.read_text(encoding="utf-8"))
        named.unlink()
        self.assertEqual({path.name for path in self.directory.iterdir()}, {"t.json", "t.csv"})
        record = json.loads(as_json.read_text(encoding="utf-8"))
        version = json.loads(hearth("--version", "--json").stdout)["hearth"]
        self.assertEqual(
            (record["scenario"], record["seed"], record["replicates"], record["version"]), ("targets", 5, 4, version)
        )
        self.assertEqual((record["reached"], record["as_expected"], record["not_as_expected"]), (2, 2, 0))
        children, plans, vacancies, cost, nothing = record["targets"]
        self.assertEqual(
            (children["verdict"], children["expect"], children["as_expected"]), ("reached", "reached", True)
        )
        self.assertEqual(children["published"], {"value": 32000, "low": 25000, "high": 40000})
        self.assertLess(plans["simulated"]["low"], plans["simulated"]["median"])
        self.assertEqual(plans["published"], {"value": -99, "low": None, "high": None})
        self.assertEqual(plans["gap"], plans["simulated"]["median"] + 99)
        self.assertEqual(plans["compared_with"], {"arm": "business_as_usual", "months": "2026-03"})
        self.assertEqual(vacancies["authorities"], [921])
        self.assertIsNone(cost["expect"])
        self.assertEqual(
            (nothing["verdict"], nothing["gap"], nothing["simulated"]["median"]), ("not_defined", None, None)
        )
        with as_csv.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual([row["name"] for row in rows], [target["name"] for target in record["targets"]])
        for row, target in zip(rows, record["targets"]):
            for key in ("median", "low", "high"):
                value = target["simulated"][key]
                if value is None:
                    self.assertEqual(row[key], "")
                else:  # nine figures
                    self.assertAlmostEqual(float(row[key]), value, delta=1e-8 * max(1, abs(value)))
            for key in ("title", "measure", "unit", "source", "verdict"):
                self.assertEqual(row[key], target[key])
            self.assertEqual(
                (row["scenario"], row["seed"], row["replicates"], row["version"]), ("targets", "5", "4", version)
            )
            self.assertEqual(row["expect"] or None, target["expect"])
            self.assertEqual(row["note"] or None, target["note"])

    def test_standard_output_is_one_thing(self):
        record = hearth("check", SCENARIO, "-q", "--json")
        self.assertEqual(json.loads(record.stdout)["scenario"], "targets")
        self.assertTrue(hearth("check", SCENARIO, "-q", "--csv").stdout.startswith("scenario,version"))
        self.assertEqual(hearth("check", SCENARIO, "--csv", "--json").returncode, USAGE)

    def test_figures_are_those_of_the_result(self):
        """One replicate: the same numbers by way of a result file."""
        file = self.directory / "r.h5"
        self.assertEqual(hearth("run", SCENARIO, "--replicates", "1", "-q", "-o", file).returncode, OK)
        measures = json.loads(hearth("summary", file, "--json", "--measures", "children,child_protection_plans").stdout)
        arms = [{arm["arm"]: arm["years"][0]["median"] for arm in m["arms"]} for m in measures["measures"]]
        record = json.loads(hearth("check", SCENARIO, "--replicates", "1", "-q", "--json").stdout)["targets"]
        after, before = arms[1]["support_is_protection"], arms[1]["business_as_usual"]
        self.assertAlmostEqual(record[1]["simulated"]["median"], 100 * (after - before) / before, 9)
        self.assertIsNone(record[1]["simulated"]["low"])

    def test_threads_change_nothing(self):
        one, three = (hearth("check", SCENARIO, "-q", "--json", "--threads", n).stdout for n in (1, 3))
        self.assertTrue(one)
        self.assertEqual(one, three)

    def test_an_expectation_that_fails_is_exit_code_6(self):
        result = hearth("check", self.with_first_target(expect="not_reached"), "-q")
        self.assertEqual(result.returncode, TARGETS)
        self.assertIn("the target children is reached; the scenario expects not reached", result.stderr)
        self.assertIn("Expected: not reached, which it is not.", result.stdout)
        self.assertIn("1 of 1 reached; 0 of 1 as the scenario expects.", result.stdout)

    def test_says_so_where_no_change_would_reach_it_too(self):
        """The children themselves are the same in every arm: a change of 0%."""
        change = {"arm": "support_is_protection", "compared_with": {"arm": "business_as_usual"}, "as": "percent_change"}
        for low, high, said in ((-50, 50, True), (-50, -10, False)):
            published = {"value": low, "low": low, "high": high}
            text = hearth("check", self.with_first_target(published=published, **change), "-q").stdout
            self.assertIn("1 of 1 reached" if said else "0 of 1 reached", text)
            self.assertEqual("includes no change" in text, said)
        value = self.with_first_target(published={"value": 1, "low": -1e9, "high": 1e9})
        text = hearth("check", value, "-q").stdout
        self.assertIn("1 of 1 reached", text)
        self.assertNotIn("includes no change", text)

    def test_what_nobody_expects_fails_nothing(self):
        result = hearth("check", self.with_first_target(published={"value": 1}), "-q")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertTrue(result.stdout.endswith("0 of 1 reached.\n"))

    def test_no_targets(self):
        for scenario in (ROOT / "scenarios/england.json", self.variant(targets=[])):
            result = hearth("check", scenario)
            self.assertEqual(result.returncode, INVALID)
            self.assertIn('no targets to check; allowed: a list "targets"', result.stderr)
            self.assertIn('add one, such as "targets": [{"name":', result.stderr)

    def test_unknown_measures_are_mistakes_of_the_scenario(self):
        file = self.with_first_target(measure="looked_afer")
        for command in ("check", "validate", "resolve", "run"):
            result = hearth(command, file)
            self.assertEqual(result.returncode, INVALID, command)
            self.assertIn('/targets/0/measure: the unknown measure "looked_afer"', result.stderr)
            self.assertIn('did you mean "looked_after"', result.stderr)
        mistakes = json.loads(hearth("validate", file, "--json").stdout)["mistakes"]
        self.assertEqual([m["pointer"] for m in mistakes], ["/targets/0/measure"])

    def test_files_that_cannot_be_written_are_an_error_before_the_run(self):
        for option in ("--json", "--csv"):
            result = hearth("check", SCENARIO, option, "-o", self.directory / "nowhere/t")
            self.assertEqual(result.returncode, DATA)
            self.assertIn("choose another file with -o", result.stderr)
            self.assertNotIn("%", result.stderr)

    def test_a_file_that_is_there_is_replaced(self):
        file = self.directory / "t.json"
        file.write_text("an older one", encoding="utf-8")
        self.assertEqual(hearth("check", SCENARIO, "-q", "--json", "-o", file).returncode, OK)
        json.loads(file.read_text(encoding="utf-8"))

    def test_targets_are_resolved_and_stored(self):
        rows = json.loads(hearth("resolve", SCENARIO, "/targets", "--json").stdout)
        self.assertEqual([row["name"] for row in rows], [f"/targets/{i}" for i in range(5)])
        self.assertEqual(rows[0]["value"]["authorities"], "all")
        self.assertIn("targets.json:", rows[0]["origin"])

    def test_other_runs_of_the_scenario_may_leave_targets_behind(self):
        result = hearth("run", SCENARIO, "--months", "1", "--authorities", "857", "--dry-run")
        self.assertEqual(result.returncode, OK, result.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
