#!/usr/bin/python3
"""Runs every scenario of scenarios/known and writes what its targets came to.

    tools/check_known.py [--program build/release/hearth] [--replicates N] [NAME...]

Writes tools/results/targets.csv, a row for each target, and tools/results/sustaining.csv, what becomes of fidelity
and plans in what-sustains-change, from which tools/tables.py makes the tables in docs/evidence.md. Takes some minutes.
With names of scenarios, only what comes of them is made anew.
"""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = ROOT / "tools" / "results" / "targets.csv"
SUSTAINING = ROOT / "tools" / "results" / "sustaining.csv"
SUSTAINS = "what-sustains-change"
UNEXPECTED = 6  # exit code of `hearth check` where a verdict is not the expected one; its table is complete


def checked(program, scenario, replicates):
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory) / "targets.csv"
        command = [program, "check", str(scenario), "--quiet", "--csv", "-o", str(out)]
        command += ["--replicates", str(replicates)] if replicates else []
        run = subprocess.run(command, stdout=subprocess.DEVNULL, text=True)
        if run.returncode not in (0, UNEXPECTED):
            sys.exit(f"{' '.join(command)}: exit code {run.returncode}")
        with open(out, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    for row in rows:
        row["file"] = scenario.stem
        row.pop("version")  # the numbers, not the build that made them
    return rows


def sustaining(program, scenario, replicates):
    """What becomes of fidelity and plans in the East Midlands, year by year."""
    with tempfile.TemporaryDirectory() as directory:
        result = pathlib.Path(directory) / "result.h5"
        command = [program, "run", str(scenario), "--quiet", "-o", str(result)]
        command += ["--replicates", str(replicates)] if replicates else []
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        told = subprocess.run(
            [
                program,
                "summary",
                str(result),
                "East Midlands",
                "--csv",
                "--measures",
                "fidelity,child_protection_plans",
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    temporary = SUSTAINING.with_suffix(".tmp")
    temporary.write_text(told.stdout, encoding="utf-8")
    temporary.replace(SUSTAINING)
    print(f"wrote {SUSTAINING.relative_to(ROOT)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="scenarios of scenarios/known; all where none is named")
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "hearth"))
    parser.add_argument("--replicates", type=int)
    options = parser.parse_args()
    scenarios = {path.stem: path for path in sorted((ROOT / "scenarios" / "known").glob("*.json"))}
    unknown = [name for name in options.names if name not in scenarios]
    if unknown:
        sys.exit(f"found: {', '.join(unknown)}; allowed: {', '.join(scenarios)}")
    rows = {}
    if options.names and TARGETS.exists():
        with open(TARGETS, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows.setdefault(row["file"], []).append(row)
    for name in options.names or scenarios:
        rows[name] = checked(options.program, scenarios[name], options.replicates)
        reached = sum(row["verdict"] == "reached" for row in rows[name])
        print(f"{name}: {reached} of {len(rows[name])} reached", flush=True)
    every = [row for name in scenarios for row in rows.get(name, [])]
    temporary = TARGETS.with_suffix(".tmp")
    with open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=["file"] + [k for k in every[0] if k != "file"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(every)
    temporary.replace(TARGETS)
    print(f"wrote {TARGETS.relative_to(ROOT)}")
    if SUSTAINS in (options.names or scenarios):
        sustaining(options.program, scenarios[SUSTAINS], options.replicates)


if __name__ == "__main__":
    main()
