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

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
AUTHORITIES = [305, 919, 926]
CHOSEN = 926  # Norfolk
MODULES = next(
    (
        m
        for m in (ROOT / "build/web/node_modules", ROOT / "web/node_modules")
        if (m / "playwright-core").exists() and (m / "axe-core").exists()
    ),
    None,
)
BROWSER = os.environ.get("HEARTH_CHROMIUM") or shutil.which("chromium")

FLOWS = ["care_entries", "referrals", "months_in_unmet_need", "re_referrals_to_plan_or_care"]
STOCKS = ["looked_after", "child_protection_plans", "children_in_need"]
RATIOS = ["caseload", "fidelity", "leadership"]
STAFF = ["social_workers_fte", "practitioners_fte"]
PAYERS = {"cost_authority": ["authority"], "cost_total": ["authority", "programme", "police", "nhs", "courts"]}


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600, **options)


def shown(value, decimals, sign=False):
    """A number as the page shows it: `decimals` below zero round to tens, hundreds and so on."""
    step = 10.0 ** max(0, -decimals)
    value = float(f"{value / step:.{max(0, decimals)}f}") * step
    text = f"{abs(value):,.{max(0, decimals)}f}"
    if not re.search("[1-9]", text):
        return text
    return ("−" if value < 0 else "+" if sign else "") + text


def in_range(low, high, decimals, sign=False):
    return f"{shown(low, decimals, sign)} to {shown(high, decimals, sign)}"


def mean_text(mean, error, decimals):
    """A mean difference in a table: without a sign, or a number, unless it is two errors away from zero."""
    if error == 0 and mean == 0:
        return "none"
    if abs(mean) <= 2 * error:
        return "unclear"
    text = shown(mean, decimals, True)
    return text if re.search("[1-9]", text) else "about 0"


def error_text(error, decimals):
    return shown(max(error, 10.0**-decimals if error > 0 else 0.0), decimals)


class Yearly:
    """Yearly figures of a result, worked out again with xarray: [arm, replicate, year]."""

    def __init__(self, file):
        self.data = xr.open_dataset(file)

    def years(self, quarterly, how):
        blocks = np.asarray(quarterly, dtype=float).reshape(*quarterly.shape[:-1], -1, 4)
        return {"sum": blocks.sum(-1), "end": blocks[..., -1], "mean": blocks.mean(-1)}[how]

    def of(self, key, codes):
        chosen = self.data.sel(authority=codes)
        order = ("arm", "replicate", "authority", "time")
        if key in PAYERS:
            cost = chosen.cost.sel(payer=PAYERS[key]).sum(["payer", "cost_category", "authority"])
            return self.years(cost.transpose("arm", "replicate", "time").values, "sum") / 1e6
        if key in STAFF:
            fte = chosen[key].transpose(*order).values.astype(float).sum(2)
            return self.years(fte, "mean")
        if key in RATIOS:
            ratio = chosen[key].transpose(*order).values.astype(float)
            weight = chosen.social_workers_fte.transpose(*order).values.astype(float)
            return self.years((ratio * weight).sum(2) / weight.sum(2), "mean")
        counts = chosen[key].sum("authority").transpose("arm", "replicate", "time").values
        return self.years(counts, "sum" if key in FLOWS else "end")


# As far as a page has them: published figures of which the noise of recording is known.
PUBLISHED_WITH_NOISE = {
    "referrals",
    "section_47_enquiries",
    "child_protection_plans_started",
    "child_protection_plans",
    "children_in_need",
    "care_entries",
}
COMPARED = FLOWS + STOCKS + RATIOS[:1] + STAFF + ["cost_authority"]
PLACEMENTS = [
    "kin_foster",
    "authority_foster",
    "agency_foster",
    "childrens_home",
    "supported_accommodation",
    "with_parents",
    "adoption",
    "other",
]
AGES = ["under_1", "1_to_4", "5_to_9", "10_to_15", "16_plus"]
# What a number is divided by to be in the unit that the page shows.
SCALES = {"GBP": 1e6, "1": 0.01}


