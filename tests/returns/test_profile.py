#!/usr/bin/python3
"""hearth profile against a known truth: made-up children, their returns in the shapes that councils use, and faults
put in one at a time. Usage: test_profile.py build/release/hearth
"""

import csv
import datetime as dt
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
import synthetic_returns as synthetic  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
EXAMPLE = ROOT / "scenarios/examples/ssda903"
FILES = {"profile.json", "profile.csv", "observed.csv", "problems.csv"}
YEARS = range(2017, 2023)


def hearth(*arguments, cwd=None):
    return subprocess.run(
        [HEARTH, "profile", *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120
    )


def rows_of(file):
    with open(file, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = Path(directory.name)

    def profile(self, returns, *options, output="profile"):
        result = hearth(returns, "-o", self.folder / output, *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def figures(self, output="profile"):
        return {
            (r["year"], r["measure"], r["category"]): int(r["value"])
            for r in rows_of(self.folder / output / "profile.csv")
            if r["value"] not in ("", "0")
        }

    def problems(self, output="profile"):
        return rows_of(self.folder / output / "problems.csv")


class Truth(Case):
    def check(self, children, returns):
        self.profile(returns, "--show-small-counts")
        self.assertEqual(self.problems(), [])
        found, wanted = self.figures(), synthetic.truth(children, list(YEARS))
        different = {
            k: (found.get(k), wanted.get(k)) for k in found.keys() | wanted.keys() if found.get(k) != wanted.get(k)
        }
        self.assertEqual(different, {})
        self.assertGreater(len(found), 300)

    def test_every_figure_in_every_layout(self):
        styles = [
            {},
            {"shuffle": True, "lower": True, "crlf": True, "mark": True},
            {"quote": True, "trailing": True},
            {"spaces": True, "shuffle": True},
            {"iso": True},
            {"delimiter": ";"},
        ]
        for seed, (layout, packed) in enumerate(itertools.product(synthetic.LAYOUTS, ["returns", "returns.zip"])):
            with self.subTest(layout=layout, packed=packed):
                rng = random.Random(seed)
                children = synthetic.make_children(rng, 250, dt.date(2013, 4, 1), synthetic.year_end(2022))
                target = self.folder / packed
                synthetic.write_returns(target, children, YEARS, layout, rng, **styles[seed % len(styles)])
                self.check(children, target)
                shutil.rmtree(target) if target.is_dir() else target.unlink()

    def test_a_zip_of_each_year_in_a_folder(self):
        rng = random.Random(77)
        children = synthetic.make_children(rng, 150, dt.date(2013, 4, 1), synthetic.year_end(2022))
        (self.folder / "returns").mkdir()
        for year in YEARS:
            synthetic.write_returns(self.folder / f"returns/{year}.zip", children, [year], "no years")
        self.check(children, self.folder / "returns")

    def test_the_same_bits_whatever_the_order_of_columns(self):
        children = synthetic.make_children(random.Random(5), 150, dt.date(2013, 4, 1), synthetic.year_end(2022))
        texts = []
        for shuffle in (False, True):
            target = self.folder / f"returns{shuffle}"
            synthetic.write_returns(target, children, YEARS, rng=random.Random(1), shuffle=shuffle)
            self.profile(target)
            texts.append((self.folder / "profile/profile.csv").read_bytes())
        self.assertEqual(texts[0], texts[1])

    def test_what_was_guessed_of_files_is_said(self):
        children = synthetic.make_children(random.Random(9), 100, dt.date(2013, 4, 1), synthetic.year_end(2022))
        synthetic.write_returns(self.folder / "returns", children, [2021, 2022], "no years", iso=True)
        text = self.profile(self.folder / "returns").stdout
        self.assertIn("no year in its name; read as the year to 31 March 2022", text)
        self.assertRegex(text, r"episodes.csv: \d+ dates are written year first")
        (self.folder / "returns/reviews.csv").write_text("CHILD,REVIEW\n1,01/01/2020\n")
        self.assertIn("not used: reviews.csv", self.profile(self.folder / "returns").stdout)

    def test_a_missing_year_has_no_figures(self):
        children = synthetic.make_children(random.Random(6), 200, dt.date(2013, 4, 1), synthetic.year_end(2022))
        returns = self.folder / "returns"
        synthetic.write_returns(returns, children, YEARS)
        shutil.rmtree(returns / "2019")
        result = self.profile(returns, "--show-small-counts")
        self.assertIn("no return of the year to 31 March 2019", result.stdout)
        found, wanted = self.figures(), synthetic.truth(children, list(YEARS))
        self.assertNotIn("2019", {year for year, _, _ in found})
        for year in (2017, 2018, 2020, 2021, 2022):
            self.assertEqual(found[str(year), "looked_after", "total"], wanted[str(year), "looked_after", "total"])

    def test_folders_named_by_another_year(self):
        children = synthetic.make_children(random.Random(8), 200, dt.date(2013, 4, 1), synthetic.year_end(2022))
        for off in (-1, 1):  # the year in which a return begins, and that in which it might be published
            with self.subTest(off=off):
                returns = self.folder / f"returns{off}"
                synthetic.write_returns(returns, children, YEARS)
                for year in YEARS:
                    (returns / str(year)).rename(returns / f"{year + off} return")
                self.check(children, returns)


# A small sound return: line 2 on. Faults are put in by changing cells of a row.
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"


def episode(
    child="7654321", decom="01/06/2019", rne="S", ls="C1", place="U6", provider="PR1", dec="", rec="", change=""
):
    return f"{child},{decom},{rne},{ls},N1,{place},{provider},{dec},{rec},{change},,,\n"


class Faults(Case):
    """Each fault is found at its file, row and column, by its rule, and counted once."""

    def run_with(
        self, episodes, born="05/05/2010", uasc=None, later=None, header=None, extra=None, more="", cells=(), options=()
    ):
        """`cells`: what the column `more` holds in each row of the first return."""
        head, *rows = (EPISODES + "".join(episodes)).splitlines()
        if more:
            head, rows = f"{head},{more}", [f"{row},{cell}" for row, cell in zip(rows, cells, strict=True)]
        files = {
            "2020/header.csv": header or HEADER + f"7654321,1,{born},NOBT,,,\n",
            "2020/episodes.csv": "\n".join([head, *rows]) + "\n",
        }
        if uasc:
            files["2020/uasc.csv"] = uasc
        if later is not None:
            files["2021/episodes.csv"] = EPISODES + "".join(later)
        files.update(extra or {})
        shutil.rmtree(self.folder / "returns", ignore_errors=True)
        synthetic.write_files(self.folder / "returns", files)
        self.profile(self.folder / "returns", "--show-small-counts", *options)
        rows = json.loads((self.folder / "profile/profile.json").read_text())["rows"]
        for kind, account in rows.items():
            left = sum(account["set_aside"].values()) + sum(account["dropped"].values())
            self.assertEqual(account["read"], account["used"] + left, kind)
        return rows

    E = "2020/episodes.csv"
    SOUND = episode(child="7654321", decom="02/04/2019", dec="01/05/2019", rec="E4A")
    OTHER = episode(child="7654321", decom="01/06/2019")
    LATER = episode(child="7654321", decom="02/04/2019", dec="01/05/2019", rec="E4A")
    CASES = {
        "blank_child": ([SOUND, episode(child="")], {}, [(E, 3, "CHILD")]),
        "rounded_child": ([SOUND, episode(child="7.65432E+06")], {}, [(E, 3, "CHILD")]),
        "bad_year": ([SOUND, OTHER], {"more": "YEAR", "cells": ["2020", "n/a"]}, [(E, 3, "YEAR")]),
        "no_authority": (
            [SOUND, OTHER, OTHER],
            {"more": "LA", "cells": ["Norfolk", "Suffolk", ""], "options": ["--authority", "Norfolk"]},
            [(E, 4, "LA")],
        ),
        "too_few_fields": ([SOUND, "7654321,01/06/2019\n"], {}, [(E, 3, "")]),
        "too_many_fields": ([SOUND, episode().strip() + ",more\n"], {}, [(E, 3, "")]),
        "bad_start": ([SOUND, episode(decom="31/06/2019")], {}, [(E, 3, "DECOM")]),
        "ends_before_start": ([SOUND, episode(dec="31/05/2019", rec="E4A")], {}, [(E, 3, "DEC")]),
        "starts_after_return": ([SOUND, episode(decom="01/04/2020")], {}, [(E, 3, "DECOM")]),
        "no_header": ([SOUND, episode(child="9999999")], {}, [(E, 3, "CHILD")]),
        "born_after_start": ([episode(), episode(decom="04/04/2019")], {"born": "05/05/2019"}, [(E, 3, "DECOM")]),
        "adult_at_start": ([SOUND, episode()], {"born": "01/06/2001"}, [(E, 3, "DECOM")]),
        "duplicate": ([SOUND, episode(), episode()], {}, [(E, 4, "DECOM")]),
        "same_start": ([SOUND, episode(dec="03/06/2019", rec="X1"), episode(ls="C2")], {}, [(E, 3, "DECOM")]),
        "inside_another": (
            [
                SOUND,
                episode(dec="01/09/2019", rec="E4A"),
                episode(decom="01/07/2019", rne="P", dec="01/08/2019", rec="X1"),
            ],
            {},
            [(E, 4, "DECOM")],
        ),
        "bad_date_of_birth": (
            [SOUND, episode(child="1")],
            {"header": HEADER + "7654321,1,05/05/2010,,,,\n1,1,30/02/2010,,,,\n"},
            [(E, 3, "CHILD"), ("2020/header.csv", 3, "DOB")],
        ),
        "bad_cost": (
            [SOUND],
            {"extra": {"placement_costs.csv": "place,weekly_gbp\nU6,400\nK2,much\n"}},
            [("placement_costs.csv", 3, "WEEKLY_GBP")],
        ),
        "bad_placement": (
            [SOUND],
            {"extra": {"placement_codes.csv": "place,placement\nX9,childrens_home\nX8,castle\n"}},
            [("placement_codes.csv", 3, "PLACEMENT")],
        ),
        "bad_end": ([SOUND, episode(dec="32/07/2019", rec="E4A")], {}, [(E, 3, "DEC")]),
        "ends_after_return": ([SOUND, episode(dec="01/04/2020", rec="E4A")], {}, [(E, 3, "DEC")]),
        "bad_legal_status": ([SOUND, episode(ls="C9")], {}, [(E, 3, "LS")]),
        "bad_reason_for_new_episode": ([SOUND, episode(rne="Q")], {}, [(E, 3, "RNE")]),
        "bad_place": ([SOUND, episode(place="U9")], {}, [(E, 3, "PLACE")]),
        "bad_provider": ([SOUND, episode(provider="PR9")], {}, [(E, 3, "PLACE_PROVIDER")]),
        "bad_reason_ended": ([SOUND, episode(dec="01/07/2019", rec="E99")], {}, [(E, 3, "REC")]),
        "no_reason_ended": ([SOUND, episode(dec="01/07/2019")], {}, [(E, 3, "REC")]),
        "reason_without_end": ([SOUND, episode(rec="E4A")], {}, [(E, 3, "REC")]),
        "bad_placement_change_reason": ([SOUND, episode(change="WHIM")], {}, [(E, 3, "REASON_PLACE_CHANGE")]),
        "overlap": ([episode(dec="02/08/2019", rec="X1"), episode(decom="01/08/2019", rne="P")], {}, [(E, 2, "DEC")]),
        "missing_later": (
            [SOUND, episode()],
            {"later": [episode(decom="01/05/2020", dec="02/06/2020", rec="E4A")]},
            [(E, 3, "DEC")],
        ),
        "unreadable_later": (
            [SOUND, episode()],
            {"later": [episode(decom="31/06/2019"), LATER]},
            [(E, 3, "DEC"), ("2021/episodes.csv", 2, "DECOM")],
        ),
        "past_18": ([SOUND, episode()], {"born": "01/02/2002"}, [(E, 3, "DEC")]),
        "ended_and_continued": (
            [episode(dec="01/08/2019", rec="E4A"), episode(decom="01/08/2019", rne="P")],
            {},
            [(E, 2, "REC")],
        ),
        "nothing_after": ([SOUND, episode(dec="01/08/2019", rec="X1")], {}, [(E, 3, "REC")]),
        "gap": ([episode(dec="01/08/2019", rec="X1"), episode(decom="02/08/2019", rne="P")], {}, [(E, 2, "DEC")]),
        "no_start": ([SOUND, episode(rne="P")], {}, [(E, 3, "RNE")]),
        "date_of_birth_changed": (
            [SOUND],
            {
                "later": [],
                "extra": {
                    "2021/header.csv": HEADER + "7654321,1,06/05/2010,,,,\n",
                    "2021/episodes.csv": EPISODES + episode(decom="01/05/2020"),
                },
            },
            [("2020/header.csv", 2, "DOB")],
        ),
        "bad_uasc_end": (
            [SOUND],
            {"uasc": "CHILD,SEX,DOB,DUC\n7654321,1,05/05/2010,1/13/2019\n"},
            [("2020/uasc.csv", 2, "DUC")],
        ),
    }

    def test_each_fault_is_named_at_its_place(self):
        for rule, (episodes, options, wanted) in self.CASES.items():
            with self.subTest(rule=rule):
                rows = self.run_with(episodes, **options)
                problems = self.problems()
                self.assertEqual([(p["file"], int(p["row"]), p["column"]) for p in problems], wanted)
                self.assertIn(rule, [p["rule"] for p in problems])
                counted = [
                    n
                    for account in rows.values()
                    for group in ("dropped", "fixed")
                    for name, n in account[group].items()
                    if name == rule
                ]
                self.assertEqual(counted, [1])
                self.assertTrue(problems[0]["action"])

    def test_all_rules_are_tried(self):
        source = (ROOT / "engine/returns/problems.cpp").read_text()
        names = re.findall(r'\{"(\w+)",\s*Effect::k(\w+)', source)
        self.assertEqual({name for name, effect in names if effect != "SetAside"}, set(self.CASES))

    def stock(self, year=2020):
        return self.figures().get((str(year), "looked_after", "total"), 0)

    def test_what_fixing_does(self):
        def end(*episodes, **options):
            self.run_with(list(episodes), **options)
            return (
                self.stock(),
                self.figures().get(("2020", "care_exits", "total"), 0),
                self.figures().get(("2020", "care_entries", "total"), 0),
            )

        self.assertEqual(end(episode()), (1, 0, 1))
        self.assertEqual(end(episode(dec="32/07/2019", rec="E4A")), (0, 1, 1))
        self.assertEqual(end(episode(dec="31/03/2020", rec="E4A")), (0, 1, 1))
        self.assertEqual(end(episode(dec="01/04/2020", rec="E4A")), (1, 0, 1))
        self.assertEqual(end(episode(), born="01/02/2002"), (0, 1, 1))
        self.assertEqual(self.figures()["2020", "care_exits_by_reason", "turned_18"], 1)
        self.assertEqual(end(episode(ls="V4")), (0, 0, 0))
        # Open, and then in no later return: left; unless the next return goes on from it. Another child, of no header
        # before, is in every later return.
        other = episode(child="2", decom="02/04/2020", dec="03/04/2020", rec="E4A")
        header = {"2021/header.csv": HEADER + "2,1,05/05/2010,,,,\n"}
        self.assertEqual(end(episode(), later=[other], extra=header), (1, 0, 1))
        self.assertEqual((self.stock(2021), self.figures()["2021", "care_exits", "total"]), (0, 2))
        self.run_with([episode()], later=[episode(decom="01/07/2020", rne="P")])
        self.assertEqual((self.stock(2021), self.figures().get(("2021", "care_exits", "total"), 0)), (1, 0))
        self.run_with(
            [episode()],
            later=[other],
            extra={**header, "2022/episodes.csv": EPISODES + episode(decom="01/07/2021", rne="P")},
        )
        self.assertEqual((self.stock(2021), self.stock(2022)), (0, 1))
        # A gap that the codes deny is none; one that the next row's code says is an exit and an entry of one child.
        self.run_with([episode(dec="01/08/2019", rec="X1"), episode(decom="02/08/2019", rne="P")])
        self.assertNotIn(("2020", "care_exits", "total"), self.figures())
        self.run_with([episode(dec="01/08/2019", rec="X1"), episode(decom="03/08/2019", rne="P")])
        self.assertNotIn(("2020", "care_exits", "total"), self.figures())
        self.run_with([episode(dec="01/08/2019", rec="X1"), episode(decom="03/08/2019", rne="S")])
        self.assertEqual(self.figures()["2020", "care_exits", "total"], 1)
        self.assertEqual(self.figures()["2020", "care_entries", "total"], 1)

    def test_the_later_return_wins(self):
        self.run_with([episode()], later=[episode(dec="01/05/2020", rec="E13")])
        self.assertEqual((self.stock(2020), self.stock(2021)), (1, 0))
        self.assertEqual(self.figures()["2021", "care_exits_by_code", "E13"], 1)
        self.assertEqual(self.problems(), [])
        self.assertEqual(
            json.loads((self.folder / "profile/profile.json").read_text())["rows"]["episodes"]["set_aside"],
            {"superseded": 1},
        )

    def test_short_breaks_are_counted_and_not_looked_after(self):
        rows = self.run_with(
            [episode(ls="V4", dec="01/07/2019", rec="X1"), episode(decom="01/07/2019", rne="L", ls="V2")]
        )
        self.assertEqual(rows["episodes"]["set_aside"], {"short_break": 1})
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.figures()["2020", "care_entries", "total"], 1)

    def test_own_placement_codes_and_costs(self):
        episodes, header = [], HEADER  # numbers of children with zeros in front in one file
        for i in range(20):
            header += f"00{i},1,05/05/2010,,,,\n"
            episodes.append(episode(child=str(i), place="X9" if i < 8 else "U6", provider="PR4"))
        self.run_with(
            episodes,
            header=header,
            extra={
                "placement_codes.csv": "place,placement\nX9,childrens_home\n",
                "placement_costs.csv": 'place,place_provider,weekly_gbp\nX9,,"5,000"\nU6,PR1,400\nU6,PR4,900.5\n',
            },
        )
        figures = {(r["measure"], r["category"]): r["value"] for r in rows_of(self.folder / "profile/profile.csv")}
        self.assertEqual(figures["looked_after_by_placement", "childrens_home"], "8")
        self.assertEqual(figures["unit_cost_week_gbp", "childrens_home"], "5000.00")
        self.assertEqual(figures["unit_cost_week_gbp", "agency_foster"], "900.50")


class Privacy(Case):
    def test_no_number_of_a_child_and_no_date_of_birth_is_written(self):
        for layout_seed in range(3):
            children = synthetic.make_children(
                random.Random(layout_seed), 120, dt.date(2015, 4, 1), synthetic.year_end(2022)
            )
            returns = self.folder / f"returns{layout_seed}"
            files = synthetic.write_returns(returns, children, YEARS)
            # Columns that slipped: numbers of children where codes should be.
            name = "2021/episodes.csv"
            lines = files[name].splitlines()
            slipped = [line.split(",", 1)[1] + "," + line.split(",", 1)[0] for line in lines]
            synthetic.write_files(returns, {name: "\n".join(lines[:1] + slipped[1:3] + lines[3:])})
            result = self.profile(returns, "--show-small-counts")
            written = result.stdout + result.stderr + "".join((self.folder / "profile" / f).read_text() for f in FILES)
            # Too many of them stop it.
            synthetic.write_files(returns, {name: "\n".join(lines[:1] + slipped[1:40] + lines[40:])})
            refused = hearth(returns, "-o", self.folder / "none")
            self.assertEqual(refused.returncode, 4, refused.stdout)
            written += refused.stderr
            for child in children:
                self.assertNotIn(child["id"], written)
            self.assertTrue(self.problems())
            for problem in self.problems():
                if problem["column"] == "DOB":
                    self.assertNotRegex(problem["found"], r"[0-8]")

    def test_small_counts_are_hidden_and_cannot_be_subtracted(self):
        children = synthetic.make_children(random.Random(3), 400, dt.date(2013, 4, 1), synthetic.year_end(2022))
        synthetic.write_returns(self.folder / "returns", children, YEARS)
        self.profile(self.folder / "returns", "--show-small-counts", output="open")
        result = self.profile(self.folder / "returns")
        self.assertIn("are hidden", result.stdout)
        true = {(r["year"], r["measure"], r["category"]): r["value"] for r in rows_of(self.folder / "open/profile.csv")}
        rows = rows_of(self.folder / "profile/profile.csv")
        self.assertEqual(len(rows), len(true))
        groups = {}
        for r in rows:
            key = r["year"], r["measure"], r["category"]
            if r["value"]:
                self.assertEqual(r["value"], true[key])
                self.assertNotIn(int(r["value"]), range(1, 6), key)
            if r["category"] != "total":
                groups.setdefault((r["year"], r["measure"]), []).append(r["value"])
        by_key = {(r["year"], r["measure"], r["category"]): r["value"] for r in rows}
        for (year, measure), parts in groups.items():
            total = by_key.get((year, measure, "total")) or by_key.get((year, measure.split("_by_")[0], "total"))
            if total:
                self.assertNotEqual(parts.count(""), 1, (year, measure))
        self.check_relations(rows)
        hidden = json.loads((self.folder / "profile/profile.json").read_text())
        self.assertEqual(hidden["small_counts"], "hidden")
        for r in rows_of(self.folder / "profile/observed.csv"):
            self.assertTrue(int(r["value"]) == 0 or int(r["value"]) > 5)

    def check_relations(self, rows):
        """Figures that sum to another elsewhere: never is one alone hidden."""
        relations = {}
        for r in rows:
            year, measure, category = r["year"], r["measure"], r["category"]
            if measure == "care_exits_by_code" and category in ("E11", "E12", "E1"):
                relations.setdefault((year, "adopted"), []).append(r)
            if measure == "care_exits_by_reason" and category == "adopted":
                relations.setdefault((year, "adopted"), []).append(r)
            if measure in ("leavers_after_12_months", "leavers_after_24_months"):
                relations.setdefault((measure, category.split(".")[-1]), []).append(r)
            if measure in ("placements_ended_by_duration", "placements_ended_by_placement_and_duration"):
                relations.setdefault(("placements", category.split(".")[-1]), []).append(r)
        self.assertGreater(len(relations), 15)
        for key, members in relations.items():
            self.assertNotEqual([m["value"] for m in members].count(""), 1, (key, members))

    def test_showing_them_warns(self):
        self.assertIn("counts of 1 to 5 are shown", self.profile(EXAMPLE, "--show-small-counts").stderr)


class Output(Case):
    def test_files_and_formats(self):
        result = self.profile(EXAMPLE, "--authority", "Bromley")
        self.assertEqual({p.name for p in (self.folder / "profile").iterdir()}, FILES)
        profile = json.loads((self.folder / "profile/profile.json").read_text())
        self.assertEqual((profile["format"], profile["version"], profile["authority"]), ("hearth profile", 1, "305"))
        for r in rows_of(self.folder / "profile/profile.csv"):
            value = profile["measures"][r["measure"]]["values"][r["year"]][r["category"]]
            self.assertEqual("" if value is None else float(value), float(r["value"]) if r["value"] else "")
        observed = rows_of(self.folder / "profile/observed.csv")
        self.assertEqual({r["location"] for r in observed}, {"305"})
        self.assertEqual(
            {r["measure"] for r in observed}, {"looked_after", "care_entries", "care_entries_under_16", "care_exits"}
        )
        self.assertIn("published", result.stdout)
        self.assertIn("difference", result.stdout)
        self.assertIn("no network", result.stdout)

    def test_published_figures_stand_beside(self):
        text = self.profile(EXAMPLE, "--authority", "305").stdout
        with open(ROOT / "scenarios/england/history.csv", newline="") as stream:
            row = next(r for r in csv.DictReader(stream) if r["code"] == "305" and r["year"] == "2022")
        self.assertIn(
            f"published{int(row['cla_at31']):>17}{int(row['cla_started']):>12}{int(row['cla_ceased']):>12}", text
        )

    def test_json_instead_of_the_summary(self):
        self.assertEqual(json.loads(self.profile(EXAMPLE, "--json").stdout)["format"], "hearth profile")

    def test_an_older_profile_is_replaced_and_nothing_else_is(self):
        self.profile(EXAMPLE)
        before = (self.folder / "profile/profile.csv").read_bytes()
        self.profile(EXAMPLE, "--show-small-counts")
        self.assertNotEqual((self.folder / "profile/profile.csv").read_bytes(), before)
        other = self.folder / "mine"
        other.mkdir()
        (other / "notes.txt").write_text("keep me")
        (self.folder / "profile/notes.txt").write_text("keep me")
        (self.folder / "file").write_text("keep me")
        for folder in (other, self.folder / "profile", self.folder / "file"):
            result = hearth(EXAMPLE, "-o", folder)
            self.assertEqual(result.returncode, 4)
            self.assertIn("-o", result.stderr)
        self.assertEqual((other / "notes.txt").read_text(), "keep me")
        self.assertEqual((self.folder / "profile/notes.txt").read_text(), "keep me")
        self.assertEqual({p.name for p in self.folder.iterdir()}, {"profile", "mine", "file"})

    def test_a_failed_run_leaves_the_old_profile(self):
        self.profile(EXAMPLE)
        before = (self.folder / "profile/profile.csv").read_bytes()
        self.assertEqual(hearth(self.folder / "none", "-o", self.folder / "profile").returncode, 4)
        self.assertEqual((self.folder / "profile/profile.csv").read_bytes(), before)

    def test_the_guide_shows_what_is_printed(self):
        guide = (ROOT / "docs/how-to/profile-your-own-data.md").read_text()
        printed = hearth("scenarios/examples/ssda903", "-o", self.folder / "profile", cwd=ROOT).stdout
        self.assertIn(f"```\n{printed.replace(str(self.folder), 'outputs')}```\n", guide)

    def test_the_example_is_what_the_generator_makes(self):
        synthetic.write_example(self.folder / "example")
        made = {
            p.relative_to(self.folder / "example"): p.read_bytes() for p in (self.folder / "example").rglob("*.csv")
        }
        kept = {p.relative_to(EXAMPLE): p.read_bytes() for p in EXAMPLE.rglob("*.csv")}
        self.assertEqual(made, kept)
        self.assertIn("Made-up", (EXAMPLE / "README.md").read_text())


class Refused(Case):
    """What cannot be read at all: exit code 4, and what to do."""

    def refused(self, files, *words, name="returns"):
        shutil.rmtree(self.folder / "returns", ignore_errors=True)
        target = self.folder / name
        if files is not None:
            synthetic.write_files(target, files)
        result = hearth(target, "-o", self.folder / "profile")
        self.assertEqual(result.returncode, 4, result.stdout)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertFalse((self.folder / "profile").exists())

    GOOD = {"2020/header.csv": HEADER + "1,1,05/05/2010,,,,\n", "2020/episodes.csv": EPISODES + episode(child="1")}

    def test_structural_faults(self):
        self.refused(None, "there is nothing of this name")
        self.refused({"2020/header.csv": HEADER}, "there is no episodes file", "DECOM")
        self.refused({"2020/episodes.csv": EPISODES}, "there is no header file")
        self.refused({"2020/episodes.xlsx": "x", "2020/header.csv": HEADER}, "a workbook; save its sheets as CSV")
        self.refused(
            {**self.GOOD, "2020/episodes.csv": EPISODES.replace("DECOM", "START")},
            "2020/episodes.csv: column",
            "column DECOM is missing",
        )
        self.refused({**self.GOOD, "2020/header.csv": "CHILD,SEX\n1,1\n"}, "2020/header.csv: column", "DOB")
        self.refused({**self.GOOD, "2020/episodes.csv": EPISODES.replace("CIN", "RNE")}, "RNE is there twice")
        self.refused({**self.GOOD, "2020/episodes.csv": ""}, "the table is empty")
        self.refused(
            {**self.GOOD, "2020/episodes.csv": EPISODES + '1,"01/06/2019,S\n'}, "2020/episodes.csv:2", "never closed"
        )
        self.refused({**self.GOOD, "2020/episodes.csv": "a\0b"}, "data that is no text")
        self.refused(
            {"header.csv": self.GOOD["2020/header.csv"], "episodes.csv": EPISODES + episode(decom="soon")},
            "Give the year in the name",
        )

    def test_what_is_no_zip(self):
        file = self.folder / "returns.zip"
        for content in (b"", b"PK\x03\x04 no zip", b"\x7fELF" + bytes(1000), EPISODES.encode()):
            file.write_bytes(content)
            result = hearth(file, "-o", self.folder / "profile")
            self.assertEqual(result.returncode, 4, content[:8])
            self.assertIn("returns.zip", result.stderr)

    def test_truncated_zips(self):
        synthetic.write_files(self.folder / "whole.zip", self.GOOD)
        content = (self.folder / "whole.zip").read_bytes()
        for size in range(0, len(content), 37):
            (self.folder / "part.zip").write_bytes(content[:size])
            self.assertEqual(hearth(self.folder / "part.zip", "-o", self.folder / "profile").returncode, 4, size)

    def test_unknown_authority_gets_a_suggestion(self):
        result = hearth(EXAMPLE, "--authority", "Bromly", "-o", self.folder / "profile")
        self.assertEqual(result.returncode, 2)
        self.assertIn('did you mean "Bromley"?', result.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
