#!/usr/bin/python3
"""Result files in other hands: damaged and hostile ones, half-written ones, and ones that other programs open.

Usage: test_field_files.py PROGRAM

docs/field-cases.md says where each case was seen.
"""

import csv
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

sys.dont_write_bytecode = True
import mutate_results as mutate  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
CASES = ROOT / "tests/cli/field_cases"
OK, USAGE, DATA = 0, 2, 4
SANITIZED = False
EVERY = int(os.environ.get("HEARTH_MUTATIONS_EVERY", 600))  # of some 40,000 mutations
TINY = ["--authorities", "857,420", "--months", "12", "--replicates", "2", "-q"]


def hearth(*arguments, code=OK, cwd=None, **options):
    result = subprocess.run(
        [HEARTH, *map(str, arguments)],
        cwd=cwd,
        capture_output="stdout" not in options,
        text=True,
        timeout=300,
        **({"stderr": subprocess.PIPE} if "stdout" in options else {}),
        **options,
    )
    assert code is None or result.returncode == code, (arguments, result.returncode, result.stderr)
    return result


class InFolder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.here = Path(cls.holder.name)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()


def field_scenario(folder, name, **more):
    """That of the cases 21, 24 and 25: Norfolk, five years, five arms."""
    document = json.loads((CASES / "25-nothing-before-its-time/scenario.json").read_text())
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**document, "extends": str(ROOT / "scenarios/england.json"), "name": name, **more}))
    return path


