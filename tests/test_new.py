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

ROOT = Path(__file__).resolve().parent.parent
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA = 0, 2, 4

# A place of each kind, with the authorities that it means.
PLACES = {("Norfolk",): 1, ("Bristol, City of",): 1, ("north east",): 12, ("England",): 152,
          ("857", "East of England"): 12}
ALONE = "learning-together"  # is about several authorities
MODELS = ["family_safeguarding", "family_valued", "no_wrong_door", "protection_only", "signs_of_safety"]


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
                self.assertEqual((record["authorities"], record["months"], record["replicates"]),
                                 (authorities, 120, 20))
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
                result = hearth("new", f"x{number}", "--for", "North West", "--question", question, "--model",
                                ",".join(models), "--json", cwd=self.folder)
                self.assertEqual(result.returncode, OK, result.stderr)
                arms = json.loads(result.stdout)["arms"]
                self.assertEqual(len(arms), len(set(arms)))
                self.assertGreaterEqual(len(arms), 1 + len(models))

    def test_the_file_is_short_and_explains_itself(self):
        result = hearth("new", "ours", "--for", "Norfolk", "--replicates", "50", cwd=self.folder)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("hearth run ours.json", result.stdout)
        text = (self.folder / "ours.json").read_text(encoding="utf-8")
        self.assertLess(len(text.splitlines()), 40)
        self.assertLess(max(map(len, text.splitlines())), 121)
        self.assertTrue(text.startswith("// Norfolk: "))
        self.assertIn("its arms business_as_usual and protection_only are in this one too",
                      " ".join(text.replace("//", "").split()))
        self.assertIn('"authorities": ["Norfolk"]', text)
        self.assertIn('"replicates": 50,  // ', text)
        self.assertIn('// "horizon_months": ', text)
        self.assertIn('"extends": ', text)

    def test_it_runs(self):
        self.assertEqual(hearth("new", "run", "--for", "Rutland", "--question", "what-if-money-ends", "--months", "48",
                                "--replicates", "2", cwd=self.folder).returncode, OK)
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
                ([*norfolk, "--question", "when-to-start", "--months", "6"], USAGE, "--months 6 is too few"),
                ([*norfolk, "--replicates", "0"], USAGE, "whole number from 1"),
                ([], USAGE, "--for is required"),
                ([*norfolk, "-o", "nowhere/x.json"], DATA, "there is no directory")):
            result = hearth("new", *arguments, cwd=self.folder)
            self.assertEqual(result.returncode, code, (arguments, result.stderr))
            self.assertIn(words, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
