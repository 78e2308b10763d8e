#!/usr/bin/python3
"""Damages small valid results in every way that is worth thinking of, and reads each with every command that reads
results: it must end with exit code 0 or 4, in a bounded time and memory, and say which file is wrong. Where a promise of
the format is broken for certain, it must be 4.

    mutate_results.py build/release/hearth                       everything (an hour or two)
    mutate_results.py build/release/hearth --every 50            a sample: every 50th mutation
    mutate_results.py build/release/hearth --only 'time:'        those whose name holds this
    mutate_results.py build/asan/hearth --sanitizer              without bounds of memory, which sanitizers break

A sample of it runs in ./test (test_field_files.py). Mutations are the same each time.
"""

import argparse
import collections
import dataclasses
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
OK, DATA = 0, 4
SECONDS = 120  # more is a hang
ADDRESS_SPACE = 2 << 30  # a reading process may have 1 GB beyond what the program starts with
RESIDENT = 600 << 20  # bytes in memory: reading a file of 2 MB needs far less
FLIPS = 400  # files of each kind with bytes changed

ALL, NUMBERS = "all", "numbers"  # who must refuse: every command, those that read the numbers


@dataclasses.dataclass
class Mutation:
    name: str
    apply: object  # called with the path of a copy
    refused: str = ""  # by ALL or NUMBERS; "": it may be harmless


# ---- valid results


def scenario(folder, name, **more):
    path = folder / f"{name}.json"
    path.write_text(
        json.dumps(
            {
                "extends": str(ROOT / "scenarios/england.json"),
                "name": name,
                "title": "Small",
                "horizon_months": 12,
                "replicates": 2,
                "authorities": [857, 420],
                "arms": {"protection_only": None},
                **more,
            }
        )
    )
    return path


