#!/usr/bin/python3
"""The page of a result: what it says is what the result holds, to the digit; it opens in a browser without a network,
without an error, and without a fault that axe-core can find.

Usage: test_report.py build/release/hearth
Needs Node.js, chromium, and playwright-core and axe-core from web/package-lock.json, which ./test installs in build/web;
without them the tests in the browser are left out, and say so. HEARTH_SCREENSHOTS names a folder for pictures.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import xarray as xr

ROOT = Path(__file__).resolve().parent.parent
HEARTH = ROOT / "build/release/hearth"
AUTHORITIES = [305, 919, 926]
CHOSEN = 926  # Norfolk
MODULES = next((m for m in (ROOT / "build/web/node_modules", ROOT / "web/node_modules")
                if (m / "playwright-core").exists() and (m / "axe-core").exists()), None)
BROWSER = os.environ.get("HEARTH_CHROMIUM") or shutil.which("chromium")

FLOWS = ["care_entries"]
STOCKS = ["looked_after", "child_protection_plans"]
RATIOS = ["caseload", "fidelity", "leadership"]
PAYERS = {"cost_authority": ["authority"], "cost_total": ["authority", "programme", "police", "nhs", "courts"]}


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600, **options)


def shown(value, like, sign=False):
    """A number as the page shows it, with as many decimals as `like`, which is what it shows."""
    decimals = len(like.partition(".")[2])
    text = f"{abs(value):,.{decimals}f}"
    if not re.search("[1-9]", text):
        return text
    return ("−" if value < 0 else "+" if sign else "") + text


class Yearly:
    """Yearly figures of a result, worked out anew with xarray: [arm, replicate, year]."""

    def __init__(self, file):
        self.data = xr.open_dataset(file)

    def years(self, monthly, how):
        blocks = np.asarray(monthly, dtype=float).reshape(*monthly.shape[:-1], -1, 12)
        return {"sum": blocks.sum(-1), "end": blocks[..., -1], "mean": blocks.mean(-1)}[how]

    def of(self, key, codes):
        chosen = self.data.sel(authority=codes)
        order = ("arm", "replicate", "authority", "time")
        if key in PAYERS:
            cost = chosen.cost.sel(payer=PAYERS[key]).sum(["payer", "cost_category", "authority"])
            return self.years(cost.transpose("arm", "replicate", "time").values, "sum") / 1e6
        if key in RATIOS:
            ratio = chosen[key].transpose(*order).values.astype(float)
            weight = chosen.social_workers_fte.transpose(*order).values.astype(float)
            return self.years((ratio * weight).sum(2) / weight.sum(2), "mean")
        counts = chosen[key].sum("authority").transpose("arm", "replicate", "time").values
        return self.years(counts, "sum" if key in FLOWS else "end")


def setUpModule():
    """A small result and its page, for all tests."""
    Made.directory = tempfile.TemporaryDirectory()
    here = Path(Made.directory.name)
    Made.result, Made.page = here / "made.h5", here / "made.html"
    made = run(HEARTH, "run", "england", "--authorities", ",".join(map(str, AUTHORITIES)), "--replicates", 5, "--months", 48,
               "-q", "--report", "-o", Made.result, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    assert f"Page    {Made.page}" in made.stdout, made.stdout
    Made.text = Made.page.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', Made.text, re.S)
    Made.data = json.loads(found.group(1))
    Made.yearly = Yearly(Made.result)


def tearDownModule():
    Made.yearly.data.close()
    Made.directory.cleanup()


class Made(unittest.TestCase):
    """What setUpModule made: directory, result, page, its text and data, and the result's yearly figures."""


