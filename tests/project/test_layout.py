#!/usr/bin/python3
"""The house rules of engine/: who includes whom, headers that compile alone.

Usage: test_layout.py build/release/compile_commands.json
"""

import json
import os
import re
import shlex
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "engine"
COMMANDS = ROOT / "build/release/compile_commands.json"

# A folder includes itself and the folders before it.
FOLDERS = [
    "core",
    "parameters",
    "kernels",
    "published",
    "scenario",
    "model",
    "simulation",
    "threads",
    "results",
    "returns",
    "analysis",
    "report",
    "app",
    "cli",
    "python",
]

# A folder's own files come before the folders in it: the scenario's types know nothing of files and JSON.
TYPES_BEFORE = {"scenario": ("scenario/files/", "nlohmann/")}
# Within a folder: the folders in it, and "" for its own files, each of which includes only those before it.
ROOMS = {
    "results": ["content", "file", ""],
}

# Where each library may be seen. A mechanism is plain functions: no JSON, HDF5 or TBB in model/.
LIBRARIES = {
    "nlohmann/": {"parameters", "scenario", "results", "returns", "analysis", "report", "app", "cli"},
    "hdf5": {"results/file"},
    "H5": {"results/file"},
    "zip.h": {"returns"},
    "pugixml": {"returns"},
    "tbb/": {"threads", "analysis"},
    "oneapi/": {"threads", "analysis"},
    "CLI/": {"cli"},
    "openssl/": {"app"},
    "Eigen/": {"core", "scenario", "model", "results", "analysis"},
    "nlopt": {"analysis"},
    "pybind11/": {"python"},
}

