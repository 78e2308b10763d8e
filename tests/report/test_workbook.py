#!/usr/bin/python3
"""The spreadsheet of a result: opened as Excel would, its numbers are those of the result, as numbers.

Usage: test_workbook.py build/release/hearth
"""

import csv
import io
import json
import math
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA = 0, 2, 4

ENGLAND = ROOT / "scenarios/england.json"
PLACE = ["--authorities", "857,926,919"]  # Rutland, Norfolk, Hertfordshire
FIGURES = [
    "Looked-after children",
    "Entering care",
    "Leaving care",
    "Referrals",
    "Children in need",
    "Section 47 enquiries",
    "Protection plans",
    "Protection plans started",
    "Care applications",
    "Months in unmet need",
    "Referred again to plan or care",
    "Social workers",
    "Practitioners",
    "Caseload",
    "Vacancies",
    "Fidelity",
    "Cost to authorities",
    "Cost, all payers",
]
OTHERS = ["Spend", "Other figures", "Places", "Authorities", "Inputs", "Service models", "Scenario", "Sources"]
NUMBERS = 3  # columns before the numbers on the sheet of a figure


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)


class Workbook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        # A title and arms that a spreadsheet would take for formulas if they were not text.
        (cls.folder / "odd.json").write_text(
            json.dumps(
                {
                    "extends": str(ENGLAND),
                    "name": "odd",
                    "title": "=1+1 {place}",
                    "question": "@SUM(A1)",
                    "parameters": {"support.recovery_ratio": 2},
                    "arms": {
                        "protection_only": None,
                        "support_is_protection": {"title": "+44 \u00a3 & <care>"},
                        "other": {
                            "title": "-cmd",
                            "effects": "claimed",
                            "adoption": [{"service_model": "no_wrong_door", "start": "2025-04"}],
                            "parameters": {"feedback.caseload": False},
                        },
                    },
                }
            )
        )
        cls.file = cls.folder / "odd.h5"
        ran = hearth(
            "run",
            "odd.json",
            *PLACE,
            "--replicates",
            "5",
            "--months",
            "27",
            "-o",
            cls.file,
            "-q",
            "--xlsx",
            "--set",
            "contact.base=0.021",
            cwd=cls.folder,
        )
        assert ran.returncode == OK, ran.stderr
        cls.ran = ran.stdout
        cls.book = openpyxl.load_workbook(cls.folder / "odd.xlsx")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def rows(self, sheet):
        values = list(self.book[sheet].iter_rows(values_only=True))
        return [dict(zip(enumerate(values[0]), row)) for row in values[1:]]

    def table(self, sheet):
        """By place, way of working and year: the numbers."""
        return {row[:NUMBERS]: row[NUMBERS:] for row in self.book[sheet].iter_rows(min_row=2, values_only=True)}

    def test_run_says_where_it_is(self):
        self.assertIn("Excel   ", self.ran)
        self.assertIn("odd.xlsx", self.ran)

    def test_has_a_sheet_a_figure_and_a_first_one_that_says_what_is_what(self):
        self.assertEqual(self.book.sheetnames, ["Read me", *FIGURES, *OTHERS])
        text = "\n".join(str(cell) for row in self.book["Read me"].iter_rows(values_only=True) for cell in row if cell)
        for words in (
            "=1+1",
            "@SUM(A1)",
            "3 authorities",
            "5 of each way of working",
            "Too few futures",
            "from figures of 31 March 2025 to 30 June 2027",
            "sampling error",
        ):
            self.assertIn(words, text)
        links = {
            row[0].hyperlink.location.split("!")[0].strip("'")
            for row in self.book["Read me"].iter_rows()
            if row[0].hyperlink
        }
        self.assertEqual(links, {*FIGURES, *OTHERS})

    def test_places_needed_stand_beside_those_there_are(self):
        head, *rows = self.book["Places"].iter_rows(values_only=True)
        self.assertEqual(head[-4:-1], ("Authorities' own places", "Own places filled", "Others' places in the area"))
        with open(ROOT / "scenarios/england/places.csv", newline="") as file:
            counted = [row for row in csv.DictReader(file) if row["year"] == "2025" and row["places"]]
        homes = ("childrens_home", "rss_childrens_home", "secure_childrens_home", "secure_training_centre")
        for name, code, *_ in self.book["Authorities"].iter_rows(min_row=2, values_only=True):
            own = [row for row in rows if row[0] == name and row[1].endswith(": childrens_home")]
            self.assertTrue(own)
            for sector, column in (({"la"}, -4), ({"private", "voluntary", "health"}, -2)):
                total = sum(
                    int(row["places"])
                    for row in counted
                    if int(row["code"]) == code and row["kind"] in homes and row["sector"] in sector
                )
                self.assertEqual({row[column] for row in own}, {total})
            kin = [row for row in rows if row[0] == name and row[1].endswith(": kin_foster")]
            self.assertEqual({row[-4:] for row in kin}, {(None,) * 4})

    def test_the_numbers_are_those_of_the_summary(self):
        """Median, interval, difference, its interval and its error, of every place, arm and year."""
        for place in ("England", "Norfolk", "Rutland"):
            record = json.loads(
                hearth(
                    "summary",
                    self.file,
                    place,
                    "--json",
                    "--measures",
                    "looked_after,cost_authority,caseload,vacancy_rate",
                ).stdout
            )
            for measure, sheet, decimals in zip(
                record["measures"],
                ("Looked-after children", "Cost to authorities", "Caseload", "Vacancies"),
                (2, 0, 3, 5),
            ):
                table = self.table(sheet)
                for arm in measure["arms"]:
                    for year in arm["years"]:
                        when = int(year["end"][:4]) if year["months"] == 12 else year["period"]
                        found = table[record["area"], arm["title"], when]
                        expected = [
                            year["mean"],
                            year["monte_carlo_standard_error"],
                            year["interval"]["low"],
                            year["interval"]["high"],
                        ]
                        difference = year.get("difference_from_baseline")
                        if difference:
                            expected += [
                                difference["mean"],
                                difference["interval"]["low"],
                                difference["interval"]["high"],
                                difference["monte_carlo_standard_error"],
                            ]
                            self.assertEqual(found[8], "yes" if difference["has_sign"] else "no")
                        else:
                            self.assertEqual(found[4:], (None,) * 5)
                        for value, wanted in zip(found, expected):
                            self.assertIsInstance(value, (int, float))
                            self.assertAlmostEqual(value, wanted, delta=0.5000001 * 10**-decimals)
                            self.assertEqual(value, round(value, decimals))

    def test_years_are_numbers_under_a_header_that_says_so(self):
        for sheet in FIGURES:
            header = [cell.value for cell in self.book[sheet][1]]
            self.assertEqual(header[:NUMBERS], ["Place", "Way of working", "Year to 31 March"])
            years = {row[2] for row in self.book[sheet].iter_rows(min_row=2, values_only=True)}
            self.assertEqual(years, {2026, 2027, "3 months to 30 June 2027"})

    def test_places_are_all_regions_and_authorities(self):
        places = list(dict.fromkeys(row[0] for row in self.book["Referrals"].iter_rows(min_row=2, values_only=True)))
        self.assertEqual(
            places, ["All in the result", "East Midlands", "East of England", "Rutland", "Hertfordshire", "Norfolk"]
        )
        overview = list(self.book["Authorities"].iter_rows(values_only=True))
        self.assertEqual(
            [row[:3] for row in overview[1:]],
            [("Rutland", 857, "E06000017"), ("Hertfordshire", 919, "E10000015"), ("Norfolk", 926, "E10000020")],
        )
        table = self.table("Looked-after children")
        self.assertEqual(overview[3][4], table["Norfolk", "Business as usual", 2027][0])
        self.assertEqual(
            overview[3][5:7],
            (table["Norfolk", "+44 \u00a3 & <care>", 2027][4], table["Norfolk", "+44 \u00a3 & <care>", 2027][7]),
        )

    def test_no_cell_is_a_formula_and_what_looks_like_one_is_text(self):
        for sheet in self.book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", f"{sheet.title}!{cell.coordinate}")
        with zipfile.ZipFile(self.folder / "odd.xlsx") as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/"):
                    self.assertNotIn(b"<f>", archive.read(name), name)
        self.assertEqual(self.book["Read me"]["A1"].value, "=1+1 Rutland, Hertfordshire and Norfolk")
        self.assertEqual(self.book["Read me"]["A1"].data_type, "s")
        arms = {row[1] for row in self.book["Referrals"].iter_rows(min_row=2, values_only=True)}
        self.assertEqual(arms, {"Business as usual", "+44 \u00a3 & <care>", "-cmd"})

    def test_headers_stay_in_view_and_numbers_have_forms(self):
        for sheet in FIGURES + OTHERS:
            self.assertEqual(self.book[sheet].freeze_panes, "A2", sheet)
            self.assertGreater(self.book[sheet].column_dimensions["A"].width, 20, sheet)
        for sheet, level, fine in (
            ("Cost to authorities", "#,##0", "#,##0"),
            ("Vacancies", "0.0%", "0.00%"),
            ("Caseload", "#,##0.0", "#,##0.00"),
            ("Referrals", "#,##0", "#,##0.0"),
        ):
            clear = set()
            for row in self.book[sheet].iter_rows(min_row=2):
                if row[7].value is None:
                    continue
                self.assertEqual(
                    (row[3].number_format, row[4].number_format, row[8].number_format, row[10].number_format),
                    (level, fine, f"+{fine};-{fine};0", fine),
                    sheet,
                )
                # A mean within two errors of none has no plus, and is grey.
                clear.add(row[11].value)
                grey = row[7].font.color is not None and row[7].font.color.rgb == "FF767676"
                self.assertEqual(
                    (row[7].number_format, grey),
                    (f"+{fine};-{fine};0", False) if row[11].value == "yes" else (fine, True),
                    row[7].coordinate,
                )
            self.assertIn("no", clear)
            self.assertEqual(self.book[sheet]["C2"].number_format, "0")

    def test_inputs_are_those_of_the_run(self):
        inputs = {}
        header = [cell.value for cell in self.book["Inputs"][1]]
        for row in self.book["Inputs"].iter_rows(min_row=2, values_only=True):
            inputs[row[0], row[3]] = dict(zip(header, row))
        used = {
            row["name"].removeprefix("/parameters/"): row
            for row in json.loads(
                hearth(
                    "resolve", self.folder / "odd.json", "/parameters", "--set", "contact.base=0.021", "--json"
                ).stdout
            )
            if row["name"].startswith("/parameters/")
        }
        self.assertEqual({name for name, arm in inputs if arm == "all"}, set(used))
        for name, row in used.items():
            mine = inputs[name, "all"]
            self.assertEqual(mine["Unit"], row["unit"])
            self.assertEqual(mine["Certainty"], row["certainty"])
            self.assertEqual(
                (mine["Lowest allowed"], mine["Highest allowed"], mine["Default"]),
                (row["lower"], row["upper"], row["default"]),
            )
            # A spreadsheet keeps 16 digits.
            self.assertTrue(math.isclose(float(mine["Value"]), float(row["value"]), rel_tol=2e-15), name)
        self.assertEqual(inputs["feedback.caseload", "other"]["Value"], 0)
        self.assertEqual(inputs["support.recovery_ratio", "all"]["In the futures"], "the same")
        self.assertEqual(inputs["contact.base", "all"]["In the futures"], "the same; set with --set")
        self.assertIn("drawn: another in each future", {row["In the futures"] for row in inputs.values()})

    def test_scenario_models_spend_and_sources_are_there(self):
        scenario = dict(self.book["Scenario"].iter_rows(min_row=2, max_col=2, values_only=True))
        self.assertEqual(scenario["/arms/other/adoption/0/service_model"], "no_wrong_door")
        self.assertEqual(scenario["/replicates"], 5)
        models = [row for row in self.book["Service models"].iter_rows(min_row=2, values_only=True)]
        rows = {(row[0], *row[2:6]) for row in models}
        self.assertIn(("Family Safeguarding", "effect on retention", 1.59, 0.96, 2.65), rows)
        # Of plans only outcomes tell: what the claims give has no interval, what is believed has one.
        plans = {row[1]: row[2:] for row in rows if row[0] == "Family Safeguarding" and "protection_plan" in row[1]}
        self.assertEqual(plans["effect on threshold.protection_plan"][1:], (None, None))
        outcome = next(row for row in models if row[2] == "outcome: Child protection plans, years 1 to 3")
        self.assertEqual(outcome[:2], ("Family Safeguarding", "study: Hertfordshire from 2015"))
        self.assertEqual(outcome[3:8], (0.617, 0.435, 0.876, "ratio", "quasi_experimental"))
        used, low, high = plans["believed: threshold.protection_plan"]
        self.assertTrue(low < used < high < plans["effect on threshold.protection_plan"][0])
        spend = [row for row in self.book["Spend"].iter_rows(min_row=2, values_only=True)]
        self.assertLessEqual(
            {"Cost to the police", "Total cost, all payers", "Cost to the authority: placements"},
            {row[1] for row in spend},
        )
        self.assertEqual({row[2] for row in spend}, {"\u00a3"})
        sources = dict(self.book["Sources"].iter_rows(min_row=2, max_col=2, values_only=True))
        self.assertIn("Open Government Licence", sources["Licence"])
        self.assertIn("--months 27", sources["Made by: command"])
        self.assertTrue(
            any(value.startswith("SHA-256 ") for key, value in sources.items() if key.startswith("Input: "))
        )

    def test_the_same_result_gives_the_same_bytes(self):
        for name in ("one.xlsx", "two.xlsx"):
            result = hearth("export", self.file, "-o", self.folder / name)
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertIn(name, result.stdout)
        self.assertEqual((self.folder / "one.xlsx").read_bytes(), (self.folder / "two.xlsx").read_bytes())
        self.assertEqual((self.folder / "one.xlsx").read_bytes(), (self.folder / "odd.xlsx").read_bytes())

    def test_what_cannot_be_is_refused_and_leaves_the_old_file(self):
        old = self.folder / "old.xlsx"
        old.write_text("older")
        for arguments, code, words in (
            (["--as", "xlsx"], USAGE, "needs a file"),
            (["--as", "csv", "-o", old], USAGE, "the name is that of a spreadsheet"),
            (["-o", old, "--measures", "referrals"], USAGE, "--measures: a spreadsheet holds every"),
            (["-o", old, "--every", "month"], USAGE, "--every: a spreadsheet"),
            (["-o", "no/such/folder/x.xlsx"], DATA, "no directory"),
        ):
            result = hearth("export", self.file, *arguments)
            self.assertEqual(result.returncode, code, (arguments, result.stderr))
            self.assertIn(words, result.stderr)
            self.assertEqual(old.read_text(), "older")
        result = hearth("export", ENGLAND, "-o", old)
        self.assertEqual(result.returncode, DATA)
        self.assertEqual(old.read_text(), "older")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.suffix == ".tmp"], [])