class Report(Made):
    def test_it_asks_nothing_of_a_network(self):
        self.assertNotRegex(self.text, r'(src|href)="(https?:)?//')
        self.assertNotRegex(self.text, r"@import|url\((?!#)[\"']?http")

    def test_it_names_no_scenario_of_later_years(self):
        for area in self.data["areas"]:
            for years in area["published"].values():
                self.assertLessEqual(max(year for year, _ in years), 2022)

    def test_one_file_below_five_megabytes(self):
        self.assertLess(len(self.text.encode()), 5e6)

    def test_hearth_report_makes_the_same_page(self):
        again = Path(self.directory.name) / "again.html"
        result = run(HEARTH, "report", self.result, "-o", again, cwd=ROOT)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(again.read_text(encoding="utf-8"), self.text)

    def test_families_are_those_of_the_result(self):
        traces = self.data["families"]["traces"]
        self.assertEqual(len(traces), 4, self.data["families"]["why_none"])  # two arms, for better and for worse
        for trace in traces:
            self.assertIn(trace["authority"]["code"], AUTHORITIES)
            self.assertEqual(len(trace["families"]), 1)
        result = run(HEARTH, "report", self.result, "--no-families", "-o", Path(self.directory.name) / "none.html", cwd=ROOT)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_page_of_a_summarised_result_is_the_same_where_no_single_futures_are_needed(self):
        scenario = Path(self.directory.name) / "england.json"
        scenario.write_text(json.dumps({"extends": str(ROOT / "scenarios/england.json"), "output": {"replicates": "summary"}}))
        page = scenario.with_suffix(".html")
        made = run(HEARTH, "run", scenario, "--authorities", ",".join(map(str, AUTHORITIES)), "--replicates", 5, "--months", 48,
                   "-q", "--report", "-o", scenario.with_suffix(".h5"), cwd=ROOT)
        self.assertEqual(made.returncode, 0, made.stderr)
        data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text(), re.S).group(1))
        self.assertTrue(data["summarised"])
        self.assertIn("a summary of single authorities", data["families"]["why_none"])
        for ours, whole in zip(data["areas"], self.data["areas"], strict=True):
            alone = ours["id"] in ("919", "926")  # two of the East of England; Bromley is all of London here
            self.assertEqual(set(whole) - set(ours), {"saving", "gains"} if alone else set())
            for key in ours:
                self.assertEqual(ours[key], whole[key], (ours["id"], key))
        if not (MODULES and BROWSER and shutil.which("node")):
            return
        seen = run("node", ROOT / "tests/report_page.mjs", page, MODULES, CHOSEN, "-")
        self.assertEqual(seen.returncode, 0, seen.stderr)
        seen = json.loads(seen.stdout)
        self.assertEqual(seen["messages"], [])
        self.assertEqual([v for each in seen["violations"].values() for v in each], [])
        figures = [{t["figure"] for t in area["tables"]} for area in seen["areas"]["1280"]]
        self.assertEqual(figures[0] - figures[1], {"payers", "saving-cost_authority", "saving-cost_total", "gains-rate", "gains-difference"})

    def test_errors_leave_an_older_page(self):
        here = Path(self.directory.name)
        page = here / "older.html"
        page.write_text("older")
        (here / "broken.h5").write_text("not a result")
        for command in [("report", here / "broken.h5", "-o", page), ("report", here / "none.h5", "-o", page)]:
            result = run(HEARTH, *command, cwd=ROOT)
            self.assertEqual(result.returncode, 4, result.stderr)
            self.assertEqual(page.read_text(), "older")
        result = run(HEARTH, "report", self.result, "-o", here / "nowhere" / "page.html", cwd=ROOT)
        self.assertEqual(result.returncode, 4)
        self.assertIn("there is no directory", result.stderr)


@unittest.skipUnless(MODULES and BROWSER and shutil.which("node"),
                     "needs node, chromium, and npm ci in web/ (or ./test)")
