#!/usr/bin/python3
"""Runs every notebook with few futures, and looks at what is kept in them.

Usage: PYTHONPATH=build/release/python test_notebooks.py build/release/hearth
With HEARTH_UPDATE_NOTEBOOKS=1 runs them with all futures and keeps what they show.
"""

import os
import pathlib
import re
import sys
import tempfile
import unittest

import nbformat
from nbclient import NotebookClient

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST = 200_000  # bytes
UPDATE = "HEARTH_UPDATE_NOTEBOOKS" in os.environ
# Pictures are kept as SVG: text that can be read and compared, the same for the same numbers.
KERNEL_CONFIG = """
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Creator": None, "Date": None}}
c.InlineBackend.rc = {"svg.fonttype": "none", "svg.hashsalt": "hearth"}
"""
ENCODED = re.compile(r"[A-Za-z0-9+/]{200}")  # base64: nobody can read what it says
# What only one machine has.
ABSOLUTE = re.compile(r"(?<![\w.:/])/(home|root|tmp|work|mnt|srv|opt|usr|var|Users)/\w")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell):
    """All texts that a cell printed or returned, and those of its errors."""
    for output in cell.outputs:
        yield output.get("text", "")
        yield "\n".join(output.get("traceback", []))
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/") or kind == "image/svg+xml":
                yield value


class Notebooks(unittest.TestCase):
    def test_the_check_of_paths_finds_them(self):
        self.assertRegex("saved in /home/someone/x.h5", ABSOLUTE)
        self.assertRegex('File "/tmp/x.py"', ABSOLUTE)
        self.assertNotRegex("outputs/home/x.h5 and ../tmp/x", ABSOLUTE)

    def test_the_check_of_encoded_pictures_finds_them(self):
        self.assertRegex("iVBORw0KGgo" * 20, ENCODED)
        self.assertNotRegex('<path d="M 43 168 L 96 12" clip-path="url(#p3a5f)"/>' * 20, ENCODED)

    def test_every_notebook_is_listed(self):
        self.assertGreater(len(NOTEBOOKS), 3)
        readme = (ROOT / "notebooks/README.md").read_text()
        self.assertEqual(sorted(re.findall(r"\]\((\w+\.ipynb)\)", readme)), [path.name for path in NOTEBOOKS])

    def test_what_is_kept(self):
        for path in NOTEBOOKS:
            with self.subTest(notebook=path.name):
                self.assertLess(path.stat().st_size, LARGEST)
                self.assertNotRegex(path.read_text(), ENCODED, "keep pictures with HEARTH_UPDATE_NOTEBOOKS=1")
                notebook = nbformat.read(path, 4)
                nbformat.validate(notebook)
                cells = code_cells(notebook)
                self.assertEqual([cell.execution_count for cell in cells], list(range(1, len(cells) + 1)))
                for cell in cells:
                    self.assertNotIn("error", [output.output_type for output in cell.outputs])
                    self.assertNotIn("stderr", [output.get("name") for output in cell.outputs])
                for cell in notebook.cells:
                    self.assertNotRegex(cell.source, ABSOLUTE)
                for text in (text for cell in cells for text in shown(cell)):
                    self.assertNotRegex(text, ABSOLUTE)

    def test_links_lead_somewhere(self):
        for path in [*NOTEBOOKS, ROOT / "notebooks/README.md"]:
            text = (
                path.read_text()
                if path.suffix == ".md"
                else "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")
            )
            for link in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", text):
                with self.subTest(notebook=path.name, link=link):
                    self.assertTrue((path.parent / link).exists())

    def test_they_run(self):
        with tempfile.TemporaryDirectory() as holder:
            # A project of links, so that what the notebooks write lands here.
            project = pathlib.Path(holder)
            for name in ("scenarios", "tools", "docs"):
                (project / name).symlink_to(ROOT / name)
            (project / "notebooks").mkdir()
            profile = project / "ipython/profile_default"
            profile.mkdir(parents=True)
            (profile / "ipython_kernel_config.py").write_text(KERNEL_CONFIG)
            if not UPDATE:
                os.environ["HEARTH_REPLICATES"] = "4"
            os.environ.update(
                {
                    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
                    "IPYTHONDIR": str(project / "ipython"),
                    "JUPYTER_DATA_DIR": str(project / "jupyter"),
                    "JUPYTER_RUNTIME_DIR": str(project / "runtime"),
                }
            )
            for path in NOTEBOOKS:
                with self.subTest(notebook=path.name):
                    notebook = nbformat.read(path, 4)
                    NotebookClient(
                        notebook,
                        timeout=600,
                        kernel_name="python3",
                        record_timing=False,
                        resources={"metadata": {"path": str(project / "notebooks")}},
                    ).execute()
                    for text in (text for cell in code_cells(notebook) for text in shown(cell)):
                        self.assertNotIn(holder, text)
                    if UPDATE:
                        nbformat.write(notebook, path)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ["PATH"] = f"{pathlib.Path(sys.argv.pop(1)).resolve().parent}:{os.environ['PATH']}"
    unittest.main(verbosity=2)