def make_bases(hearth, folder):
    """One small result of each kind: 2 authorities, 2 arms, 2 replicates, 12 months."""

    def run(name, *options, **more):
        out = folder / f"{name}.h5"
        subprocess.run(
            [hearth, "run", scenario(folder, name.rstrip("12"), **more), "-q", "-o", out, *options],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return out

    bases = {
        "months": run("months"),
        "years": run("years", horizon_months=30, output={"every": "year"}),
        "summarised": run("summarised", output={"replicates": "summary"}),
        "split": run("split", "--split", replicates=4),
    }
    shards = [run(f"shard{k}", "--shard", f"{k}/2") for k in (1, 2)]
    bases["shard"] = shards[0]
    virtual = folder / "virtual.h5"
    subprocess.run([hearth, "merge", *shards, "-o", virtual, "--virtual"], check=True, stdout=subprocess.DEVNULL)
    bases["virtual"] = virtual
    return bases


def make_partial(hearth, folder):
    """An interrupted run that has kept something: FILE.partial and its journal; and how to go on with it."""
    out = folder / "partial.h5"
    command = [str(hearth), "run", str(scenario(folder, "partial", replicates=400)), "-q", "-o", str(out)]
    for _ in range(20):
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        journal = folder / "partial.h5.partial.journal"
        while not journal.exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        process.wait()
        if journal.exists():
            return out, [*command, "--resume"]
    raise RuntimeError("no run could be interrupted")


# ---- mutations


def replaced(name, make):
    """A dataset is taken away, and make(file, name, old dataset's values) puts something in its place."""

    def apply(path):
        with h5py.File(path, "r+") as file:
            old = file[name]
            values = old[...] if old.size < 100000 else None
            kind = old.dtype
            del file[name]
            make(file, name, values, kind)

    return apply


def with_dataset(name, change):
    def apply(path):
        with h5py.File(path, "r+") as file:
            change(file[name])

    return apply


def huge(file, name, values, kind):
    shape = tuple(2**40 // 2**i for i in range(max(values.ndim, 1)))
    dtype = h5py.string_dtype() if kind == object else kind
    file.create_dataset(name, shape=shape, dtype=dtype, chunks=(1,) * len(shape), compression="gzip")


def bomb(file, name, values, kind):
    """A chunk that is small on the disk and 48 MB unpacked; HDF5 cannot write a larger one into a small chunk."""
    dtype = np.dtype("i1") if kind == object else kind
    packed = zlib.compress(bytes(48 << 20), 9)
    shape = values.shape if values.ndim else (1,)
    data = file.create_dataset(name, shape=shape, dtype=dtype, chunks=shape, compression="gzip")
    data.id.write_direct_chunk((0,) * len(shape), packed)


def cycle(file, name, values, kind):
    file[name] = file["/"]


def dataset_mutations(name, values, kind):
    """Of one dataset: another type, rank, extent, place, storage."""

    def put(tag, make, refused=ALL):
        return Mutation(f"{name}: {tag}", replaced(name, make), refused)

    text = kind == object
    as_numbers = np.zeros(values.shape, "i4") if text else values
    out = [
        put("removed", lambda f, n, v, k: None, ""),
        put("a group", lambda f, n, v, k: f.create_group(n)),
        put("64-bit integers", lambda f, n, v, k: f.create_dataset(n, data=as_numbers.astype("i8"))),
        put("16-bit reals", lambda f, n, v, k: f.create_dataset(n, data=as_numbers.astype("f2"))),
        put("bytes", lambda f, n, v, k: f.create_dataset(n, data=as_numbers.astype("u1"))),
        put(
            "fixed texts",
            lambda f, n, v, k: f.create_dataset(n, data=np.full(v.shape, b"x" * 300)),
            "" if text else ALL,
        ),
        put("pairs", lambda f, n, v, k: f.create_dataset(n, shape=v.shape, dtype=[("a", "i4"), ("b", "f8")])),
        put("an enumeration", lambda f, n, v, k: f.create_dataset(n, shape=v.shape, dtype=h5py.enum_dtype({"a": 0}))),
        put("lists", lambda f, n, v, k: f.create_dataset(n, shape=v.shape, dtype=h5py.vlen_dtype(np.dtype("i4")))),
        put("references", lambda f, n, v, k: f.create_dataset(n, shape=v.shape, dtype=h5py.ref_dtype)),
        put("opaque", lambda f, n, v, k: f.create_dataset(n, shape=v.shape, dtype=np.dtype("V7"))),
        put("no extent", lambda f, n, v, k: f.create_dataset(n, data=h5py.Empty("i4"))),
        put(
            "one value",
            lambda f, n, v, k: f.create_dataset(n, data=np.int32(1)),
            "" if values.ndim == 0 and text else ALL,
        ),
        put("20 dimensions", lambda f, n, v, k: f.create_dataset(n, data=np.zeros((1,) * 20, "i4"))),
        put(
            "extent 0",
            lambda f, n, v, k: f.create_dataset(
                n, shape=(0,) * max(v.ndim, 1), dtype=h5py.string_dtype() if text else k
            ),
        ),
        put("a huge extent", huge),
        put("a bomb", bomb, ALL if text or values.ndim < 2 else ""),
        put("a link to nowhere", lambda f, n, v, k: f.__setitem__(n, h5py.SoftLink("/nowhere"))),
        put("a link to itself", lambda f, n, v, k: f.__setitem__(n, h5py.SoftLink("/" + n))),
        put("a link to another file", lambda f, n, v, k: f.__setitem__(n, h5py.ExternalLink("/etc/passwd", "/x"))),
        put("the root again", cycle),
    ]
    if values.ndim:
        out += [
            put("flat", lambda f, n, v, k: f.create_dataset(n, data=np.zeros(v.size * 2, "i4"))),
            put("one more dimension", lambda f, n, v, k: f.create_dataset(n, data=as_numbers[None])),
            put(
                "one more along the first",
                lambda f, n, v, k: f.create_dataset(n, data=np.concatenate([v, v[:1]]), dtype=k),
            ),
            put("one fewer along the last", lambda f, n, v, k: f.create_dataset(n, data=v[..., :-1], dtype=k)),
            put(
                "in another file",
                lambda f, n, v, k: f.create_dataset(
                    n, shape=v.shape, dtype="i4", external=[("/etc/passwd", 0, 10**6)]
                ),
            ),
            put("packed by lzf", lambda f, n, v, k: f.create_dataset(n, data=as_numbers, compression="lzf")),
            put(
                "packed by scale and offset",
                lambda f, n, v, k: f.create_dataset(n, data=as_numbers.astype("i4"), chunks=True, scaleoffset=0),
            ),
        ]

        def virtual(where):
            def make(f, n, v, k):
                layout = h5py.VirtualLayout(shape=v.shape, dtype="i4" if text else k)
                layout[...] = h5py.VirtualSource(where, n, shape=v.shape)
                f.create_virtual_dataset(n, layout)

            return make

        out += [put("virtual in itself", virtual(".")), put("virtual elsewhere", virtual("/etc/passwd"))]
    if text:

        def texts(value):
            def make(f, n, v, k):
                data = f.create_dataset(n, shape=v.shape, dtype=h5py.string_dtype())
                data[...] = value() if callable(value) else value
                if v.ndim:  # the others stay
                    data[1:] = v[1:]

            return make

        out += [
            put("not UTF-8", texts(b"\xff\xfe\xfd")),
            put("control characters", texts("\x1b[31m")),
            put(
                "a huge text", texts(lambda: "x" * ((300 if name == "arm" else 2) << 20)), ALL if name == "arm" else ""
            ),
            put("another text", texts("another"), ""),
        ]
        if values.ndim:
            out += [
                put("an empty text", texts(""), ""),
                put(
                    "the same twice",
                    lambda f, n, v, k: f.create_dataset(
                        n, data=np.full(v.shape, v.flat[0], object), dtype=h5py.string_dtype()
                    ),
                    "",
                ),
            ]
    else:
        worst = [-1, 2**31 - 1] if kind.kind == "i" else [np.nan, np.inf, -np.inf, -1.0, 1e300, 9.3e16]
        for value in worst:
            refused = ALL if values.ndim == 1 else NUMBERS if not (kind.kind == "i" and value > 0) else ""

            def set_one(dataset, value=value):
                dataset[(0,) * dataset.ndim] = value

            out.append(
                Mutation(f"{name}: one is {value}", with_dataset(name, set_one), refused if "/" not in name else "")
            )
    return out


def attribute_mutations(where, name, needed):
    """Of one attribute; `needed`: without it, or with another type, there is no result."""

    def put(tag, value, refused=""):
        def apply(path):
            with h5py.File(path, "r+") as file:
                attributes = file[where].attrs
                del attributes[name]
                if callable(value):
                    attributes.create(name, value())
                elif value is not None:
                    attributes.create(name, np.bytes_(value) if isinstance(value, bytes) else value)

        return Mutation(f"{where} @{name}: {tag}", apply, refused)

    needed = ALL if needed else ""
    return [
        put("removed", None, needed),
        put("a list of 5", np.arange(5), needed),
        put("a list of 5000", lambda: np.arange(5000.0), needed),
        put("texts", np.array([b"a", b"b"]), needed),
        put("-1", np.int64(-1), needed),
        put("0", np.int32(0)),
        put("2^63 - 1", np.int64(2**63 - 1)),
        put("2^64 - 1", np.uint64(2**64 - 1)),
        put("not a number", np.nan, needed),
        put("infinite", np.inf, needed),
        put("1e300", 1e300, needed),
        put("a text", "x"),
        put("no text", b""),
        put("not UTF-8", b"\xff\xfe", needed),
        put("control characters", "\x1b]0;x\x07", needed),
        put("60 kB of text", lambda: "x" * 60000),
        put("3 MB of text", large_text, needed),
        put("a pair", np.array((1, 2.0), dtype=[("a", "i4"), ("b", "f8")]), needed),
        put("nothing", h5py.Empty("i4"), needed),
    ]


def large_text():
    return np.array("x" * (3 << 20), dtype=h5py.string_dtype())


def replace_scenario(text):
    def apply(path):
        with h5py.File(path, "r+") as file:
            group = file["provenance"]
            del group["scenario"]
            group.create_dataset("scenario", data=text, dtype=h5py.string_dtype())

    return apply


def change_scenario(at, value):
    """`value`: JSON in place of what lies at `at`; None: it is removed."""

    def apply(path):
        with h5py.File(path, "r") as file:
            document = json.loads(file["provenance/scenario"][()])
        inside = document
        for key in at[:-1]:
            inside = inside[key]
        if value is None:
            del inside[at[-1]]
        else:
            inside[at[-1]] = json.loads(value)
        replace_scenario(json.dumps(document))(path)

    return apply


def scenario_mutations(document):
    out = []
    for tag, text, refused in (
        ("empty", "", ""),
        ("null", "null", ALL),
        ("a list", "[]", ALL),
        ("a number", "1e999", ALL),
        ("half", json.dumps(document)[:1000], ALL),
        ("deep lists", "[" * 200000, ALL),
        ("deep objects", '{"a":' * 100000 + "1" + "}" * 100000, ALL),
        ("not UTF-8", b'{"a": "\xff"}', ALL),
        ("a large number", '{"replicates": 1e400}', ""),
        ("twice", '{"arms": {}, "arms": 3}', ""),
    ):
        out.append(Mutation(f"scenario: {tag}", replace_scenario(text), refused))

    def places(value, at, depth):
        if depth == 0 or not isinstance(value, (dict, list)):
            return
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))[:1]
        if at and at[-1] in ("parameters", "propensities", "deviations", "state_covariance", "history", "draws"):
            keys = keys[:1]
        for key in keys:
            yield at + [key]
            yield from places(value[key], at + [key], depth - 1)

    for at in places(document, [], 7):
        for tag, value in (
            ("removed", None),
            ("null", "null"),
            ("-1", "-1"),
            ("a text", '"\\u001b[0m x"'),
            ("a list", "[[], 1]"),
            ("an object", '{"x": {}}'),
            ("true", "true"),
            ("a fraction", "1e308"),
        ):
            out.append(Mutation(f"scenario /{'/'.join(map(str, at))}: {tag}", change_scenario(at, value)))
    return out


