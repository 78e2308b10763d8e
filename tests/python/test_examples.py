#!/usr/bin/python3
"""The examples that documents show run: every fenced block of Python, and of R where Rscript is installed, document by
document in one session each, on small runs. Usage: test_examples.py PROGRAM"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
# Smaller runs than a reader would make; the examples stay as they are otherwise.
SMALLER = [
    ("replicates=20", "replicates=3"),
    ('"replicates": 20', '"replicates": 3, "horizon_months": 60'),
    ('"authorities": [{"region": "London"}]', '"authorities": [420, 857]'),
    ('sel(area="England")', "isel(area=0)"),
]  # two authorities are not England
# What hindcast.md shows is run in test_forecasts.py, on a hindcast that takes minutes to make.
ELSEWHERE = {ROOT / "docs/reference/hindcast.md"}


def blocks(path, language):
    return [code for kind, code in BLOCK.findall(path.read_text(encoding="utf-8")) if kind == language]


def documents(language):
    return [
        path
        for path in [ROOT / "README.md", ROOT / "outputs/README.md", *sorted(ROOT.glob("docs/**/*.md"))]
        if path not in ELSEWHERE and blocks(path, language)
    ]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.here = Path(cls.holder.name)
        (cls.here / "outputs").mkdir()
        (cls.here / "scenarios").symlink_to(ROOT / "scenarios")
        cls.run_to("outputs/england.h5", "--authorities", "919,926", "--split", replicates=4)
        cls.run_to("outputs/summarised.h5", "--authorities", "919,926", replicates=4, output={"replicates": "summary"})
        cls.run_to("outputs/one.h5", "--authorities", "926", replicates=1)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def run_to(cls, file, *options, **more):
        scenario = cls.here / "example.json"
        scenario.write_text(
            json.dumps(
                {
                    "extends": str(ROOT / "scenarios/england.json"),
                    "name": "example",
                    "title": "Example",
                    "horizon_months": 13,
                    **more,
                }
            )
        )
        subprocess.run(
            [HEARTH, "run", scenario, "-q", "-o", cls.here / file, *options], check=True, stdout=subprocess.DEVNULL
        )

    def try_session(self, path, language, command, change=lambda code: code):
        code = "\n".join(change(block) for block in blocks(path, language))
        for before, after in SMALLER:
            code = code.replace(before, after)
        result = subprocess.run([*command, code], cwd=self.here, capture_output=True, text=True, timeout=300)
        self.assertEqual(result.returncode, 0, f"{path.relative_to(ROOT)}: {code}\n{result.stderr}")

    def test_there_are_examples(self):
        self.assertIn(ROOT / "outputs/README.md", documents("python"))
        self.assertIn(ROOT / "docs/how-to/python.md", documents("python"))
        self.assertIn(ROOT / "outputs/README.md", documents("r"))

    def test_python(self):
        # A default result has every replicate of each authority, a summarised one is of another run.
        def own_file(code):
            return (
                code.replace("outputs/england.h5", "outputs/summarised.h5") if 'group="authorities"' in code else code
            )

        for path in documents("python"):
            with self.subTest(document=str(path.relative_to(ROOT))):
                self.try_session(path, "python", [sys.executable, "-W", "error::FutureWarning", "-c"], own_file)

    @unittest.skipUnless(shutil.which("Rscript"), "without R")
    def test_r(self):
        for path in documents("r"):
            for file in ("outputs/england.h5", "outputs/one.h5"):  # one authority, one replicate: R drops dimensions
                with self.subTest(document=str(path.relative_to(ROOT)), file=file):
                    self.try_session(
                        path, "r", ["Rscript", "-e"], lambda code, file=file: code.replace("outputs/england.h5", file)
                    )


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    os.environ.setdefault("PYTHONPATH", str(HEARTH.parent / "python"))
    unittest.main()
