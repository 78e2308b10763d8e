#!/usr/bin/python3
"""Benchmark results as a Markdown table: median and range of the repetitions, and the ratio of medians of two runs.

Usage: table.py RUN.json [BEFORE.json]
Runs are written by hearth_bench --benchmark_out=RUN.json --benchmark_repetitions=9.
"""

import argparse
import json
import statistics
import sys
from collections import defaultdict

sys.dont_write_bytecode = True

import measure

NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def read(path):
    """Processor time of each repetition in ns and of items a second, by benchmark, in the order of the program."""
    times, rates = defaultdict(list), defaultdict(list)
    with open(path, encoding="utf-8") as file:
        # Interleaved repetitions are written as they come.
        runs = [run for run in json.load(file)["benchmarks"] if run["run_type"] == "iteration"]
        for run in sorted(runs, key=lambda run: (run["family_index"], run["per_family_instance_index"])):
            name = measure.plain(run["name"])
            times[name].append(run["cpu_time"] * NANOSECONDS[run["time_unit"]])
            rates[name].append(run.get("family_months/s", run.get("items_per_second", 0.0)))
    return times, rates


def quantity(value, steps):
    """Three significant figures in the largest unit of which there is at least one."""
    scale, unit = next((step for step in steps if value >= step[0]), steps[-1])
    return f"{value / scale:#.3g}".rstrip(".") + f" {unit}"


def time_text(ns):
    return quantity(ns, [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")])


def rate_text(per_second):
    return quantity(per_second, [(1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, "")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("before", nargs="?", help="an earlier run, for the ratio: above 1 is faster now")
    arguments = parser.parse_args()
    times, rates = read(arguments.run)
    before = read(arguments.before)[0] if arguments.before else {}
    if not times:
        sys.exit(f"{arguments.run}: no repetitions in it")
    print("| benchmark | median | range | items a second |" + (" times as fast |" if before else ""))
    print("|---|---|---|---|" + ("---|" if before else ""))
    for name, values in times.items():
        row = [
            f"`{name}`",
            time_text(statistics.median(values)),
            f"{time_text(min(values))} to {time_text(max(values))}",
            rate_text(statistics.median(rates[name])),
        ]
        if before:
            ratio = statistics.median(before[name]) / statistics.median(values) if name in before else None
            row.append("new" if ratio is None else f"{ratio:.2f}")
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