def byte_mutations(content, seed, count=FLIPS):
    """Bytes changed where HDF5 keeps its structure and anywhere; files cut short and made longer."""
    marks = [
        found.start() for found in re.finditer(rb"TREE|SNOD|HEAP|OHDR|GCOL|FRHP|FHDB|BTHD|BTLF|FSHD|FSSE", content)
    ]
    out = []
    for i in range(count):
        draw = random.Random(seed * 1000003 + i)

        def apply(path, draw=draw):
            changed = bytearray(content)
            for _ in range(draw.choice([1, 1, 2, 8])):
                place = (
                    draw.choice(marks) + draw.randrange(300)
                    if marks and draw.random() < 0.7
                    else draw.randrange(len(content))
                )
                if place < len(changed):
                    changed[place] = draw.choice(
                        [0, 255, draw.randrange(256), changed[place] ^ (1 << draw.randrange(8))]
                    )
            path.write_bytes(changed)

        out.append(Mutation(f"bytes {i}", apply))
    for share in (0.0, 0.001, 0.1, 0.5, 0.9, 0.999):
        out.append(
            Mutation(
                f"cut to {share}", lambda path, share=share: path.write_bytes(content[: int(len(content) * share)]), ALL
            )
        )
    out.append(Mutation("longer", lambda path: path.write_bytes(content + bytes(100000))))
    out.append(Mutation("zeros", lambda path: path.write_bytes(content[:8] + bytes(len(content) - 8)), ALL))
    return out


