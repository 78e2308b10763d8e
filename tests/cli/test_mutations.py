#!/usr/bin/python3
"""Whatever is done to a key or value of a scenario, a service model or a table, hearth validate takes it or says what is
wrong with it: exit code 0 or 3, never another.

Usage: test_mutations.py build/release/hearth [--mutations N]  (some hundreds, always the same; or N)
"""

import functools
import json
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTH = ROOT / "build/release/hearth"
SCENARIOS = sorted(p for folder in ("", "examples", "known") for p in (ROOT / "scenarios" / folder).glob("*.json"))
MODELS = sorted((ROOT / "scenarios/england/service_models").glob("*.json"))
TARGETS = ROOT / "tests/analysis/targets.json"
SAMPLE = 250
BATCH = 100


class Pairs(list):
    """An object as its pairs, so that a key can be there twice."""


def text_of(value):
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(k)}:{text_of(v)}" for k, v in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text_of, value)) + "]"
    return json.dumps(value)


@functools.cache
def load(file):
    text = re.sub(r"(?m)(^|(?<=[\s,{\[]))//.*$", "", file.read_text())
    return json.loads(text, object_pairs_hook=Pairs)


def places(value, path=()):
    """The path of every value below; positions of pairs and items."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield (*path, i)
            yield from places(item[1] if isinstance(value, Pairs) else item, (*path, i))


def change(value, path, what):
    """A copy in which the container of the last step of `path` was changed by what(copy of container, position)."""
    kind = type(value)
    copy = kind(value)
    if len(path) == 1:
        what(copy, path[0])
        return copy
    at = path[0]
    inner = copy[at][1] if isinstance(copy, Pairs) else copy[at]
    changed = change(inner, path[1:], what)
    copy[at] = (copy[at][0], changed) if isinstance(copy, Pairs) else changed
    return copy


def put(new):
    def what(container, at):
        old = container[at][1] if isinstance(container, Pairs) else container[at]
        value = new(old)
        container[at] = (container[at][0], value) if isinstance(container, Pairs) else value

    return what


def rename(how):
    def what(container, at):
        if isinstance(container, Pairs):
            container[at] = (how(container[at][0]), container[at][1])
        else:
            container[at] = Pairs([("item", container[at])])

    return what


MUTATIONS = {
    "delete": lambda container, at: container.pop(at),
    "duplicate": lambda container, at: container.insert(at, container[at]),
    "swap": lambda container, at: container.insert(0, container.pop(at)),
    "rename": rename(lambda key: key[:-1] + ("z" if key[-1:] != "z" else "s")),
    "capital": rename(str.upper),
    "no name": rename(lambda key: ""),
    "invisible": rename(lambda key: key[:1] + "\u00a0" + key[1:]),
}
for name, new in {
    "null": None,
    "true": True,
    "nothing": "",
    "word": "x",
    "list": [],
    "object": Pairs(),
    "minus": -1,
    "zero": 0,
    "half": 0.5,
    "huge": 1e308,
    "large": 10**18,
    "long": "y" * 3000,
    "folder": "/",
    "up": "..",
    "nul": "a\u0000b",
    "emoji": "\U0001f600",
    "month": "2022-13",
    "deep": [[[[[[1]]]]]],
}.items():
    MUTATIONS[name] = put(lambda old, new=new: new)
MUTATIONS["in a list"] = put(lambda old: [old])
MUTATIONS["in an object"] = put(lambda old: Pairs([("value", old)]))
MUTATIONS["as text"] = put(lambda old: old if isinstance(old, str) else text_of(old))
MUTATIONS["times -1000"] = put(lambda old: -1000 * old if isinstance(old, (int, float)) else old)
MUTATIONS["backwards"] = put(lambda old: type(old)(reversed(old)) if isinstance(old, list) else str(old)[::-1])


def mutations():
    """(what, file text to be written, as a model) of every mutation of every file."""
    for file in [*SCENARIOS, TARGETS, *MODELS]:
        document = load(file)
        for path in places(document):
            for name in MUTATIONS:
                yield file, path, name


def mutated(file, path, name):
    document = change(load(file), path, MUTATIONS[name])
    if file in MODELS:
        return document

    def absolute(value):
        named = isinstance(value, str) and 0 < len(value) < 200 and "\0" not in value
        return str((file.parent / value).resolve()) if named and (file.parent / value).exists() else value

    out = Pairs()
    for key, value in document:
        if key in ("extends", "data", "calibration"):
            value = absolute(value)
        elif key == "service_models" and type(value) is list:
            value = [absolute(item) for item in value]
        out.append((key, value))
    return out


class Mutations(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = Path(directory.name)

    def validate(self, files):
        return subprocess.run(
            [HEARTH, "validate", "--json", *(self.folder / file for file in files)],
            capture_output=True,
            cwd=ROOT,
            timeout=600,
        )  # where the tables of England are found

    def check(self, chosen):
        """Of all: how many are still valid."""
        valid = 0
        for first in range(0, len(chosen), BATCH):
            files = {}
            for i, (file, path, name) in enumerate(chosen[first : first + BATCH]):
                made = self.folder / f"{i}.json"
                document = text_of(mutated(file, path, name))
                if file in MODELS:
                    (self.folder / f"{i}_model.json").write_text(document)
                    document = json.dumps(
                        {
                            "extends": str(ROOT / "scenarios/england.json"),
                            "name": "with_model",
                            "authorities": ["Norfolk"],
                            "service_models": [f"{i}_model.json"],
                        }
                    )
                made.write_text(document)
                files[made.name] = (file.name, path, name)
            result = self.validate(list(files))
            if result.returncode not in (0, 3):
                for made, what in files.items():
                    alone = self.validate([made])
                    with self.subTest(what):
                        self.assertIn(alone.returncode, (0, 3), alone.stderr.decode(errors="replace")[-600:])
                self.fail("they end it together only")
            records = json.loads(result.stdout)
            records = records if isinstance(records, list) else [records]
            self.assertEqual(len(records), len(files))
            for record, what in zip(records, files.values()):
                valid += record["valid"]
                if not record["valid"]:
                    for mistake in record["mistakes"]:
                        self.assertTrue(mistake["found"] and (mistake["allowed"] or mistake["hint"]), (what, mistake))
                        self.assertGreater(mistake["line"], 0, (what, mistake))
        return valid

    def test_scenarios_and_service_models(self):
        every = list(mutations())
        chosen = random.Random(28).sample(every, min(SAMPLE, len(every)))
        valid = self.check(chosen)
        self.assertGreater(len(every), 20000)
        self.assertGreater(valid, len(chosen) // 100)  # a title may be anything
        self.assertLess(valid, len(chosen) // 2)

    TABLE = (
        "service_model,authorities,start,only,with,without,grant_end,partners_agree,note\n"
        "family_safeguarding,Norfolk,2022-10,,,,2025-03,2025-04,first\n"
        "no_wrong_door,Norfolk;Suffolk,2023-04,,,,,,second\n"
    )

    def test_tables_of_adoptions(self):
        rows = [line.split(",") for line in self.TABLE.splitlines()]
        cells = [
            "",
            "x",
            "-1",
            "2022-10",
            "Oct-22",
            "all",
            ";",
            ";;",
            "Norfolk;",
            '"',
            '""',
            'a"b',
            "\ufeff",
            "\u00a0",
            "1e309",
            "\t",
            "y" * 3000,
            "926.0",
            "\udcff",
            "sep=,",
            "\0",
            "\r",
        ]
        files = []
        for r in range(len(rows)):
            for c in range(len(rows[r])):
                for cell in cells:
                    changed = [list(row) for row in rows]
                    changed[r][c] = cell
                    files.append("\n".join(",".join(row) for row in changed) + "\n")
        files += [self.TABLE[:i] for i in range(len(self.TABLE))]
        chosen = random.Random(19).sample(files, min(SAMPLE // 2, len(files)))
        for i, text in enumerate(chosen):
            (self.folder / f"{i}.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
            (self.folder / f"{i}.json").write_text(
                json.dumps(
                    {
                        "extends": str(ROOT / "scenarios/england.json"),
                        "name": "mine",
                        "authorities": ["Norfolk", "Suffolk"],
                        "arms": {"protection_only": None, "support_is_protection": {"adoption": f"{i}.csv"}},
                    }
                )
            )
        for first in range(0, len(chosen), BATCH):
            result = self.validate([f"{i}.json" for i in range(first, min(first + BATCH, len(chosen)))])
            self.assertIn(result.returncode, (0, 3), result.stderr.decode(errors="replace")[-600:])


if __name__ == "__main__":
    if "--mutations" in sys.argv:
        at = sys.argv.index("--mutations")
        SAMPLE = int(sys.argv.pop(at + 1))
        sys.argv.pop(at)
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        HEARTH = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
