"""What the scripts of this folder share: programs, processor counters, tables."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def fail(message):
    """Ends with exit code 1 and a message on standard error."""
    sys.exit(f"{Path(sys.argv[0]).name}: {message}")


def program(build, name):
    """The path of a program of a build folder: its own, or one of bench/."""
    for path in (Path(build) / name, Path(build) / "bench" / name):
        if path.is_file():
            return str(path)
    return fail(f"there is no {name} in {build}. Build it: cmake --preset release && ninja -C build/release {name}")


def output(command):
    """Standard output of a command; ends with its message if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip() or done.stdout
        fail(f"{' '.join(map(str, command))} ended with exit code {done.returncode}: {said}")
    return done.stdout


def plain(name):
    """The name of a benchmark without what Google Benchmark appends to it."""
    return re.sub(r"/(iterations|repeats):\d+", "", name)


def by_perf(command):
    """Instructions of a command in user space, or None if it fails or may not be counted."""
    with tempfile.NamedTemporaryFile("r", suffix=".csv") as out:
        done = subprocess.run(
            ["perf", "stat", "-x,", "-e", "instructions:u", "-o", out.name, *command], capture_output=True, check=False
        )
        found = re.search(r"^(\d+),", out.read(), re.MULTILINE)
    return int(found[1]) if done.returncode == 0 and found else None


def by_callgrind(command):
    """As by_perf, some fifty times slower, and only for processors that valgrind knows."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found[1]) if done.returncode == 0 and found else None


def counter():
    """by_perf where perf is there and allowed to count, else by_callgrind, else None."""
    for count in (by_perf, by_callgrind):
        try:
            if count(["true"]) is not None:
                return count
        except FileNotFoundError:
            continue
    return None


def table(header, rows):
    """A Markdown table: the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def spread(values, text="{:,.0f}"):
    """Median and range."""
    return f"{text.format(statistics.median(values))} ({text.format(min(values))} to {text.format(max(values))})"


def figures(value, digits=3):
    """A number with so many significant figures, thousands apart, without an exponent."""
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:.{digits}g}"


def short(value):
    """A count in three figures: 300,000 is 300k."""
    scale, unit = next(((scale, unit) for scale, unit in ((1e6, "M"), (1e3, "k")) if round(value) >= scale), (1, ""))
    return f"{value / scale:.3g}{unit}"


def machine():
    """The processor, cores and load, in a sentence."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in open("/proc/cpuinfo", encoding="utf-8")
            if line.startswith("model name")
        ),
        "processor unknown",
    )
    return f"Machine: {len(os.sched_getaffinity(0))} cores, {model}; load {os.getloadavg()[0]:.1f} at the end."