class Summary:
    """What `hearth summary` says of an area: differences as (mean, error, low, high), by measure, arm and year."""

    def __init__(self, file, area):
        measures = (
            COMPARED
            + ["cost_total"]
            + [f"looked_after_by_placement.{p}" for p in PLACEMENTS]
            + [f"looked_after_by_age.{a}" for a in AGES]
        )
        told = run(HEARTH, "summary", file, area, "--json", "--measures", ",".join(measures), cwd=ROOT)
        assert told.returncode == 0, told.stderr
        self.measures = {measure["measure"]: measure for measure in json.loads(told.stdout)["measures"]}

    def differences(self, key):
        measure = self.measures[key]
        scale = SCALES.get(measure["unit"], 1.0)
        for arm in measure["arms"][1:]:
            for year in arm["years"]:
                of = year["difference_from_baseline"]
                yield (year["period"], arm["title"]), [
                    x / scale
                    for x in (
                        of["mean"],
                        of["monte_carlo_standard_error"],
                        of["interval"]["low"],
                        of["interval"]["high"],
                    )
                ]


def setUpModule():
    """A small result and its page, for all tests."""
    Made.directory = tempfile.TemporaryDirectory()
    here = Path(Made.directory.name)
    Made.result, Made.page = here / "made.h5", here / "made.html"
    made = run(
        HEARTH,
        "run",
        "england",
        "--authorities",
        ",".join(map(str, AUTHORITIES)),
        "--replicates",
        5,
        "--months",
        48,
        "-q",
        "--report",
        "-o",
        Made.result,
        cwd=ROOT,
    )
    assert made.returncode == 0, made.stderr
    assert f"Page    {Made.page}" in made.stdout, made.stdout
    Made.text = Made.page.read_text(encoding="utf-8")
    Made.data = data_of(Made.text)
    Made.yearly = Yearly(Made.result)


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))


def tearDownModule():
    Made.yearly.data.close()
    Made.directory.cleanup()


class Made(unittest.TestCase):
    """What setUpModule made: directory, result, page, its text and data, and the result's yearly figures."""


