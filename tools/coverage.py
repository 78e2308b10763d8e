#!/usr/bin/python3
"""Which lines of engine/ the tests run: builds the preset "coverage", runs its tests, and makes a report.

    tools/coverage.py                              all tests but the slow ones: about half an hour on two cores
    tools/coverage.py --target test_core -R Csv    builds only that, and runs only tests with this name
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/coverage"


def run(*command, check=True):
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=check).returncode


def main():
    parser = argparse.ArgumentParser(description="Which lines of engine/ the tests run.")
    parser.add_argument("--target", default="all", help="build only this (default: all)")
    parser.add_argument("-R", dest="tests", default=".", help="run only tests whose name matches")
    options = parser.parse_args()
    run("cmake", "--preset", "coverage")
    run("cmake", "--build", BUILD, "--target", options.target)
    for counts in BUILD.rglob("*.gcda"):  # of earlier runs
        counts.unlink()
    failed = run("ctest", "--preset", "coverage", "-R", options.tests, "-j", os.cpu_count(), check=False)
    report = BUILD / "report"
    report.mkdir(exist_ok=True)
    run(
        "gcovr",
        "--root",
        ".",
        "--filter",
        "engine/",
        "--exclude-unreachable-branches",
        "--exclude-throw-branches",
        "--gcov-ignore-parse-errors",
        "--print-summary",
        "--txt",
        report / "lines.txt",
        "--html-details",
        report / "index.html",
        BUILD,
    )
    print(f"{report}/index.html: each file with its lines; lines.txt: a table")
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} failed")