# Opening a file to write it. Only these do: a file is written under another name and renamed (core/write_file.hpp).
WRITING = re.compile(
    r"\bofstream\b|\bfstream\s+\w|\bfopen\(|\bfreopen\(|\bfdopen\(|\bmkstemp|\bH5Fcreate\b|H5F_ACC_RDWR|\bcreat\("
    r"|O_WRONLY|O_RDWR|O_CREAT|\bcopy_file\(|fmt::output_file"
)
WRITERS = {
    "core/write_file.cpp",  # the one way
    "results/file/hdf5.cpp",  # HDF5 opens its own files, and hands them to publish()
    "results/file/journal.cpp",  # puts a partial file back; renames each journal into place
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(*folders):
    for folder in folders:
        for suffix in ("*.hpp", "*.cpp"):
            yield from sorted((ROOT / folder).rglob(suffix))


def include_mistakes(place, text):
    """What is wrong with the includes of a file of engine/<place>, such as scenario or scenario/files."""
    mistakes = [
        f"{name}: {place}/ itself may not see it"
        for _, name in INCLUDE.findall(text)
        if name.startswith(TYPES_BEFORE.get(place, ()))
    ]
    folder, _, room = place.partition("/")
    rooms = ROOMS.get(folder, [])
    for kind, name in INCLUDE.findall(text):
        if kind == '"':
            other = name.split("/")[0]
            if "/" in name and other not in FOLDERS:
                mistakes.append(f'"{name}" is not a folder of engine/')
            elif other in FOLDERS and FOLDERS.index(other) > FOLDERS.index(folder):
                mistakes.append(f'"{name}": {folder}/ may not see {other}/')
            elif other == folder and rooms:
                inner = name.split("/")[1] if name.count("/") > 1 else ""
                if rooms.index(inner) > rooms.index(room):
                    mistakes.append(f'"{name}": {place}/ may not see {other}/{inner}')
        for library, allowed in LIBRARIES.items():
            if name.startswith(library) and not allowed & {folder, place}:
                mistakes.append(f"<{name}>: only {', '.join(sorted(allowed))} may see it")
    return mistakes


def circles(needs):
    """The units that need themselves, by way of others."""

    def reaches(start):
        found, waiting = set(), list(needs.get(start, set()) - {start})
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting.extend(needs.get(unit, ()))
        return found

    return sorted(unit for unit in needs if unit in reaches(unit))


class Layout(unittest.TestCase):
    def test_the_check_itself_finds_mistakes(self):
        self.assertEqual(len(include_mistakes("model", '#include "simulation/ensemble.hpp"')), 1)
        self.assertEqual(len(include_mistakes("model", "#include <nlohmann/json.hpp>")), 1)
        self.assertEqual(len(include_mistakes("cli", '#include "elsewhere/x.hpp"')), 1)
        self.assertEqual(len(include_mistakes("scenario", '#include "scenario/files/loader.hpp"')), 1)
        self.assertEqual(include_mistakes("scenario/files", '#include "scenario/files/loader.hpp"'), [])
        self.assertEqual(include_mistakes("simulation", '#include "model/needs/needs.hpp"\n#include <vector>'), [])
        self.assertEqual(len(include_mistakes("simulation", "#include <tbb/task.h>")), 1)
        self.assertEqual(len(include_mistakes("results/file", '#include "results/summary.hpp"')), 1)
        self.assertEqual(len(include_mistakes("results", "#include <hdf5.h>")), 1)
        self.assertEqual(include_mistakes("results", '#include "results/file/result_reader.hpp"'), [])

    def test_files_are_written_in_one_way(self):
        for wrong in (
            "std::ofstream out(file);",
            'fopen(name, "w")',
            "H5Fcreate(name.c_str(),",
            "::open(path, O_WRONLY | O_CREAT)",
        ):
            self.assertRegex(wrong, WRITING)
        self.assertNotRegex("std::ifstream in(file); ::open(path, O_RDONLY)", WRITING)
        found = {str(path.relative_to(ENGINE)) for path in sources("engine") if WRITING.search(path.read_text())}
        self.assertEqual(found, WRITERS)
        for path in (ROOT / "python").rglob("*.py"):
            self.assertNotRegex(
                path.read_text(), r"\bopen\([^)]*[\"'][wax]|write_text\(|write_bytes\(|to_csv\(|to_netcdf\("
            )

    def test_every_folder_is_known(self):
        found = {path.name for path in ENGINE.iterdir() if path.is_dir()}
        self.assertLessEqual(found, set(FOLDERS))

    def test_includes_go_one_way(self):
        for path in sources("engine"):
            place = str(path.relative_to(ENGINE).parent)
            with self.subTest(file=str(path.relative_to(ROOT))):
                self.assertEqual(include_mistakes(place, path.read_text()), [])

    def test_no_circles_between_files(self):
        """A header and its source count as one: what a source needs, its header's users wait for too."""
        needs = {}
        for path in sources("engine"):
            unit = str(path.relative_to(ENGINE).with_suffix(""))
            needs.setdefault(unit, set()).update(
                name.rsplit(".", 1)[0] for kind, name in INCLUDE.findall(path.read_text()) if kind == '"'
            )
        self.assertEqual(circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}), ["a", "b", "c"])
        self.assertEqual(circles(needs), [])

    def test_folders_of_analysis_do_not_see_each_other(self):
        """A fit, a forecast and an experiment are made of the engine, and none of another."""
        for path in sources("engine/analysis"):
            own = path.parent.relative_to(ENGINE).as_posix()
            with self.subTest(file=str(path.relative_to(ROOT))):
                seen = {
                    str(Path(name).parent)
                    for kind, name in INCLUDE.findall(path.read_text())
                    if kind == '"' and name.startswith("analysis/")
                }
                self.assertLessEqual(seen, {own})

    def test_england_at_an_origin_reads_no_files(self):
        """A program without files can fill it in: what the model sees of published/ has no reader behind it."""
        for folder in ("scenario", "model", "simulation"):
            for path in (ENGINE / folder).glob("*.[ch]pp") if folder == "scenario" else sources(f"engine/{folder}"):
                with self.subTest(file=str(path.relative_to(ROOT))):
                    seen = {name for _, name in INCLUDE.findall(path.read_text()) if name.startswith("published/")}
                    self.assertLessEqual(seen, {"published/england.hpp"})
        for name in ("england.hpp", "england.cpp"):
            self.assertNotRegex((ENGINE / "published" / name).read_text(), r"csv|filesystem|stream")

    def test_headers_are_guarded_and_sources_start_with_their_header(self):
        for path in sources("engine"):
            text = path.read_text()
            with self.subTest(file=str(path.relative_to(ROOT))):
                if path.suffix == ".hpp":
                    self.assertIn("#pragma once", text)
                elif path.with_suffix(".hpp").exists():
                    own = str(path.with_suffix(".hpp").relative_to(ENGINE))
                    self.assertEqual(INCLUDE.search(text).group(2), own)

    def test_every_header_compiles_alone(self):
        """One that has a source does: the source starts with it. The others are compiled here."""
        # With the options of the program, which sees every library.
        entry = next(e for e in json.loads(COMMANDS.read_text()) if e["file"].endswith("engine/cli/program.cpp"))
        words = shlex.split(entry["command"])
        options = [
            w
            for i, w in enumerate(words)
            if w.startswith(("-I", "-D", "-std", "-W", "-f", "-m")) or words[i - 1] == "-isystem" or w == "-isystem"
        ]
        # Some libraries are known only to the folder that uses them.
        options += ["-isystem", "/usr/include/hdf5/serial"]
        compiler = next(w for w in words if not w.endswith("ccache"))
        headers = [h for h in sources("engine") if h.suffix == ".hpp" and not h.with_suffix(".cpp").exists()]
        self.assertGreater(len(headers), 10)

        def compile_alone(header):
            result = subprocess.run(
                [compiler, *options, "-fsyntax-only", "-x", "c++", "-"],
                input=f'#include "{header.relative_to(ENGINE)}"\n',
                cwd=entry["directory"],
                capture_output=True,
                text=True,
            )
            return header, result

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for header, result in pool.map(compile_alone, headers):
                with self.subTest(header=str(header.relative_to(ROOT))):
                    self.assertEqual(result.returncode, 0, result.stderr)

    def test_no_c_library_decides_a_bit_of_the_model(self):
        """engine/kernels/elementary has these functions; a square root is exact everywhere (docs/adr/0029)."""
        library = re.compile(
            r"\b(?:std::|(?<![\w:.])::)(?:exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|erfc?|[lt]gamma)\("
        )
        for wrong in ("std::exp(x)", "y * std::pow(a, b)", "std::log1p(r)"):
            self.assertRegex(wrong, library)
        self.assertNotRegex("elementary::exp(x) + std::sqrt(y) + fast_log(z)", library)
        for path in sources("engine/model", "engine/kernels", "engine/simulation"):
            with self.subTest(file=str(path.relative_to(ROOT))):
                self.assertNotRegex(path.read_text(), library)

    def test_no_unfinished_business(self):
        for path in sources("engine", "tests", "bench"):
            with self.subTest(file=str(path.relative_to(ROOT))):
                self.assertNotRegex(path.read_text(), r"\b(TODO|FIXME|XXX)\b")

    def test_files_are_text(self):
        """What a program left behind, such as a profile, is not committed; pictures of the documents are."""
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
        if listed.returncode != 0:
            self.skipTest("not a checkout")
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
        binary = [str(path.relative_to(ROOT)) for path in files if path.is_file() and b"\0" in path.read_bytes()]
        self.assertEqual([name for name in binary if not name.startswith("docs/images/")], [])


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        COMMANDS = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
