#!/usr/bin/python3
"""hearth new: every scenario that it can write is valid, says what was asked, and runs.

Usage: test_new.py build/release/hearth
"""

import itertools
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA = 0, 2, 4

# A place of each kind, with the authorities that it means.
PLACES = {
    ("Norfolk",): 1,
    ("Bristol, City of",): 1,
    ("north east",): 12,
    ("England",): 153,
    ("857", "East of England"): 12,
}
ALONE = "learning-together"  # is about several authorities
MODELS = [
    "families_first",
    "family_safeguarding",
    "family_valued",
    "no_wrong_door",
    "protection_only",
    "protection_only_money_moved",
    "signs_of_safety",
]


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)


def questions():
    listed = hearth("new", "--help").stdout.split("Questions:")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+) ", listed, re.M)


def places(names):
    return [word for name in names for word in ("--for", name)]


class New(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)

    def tearDown(self):
        self.scratch.cleanup()

    def test_every_question_is_valid_in_every_kind_of_place(self):
        asked = questions()
        self.assertGreaterEqual(len(asked), 8)
        files = {}
        for question, (place, authorities) in itertools.product(asked, PLACES.items()):
            with self.subTest(question=question, place=place):
                result = hearth("new", *places(place), "--question", question, "--json", cwd=self.folder)
                if question == ALONE and authorities == 1:
                    self.assertEqual(result.returncode, USAGE)
                    self.assertIn("more than one authority", result.stderr)
                    continue
                self.assertEqual(result.returncode, OK, result.stderr)
                record = json.loads(result.stdout)
                self.assertEqual(
                    (record["authorities"], record["months"], record["replicates"]),
                    (authorities, 120, 200 if authorities == 1 else 100),
                )
                self.assertEqual(record["warnings"], [])
                self.assertEqual(record["arms"][0], "business_as_usual")
                self.assertGreaterEqual(len(record["arms"]), 2)
                files[record["file"]] = record["arms"]
        self.assertEqual(len(files), len(asked) * len(PLACES) - 2)
        self.assertEqual({p.name for p in self.folder.iterdir()}, set(files), "nothing else is left behind")
        # Where they lie, as a reader would ask.
        checked = hearth("validate", *files, "--json", cwd=self.folder)
        self.assertEqual(checked.returncode, OK, checked.stderr)
        self.assertEqual([record["arms"] for record in json.loads(checked.stdout)], list(files.values()))

    def test_every_model_can_be_asked_about_alone_and_with_others(self):
        for number, (question, models) in enumerate(itertools.product(questions(), [[m] for m in MODELS] + [MODELS])):
            with self.subTest(question=question, models=models):
                named = (
                    ["--model", ",".join(models)] if number % 2 else [w for model in models for w in ("--arm", model)]
                )
                result = hearth(
                    "new",
                    f"x{number}",
                    "--for",
                    "North West",
                    "--question",
                    question,
                    *named,
                    "--json",
                    cwd=self.folder,
                )
                self.assertEqual(result.returncode, OK, result.stderr)
                arms = json.loads(result.stdout)["arms"]
                self.assertEqual(len(arms), len(set(arms)))
                self.assertGreaterEqual(len(arms), 1 + len(models))

    def resolved(self, *arguments):
        """The scenario that is written, every value filled in: by name."""
        result = hearth("new", "x", "--for", "Norfolk", "--force", *arguments, cwd=self.folder)
        self.assertEqual(result.returncode, OK, (arguments, result.stderr))
        return {
            row["name"]: row["value"]
            for row in json.loads(hearth("resolve", "x.json", "--json", cwd=self.folder).stdout)
        }

    def test_start_and_grant_end_are_where_they_should_be(self):
        values = self.resolved("--start", "2026-10", "--grant-end", "2028-09")
        adoption = values["/arms/support_is_protection/adoption/0"]
        self.assertEqual((adoption["start"], adoption["grant_end"]), ("2026-10", "2028-09"))
        waits = self.resolved("--question", "when-to-start", "--start", "2026-04", "--later", "2027-10")
        self.assertEqual(
            [waits[f"/arms/{arm}/adoption/0"]["start"] for arm in ("first", "later")], ["2026-04", "2027-10"]
        )
        text = (self.folder / "x.json").read_text(encoding="utf-8")
        self.assertIn("Family Safeguarding from October 2027", text)
        ends = self.resolved("--question", "what-if-money-ends", "--start", "2026-04")
        self.assertEqual(ends["/arms/grant_ends/adoption/0"]["grant_end"], "2029-03")  # three years
        self.assertEqual(ends["/arms/partners_agree/adoption/0"]["partners_agree"], "2029-04")

    def test_effort_sets_what_help_says(self):
        """Of Family Safeguarding: five components without posts, three with, and one that is optional."""
        untrained = ["domestic_abuse_workers", "mental_health_workers", "substance_misuse_workers"]
        optional = "education_and_child_mental_health"
        for effort, posts, extra, keys in (
            (1, False, False, set()),
            (2, True, False, {"grant_end"}),
            (3, True, False, set()),
            (4, True, True, {"partners_agree"}),
        ):
            adoption = self.resolved("--effort", effort)["/arms/support_is_protection/adoption/0"]
            self.assertEqual([name in adoption["only"] for name in untrained], [posts] * 3, effort)
            self.assertEqual(optional in adoption["only"], extra, effort)
            self.assertIn("motivational_interviewing", adoption["only"])
            self.assertEqual(set(adoption) & {"grant_end", "partners_agree"}, keys, effort)
        self.assertEqual(self.resolved("--effort", 3), self.resolved())
        levels = self.resolved("--question", "how-much-effort")
        for effort in (1, 2, 4):
            self.assertEqual(
                levels[f"/arms/effort_{effort}/adoption/0"],
                self.resolved("--effort", effort)["/arms/support_is_protection/adoption/0"],
            )
        shown = hearth("new", "--help").stdout
        for words in (
            "training alone",
            "a grant of three years",
            "the authority pays throughout",
            "health and police pay",
        ):
            self.assertIn(words, " ".join(shown.split()))

    def test_a_what_if_is_compared_with_a_world_without_it(self):
        values = self.resolved("--question", "what-if-budget-falls")
        self.assertEqual(
            [name.split("/")[2] for name in values if re.fullmatch("/arms/[^/]*/effects", name)],
            ["business_as_usual", "budget_falls", "budget_falls_with_family_safeguarding"],
        )
        shocks = {name: value for name, value in values.items() if "/shocks/" in name}
        self.assertEqual(
            set(shocks), {"/arms/budget_falls/shocks/0", "/arms/budget_falls_with_family_safeguarding/shocks/0"}
        )
        for shock in shocks.values():
            self.assertEqual(
                shock, {"kind": "budget", "start": "2027-04", "end": "2030-03", "ratio": 0.9, "authorities": "all"}
            )
        self.assertNotIn("/arms/budget_falls/adoption/0", values)
        values = self.resolved(
            "--question",
            "what-if-demand-rises",
            "--ratio",
            0.7,
            "--from",
            "2028-01",
            "--to",
            "2028-06",
            "--arm",
            "no_wrong_door",
        )
        self.assertEqual(
            values["/arms/demand_falls/shocks/0"],
            {"kind": "referrals", "start": "2028-01", "end": "2028-06", "ratio": 0.7, "authorities": "all"},
        )
        self.assertIn("/arms/demand_falls_with_no_wrong_door/adoption/0", values)
        text = (self.folder / "x.json").read_text(encoding="utf-8")
        self.assertIn("Referrals fall by 30% from January 2028 to June 2028", text)
        # A start alone moves the whole; the end of the simulation is the end of it.
        values = self.resolved("--question", "what-if-placements-cost-more", "--months", 60)
        self.assertEqual(values["/arms/placements_cost_more/shocks/0"]["end"], "2030-03")

    def test_named_arms_are_the_only_ones(self):
        def arms(*named):
            result = hearth(
                "new",
                "x",
                "--for",
                "Norfolk",
                "--force",
                "--json",
                *[word for name in named for word in ("--arm", name)],
                cwd=self.folder,
            )
            self.assertEqual(result.returncode, OK, result.stderr)
            return json.loads(result.stdout)["arms"]

        self.assertEqual(arms(), ["business_as_usual", "protection_only", "support_is_protection"])
        self.assertEqual(arms("support_is_protection"), ["business_as_usual", "support_is_protection"])
        self.assertEqual(
            arms("protection_only", "no_wrong_door"), ["business_as_usual", "protection_only", "no_wrong_door"]
        )

    def test_the_file_is_short_and_explains_itself(self):
        result = hearth("new", "ours", "--for", "Norfolk", "--replicates", "50", cwd=self.folder)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("hearth run ours.json", result.stdout)
        text = (self.folder / "ours.json").read_text(encoding="utf-8")
        self.assertLess(len(text.splitlines()), 40)
        self.assertLess(max(map(len, text.splitlines())), 121)
        self.assertTrue(text.startswith("// Norfolk: "))
        self.assertIn(
            "its arms business_as_usual and protection_only are in this one too",
            " ".join(text.replace("//", "").split()),
        )
        self.assertIn('"authorities": ["Norfolk"]', text)
        self.assertIn('"replicates": 50,  // ', text)
        self.assertIn('// "horizon_months": ', text)
        self.assertIn('"extends": ', text)

    def test_it_runs(self):
        self.assertEqual(
            hearth(
                "new",
                "run",
                "--for",
                "Rutland",
                "--question",
                "what-if-money-ends",
                "--months",
                "48",
                "--replicates",
                "2",
                cwd=self.folder,
            ).returncode,
            OK,
        )
        result = hearth("run", "run.json", "--replicates", "1", "--json", "-q", "-o", "run.h5", cwd=self.folder)
        self.assertEqual(result.returncode, OK, result.stderr)
        record = json.loads(result.stdout)
        self.assertEqual(record["arms"], ["business_as_usual", "money_lasts", "grant_ends", "partners_agree"])
        self.assertEqual(record["months"], 48)

    def test_within_a_project_the_way_to_the_main_scenario_is_relative(self):
        project = self.folder / "project"
        (project / "scenarios").mkdir(parents=True)
        (project / "outputs").mkdir()
        (project / "scenarios/england").symlink_to(ROOT / "scenarios/england")
        (project / "scenarios/england.json").write_bytes((ROOT / "scenarios/england.json").read_bytes())
        result = hearth("new", "here", "--for", "Norfolk", cwd=project)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn('"extends": "england.json"', (project / "scenarios/here.json").read_text(encoding="utf-8"))

    def test_a_file_is_replaced_only_when_told(self):
        file = self.folder / "mine.json"
        file.write_text("precious", encoding="utf-8")
        result = hearth("new", "mine", "--for", "Norfolk", cwd=self.folder)
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("--force", result.stderr)
        self.assertEqual(file.read_text(encoding="utf-8"), "precious")
        self.assertEqual(hearth("new", "mine", "--for", "Norfolk", "--force", cwd=self.folder).returncode, OK)
        self.assertIn("Norfolk", file.read_text(encoding="utf-8"))
        self.assertEqual([p.name for p in self.folder.iterdir()], ["mine.json"])

    def test_what_cannot_be_is_refused_and_leaves_nothing(self):
        norfolk = ["--for", "Norfolk"]
        for arguments, code, words in (
            (["--for", "Norflok"], USAGE, 'did you mean "Norfolk"'),
            (["--for", "North Eest"], USAGE, '"North East"'),
            (["--for", "Northamptonshire"], USAGE, "use North Northamptonshire and West Northamptonshire"),
            ([*norfolk, "--question", "what-if-money-end"], USAGE, '"what-if-money-ends"'),
            ([*norfolk, "--model", "family_safegarding"], USAGE, '"family_safeguarding"'),
            (["No Good", *norfolk], USAGE, "such as no_good"),
            (
                [*norfolk, "--question", "when-to-start", "--months", "6"],
                USAGE,
                "--months: this question would have the start",
            ),
            ([*norfolk, "--start", "April"], USAGE, "--start: found April; allowed: a month as YYYY-MM"),
            ([*norfolk, "--start", "2022-13"], USAGE, "--start: found 2022-13"),
            ([*norfolk, "--start", "2021-04"], USAGE, "--start: this question would have the start 2021-04, before"),
            ([*norfolk, "--grant-end", "2025-03"], USAGE, "--grant-end: this question would have the end of the grant"),
            ([*norfolk, "--grant-end", "2028-03", "--effort", "3"], USAGE, "--grant-end with --effort 3"),
            ([*norfolk, "--effort", "5"], USAGE, "1 to 4"),
            ([*norfolk, "--effort", "2", "--question", "which-part"], USAGE, "--effort: the arms of which-part"),
            ([*norfolk, "--ratio", "1.2"], USAGE, "--ratio: the question support-is-protection has none"),
            ([*norfolk, "--later", "2028-04"], USAGE, "--later: the question support-is-protection has none"),
            ([*norfolk, "--question", "when-to-start", "--later", "2025-04"], USAGE, "not after the first start"),
            ([*norfolk, "--question", "what-if-budget-falls", "--ratio", "1"], USAGE, "--ratio 1: changes nothing"),
            ([*norfolk, "--question", "what-if-budget-falls", "--ratio", "-1"], USAGE, "0 to 100"),
            (
                [*norfolk, "--question", "what-if-budget-falls", "--from", "2029-04", "--to", "2028-03"],
                USAGE,
                "--from, --to: this question would have the end 2028-03, before the start 2029-04",
            ),
            ([*norfolk, "--arm", "business_as_usual"], USAGE, "alone is no comparison"),
            ([*norfolk, "--json", "--run"], USAGE, "--json"),
            ([*norfolk, "--replicates", "0"], USAGE, "whole number from 1"),
            ([], USAGE, "--for is required"),
            ([*norfolk, "-o", "nowhere/x.json"], DATA, "there is no directory"),
        ):
            result = hearth("new", *arguments, cwd=self.folder)
            self.assertEqual(result.returncode, code, (arguments, result.stderr))
            self.assertIn(words, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
