#!/usr/bin/python3
"""Files that people have, and what hearth does with them: docs/field-cases.md has a row for each case.

Usage: test_field_cases.py build/release/hearth
"""

import csv
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
CASES = ROOT / "tests/cli/field_cases"
ENGLAND = ROOT / "scenarios/england.json"
PLAIN = CASES / "10-plain-returns/returns"
TRUTH = {2021: (18, 26, 8), 2022: (22, 14, 10)}
MEASURES = ("looked_after", "care_entries", "care_exits")


def hearth(*arguments, cwd=None):
    return subprocess.run([HEARTH, *arguments], cwd=cwd, capture_output=True, timeout=300)


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = Path(directory.name)

    def run_hearth(self, *arguments, code=0, cwd=None):
        result = hearth(*arguments, cwd=cwd or self.folder)
        self.text = (result.stdout + result.stderr).decode(errors="replace")
        self.assertEqual(result.returncode, code, self.text)
        return result

    def says(self, *words):
        for word in words:
            self.assertIn(word, self.text)

    def case(self, name):
        """A copy of the case's files, with the path of England's scenario in them."""
        target = self.folder / name
        shutil.copytree(CASES / name, target)
        for file in target.rglob("*.json"):
            data = file.read_bytes()
            for encoding in ("utf-8", "utf-16-le"):
                data = data.replace("ENGLAND_JSON".encode(encoding), str(ENGLAND).encode(encoding))
            file.write_bytes(data)
        return target