class Report(Made):
    def test_it_asks_nothing_of_a_network(self):
        self.assertNotRegex(self.text, r'(src|href)="(https?:)?//')
        self.assertNotRegex(self.text, r"@import|url\((?!#)[\"']?http")
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', self.text).group(1)
        self.assertEqual(
            policy,
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
            "base-uri 'none'; form-action 'none'",
        )

    def test_it_names_no_scenario_of_later_years(self):
        self.assertEqual(self.data["published_year"], 2025)  # the last year of what is published
        for area in self.data["areas"]:
            for years in area["published"].values():
                self.assertLessEqual(len(years), 7)
        of_norfolk = next(area for area in self.data["areas"] if area["id"] == "926")["published"]
        with open(ROOT / "scenarios/england/history.csv", encoding="utf-8") as file:
            known = {row["year"]: row for row in csv.DictReader(file) if row["code"] == "926"}
        self.assertEqual(of_norfolk["looked_after"][-1], float(known["2025"]["cla_at31"]))

    def test_one_file_below_four_megabytes(self):
        self.assertLess(len(self.text.encode()), 4e6)

    def test_hearth_report_makes_the_same_page(self):
        again = Path(self.directory.name) / "again.html"
        result = run(HEARTH, "report", self.result, "-o", again, cwd=ROOT)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(again.read_text(encoding="utf-8"), self.text)

    def test_families_are_those_of_a_typical_replicate_of_the_result(self):
        traces = self.data["families"]["traces"]
        self.assertEqual(len(traces), 4, self.data["families"]["why_none"])  # two arms, for better and for worse
        for trace in traces:
            self.assertIn(trace["authority"]["code"], AUTHORITIES)
            self.assertEqual(len(trace["families"]), 1)
            entries = self.yearly.data.care_entries.sel(authority=trace["authority"]["code"]).sum("time").astype(float)
            differences = (entries.sel(arm=trace["arm"]) - entries.sel(arm=trace["against"])).values
            self.assertEqual(trace["differences"], differences.tolist())
            self.assertEqual(trace["replicate"], int(np.abs(differences - np.median(differences)).argmin()))
            self.assertIn(f"in replicate {trace['replicate']}, which is followed here", trace["typical"])
        result = run(
            HEARTH, "report", self.result, "--no-families", "-o", Path(self.directory.name) / "none.html", cwd=ROOT
        )
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_page_of_a_summarised_result_is_the_same_where_no_single_replicates_are_needed(self):
        scenario = Path(self.directory.name) / "england.json"
        scenario.write_text(
            json.dumps({"extends": str(ROOT / "scenarios/england.json"), "output": {"replicates": "summary"}})
        )
        page = scenario.with_suffix(".html")
        made = run(
            HEARTH,
            "run",
            scenario,
            "--authorities",
            ",".join(map(str, AUTHORITIES)),
            "--replicates",
            5,
            "--months",
            48,
            "-q",
            "--report",
            "-o",
            scenario.with_suffix(".h5"),
            cwd=ROOT,
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        data = data_of(page.read_text())
        self.assertTrue(data["summarised"])
        self.assertIn("a summary of single authorities", data["families"]["why_none"])
        for ours, whole in zip(data["areas"], self.data["areas"], strict=True):
            alone = ours["id"] in ("919", "926")  # two of the East of England; Bromley is all of London here
            self.assertEqual(set(whole) - set(ours), {"saving", "spending", "gains"} if alone else set())
            for key in ours:
                # Compared below; answers of one alone are without costs over the years, and without tails.
                if key == "compared" or (alone and key == "answer"):
                    continue
                self.assertEqual(ours[key], whole[key], (ours["id"], key))
            costs = {"placement_cost"} if alone else set()
            self.assertEqual(set(whole["compared"]) - set(ours["compared"]), costs, ours["id"])
            for key in ours["compared"]:
                # How figures would be published takes single replicates.
                self.assertNotIn("as_published", ours["compared"][key])
                self.assertEqual("as_published" in whole["compared"][key], key in PUBLISHED_WITH_NOISE, key)
                known = {what: value for what, value in whole["compared"][key].items() if what != "as_published"}
                self.assertEqual(ours["compared"][key], known, (ours["id"], key))
        if not (MODULES and BROWSER and shutil.which("node")):
            return
        seen = run("node", ROOT / "tests/report/report_page.mjs", page, MODULES, CHOSEN, "-", 1280)
        self.assertEqual(seen.returncode, 0, seen.stderr)
        seen = json.loads(seen.stdout)
        self.assertEqual(seen["messages"], [])
        self.assertEqual([v for each in seen["violations"].values() for v in each], [])
        figures = [
            {c["id"] for c in area["charts"]} - {"front-difference-cost_authority"} for area in seen["areas"]["1280"]
        ]
        self.assertEqual(
            figures[0] - figures[1],
            {
                "front-net-cost_authority",
                "payers",
                "net-cost_authority",
                "net-cost_total",
                "paid-back-cost_authority",
                "paid-back-cost_total",
                "gains-rate",
                "gains-difference",
                "level-placement_cost",
                "difference-placement_cost",
            },
        )

    def test_a_split_result_says_which_source_dominates(self):
        here = Path(self.directory.name)
        made = run(
            HEARTH,
            "run",
            "england",
            "--authorities",
            926,
            "--replicates",
            30,
            "--months",
            60,
            "--split",
            "-q",
            "--report",
            "-o",
            here / "split.h5",
            cwd=ROOT,
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        data = data_of((here / "split.html").read_text())
        found = data["areas"][0]["split"]
        told = run(HEARTH, "summary", here / "split.h5", "--json", cwd=ROOT)
        shares = {measure["measure"]: measure for measure in json.loads(told.stdout)["split"]}
        rows = {tuple(row[:3]): row[3:] for row in found["rows"]}
        for arm in shares["looked_after"]["arms"]:
            title = next(a["title"] for a in data["arms"] if a["name"] == arm["arm"])
            baseline = arm["arm"] == "business_as_usual"
            end = arm["years"][-1]["level" if baseline else "difference_from_baseline"]
            row = rows[("Looked-after children", title if baseline else f"{title}: difference", "March 2030")]
            for text, source in zip(row, end["sources"].values(), strict=True):
                share, error = source["share_of_variance"], source["monte_carlo_standard_error"]
                want = "about none" if share < 0.05 else "nearly all" if share > 0.95 else f"{share:.0%}"
                self.assertEqual(text, f"{want} (error {max(1, round(100 * error))})")
        # Measured: drift for the level of one council, effects for its differences; never chance.
        self.assertIn("of the spread comes from drift", found["sentences"][0])
        self.assertNotIn("chance", " ".join(found["sentences"]))

    def test_the_page_says_whose_pounds_its_money_is_in(self):
        self.assertIn("pounds of 2024-25", self.data["pounds_text"])
        page = Path(self.directory.name) / "cash.html"
        made = run(HEARTH, "report", self.result, "-o", page, "--no-families", "--prices", "cash", cwd=ROOT)
        self.assertEqual(made.returncode, 0, made.stderr)
        cash = data_of(page.read_text(encoding="utf-8"))
        self.assertIn("in cash", cash["pounds_text"])
        real, paid = (page["areas"][0]["compared"]["cost_authority"] for page in (self.data, cash))
        # GDP deflator: 2.943% in 2025-26, then 2.230%, 2.011% and 1.884% to 2028-29, the result's last.
        for year, factor in ((0, 1.02943), (-1, 1.02943 * 1.02230 * 1.02011 * 1.01884)):
            mean = real["baseline"][year][0]
            self.assertAlmostEqual(paid["baseline"][year][0] / mean, factor, delta=0.02)

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


@unittest.skipUnless(
    MODULES and BROWSER and shutil.which("node"), "needs node, chromium, and npm ci in web/ (or ./test)"
)
class InTheBrowser(Made):
    @classmethod
    def setUpClass(cls):
        shots = os.environ.get("HEARTH_SCREENSHOTS", "-")
        result = run("node", ROOT / "tests/report/report_page.mjs", cls.page, MODULES, CHOSEN, shots)
        assert result.returncode == 0, result.stderr
        cls.seen = json.loads(result.stdout)
        cls.summaries = [Summary(cls.result, "England"), Summary(cls.result, str(CHOSEN))]

    def tables(self, area):
        return {t["figure"]: t for t in self.seen["areas"]["1280"][area]["tables"] if t["figure"]}

    def charts(self, area):
        return {c["id"]: c for c in self.seen["areas"]["1280"][area]["charts"]}

    def places(self):
        """The areas that were looked at, with their codes and what the page holds of them."""
        held = {area["id"]: area for area in self.data["areas"]}
        return [(0, AUTHORITIES, held["all"]), (1, [CHOSEN], held[str(CHOSEN)])]

    def test_no_message_no_request_no_fault(self):
        self.assertEqual(self.seen["messages"], [])
        self.assertEqual(self.seen["requests"], [])
        for where, violations in self.seen["violations"].items():
            with self.subTest(where=where):
                self.assertEqual(violations, [])

    def test_it_fits_a_desk_a_phone_and_a_page_at_four_times_its_size(self):
        self.assertEqual(self.seen["widths"], {"1280": 1280, "390": 390})
        self.assertEqual(self.seen["zoomed"], {"width": 320, "picker": "static"})
        self.assertLessEqual(self.seen["phone"]["map"], 390)
        # Rows are cards: cells one under the other, each with the name of its column.
        cells = self.seen["phone"]["cells"]
        self.assertGreater(len(cells), 10)
        for cell in cells:
            self.assertEqual(cell["display"], "block")
            self.assertTrue(cell["column"])
            self.assertLessEqual(cell["right"], 390)

    def test_one_page_first_and_the_rest_behind_headings(self):
        self.assertGreater(len(self.seen["closed"]), 10)
        self.assertEqual(self.seen["printed"]["short"], 2)  # the answer; what to bear in mind, words, how it was made
        self.assertGreater(self.seen["printed"]["long"], 8)
        self.assertEqual(self.seen["linked"], {"hash": f"#{CHOSEN}/years", "open": True, "focus": "years"})

    def test_it_names_the_place_the_start_and_the_models(self):
        first, chosen = self.seen["areas"]["1280"]
        self.assertEqual(first["title"], "Bromley, Hertfordshire and Norfolk")
        self.assertEqual(chosen["title"], "Norfolk")
        self.assertEqual(
            chosen["tab"],
            "Norfolk: Protection only and Support is protection compared with business as usual, April 2025 to March 2029",
        )
        self.assertIn("Starts from figures of 31 March 2025.", chosen["origin"])
        self.assertIn("<title>Bromley, Hertfordshire and Norfolk: ", self.text)
        self.assertIn("Support is protection (Family Safeguarding)", chosen["text"])
        self.assertIn("Norfolk already works with No Wrong Door and Signs of Safety", chosen["text"])

    def test_its_words_are_plain(self):
        for area in self.seen["areas"]["1280"]:
            for word in ["luck", "nil", "nought", "besides?", "anew", "befalls?", "could be no difference"]:
                self.assertNotRegex(area["text"].lower(), rf"\b{word}\b")
            # Replicates are explained as simulated futures, at the top and among the words.
            self.assertLessEqual(len(re.findall(r"\bfutures?\b", area["text"])), 2)

    def test_every_chart_has_a_message_a_table_and_a_file(self):
        for width, areas in self.seen["areas"].items():
            for area in areas:
                self.assertGreater(len(area["charts"]), 25)
                for chart in area["charts"]:
                    with self.subTest(width=width, chart=chart["label"][:60]):
                        self.assertGreater(len(chart["label"]), 40)
                        self.assertNotRegex(chart["label"], "undefined|NaN|null")
                        self.assertGreater(chart["drawn"], 5)
                        self.assertTrue(chart["table"] and chart["csv"])

    def test_a_chart_can_be_read_by_keyboard(self):
        rows = [row for row in self.tables(1)["difference-looked_after"]["rows"] if row[1] != "Published"]
        said = self.seen["read"]["said"]
        self.assertTrue(said.startswith("year to 31 March 2026"), said)
        self.assertIn(f"Protection only: {rows[1][4]} (error {rows[1][5]}), 90%: {rows[1][6]}", said)
        self.assertIn("year to 31 March 2026", self.seen["read"]["shown"])  # and by eye

    def test_levels_of_the_baseline_are_those_of_the_result_to_the_digit(self):
        for area, codes, held in self.places():
            tables = self.tables(area)
            for key in COMPARED:
                values, decimals = self.yearly.of(key, codes)[0], held["compared"][key]["decimals"]
                table = tables.get(f"level-{key}") or tables[f"difference-{key}"]
                rows = [row for row in table["rows"] if row[1] == "Business as usual"]
                self.assertEqual(len(rows), 4)
                for year, row in enumerate(rows):
                    low, high = np.quantile(values[:, year], [0.05, 0.95])
                    self.assertEqual(
                        row[2:4],
                        [shown(values[:, year].mean(), decimals), in_range(low, high, decimals)],
                        (area, key, row[:2]),
                    )

    def test_differences_are_those_of_the_summary_to_the_digit(self):
        for area, codes, held in self.places():
            tables = self.tables(area)
            for key in COMPARED:
                decimals = held["compared"][key]["decimals"]
                table = tables.get(f"level-{key}") or tables[f"difference-{key}"]
                rows = {(row[0], row[1]): row for row in table["rows"]}
                first = 5 if "90% as published" in table["head"] else 4
                seen = 0
                for where, (mean, error, low, high) in self.summaries[area].differences(key):
                    self.assertEqual(
                        rows[where][first : first + 3],
                        [
                            mean_text(mean, error, decimals),
                            error_text(error, decimals),
                            in_range(low, high, decimals, True),
                        ],
                        (area, key, where),
                    )
                    seen += 1
                self.assertEqual(seen, 2 * 4)

    def test_a_level_and_a_difference_agree(self):
        for _, _, held in self.places():
            for key, values in held["compared"].items():
                step = 10.0 ** -values["decimals"]
                for arm in (1, 2):
                    for year in range(4):
                        implied = values["baseline"][year][0] + values["difference"][arm][year][0]
                        self.assertAlmostEqual(
                            values["mean"][arm][year], implied, delta=1.01 * step, msg=(key, arm, year)
                        )

    def test_box_table_chart_and_caption_say_the_same(self):
        for area, _, held in self.places():
            charts, tables = self.charts(area), self.tables(area)
            points = self.seen["areas"]["1280"][area]["points"]
            values = held["compared"]["looked_after"]
            of_last = {row[1]: row for row in tables["level-looked_after"]["rows"]}  # the last of each
            glance = next(row for row in tables["glance"]["rows"] if row[0].startswith("Looked-after children"))
            for position, (arm, title) in enumerate([(1, "Protection only"), (2, "Support is protection")]):
                mean = values["difference"][arm][-1][0]
                clear = len(values["difference"][arm][-1]) > 5
                words = (
                    f"{shown(abs(mean), values['decimals'])} {'fewer' if mean < 0 else 'more'}" if clear else "unclear"
                )
                row = of_last[title]
                self.assertEqual(glance[2 + position], f"{row[4]} (error {row[5]}) | {row[6]}")
                self.assertEqual(row[4], shown(mean, values["decimals"], True) if clear else "unclear")
                for figure in ("front-difference-looked_after", "difference-looked_after"):
                    self.assertIn(words, charts[figure]["message"])
                of_arm = [text for text in points if "children in care" in text.lower()][position]
                self.assertIn(words, of_arm.lower())
            level = f"{shown(values['baseline'][-1][0], values['decimals'])}"
            self.assertTrue(glance[1].startswith(level + " | "))
            self.assertIn(f"Looked-after children: {level} in 2029", charts["level-looked_after"]["message"])
            self.assertTrue(
                all(
                    f"the {level} under business as usual" in text
                    for text in points
                    if "children in care" in text.lower()
                )
            )

    def test_nothing_unclear_has_a_sign(self):
        unclear = 0
        for area in self.seen["areas"]["1280"]:
            for table in area["tables"]:
                for row in table["rows"]:
                    for cell in row:
                        unclear += "unclear" in cell
                        self.assertNotRegex(cell, r"unclear.*[+−]\d[^|]*\(error")
        self.assertGreater(unclear, 20)

    def test_net_costs_add_up_from_the_years_of_the_summary(self):
        for area, codes, held in self.places():
            tables = self.tables(area)
            for key in PAYERS:
                decimals = held["saving"][key]["decimals"]
                years = dict(self.summaries[area].differences(key))
                rows = tables[f"net-{key}"]["rows"]
                self.assertEqual(len(rows), 2 * 4)
                for i, row in enumerate(rows):
                    so_far = sum(
                        mean
                        for (period, title), (mean, *_) in years.items()
                        if title == row[1] and int(period[-4:]) <= int(row[0][-4:])
                    )
                    if row[2] != "unclear":
                        self.assertEqual(row[2], shown(so_far, decimals, True))
                    cumulative = held["saving"][key]["cumulative"][1 + i % 2][i // 2]
                    self.assertAlmostEqual(cumulative[0], so_far, delta=0.51 * 10.0**-decimals)
                    self.assertEqual([row[5], row[6]], [f"{cumulative[4]}%", f"{cumulative[6]}%"])

    def test_spending_by_line_adds_up_to_the_total(self):
        for area, codes, held in self.places():
            lines = {line["name"]: line for line in held["spending"]}
            spent = self.yearly.of("cost_total", codes).sum(-1)
            decimals = [line["decimals"] for line in lines.values()]
            total = sum(line["spans"][-1]["baseline"][0] for line in lines.values())
            self.assertAlmostEqual(total, spent[0].mean(), delta=len(lines) * 10.0 ** -min(decimals))
            table = next(
                t for t in self.seen["areas"]["1280"][area]["tables"] if t["caption"].startswith("Spending by line")
            )
            self.assertEqual([row[0] for row in table["rows"]], list(lines))

    def test_the_mix_is_that_of_the_summary_to_the_digit(self):
        for area, codes, held in self.places():
            data = self.yearly.data.sel(authority=codes).isel(time=-1)
            for figure, variable, dimension, keys in [
                ("ages", "looked_after_by_age", "age_band", AGES),
                ("placements", "looked_after_by_placement", "placement", PLACEMENTS),
            ]:
                decimals = held["mix"][figure]["decimals"]
                levels = data[variable].sum("authority").isel(arm=0).transpose("replicate", dimension).values
                for i, row in enumerate(self.tables(area)[f"{figure}-level"]["rows"]):
                    low, high = np.quantile(levels[:, i], [0.05, 0.95])
                    self.assertEqual(row[2:], [shown(levels[:, i].mean(), decimals), in_range(low, high, decimals)])
                rows = self.tables(area)[f"{figure}-difference"]["rows"]
                for i, key in enumerate(keys):
                    found = {
                        title: numbers
                        for (period, title), numbers in self.summaries[area].differences(f"{variable}.{key}")
                        if "2029" in period
                    }
                    for row in rows[2 * i : 2 * i + 2]:
                        mean, error, low, high = found[row[1]]
                        self.assertEqual(
                            row[2:],
                            [
                                mean_text(mean, error, decimals),
                                error_text(error, decimals),
                                in_range(low, high, decimals, True),
                            ],
                            key,
                        )

    def test_places_needed_stand_beside_those_that_are_counted(self):
        with open(ROOT / "scenarios/england/places.csv", newline="") as file:
            counted = [row for row in csv.DictReader(file) if row["year"] == "2025" and row["places"]]
        homes = ("childrens_home", "rss_childrens_home", "secure_childrens_home", "secure_training_centre")
        for area, codes, held in self.places():
            there = [row for row in counted if int(row["code"]) in codes]
            table = next(
                t for t in self.seen["areas"]["1280"][area]["tables"] if t["caption"].startswith("Children needing")
            )
            rows = dict(zip(PLACEMENTS, table["rows"], strict=True))
            children = self.yearly.data.sel(authority=codes).looked_after_by_placement.sum("authority").isel(arm=0)
            decimals = held["places"]["decimals"]
            for column, quarter in ((1, 3), (2, 15)):
                for key, row in rows.items():
                    found = children.isel(time=quarter).sel(placement=key).values
                    low, high = np.quantile(found, [0.05, 0.95])
                    self.assertEqual(
                        row[column], f"{shown(found.mean(), decimals)} | {in_range(low, high, decimals)}", key
                    )

            def total(column, kinds, own):
                found = [row for row in there if row["kind"] in kinds and (row["sector"] == "la") == own]
                return shown(sum(int(row[column]) for row in found), 0)

            self.assertEqual(
                rows["childrens_home"][3:],
                [total("places", homes, True), "", total("places", homes, False)],
            )
            self.assertEqual(
                rows["authority_foster"][3:],
                [*(total(column, ["foster_care"], True) for column in ("places", "filled")), ""],
            )
            self.assertEqual(rows["kin_foster"][3:], ["", "", ""])

    def test_neighbours_are_those_of_the_department(self):
        self.assertNotIn("neighbours-level", self.tables(0))
        with open(ROOT / "scenarios/england/authorities.csv", encoding="utf-8") as file:
            known = {row["code"]: row for row in csv.DictReader(file)}
        wanted = ["Norfolk"] + [known[code]["name"] for code in known[str(CHOSEN)]["statistical_neighbours"].split()]
        published = self.tables(1)["neighbours-published"]
        self.assertEqual([row[0] for row in published["rows"]], wanted)
        with open(ROOT / "scenarios/england/history.csv", encoding="utf-8") as file:
            norfolk = next(row for row in csv.DictReader(file) if row["code"] == str(CHOSEN) and row["year"] == "2025")
        children = float(self.data["facts"][str(CHOSEN)]["children"])
        self.assertEqual(published["rows"][0][3], f"{10000 * float(norfolk['cla_at31']) / children:.1f}")

    def test_effects_have_their_claim_what_else_was_found_and_what_is_used(self):
        table = next(t for t in self.seen["areas"]["1280"][0]["tables"] if t["caption"].startswith("Claims"))
        self.assertEqual(
            table["head"], ["Effect", "Used in this result", "Claim", "What the claim rests on", "What else was found"]
        )
        entries = next(row for row in table["rows"] if "children enter care" in row[0])
        # Nothing was found of it but outcomes: no interval of a claim.
        self.assertRegex(entries[2], r"^\d\.\d\d$")
        self.assertEqual(
            entries[3],
            "outcomes, through the model: Hertfordshire from 2015; Four authorities from 2017",
        )
        used, low, high = (float(x) for x in re.findall(r"\d\.\d\d", entries[1]))
        self.assertTrue(0.5 < low < used < high < 2, entries)
        retention = next(row for row in table["rows"] if row[2].startswith("1.59 | 0.96 to 2.65"))
        self.assertIn("group supervision", retention[0])
        self.assertIn("against authorities in no programme", retention[3])

    def test_one_replicate_of_half_a_year_of_a_tiny_authority(self):
        here = Path(self.directory.name)
        made = run(
            HEARTH,
            "run",
            "england",
            "--authorities",
            420,
            "--replicates",
            1,
            "--months",
            6,
            "-q",
            "--report",
            "-o",
            here / "tiny.h5",
            cwd=ROOT,
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        result = run("node", ROOT / "tests/report/report_page.mjs", here / "tiny.html", MODULES, "-", "-", 1280)
        self.assertEqual(result.returncode, 0, result.stderr)
        seen = json.loads(result.stdout)
        self.assertEqual(seen["messages"], [])
        self.assertEqual([v for each in seen["violations"].values() for v in each], [])
        self.assertIn("one replicate, which cannot say how sure", seen["answer"])
        self.assertNotRegex(seen["areas"]["1280"][0]["text"], "undefined|NaN|null")
        for chart in seen["areas"]["1280"][0]["charts"]:
            self.assertNotRegex(chart["label"], "undefined|NaN|null")

    def test_the_picker_redraws_everything(self):
        first, chosen = self.seen["areas"]["1280"]
        self.assertEqual(chosen["status"], "Showing Norfolk")
        self.assertNotEqual(self.tables(0)["level-looked_after"]["rows"], self.tables(1)["level-looked_after"]["rows"])
        new = {c["id"] for c in chosen["charts"]} - {c["id"] for c in first["charts"]}
        self.assertEqual(new, {"neighbours-level"})  # none of Norfolk's neighbours is in this result

    def test_the_keyboard_is_enough(self):
        self.assertEqual(self.seen["afterHome"], "Bromley, Hertfordshire and Norfolk")
        self.assertEqual(self.seen["ariaSort"], "descending")
        self.assertEqual(self.seen["sorted"], sorted(self.seen["sorted"], reverse=True))
        self.assertEqual(self.seen["filtered"], "0 of 3 authorities")
        self.assertIn(int(self.seen["chosen"][1]), AUTHORITIES)

    def test_numbers_can_be_taken_away(self):
        self.assertRegex(self.seen["csv"]["name"], r"looked-after-children.*\.csv$")
        rows = list(csv.reader(io.StringIO(self.seen["csv"]["text"].lstrip("\ufeff"))))
        self.assertEqual(rows[0][:3], ["Year", "Way of working", "Mean"])
        self.assertTrue(all(len(row) == len(rows[0]) for row in rows))
        self.assertEqual(len([row for row in rows[1:] if float(row[2]) > 0]), 12)
        self.assertEqual({row[-1] for row in rows[1:] if row[1] != "Business as usual"} - {"yes", "no"}, set())


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
