#!/usr/bin/python3
"""hearth new --figures: a scenario that starts from a council's own figures, later than what is published.

Usage: test_own_figures.py build/release/hearth
"""

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA = 0, 2, 4
ENGLAND = ROOT / "scenarios/england"
LAST = 2025  # the last published year
AGES = {"under_1": 50, "1_to_4": 130, "5_to_9": 220, "10_to_15": 440, "16_plus": 340}


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)


def last_published(column, code="926"):
    with open(ENGLAND / "history.csv", newline="", encoding="utf-8") as file:
        return next(float(r[column]) for r in csv.DictReader(file) if (r["code"], r["year"]) == (code, str(LAST)))


def figures(**changes):
    """Own figures of Norfolk like those published, unless changed."""
    out = {
        "looked_after": last_published("cla_at31"),
        "care_entries": last_published("cla_started"),
        "child_protection_plans": last_published("cpp_at31"),
        "child_protection_plans_started": last_published("cpp_started"),
        "children_in_need": last_published("cin_at31"),
        "referrals": last_published("referrals"),
    }
    return {name: value for name, value in (out | changes).items() if value is not None}


def table(values, year=LAST + 1):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["year", "measure", "category", "value"])
    for name, value in values.items():
        for part, number in value.items() if isinstance(value, dict) else [("total", value)]:
            writer.writerow([year, name, part, number])
    return out.getvalue()