class Damaged(InFolder):
    """Case hostile-results, and a sample of mutate_results.py."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.here / "whole.h5"
        hearth("run", "england", *TINY, "-o", cls.whole, cwd=ROOT)

    def refused_by_all(self, change, *words, but=()):
        """`change` spoils a copy: every command ends with 4 and says what is wrong."""
        file = self.here / "spoilt.h5"
        shutil.copy(self.whole, file)
        with h5py.File(file, "r+") as data:
            change(data)
        for command in (
            ["summary", file],
            ["inspect", file],
            ["export", file, "-o", self.here / "out.csv"],
            ["report", file, "-o", self.here / "out.html"],
        ):
            result = hearth(*command, code=None)
            if command[0] in but:
                self.assertEqual(result.returncode, OK, result.stderr)
                continue
            self.assertEqual(result.returncode, DATA, (command[0], result.stderr))
            for word in (str(file), *words):
                self.assertIn(word, result.stderr)
        self.assertEqual(list(self.here.glob("out.*")), [] if not but else list(self.here.glob("out.*")))

    def test_no_authorities(self):
        def change(data):
            for name in ("authority", "authority_name", "authority_ons_code", "region"):
                kind = data[name].dtype
                del data[name]
                data.create_dataset(name, shape=(0,), dtype=kind)

        self.refused_by_all(change, "variable authority: found a list of 0", "a list of 1 to 1000")

    def test_no_replicates(self):
        def change(data):
            del data["replicate"]
            data.create_dataset("replicate", shape=(0,), dtype="i4")

        self.refused_by_all(change, "variable replicate: found a list of 0")

    def test_an_attribute_that_is_a_list(self):
        def change(data):
            data.attrs["seed"] = np.arange(8000)

        self.refused_by_all(change, "attribute seed: found a list of 8000; a result has a whole number")

    def test_provenance_of_another_type(self):
        def change(data):
            data["provenance"].attrs["wall_seconds"] = "a while"

        self.refused_by_all(change, 'attribute wall_seconds of group provenance: found "a while"')

    def test_a_scenario_of_another_type(self):
        def change(data):
            document = json.loads(data["provenance/scenario"][()])
            document["uncertainty"] = {"process": "yes"}
            data["provenance/scenario"][()] = json.dumps(document)

        self.refused_by_all(change, "/uncertainty/process is a text; true or false is promised")

    def test_numbers_that_cannot_be(self):
        for name, place, value, found in (
            ("looked_after", (0, 0, 1, 3), -1, "-1; a result has counts from 0 up"),
            ("caseload", (0, 0, 0, 0), np.nan, "nan"),
            ("cost", (0, 0, 0, 0, 0, 0), 1e300, "1e+300"),
        ):

            def change(data, name=name, place=place, value=value):
                data[name][place] = value

            self.refused_by_all(change, f"variable {name}: found {found}", but=("inspect",))

    def test_a_result_that_is_not_finished_has_no_numbers(self):
        def change(data):
            del data["provenance"].attrs["wall_seconds"]

        self.refused_by_all(change, "its run was not finished; go on with the run", but=("inspect",))

    def test_a_file_that_claims_more_than_it_can_hold(self):
        file = self.here / "claims.h5"
        hearth(
            "run",
            "england",
            "--authorities",
            "420",
            "--months",
            "24",
            "--replicates",
            "1",
            "--without",
            "effects",
            "-q",
            "-o",
            file,
            cwd=ROOT,
        )
        with h5py.File(file, "r+") as data:
            replicates = 100_000
            for name in list(data):
                item = data[name]
                if not isinstance(item, h5py.Dataset) or name == "provenance":
                    continue
                dims = [d[0].name[1:] if len(d) else "" for d in item.dims] if item.ndim > 1 else []
                if "replicate" not in dims:
                    continue
                shape = tuple(replicates if d == "replicate" else n for d, n in zip(dims, item.shape))
                kind, attributes = item.dtype, {k: v for k, v in item.attrs.items() if k != "DIMENSION_LIST"}
                del data[name]
                new = data.create_dataset(name, shape=shape, dtype=kind, chunks=(1,) * len(shape), compression="gzip")
                new.attrs.update(attributes)
                for d, dimension in enumerate(dims):
                    if dimension != "replicate":
                        new.dims[d].attach_scale(data[dimension])
            del data["replicate"]
            data.create_dataset("replicate", data=np.arange(replicates, dtype="i4"))
            data["replicate"].make_scale("replicate")
            for name in data:
                if isinstance(data[name], h5py.Dataset) and data[name].ndim > 1:
                    data[name].dims[1].attach_scale(data["replicate"])
        self.assertIn("bytes of numbers in each byte", hearth("summary", file, code=DATA).stderr)

    def test_a_crash_of_hdf5_is_no_crash_of_ours(self):
        """Of files in which bytes of HDF5's own structure are changed some end HDF5 itself with a segmentation fault."""
        content = self.whole.read_bytes()
        file = self.here / "bytes.h5"
        for mutation in mutate.byte_mutations(content, 1, 20):
            mutation.apply(file)
            result = hearth("inspect", file, code=None)
            self.assertIn(result.returncode, (OK, DATA), (mutation.name, result.stderr))

    def test_a_sample_of_mutations(self):
        """Every kind of damage is tried now and then; more of it with HEARTH_MUTATIONS_EVERY, all of it with
        mutate_results.py PROGRAM."""
        folder = self.here / "mutations"
        folder.mkdir()
        tried, counts, problems = mutate.run(HEARTH, folder, every=EVERY, sanitizer=SANITIZED, thorough=False)
        self.assertEqual(problems, [])
        self.assertGreater(tried, 30)
        self.assertGreater(counts[DATA], counts[OK])

    def test_the_tester_finds_problems(self):
        """A program that does not refuse, or crashes, is found out."""
        folder = self.here / "found"
        folder.mkdir()
        shutil.copy(self.whole, folder / "months.h5")
        fake = folder / "fake"
        for script, expected in (
            ("exit 0", "is not refused"),
            ("kill -SEGV $$", "ended with -11"),
            ("echo no >&2; exit 4", "does not name the file"),
            ("exit 70", "ended with 70"),
        ):
            fake.write_text(f"#!/bin/sh\n{script}\n")
            fake.chmod(0o755)
            tester = mutate.Tester(fake, folder)
            tester.try_file(
                "months",
                0,
                mutate.Mutation("nothing", lambda path: None, mutate.ALL),
                [mutate.Command("summary", ["summary", "F"])],
            )
            self.assertEqual([problem[3] for problem in tester.problems], [expected])


