#!/usr/bin/python3
"""Completion scripts and the manual page say what --help says.

Usage: test_shell.py build/release/hearth
"""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE = 0, 2


def hearth(*arguments):
    return subprocess.run([HEARTH, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def commands():
    """All subcommands, from --help."""
    listed = hearth("--help").stdout.split("Commands:")[-1].split("Subcommands:")[-1].split("Examples:")[0]
    return re.findall(r"^  ([a-z]+) ", listed, re.M)


def options(command):
    """All options of a subcommand, from its --help."""
    text = hearth(command, "--help").stdout.split("Options:")[1]
    return {name.split("{")[0] for names in re.findall(r"^  (-\S+)", text, re.M) for name in names.split(",")}


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.scripts = {}
        for shell in ("bash", "zsh", "fish"):
            result = hearth("completion", shell)
            assert result.returncode == OK, result.stderr
            cls.scripts[shell] = Path(cls.scratch.name) / shell
            cls.scripts[shell].write_text(result.stdout, encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def complete(self, *words):
        """What bash offers for the last of the words."""
        typed = " ".join(map(shlex.quote, ["hearth", *words]))
        script = (
            f"source {shlex.quote(str(self.scripts['bash']))}; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; "
            'set -u; _hearth; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return set(result.stdout.split())

    def test_every_shell_can_read_its_script(self):
        for shell, script in self.scripts.items():
            if shutil.which(shell):
                with self.subTest(shell=shell):
                    result = subprocess.run([shell, "-n", script], capture_output=True, text=True, timeout=60)
                    self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_every_command_and_option_is_offered(self):
        found = commands()
        self.assertGreater(len(found), 15)
        self.assertLessEqual({*found, "--help", "--version"}, self.complete(""))
        for command in found:
            with self.subTest(command=command):
                wanted = options(command)
                self.assertIn("--help", wanted)
                self.assertEqual(wanted - self.complete(command, "-"), set())
                for shell in ("zsh", "fish"):
                    text = self.scripts[shell].read_text(encoding="utf-8")
                    for option in wanted:
                        bare = f" -l {option[2:]} " if option.startswith("--") else f" -s {option[1:]} "
                        self.assertIn(option if shell == "zsh" else bare, text)

    def test_words_are_narrowed_and_values_offered(self):
        self.assertEqual(self.complete("ins"), {"inspect"})
        self.assertEqual(self.complete("run", "england", "--repl"), {"--replicates"})
        self.assertEqual(self.complete("trace", "england", "--format", ""), {"text", "json"})
        self.assertEqual(self.complete("export", "a.h5", "--every", "m"), {"month"})
        self.assertEqual(self.complete("completion", ""), {"bash", "zsh", "fish", "-h", "--help"})
        self.assertIn("what-if-money-ends", self.complete("new", "--for", "Norfolk", "--question", ""))
        self.assertLessEqual({"england", "hertfordshire-2015"}, self.complete("run", ""))
        self.assertEqual(self.complete("run", "england", "--output", ""), set(), "left to the completion of files")

    def test_another_shell_is_refused(self):
        result = hearth("completion", "tcsh")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("bash", result.stderr)


class ManualPage(unittest.TestCase):
    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_it_is_set_without_a_warning_and_holds_every_option(self):
        page = hearth("man")
        self.assertEqual(page.returncode, OK, page.stderr)
        result = subprocess.run(
            ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-cbou", "-rLL=200n"],
            input=page.stdout,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        text = result.stdout
        for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXAMPLES", "EXIT STATUS"):
            self.assertRegex(text, rf"(?m)^{heading}$")
        for command in commands():
            section = re.split(rf"(?m)^   hearth {command}$", text)
            self.assertEqual(len(section), 2, command)
            section = re.split(r"(?m)^   hearth \w+$|^[A-Z]+$", section[1])[0]
            for option in options(command) - {"-h", "--help"}:
                self.assertIn(option, section, command)

    def test_no_line_of_text_is_a_request_by_accident(self):
        known = {"TH", "SH", "SS", "TP", "PP", "B", "EX", "EE", '\\"'}
        for line in hearth("man").stdout.splitlines():
            self.assertFalse(line.startswith("'"), line)
            if line.startswith("."):
                self.assertIn(line[1:].split(" ")[0], known, line)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
