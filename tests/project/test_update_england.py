#!/usr/bin/python3
"""The yearly chore of taking new tables (tools/update_england.py): what is odd is said, what cannot be right is refused, and the
committed tables go through unchanged."""

import csv
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "scenarios/england"
LAST = int(pd.read_csv(TABLES / "history.csv", usecols=["year"]).year.max())  # that has figures
NAMES = ["authorities", "history", "england", "children", "projections"]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import update_england  # noqa: E402


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def tidy(folder):
    """The committed tables in the form in which new ones come."""
    authorities = read(TABLES / "authorities.csv")
    neighbours = authorities["statistical_neighbours"].str.split(" ", expand=True).fillna("")
    neighbours.columns = [f"statistical_neighbour_{i + 1}" for i in neighbours.columns]
    both = authorities["successor"] + authorities["second_successor"].where(
        authorities["second_successor"] == "", "+" + authorities["second_successor"]
    )
    authorities = authorities.rename(columns={"code": "la_code", "name": "la_name"}).assign(successor_la_code=both)
    pd.concat([authorities, neighbours], axis=1).to_csv(folder / "authorities.csv", index=False)
    read(TABLES / "history.csv").rename(columns={"code": "la_code"}).to_csv(folder / "observed_la.csv", index=False)
    shutil.copy(TABLES / "england.csv", folder / "observed_england.csv")
    long_form(read(TABLES / "children.csv"), "la_code").to_csv(folder / "population_by_age.csv", index=False)
    projections = read(TABLES / "projections.csv")
    long = long_form(projections.drop(columns="grade"), "place").assign(level="authority")
    long.to_csv(folder / "projections.csv", index=False)
    grades = projections[["code", "grade"]].drop_duplicates().rename(columns={"code": "la_code"})
    grades.to_csv(folder / "projection_quality.csv", index=False)


def long_form(table, place):
    """An age or band by row."""
    long = table.melt(["code", "mid_year"], var_name="ages", value_name="children")
    bounds = long["ages"].str.extract(r"age_(\d+)(?:_to_(\d+))?")
    long = long.assign(age_from=bounds[0], age_to=bounds[1].fillna(bounds[0])).drop(columns="ages")
    return long.rename(columns={"code": place, "mid_year": "year"})


class Update(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.folder = Path(self.directory.name)
        tidy(self.folder)
        self.tables = self.folder / "england"
        self.tables.mkdir()
        for name in NAMES:
            shutil.copy(TABLES / f"{name}.csv", self.tables)

    def report(self, write=False):
        return "\n".join(update_england.update(self.folder, self.tables, write))

    def change(self, name, change):
        table = read(self.folder / name)
        table = change(table)
        table.to_csv(self.folder / name, index=False)

    def next_year(self, change=lambda rows: rows):
        """A year more, the same as the last but for `change`."""

        def add(table):
            rows = table[table["year"] == str(LAST)].copy()
            rows["year"] = str(LAST + 1)
            return pd.concat([table, change(rows)])

        self.change("observed_la.csv", add)
        self.change("observed_england.csv", lambda table: table.assign(**{str(LAST + 1): table[str(LAST)]}))
        self.change(
            "authorities.csv",
            lambda table: table.assign(last_year=table["last_year"].replace(str(LAST), str(LAST + 1))),
        )

    def test_the_committed_tables_go_through_unchanged(self):
        report = self.report(write=True)
        self.assertIn("none new", report)
        self.assertNotIn("Earlier years changed", report)
        for name in NAMES:
            with self.subTest(name=name):
                self.assertTrue(read(TABLES / f"{name}.csv").equals(read(self.tables / f"{name}.csv")))

    def test_nothing_is_written_unless_asked(self):
        self.next_year()
        report = self.report()
        self.assertIn(f"new: {LAST + 1}", report)
        self.assertIn("Nothing was written", report)
        self.assertEqual((self.tables / "history.csv").read_bytes(), (TABLES / "history.csv").read_bytes())

    def test_a_year_like_the_last_has_nothing_odd(self):
        self.next_year()
        report = self.report(write=True)
        for odd in ["Jumps", "Not the sum", "Fewer", "Earlier years", "Boundary"]:
            self.assertNotIn(odd, report)
        with open(self.tables / "history.csv", newline="", encoding="utf-8") as file:
            self.assertEqual({row["year"] for row in csv.DictReader(file)}, {str(y) for y in range(2011, LAST + 2)})

    def test_what_is_odd_is_said(self):
        def odd(rows):
            rows.loc[rows["la_code"] == "919", "cpp_at31"] = "9000"  # Hertfordshire's plans: jump, and sum
            rows["icpc"] = np.where(np.arange(len(rows)) % 3 == 0, "", rows["icpc"])  # a third is gone
            return rows

        self.next_year(odd)
        self.change(
            "observed_la.csv",
            lambda t: t.assign(referrals=np.where((t["year"] == "2015") & (t["la_code"] < "250"), "7", t["referrals"])),
        )
        self.change(
            "authorities.csv",
            lambda t: t.assign(last_year=np.where(t["la_code"] == "926", str(LAST), t["last_year"])),
        )
        report = self.report()
        for text in [
            f"cpp_at31 {LAST + 1}, Hertfordshire: ",
            f"cpp_at31 {LAST + 1}: authorities ",
            f"icpc {LAST + 1}: ",
            "Earlier years changed:\n  referrals: ",
            f"Norfolk (926) ends with {LAST} and nothing follows it",
        ]:
            self.assertIn(text, report)

    def test_a_new_vintage_is_called_so(self):
        self.change("observed_la.csv", lambda t: t.assign(population_0_17=t["population_0_17"].replace("", "0") + "0"))
        self.assertIn("a new vintage, refit everything: population_0_17", self.report())

    def test_what_cannot_be_right_is_refused(self):
        history = read(self.folder / "observed_la.csv")
        for expected, table in {
            "authority 999 is not in authorities.csv": history.assign(la_code=history["la_code"].replace("926", "999")),
            "has two rows for": pd.concat([history, history.tail(1)]),
            "no column referrals": history.drop(columns="referrals"),
            f"the years 2011 to {LAST} are not all there": history[history["year"] != "2015"],
            "authority 926 Norfolk has no row for": history[
                ~((history["la_code"] == "926") & (history["year"] == "2019"))
            ],
            "'n/a' is not a number": history.assign(referrals=history["referrals"].replace("", "n/a")),
        }.items():
            with self.subTest(expected=expected):
                table.to_csv(self.folder / "observed_la.csv", index=False)
                with self.assertRaisesRegex(update_england.Refused, expected):
                    self.report(write=True)
                self.assertEqual((self.tables / "history.csv").read_bytes(), (TABLES / "history.csv").read_bytes())


if __name__ == "__main__":
    unittest.main()