class Writing(InFolder):
    """An older file stays as it was until a new one is whole, whatever goes wrong (write_file.hpp)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.result = cls.here / "result.h5"
        hearth("run", "england", *TINY, "-o", cls.result, cwd=ROOT)
        for k in (1, 2):
            hearth("run", "england", *TINY, "--shard", f"{k}/2", "-o", cls.here / f"shard{k}.h5", cwd=ROOT)

    def commands(self):
        """Each command that takes -o, and the file that it writes where it is told OUT."""
        shards = [self.here / f"shard{k}.h5" for k in (1, 2)]
        return {
            "run": (["run", "england", *TINY, "-o", "OUT"], "h5"),
            "merge": (["merge", *shards, "-o", "OUT"], "h5"),
            "merge --virtual": (["merge", *shards, "-o", "OUT", "--virtual"], "h5"),
            "export": (["export", self.result, "-o", "OUT"], "csv"),
            "export --as hubverse": (["export", self.result, "--as", "hubverse", "-o", "OUT"], "csv"),
            "report": (["report", self.result, "--no-families", "-o", "OUT"], "html"),
            "trace": (
                ["trace", "england", "--authority", "857", "--months", "12", "--family", "1", "-o", "OUT"],
                "txt",
            ),
            "check": (["check", "tests/analysis/targets.json", "-q", "-o", "OUT"], "json"),
            "new": (["new", "mine", "--for", "Rutland", "--force", "-o", "OUT"], "json"),
            "infer": (["infer", "tests/results/small_study.json", "--replicates", "1", "-q", "-o", "OUT"], "json"),
        }

    def test_commands_know_each_that_writes(self):
        """So that a new one cannot be forgotten here. Those that take minutes are tested by their own tests."""
        text = hearth("--help").stdout
        names = re.findall(r"^  (\w+)  ", text, re.M)
        writers = {name for name in names if "--output" in hearth(name, "--help").stdout}
        known = {name.split()[0] for name in self.commands()} | {"calibrate", "forecast", "hindcast", "profile"}
        self.assertEqual(writers - known, set())

    def older(self, name, ending):
        folder = self.here / f"older_{name.replace(' ', '_')}"
        folder.mkdir(exist_ok=True)
        file = folder / f"out.{ending}"
        file.write_text("an older file")
        return file

    def assert_intact(self, name, file):
        self.assertEqual(file.read_text(), "an older file", name)
        left = sorted(path.name for path in file.parent.iterdir() if not path.name.endswith((".partial", ".journal")))
        self.assertEqual(left, [file.name], name)

    def test_a_full_disk_leaves_the_older_file(self):
        for name, (words, ending) in self.commands().items():
            file = self.older(name, ending)
            words = [file if word == "OUT" else word for word in words]
            result = hearth(
                *words, cwd=ROOT, code=None, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
            )
            self.assertEqual(result.returncode, DATA, (name, result.stderr))
            self.assertIn(f"cannot write {file}", result.stderr, name)
            self.assert_intact(name, file)

    def test_a_folder_that_is_gone_is_named(self):
        for name, (words, ending) in self.commands().items():
            file = self.here / "gone" / f"out.{ending}"
            result = hearth(*[file if word == "OUT" else word for word in words], cwd=ROOT, code=None)
            self.assertEqual(result.returncode, DATA, (name, result.stderr))
            self.assertIn("there is no directory", result.stderr, name)

    @unittest.skipIf(os.geteuid() == 0 and shutil.which("setpriv") is None, "root may write anywhere")
    def test_a_folder_without_permission_leaves_the_older_file(self):
        other = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
        self.here.chmod(0o755)
        if other and subprocess.run([*other, HEARTH, "--version"], capture_output=True).returncode != OK:
            self.skipTest("the program is where only root may go")
        for name, (words, ending) in self.commands().items():
            file = self.older(name, ending)
            file.parent.chmod(0o555)
            words = [str(file if word == "OUT" else word) for word in words]
            result = subprocess.run([*other, HEARTH, *words], cwd=ROOT, capture_output=True, text=True)
            file.parent.chmod(0o755)
            self.assertEqual(result.returncode, DATA, (name, result.stderr))
            self.assert_intact(name, file)

    def test_killed_it_leaves_the_older_file(self):
        file = self.older("killed", "txt")
        words = ["trace", "england", "--authority", "Norfolk", "--families", "50", "-o", file]
        process = subprocess.Popen([HEARTH, *map(str, words)], cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.assertEqual(file.read_text(), "an older file")

    def test_standard_output_that_is_full_is_no_success(self):
        for words in (
            ["export", self.result],
            ["summary", self.result],
            ["inspect", self.result, "--json"],
            ["trace", "england", "--authority", "857", "--months", "12", "--family", "1"],
        ):
            with open("/dev/full", "w") as full:
                self.assertEqual(hearth(*words, cwd=ROOT, code=None, stdout=full).returncode, DATA, words)

    def test_a_device_is_written_not_replaced(self):
        for words in (["export", self.result, "-o", "/dev/stdout"], ["export", self.result, "-o", "/dev/null"]):
            text = hearth(*words, cwd=ROOT).stdout
            self.assertEqual(text.startswith("arm,level,code,"), words[-1] == "/dev/stdout")
        self.assertTrue(Path("/dev/null").is_char_device())
        self.assertEqual(hearth("export", self.result, "-o", "/dev/full", code=None).returncode, DATA)
        self.assertIn(
            "cannot be a pipe or a device",
            hearth("merge", self.here / "shard1.h5", self.here / "shard2.h5", "-o", "/dev/null", code=DATA).stderr,
        )


R_LOOKS = """
library(ncdf4)
for (file in commandArgs(TRUE)) {
  data <- nc_open(file)
  looked_after <- ncvar_get(data, "looked_after", collapse_degen = FALSE)
  cat(file, dim(looked_after), ncvar_get(data, "arm"), sum(looked_after), ncatt_get(data, "time", "units")$value, "\\n",
      sep = "|")
  nc_close(data)
}
"""


class Elsewhere(InFolder):
    """Cases 21, 24 and 25: one scenario, read by other programs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.here / "plain.h5"
        hearth("run", field_scenario(cls.here, "mine"), "-q", "-o", cls.plain)

    def results(self):
        """A default result, of years, summarised, a shard, and merged."""
        out = {"plain": self.plain}
        for name, output in (("years", {"every": "year"}), ("summarised", {"every": "month", "replicates": "summary"})):
            out[name] = self.here / f"{name}.h5"
            hearth("run", field_scenario(self.here, name, output=output), "-q", "-o", out[name])
        for k in (1, 2):
            out[f"shard{k}"] = self.here / f"shard{k}.h5"
            hearth("run", self.here / "mine.json", "-q", "--shard", f"{k}/2", "-o", out[f"shard{k}"])
        out["merged"] = self.here / "merged.h5"
        hearth("merge", out["shard1"], out["shard2"], "-o", out["merged"])
        for k in (1, 2):  # it stands alone
            out.pop(f"shard{k}").rename(self.here / f"elsewhere{k}.h5")
        return out

    def test_21_xarray_and_r_open_every_kind(self):
        """With names of dimensions, dates and text, without further arguments."""
        results = self.results()
        arms = ["business_as_usual", "late", "no_effect", "shock_of_one"]
        sums = {}
        for name, file in results.items():
            for engine in ("netcdf4", "h5netcdf"):
                with xr.open_dataset(file, engine=engine) as data:
                    place = "area" if name == "summarised" else "authority"
                    self.assertEqual(data.looked_after.dims, ("arm", "replicate", place, "time"), (name, engine))
                    self.assertEqual(sorted(data.arm.values), arms)
                    first = {"years": "2023-03-31"}.get(name, "2022-04-30")
                    self.assertEqual(str(data.time.values[0])[:10], first)
                    self.assertIn("Norfolk", data.authority_name.values)
                    sums[name] = int(data.looked_after.sum())
            with xr.open_dataset(file, group="provenance") as provenance:
                json.loads(provenance.scenario.item())
        self.assertEqual(sums["plain"], sums["merged"])
        if shutil.which("Rscript") is None:
            self.skipTest("without R")
        looked = subprocess.run(["Rscript", "-e", R_LOOKS, *map(str, results.values())], capture_output=True, text=True)
        self.assertEqual(looked.returncode, OK, looked.stderr)
        lines = looked.stdout.splitlines()
        self.assertEqual(len(lines), len(results))
        for (name, file), line in zip(results.items(), lines):
            fields = line.split("|")
            self.assertEqual(sorted(fields[5:9]), arms)
            self.assertEqual((int(fields[9]), fields[10]), (sums[name], "days since 1970-01-01"))

    def test_24_the_hubverse_file_is_valid(self):
        """As the checks of a hub are documented: columns, dates, codes, levels as the hub writes them, quantiles
        that do not cross, NA without quotes, nothing twice, samples numbered from 1."""
        file = self.here / "2022-03-31-council-hearth.csv"
        hearth("export", self.plain, "--as", "hubverse", "--every-replicate", "-o", file)
        self.assertEqual(hubverse_mistakes(file.read_text(encoding="utf-8")), [])

    def test_24_the_check_can_fail(self):
        hearth("export", self.plain, "--as", "hubverse", "--every-replicate", "-o", self.here / "hub.csv")
        text = (self.here / "hub.csv").read_text()
        for before, after in (
            ("quantile,0.025,", "quantile,0.0250000001,"),
            ("E10000020", "E1000020"),
            (",NA,", ',"",'),
            ("sample,1,", "sample,0,"),
        ):
            self.assertIn(before, text)
            self.assertNotEqual(hubverse_mistakes(text.replace(before, after)), [], after)
        lines = text.splitlines(keepends=True)
        self.assertNotEqual(hubverse_mistakes("".join([*lines, lines[-1]])), [])

    def test_25_nothing_happens_before_its_time(self):
        """An arm is business as usual to the bit until it adopts; one without effects differs in what the model
        costs and how it is practised; a shock of ratio one changes nothing."""
        own = {"cost", "fidelity", "leadership", "practitioners_fte"}
        with xr.open_dataset(self.plain) as data:
            usual = data.sel(arm="business_as_usual", drop=True)
            adopts = 36  # months from the origin to April 2025
            for name in data.data_vars:
                if "time" not in data[name].dims:
                    continue

                def equal(arm, months=slice(None), name=name):
                    return np.array_equal(data[name].sel(arm=arm).isel(time=months), usual[name].isel(time=months))

                self.assertTrue(equal("late", slice(0, adopts)), name)
                self.assertTrue(equal("shock_of_one"), name)
                if name not in own:
                    self.assertTrue(equal("no_effect"), name)
            for name in own:
                self.assertFalse(np.array_equal(data[name].sel(arm="no_effect"), usual[name]), name)
            self.assertFalse(np.array_equal(data.looked_after.sel(arm="late"), usual.looked_after))

    def test_25_norfolk_is_the_same_among_others(self):
        """Whatever other authorities are simulated, and whatever the number of replicates. Only Norfolk adopts:
        authorities that adopt recruit from the same people."""
        document = json.loads((CASES / "25-nothing-before-its-time/scenario.json").read_text())
        for arm in document["arms"].values():
            for adoption in (arm or {}).get("adoption", []):
                adoption["authorities"] = ["Norfolk"]
        one, other = self.here / "one.h5", self.here / "others.h5"
        hearth("run", field_scenario(self.here, "one", arms=document["arms"]), "-q", "-o", one)
        hearth(
            "run",
            field_scenario(
                self.here, "others", arms=document["arms"], authorities=["Norfolk", "Rutland"], replicates=3
            ),
            "-q",
            "-o",
            other,
        )
        with xr.open_dataset(one) as alone, xr.open_dataset(other) as among:
            for name in alone.data_vars:
                if "time" in alone[name].dims:
                    self.assertTrue(
                        np.array_equal(alone[name].isel(replicate=slice(0, 3)), among[name].sel(authority=[926])), name
                    )