class OwnFigures(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)

    def new(self, text, *options, place="Norfolk", code=OK):
        (self.folder / "own.csv").write_text(text, encoding="utf-8")
        done = hearth(
            "new", "mine", "--for", place, "--figures", "own.csv", "-o", "mine.json", *options, cwd=self.folder
        )
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def mean(self, measure, year=LAST + 2):
        """Of business as usual."""
        told = hearth("summary", "mine.h5", "--csv", "--measures", measure, cwd=self.folder)
        rows = csv.DictReader(io.StringIO(told.stdout))
        return next(float(r["mean"]) for r in rows if r["arm"] == "business_as_usual" and r["year"] == str(year))

    def run_it(self, *options):
        done = hearth(
            "run",
            "mine.json",
            "-q",
            *(options or ("--months", "12")),
            "--replicates",
            "40",
            "-o",
            "mine.h5",
            cwd=self.folder,
        )
        self.assertEqual(done.returncode, OK, done.stderr)
        return done

    def test_stocks_are_ones_own_by_age_and_placement(self):
        placed = {"foster": 800, "childrens_home": 150, "supported_accommodation": 120, "other": 110}
        values = figures(looked_after=1180, looked_after_by_age=AGES, looked_after_by_placement=placed)
        self.new(table(values | {"children_in_need": 4600, "looked_after_unaccompanied": 60}))
        with open(self.folder / "mine_tables/history.csv", newline="", encoding="utf-8") as file:
            rows = [r for r in csv.DictReader(file) if (r["code"], r["year"]) == ("926", str(LAST + 1))]
        self.assertEqual(len(rows), 1)
        self.assertEqual(
            [rows[0][c] for c in ("cla_at31", "cla_at31_age_16plus", "cla_at31_uasc")], ["1180", "340", "60"]
        )
        self.run_it("--months", "1")
        with h5py.File(self.folder / "mine.h5") as file:
            first = file["looked_after"][0].mean()
            by_age = file["looked_after_by_age"][0].mean(axis=(0, 2, 3))
            by_placement = file["looked_after_by_placement"][0].mean(axis=(0, 2, 3))
        self.assertAlmostEqual(first, 1180, delta=25)  # a month's comings and goings
        for found, own in zip(by_age, AGES.values(), strict=True):
            self.assertAlmostEqual(found, own, delta=20)
        for found, own in zip([by_placement[:3].sum(), *by_placement[[3, 4]]], [800, 150, 120], strict=True):
            self.assertAlmostEqual(found, own, delta=25)

    def test_levels_follow_ones_own_year(self):
        self.new(table(figures()))
        self.run_it()
        usual = self.mean("referrals")
        self.new(table(figures(referrals=1.4 * last_published("referrals"))), "--force")
        self.run_it()
        self.assertGreater(self.mean("referrals"), 1.15 * usual)  # most of a jump lasts for a year

    def test_every_output_says_so(self):
        done = self.new(table(figures(looked_after=1500, children_in_need=5000)))
        self.assertRegex(
            done.stdout, r"Looked-after children, 31 March +1,500 +1,\d\d\d  [\d,]+ to 1,\d\d\d  look again"
        )
        self.assertIn("Further from what was forecast than 99 of 100", done.stdout)
        told = self.run_it()
        for text in (
            hearth("summary", "mine.h5", cwd=self.folder).stdout,
            hearth("inspect", "mine.h5", cwd=self.folder).stdout,
        ):
            self.assertIn(f"from own figures at 31 March {LAST + 1}", text)
        self.assertIn(f"from own figures at 31 March {LAST + 1}", told.stdout + told.stderr)
        done = hearth("report", "mine.h5", "-o", "page.html", "--no-families", cwd=self.folder)
        self.assertEqual(done.returncode, OK, done.stderr)
        page = (self.folder / "page.html").read_text(encoding="utf-8")
        self.assertIn("1,500 (forecast: 1,", page)
        self.run_it("--months", "12", "--report")
        page = (self.folder / "mine.html").read_text(encoding="utf-8")
        data = json.loads(re.search(r'<script[^>]*id="data"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
        area = data["areas"][0]
        # Published years as published, and the council's own after them.
        self.assertEqual(data["published_year"], LAST)
        self.assertEqual(area["published"]["looked_after"][-1], last_published("cla_at31"))
        self.assertEqual((area["own"]["short"], area["own"]["figures"]["looked_after"]), (str(LAST + 1), 1500))

    def test_from_a_quarter_later_than_the_next_31_march(self):
        date = f"{LAST + 1}-06-30"
        done = self.new(table(figures(looked_after=1500, children_in_need=5000), date))
        self.assertIn(f"Origin  30 June {LAST + 1}", done.stdout)
        self.assertRegex(done.stdout, r"Looked-after children, 30 June +1,500 +1,\d\d\d ")
        self.assertIn("from own figures at 30 June", self.run_it().stderr + done.stdout)
        self.run_it("--months", "1")
        with h5py.File(self.folder / "mine.h5") as file:
            self.assertAlmostEqual(file["looked_after"][0].mean(), 1500, delta=25)
        self.run_it()
        told = " ".join(hearth("summary", "mine.h5", cwd=self.folder).stdout.split())
        self.assertIn(f"30 June {LAST + 2}", told)
        self.assertIn(f"pounds of the year to 30 June {LAST + 1}", told)
        done = hearth("report", "mine.h5", "-o", "page.html", "--no-families", cwd=self.folder)
        self.assertEqual(done.returncode, OK, done.stderr)

    def test_from_a_quarter_before_the_next_31_march(self):
        date = f"{LAST}-09-30"
        done = self.new(table(figures(referrals=1.4 * last_published("referrals")), date), "--json")
        own = json.loads(done.stdout)["own_figures"]
        self.assertEqual(own["origin"], date)
        # Half of the twelve months is published, so that no future is far from them.
        referrals = own["figures"]["referrals"]
        self.assertTrue(referrals["look_again"])
        self.assertAlmostEqual(referrals["forecast"] / last_published("referrals"), 1, delta=0.2)
        self.assertLess(referrals["high"] - referrals["low"], 0.5 * referrals["forecast"])
        with open(self.folder / "mine_tables/history.csv", newline="", encoding="utf-8") as file:
            rows = {r["year"]: r for r in csv.DictReader(file) if r["code"] == "926"}
        self.assertEqual(max(rows), str(LAST))
        self.assertEqual(float(rows[str(LAST)]["referrals"]), round(1.4 * last_published("referrals"), 4))
        self.assertEqual(float(rows[str(LAST)]["sw_fte"]), last_published("sw_fte"))  # published, not given
        self.assertEqual(rows[str(LAST)]["cla_at31_age_u1"], "")  # a part of a new whole
        self.run_it()
        self.assertIn(f"30 September {LAST + 1}", hearth("summary", "mine.h5", cwd=self.folder).stdout)

    def test_prices_are_ones_own(self):
        def mean_cost(line="placements", **week):
            self.new(
                table(figures() | {"looked_after_by_placement": {"foster": 700, "childrens_home": 100}} | week),
                "--force",
            )
            self.run_it("--months", "1")
            told = hearth("summary", "mine.h5", "--csv", "--measures", f"cost_total.{line}", cwd=self.folder)
            return next(
                float(r["mean"]) for r in csv.DictReader(io.StringIO(told.stdout)) if r["arm"] == "business_as_usual"
            )

        usual = mean_cost()
        weeks = 365.25 / 7 / 12
        # Homes at a price of nobody's: what is spent moves by what a week more costs.
        homes = [mean_cost(residential_week_gbp=week) for week in (4000, 9000)]
        self.assertAlmostEqual((homes[1] - homes[0]) / (100 * 5000 * weeks), 1.0, delta=0.1)
        foster = mean_cost(foster_week_gbp=2 * last_published("unitcost_foster_week_gbp"))
        self.assertGreater(foster, usual)
        for line, measure in {
            "care_leavers": "care_leaver_spend_gbp",
            "assessment_and_support": "family_support_spend_gbp",
        }.items():
            with self.subTest(line):
                self.assertAlmostEqual(mean_cost(line, **{measure: 12e6}) / 1e6, 1.0, delta=0.1)
        week = {"foster_week_gbp": 2 * last_published("unitcost_foster_week_gbp")}
        self.new(table(figures() | week), "--force")
        with open(self.folder / "mine_tables/history.csv", newline="", encoding="utf-8") as file:
            row = next(r for r in csv.DictReader(file) if (r["code"], r["year"]) == ("926", str(LAST + 1)))
        self.assertEqual(float(row["unitcost_foster_week_gbp"]), week["foster_week_gbp"])

    def test_what_contradicts_itself_is_refused(self):
        for changes, said in (
            (
                {"looked_after": 1000, "looked_after_by_age": AGES},
                "looked_after_by_age adds up to 1180, looked_after is 1000",
            ),
            ({"looked_after": None, "looked_after_by_age": AGES}, "looked_after_by_age without looked_after"),
            ({"children_in_need": 900}, "it counts both"),
            ({"looked_after_unaccompanied": 3000}, "looked_after_unaccompanied 3000 is more than looked_after"),
            ({"initial_child_protection_conferences": 10}, "is more than initial_child_protection_conferences 10"),
        ):
            with self.subTest(said):
                done = self.new(table(figures(**changes)), code=DATA)
                self.assertIn(said, done.stderr)
                self.assertFalse((self.folder / "mine.json").exists())

    def test_what_cannot_be_read_is_refused(self):
        for text, options, code, said in (
            (
                table(figures(), LAST),
                {},
                DATA,
                f"its last figures are of 31 March {LAST}; expected a quarter's end from 30 June {LAST} to "
                f"31 December {LAST + 1}",
            ),
            (table(figures(), LAST + 2), {}, DATA, f"its last figures are of 31 March {LAST + 2}"),
            (table(figures(), f"{LAST + 1}-05-31"), {}, DATA, f"found '{LAST + 1}-05-31'"),
            (table(figures(), f"{LAST + 1}-06-29"), {}, DATA, "the last day of a quarter, such as"),
            ("year,measure,value\n", {}, DATA, "there is no figure that an origin starts from"),
            ("year,measure,value\n2026,looked_after,-3\n", {}, DATA, "own.csv:2, column 'value': found '-3'"),
            ("year,measure,value\n2026,looked_after,3\n2026,looked_after,4\n", {}, DATA, "is there twice"),
            ("year,measure,value\nsoon,looked_after,3\n", {}, DATA, "found 'soon'"),
            (table(figures()), {"place": "North East"}, USAGE, "one council's own"),
        ):
            with self.subTest(said):
                self.assertIn(said, self.new(text, code=code, **options).stderr)

    def test_a_folder_of_something_else_is_kept(self):
        (self.folder / "mine_tables").mkdir()
        (self.folder / "mine_tables/thesis.txt").write_text("years of work")
        self.assertIn("was not made by hearth new --figures", self.new(table(figures()), code=DATA).stderr)
        self.assertEqual((self.folder / "mine_tables/thesis.txt").read_text(), "years of work")

    def test_a_scenario_that_is_not_valid_leaves_the_tables_as_they_were(self):
        self.new(table(figures()))
        tables = self.folder / "mine_tables/own_figures.csv"
        before, scenario = tables.read_bytes(), (self.folder / "mine.json").read_bytes()
        changed = table(figures(referrals=5000))
        self.assertIn("before the origin", self.new(changed, "--force", "--start", "2025-04", code=USAGE).stderr)
        self.assertEqual((tables.read_bytes(), (self.folder / "mine.json").read_bytes()), (before, scenario))
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["mine.json", "mine_tables", "own.csv"])
        (self.folder / "mine.json").unlink()
        for path in sorted((self.folder / "mine_tables").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (self.folder / "mine_tables").rmdir()
        self.new(changed, "--start", "2025-04", code=USAGE)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["own.csv"])

    def test_other_places_and_measures_are_passed_over(self):
        text = "location,year,measure,value\nNorfolk,2026,looked_after,1100\nSuffolk,2026,looked_after,9\n926,2026,happiness,3\n"
        done = self.new(text, "--json")
        own = json.loads(done.stdout)["own_figures"]
        self.assertEqual(own["figures"]["looked_after"]["own"], 1100)
        self.assertEqual(own["not_used"], ["happiness"])
        self.assertEqual(own["origin"], f"{LAST + 1}-03-31")


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main()
