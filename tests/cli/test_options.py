#!/usr/bin/python3
"""An option that several commands have is the same option in all of them: one text, one kind of value, one meaning.

Usage: test_options.py build/release/hearth
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
USAGE = 2

# The same words for different things, which each command's own help explains.
OWN = {
    "--arm": "new: a model to include; resolve: shown alone; trace: followed",
    "--replicate": "resolve: whose draws are shown; trace: followed",
    "--split": "run: makes it; summary: shows it alone",
}
# Values that are wrong wherever the option stands.
WRONG = {
    "--threads": ["-1", "two"],
    "--seed": ["-1", "x"],
    "--replicates": ["0", "1.5", "many"],
    "--months": ["0", "soon"],
    "--draws": ["-1"],
}


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120)


def commands():
    listed = hearth("--help").stdout.split("Commands:")[-1].split("Subcommands:")[-1].split("Examples:")[0]
    return re.findall(r"^  ([a-z]+) ", listed, re.M)


COLUMN = 34  # where the texts of --help begin


def options(command):
    """By name: (what stands for its value, its text), from --help."""
    lines = hearth(command, "--help").stdout.split("Options:\n")[1].split("\n\n")[0].splitlines()
    out = {}
    for line in lines:
        if line.startswith("  -"):
            fits = len(line) <= COLUMN or line[COLUMN - 1] == " "
            head, text = (line[:COLUMN], line[COLUMN:]) if fits else (line, "")
            names, _, value = head.strip().partition(" ")
            value = re.split(r"[ =:]", value)[0]
            value = "" if value in ("REQUIRED", "Excludes", "Needs") else value
            entry = [value, text]
            out.update({name: entry for name in names.split(",")})
        else:
            entry[1] = (entry[1] + " " + line.strip()).strip()
    return {name: tuple(entry) for name, entry in out.items()}


class Options(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.by_name = {}
        for command in commands():
            for name, entry in options(command).items():
                if name not in ("-h", "--help"):
                    cls.by_name.setdefault(name, {})[command] = entry
        cls.shared = {name: by for name, by in cls.by_name.items() if len(by) > 1}

    def test_the_usual_ones_are_shared(self):
        self.assertLessEqual(
            {
                "--threads",
                "-q",
                "--quiet",
                "--json",
                "--csv",
                "--authorities",
                "--replicates",
                "--seed",
                "-o",
                "--output",
                "--months",
                "--set",
                "--resume",
                "--measures",
                "--horizons",
                "--draws",
            },
            set(self.shared),
        )
        for name, least in (("--json", 10), ("-o", 10), ("--threads", 6), ("--seed", 6), ("--set", 6), ("--resume", 3)):
            self.assertGreaterEqual(len(self.shared[name]), least, name)

    def test_have_one_text_and_one_kind_of_value(self):
        for name, by_command in self.shared.items():
            if name in OWN:
                continue
            with self.subTest(option=name):
                texts = {text for _, text in by_command.values()}
                self.assertEqual(len(texts), 1, by_command)
                values = {value for value, _ in by_command.values()}
                if name in ("-o", "--output"):
                    self.assertLessEqual(values, {"FILE", "FOLDER", "NAME"})
                else:
                    self.assertEqual(len(values), 1, by_command)

    def test_take_the_same_values(self):
        for name, values in WRONG.items():
            self.assertIn(name, self.shared)
            messages = {}
            for command in self.shared[name]:
                for value in values:
                    result = hearth(command, name, value)
                    self.assertEqual(result.returncode, USAGE, (command, name, value))
                    messages.setdefault(value, set()).add(result.stderr.splitlines()[0])
            for value, said in messages.items():
                self.assertEqual(len(said), 1, said)
                self.assertRegex(said.pop(), f"{name}: .*{value} is not a whole number from")

    def test_zero_threads_and_a_short_quiet_are_taken_everywhere(self):
        """Each is stopped by something else that is wrong, not by the option."""
        with tempfile.TemporaryDirectory() as folder:
            for command in self.shared["--threads"]:
                result = hearth(command, "--threads", "0", "-q", "--no-such-option", cwd=folder)
                self.assertEqual(result.returncode, USAGE)
                self.assertIn("--no-such-option", result.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
