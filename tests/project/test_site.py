#!/usr/bin/python3
"""tools/make_site.py makes a site in which no link leads nowhere, every document has its place, and everything public of
the Python package and of the C++ library is said."""

import ast
import json
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import make_site  # noqa: E402


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.site = Path(cls.folder.name)
        make_site.make(cls.site)  # stops at a link that leads nowhere

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_every_document_has_its_place(self):
        links = make_site.Page(self.site / "index.html").links
        for path in sorted((ROOT / "docs").rglob("*.md")):
            page = str(path.relative_to(ROOT).with_suffix(".html"))
            with self.subTest(page=page):
                self.assertIn(page, links)

    def test_search_finds_words_of_the_documents(self):
        index = json.loads((self.site / "search/search_index.json").read_text(encoding="utf-8"))
        found = {entry["location"].split("#")[0] for entry in index["docs"] if "Family Safeguarding" in entry["text"]}
        self.assertIn("docs/evidence.html", found)

    def test_all_that_is_public_is_said(self):
        places = make_site.Page(self.site / "api/python.html").places
        package = ast.parse((ROOT / "python/hearth/__init__.py").read_text(encoding="utf-8"))
        (names,) = [
            node.value for node in package.body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
        ]
        for name in ast.literal_eval(names):
            self.assertIn(f"hearth{name}".lower(), places)
        text = (self.site / "api/cpp.html").read_text(encoding="utf-8")
        for header in (ROOT / "engine/app").glob("*.hpp"):
            self.assertIn(f"app/{header.name}", text)

    def test_nothing_is_fetched_from_elsewhere(self):
        for page in self.site.rglob("*.html"):
            for word in ("<script src=http", '<script src="http', 'rel="stylesheet" href="http', "fonts.g"):
                self.assertNotIn(word, page.read_text(encoding="utf-8"), page)


class Checks(unittest.TestCase):
    def test_broken_links_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.html").write_text(
                '<p id="x"><a href="b.html"><a href="#y"><a href="#x"><a href="a.html#z">'
            )
            self.assertEqual(make_site.broken_links(Path(folder)), ["a.html: #y", "a.html: a.html#z", "a.html: b.html"])

    def test_docstrings_become_lists(self):
        text = "Does it.\n\na, b: two things\n    that go on.\nc: ``x``.\nReturns y."
        wanted = "Does it.\n\n- `a, b`: two things\n  that go on.\n- `c`: `x`.\n\nReturns y."
        self.assertEqual(make_site.docstring_page(text), wanted)


if __name__ == "__main__":
    unittest.main()
