#!/usr/bin/python3
"""What the how-to pages promise: one of each kind of thing is added to a copy of the sources, with the code of the pages and
nothing else, and acts. A service model is added by tests of its own (tests/scenario, with the guide's example).

Usage: test_additions.py build/release
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
PAGES = ROOT / "docs/how-to"


def blocks(page):
    """The code of a page, in its order."""
    found = re.findall(r"^( *)```cpp\n(.*?)^ *```$", (PAGES / page).read_text(encoding="utf-8"), re.S | re.M)
    return [re.sub(rf"^{indent}", "", code, flags=re.M) for indent, code in found]


def run(*command, seconds=1100, **options):
    done = subprocess.run(
        [str(c) for c in command], capture_output=True, text=True, timeout=seconds, check=False, **options
    )
    assert done.returncode == 0, f"{shlex.join(str(c) for c in command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


class Copy:
    """A copy of what the engine alone is made of; remembers which of its files were edited."""

    def __init__(self, folder):
        self.folder = folder
        self.edited = []
        shutil.rmtree(folder / "tests", ignore_errors=True)
        for name in ["engine", "cmake", "tests"]:
            self.bring(ROOT / name)
        for name in ["CMakeLists.txt", "tests/project/additions.cpp"]:
            shutil.copy2(ROOT / name, folder / name.replace("project/", ""))
        (folder / "scenarios").unlink(missing_ok=True)
        (folder / "scenarios").symlink_to(ROOT / "scenarios")

    def bring(self, source):
        """Files keep their times, so that only what has changed since the last copy is compiled."""
        target = self.folder / source.name
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for path in sorted(target.rglob("*"), reverse=True):
            if not path.is_dir() and not (source / path.relative_to(target)).exists():
                path.unlink()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name, change):
        before = (self.folder / name).read_text(encoding="utf-8")
        after = change(before)
        assert after != before, f"{name}: no place for what is added"
        self.write(name, after)
        self.edited.append(name)

    def after(self, name, line, code):
        self.edit(name, lambda text: text.replace(line, f"{line}{code}", 1))


class Additions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = BUILD / "additions"
        folder.mkdir(parents=True, exist_ok=True)
        copy = Copy(folder)
        copy.edit(
            "tests/CMakeLists.txt", lambda text: text + "hearth_test(additions hearth_simulation hearth_threads)\n"
        )
        copy.edited = []
        row, process, header, source, month = blocks("add-a-mechanism.md")
        lever_row, lever_line, shock_row, shock_line = blocks("add-a-lever.md")
        measure_row, measure_line = blocks("add-a-measure.md")

        # The mechanism: a folder, its parameters, its draws and a line of the month.
        copy.write("engine/model/moves/moves.hpp", header)
        copy.write("engine/model/moves/moves.cpp", '#include "model/moves/moves.hpp"\n' + source.split("\n", 1)[1])
        copy.edit(
            "engine/parameters/parameters.def",
            lambda text: text.replace("// clang-format on\n", f"\n{row}// clang-format on\n"),
        )
        copy.edit("engine/kernels/draws.hpp", lambda text: text.replace(process.splitlines(True)[0], process))
        before, line, _ = month.splitlines(True)
        copy.after("engine/model/authority.cpp", before, line)
        copy.after(
            "engine/model/authority.cpp",
            '#include "model/care/unaccompanied.hpp"\n',
            '#include "model/moves/moves.hpp"\n',
        )
        cls.mechanism = sorted(set(copy.edited))
        # The measure, the shock and the lever: a row and a line each.
        copy.edited = []
        copy.edit("engine/core/measures.def", lambda text: text + measure_row)
        copy.edit(
            "engine/model/moves/moves.cpp",
            lambda text: text.replace(
                "    FamilyState& f = s.family[family];\n    if (f.case_index != kNoCase || f.in_care != 0) continue;\n",
                "    FamilyState& f = s.family[family];\n    if (f.case_index != kNoCase || f.in_care != 0) continue;\n"
                + measure_line,
            ),
        )
        cls.measure = copy.edited
        copy.edited = []
        copy.edit("engine/scenario/shocks.def", lambda text: text + shock_row)
        copy.edit("engine/model/moves/moves.cpp", lambda text: re.sub(r"  const double mean = .*\n", shock_line, text))
        cls.shock = copy.edited
        copy.edited = []
        copy.edit("engine/scenario/levers.def", lambda text: text + lever_row)
        copy.after(
            "engine/model/casework/casework.cpp",
            "factor[kFlipPoverty] *= static_cast<float>(pressure.poverty_onset);\n",
            lever_line,
        )
        cls.lever = copy.edited
        cls.copy = copy
        run(
            "cmake",
            "-S",
            folder,
            "-B",
            folder / "build",
            "-G",
            "Ninja",
            "-DHEARTH_ENGINE_ONLY=ON",
            "-DHEARTH_BENCH=OFF",
            "-DCMAKE_UNITY_BUILD=ON",
            "-DCMAKE_CXX_FLAGS=-O1",
            "-DHEARTH_WERROR=ON",
        )
        run("cmake", "--build", folder / "build", "--target", "additions", "test_golden")

    def test_each_is_added_where_the_pages_say(self):
        for page, files in {
            "add-a-mechanism.md": self.mechanism,
            "add-a-measure.md": self.measure[:1],
            "add-a-lever.md": [*self.lever, *self.shock[:1]],
        }.items():
            text = (PAGES / page).read_text(encoding="utf-8")
            for file in files:
                with self.subTest(page=page, file=file):
                    self.assertIn(f"`{file}`", text)

    def test_each_acts(self):
        run(self.copy.folder / "build/tests/additions")

    def test_unused_they_change_nothing(self):
        golden = self.copy.folder / "tests/golden"
        run(self.copy.folder / "build/tests/test_golden", env={**os.environ, "HEARTH_UPDATE_GOLDEN": "1"})
        was = set((ROOT / "tests/golden/tiny.txt").read_text(encoding="utf-8").splitlines())
        now = set((golden / "tiny.txt").read_text(encoding="utf-8").splitlines())
        self.assertEqual(was - now, set())
        gained = [line.split() for line in now - was]
        self.assertTrue(gained)
        for measure, _, *values in gained:
            self.assertEqual((measure, set(values)), ("families_moved", {"0"}))

    def test_a_subcommand_is_one_file(self):
        """The page's file is compiled as those beside it, and linked with what the program is linked with."""
        commands = run("ninja", "-C", BUILD, "-t", "commands", "hearth").splitlines()
        compile_resolve = next(c for c in commands if c.endswith("engine/cli/resolve.cpp"))
        link = next(c for c in reversed(commands) if " -o hearth " in c)
        file, made = BUILD / "additions/authorities.cpp", BUILD / "additions/authorities.o"
        file.write_text(blocks("add-a-subcommand.md")[0], encoding="utf-8")
        resolve_object = re.search(r" -o (\S+resolve\.cpp\.o) ", compile_resolve)[1]
        one = compile_resolve.replace(resolve_object, str(made)).replace(
            str(ROOT / "engine/cli/resolve.cpp"), str(file)
        )
        run("sh", "-c", one, cwd=BUILD)
        program = BUILD / "additions/hearth"
        run(
            "sh",
            "-c",
            link.replace(" -o hearth ", f" -o {program} ").replace(resolve_object, f"{resolve_object} {made}"),
            cwd=BUILD,
        )
        listed = run(program, "authorities", ROOT / "scenarios/england.json", "--authorities", "London")
        self.assertEqual(len(listed.split()), 33)
        self.assertIn("authorities", run(program, "--help"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        BUILD = Path(sys.argv.pop(1)).resolve()
    unittest.main()
