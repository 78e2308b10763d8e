"""Synthetic SSDA903 returns with a known truth. Every child is made up; nothing here comes from a real return.

Usage: synthetic_returns.py FOLDER  writes the example of scenarios/examples/ssda903
"""

import csv
import datetime as dt
import io
import random
import sys
import zipfile
from pathlib import Path

DAY = dt.timedelta(days=1)
HEADER = ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]
EPISODES = [
    "CHILD",
    "DECOM",
    "RNE",
    "LS",
    "CIN",
    "PLACE",
    "PLACE_PROVIDER",
    "DEC",
    "REC",
    "REASON_PLACE_CHANGE",
    "HOME_POST",
    "PL_POST",
    "URN",
]
UASC = ["CHILD", "SEX", "DOB", "DUC"]

# Code and provider, with the placement of Hearth.
PLACES = {
    ("U1", "PR1"): "kin_foster",
    ("U3", "PR1"): "kin_foster",
    ("Q1", ""): "kin_foster",
    ("U4", "PR1"): "authority_foster",
    ("U6", "PR1"): "authority_foster",
    ("Q2", ""): "authority_foster",
    ("U6", "PR4"): "agency_foster",
    ("U4", "PR5"): "agency_foster",
    ("K2", "PR4"): "childrens_home",
    ("K2", "PR1"): "childrens_home",
    ("K1", "PR3"): "childrens_home",
    ("H5", "PR4"): "supported_accommodation",
    ("P2", "PR4"): "supported_accommodation",
    ("P1", "PR0"): "with_parents",
    ("A5", "PR1"): "adoption",
    ("R1", "PR4"): "other",
    ("S1", "PR3"): "other",
    ("T4", "PR1"): "other",
    ("Z1", "PR5"): "other",
}
STATUSES = {
    "C1": "interim_care_order",
    "C2": "full_care_order",
    "E1": "placement_order",
    "V2": "section_20",
    "L1": "emergency",
    "L2": "emergency",
    "J1": "youth_justice",
}
ENDS = {
    "E11": "adopted",
    "E12": "adopted",
    "E4A": "returned_home",
    "E4B": "returned_home",
    "E13": "returned_home",
    "E41": "guardianship",
    "E45": "guardianship",
    "E48": "guardianship",
    "E3": "other",
    "E8": "other",
    "E9": "other",
    "E5": "other",
}
PROVIDERS = {
    "PR0": "parents",
    "PR1": "own_authority",
    "PR2": "other_authority",
    "PR3": "other_public",
    "PR4": "private",
    "PR5": "voluntary",
    "": "not_given",
}
CHANGES = ["CARPL", "CLOSE", "STAND", "CREQB", "CHILD", "LAREQ", "OTHER"]


def year_end(year):
    return dt.date(year, 3, 31)


def return_year(day):
    return day.year + (day > year_end(day.year))


def birthday(born, age):
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # 29 February
        return dt.date(born.year + age, 3, 1)


def age(born, day):
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def band(born, day):
    years = age(born, day)
    return next(
        name
        for limit, name in [(1, "under_1"), (5, "1_to_4"), (10, "5_to_9"), (16, "10_to_15"), (200, "16_plus")]
        if years < limit
    )


def plus_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(day.day, last))
        except ValueError:
            pass


def random_day(rng, first, last):
    return first + rng.randrange((last - first).days + 1) * DAY


def make_children(rng, count, first, last):
    """Children with periods of care between two days; each period is a list of episodes. What goes on at `last` has
    no end."""
    children = []
    for i in range(count):
        uasc = rng.random() < 0.1
        born = random_day(rng, first - 365 * 15 * DAY, last - 60 * DAY)
        if rng.random() < 0.02:
            born = dt.date(2008, 2, 29)
        adult = birthday(born, 18)
        duc = None
        if uasc and rng.random() < 0.7:
            duc = adult if rng.random() < 0.7 else random_day(rng, max(first, born), last)
        child = {"id": f"{rng.randrange(10 ** 9, 10 ** 10)}", "born": born, "uasc": uasc, "duc": duc, "periods": []}
        start = max(random_day(rng, first, last), born + rng.randrange(40) * DAY)
        while start <= last and start < adult:
            length = max(0, int(rng.expovariate(1 / rng.choice([20, 200, 900]))))
            end = start + length * DAY
            if end >= adult:
                end = adult
            period = make_period(rng, start, None if end > last else end, min(end, last), end == adult)
            child["periods"].append(period)
            if end > last or rng.random() < 0.7:
                break
            # Two periods cannot start on one day.
            start = max(end + rng.choice([0, 1, 2, 40, 200, 365, 366, 800]) * DAY, start + DAY)
        if child["periods"]:
            children.append(child)
    return children


