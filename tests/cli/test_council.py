#!/usr/bin/python3
"""A question about one council has one answer, however it is asked; and one in which others adopt too says so.

Usage: test_council.py build/release/hearth
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE = 0, 2

ENGLAND = ROOT / "scenarios/england.json"
SIZE = ["--replicates", "2", "--months", "30"]


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)


class OneCouncil(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        wrote = hearth("new", "asked", "--for", "Norfolk", cwd=cls.folder)
        assert wrote.returncode == OK, wrote.stderr
        for name, extra in (("named", {"authorities": [926]}), ("nation", {"authorities": [926], "also_adopt": "all"})):
            (cls.folder / f"{name}.json").write_text(json.dumps({"extends": str(ENGLAND), "name": name, **extra}))
        cls.results, cls.printed = {}, {}
        for name, arguments in (
            ("asked", ["asked.json"]),
            ("named", ["named.json"]),
            ("nation", ["nation.json"]),
            ("option", [ENGLAND, "--authorities", "Norfolk"]),
            ("too", [ENGLAND, "--authorities", "926", "--also-adopt", "all"]),
        ):
            cls.printed[name] = hearth("run", *arguments, *SIZE, "-o", f"{name}.h5", "-q", cwd=cls.folder)
            assert cls.printed[name].returncode == OK, cls.printed[name].stderr
            with h5py.File(cls.folder / f"{name}.h5") as file:
                cls.results[name] = {
                    key: file[key][:] for key in file if isinstance(file[key], h5py.Dataset) and file[key].ndim > 3
                }
                cls.results[name, "attributes"] = {
                    key: value.decode() if isinstance(value, bytes) else value for key, value in file.attrs.items()
                }

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def same(self, one, other):
        return all(numpy.array_equal(values, self.results[other][key]) for key, values in self.results[one].items())

    def test_has_one_answer_by_new_by_a_file_and_by_the_option(self):
        self.assertGreater(len(self.results["asked"]), 60)
        self.assertTrue(self.same("asked", "named"))
        self.assertTrue(self.same("asked", "option"))

    def test_has_another_where_all_of_england_recruits_too(self):
        self.assertTrue(self.same("nation", "too"))
        self.assertFalse(self.same("asked", "nation"))
        # What the world does to a council does not hang on who else is simulated: business as usual is the same.
        for key in ("looked_after", "care_entries", "social_workers_fte"):
            numpy.testing.assert_array_equal(self.results["asked"][key][0], self.results["nation"][key][0])
        second_year = 8 - 1  # its last quarter
        posts = {
            name: self.results[name]["practitioners_fte"][2, :, 0, second_year].mean() for name in ("asked", "nation")
        }
        self.assertLess(posts["nation"], 0.9 * posts["asked"], "the more recruit, the slower")

    def test_says_who_adopts_elsewhere(self):
        others = "152 other authorities adopt too without being simulated; all recruit from the same people."
        self.assertEqual(self.results["nation", "attributes"]["adopting_elsewhere"], 152)
        self.assertNotIn("adopting_elsewhere", self.results["asked", "attributes"])
        for name, said in (("nation", True), ("too", True), ("asked", False)):
            text = " ".join(hearth("summary", f"{name}.h5", cwd=self.folder).stdout.split())
            self.assertEqual(others in text, said, name)
            record = json.loads(hearth("summary", f"{name}.h5", "--json", cwd=self.folder).stdout)
            self.assertEqual(record["adopting_elsewhere"], 152 if said else 0)
        self.assertIn(others, hearth("run", "nation.json", "--dry-run", cwd=self.folder).stdout)
        self.assertIn(others, hearth("validate", "nation.json", cwd=self.folder).stdout)
        rows = json.loads(hearth("resolve", "nation.json", "/also_adopt", "--json", cwd=self.folder).stdout)
        self.assertEqual(len(rows[0]["value"]), 152)
        self.assertRegex(rows[0]["origin"], r"nation\.json:\d+$")

    def test_is_called_by_its_name(self):
        for name, title in (
            ("asked", "Norfolk: protection apart from support, or support as protection"),
            ("option", "Norfolk: three ways of working"),
            ("named", "Norfolk: named"),
        ):
            self.assertEqual(self.results[name, "attributes"]["title"], title)
            self.assertTrue(hearth("summary", f"{name}.h5", cwd=self.folder).stdout.startswith(title + "\n"), name)
        self.assertEqual(
            json.loads(hearth("validate", ENGLAND, "--json").stdout)["title"], "England: three ways of working"
        )

    def test_does_not_take_the_place_of_the_result_of_england(self):
        ran = json.loads(
            hearth(
                "run",
                ENGLAND,
                "--authorities",
                "857",
                "--replicates",
                "1",
                "--months",
                "1",
                "--json",
                "-q",
                cwd=self.folder,
            ).stdout
        )
        self.assertEqual(Path(ran["result"]).name, "england_rutland.h5")

    def test_gets_enough_futures(self):
        replicates = {}
        for place in ("Norfolk", "East of England", "England"):
            record = json.loads(hearth("new", "size", "--for", place, "--force", "--json", cwd=self.folder).stdout)
            replicates[place] = record["replicates"]
        self.assertEqual(replicates, {"Norfolk": 200, "East of England": 100, "England": 100})
        few = "2 replicates are too few for the ends of a 90% interval; 100 or more are better (--replicates 100)"
        self.assertIn(few, self.printed["asked"].stderr)
        self.assertIn(
            "2 replicates are too few for the ends of a 90% interval; 100 or more are better.",
            " ".join(hearth("summary", "asked.h5", cwd=self.folder).stdout.split()),
        )

    def test_ends_with_the_answer_and_where_to_look(self):
        shown = self.printed["option"].stdout
        self.assertLess(len(shown.splitlines()), 30)
        answer = shown[: shown.index("\nResult ")]
        self.assertLessEqual(max(map(len, answer.splitlines())), 100)
        self.assertTrue(shown.startswith("Norfolk by September 2027: "), shown)
        for words in (
            "children in care",
            "net cost to the council",
            "over the 30 months to September 2027",
            "£",
            "Result  option.h5",
            "hearth summary option.h5",
        ):
            self.assertIn(words, shown)

    def test_one_command_writes_runs_and_answers(self):
        result = hearth("new", "whole", "--for", "Rutland", *SIZE, "--run", "-q", cwd=self.folder)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertRegex(result.stdout, "(?m)^Rutland by ")
        for ending in (".json", ".h5", ".xlsx"):
            self.assertTrue((self.folder / f"whole{ending}").is_file(), ending)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
