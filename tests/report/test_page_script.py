#!/usr/bin/python3
"""The page's script: eslint and prettier find nothing, its pure functions do what they say, and the order in which the
build joins its modules is one in which each comes after those that it imports.

Needs Node.js, and eslint and prettier from web/package-lock.json, which ./test installs in build/web.
"""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
MODULES = next((m for m in (ROOT / "build/web/node_modules", WEB / "node_modules") if (m / "eslint").exists()), None)


@unittest.skipUnless(MODULES, "eslint is not installed: npm ci in web/")
class Script(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.web = Path(self.folder.name) / "web"
        shutil.copytree(WEB, self.web, ignore=shutil.ignore_patterns("node_modules"))
        (self.web / "node_modules").symlink_to(MODULES)

    def node(self, *words):
        return subprocess.run(["node", *words], cwd=self.web, capture_output=True, text=True, timeout=300)

    def test_eslint_finds_nothing(self):
        result = self.node("node_modules/eslint/bin/eslint.js", "page", "tests")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_eslint_finds_long_lines_and_functions(self):
        lines = "".join(f"  console.log({i});\n" for i in range(70))
        (self.web / "page/x.js").write_text(f"export function x() {{\n{lines}}}\n// {'x' * 110}\n")
        result = self.node("node_modules/eslint/bin/eslint.js", "page")
        for rule in ("max-len", "max-lines-per-function", "no-undef"):  # console: no part of the page
            self.assertIn(rule, result.stdout)

    def test_prettier_has_laid_it_out(self):
        result = self.node("node_modules/prettier/bin/prettier.cjs", "--check", "page", "tests", "eslint.config.mjs")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_pure_functions(self):
        result = self.node("--test", "--test-reporter=tap", *sorted(map(str, self.web.glob("tests/*.mjs"))))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertGreater(int(re.search(r"^# pass (\d+)$", result.stdout, re.M)[1]), 10)


class Order(unittest.TestCase):
    def test_a_module_comes_after_those_that_it_imports(self):
        listed = re.search(r"foreach\(name ([^)]*)\)", (ROOT / "engine/report/CMakeLists.txt").read_text())[1].split()
        self.assertEqual(sorted(listed), sorted(path.stem for path in (WEB / "page").glob("*.js")))
        for i, name in enumerate(listed):
            imported = re.findall(r'^\}? ?.*from "\./(\w+)\.js";$', (WEB / f"page/{name}.js").read_text(), re.M)
            self.assertLessEqual(set(imported), set(listed[:i]), name)


if __name__ == "__main__":
    unittest.main()