def hubverse_mistakes(text):
    rows = list(csv.DictReader(text.splitlines()))
    out = []
    columns = list(rows[0])
    if columns[-3:] != ["output_type", "output_type_id", "value"] or text.startswith("\ufeff"):
        out.append(f"columns {columns}")
    levels = ["0.01", "0.025", *[f"{0.05 * i:.2f}".rstrip("0") for i in range(1, 20)], "0.975", "0.99"]
    seen, quantiles, medians = set(), {}, {}
    for row in rows:
        task = tuple(row[c] for c in columns[:-3])
        key = (*task, row["output_type"], row["output_type_id"])
        if key in seen:
            out.append(f"{key} twice")
        seen.add(key)
        for column, form in (("origin_date", r"\d{4}-\d\d-\d\d"), ("location", r"E\d{8}"), ("horizon", r"\d+")):
            if not re.fullmatch(form, row[column]):
                out.append(f"{column} {row[column]}")
        value, kind, which = float(row["value"]), row["output_type"], row["output_type_id"]
        if not (np.isfinite(value) and value >= 0):
            out.append(f"value {row['value']}")
        if kind == "quantile":
            quantiles.setdefault(task, {})[which] = value
        elif kind in ("mean", "median"):
            if which != "NA":
                out.append(f"{kind} {which!r}")
            if kind == "median":
                medians[task] = value
        elif kind != "sample" or not re.fullmatch(r"[1-9]\d*", which):
            out.append(f"{kind} {which}")
    if '"NA"' in text:
        out.append("NA in quotes")
    for task, found in quantiles.items():
        if sorted(found, key=float) != levels:
            out.append(f"levels {sorted(found)}")
        values = [found[level] for level in sorted(found, key=float)]
        if values != sorted(values):
            out.append("quantiles cross")
        if task in medians and "0.5" in found and abs(medians[task] - found["0.5"]) > 1e-9:
            out.append("median")
    return out + ([] if quantiles else ["no quantiles"])


