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


class Update(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.folder = Path(self.directory.name)
        tidy(self.folder)
        self.tables = self.folder / "england"
        self.tables.mkdir()
        for name in ["authorities", "history", "england"]:
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
            rows = table[table["year"] == "2022"].copy()
            rows["year"] = "2023"
            return pd.concat([table, change(rows)])

        self.change("observed_la.csv", add)
        self.change("observed_england.csv", lambda table: table.assign(**{"2023": table["2022"]}))
        self.change("authorities.csv", lambda table: table.assign(last_year=table["last_year"].replace("2022", "2023")))

    def test_the_committed_tables_go_through_unchanged(self):
        report = self.report(write=True)
        self.assertIn("none new", report)
        self.assertNotIn("Earlier years changed", report)
        for name in ["authorities", "history", "england"]:
            with self.subTest(name=name):
                self.assertTrue(read(TABLES / f"{name}.csv").equals(read(self.tables / f"{name}.csv")))

    def test_nothing_is_written_unless_asked(self):
        self.next_year()
        report = self.report()
        self.assertIn("new: 2023", report)
        self.assertIn("Nothing was written", report)
        self.assertEqual((self.tables / "history.csv").read_bytes(), (TABLES / "history.csv").read_bytes())

    def test_a_year_like_the_last_has_nothing_odd(self):
        self.next_year()
        report = self.report(write=True)
        for odd in ["Jumps", "Not the sum", "Fewer", "Earlier years", "Boundary"]:
            self.assertNotIn(odd, report)
        with open(self.tables / "history.csv", newline="", encoding="utf-8") as file:
            self.assertEqual({row["year"] for row in csv.DictReader(file)}, {str(y) for y in range(2011, 2024)})

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
            lambda t: t.assign(last_year=np.where(t["la_code"] == "926", "2022", t["last_year"])),
        )
        report = self.report()
        for text in [
            "cpp_at31 2023, Hertfordshire: ",
            "cpp_at31 2023: authorities ",
            "icpc 2023: ",
            "Earlier years changed:\n  referrals: ",
            "Norfolk (926) ends with 2022 and nothing follows it",
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
            "the years 2011 to 2022 are not all there": history[history["year"] != "2015"],
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
