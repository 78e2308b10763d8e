#!/usr/bin/python3
"""What .pre-commit-config.yaml checks holds for every file, and ./test says how long each of its stages took."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, **options)


def shell(script):
    return run("bash", "-c", f"root={ROOT}; source {ROOT}/cmake/build.sh; {script}")


class Commits(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.environment = {**os.environ, "PRE_COMMIT_HOME": self.folder.name}

    def test_every_file_passes(self):
        if run("git", "rev-parse", "--git-dir", cwd=ROOT).returncode != 0:
            self.skipTest("not a checkout")
        result = run("pre-commit", "run", "--all-files", cwd=ROOT, env=self.environment)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(len(re.findall(r"\.Passed$", result.stdout, re.M)), 4, result.stdout)

    def test_mistakes_are_found(self):
        work = Path(self.folder.name) / "work"
        for folder in ("scenarios", "tests/scenario", "tests/analysis"):
            shutil.copytree(
                ROOT / folder, work / folder, ignore=shutil.ignore_patterns("*.cpp", "*.csv", "__pycache__")
            )
        for name in (".clang-format", ".codespellrc", "pyproject.toml", ".pre-commit-config.yaml"):
            shutil.copyfile(ROOT / name, work / name)
        for name, text in (
            ("engine/core/x.cpp", "int  x ;\n"),
            ("tools/make_site.py", "x = 'a'\n"),
            ("docs/x.md", "A mis" "pelled word.\n"),
            ("scenarios/examples/x.json", '{"arms": 1}\n'),
        ):
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text)
        run("git", "init", "-q", work)
        run("git", "add", "-A", cwd=work)
        result = run("pre-commit", "run", "--all-files", cwd=work, env=self.environment)
        self.assertEqual(result.returncode, 1, result.stdout)
        failed = re.findall(r"^- hook id: (\S+)$", result.stdout, re.M)
        self.assertEqual(
            failed, ["clang-format", "black", "codespell", "schema"], result.stdout
        )  # schema: no test there


class Stages(unittest.TestCase):
    def test_each_stage_has_its_time(self):
        clock = "unset SECONDS; SECONDS=0"  # a plain variable from now on: the clock moves where the test says
        result = shell(f"{clock}; stage one; SECONDS=65; stage two; stage_failed; SECONDS=70; stages")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
        self.assertEqual(lines, [["one", "passed", "1 min 5 s"], ["two", "FAILED", "5 s"]])


if __name__ == "__main__":
    unittest.main()
