#!/usr/bin/python3
"""How ./run and ./test build: progress from what Ninja says, and a folder that was moved.

Usage: test_build.py
"""

import json
import os
import pty
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shell(script, root, **options):
    """A script that has sourced cmake/build.sh with `root` as the project."""
    return subprocess.run(
        ["bash", "-c", f"root={root}; source {ROOT}/cmake/build.sh; {script}"],
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


class Progress(unittest.TestCase):
    LINES = "".join(f"[{i}/40] Building CXX object {i}.o\n" + ("a warning\n" if i == 7 else "") for i in range(1, 41))

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)

    def test_a_line_each_tenth_of_the_way(self):
        result = shell(f"show_progress {self.folder}/log", self.folder, input=self.LINES)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.splitlines(), [f"hearth: building: {n} of 40 files" for n in range(4, 41, 4)])
        self.assertEqual((self.folder / "log").read_text(), self.LINES)  # nothing is lost

    def test_says_how_long_is_left(self):
        script = f"SECONDS=0; (printf '[1/40] x\\n'; sleep 6; printf '[20/40] x\\n') | show_progress {self.folder}/log"
        lines = shell(script, self.folder).stderr.splitlines()
        self.assertEqual(len(lines), 1)
        self.assertRegex(lines[0], r"^hearth: building: 20 of 40 files, about [5-8] s left$")
        self.assertEqual(shell("duration 59; duration 200", self.folder).stdout, "59 s\n3 min 20 s\n")

    def test_one_line_that_changes_on_a_terminal(self):
        master, slave = pty.openpty()
        subprocess.run(
            ["bash", "-c", f"root={self.folder}; source {ROOT}/cmake/build.sh; show_progress {self.folder}/log"],
            input=self.LINES,
            text=True,
            stderr=slave,
            timeout=60,
            env={**os.environ, "TERM": "xterm"},
        )
        os.close(slave)
        seen = b""
        while block := self.read(master):
            seen += block
        os.close(master)
        self.assertEqual(seen.count(b"\r\033[Khearth: building: "), 40)
        self.assertTrue(seen.endswith(b"\r\033[K"))
        self.assertNotIn(b"\n", seen)

    @staticmethod
    def read(master):
        try:
            return os.read(master, 65536)
        except OSError:  # the other end is closed
            return b""

    def test_a_build_that_fails_ends_with_what_the_compiler_said(self):
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "cmake").write_text(
            "#!/bin/bash\n[[ $1 == -S ]] && exit 0\nprintf '[1/2] a\\nerror: no such thing\\n'\nexit 1\n"
        )
        (tools / "cmake").chmod(0o755)
        result = shell("build release hearth", self.folder, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
        self.assertEqual(result.returncode, 4)
        self.assertIn("error: no such thing", result.stderr)
        self.assertIn("the release build failed", result.stderr)


class Moved(unittest.TestCase):
    def test_a_build_of_another_folder_is_forgotten(self):
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder) / "build/release/CMakeCache.txt"
            cache.parent.mkdir(parents=True)
            web = Path(folder) / "build/web/kept"
            web.parent.mkdir()
            web.write_text("")
            for home, stays in ((folder, True), ("/somewhere/else", False)):
                cache.parent.mkdir(exist_ok=True)
                cache.write_text(f"CMAKE_HOME_DIRECTORY:INTERNAL={home}\n")
                result = shell("forget_moved release", folder)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(cache.exists(), stays, result.stderr)
            self.assertIn("of /somewhere/else: building again here", result.stderr)
            self.assertTrue(web.exists())
            self.assertEqual(shell("forget_moved release", folder).stderr, "")


class Warnings(unittest.TestCase):
    def test_they_stop_a_build_only_where_that_is_asked_for(self):
        presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
        base = next(preset for preset in presets if preset["name"] == "base")
        self.assertEqual(base["cacheVariables"], {"HEARTH_WERROR": "ON"})
        for asked in ("OFF", "ON"):
            with tempfile.TemporaryDirectory() as build:
                options = ["-DHEARTH_TESTS=OFF", "-DHEARTH_BENCH=OFF", f"-DHEARTH_WERROR={asked}"]
                result = subprocess.run(
                    ["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", *options], capture_output=True, text=True
                )
                self.assertEqual(result.returncode, 0, result.stderr)
                commands = (Path(build) / "compile_commands.json").read_text()
                self.assertIn("-Wall", commands)
                self.assertEqual("-Werror" in commands, asked == "ON")


if __name__ == "__main__":
    unittest.main(verbosity=2)
