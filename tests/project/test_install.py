#!/usr/bin/python3
"""An installed Hearth works away from its checkout, and another CMake project can link it.

Usage: test_install.py build/release
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"

CONSUMER_CMAKE = """
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C CXX)
find_package(hearth 0.1 REQUIRED)
add_executable(consumer consumer.cpp)
target_link_libraries(consumer hearth::app)
"""
# Two futures of Norfolk in memory, of three ways of working.
CONSUMER_CPP = """
#include <cstdio>

#include "app/load.hpp"
#include "app/run.hpp"

int main() {
  hearth::ScenarioOverrides overrides;
  overrides.replicates = 2;
  overrides.months = 6;
  overrides.authorities = {"Norfolk"};
  const hearth::LoadedScenario loaded = hearth::load_named("england", overrides);
  int blocks = 0;
  std::size_t authorities = 0;
  hearth::run_in_memory(hearth::plan_run(loaded, {}), {},
                        [&](auto, std::size_t, std::size_t, const std::vector<hearth::AuthoritySeries>& series) {
                          ++blocks;
                          authorities += series.size();
                        });
  std::printf("%d blocks, %zu authorities\\n", blocks, authorities);
}
"""


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=300, **options)


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.prefix = Path(cls.directory.name) / "prefix"
        result = run("cmake", "--install", BUILD, "--prefix", cls.prefix)
        assert result.returncode == 0, result.stdout + result.stderr

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_the_program_finds_its_scenarios(self):
        result = run(self.prefix / "bin/hearth", "validate", "england", cwd=self.directory.name)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(str(self.prefix / "share/hearth/scenarios/england.json"), result.stdout)

    def test_the_python_package_finds_them_too(self):
        packages = [path.parent.parent for path in self.prefix.rglob("hearth/__init__.py")]
        if not packages and not (BUILD / "python").exists():
            self.skipTest("built without pybind11")
        result = run(
            "/usr/bin/python3",
            "-c",
            "import hearth; print(hearth._hearth.scenario_directories()[0]);" "print(len(hearth.resolve('england')))",
            cwd=self.directory.name,
            env={**os.environ, "PYTHONPATH": str(packages[0])},
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.splitlines()[0], str(self.prefix / "share/hearth/scenarios"))
        self.assertTrue((packages[0] / "hearth/py.typed").exists())

    def test_known_cases_are_found_by_name_with_their_tables_and_models(self):
        for name in ["sfpc-adopters", "family-group-conference-trial"]:  # one has a table, one a model of its own
            result = run(self.prefix / "bin/hearth", "validate", name, cwd=self.directory.name)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(str(self.prefix / f"share/hearth/scenarios/known/{name}.json"), result.stdout)

    def test_the_manual_page_and_completions_are_where_debian_looks(self):
        for file, words in (
            ("man/man1/hearth.1", ".TH HEARTH 1"),
            ("bash-completion/completions/hearth", "complete -o default -F _hearth hearth"),
            ("zsh/vendor-completions/_hearth", "#compdef hearth"),
            ("fish/vendor_completions.d/hearth.fish", "complete -c hearth"),
        ):
            self.assertIn(words, (self.prefix / "share" / file).read_text(encoding="utf-8"), file)

    def test_a_new_scenario_extends_the_installed_one(self):
        result = run(self.prefix / "bin/hearth", "new", "mine", "--for", "Norfolk", cwd=self.directory.name)
        self.assertEqual(result.returncode, 0, result.stderr)
        text = (Path(self.directory.name) / "mine.json").read_text(encoding="utf-8")
        self.assertIn(f'"extends": "{self.prefix.resolve()}/share/hearth/scenarios/england.json"', text)

    def test_another_project_links_the_library(self):
        source = Path(self.directory.name) / "consumer"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(CONSUMER_CMAKE)
        (source / "consumer.cpp").write_text(CONSUMER_CPP)
        configured = run(
            "cmake", "-S", source, "-B", source / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}"
        )
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run("cmake", "--build", source / "build")
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        result = run(source / "build/consumer", cwd=self.prefix / "share/hearth")
        self.assertEqual(result.stdout, "6 blocks, 6 authorities\n", result.stderr)

    def test_only_public_headers_are_installed(self):
        include = self.prefix / "include/hearth"
        found = {str(path.relative_to(include)) for path in include.rglob("*.hpp")}
        public = {f"app/{path.name}" for path in (ROOT / "engine/app").glob("*.hpp")}
        self.assertLessEqual(public, found)
        for header in found:
            for other in re.findall(r'^ *#include "(.*)"', (include / header).read_text(), re.M):
                self.assertTrue((include / other).exists(), f"{header}: {other}")
        self.assertFalse({name.split("/")[0] for name in found} & {"cli", "python"})


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
