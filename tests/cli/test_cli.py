#!/usr/bin/python3
"""Drives the built program as a user would: messages, streams, exit codes, interruption.

Usage: test_cli.py build/release/hearth
"""

import csv
import json
import math
import os
import pty
import re
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import unittest
from hashlib import sha256
from pathlib import Path

import h5py

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"

OK, USAGE, INVALID, DATA, INTERRUPTED = 0, 2, 3, 4, 130

ENGLAND = str(ROOT / "scenarios/england.json")
TINY = [ENGLAND, "--authorities", "857,420", "--months", "12", "--replicates", "2"]  # Rutland, Isles of Scilly
ESCAPE = "\033"


def default_signals():
    """A test runner in the background may ignore Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def hearth(*arguments, cwd=None, environment=None, stdout=subprocess.PIPE):
    return subprocess.run(
        [HEARTH, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )


class CommandLine(unittest.TestCase):
    def test_alone_it_explains_itself(self):
        for arguments in ([], ["--help"]):
            result = hearth(*arguments)
            self.assertEqual(result.returncode, OK)
            self.assertIn("Examples:", result.stdout)
            self.assertIn("hearth run england", result.stdout)
            self.assertEqual(result.stderr, "")

    def test_every_subcommand_has_help(self):
        for command in (
            "new",
            "run",
            "validate",
            "resolve",
            "summary",
            "export",
            "inspect",
            "check",
            "calibrate",
            "infer",
            "forecast",
            "hindcast",
            "trace",
            "profile",
            "schema",
            "completion",
            "man",
            "doctor",
        ):
            result = hearth(command, "--help")
            self.assertEqual(result.returncode, OK)
            self.assertIn("Usage: ", result.stdout)

    def test_version(self):
        text = hearth("--version")
        self.assertEqual(text.returncode, OK)
        identity = json.loads(hearth("--version", "--json").stdout)
        for name in (
            "hearth",
            "commit",
            "build_type",
            "compiler",
            "hdf5",
            "onetbb",
            "fmt",
            "nlohmann_json",
            "cli11",
            "boost",
        ):
            self.assertTrue(identity[name], name)
            self.assertIn(identity[name], text.stdout)
        self.assertRegex(identity["commit"], r"^([0-9a-f]{12}(-dirty)?|unknown)$")
        self.assertRegex(identity["hdf5"], r"^\d+\.\d+")

    def test_mistyped_words_get_a_suggestion(self):
        for arguments, suggestion in (
            (["rnu", "x.json"], '"run"'),
            (["validat"], '"validate"'),
            (["run", "x.json", "--replicate", "3"], '"--replicates"'),
            (["run", "x.json", "--thread=2"], '"--threads"'),
            (["summary", "--jsno"], '"--json"'),
        ):
            result = hearth(*arguments)
            self.assertEqual(result.returncode, USAGE, arguments)
            self.assertIn(f"did you mean {suggestion}?", result.stderr)
            self.assertEqual(result.stdout, "")

    def test_wrong_usage(self):
        for arguments in (
            ["run"],
            ["run", ENGLAND, "--replicates", "0"],
            ["run", ENGLAND, "--months", "soon"],
            ["run", ENGLAND, "--threads", "-1"],
            ["schema", "nonsense"],
            ["run", "a", "b"],
        ):
            result = hearth(*arguments)
            self.assertEqual(result.returncode, USAGE, arguments)
            self.assertTrue(result.stderr.startswith("hearth: "), result.stderr)
            self.assertEqual(result.stdout, "")

    def test_output_that_cannot_be_written_is_no_success(self):
        with open("/dev/full", "w") as full:
            result = hearth("--version", stdout=full)
        self.assertEqual(result.returncode, DATA)
        self.assertIn("disk is full", result.stderr)


class Scenarios(unittest.TestCase):
    def test_validate_says_what_a_scenario_holds(self):
        result = hearth("validate", *TINY)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(result.stderr, "")
        self.assertIn("2 authorities, 12 months from 31 March 2025, 2 replicates", result.stdout)
        self.assertLessEqual(len(result.stdout.splitlines()), 4)
        self.assertTrue(json.loads(hearth("validate", "--json", *TINY).stdout)["valid"])

    def test_broken_scenarios_are_refused_with_every_mistake_on_a_line(self):
        broken = sorted(
            set((ROOT / "tests/scenario/broken").glob("*.json")) - {ROOT / "tests/scenario/broken/sound.json"}
        )
        self.assertTrue(broken)
        for path in broken:
            with self.subTest(scenario=path.name):
                text = hearth("validate", path)
                self.assertEqual(text.returncode, INVALID, text.stderr)
                self.assertEqual(text.stdout, "")
                record = hearth("validate", "--json", path)
                self.assertEqual(record.returncode, INVALID)
                mistakes = json.loads(record.stdout)["mistakes"]
                self.assertEqual(len(mistakes), len(text.stderr.splitlines()) - 1)
                self.assertEqual(hearth("run", path, "-o", "/dev/null/x.h5").returncode, INVALID)

    def test_validate_looks_at_every_file(self):
        broken = ROOT / "tests/scenario/broken/out_of_bounds.json"
        result = hearth("validate", broken, ENGLAND, broken)
        self.assertEqual(result.returncode, INVALID)
        self.assertIn("is valid", result.stdout)
        self.assertEqual(result.stderr.count(": /replicates"), 2)
        self.assertIn("2 of 3", result.stderr)
        records = json.loads(hearth("validate", "--json", broken, ENGLAND).stdout)
        self.assertEqual([r["valid"] for r in records], [False, True])

    def test_unknown_authority(self):
        result = hearth("validate", ENGLAND, "--authorities", "9190")
        self.assertIn(result.returncode, (USAGE, INVALID))
        self.assertIn("919", result.stderr)

    def test_missing_scenario_suggests_a_name(self):
        result = hearth("validate", "engalnd", cwd=ROOT)
        self.assertEqual(result.returncode, DATA)
        self.assertIn('did you mean "england"?', result.stderr)

    def test_resolve_says_where_each_value_came_from(self):
        text = hearth("resolve", ENGLAND, "feedback.", "--seed", "5")
        self.assertEqual(text.returncode, OK, text.stderr)
        self.assertRegex(
            text.stdout.splitlines()[0], r"^name +value +draws +unit +origin +certainty +lower +upper +spread +source$"
        )
        values = json.loads(hearth("resolve", ENGLAND, "--json", "--seed", "5").stdout)
        names = [value["name"] for value in values]
        self.assertTrue(any(name.endswith("feedback.caseload") for name in names))
        seed = next(value for value in values if value["name"] == "/seed")
        self.assertEqual((seed["value"], seed["origin"]), (5, "--seed"))
        filtered = json.loads(hearth("resolve", ENGLAND, "feedback.", "--json").stdout)
        self.assertTrue(filtered and all("feedback." in value["name"] for value in filtered))

    def test_resolve_gives_bounds_and_priors(self):
        """What a sampler of parameters needs, such as SALib's problem."""
        text = hearth("resolve", ENGLAND, "support.recovery_ratio").stdout.splitlines()[1]
        self.assertRegex(text, r" 1 +6 +0\.4 +no source")
        (row,) = json.loads(hearth("resolve", ENGLAND, "support.recovery_ratio", "--json").stdout)
        self.assertEqual([row[key] for key in ("default", "lower", "upper", "spread")], [1.6, 1, 6, 0.4])
        self.assertIn("Recovery is multiplied", row["meaning"])
        rows = json.loads(hearth("resolve", ENGLAND, "/parameters", "--json").stdout)
        self.assertTrue(all(row["lower"] <= row["value"] <= row["upper"] for row in rows))
        self.assertGreater(len(rows), 300)

    def test_resolve_gives_what_a_replicate_uses(self):
        """Of a parameter that is drawn: the calibration's draw, and what an arm makes of it."""
        name = "needs.poverty_ratio"
        calibration = json.loads(
            re.sub(r"^ *//.*", "", (ROOT / "scenarios/england/calibration.json").read_text(), flags=re.M)
        )
        column = calibration["draws"]["parameters"].index(name)
        draws = [row[column] for row in calibration["draws"]["values"]]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "moved.json"
            file.write_text(
                json.dumps(
                    {
                        "extends": ENGLAND,
                        "name": "moved",
                        "arms": {
                            "business_as_usual": {"parameters": {name: {"times": 1.1}}},
                            "support_is_protection": {"parameters": {name: {"fixed": 2}}},
                        },
                    }
                )
            )

            def used(*words):
                rows = json.loads(hearth("resolve", file, *words, "--json").stdout)
                return {
                    row["name"].removesuffix("/" + name): row["draws"] for row in rows if row["name"].endswith(name)
                }

            self.assertIn("fixed", used()["/arms/support_is_protection/parameters"])
            self.assertIn("drawn: median", used()["/parameters"])
            for replicate in (0, 3, len(draws)):  # which take the draws in turn
                found = used("--replicate", replicate)
                draw = draws[replicate % len(draws)]
                self.assertAlmostEqual(float(found["/parameters"]), draw, delta=1e-5 * draw)
                self.assertAlmostEqual(
                    float(found["/arms/business_as_usual/parameters"]), 1.1 * draw, delta=1e-5 * draw
                )
                self.assertEqual(float(found["/arms/support_is_protection/parameters"]), 2)
            result = hearth("resolve", file, "--replicate", "100")
            self.assertEqual(result.returncode, USAGE)
            self.assertIn("--replicate 100: the scenario has 100 replicates, counted from 0", result.stderr)

    def test_a_parameter_is_set(self):
        (row,) = json.loads(
            hearth(
                "resolve", ENGLAND, "support.recovery_ratio", "--set", "support.recovery_ratio=2.25", "--json"
            ).stdout
        )
        self.assertEqual((row["value"], row["origin"]), (2.25, "--set"))
        result = hearth("run", *TINY, "--set", "support.recovery_ratio=7", "-o", "/dev/null/x.h5")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("--set support.recovery_ratio: found the number 7; allowed: a number from 1 to 6", result.stderr)

    def test_a_warning_blocks_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "odd.json"
            file.write_text(
                json.dumps(
                    {
                        "extends": ENGLAND,
                        "name": "odd",
                        "authorities": [857],
                        "shocks": [{"kind": "referrals", "start": "2025-06", "ratio": 20}],
                    },
                    indent=1,
                )
            )
            text = hearth("validate", file)
            self.assertEqual(text.returncode, OK)
            self.assertIn("odd.json is valid", text.stdout)
            warning, end = text.stderr.splitlines()
            self.assertRegex(
                warning, r"odd\.json:11:\d+: warning: /shocks/0/ratio: ratio = 20; usual: 0\.25 to 4; it multiplies"
            )
            self.assertEqual(end, "hearth: 1 warning; the scenario can be run as it is")
            record = json.loads(hearth("validate", file, "--json").stdout)
            self.assertEqual((record["valid"], record["warnings"][0]["line"]), (True, 11))
            self.assertEqual(
                set(record["warnings"][0]), {"file", "line", "column", "pointer", "found", "usual", "effect"}
            )
            run = hearth(
                "run", file, "--months", "3", "--replicates", "1", "-q", "--json", "-o", Path(folder) / "odd.h5"
            )
            self.assertEqual(run.returncode, OK)
            self.assertIn("warning: /shocks/0/ratio", run.stderr)
            self.assertEqual(json.loads(run.stdout)["warnings"], record["warnings"])
            self.assertEqual(json.loads(hearth("validate", ENGLAND, "--json").stdout)["warnings"], [])

    def test_resolve_one_arm(self):
        arms = json.loads(hearth("validate", ENGLAND, "--json").stdout)["arms"]
        values = json.loads(hearth("resolve", ENGLAND, "--arm", arms[0], "--json").stdout)
        self.assertTrue(values and all(value["name"].startswith(f"/arms/{arms[0]}/") for value in values))
        result = hearth("resolve", ENGLAND, "--arm", arms[0] + "x")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn(f'did you mean "{arms[0]}"', result.stderr)

    def test_resolve_levers(self):
        rows = json.loads(hearth("resolve", ENGLAND, "--levers", "--json").stdout)
        self.assertEqual({row["arm"] for row in rows}, {"protection_only", "support_is_protection"})
        plans = next(
            row for row in rows if (row["arm"], row["lever"]) == ("support_is_protection", "threshold.protection_plan")
        )
        self.assertEqual(
            plans["components"],
            ["group_supervision (from the outcomes of its studies)"],
        )
        # As hearth infer wrote it, with the registry's beliefs: reach is 1.
        effects = json.loads((ROOT / "scenarios/england/effects.json").read_text())["service_models"]
        inferred = next(
            effect
            for effect in effects["family_safeguarding"]["effects"]
            if (effect["component"], effect["lever"]) == ("group_supervision", "threshold.protection_plan")
        )
        self.assertAlmostEqual(math.log(plans["claimed"]), inferred["claimed"], places=4)
        used, doubt = math.exp(inferred["mean"]), 1.6448536 * inferred["sd"]
        self.assertAlmostEqual(plans["used"], used, places=4)
        self.assertAlmostEqual(plans["believed_low"], used * math.exp(-doubt), places=4)
        self.assertAlmostEqual(plans["believed_high"], used * math.exp(doubt), places=4)
        abuse = next(
            row for row in rows if row["lever"] == "recovery.domestic_abuse" and row["arm"] != "protection_only"
        )
        claimed = {
            effect["component"]: effect["claimed"]
            for effect in effects["family_safeguarding"]["effects"]
            if effect["lever"] == "recovery.domestic_abuse"
        }
        both = 0.8 * claimed["domestic_abuse_workers"] + 0.5 * claimed["intervention_programmes"]
        self.assertAlmostEqual(math.log(abuse["claimed"]), both, places=4)
        self.assertEqual(
            [part.split()[0] for part in abuse["components"]], ["domestic_abuse_workers", "intervention_programmes"]
        )
        text = hearth("resolve", ENGLAND, "--levers", "--arm", "support_is_protection").stdout
        self.assertRegex(text, r"threshold\.protection_plan +3\.18 +1\.23 ")
        self.assertNotIn("protection_only", text)

    def test_schemas_parse(self):
        for kind in ("scenario", "service-model"):
            self.assertIn("$schema", json.loads(hearth("schema", kind).stdout))

    def test_doctor(self):
        result = hearth("doctor", cwd=ROOT)
        self.assertEqual(result.returncode, OK, result.stdout)
        for line in result.stdout.splitlines():
            self.assertRegex(line, r"^(ok|warning|problem) +\S")
        findings = json.loads(hearth("doctor", "--json", cwd=ROOT).stdout)
        self.assertTrue(all(finding["advice"] for finding in findings if finding["health"] != "ok"))


