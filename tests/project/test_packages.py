#!/usr/bin/python3
"""The .deb that cpack makes, and the wheel of tools/make_wheel.py, work where they are unpacked or installed, without the
sources.

Usage: test_packages.py build/release
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import make_wheel  # noqa: E402

SIMULATE = """
import hearth
data = hearth.run("england", authorities=["Norfolk"], replicates=2, months=6, progress=False)
print(hearth.__file__, data.sizes["replicate"], float(data.looked_after.min()) > 0)
"""


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, **options)


class Package(unittest.TestCase):
    """A folder of its own, in which nothing of the sources is found."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.make()

    def works(self, program):
        result = run(program, "--version", cwd=self.folder)
        self.assertRegex(result.stdout, rf"^hearth +{re.escape(make_wheel.version())}\n", result.stderr)
        words = ("run", "england", "--authorities", "Norfolk", "--replicates", 2, "-q", "-o", "norfolk.h5")
        result = run(program, *words, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Norfolk", run(program, "inspect", "norfolk.h5", cwd=self.folder).stdout)

    def simulates(self, python, **environment):
        result = run(python, "-c", SIMULATE, cwd=self.folder, env={**os.environ, **environment})
        self.assertEqual(result.returncode, 0, result.stderr)
        file, *rest = result.stdout.split()
        self.assertTrue(file.startswith(str(self.folder)), file)
        self.assertEqual(rest, ["2", "True"])


class Debian(Package):
    @classmethod
    def make(cls):
        result = run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "made")
        assert result.returncode == 0, result.stdout + result.stderr
        (cls.package,) = (cls.folder / "made").glob("hearth_*.deb")
        result = run("dpkg-deb", "-x", cls.package, cls.folder / "root")
        assert result.returncode == 0, result.stderr
        cls.usr = cls.folder / "root/usr"

    def test_the_program(self):
        self.works(self.usr / "bin/hearth")

    def test_the_python_package(self):
        self.simulates("/usr/bin/python3", PYTHONPATH=str(self.usr / "lib/python3/dist-packages"))

    def test_the_manual_page(self):
        result = run("man", "-l", self.usr / "share/man/man1/hearth.1.gz", env={**os.environ, "MANPAGER": "cat"})
        self.assertIn("SYNOPSIS", result.stdout, result.stderr)

    def test_completion(self):
        script = f"source {self.usr}/share/bash-completion/completions/hearth; COMP_WORDS=(hearth fore); COMP_CWORD=1; _hearth"
        result = run("bash", "-c", f'{script}; echo "${{COMPREPLY[@]}}"')
        self.assertEqual(result.stdout.split(), ["forecast"], result.stderr)

    def test_it_needs_libraries_but_no_compiler(self):
        needs = run("dpkg-deb", "-f", self.package, "Depends").stdout
        for library in ("libhdf5", "libtbb", "libfmt", "libstdc++6"):
            self.assertIn(library, needs)
        self.assertNotRegex(needs, r"-dev\b|\bg\+\+|\bgcc\b|cmake")

    def test_lintian_finds_no_error(self):
        result = run("lintian", "--fail-on", "error", "--allow-root", self.package)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_libraries_and_headers_are_left_out(self):
        self.assertEqual([*self.usr.rglob("*.hpp"), *self.usr.rglob("*.a")], [])


class Wheel(Package):
    @classmethod
    def make(cls):
        cls.wheel = make_wheel.make(BUILD, cls.folder / "made")
        result = run("/usr/bin/python3", "-m", "venv", "--system-site-packages", "--without-pip", cls.folder / "venv")
        assert result.returncode == 0, result.stderr
        pip = ("/usr/bin/python3", "-m", "pip", "--python", cls.folder / "venv/bin/python")
        result = run(*pip, "install", "--no-index", "--no-cache-dir", cls.wheel)
        assert result.returncode == 0, result.stdout + result.stderr

    def test_the_program(self):
        self.works(self.folder / "venv/bin/hearth")

    def test_the_python_package(self):
        self.simulates(self.folder / "venv/bin/python", PYTHONPATH="")

    def test_the_manual_page(self):
        self.assertTrue((self.folder / "venv/share/man/man1/hearth.1").exists())

    def test_the_same_build_makes_the_same_wheel(self):
        again = make_wheel.make(BUILD, self.folder / "again")
        self.assertEqual(again.name, self.wheel.name)
        first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (again, self.wheel))
        self.assertEqual(first, second)


del Package  # what the two share is no test by itself


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main()