def make_period(rng, start, end, until, turned_18):
    cuts = sorted({random_day(rng, start, until) for _ in range(rng.choice([0, 0, 1, 2, 4]))} - {start, until})
    edges = [start, *cuts]
    status, place = rng.choice(list(STATUSES)), rng.choice(list(PLACES))
    episodes = []
    for i, day in enumerate(edges):
        reason = "S"
        if i > 0:
            reason = rng.choice("LPTBU")
            if reason in "LBU":
                status = rng.choice(list(STATUSES))
            if reason in "PTBU":
                place = rng.choice(list(PLACES))
        episodes.append(
            {
                "start": day,
                "rne": reason,
                "ls": status,
                "place": place[0],
                "provider": place[1],
                "end": edges[i + 1] if i + 1 < len(edges) else end,
                "rec": "X1",
                "change": "",
            }
        )
        if i > 0 and reason != "L" and rng.random() < 0.8:
            episodes[i - 1]["change"] = rng.choice(CHANGES)
    episodes[-1]["rec"] = "" if end is None else "E17" if turned_18 else rng.choice(list(ENDS))
    return {"start": start, "end": end, "code": episodes[-1]["rec"], "turned_18": turned_18, "episodes": episodes}


# ---- The truth ----

DURATIONS = [
    ("under_1_month", 1),
    ("1_to_3_months", 3),
    ("3_to_6_months", 6),
    ("6_to_12_months", 12),
    ("1_to_2_years", 24),
    ("2_to_3_years", 36),
    ("3_to_5_years", 60),
]


def duration(start, end):
    return next((name for name, months in DURATIONS if end < plus_months(start, months)), "5_years_or_more")


def reason_of(period):
    if period["turned_18"]:
        return "turned_18"
    return ENDS[period["code"]]