class OneAuthority(unittest.TestCase):
    def test_has_its_own_sheets(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rutland.h5"
            result = hearth(
                "run", ENGLAND, "--authorities", "857", "--replicates", "1", "--months", "12", "-o", file, "-q"
            )
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertEqual(hearth("export", file, "-o", Path(folder) / "rutland.xlsx").returncode, OK)
            book = openpyxl.load_workbook(Path(folder) / "rutland.xlsx")
            self.assertEqual(book["Read me"]["A1"].value, "Rutland: three ways of working")
            rows = list(book["Referrals"].iter_rows(min_row=2, values_only=True))
            self.assertEqual({row[0] for row in rows}, {"Rutland"})
            self.assertEqual(len(rows), 3)
            # One replicate has no interval and no error: their cells are empty, not zero.
            self.assertEqual([row[4:7] for row in rows], [(None,) * 3] * 3)
            self.assertEqual({row[11] for row in rows[1:]}, {"not known"})


class Decimals(unittest.TestCase):
    """CSV for people who open it in a spreadsheet: no pence, no noise at the end."""

    def test_summary_and_export(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "r.h5"
            result = hearth(
                "run", ENGLAND, "--authorities", "857,926", "--replicates", "7", "--months", "14", "-o", file, "-q"
            )
            self.assertEqual(result.returncode, OK, result.stderr)
            keys = "looked_after,cost_authority,caseload,vacancy_rate,social_workers_fte"
            summary = list(csv.DictReader(io.StringIO(hearth("summary", file, "--csv", "--measures", keys).stdout)))
            exported = list(csv.DictReader(io.StringIO(hearth("export", file, "--measures", keys).stdout)))
            most = {
                "looked_after": 2,
                "cost_authority": 0,
                "cost": 0,
                "caseload": 3,
                "vacancy_rate": 5,
                "social_workers_fte": 2,
            }
            seen = set()
            for row in summary + exported:
                for key, value in row.items():
                    if key in ("mean", "mcse", "median", "low", "high", "value") or (
                        key.startswith("difference_") and key != "difference_share_below_zero"
                    ):
                        if value:
                            self.assertRegex(value, r"^-?\d+(\.\d*[1-9])?$", (key, row))
                            self.assertLessEqual(len(value.partition(".")[2]), most[row["measure"]], row)
                            seen.add((row["measure"], "." in value))
            self.assertIn(("looked_after", True), seen)
            self.assertIn(("caseload", True), seen)
            self.assertEqual(
                {(row["year"], row["period"]) for row in summary},
                {("2026", "year to 31 March 2026"), ("2026", "2 months to 31 May 2026")},
            )
            record = json.loads(hearth("summary", file, "--json", "--measures", "cost_authority").stdout)
            full = record["measures"][0]["arms"][0]["years"][0]["median"]
            mine = next(row for row in summary if row["measure"] == "cost_authority")
            self.assertLessEqual(abs(float(mine["median"]) - full), 0.5)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