class InTheBrowser(Made):
    @classmethod
    def setUpClass(cls):
        shots = os.environ.get("HEARTH_SCREENSHOTS", "-")
        result = run("node", ROOT / "tests/report_page.mjs", cls.page, MODULES, CHOSEN, shots)
        assert result.returncode == 0, result.stderr
        cls.seen = json.loads(result.stdout)

    def tables(self, area):
        return {t["figure"]: t for t in self.seen["areas"]["1280"][area]["tables"] if t["figure"]}

    def places(self):
        return [(0, AUTHORITIES), (1, [CHOSEN])]

    def test_no_message_no_request_no_fault(self):
        self.assertEqual(self.seen["messages"], [])
        self.assertEqual(self.seen["requests"], [])
        for where, violations in self.seen["violations"].items():
            with self.subTest(where=where):
                self.assertEqual(violations, [])

    def test_it_fits_a_desk_and_a_phone(self):
        self.assertEqual(self.seen["widths"], {"1280": 1280, "390": 390})
        self.assertGreater(self.seen["printed"], 20000)

    def test_every_chart_has_words_a_table_and_a_file(self):
        for width, areas in self.seen["areas"].items():
            for area in areas:
                self.assertGreater(len(area["charts"]), 15)
                for chart in area["charts"]:
                    with self.subTest(width=width, chart=chart["label"][:60]):
                        self.assertGreater(len(chart["label"]), 40)
                        self.assertNotRegex(chart["label"], "undefined|NaN|null")
                        self.assertGreater(chart["drawn"], 5)
                        self.assertTrue(chart["table"] and chart["csv"])

    def test_levels_are_those_of_the_result_to_the_digit(self):
        titles = self.yearly.data.arm_title.values.tolist()
        for area, codes in self.places():
            tables = self.tables(area)
            for key in FLOWS + STOCKS + RATIOS[:1] + ["cost_authority"]:
                values = self.yearly.of(key, codes)
                rows = [row for row in tables[f"fan-{key}"]["rows"] if row[1] != "Published"]
                self.assertEqual(len(rows), 3 * 4)
                for i, row in enumerate(rows):
                    sample = values[titles.index(row[1]), :, i // 3]
                    want = [shown(np.quantile(sample, q), cell) for q, cell in zip((0.5, 0.05, 0.95, 0.25, 0.75), row[2:])]
                    self.assertEqual(row[2:], want, (area, key, row[:2]))

    def test_differences_are_those_of_the_result_to_the_digit(self):
        titles = self.yearly.data.arm_title.values.tolist()
        for area, codes in self.places():
            tables = self.tables(area)
            for key in FLOWS + STOCKS + RATIOS[:1] + list(PAYERS):
                values = self.yearly.of(key, codes)
                rows = tables[f"difference-{key}"]["rows"]
                self.assertEqual(len(rows), 2 * 4)
                for i, row in enumerate(rows):
                    paired = values[titles.index(row[1]), :, i // 2] - values[0, :, i // 2]
                    low, high = np.quantile(paired, [0.05, 0.95])
                    self.assertEqual(row[2:5], [shown(x, cell, True) for x, cell in zip((paired.mean(), low, high), row[2:5])])
                    # Of the interval as it is shown: an end that rounds to nil is nil.
                    word = "more" if row[3].startswith("+") else "fewer" if row[4].startswith("−") else "no difference"
                    self.assertIn(word, row[5], (area, key, row))

    def test_savings_are_those_of_the_result_to_the_digit(self):
        titles = self.yearly.data.arm_title.values.tolist()
        for area, codes in self.places():
            tables = self.tables(area)
            for key in PAYERS:
                spent = self.yearly.of(key, codes).cumsum(-1)
                for i, row in enumerate(tables[f"saving-{key}"]["rows"]):
                    paired = spent[titles.index(row[1])] - spent[0]
                    now = paired[:, i // 2]
                    want = [now.mean(), *np.quantile(now, [0.05, 0.95])]
                    self.assertEqual(row[2:5], [shown(x, cell, True) for x, cell in zip(want, row[2:5])])
                    self.assertEqual(row[5], f"{(now < 0).mean():.3f}")
                    self.assertEqual(row[6], f"{(paired[:, i // 2:] < 0).all(-1).mean():.3f}")

    def test_the_mix_is_that_of_the_result_to_the_digit(self):
        titles = self.yearly.data.arm_title.values.tolist()
        for area, codes in self.places():
            data = self.yearly.data.sel(authority=codes).isel(time=-1)
            for figure, key, dimension in [("ages", "looked_after_by_age", "age_band"), ("placements", "looked_after_by_placement", "placement")]:
                values = data[key].sum("authority").transpose("arm", "replicate", dimension).values
                for i, row in enumerate(self.tables(area)[figure]["rows"]):
                    sample = values[titles.index(row[1]), :, i // 3]
                    want = [shown(np.quantile(sample, q), cell) for q, cell in zip((0.5, 0.05, 0.95), row[2:])]
                    self.assertEqual(row[2:5], want)

    def test_one_future_of_half_a_year_of_a_tiny_authority(self):
        here = Path(self.directory.name)
        made = run(HEARTH, "run", "england", "--authorities", 420, "--replicates", 1, "--months", 6, "-q", "--report", "-o", here / "tiny.h5",
                   cwd=ROOT)
        self.assertEqual(made.returncode, 0, made.stderr)
        result = run("node", ROOT / "tests/report_page.mjs", here / "tiny.html", MODULES, "-", "-")
        self.assertEqual(result.returncode, 0, result.stderr)
        seen = json.loads(result.stdout)
        self.assertEqual(seen["messages"], [])
        self.assertEqual([v for each in seen["violations"].values() for v in each], [])
        self.assertIn("one possible future", seen["answer"])
        for chart in seen["areas"]["1280"][0]["charts"]:
            self.assertNotRegex(chart["label"], "undefined|NaN|null")

    def test_the_picker_redraws_everything(self):
        first, chosen = self.seen["areas"]["1280"]
        self.assertEqual(chosen["title"], "The answer for Norfolk")
        self.assertEqual(chosen["status"], "Showing Norfolk")
        self.assertNotEqual(self.tables(0)["fan-looked_after"]["rows"], self.tables(1)["fan-looked_after"]["rows"])
        self.assertNotIn("neighbours-level", self.tables(0))
        self.assertEqual(self.tables(1)["neighbours-level"]["rows"][0][0], "Norfolk")
        self.assertEqual(len(self.tables(1)["neighbours-level"]["rows"]), len(AUTHORITIES))
        self.assertEqual(len(first["charts"]) + 2, len(chosen["charts"]))

    def test_the_keyboard_is_enough(self):
        self.assertEqual(self.seen["afterHome"], "The answer for All in the result")
        self.assertEqual(self.seen["ariaSort"], "descending")
        self.assertEqual(self.seen["sorted"], sorted(self.seen["sorted"], reverse=True))
        self.assertEqual(self.seen["filtered"], "0 of 3 authorities")
        self.assertIn(int(self.seen["chosen"][1]), AUTHORITIES)

    def test_numbers_can_be_taken_away(self):
        self.assertRegex(self.seen["csv"]["name"], r"looked-after-children.*\.csv$")
        rows = list(csv.reader(io.StringIO(self.seen["csv"]["text"].lstrip("\ufeff"))))
        self.assertEqual(rows[0][:3], ["Year", "Way of working", "Median"])
        self.assertTrue(all(len(row) == len(rows[0]) for row in rows))
        self.assertGreater(len([row for row in rows[1:] if float(row[2]) > 0]), 12)


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