# Variables that stand for those like them: counts, with categories, levels, costs, of a source alone, of authorities.
CLOSELY = {
    "looked_after",
    "looked_after_by_age",
    "caseload",
    "cost",
    "cost_total",
    "cost_authority_alone",
    "looked_after_difference",
}
NEEDED = {"baseline", "hearth_format_version", "origin", "sampling_fraction", "seed", "title", "question"}


def structure_mutations(path):
    """Every mutation of what h5py finds in a result."""
    out = []
    with h5py.File(path) as file:
        datasets = []
        file.visititems(lambda name, item: datasets.append((name, item)) if isinstance(item, h5py.Dataset) else None)
        for name, item in datasets:
            virtual = item.is_virtual
            values = np.zeros(item.shape, item.dtype) if virtual else item[...]
            values = np.asarray(values, object) if item.dtype == object else values
            found = dataset_mutations(name, values, item.dtype)
            if virtual:
                found = [m for m in found if ": one is" not in m.name]
            if item.ndim > 1 and name.split("/")[-1] not in CLOSELY:  # like others
                out += found[2::9]
                continue
            out += found
            for attribute in item.attrs:
                if attribute == "REFERENCE_LIST":
                    continue
                out += attribute_mutations(name, attribute, attribute == "DIMENSION_LIST" and "provenance" not in name)
        for where in ("/", "provenance"):
            for attribute in file[where].attrs:
                out += attribute_mutations(where, attribute, where == "/" and attribute in NEEDED)
        out += scenario_mutations(json.loads(file["provenance/scenario"][()]))
    for extra, apply in (
        ("2000 more variables", lambda f: [f.create_dataset(f"x{i}", data=1) for i in range(2000)]),
        ("300 more attributes", lambda f: [f.attrs.create(f"x{i}", i) for i in range(300)]),
        ("groups in groups", lambda f: f.create_group("provenance/" + "/".join("abcdefgh" * 30))),
        ("another group", lambda f: f.create_group("more")),
        ("a loop", lambda f: f["provenance"].__setitem__("loop", f["/"])),
        ("a name with control characters", lambda f: f.create_dataset("\x1b[31m", data=np.zeros((2, 2)))),
        ("another variable", lambda f: f.create_dataset("more", data=np.zeros((2, 2)))),
        ("a named type", lambda f: f.__setitem__("type", np.dtype("f8"))),
    ):

        def change(path, apply=apply):
            with h5py.File(path, "r+") as file:
                apply(file)

        out.append(
            Mutation(
                f"extra: {extra}",
                change,
                "" if extra in ("another variable", "another group", "a name with control characters") else ALL,
            )
        )
    return out