class Returns(Case):
    """hearth profile."""

    def profile(self, returns, *options):
        """(looked after, entries, exits) by year."""
        self.run_hearth("profile", returns, "-o", self.folder / "profile", "--show-small-counts", *options)
        found = {}
        with open(self.folder / "profile/profile.csv", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["category"] == "total" and row["measure"] in MEASURES and row["year"] != "all":
                    found.setdefault(int(row["year"]), {})[row["measure"]] = int(row["value"])
        return {year: tuple(values[m] for m in MEASURES) for year, values in found.items()}

    def refused(self, returns, *words, options=(), code=4):
        shutil.rmtree(self.folder / "profile", ignore_errors=True)
        self.run_hearth("profile", returns, "-o", self.folder / "profile", *options, code=code)
        self.says(*words)
        self.assertFalse((self.folder / "profile").exists())

    def problems(self):
        with open(self.folder / "profile/problems.csv", newline="") as stream:
            return list(csv.DictReader(stream))

    def changed(self, change, only=None, source=PLAIN):
        """A copy of returns in which `change` made something else of each file's bytes."""
        target = self.folder / "changed"
        shutil.rmtree(target, ignore_errors=True)
        for file in source.rglob("*.csv"):
            name = str(file.relative_to(source))
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text()
            made = change(text) if only is None or only in name else text
            (target / name).write_bytes(made if isinstance(made, bytes) else made.encode())
        return target

    @staticmethod
    def with_dates(write):
        """Every date of a text as `write` writes it."""

        def of(text):
            return re.sub(r"\b(\d\d)/(\d\d)/(\d{4})\b", lambda m: write(dt.date(int(m[3]), int(m[2]), int(m[1]))), text)

        return of

    @staticmethod
    def with_column(column, change):
        """One column of a table changed cell by cell, where the table has it."""

        def of(text):
            lines = [line.split(",") for line in text.splitlines()]
            if column not in lines[0]:
                return text
            at = lines[0].index(column)
            for i, fields in enumerate(lines[1:]):
                fields[at] = change(fields[at], i)
            return "\n".join(",".join(fields) for fields in lines) + "\n"

        return of

    # ---- 10, 01: returns and pooled extracts ----

    def test_10_plain_returns(self):
        self.assertEqual(self.profile(PLAIN), TRUTH)
        self.assertEqual(self.problems(), [])

    def test_01_pooled_extract(self):
        self.assertEqual(self.profile(CASES / "01-pooled-extract/returns"), TRUTH)
        self.says("told apart by its column of years: returns of the years to 31 March 2021, 2022", "are of Somewhere")

    def pooled(self, header="LA,YEAR", la="Somewhere", year=str):
        """The plain returns in one table, with a column of years."""
        target = self.folder / "pooled"
        target.mkdir(exist_ok=True)
        for kind in ("episodes", "header"):
            lines = []
            for y in (2021, 2022):
                first, *rows = (PLAIN / f"{y}/{kind}.csv").read_text().splitlines()
                lines = lines or [f"{first},{header}"]
                lines += [f"{row},{la},{year(y)}" for row in rows]
            (target / f"{kind}.csv").write_text("\n".join(lines) + "\n")
        return target

    def test_01_other_names_of_the_columns(self):
        for header, year in [
            ("LA_NAME,RETURN_YEAR", str),
            ("Local Authority,Financial Year", lambda y: f"{y - 1}/{y % 100}"),
            ("la,year", lambda y: f"{y}.0"),
            ("LA,time period", lambda y: f"{y - 1}{y % 100}"),
            ("LA,Collection Year", lambda y: f"{y - 1}-{y}"),
            ("LA,YEAR", lambda y: y - 1),
        ]:  # the year in which a return's year begins
            with self.subTest(header=header, year=year(2021)):
                self.assertEqual(self.profile(self.pooled(header, year=year)), TRUTH)

    def test_01_each_episode_once_as_data_platforms_keep_it(self):
        pooled = self.pooled()
        first, *rows = (pooled / "episodes.csv").read_text().splitlines()
        latest = {tuple(row.split(",")[:2]): row for row in rows}  # by child and start; the last return's
        (pooled / "episodes.csv").write_text("\n".join([first, *latest.values()]) + "\n")
        self.assertEqual(self.profile(pooled), TRUTH)

    def test_01_one_table_without_a_column_of_years(self):
        pooled = self.pooled()
        for kind in ("episodes", "header"):
            file = pooled / f"{kind}.csv"
            file.write_text("\n".join(line.rsplit(",", 2)[0] for line in file.read_text().splitlines()) + "\n")
        self.assertEqual(self.profile(pooled), TRUTH)
        self.says("it holds the returns of 2021 to 2022")
        self.assertEqual(self.problems(), [])

    def two_authorities(self):
        """Norfolk's are the plain returns; Suffolk has the same children's numbers a year older, with other fates."""
        target = self.pooled(la="Norfolk")
        for kind in ("episodes", "header"):
            file = target / f"{kind}.csv"
            first, *rows = file.read_text().splitlines()
            others = [row.replace("Norfolk", "935") for row in rows if int(row.split(",")[0]) < 701000]
            file.write_text("\n".join([first, *rows, *others]) + "\n")
        return target

    def test_01_several_authorities_are_never_counted_together(self):
        returns = self.two_authorities()
        self.refused(returns, "of 2 authorities", "Norfolk, Suffolk", '--authority "Norfolk"')
        self.assertEqual(self.profile(returns, "--authority", "Norfolk"), TRUTH)
        self.assertEqual(self.profile(returns, "--authority", "926"), TRUTH)
        suffolk = self.profile(returns, "--authority", "Suffolk")
        self.assertNotEqual(suffolk, TRUTH)
        alone = self.changed(
            lambda text: "\n".join(
                line for line in text.splitlines() if not line[0].isdigit() or int(line.split(",")[0]) < 701000
            )
            + "\n"
        )
        self.assertEqual(suffolk, self.profile(alone))
        self.refused_authority(returns, "Essex", "the returns are of Norfolk, Suffolk, not of Essex")

    def refused_authority(self, returns, authority, *words):
        self.refused(returns, *words, options=("--authority", authority), code=2)

    def test_01_authorities_that_only_the_council_knows(self):
        returns = self.pooled(la="Somewhere")
        file = returns / "episodes.csv"
        first, *rows = file.read_text().splitlines()
        file.write_text("\n".join([first, *rows, *(row.replace("Somewhere", "Elsewhere") for row in rows[:9])]) + "\n")
        self.refused(returns, "Elsewhere, Somewhere")
        self.assertEqual(self.profile(returns, "--authority", "somewhere"), TRUTH)

    def test_01_one_authority_that_says_its_name_is_known(self):
        self.profile(self.pooled(la="Norfolk"))
        self.assertEqual(json.loads((self.folder / "profile/profile.json").read_text())["authority"], "926")
        self.refused_authority(self.pooled(la="Norfolk"), "Suffolk", "the returns are of Norfolk, not of Suffolk")

    def test_01_a_folder_for_each_authority(self):
        for name in ("Norfolk", "Suffolk"):
            shutil.copytree(PLAIN, self.folder / "region" / name)
        self.refused(self.folder / "region", "Norfolk, Suffolk")
        self.assertEqual(self.profile(self.folder / "region", "--authority", "Suffolk"), TRUTH)

    # ---- 02: short breaks ----

    def test_02_short_break_over_care(self):
        self.assertEqual(self.profile(CASES / "02-short-break-over-care/returns"), {2021: (1, 1, 0), 2022: (0, 0, 1)})
        self.assertEqual(self.problems(), [])

    def test_02_short_breaks_change_no_figure_wherever_they_lie(self):
        for status in ("V3", "v4"):
            for dates in (("24/06/2019", ""), ("24/06/2020", ""), ("01/07/2020", "03/07/2020"), ("01/12/2021", "")):
                with self.subTest(status=status, dates=dates):

                    def put(text):
                        rows = text.splitlines()
                        children = {row.split(",")[0] for row in rows[1:]}
                        return (
                            "\n".join(
                                [
                                    *rows,
                                    *(
                                        f"{child},{dates[0]},S,{status},N1,U4,PR1,{dates[1]},"
                                        f"{'E8' if dates[1] else ''},"
                                        for child in sorted(children)
                                    ),
                                ]
                            )
                            + "\n"
                        )

                    only = "2022/episodes" if dates[0].endswith("2021") else "episodes"
                    self.assertEqual(self.profile(self.changed(put, only)), TRUTH)

    def test_02_short_breaks_change_no_care_that_has_faults(self):
        care = [
            ("01/06/2020", "S", "U4", "01/08/2020", "X1"),
            ("01/10/2020", "P", "K2", "05/10/2020", "X1"),
            ("05/10/2020", "L", "K2", "", ""),
        ]
        alone = self.profile(self.one_child(*care))
        for start, end in (("01/01/2019", ""), ("01/07/2020", "01/09/2020"), ("01/06/2020", ""), ("07/10/2020", "")):
            returns = self.one_child(*care)
            with open(returns / "2021/episodes.csv", "a") as stream:
                stream.write(f"5001,{start},S,V4,N1,U4,PR1,{end},{'E8' if end else ''},\n")
            self.assertEqual(self.profile(returns), alone)
            self.assertEqual(self.rules(), ["gap"])

    # ---- 04: codes ----

    def test_04_codes_since_2025(self):
        def placements():
            figures = json.loads((self.folder / "profile/profile.json").read_text())["measures"]
            return figures["looked_after_by_placement"]["values"]

        self.profile(PLAIN)
        before = placements()
        self.assertEqual(self.profile(CASES / "04-codes-since-2025/returns"), TRUTH)
        self.assertEqual([p for p in self.problems() if p["rule"] == "bad_place"], [])
        for year, values in placements().items():
            # H5 became K3; placements with parents (P1) and others became one of Z11 to Z14.
            self.assertEqual(values["supported_accommodation"], before[year]["supported_accommodation"])
            self.assertGreater(values["supported_accommodation"], 0)
            self.assertGreater(values["other"], before[year]["other"])

    def test_04_codes_with_their_words(self):
        words = {
            "PLACE": lambda cell, i: cell + " - a kind of placement",
            "RNE": lambda cell, i: cell + ": reason",
            "LS": lambda cell, i: cell.lower() + " (status)",
            "REC": lambda cell, i: cell and cell + " - end",
        }
        change = lambda text: text  # noqa: E731
        for column, with_word in words.items():
            change = (lambda inner, outer: lambda text: outer(inner(text)))(change, self.with_column(column, with_word))
        self.assertEqual(self.profile(self.changed(change)), TRUTH)
        self.assertEqual(self.problems(), [])

    # ---- 05: XML ----

    def test_05_xml_return(self):
        found = self.profile(CASES / "05-xml-return/returns")
        self.assertEqual(found[2022][0], 22)
        self.assertEqual(found, self.profile(CASES / "05-xml-return/converted"))
        self.assertEqual(found, self.profile(CASES / "05-xml-return/returns/2022/ssda903_2022.xml"))
        with zipfile.ZipFile(self.folder / "returns.zip", "w") as archive:
            archive.write(CASES / "05-xml-return/returns/2022/ssda903_2022.xml", "2022/ssda903.xml")
        self.assertEqual(found, self.profile(self.folder / "returns.zip"))

    def test_05_other_and_damaged_xml(self):
        text = (CASES / "05-xml-return/returns/2022/ssda903_2022.xml").read_bytes()
        (self.folder / "2022.xml").write_bytes(text[: len(text) // 2])
        self.refused(self.folder / "2022.xml", "2022.xml", "damaged at byte")
        (self.folder / "2022.xml").write_text("<note>no return</note>")
        self.refused(self.folder / "2022.xml", "2022.xml (XML, but not of a return")

    def test_05_unaccompanied_children_and_faults_in_xml(self):
        text = (CASES / "05-xml-return/returns/2022/ssda903_2022.xml").read_text()
        text = text.replace("<UASC />", "<UASC>1</UASC>", 4).replace("<PL>U4</PL>", "<PL>U9</PL>", 1)
        (self.folder / "2022.xml").write_text(text)
        self.profile(self.folder / "2022.xml")
        rows = json.loads((self.folder / "profile/profile.json").read_text())["rows"]
        self.assertEqual(rows["uasc"]["read"], 4)
        self.assertEqual(
            [(p["file"], p["row"], p["rule"]) for p in self.problems()], [("2022.xml (EPISODE)", "1", "bad_place")]
        )

    def test_05_workbooks_are_named(self):
        shutil.copytree(PLAIN, self.folder / "returns")
        (self.folder / "returns/2022/episodes.csv").rename(self.folder / "returns/2022/episodes.xlsx")
        self.run_hearth("profile", self.folder / "returns", "-o", self.folder / "profile")
        self.says("not used: 2022/episodes.xlsx (a workbook; save its sheets as CSV)")
        (self.folder / "returns/2022/episodes.csv").write_bytes(b"PK\x03\x04workbook")
        self.refused(self.folder / "returns", "2022/episodes.csv: found a workbook", "CSV UTF-8")

    # ---- 07: what cannot be read says nothing ----

    def test_07_one_return_with_other_dates(self):
        self.assertEqual(self.profile(CASES / "07-one-return-unreadable/returns"), TRUTH)
        self.says("have their month by name")

    def test_07_dates_that_are_read(self):
        epoch = dt.date(1899, 12, 30)
        forms = [
            lambda d: d.strftime("%d-%b-%Y"),
            lambda d: d.strftime("%d %B %Y"),
            lambda d: d.strftime("%d-%b-%y"),
            lambda d: f"{d.day}/{d.month}/{d:%y}",
            lambda d: d.strftime("%Y-%m-%d 00:00:00"),
            lambda d: d.strftime("%Y%m%d"),
            lambda d: d.strftime("%d.%m.%Y"),
            lambda d: d.strftime("%Y/%m/%d"),
            lambda d: d.strftime("%d/%m/%Y 00:00"),
            lambda d: str((d - epoch).days),
            lambda d: f"{(d - epoch).days}.0",
            lambda d: d.strftime("%Y-%m-%dT00:00:00Z"),
            lambda d: d.strftime("%d\u2011%b\u2011%Y"),
        ]
        for form in forms:
            for only in ("2022", "header", None):
                with self.subTest(form=form(dt.date(2021, 4, 1)), only=only):
                    self.assertEqual(self.profile(self.changed(self.with_dates(form), only)), TRUTH)
                    self.assertEqual(self.problems(), [])

    def test_07_dates_that_are_not_read_stop_it(self):
        for form in (
            lambda d: d.strftime("%m/%d/%Y"),
            lambda d: d.strftime("%y-%m-%d"),
            lambda d: "soon",
            lambda d: d.strftime("%B %Y"),
            lambda d: "########",
        ):
            for only in ("2022", "2021/episodes", "2022/episodes", "header", None):
                with self.subTest(form=form(dt.date(2021, 4, 1)), only=only):
                    self.refused(self.changed(self.with_dates(form), only), "31/03/20")

    def test_07_a_few_rows_that_cannot_be_read_are_no_exits(self):
        # The first two open rows of 2021 cannot be read in 2022.
        def spoil(text):
            lines = text.splitlines()
            for i in [i for i, line in enumerate(lines) if "/2020,S," in line and ",,," in line][:2]:
                lines[i] = re.sub(r",\d\d/\d\d/2020,", ",99/99/2020,", lines[i])
            return "\n".join(lines) + "\n"

        self.assertEqual(self.profile(self.changed(spoil, "2022/episodes")), TRUTH)
        self.assertEqual(sorted(p["rule"] for p in self.problems()), ["bad_start"] * 2 + ["unreadable_later"] * 2)

    def test_07_returns_that_are_not_whole(self):
        empty = lambda text: text.splitlines()[0] + "\n"  # noqa: E731
        other_numbers = self.with_column("CHILD", lambda cell, i: f"X{i}")
        half = lambda text: "\n".join(text.splitlines()[:14]) + "\n"  # noqa: E731
        for year in ("2021", "2022"):
            self.refused(self.changed(empty, f"{year}/episodes"), f"{year}/episodes.csv: found no row below the header")
            self.refused(self.changed(other_numbers, year), "children have other numbers in it")
            self.profile(self.changed(half, f"{year}/episodes"))
            self.says(
                "children who were looked after on 31 March 2021 are not in the return of the year to 31 March " + year
            )
        self.profile(PLAIN)
        self.assertNotIn("are not in the return", self.text)

    def test_07_a_year_that_is_far_from_the_dates(self):
        (self.folder / "far").mkdir()
        shutil.copytree(PLAIN / "2022", self.folder / "far/2018")
        self.refused(self.folder / "far", "the episode starts after the year of the return")

    def test_07_headers_that_lack_the_children(self):
        def other_numbers(text):
            return re.sub(r"^70", "99", text, flags=re.M)

        target = self.changed(other_numbers, "header")
        self.refused(target, "the child has no usable row in any header file", "leave the return out")

    def test_07_numbers_of_children_as_programs_write_them(self):
        writers = {
            "decimals": lambda cell, i: cell + ".0",
            "zeros": lambda cell, i: "000" + cell,
            "apostrophe": lambda cell, i: "'" + cell,
            "spaces": lambda cell, i: f" {cell}\u00a0",
        }
        for name, write in writers.items():
            for only in ("2022", "header", "episodes"):
                with self.subTest(name, only=only):
                    self.assertEqual(self.profile(self.changed(self.with_column("CHILD", write), only)), TRUTH)
                    self.assertEqual(self.problems(), [])
        rounded = self.with_column("CHILD", lambda cell, i: "7.00E+05")
        self.refused(self.changed(rounded, "2022/episodes"), "rounded", "9.99A?99")

    # ---- Rows of a child that contradict each other ----

    def one_child(self, *rows, later=None):
        head = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE\n"
        target = self.folder / "one"
        shutil.rmtree(target, ignore_errors=True)
        for year, episodes in ((2021, rows), (2022, later)):
            if episodes is None:
                continue
            (target / str(year)).mkdir(parents=True)
            (target / f"{year}/header.csv").write_text("CHILD,SEX,DOB\n5001,1,10/10/2010\n")
            (target / f"{year}/episodes.csv").write_text(
                head
                + "".join(
                    f"5001,{start},{rne},C1,N1,{place},PR1,{end},{rec},\n" for start, rne, place, end, rec in episodes
                )
            )
        return target

    def rules(self):
        return sorted(p["rule"] for p in self.problems())

    def test_an_open_row_is_not_ended_by_one_inside_it(self):
        open_row = ("01/06/2020", "S", "U4", "", "")
        for inside in (("01/08/2020", "P", "K2", "01/09/2020", "X1"), ("01/08/2020", "S", "K2", "01/09/2020", "E4A")):
            with self.subTest(inside=inside):
                self.assertEqual(self.profile(self.one_child(open_row, inside)), {2021: (1, 1, 0)})
                self.assertEqual(self.rules(), ["inside_another"])
                self.assertEqual(
                    self.profile(self.one_child(open_row, inside, later=[open_row])), {2021: (1, 1, 0), 2022: (1, 0, 0)}
                )
        # Rows that lead to another open one show that an end was forgotten.
        self.assertEqual(
            self.profile(
                self.one_child(
                    open_row, ("01/08/2020", "P", "K2", "01/09/2020", "X1"), ("01/09/2020", "P", "U4", "", "")
                )
            ),
            {2021: (1, 1, 0)},
        )
        self.assertEqual(self.rules(), ["overlap"])

    def test_a_gap_that_the_codes_deny(self):
        before = ("01/06/2020", "S", "U4", "01/08/2020", "X1")

        def after(rne, start="01/10/2020"):
            return (start, rne, "K2", "", "")

        self.assertEqual(self.profile(self.one_child(before, after("P"))), {2021: (1, 1, 0)})
        self.assertEqual(self.rules(), ["gap"])
        # The reason is not given, and the next row says that care went on.
        self.assertEqual(self.profile(self.one_child((*before[:4], ""), after("P"))), {2021: (1, 1, 0)})
        self.assertEqual(self.rules(), ["gap", "no_reason_ended"])
        # Both codes say that care began again, or the end says that the child left.
        self.assertEqual(self.profile(self.one_child(before, after("S"))), {2021: (1, 1, 1)})
        self.assertEqual(self.rules(), ["gap"])
        self.assertEqual(self.profile(self.one_child((*before[:4], "E4A"), after("P"))), {2021: (1, 1, 1)})
        self.assertEqual(self.rules(), ["no_start"])
        # A year whose return does not have the child at all was no care.
        self.assertEqual(
            self.profile(self.one_child(before, later=[before, after("P", "01/05/2021")]))[2022], (1, 0, 0)
        )
        two_years = self.one_child(before, later=[("05/05/2021", "S", "U4", "06/05/2021", "E8")])
        (two_years / "2023").mkdir()
        shutil.copy(two_years / "2021/header.csv", two_years / "2023/header.csv")
        head = (two_years / "2022/episodes.csv").read_text().splitlines()[0]
        (two_years / "2022/episodes.csv").write_text(f"{head}\n5002,05/05/2021,S,C1,N1,U4,PR1,06/05/2021,E8,\n")
        (two_years / "2022/header.csv").write_text("CHILD,SEX,DOB\n5002,1,10/10/2010\n")
        (two_years / "2023/episodes.csv").write_text(f"{head}\n5001,01/06/2022,P,C1,N1,K2,PR1,,,\n")
        self.assertEqual(self.profile(two_years), {2021: (0, 1, 1), 2022: (0, 1, 1), 2023: (1, 1, 0)})

    # ---- 09: what cannot be seen ----

    def test_09_invisible_characters(self):
        for name in ("nbsp", "cr", "sep"):
            with self.subTest(name):
                self.assertEqual(self.profile(CASES / f"09-invisible-characters/{name}/returns"), TRUTH)

    def test_09_encodings_and_separators(self):
        def quoted(text):
            return "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines())

        changes = {
            "mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
            "UTF-16": lambda text: text.encode("utf-16"),
            "UTF-16BE": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
            "UTF-16 without mark": lambda text: text.encode("utf-16-le"),
            "Windows-1252": lambda text: text.replace("WBRI", "caf\u00e9").replace("N1", "N1\u00a0").encode("cp1252"),
            "semicolons": lambda text: text.replace(",", ";"),
            "tabs": lambda text: text.replace(",", "\t"),
            "Unicode text": lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
            "sep=;": lambda text: "sep=;\r\n" + text.replace(",", ";").replace("\n", "\r\n"),
            "quotes": quoted,
            "blank lines": lambda text: "\n\n" + text.replace("\n", "\n\n") + ",,,,\n",
            "columns at the end": lambda text: text.replace("\n", ",,,\n"),
            "zero width": lambda text: text.replace("U4", "U4\u200b"),
            "line breaks in quotes": lambda text: text.replace("WBRI", '"W\nBRI"'),
            "an index": lambda text: "\n".join(
                f"{'' if i == 0 else i - 1},{line}" for i, line in enumerate(text.splitlines())
            )
            + "\n",
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.assertEqual(self.profile(self.changed(change)), TRUTH)
                self.assertEqual(self.problems(), [])

    # ---- 15: the profile's output is read by hindcast ----

    def hindcast(self, observed, code=0):
        return self.run_hearth(
            "hindcast",
            "--origins",
            "2020",
            "--horizons",
            "1",
            "--replicates",
            "20",
            "--authorities",
            "926",
            "--observed",
            observed,
            "--calibrations",
            ROOT / "scenarios/england/calibrations",
            "-o",
            self.folder / "h.h5",
            "--forecasts",
            code=code,
        )

    def test_15_profile_into_hindcast(self):
        self.profile(PLAIN, "--authority", "926")
        self.hindcast(self.folder / "profile/observed.csv")
        self.says(
            "Norfolk 2021: looked_after, care_entries, care_entries_under_16\n",
            "not used: care_exits (2 rows)",
            "Norfolk 2022:",
            "not scored at these",
            "Norfolk 2021: not in it: child_protection_plans",
        )
        with open(self.folder / "h_forecasts.csv", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = {row["figure"]: float(row["observed"]) for row in rows if row["method"] == "hearth"}
        self.assertEqual((found["looked_after"], found["care_entries"]), TRUTH[2021][:2])
        self.assertGreater(found["referrals"], 1000)  # not in the profile: what Hearth holds

    def test_15_a_profile_of_some_years_and_measures(self):
        self.profile(PLAIN, "--authority", "926")
        lines = (self.folder / "profile/observed.csv").read_text().splitlines()
        (self.folder / "some.csv").write_text(
            "\n".join([lines[0], *(line for line in lines if "2021,looked_after" in line)]) + "\n"
        )
        self.hindcast(self.folder / "some.csv")
        self.says("Norfolk 2021: looked_after\n", "Norfolk 2021: not in it: care_entries, care_entries_under_16,")
        self.profile(PLAIN)
        self.hindcast(self.folder / "profile/observed.csv", code=4)
        self.says("column 'location': the cell is blank", "--authority")
        self.hindcast(self.folder / "profile/profile.csv", code=4)
        self.says("observed.csv of the same profile")

    def test_15_observations_as_a_spreadsheet_saves_them(self):
        table = "Location;Year;Measure;Value;;\nNorfolk;202021;looked after;1.110,0;;\n;;;;;\n926;2021;care_entries;\u00a0380;;\n"
        for data in (table.encode("utf-16"), table.encode("cp1252"), table.replace(";", "\t").encode()):
            (self.folder / "own.csv").write_bytes(data)
            self.hindcast(self.folder / "own.csv")
            self.says("Norfolk 2021: looked_after, care_entries\n")
        (self.folder / "own.csv").write_text("location;year;measure;value\nNorfolk;2021;looked_after;1,110\n")
        self.hindcast(self.folder / "own.csv", code=4)
        self.says("own.csv:2, column 'value': found '1,110'")


class Scenarios(Case):
    def figures(self, case):
        """The case is run: {(arm, measure, category): the years of each replicate in turn}."""
        result = self.folder / "result.h5"
        self.run_hearth("run", self.case(case) / "scenario.json", "-q", "-o", result)
        table = self.run_hearth("export", result, "--measures", "cost_total,looked_after", "--every-replicate")
        found = {}
        for row in csv.DictReader(table.stdout.decode().splitlines()):
            found.setdefault((row["arm"], row["measure"], row["category"]), []).append(float(row["value"]))
        return found

    def assert_placements_cost(self, figures, arm, ratios):
        """Times what they cost under business as usual, by year; nothing else differs."""
        usual = figures["business_as_usual", "cost_total", "placements"]
        dearer = figures[arm, "cost_total", "placements"]
        self.assertEqual(len(usual), 2 * len(ratios))
        for i, (cost, of_usual) in enumerate(zip(dearer, usual, strict=True)):
            self.assertAlmostEqual(cost / of_usual, ratios[i // 2], places=6)  # two replicates a year
        for (of, measure, category), values in figures.items():
            if of == "business_as_usual" and (measure, category) not in (
                ("cost_total", ""),
                ("cost_total", "placements"),
            ):
                self.assertEqual(figures[arm, measure, category], values, (measure, category))

    def test_11_weekly_costs(self):
        self.assert_placements_cost(self.figures("11-weekly-costs"), "doubled", [2.0, 2.0])
        # Page and spreadsheet show what the arm set.
        self.run_hearth("report", "result.h5", "-o", "page.html")
        self.run_hearth("export", "result.h5", "-o", "book.xlsx")
        with zipfile.ZipFile(self.folder / "book.xlsx") as book:
            cells = "".join(book.read(name).decode() for name in book.namelist() if "/worksheets/" in name)
        self.assertIn("<v>1040</v>", cells)  # a week of foster care by the authority: 520 in the other arms

    def test_13_inflation(self):
        self.assert_placements_cost(
            self.figures("13-inflation"), "inflation", [1.0, 1.05, 1.1025, 1.157625, 1.21550625]
        )

    def test_16_date_window(self):
        self.run_hearth("validate", self.case("16-date-window") / "scenario.json", code=3)
        self.says(
            '"2014-03-31" to "2025-03-31"',
            '"origin": "2025-03-31" with "horizon_months": 84 reaches 2032-03',
            "those from 2028-04 on",
        )

    def test_16_what_the_message_says_works(self):
        file = self.case("16-date-window") / "scenario.json"
        file.write_text(file.read_text().replace("2028-03-31", "2025-03-31").replace("48", "84"))
        self.run_hearth("validate", file)
        self.says("84 months from 31 March 2025")
        for origin, hint in (
            ("31/03/2022", 'write "2022-03-31"'),
            ("2026", "of 31 March"),
            ("2022-04-30", "of 31 March"),
        ):
            text = re.sub(r'"origin": "[^"]*"', f'"origin": "{origin}"', file.read_text())
            (file.parent / "other.json").write_text(text)
            self.run_hearth("validate", file.parent / "other.json", code=3)
            self.says(hint)

    def test_17_saved_scenario(self):
        folder = self.case("17-saved-scenario")
        self.run_hearth("resolve", folder / "child.json", "--arm", "a")
        self.says("/arms/a/parameters/cost.agency_ratio", "/arms/a/parameters/cost.social_worker")
        self.run_hearth("resolve", folder / "child.json", "/shocks")
        self.says("/shocks/0", "base.json")
        self.run_hearth("resolve", folder / "child.json", "unaccompanied.entry_ratio")
        self.assertRegex(self.text, r"unaccompanied.entry_ratio +2 ")

    def test_19_table_from_a_spreadsheet(self):
        folder = self.case("19-table-from-a-spreadsheet")
        for name in ("blank_rows", "blank_columns"):
            self.run_hearth("validate", folder / f"{name}.json")
        self.run_hearth("validate", "months.json", code=3, cwd=folder)
        self.says(
            "months.csv:2:3: /arms/support_is_protection/adoption/0/start", '"Oct-22"', 'write the month as "2022-10"'
        )

    def adoption(self, table, code=0):
        folder = self.folder / "own"
        folder.mkdir(exist_ok=True)
        (folder / "waves.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
        (folder / "mine.json").write_text(
            json.dumps(
                {
                    "extends": str(ENGLAND),
                    "name": "mine",
                    "origin": "2022-03-31",
                    "authorities": ["Norfolk"],
                    "horizon_months": 60,
                    "arms": {"protection_only": None, "support_is_protection": {"adoption": "waves.csv"}},
                }
            )
        )
        self.run_hearth("validate", "mine.json", code=code, cwd=folder)

    TABLE = "service_model,authorities,start,note\nfamily_safeguarding,Norfolk,2022-10,caf\u00e9\n"

    def test_19_tables_in_every_dress(self):
        text = self.TABLE
        for table in (
            text.encode("utf-16"),
            text.encode("cp1252"),
            b"\xef\xbb\xbf" + text.encode(),
            text.replace("\n", "\r"),
            text.replace(",", ";"),
            text.replace(",", "\t"),
            "sep=,\n" + text,
            text.replace("caf", '"a\nb"'),
            text.replace("Norfolk", "Norfolk\u00a0").replace("2022-10", "\u00a02022-10"),
            text + ",,,\n\n,,,\n",
            text.replace("service_model", "Service Model"),
            text.replace(",note", ",note,,,").replace("caf\u00e9", "x,,,"),
            text.replace("Norfolk", "926.0"),
            text.replace(",caf\u00e9", ""),
        ):
            with self.subTest(table=table[:40]):
                self.adoption(table)

    def test_19_months_in_every_dress(self):
        for written, meant in {
            "Oct-22": "2022-10",
            "October 2022": "2022-10",
            "10/2022": "2022-10",
            "2022/10": "2022-10",
            "01/10/2022": "2022-10",
            "2022-10-01 00:00:00": "2022-10",
            "44835": "2022-10",
            "202210": "2022-10",
            "2022\u201310": "2022-10",
        }.items():
            with self.subTest(written):
                self.adoption(self.TABLE.replace("2022-10", written), code=3)
                self.says("waves.csv:2:3", f'write the month as "{meant}"')
        self.adoption(self.TABLE.replace("2022-10", "22-10"), code=3)
        self.assertNotIn("write the month as", self.text)

    def test_19_what_is_no_table(self):
        for data, words in (
            (b"PK\x03\x04x", "a workbook"),
            (b"\x00\x01\x02", "no text"),
            (b"<html><table>", "a web page"),
            (b"\xff\xfe\x00\x00x\x00\x00\x00", "UTF-32"),
            ("service_model,,authorities,start\nhub,x,Norfolk,2022-10\n", "has no name in the header"),
            ("start,Start,service_model\n2022-10,2022-11,hub\n", "is there twice"),
        ):
            with self.subTest(words):
                self.adoption(data, code=3)
                self.says(words)

    def test_27_mistakes_of_typing(self):
        folder = self.case("27-mistakes-of-typing")
        wrong = {
            "comma": (8, "write decimals with a point"),
            "day": (14, 'write the month as "2023-04"'),
            "key": (8, 'did you mean "replicates"?'),
            "nbsp": (8, "write a plain space"),
            "nbsp_name": (5, 'write "North Yorkshire"'),
            "negative": (9, "a number from 0"),
            "percent": (8, "50% is 0.5"),
            "smart": (3, "use straight double quotes"),
            "utf16": (1, "UTF-16 (little endian)"),
            "zero_in_front": (8, "write it without zeros in front: 7"),
        }
        (folder / "utf16.json").write_bytes(b"\xff\xfe" + (folder / "tabs.json").read_text().encode("utf-16-le"))
        names = {file.stem for file in folder.glob("*.json")}
        self.assertEqual(names - set(wrong), {"bom", "crlf", "tabs"})
        for name in names:
            with self.subTest(name):
                self.run_hearth("validate", f"{name}.json", code=3 if name in wrong else 0, cwd=folder)
                if name in wrong:
                    line, hint = wrong[name]
                    self.assertRegex(self.text, rf"(?m)^{name}.json:{line}:\d+: ")
                    self.says(hint)

    def test_27_other_encodings_of_json(self):
        folder = self.case("27-mistakes-of-typing")
        text = (folder / "tabs.json").read_text().replace('"mine"', '"mine", "title": "Caf\u00e9"')
        for name, data, words in (
            ("cp1252", text.encode("cp1252"), '"\u00e9" in Windows-1252'),
            ("be", b"\xfe\xff" + text.encode("utf-16-be"), "UTF-16 (big endian)"),
            ("utf32", text.encode("utf-32"), "UTF-32"),
            ("xlsx", b"PK\x03\x04", "a workbook"),
            ("nul", b'{"name": "a\x00b"}', "no text"),
            ("empty", b"", "the file is empty"),
        ):
            (folder / f"{name}.json").write_bytes(data)
            self.run_hearth("validate", f"{name}.json", code=3, cwd=folder)
            self.says(f"{name}.json:", words)
        for place in ("calibration", "service_models"):
            value = "cp1252.json" if place == "calibration" else ["cp1252.json"]
            (folder / "by.json").write_text(
                json.dumps({"extends": str(ENGLAND), "name": "by", "authorities": ["Norfolk"], place: value})
            )
            self.run_hearth("validate", "by.json", code=3, cwd=folder)
            self.says("cp1252.json:3:", "Windows-1252")

    def test_28_misspelt_arms_with_targets(self):
        self.run_hearth("validate", self.case("28-misspelt-arms-with-targets") / "scenario.json", code=3)
        self.says(
            'the unknown key "armz"', 'did you mean "arms"?', 'the key "arms" is missing', "this scenario has no arms"
        )

    def test_one_bad_file_does_not_end_the_others(self):
        folder = self.case("27-mistakes-of-typing")
        files = ["bom.json", "key.json", "missing.json", "tabs.json", "."]
        self.run_hearth("validate", *files, code=4, cwd=folder)
        self.says(
            "bom.json is valid",
            "key.json:8",
            "there is no scenario file missing.json",
            "tabs.json is valid",
            "is a directory",
            "3 of 5 scenarios are invalid",
        )
        self.run_hearth("validate", "bom.json", "key.json", "tabs.json", code=3, cwd=folder)
        result = self.run_hearth("validate", "--json", *files, code=4, cwd=folder)
        records = json.loads(result.stdout)
        self.assertEqual([record["valid"] for record in records], [True, False, False, True, False])


class Page(unittest.TestCase):
    def test_every_row_names_tests_that_there_are(self):
        """Every case is held to what its row says of it. `test_25` stands for every test whose name begins so."""
        rows = {}
        for row in (ROOT / "docs/field-cases.md").read_text().splitlines():
            if row.startswith("| ") and not row.startswith("| case"):
                cells = [cell.strip() for cell in row.strip("|").split("|")]
                rows[cells[0] or cells[1]] = cells[-1]
        self.assertGreater(len(rows), 15)
        for case, cell in rows.items():
            with self.subTest(case=case):
                tests = re.findall(r"`(test_\w+\.(?:py|cpp))`((?: `[\w.]+`)*)", cell)
                self.assertTrue(tests, "no test")
                for file, names in tests:
                    text = next((ROOT / "tests").rglob(file)).read_text()
                    for name in re.findall(r"`([\w.]+)`", names):
                        found = (
                            rf"def {name}(_\w+)?\("
                            if file.endswith(".py")
                            else rf"TEST(_F|_P)?\({name.replace('.', ', ')}\)"
                        )
                        self.assertRegex(text, found)

    def test_every_case_has_a_row_and_says_where_it_was_seen(self):
        page = (ROOT / "docs/field-cases.md").read_text()
        for folder in CASES.iterdir():
            self.assertIn(f"\n| {folder.name[:2]} |", page)
            self.assertIn("Seen in: ", (folder / "README.md").read_text())


class Others(Case):
    """What one command writes, given to a command that reads something else: one clear word."""

    def test_outputs_that_are_no_scenario(self):
        file = self.case("17-saved-scenario") / "child.json"
        resolved = hearth("resolve", "--json", file, "unaccompanied.entry_ratio").stdout
        for name, data, words in (
            ("resolved.json", resolved, "as hearth resolve --json prints it"),
            (
                "record.json",
                b'{"format": "hearth resolved scenario", "version": 1}',
                "give the scenario file that was run",
            ),
            (
                "calibration.json",
                (ROOT / "scenarios/england/calibration.json").read_bytes(),
                '"calibration" in a scenario',
            ),
            ("profile.json", b'{"format": "hearth profile"}', "observed.csv"),
            ("r.h5", b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file, such as a result of Hearth"),
        ):
            (self.folder / name).write_bytes(data)
            self.run_hearth("validate", self.folder / name, code=3)
            self.says(words, "1 mistake")

    def test_new_and_calibrations_are_read(self):
        self.run_hearth("new", "mine", "--for", "Norfolk", "-o", self.folder / "mine.json")
        self.run_hearth("validate", self.folder / "mine.json")
        shutil.copy(ROOT / "scenarios/england/calibrations/2020.json", self.folder / "own.json")
        (self.folder / "own_2020.json").write_text(
            json.dumps(
                {
                    "extends": str(ENGLAND),
                    "name": "own",
                    "origin": "2020-03-31",
                    "calibration": "own.json",
                    "authorities": ["Norfolk"],
                    "arms": {"protection_only": None, "support_is_protection": None},
                }
            )
        )
        self.run_hearth("validate", self.folder / "own_2020.json")


class Paths(Case):
    """Names of files that are not UTF-8, or hold what cannot be seen: read, and never the end of the program."""

    NAMES = [b"caf\xe9", "caf\u00e9".encode(), b"\xff\xfe", b"a b'c\"d\\e", "a\u00a0b".encode(), b"line\nbreak"]

    def test_scenarios(self):
        for name in self.NAMES:
            with self.subTest(name):
                folder = os.path.join(os.fsencode(self.folder), name)
                os.mkdir(folder)
                file = os.path.join(folder, name + b".json")
                with open(file, "w") as stream:
                    json.dump(
                        {
                            "extends": str(ENGLAND),
                            "name": "mine",
                            "authorities": ["Norfolk"],
                            "horizon_months": 12,
                            "replicates": 1,
                            "sampling_fraction": 0.01,
                        },
                        stream,
                    )
                result = os.path.join(folder, name + b".h5")
                for command in (
                    ["validate", file],
                    ["validate", "--json", file],
                    ["resolve", "--json", file],
                    ["run", file, "-q", "-o", result],
                    ["inspect", result],
                    ["inspect", "--json", result],
                    ["summary", "--json", result],
                    ["export", result, "-o", result + b".csv"],
                ):
                    result = self.run_hearth(*command)
                    if "--json" in command:
                        json.loads(result.stdout)

    def test_names_of_authorities_that_were_pasted(self):
        self.run_hearth("validate", "england", "--authorities", "North\u00a0Yorkshire", cwd=ROOT)
        self.says("1 authority")
        self.run_hearth("new", "mine", "--for", "North\u00a0Yorkshire", "-o", "mine.json")
        self.run_hearth("profile", PLAIN, "--authority", "North\u00a0Yorkshire", "-o", "profile")
        self.assertEqual(json.loads((self.folder / "profile/profile.json").read_text())["authority"], "815")

    def test_files_that_are_not_there(self):
        for command, code in (
            (["validate"], 4),
            (["resolve"], 4),
            (["run"], 4),
            (["summary"], 4),
            (["inspect"], 4),
            (["report"], 4),
            (["profile"], 4),
            (["trace"], 4),
            (["export"], 4),
            (["check"], 4),
            (["bad\xffcommand".encode("latin-1")], 2),
        ):
            result = hearth(*command, b"caf\xe9\n.json")
            self.assertIn(result.returncode, (code, 2), (command, result.stderr))
            result.stderr.decode()

    def test_returns(self):
        for name in self.NAMES:
            with self.subTest(name):
                target = os.path.join(os.fsencode(self.folder), name + b" returns")
                shutil.copytree(os.fsencode(PLAIN), target)
                out = os.path.join(os.fsencode(self.folder), name + b" profile")
                self.run_hearth("profile", target, "-o", out)
                os.rename(os.path.join(target, b"2022"), os.path.join(target, name + b" 2022"))
                self.run_hearth("profile", target, "-o", out, "--json")
                with open(os.path.join(out, b"problems.csv"), encoding="utf-8") as stream:
                    stream.read()


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