class Aliases(unittest.TestCase):
    """What pandas 3 took away is in no example. That they run: test_examples.py."""

    GONE = re.compile(
        r"""resample\(\w+=["'](A|AS|BA|Y|Q|M|BM|H|T|S|L)(-[A-Z]{3})?["']|freq=["'](A|AS|Y|Q|M|H|T|S)(-[A-Z]{3})?["']"""
        r"|\.applymap\(|\.iteritems\(|delim_whitespace|line_terminator"
    )

    def test_23_no_example_uses_what_pandas_3_took_away(self):
        for wrong in ('resample(time="A-MAR")', "freq='M'", "table.applymap(f)"):
            self.assertRegex(wrong, self.GONE)
        for path in [
            ROOT / "outputs/README.md",
            ROOT / "README.md",
            *ROOT.glob("docs/**/*.md"),
            *ROOT.glob("notebooks/*.ipynb"),
            *ROOT.glob("python/**/*.py"),
            *ROOT.glob("tools/*.py"),
            *ROOT.glob("tests/**/*.py"),
        ]:
            if path.name != Path(__file__).name:
                self.assertNotRegex(path.read_text(encoding="utf-8").replace('\\"', '"'), self.GONE, path)


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    SANITIZED = "asan" in str(HEARTH) or "tsan" in str(HEARTH)
    unittest.main()