# ---- reading what was damaged


@dataclasses.dataclass
class Command:
    name: str
    words: list  # F: the damaged file; OUT: where to write
    reads_numbers: bool = True


def commands_for(kind, folder):
    if kind == "shard":
        other = folder / "shard2.h5"
        return [
            Command("inspect", ["inspect", "F"], False),
            Command("merge", ["merge", "F", other, "-o", "OUT"]),
            Command("merge --virtual", ["merge", "F", other, "-o", "OUT", "--virtual"], False),
        ]
    return [
        Command("summary", ["summary", "F", "--measures", "looked_after,caseload,cost_total"], False),
        Command("inspect", ["inspect", "F"], False),
        Command("inspect --json", ["inspect", "F", "--json"], False),
        Command("export", ["export", "F", "-o", "OUT", "--measures", "all"]),
        Command("export --as xlsx", ["export", "F", "-o", "OUT", "--as", "xlsx"]),
        Command("export --as hubverse", ["export", "F", "-o", "OUT", "--as", "hubverse"], False),
        Command("report --no-families", ["report", "F", "-o", "OUT", "--no-families"], False),
        Command("report", ["report", "F", "-o", "OUT"], False),
    ]


def run_limited(words, sanitizer):
    """Exit code (negative: a signal), stderr, largest memory in bytes of the process itself."""

    def limits():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if not sanitizer:
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))

    process = subprocess.Popen(
        [str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limits
    )
    ends = time.monotonic() + SECONDS
    timer = threading.Timer(SECONDS, process.kill)
    timer.start()
    try:
        errors = process.stderr.read().decode("utf-8", "surrogateescape")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        timer.cancel()
        process.stderr.close()
    if time.monotonic() >= ends:
        return "timed out", errors, 0
    return process.returncode, errors, usage.ru_maxrss << 10


def problem_of(command, mutation, code, errors, memory, file, sanitizer):
    if sanitizer and ("Sanitizer" in errors or "runtime error" in errors):
        ours = [line for line in errors.splitlines() if "/engine/" in line and "runtime error" in line]
        first = next((line for line in errors.splitlines() if line.strip().startswith("#") and "hearth" in line), "")
        if ours or "libhdf5" not in "".join(errors.splitlines()[:12]):
            return "sanitizer: " + (ours[0] if ours else first or errors[:200])
    if code not in (OK, DATA):
        return f"ended with {code}"
    # What the tester itself takes counts too, from before the program takes its place.
    if not sanitizer and memory > max(RESIDENT, 1.2 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10)):
        return f"took {memory >> 20} MB"
    if code == DATA and file.name not in errors and "shard" not in errors:  # of a virtual result a part may be named
        return "does not name the file"
    if code == DATA and ("\x1b" in errors or any(0xDC80 <= ord(c) <= 0xDCFF for c in errors)):
        return "shows what cannot be shown"
    must = mutation.refused == ALL or (mutation.refused == NUMBERS and command.reads_numbers)
    if must and code != DATA:
        return "is not refused"
    return ""