def truth(children, years):
    """(year, measure, category) -> count, of what is not nil, from the children themselves."""
    out = {}

    def add(year, measure, category="total", n=1):
        out[year, measure, category] = out.get((year, measure, category), 0) + n

    def both(year, measure, breakdown, category):
        add(year, f"{measure}_{breakdown}", category)

    first_day = year_end(years[0] - 1) + DAY
    covered = set(years)

    def followed(start, end):
        return all(y in covered for y in range(return_year(start), return_year(end) + 1))

    for child in children:
        born = child["born"]

        def unaccompanied(day):
            return child["uasc"] and (child["duc"] is None or day < child["duc"])

        # What no return shows did not happen for the profile.
        periods = [p for p in child["periods"] if p["end"] is None or return_year(p["end"]) >= years[0]]
        starts, ends = {}, {}
        for i, p in enumerate(periods):
            seen = [e for e in p["episodes"] if e["end"] is None or e["end"] >= first_day]
            known = seen[0]["rne"] == "S" or p["start"] >= first_day
            for year in years:
                day = year_end(year)
                if p["start"] <= day and (p["end"] is None or p["end"] > day):
                    e = [e for e in p["episodes"] if e["start"] <= day][-1]
                    add(year, "looked_after")
                    both(year, "looked_after", "by_age", band(born, day))
                    both(year, "looked_after", "by_placement", PLACES[e["place"], e["provider"]])
                    both(year, "looked_after", "by_provider", PROVIDERS[e["provider"]])
                    both(year, "looked_after", "by_legal_status", STATUSES[e["ls"]])
                    if unaccompanied(day):
                        add(year, "looked_after_unaccompanied")
            starts.setdefault(return_year(p["start"]), p)
            then = {m: plus_months(p["start"], m) for m in (6, 12, 24, 36)}
            for m, day in then.items():
                if followed(p["start"], day):
                    still = p["end"] is None or p["end"] > day
                    add(
                        "all",
                        f"entrants_after_{m}_months",
                        f"{band(born, p['start'])}.{'still_looked_after' if still else 'left'}",
                    )
                    add("all", f"entrants_after_{m}_months")
            spells = []
            for e in seen:
                if spells and e["rne"] == "L":
                    spells[-1].append(e)
                else:
                    spells.append([e])
            for j, spell in enumerate(spells):
                end = spell[-1]["end"]
                if end is None or return_year(end) not in covered:
                    continue
                whole = j > 0 or spell[0]["rne"] != "L" or spell[0]["start"] >= first_day
                name = duration(spell[0]["start"], end) if whole else "not_known"
                add(return_year(end), "placements_ended_by_duration", name)
                add(return_year(end), "placements_ended_by_duration")
                kind = PLACES[spell[0]["place"], spell[0]["provider"]]
                add("all", "placements_ended_by_placement_and_duration", f"{kind}.{name}")
                add("all", "placements_ended_by_placement_and_duration")
                if j + 1 < len(spells):
                    add(return_year(end), "placement_changes_by_reason", spell[-1]["change"] or "not_given")
                    add(return_year(end), "placement_changes_by_reason")
            if p["end"] is None:
                continue
            name = duration(p["start"], p["end"]) if known else "not_known"
            ends[return_year(p["end"])] = (p, name)
            at_start = band(born, p["start"] if known else seen[0]["start"])
            add("all", "periods_ended_by_age_at_start_and_duration", f"{at_start}.{name}")
            add("all", "periods_ended_by_age_at_start_and_duration")
            if reason_of(p) in ("adopted", "turned_18"):
                continue
            for m in (12, 24):
                day = plus_months(p["end"], m)
                if not followed(p["end"], day):
                    continue
                again = any(q["start"] <= day for q in periods[i + 1 :])
                outcome = "re_entered" if again else "not_re_entered"
                for year, category in ((return_year(p["end"]), outcome), ("all", f"{reason_of(p)}.{outcome}")):
                    add(year, f"leavers_after_{m}_months", category)
                    add(year, f"leavers_after_{m}_months")
        for year, p in starts.items():
            if year not in covered:
                continue
            e = p["episodes"][0]
            add(year, "care_entries")
            if age(born, p["start"]) < 16:
                add(year, "care_entries_under_16")
            if unaccompanied(p["start"]):
                add(year, "care_entries_unaccompanied")
            both(year, "care_entries", "by_age", band(born, p["start"]))
            both(year, "care_entries", "by_placement", PLACES[e["place"], e["provider"]])
            both(year, "care_entries", "by_legal_status", STATUSES[e["ls"]])
        for year, (p, name) in ends.items():
            add(year, "care_exits")
            if unaccompanied(p["end"] - DAY):
                add(year, "care_exits_unaccompanied")
            both(year, "care_exits", "by_age", band(born, p["end"]))
            both(year, "care_exits", "by_reason", reason_of(p))
            both(year, "care_exits", "by_code", p["code"])
            both(year, "care_exits", "by_duration", name)
    return {(str(year), measure, category): n for (year, measure, category), n in out.items()}


# ---- Returns ----


def date_text(day):
    return "" if day is None else day.strftime("%d/%m/%Y")


