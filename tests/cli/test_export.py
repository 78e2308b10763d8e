#!/usr/bin/python3
"""hearth export and inspect: what they say of a result is what is in it.

Usage: test_export.py build/release/hearth
"""

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
OK, USAGE, DATA = 0, 2, 4

ENGLAND = str(ROOT / "scenarios/england.json")
PLACE = ["--authorities", "857,420", "--replicates", "3"]  # Rutland, Isles of Scilly
MONTHS = 15  # a year and a quarter


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=300)


def text(item, name):
    value = item.attrs[name]
    return value.decode() if isinstance(value, bytes) else str(value)


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        cls.file = cls.folder / "result.h5"
        cls.scenario = cls.folder / "england.json"
        cls.scenario.write_text(json.dumps({"extends": ENGLAND, "output": {"every": "month"}}))
        result = hearth("run", cls.scenario, *PLACE, "--months", MONTHS, "-o", cls.file, "-q")
        assert result.returncode == OK, result.stderr
        cls.year = cls.folder / "year.h5"
        result = hearth("run", cls.scenario, *PLACE, "--months", 12, "-o", cls.year, "-q")
        assert result.returncode == OK, result.stderr
        with h5py.File(cls.file) as file:
            cls.arms = list(file["arm"].asstr()[:])
            cls.codes = [int(code) for code in file["authority"][:]]
            cls.lines = list(file["cost_category"].asstr()[:])
            cls.data = {
                name: file[name][:]
                for name in ["care_entries", "looked_after", "caseload", "cost", "care_entries_by_age", "children"]
            }

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def rows(self, *arguments):
        result = hearth("export", self.file, *arguments)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(result.stderr, "")
        return list(csv.DictReader(io.StringIO(result.stdout)))

    def values(self, rows, arm, code, measure, category=""):
        return [
            float(row["value"])
            for row in rows
            if (row["arm"], row["code"], row["measure"], row["category"]) == (arm, str(code), measure, category)
        ]

    def test_numbers_of_years_say_what_those_of_months_do(self):
        scenario = self.folder / "years.json"
        scenario.write_text(json.dumps({"extends": ENGLAND, "name": "years", "output": {"every": "year"}}))
        years = self.folder / "years.h5"
        result = hearth("run", scenario, *PLACE, "--months", MONTHS, "-o", years, "-q")
        self.assertEqual(result.returncode, OK, result.stderr)
        for options in (["--measures", "care_entries,looked_after", "--every-replicate"], ["--as", "hubverse"]):
            of_years, of_months = (
                hearth("export", file, *options, "--every", "year")
                if "--as" not in options
                else hearth("export", file, *options)
                for file in (years, self.file)
            )
            self.assertEqual(of_years.returncode, OK, of_years.stderr)
            self.assertGreater(len(of_years.stdout.splitlines()), 10)
            self.assertEqual(of_years.stdout, of_months.stdout)
        refused = hearth("export", years, "--every", "month")
        self.assertEqual(refused.returncode, USAGE)
        self.assertIn("numbers every 12 months", refused.stderr)
        self.assertIn("a number every 12 months", hearth("inspect", years).stdout)

    def test_months_and_replicates_are_those_of_the_file(self):
        rows = self.rows(
            "--every", "month", "--every-replicate", "--measures", "care_entries,care_entries_by_age,cost_total"
        )
        self.assertEqual(
            list(rows[0]),
            [
                "arm",
                "level",
                "code",
                "ons_code",
                "name",
                "year",
                "end",
                "months",
                "measure",
                "category",
                "unit",
                "replicate",
                "value",
            ],
        )
        self.assertEqual(len(rows), len(self.arms) * 2 * MONTHS * 3 * (1 + 5 + 1 + len(self.lines)))
        self.assertEqual({row["months"] for row in rows}, {"1"})
        self.assertEqual([rows[0]["end"], rows[3]["end"]], ["2025-04-30", "2025-05-31"])
        self.assertEqual(
            {(row["code"], row["ons_code"], row["name"]) for row in rows},
            {("857", "E06000017", "Rutland"), ("420", "E06000053", "Isles of Scilly")},
        )
        for a, arm in enumerate(self.arms):
            for c, code in enumerate(self.codes):
                numpy.testing.assert_array_equal(
                    self.values(rows, arm, code, "care_entries"), self.data["care_entries"][a, :, c, :].T.ravel()
                )
                numpy.testing.assert_array_equal(
                    self.values(rows, arm, code, "care_entries_by_age", "5_to_9"),
                    self.data["care_entries_by_age"][a, :, 2, c, :].T.ravel(),
                )
                numpy.testing.assert_allclose(
                    self.values(rows, arm, code, "cost_total"),
                    self.data["cost"][a, :, :, :, c, :].sum(axis=(1, 2)).T.ravel(),
                    atol=0.5001,
                )
                for line, name in enumerate(self.lines):
                    numpy.testing.assert_allclose(
                        self.values(rows, arm, code, "cost_total", name),
                        self.data["cost"][a, :, :, line, c, :].sum(axis=1).T.ravel(),
                        atol=0.5001,
                    )

    def test_years_are_sums_ends_and_means(self):
        rows = self.rows("--every-replicate", "--measures", "care_entries,looked_after,caseload,cost_authority")
        self.assertEqual(
            [(row["year"], row["end"], row["months"]) for row in rows[::3][:2]],
            [("2026", "2026-03-31", "12"), ("2026", "2026-06-30", "3")],
        )
        spans = [slice(0, 12), slice(12, MONTHS)]
        for a, arm in enumerate(self.arms):
            for c, code in enumerate(self.codes):
                for measure, data, how, unit in (
                    ("care_entries", self.data["care_entries"], numpy.sum, 0),
                    ("looked_after", self.data["looked_after"], lambda v, axis: v[:, -1], 0),
                    ("caseload", self.data["caseload"].astype(float), numpy.mean, 0.001),
                    ("cost_authority", self.data["cost"][:, :, 0].sum(axis=2), numpy.sum, 1),
                ):
                    expected = numpy.concatenate([how(data[a, :, c, span], axis=1) for span in spans])
                    numpy.testing.assert_allclose(
                        self.values(rows, arm, code, measure), expected, rtol=1e-12, atol=0.50001 * unit
                    )

    def test_quantiles_are_those_of_numpy(self):
        for levels, arguments in (([0.05, 0.25, 0.5, 0.75, 0.95], []), ([0.1, 0.9], ["--quantiles", "0.1,0.9"])):
            rows = self.rows("--measures", "care_entries", *arguments)
            self.assertEqual([float(row["quantile"]) for row in rows[: len(levels)]], levels)
            for a, arm in enumerate(self.arms):
                for c, code in enumerate(self.codes):
                    totals = self.data["care_entries"][a, :, c, :12].sum(axis=1)
                    numpy.testing.assert_allclose(
                        self.values(rows, arm, code, "care_entries")[: len(levels)],
                        numpy.quantile(totals, levels),
                        atol=0.0050001,
                    )

    def test_regions_and_england_are_sums_within_a_replicate(self):
        """In one table with their authorities; ratios are means weighted by staff."""
        keys = "care_entries,caseload,cost_authority"
        rows = self.rows("--areas", "england", "--measures", keys, "--every-replicate")
        self.assertEqual(
            {(row["level"], row["code"], row["ons_code"], row["name"]) for row in rows},
            {("all", "", "", "All in the result")},
        )
        for a, arm in enumerate(self.arms):
            entries = self.data["care_entries"][a].sum(axis=1)
            numpy.testing.assert_array_equal(
                self.values(rows, arm, "", "care_entries"),
                numpy.array([entries[:, :12].sum(axis=1), entries[:, 12:].sum(axis=1)]).ravel(),
            )
        text = hearth("summary", self.file, "--json", "--measures", keys).stdout
        medians = {
            (m["measure"], arm["arm"]): [year["median"] for year in arm["years"]]
            for m in json.loads(text)["measures"]
            for arm in m["arms"][:1]
        }  # others' are corrected for drawn effects
        rows = self.rows("--areas", "england", "--measures", keys, "--quantiles", "0.5")
        for (measure, arm), expected in medians.items():
            numpy.testing.assert_allclose(
                self.values(rows, arm, "", measure),
                expected,
                rtol=1e-9,
                atol={"caseload": 0.00051, "cost_authority": 0.51}.get(measure, 0.0051),
            )
        # A line of cost is that of the file, of one authority and of all.
        line = "cost_authority.placements"
        rows = self.rows("--areas", "england,authorities", "--measures", line, "--every-replicate")
        placements = self.data["cost"][:, :, 0, 0].sum(axis=2)  # authority, placements: [arm][replicate][time]
        for a, arm in enumerate(self.arms):
            self.assertEqual({(row["measure"], row["category"]) for row in rows}, {("cost_authority", "placements")})
            for code, of in (("", placements[a]), ("420", self.data["cost"][a, :, 0, 0, self.codes.index(420)])):
                expected = numpy.array([of[:, :12].sum(axis=1), of[:, 12:].sum(axis=1)]).ravel()
                numpy.testing.assert_allclose(
                    self.values(rows, arm, code, "cost_authority", "placements"), expected, atol=0.5001
                )
        refused = hearth("export", self.file, "--areas", "regions")
        self.assertEqual(refused.returncode, USAGE)
        self.assertIn("no region with all its authorities", refused.stderr)
        refused = hearth("export", self.file, "--areas", "england", "--authorities", "857")
        self.assertEqual(refused.returncode, USAGE)
        self.assertIn("--areas wants none", refused.stderr)

    def test_regions_are_those_that_are_whole(self):
        file = self.folder / "north.h5"
        result = hearth(
            "run", ENGLAND, "--authorities", "North East,857", "--replicates", "2", "--months", "12", "-q", "-o", file
        )
        self.assertEqual(result.returncode, OK, result.stderr)
        text = hearth(
            "export", file, "--areas", "regions,authorities,england", "--measures", "looked_after", "--quantiles", "0.5"
        ).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(
            {(row["ons_code"], row["name"]) for row in rows if row["level"] == "region"}, {("E12000001", "North East")}
        )
        self.assertEqual([row["level"] for row in rows[:15]], ["region"] + ["authority"] * 13 + ["all"])
        self.assertEqual(len(rows), 3 * (1 + 13 + 1))

    def test_without_a_choice_the_main_seven_and_with_all_every_one(self):
        seven = {row["measure"] for row in self.rows()}
        children = {"care_entries", "looked_after", "child_protection_plans", "months_in_unmet_need"}
        self.assertEqual(seven, children | {"caseload", "cost_authority", "cost_total"})
        with h5py.File(self.file) as file:
            variables = {name for name, item in file.items() if isinstance(item, h5py.Dataset) and item.ndim > 1}
        every = {row["measure"] for row in self.rows("--measures", "all")}
        self.assertEqual({name for name in every if not name.startswith("cost_")}, variables - {"cost"})

    def test_money_in_cash_and_in_pounds_of_another_year(self):
        def money(*options):
            done = hearth("export", self.file, "--measures", "cost_total", "--quantiles", "0.5", *options)
            self.assertEqual(done.returncode, OK, done.stderr)
            rows = [row for row in csv.DictReader(io.StringIO(done.stdout)) if row["arm"] == self.arms[0]]
            return {row["unit"] for row in rows}, {(row["code"], row["end"]): float(row["value"]) for row in rows}

        _, real = money()
        unit, cash = money("--prices", "cash")
        self.assertEqual(unit, {"GBP in cash"})
        unit, earlier = money("--prices", "2021-22")
        self.assertEqual(unit, {"GBP of 2021-22"})
        # GDP deflator: 85.5914 in 2021-22, 100 in 2024-25, then growth of 2.943% and 2.230%.
        inflation = {"2026-03-31": 1.02943, "2026-06-30": 1.02943 * 1.02230}
        for (code, end), value in real.items():
            self.assertAlmostEqual(cash[code, end] / value, inflation[end], delta=1e-4 + 1 / value)
            self.assertAlmostEqual(earlier[code, end] / value, 85.5914 / 100, delta=2e-5 + 1 / value)  # whole pounds
        for wrong, said in {"nominal": "allowed: real", "2050-51": "knows inflation from 2007-08 to 2030-31"}.items():
            done = hearth("export", self.file, "--prices", wrong)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn(said, done.stderr)

    def test_authorities_by_name_code_or_region(self):
        for wanted, found in (
            ("Rutland", {"857"}),
            ("E06000053", {"420"}),
            ("South West", {"420"}),
            ("857,south west", {"857", "420"}),
            ("England", {"857", "420"}),
        ):
            rows = self.rows("--measures", "children", "--authorities", wanted)
            self.assertEqual({row["code"] for row in rows}, found)

    def test_hubverse_is_what_a_forecast_writes(self):
        forecast = self.folder / "forecast"
        result = hearth("forecast", ENGLAND, *PLACE, "--horizons", "1", "--samples", "3", "-o", forecast, "-q")
        self.assertEqual(result.returncode, OK, result.stderr)
        expected = (self.folder / "forecast_hubverse.csv").read_text(encoding="utf-8")
        exported = self.folder / "exported.csv"
        result = hearth("export", self.year, "--as", "hubverse", "--every-replicate", "-o", exported)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(exported.read_text(encoding="utf-8"), expected)
        self.assertTrue(
            expected.startswith("origin_date,target,horizon,location,scenario_id,output_type,output_type_id,value\n")
        )
        quantiles = hearth("export", self.year, "--as", "hubverse").stdout
        self.assertEqual(quantiles, "".join(line for line in expected.splitlines(True) if ",sample," not in line))
        some = hearth("export", self.year, "--as", "hubverse", "--measures", "looked_after,referrals").stdout
        self.assertEqual(
            some,
            "".join(
                line
                for line in quantiles.splitlines(True)
                if line.split(",")[1] in {"target", "looked_after", "referrals"}
            ),
        )

    def test_a_failed_export_leaves_the_older_table(self):
        table = self.folder / "table.csv"
        table.write_text("older", encoding="utf-8")
        for arguments, code, words in (
            (["--measures", "care_entry"], USAGE, "care_entries"),
            (["--authorities", "Rutlnd"], USAGE, "Rutland"),
            (["--quantiles", "5%"], USAGE, "from 0 to 1"),
            (["--quantiles", "1.5"], USAGE, "from 0 to 1"),
            (["--as", "excel"], USAGE, "csv"),
            (["--areas", "councils"], USAGE, "regions"),
            (["--as", "hubverse", "--areas", "england"], USAGE, "anyway"),
            (["--quantiles", "0.5", "--every-replicate"], USAGE, "--every-replicate"),
            (["--as", "hubverse", "--every", "month"], USAGE, "horizons in years"),
            (["--as", "hubverse", "--measures", "caseload"], USAGE, "looked_after"),
            (["--as", "hubverse", "--quantiles", "0.5"], USAGE, "23 levels"),
        ):
            result = hearth("export", self.file, *arguments, "-o", table)
            self.assertEqual(result.returncode, code, (arguments, result.stderr))
            self.assertIn(words, result.stderr)
            self.assertEqual(table.read_text(encoding="utf-8"), "older")
        before = self.file.read_bytes()
        self.assertEqual(hearth("export", self.file, "-o", self.file).returncode, USAGE)
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual(hearth("export", self.folder / "none.h5").returncode, DATA)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.suffix == ".tmp"], [])

    def test_inspect_says_what_is_in_the_file(self):
        told = json.loads(hearth("inspect", self.file, "--json").stdout)
        with h5py.File(self.file) as file:
            variables = {name: item for name, item in file.items() if isinstance(item, h5py.Dataset) and item.ndim > 1}
            self.assertEqual({m["measure"] for m in told["measures"]}, set(variables))
            for measure in told["measures"]:
                item = variables[measure["measure"]]
                self.assertEqual(measure["shape"], list(item.shape))
                self.assertEqual(measure["dimensions"], [Path(d[0].name).name for d in item.dims])
                self.assertEqual(measure["unit"], text(item, "units"))
                self.assertEqual(measure["name"], text(item, "long_name"))
                self.assertEqual(measure["stored_bytes"], item.id.get_storage_size())
            self.assertEqual(told["provenance"]["commit"], text(file["provenance"], "commit"))
        self.assertEqual(told["bytes"], self.file.stat().st_size)
        self.assertTrue(told["complete"])
        self.assertEqual([a["arm"] for a in told["arms"]], self.arms)
        self.assertEqual([a["code"] for a in told["authorities"]], self.codes)
        self.assertEqual(
            (told["replicates"], told["months"], told["seed"], told["end"]), (3, MONTHS, 20250331, "2026-06-30")
        )
        shown = hearth("inspect", self.file).stdout
        for words in (
            "complete",
            "3 arms x 3 replicates, 2 authorities, 15 months",
            "Rutland (857)",
            "20250331",
            "care_entries_by_age",
            "[age_band]",
            "hearth summary",
        ):
            self.assertIn(words, shown)
        self.assertNotIn("NOT complete", shown)

    def test_a_part_of_a_run_says_which(self):
        result = hearth(
            "run", self.scenario, *PLACE, "--months", MONTHS, "--shard", "2/2", "-o", self.folder / "part.h5", "-q"
        )
        self.assertEqual(result.returncode, OK, result.stderr)
        told = json.loads(hearth("inspect", self.folder / "part.h5", "--json").stdout)
        first = told["first_replicate"]
        self.assertGreater(first, 0)
        self.assertEqual((first + told["replicates"], told["run_replicates"]), (3, 3))
        self.assertIn("of a run of 3", hearth("inspect", self.folder / "part.h5").stdout)
        rows = hearth("export", self.folder / "part.h5", "--every-replicate").stdout.splitlines()
        whole = hearth("export", self.file, "--every-replicate").stdout.splitlines()
        self.assertEqual(rows, [row for row in whole if row == whole[0] or int(row.split(",")[-2]) >= first])
        result = hearth("export", self.folder / "part.h5", "--as", "hubverse")
        self.assertEqual(result.returncode, USAGE)
        self.assertIn("hearth merge", result.stderr)

    def test_inspect_knows_a_run_that_was_not_finished(self):
        left = self.folder / "left.h5"
        shutil.copy(self.file, left)
        with h5py.File(left, "r+") as file:
            del file["provenance"].attrs["wall_seconds"]
        self.assertFalse(json.loads(hearth("inspect", left, "--json").stdout)["complete"])
        self.assertIn("NOT complete", hearth("inspect", left).stdout)
        left.unlink()
        result = hearth("inspect", ENGLAND)
        self.assertEqual(result.returncode, DATA)
        self.assertIn("is not a Hearth result", result.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-") and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
