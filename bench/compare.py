#!/usr/bin/python3
"""Instructions of each benchmark, as a Markdown table, beside a baseline: a measure without the noise of a shared machine.

Usage: compare.py HEARTH_BENCH [BASELINE] [--filter REGEX] [--save FILE]
BASELINE is another build of hearth_bench, or a file that --save wrote (bench/baseline.json is the committed one).

Instructions of one iteration are those of eleven less those of one, over ten, so that reading the inputs does not
count. They are counted by perf where it may, else by callgrind, which is some fifty times slower.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

FEW, MANY = 1, 11


def fail(message):
    sys.exit(f"compare.py: {message}")


def names(program, pattern):
    """The benchmarks of a program, without those of all England: they are the sum of the others, and long."""
    listed = subprocess.run([program, "--benchmark_list_tests", f"--benchmark_filter={pattern}"],
                            capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        fail(f"{program} cannot list its benchmarks: {listed.stderr.strip()}")
    return [name for name in listed.stdout.split() if not name.startswith("england_")]


def by_perf(command):
    with tempfile.NamedTemporaryFile("r", suffix=".csv") as out:
        done = subprocess.run(["perf", "stat", "-x,", "-e", "instructions:u", "-o", out.name, *command],
                              capture_output=True, check=False)
        found = re.search(r"^(\d+),", out.read(), re.MULTILINE)
    return int(found[1]) if done.returncode == 0 and found else None


def by_callgrind(command):
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", *command],
                          capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found[1]) if done.returncode == 0 and found else None


def counter():
    """perf where it is there and allowed to count, else callgrind."""
    for count in (by_perf, by_callgrind):
        try:
            if count(["true"]) is not None:
                return count
        except FileNotFoundError:
            continue
    return fail("neither perf nor valgrind can count instructions here: apt-get install valgrind")


def instructions(program, pattern, count):
    """Instructions of one iteration, by benchmark."""
    out = {}
    for name in names(program, pattern):
        totals = []
        for repetitions in (FEW, MANY):
            total = count([program, f"--benchmark_filter=^{re.escape(name)}$", "--benchmark_min_time=0",
                           f"--benchmark_repetitions={repetitions}"])
            if total is None:
                fail(f"{program} failed at {name}")
            totals.append(total)
        out[name] = round((totals[1] - totals[0]) / (MANY - FEW))
    return out


def read_baseline(path, pattern, count):
    if not path.endswith(".json"):
        return instructions(path, pattern, count)
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        return fail(f"{path} is no baseline ({error}): write one with --save")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="hearth_bench")
    parser.add_argument("baseline", nargs="?", help="another hearth_bench, or a file that --save wrote")
    parser.add_argument("--filter", default=".", help="benchmarks to run")
    parser.add_argument("--save", help="write the counts to this file")
    arguments = parser.parse_args()
    count = counter()
    now = instructions(arguments.program, arguments.filter, count)
    before = read_baseline(arguments.baseline, arguments.filter, count) if arguments.baseline else {}
    print("| benchmark | instructions |" + (" baseline | ratio |" if before else ""))
    print("|---|---:|" + ("---:|---:|" if before else ""))
    for name, value in now.items():
        row = [f"`{name}`", f"{value:,}"]
        if before:
            row += [f"{before[name]:,}", f"{value / before[name]:.3f}"] if name in before else ["", "new"]
        print("| " + " | ".join(row) + " |")
    if arguments.save:
        temporary = arguments.save + ".tmp"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(now, file, indent=1)
            file.write("\n")
        os.replace(temporary, arguments.save)


if __name__ == "__main__":
    main()