class Calibrate(unittest.TestCase):
    def test_wrong_usage(self):
        result = hearth("calibrate", "--origin", "2013")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("origin: 2013 is not from 2014 to 2025", result.stderr)
        result = hearth("calibrate", "-o", "/no/such/directory/file.json")
        self.assertEqual(result.returncode, DATA)
        self.assertIn("there is no directory", result.stderr)

    def test_check_shows_every_target_and_fails_on_a_broken_promise(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = Path(folder) / "bad.json"
            bad.write_text(
                json.dumps(
                    {
                        "format": "hearth calibration",
                        "version": 3,
                        "origin": "2025-03-31",
                        "parameters": {"contact.base": 0.1},
                        "propensities": {},
                    }
                )
            )
            result = hearth("calibrate", "--check", "-o", bad, "--sample", "0.02", "--replicates", "1")
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assertRegex(result.stdout, r"(?m)^referrals .* outside$")
        self.assertRegex(result.stdout, r"of 22 promised targets are within 3%")

    def test_check_gives_the_figures_that_the_fit_had(self):
        if json.loads(hearth("doctor", "--json").stdout)[1]["health"] != "ok":
            self.skipTest("a minute under sanitizers")
        result = hearth("calibrate", "--check")
        self.assertEqual(result.returncode, OK, result.stdout)
        text = re.sub(r"^//.*$", "", (ROOT / "scenarios/england/calibration.json").read_text(), flags=re.M)
        fit = {row["target"]: row for row in json.loads(text)["fit"]}
        shown = {line.split()[0]: float(line.split()[2].replace(",", "")) for line in result.stdout.splitlines()[1:-1]}
        self.assertEqual(set(shown), set(fit))
        for name, value in shown.items():
            self.assertLess(abs(value / fit[name]["simulated"] - 1), 0.01, name)  # the file rounds propensities

    def test_an_interrupted_fit_leaves_no_file(self):
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(
                [HEARTH, "calibrate", "--sample", "0.05", "-o", Path(folder) / "out.json"],
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=default_signals,
            )
            process.stderr.readline()  # it has begun
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
            self.assertEqual(process.returncode, INTERRUPTED)
            self.assertEqual(list(Path(folder).iterdir()), [])


class Trace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        cls.HERE = [
            "trace",
            cls.scenario("few"),
            "--authority",
            "North East Lincolnshire",
            "--arm",
            "support_is_protection",
        ]

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    @classmethod
    def scenario(cls, name, **keys):
        """England, in few replicates: all of them are run to find the one that is followed."""
        file = cls.folder / f"{name}.json"
        file.write_text(json.dumps({"extends": ENGLAND, "name": name, "replicates": 10, **keys}))
        return str(file)

    def test_tells_the_story_of_families(self):
        result = hearth(*self.HERE, "--families", "2")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(result.stderr, "")
        self.assertTrue(result.stdout.startswith("Simulated families. No real family or child is described.\n"))
        self.assertIn("A child enters care under business_as_usual and not under support_is_protection:", result.stdout)
        self.assertEqual(result.stdout.count("---- here the two futures part ----"), 2)
        self.assertEqual(result.stdout, hearth(*self.HERE, "--families", "2").stdout)
        self.assertNotEqual(result.stdout, hearth(*self.HERE, "--families", "2", "--replicate", "1").stdout)

    def test_follows_the_replicate_nearest_the_median(self):
        told = json.loads(hearth(*self.HERE, "--json").stdout)
        differences = told["differences"]
        self.assertEqual(len(differences), 10)
        away = [abs(difference - statistics.median(differences)) for difference in differences]
        self.assertEqual(told["replicate"], away.index(min(away)))
        self.assertIn(
            f"in replicate {told['replicate']}, which is followed here because it is nearest the median of 10",
            told["typical"],
        )
        entries = [totals["care_entries_of_families"] for totals in told["totals"].values()]
        self.assertEqual(differences[told["replicate"]], entries[0] - entries[1])

    def test_json_says_the_same_and_agrees_with_what_was_counted(self):
        told = json.loads(
            hearth(*self.HERE, "--json", "--event", "entered_care", "--families", "1000", "--replicate", "0").stdout
        )
        self.assertIn("Simulated families.", told["note"])
        self.assertEqual(told["families_qualifying"], len(told["families"]))
        self.assertEqual((told["arm"], told["against"]), ("support_is_protection", "business_as_usual"))
        for totals in told["totals"].values():
            self.assertEqual(totals["events_enters_care"], totals["care_entries_of_families"])
            self.assertEqual(totals["events_care_application"], totals["care_applications"])
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "counted.h5"
            hearth("run", ENGLAND, "--authorities", "812", "--also-adopt", "all", "--replicates", "1", "-q", "-o", file)
            with h5py.File(file) as counted:
                arms = list(counted["arm"].asstr())
                for arm, totals in told["totals"].items():
                    row = arms.index(arm)
                    entries = counted["care_entries"][row].sum() - counted["care_entries_unaccompanied"][row].sum()
                    self.assertEqual(totals["events_enters_care"], entries)
        self.assertGreater(len(told["families"]), 0)
        for family in told["families"]:
            months = [event["month"] for event in family["events"]]
            self.assertEqual(months, sorted(months))
            apart = [event for event in family["events"] if len(event["arms"]) == 1]
            self.assertEqual(family["parts"], apart[0]["month"])
            entered = {arm for event in family["events"] if event["event"] == "enters_care" for arm in event["arms"]}
            self.assertEqual(entered, {"support_is_protection"})
            for event in family["events"]:
                self.assertTrue(event["text"])

    def test_one_family_on_demand_and_to_a_file(self):
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "story.json"
            result = hearth(*self.HERE, "--family", "7", "--format", "json", "-o", file)
            self.assertEqual((result.returncode, result.stdout), (OK, ""))
            self.assertEqual([family["family"] for family in json.loads(file.read_text())["families"]], [7])
        result = hearth(*self.HERE, "--family", "99999999")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("this authority has families 0 to ", result.stderr)

    def test_children_who_left_for_good_are_told_of(self):
        """Who lives with guardians or adopters at the origin, where the scenario has such children."""
        many = [*self.HERE, "--months", "36", "--families", "200"]
        left = "with guardians or adopters"
        self.assertNotIn(left, hearth(*many).stdout)
        told = hearth(*many, "--set", "origin.left_for_good_ratio=3")
        self.assertEqual(told.returncode, OK, told.stderr)
        self.assertIn(left, told.stdout)

    def test_nobody_qualifies(self):
        scenario = self.scenario("zero", arms={"support_is_protection": {"effects": "zero"}})
        result = hearth("trace", scenario, *self.HERE[2:])
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("\n0 of ", result.stdout)
        self.assertIn("Nothing to show. Try another --event", result.stdout)
        told = json.loads(hearth("trace", scenario, *self.HERE[2:], "--json").stdout)
        self.assertEqual((told["families"], told["families_qualifying"]), ([], 0))
        result = hearth("trace", scenario, *self.HERE[2:], "--family", "7")
        self.assertIn("The two futures are the same.", result.stdout)

    def test_wrong_names_get_a_suggestion(self):
        for arguments, suggestion in (
            (["--authority", "Norflok"], '"Norfolk"'),
            (["--authority", "926", "--event", "entered_car"], '"entered_care"'),
            (["--authority", "926", "--arm", "support_is_protectoin"], '"support_is_protection"'),
        ):
            result = hearth("trace", ENGLAND, *arguments)
            self.assertEqual(result.returncode, USAGE, arguments)
            self.assertIn(f"did you mean {suggestion}", result.stderr)
            self.assertEqual(result.stdout, "")
        result = hearth(*self.HERE, "--against", "support_is_protection")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("give two arms", result.stderr)


class Runs(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.directory = Path(self.scratch.name)
        self.file = self.directory / "tiny.h5"

    def tearDown(self):
        self.scratch.cleanup()

    def test_run_and_summary(self):
        result = hearth("run", *TINY, "-o", self.file, "--threads", "1")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn(str(self.file), result.stdout)
        self.assertIn("100%", result.stderr)
        self.assertLessEqual(len(result.stderr.splitlines()), 7, "plain lines, and few, when not on a terminal")
        self.assertNotIn("\r", result.stderr)
        self.assertEqual([path.name for path in self.directory.iterdir()], ["tiny.h5"])

        summary = hearth("summary", self.file)
        self.assertEqual(summary.returncode, OK, summary.stderr)
        self.assertEqual(summary.stderr, "")
        json.loads(hearth("summary", self.file, "--json").stdout)
        self.assertIn(",", hearth("summary", self.file, "Rutland", "--csv").stdout)
        self.assertEqual(hearth("summary", self.file, "Rutlnd").returncode, USAGE)
        self.assertEqual(hearth("summary", self.file, "--csv", "--json").returncode, USAGE)

    def test_json_record_and_quiet(self):
        result = hearth("run", *TINY, "-o", self.file, "--json", "--quiet", "--seed", "7")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(result.stderr, "")
        record = json.loads(result.stdout)
        self.assertEqual(record["title"], "Isles of Scilly and Rutland: three ways of working")
        self.assertEqual((record["seed"], record["replicates"], record["authorities"], record["months"]), (7, 2, 2, 12))
        self.assertEqual(record["result"], str(self.file))
        self.assertEqual(record["file_bytes"], self.file.stat().st_size)
        self.assertGreater(record["family_months"], 0)

    def test_dry_run_runs_nothing(self):
        result = hearth("run", *TINY, "-o", self.file, "--dry-run")
        self.assertEqual(result.returncode, OK, result.stderr)
        for word in ("Would run", "Families", "Time", "Memory", "Result"):
            self.assertIn(word, result.stdout)
        record = json.loads(hearth("run", *TINY, "-o", self.file, "--dry-run", "--json").stdout)
        self.assertGreater(record["families"], 0)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_decompose_explains_the_differences_of_the_plain_run(self):
        plain = self.directory / "plain.h5"
        self.assertEqual(hearth("run", *TINY, "-o", plain, "-q").returncode, OK)
        result = hearth("run", *TINY, "-o", self.file, "-q", "--decompose")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("What makes the difference", result.stdout)
        with h5py.File(plain) as one, h5py.File(self.file) as other:
            entries = one["care_entries"][:]
            self.assertTrue((entries == other["care_entries"][:]).all())  # the result is that of the plain run
        with open(self.directory / "tiny.decomposition.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        arms = ["business_as_usual", "protection_only", "support_is_protection"]
        self.assertEqual(list(dict.fromkeys(row["arm"] for row in rows)), arms[1:])
        for row in rows:
            loops = [float(row[f"feedback.{loop}"]) for loop in ("caseload", "turnover", "threshold")]
            step = 1.0 if row["unit"] == "GBP" else 0.01  # each of the five numbers is rounded to it
            self.assertAlmostEqual(float(row["direct"]) + sum(loops), float(row["difference"]), delta=2.5 * step + 1e-9)
            if row["measure"] == "care_entries":
                arm = arms.index(row["arm"])
                self.assertAlmostEqual(float(row["difference"]), (entries[arm] - entries[0]).sum() / entries.shape[1])
        self.assertEqual([path for path in self.directory.iterdir() if path.suffix == ".tmp"], [])

    def test_dry_run_of_a_decomposition_is_of_the_same_result(self):
        plain = json.loads(hearth("run", *TINY, "-o", self.file, "--dry-run", "--json").stdout)
        parts = json.loads(hearth("run", *TINY, "-o", self.file, "--dry-run", "--json", "--decompose").stdout)
        self.assertEqual(parts["arms"], plain["arms"])
        self.assertEqual(parts["estimated_file_bytes"], plain["estimated_file_bytes"])
        self.assertAlmostEqual(parts["family_months"] / plain["family_months"], 8.0)

    def test_split_says_where_the_doubt_comes_from(self):
        four = [ENGLAND, "--authorities", "857", "--months", "24", "--replicates", "4"]
        plain = self.directory / "plain.h5"
        self.assertEqual(hearth("run", *four, "-o", plain, "-q").returncode, OK)
        result = hearth("run", *four, "-o", self.file, "-q", "--split", "--summary")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("Where the uncertainty comes from", result.stdout)
        chance = self.directory / "chance.h5"
        self.assertEqual(
            hearth("run", *four, "-o", chance, "-q", "--without", "drift,parameters,effects").returncode, OK
        )
        with h5py.File(plain) as one, h5py.File(self.file) as other, h5py.File(chance) as alone:
            # The result is that of the plain run, and what is kept of a source is the run with that source alone.
            self.assertTrue((one["care_entries"][:] == other["care_entries"][:]).all())
            self.assertEqual(
                list(other["uncertainty_source"].asstr()[:]), ["process", "drift", "parameters", "effects"]
            )
            self.assertTrue((other["looked_after_alone"][:, :, 0] == alone["looked_after"][:]).all())
        data = json.loads(hearth("summary", self.file, "--json").stdout)
        self.assertEqual(data["interval"]["covers"], ["process", "drift", "parameters", "effects"])
        level = data["split"][0]["arms"][0]["years"][0]["level"]
        self.assertAlmostEqual(
            sum(source["share_of_variance"] for source in level["sources"].values())
            + level["together"]["share_of_variance"],
            1.0,
        )
        rows = list(csv.DictReader(hearth("summary", self.file, "--split", "--csv").stdout.splitlines()))
        self.assertEqual(
            {row["source"] for row in rows}, {"process", "drift", "parameters", "effects", "together", "all"}
        )
        text = hearth("summary", self.file, "--split", "--measures", "looked_after").stdout
        self.assertIn("Looked-after children", text)
        self.assertNotIn("Caseload", text)
        for measure in ("looked_afte", "care_exits"):
            result = hearth("summary", self.file, "--split", "--measures", measure)
            self.assertEqual(result.returncode, USAGE)
            self.assertIn("allowed: looked_after, ", result.stderr)
        result = hearth("summary", plain, "--split")
        self.assertEqual(result.returncode, DATA)
        self.assertIn("run its scenario again with --split", result.stderr)

    def test_split_needs_something_to_split(self):
        for arguments, message in (
            (["--replicates", "3"], "4 or more"),
            (["--replicates", "4", "--without", "process,drift,parameters,effects"], "nothing makes the replicates"),
        ):
            result = hearth(
                "run", ENGLAND, "--authorities", "857", "--months", "3", *arguments, "-o", self.file, "--split"
            )
            self.assertEqual(result.returncode, USAGE)
            self.assertIn(message, result.stderr)
            self.assertFalse(self.file.exists())
        result = hearth("run", *TINY, "-o", self.file, "--split", "--decompose")
        self.assertEqual(result.returncode, USAGE)
        result = hearth("run", *TINY, "--without", "luck")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("allowed: process, drift, parameters, effects", result.stderr)

    def test_decompose_needs_two_arms(self):
        scenario = self.directory / "one.json"
        scenario.write_text(
            json.dumps(
                {
                    "extends": str(ENGLAND),
                    "name": "one",
                    "arms": {"protection_only": None, "support_is_protection": None},
                }
            ),
            encoding="utf-8",
        )
        result = hearth("run", scenario, "-o", self.file, "--decompose")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("has one arm", result.stderr)
        self.assertFalse(self.file.exists())

    def test_provenance_names_no_host_and_sums_every_input(self):
        command = ["run", *TINY, "-o", self.file, "-q"]
        self.assertEqual(hearth(*command).returncode, OK)
        with h5py.File(self.file) as file:
            group = file["provenance"]
            sums = dict(zip(group["input"].asstr()[:], group["sha256"].asstr()[:]))
            attributes = {name: str(value) for name, value in group.attrs.items()}
        for name in ("england.json", "england/authorities.csv", "england/history.csv"):
            self.assertEqual(sums[name], sha256((ROOT / "scenarios" / name).read_bytes()).hexdigest())
        for name in ("command", "commit", "compiler", "hdf5", "operating_system", "processor", "started_utc"):
            self.assertTrue(attributes[name], name)
        self.assertIn("--months 12", attributes["command"])
        host = os.uname().nodename
        self.assertNotRegex("\n".join(attributes.values()), rf"\b{re.escape(host)}\b")

    def test_where_results_go(self):
        project = self.directory / "project"
        (project / "scenarios").mkdir(parents=True)
        (project / "outputs").mkdir()
        below = project / "scenarios"
        self.assertEqual(hearth("run", *TINY, "-q", cwd=below).returncode, OK)
        self.assertTrue((project / "outputs/england_isles_of_scilly_and_rutland.h5").is_file())

    def test_missing_directory_is_an_error_before_the_run(self):
        result = hearth("run", *TINY, "-o", self.directory / "nowhere/tiny.h5")
        self.assertEqual(result.returncode, DATA)
        self.assertIn("there is no directory", result.stderr)
        self.assertNotIn("%", result.stderr)
        self.assertEqual(hearth("run", *TINY, "-o", self.directory).returncode, DATA)

    def test_not_a_result(self):
        self.file.write_text("not HDF5")
        for file in (self.file, self.directory / "none.h5"):
            result = hearth("summary", file)
            self.assertEqual(result.returncode, DATA)
            self.assertEqual(len(result.stderr.splitlines()), 1, "one message, no library's stack")

    def interrupted(self, signal_number):
        self.file.write_text("an older result")
        process = subprocess.Popen(
            [HEARTH, "run", ENGLAND, "--replicates", "500", "-o", self.file],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=default_signals,
        )
        try:
            deadline = time.monotonic() + 120
            while len(list(self.directory.iterdir())) < 2 and time.monotonic() < deadline:  # the temporary file
                self.assertIsNone(process.poll(), "it ended before it could be stopped")
                time.sleep(0.02)
            time.sleep(0.3)
            process.send_signal(signal_number)
            stdout, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
        self.assertEqual(process.returncode, INTERRUPTED, stderr)
        self.assertEqual(stdout, "")
        self.assertIn("stopped: no result was written", stderr)
        self.assertEqual([path.name for path in self.directory.iterdir()], ["tiny.h5"])
        self.assertEqual(self.file.read_text(), "an older result")

    def test_ctrl_c_leaves_the_older_result(self):
        self.interrupted(signal.SIGINT)

    def test_termination_leaves_the_older_result(self):
        self.interrupted(signal.SIGTERM)


class Terminal(unittest.TestCase):
    """What a person sees: stderr is a pseudo-terminal."""

    def on_terminal(self, **environment):
        try:
            master, slave = pty.openpty()
        except OSError:
            self.skipTest("this machine has no pseudo-terminals")
        with tempfile.TemporaryDirectory() as directory:
            process = subprocess.Popen(
                [HEARTH, "run", *TINY, "-o", Path(directory) / "tiny.h5"],
                stdout=subprocess.DEVNULL,
                stderr=slave,
                env={**os.environ, "TERM": "xterm", **environment},
            )
            os.close(slave)
            seen = b""
            while select.select([master], [], [], 120)[0]:
                try:
                    block = os.read(master, 65536)
                except OSError:  # the other end is closed
                    break
                if not block:
                    break
                seen += block
            self.assertEqual(process.wait(timeout=60), OK, seen)
        os.close(master)
        return seen.decode()

    def test_bar_and_colour(self):
        environment = {name: "" for name in ("NO_COLOR",)}
        seen = self.on_terminal(**environment)
        self.assertIn("family-months/s", seen)
        self.assertIn("\r", seen)
        self.assertIn(ESCAPE + "[32m", seen)

    def test_no_color(self):
        seen = self.on_terminal(NO_COLOR="1")
        self.assertIn("family-months/s", seen)
        self.assertNotRegex(seen, ESCAPE + r"\[[0-9;]*m")


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