class Tester:
    def __init__(self, hearth, folder, sanitizer=False):
        self.hearth, self.folder, self.sanitizer = Path(hearth).resolve(), Path(folder), sanitizer
        self.thorough = True
        self.counts = collections.Counter()
        self.problems = []

    def try_file(self, kind, number, mutation, commands, beside=()):
        """`beside`: files that the damaged one needs in its folder."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            here = Path(name)
            file = here / "damaged.h5"
            shutil.copy(self.folder / f"{kind}.h5", file)
            for other in beside:
                os.link(other, here / other.name)
            try:
                mutation.apply(file)
            except (OSError, ValueError, TypeError, KeyError, RuntimeError, MemoryError) as error:
                self.counts["could not be made"] += 1
                print(f"{kind}: {mutation.name}: could not be made: {error!r}"[:200], file=sys.stderr)
                return
            # A sample turns through the commands.
            for command in commands if self.thorough else [commands[number % len(commands)]]:
                words = [self.hearth] + [file if w == "F" else here / "out" if w == "OUT" else w for w in command.words]
                code, errors, memory = run_limited(words, self.sanitizer)
                self.counts[code] += 1
                if problem := problem_of(command, mutation, code, errors, memory, file, self.sanitizer):
                    self.problems.append((kind, mutation.name, command.name, problem, errors[-2000:]))

    def try_all(self, kind, mutations, every, offset, only, commands=None, beside=()):
        chosen = [(i, m) for i, m in enumerate(mutations) if (i + offset) % every == 0 and only in m.name]
        commands = commands or commands_for(kind, self.folder)
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for each in [pool.submit(self.try_file, kind, n, m, commands, beside) for n, (_, m) in enumerate(chosen)]:
                each.result()
        return len(chosen)

    def try_partial(self, every, offset, only):
        """Goes on with interrupted runs whose file or journal is damaged. Any end but a crash is right: a journal may say
        that nothing was kept."""
        out, command = make_partial(self.hearth, self.folder)
        partial, journal = (out.with_name(out.name + end) for end in (".partial", ".partial.journal"))
        contents = {path: path.read_bytes() for path in (partial, journal)}
        tried = 0
        for path in (partial, journal):
            mutations = byte_mutations(contents[path], 7, FLIPS // 4)
            for i, mutation in enumerate(mutations):
                if (i + offset) % every or only not in mutation.name:
                    continue
                tried += 1
                for other, content in contents.items():
                    other.write_bytes(content)
                mutation.apply(path)
                code, errors, memory = run_limited([*command, "--months", "12"], self.sanitizer)
                self.counts[code] += 1
                if problem := problem_of(
                    Command("run --resume", []),
                    Mutation(mutation.name, None),
                    code,
                    errors,
                    memory,
                    out,
                    self.sanitizer,
                ):
                    self.problems.append((path.name, mutation.name, "run --resume", problem, errors[-2000:]))
                out.unlink(missing_ok=True)
        return tried


def run(hearth, folder, every=1, only="", sanitizer=False, kinds=None, resume=True, thorough=True):
    """Returns the number of damaged files, how readings ended, and problems: (kind, mutation, command, what, stderr)."""
    bases = make_bases(hearth, folder)
    tester = Tester(hearth, folder, sanitizer)
    tester.thorough = thorough
    tried = 0
    for offset, (kind, path) in enumerate(bases.items()):
        if kinds and kind not in kinds:
            continue
        beside = [folder / "shard1.h5", folder / "shard2.h5"] if kind == "virtual" else []
        shutil.copy(path, folder / f"{kind}.h5") if path.name != f"{kind}.h5" else None
        mutations = structure_mutations(path) + byte_mutations(path.read_bytes(), offset)
        tried += tester.try_all(kind, mutations, every, 7 * offset, only, beside=beside)
    if resume and (not kinds or "partial" in kinds):
        tried += tester.try_partial(every, 3, only)
    return tried, tester.counts, tester.problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hearth")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--kinds", nargs="*")
    parser.add_argument("--quick", action="store_true", help="one command for each file, in turns")
    parser.add_argument("--sanitizer", action="store_true")
    parser.add_argument("--folder", help="where the files are made; a temporary one unless given")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        tried, counts, problems = run(
            arguments.hearth,
            Path(folder),
            arguments.every,
            arguments.only,
            arguments.sanitizer,
            arguments.kinds,
            thorough=not arguments.quick,
        )
    for kind, mutation, command, problem, errors in problems:
        print(f"{kind}: {mutation}: {command}: {problem}")
        if errors:
            print("    " + errors.strip().replace("\n", "\n    ")[-700:])
    print(
        f"{tried} damaged files, {sum(v for k, v in counts.items() if k != 'could not be made')} readings: "
        + ", ".join(f"{count} ended with {code}" for code, count in sorted(counts.items(), key=str))
        + f"; {len(problems)} problems"
    )
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