def tables(children, year):
    """The three tables of a year's return, as lists of dictionaries."""
    header, episodes, uasc = [], [], []
    for child in children:
        rows = []
        for period in child["periods"]:
            for e in period["episodes"]:
                if e["start"] > year_end(year) or (e["end"] is not None and e["end"] <= year_end(year - 1)):
                    continue
                open_ = e["end"] is None or e["end"] > year_end(year)
                rows.append(
                    {
                        "CHILD": child["id"],
                        "DECOM": date_text(e["start"]),
                        "RNE": e["rne"],
                        "LS": e["ls"],
                        "CIN": "N1",
                        "PLACE": e["place"],
                        "PLACE_PROVIDER": e["provider"],
                        "DEC": "" if open_ else date_text(e["end"]),
                        "REC": "" if open_ else e["rec"],
                        "REASON_PLACE_CHANGE": "" if open_ else e["change"],
                        "HOME_POST": "",
                        "PL_POST": "",
                        "URN": "",
                    }
                )
        if not rows:
            continue
        episodes += rows
        header.append(
            {
                "CHILD": child["id"],
                "SEX": "1",
                "DOB": date_text(child["born"]),
                "ETHNIC": "NOBT",
                "UPN": "UN1",
                "MOTHER": "0",
                "MC_DOB": "",
            }
        )
        if child["uasc"]:
            uasc.append(
                {"CHILD": child["id"], "SEX": "1", "DOB": date_text(child["born"]), "DUC": date_text(child["duc"])}
            )
    return {"header": (HEADER, header), "episodes": (EPISODES, episodes), "uasc": (UASC, uasc)}


def table_text(
    columns,
    rows,
    rng=None,
    *,
    shuffle=False,
    lower=False,
    mark=False,
    crlf=False,
    quote=False,
    spaces=False,
    trailing=False,
    iso=False,
    delimiter=",",
):
    columns = list(columns)
    if shuffle:
        rng.shuffle(columns)

    def cell(value):
        if iso and len(value) == 10 and value[2] == "/":
            value = "-".join(reversed(value.split("/")))
        return f" {value} " if spaces and value else value

    text = io.StringIO()
    writer = csv.writer(
        text,
        lineterminator="\r\n" if crlf else "\n",
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL,
    )
    extra = ["", ""] if trailing else []
    writer.writerow([c.lower() if lower else c for c in columns] + extra)
    for row in rows:
        writer.writerow([cell(row[c]) for c in columns] + extra)
    if trailing:
        text.write("\n" + "," * (len(columns) + 1) + "\n\n")
    return ("\ufeff" if mark else "") + text.getvalue()


LAYOUTS = {
    "folders": lambda kind, y: f"{y}/{kind}.csv",
    "names": lambda kind, y: f"SSDA903_{y}_{kind}.csv",
    "suffix": lambda kind, y: f"{kind}_{y}.csv",
    "financial years": lambda kind, y: f"Returns {y - 1}-{y % 100:02}/{kind.capitalize()}.CSV",
    "no years": lambda kind, y: f"return {chr(ord('a') + 2030 - y)}/{kind}.csv",
}


def write_returns(target, children, years, layout="folders", rng=None, **style):
    """Writes returns into a folder, or a zip where the name says so."""
    files = {}
    for year in years:
        for kind, (columns, rows) in tables(children, year).items():
            files[LAYOUTS[layout](kind, year)] = table_text(columns, rows, rng, **style)
    write_files(target, files)
    return files


def write_files(target, files):
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


COSTS = """place,place_provider,weekly_gbp
U1,,310
U3,,310
U4,PR1,460
U6,PR1,450
U6,PR4,980
U4,PR5,960
K2,PR4,"5,400"
K2,PR1,4100
K1,,7200
H5,PR4,1250
P2,PR4,900
"""


def write_example(target):
    """The example: 800 children in four years, with some faults to see."""
    rng = random.Random(903)
    children = make_children(rng, 800, dt.date(2015, 4, 1), year_end(2022))
    files = write_returns(target, children, range(2019, 2023))
    lines = files["2021/episodes.csv"].splitlines()
    lines.append(lines[5])  # a row twice
    fields = lines[9].split(",")
    fields[5] = "U9"  # no such placement
    lines[9] = ",".join(fields)
    fields = lines[12].split(",")
    fields[1] = "31/02/2021"  # no such day
    lines.append(",".join(fields))
    files = {"2021/episodes.csv": "\n".join(lines) + "\n", "placement_costs.csv": COSTS}
    write_files(target, files)


if __name__ == "__main__":
    write_example(Path(sys.argv[1]))
