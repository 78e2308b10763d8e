#!/usr/bin/python3
"""The documents hold together: links lead somewhere, commands exist, tables are in step with what they are made from,
names of parameters and levers are those of the program. Usage: PROGRAM"""

import functools
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/hearth"
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import tables  # noqa: E402

OWN_FOLDERS = {"build", "outputs", ".git"}  # outputs/ holds results besides its README
DOCUMENTS = sorted(
    {p for p in ROOT.rglob("*.md") if p.relative_to(ROOT).parts[0] not in OWN_FOLDERS and "node_modules" not in p.parts}
    | {ROOT / "outputs/README.md"}
)
FENCE = re.compile(r"^( *)```.*?^\1```$", re.M | re.S)
# Outside hosts that documents may name.
HOSTS = {"www.nationalarchives.gov.uk"}


def read(path):
    return path.read_text(encoding="utf-8")


def name(path):
    return str(path.relative_to(ROOT))


def run(*arguments):
    return subprocess.run([str(PROGRAM), *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)


def nodes(tree):
    """Every object of a JSON document."""
    if isinstance(tree, dict):
        yield tree
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else []:
        yield from nodes(value)


def prose(text):
    """Without blocks and spans of code."""
    return re.sub(r"`[^`\n]*`", "``", FENCE.sub("", text))


def anchors(text):
    """The anchors that the headings of a document make."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-")
        found.add(slug)
    return found


def link_mistakes(path, text):
    out = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
        if target.startswith(("http://", "https://")):
            if target.split("/")[2] not in HOSTS:
                out.append(f"{target}: a host that is not in HOSTS")
            continue
        file, _, anchor = target.partition("#")
        at = (path.parent / file).resolve() if file else path
        if not at.exists() or ROOT not in [at, *at.parents]:
            out.append(f"{target}: no such file")
        elif anchor and anchor not in anchors(read(at)):
            out.append(f"{target}: no such heading")
    return out


def commands(text):
    """Lines that a reader is told to type, in indented or fenced blocks, without what they leave to the shell."""
    for line in text.splitlines():
        typed = re.fullmatch(r"(?: {4,}|)((?:\./run|\./test|(?:build/release/)?hearth|tools/\w+\.py)(?: .*)?)", line)
        if typed:
            yield shlex.split(re.sub(r"\s+[>#&|].*", "", typed[1]))


def command_mistakes(words):
    program, rest = pathlib.Path(words[0]).name, words[1:]
    if program == "test":
        return []
    if words[0].startswith("tools/"):
        if not (ROOT / words[0]).exists():
            return ["no such script"]
        accepted = read(ROOT / words[0])
        return [f"{o}: no such option" for o in rest if o.startswith("--") and f'"{o}"' not in accepted]
    if program == "run":
        rest = ["run", *rest]
    if not rest or rest[0].startswith("-"):
        help_text, options = run("--help").stdout, rest
    else:
        if re.search(rf"^  {re.escape(rest[0])} ", run("--help").stdout, re.M) is None:
            return [f"{rest[0]}: no such subcommand"]
        help_text, options = run(rest[0], "--help").stdout, rest[1:]
        if rest[0] == "run" and options and options[0].startswith("scenarios/") and "mine" not in options[0]:
            if not (ROOT / options[0]).exists():
                return [f"{options[0]}: no such scenario"]
    return [
        f"{o}: no such option"
        for o in options
        if o.startswith("-") and re.search(rf"(^|[\s,]){re.escape(o.split('=')[0])}\b", help_text) is None
    ]


# What only one machine, or no reader, has: paths of a disk, addresses, unfinished business.
FORBIDDEN = re.compile(
    r"(?<![\w.])/(home|root|tmp|work|mnt|srv|opt|Users)/\w|localhost|\b\d{1,3}(\.\d{1,3}){3}\b"
    r"|\b(TODO|FIXME|XXX|TBD|lorem ipsum)\b",
    re.I,
)


@functools.cache
def levers():
    """Their names, some of which look like parameters: engagement.start is both."""
    found = {
        option["const"]
        for node in nodes(json.loads(run("schema", "service-model").stdout))
        if isinstance(node.get("lever"), dict)
        for option in node["lever"].get("oneOf", [])
    }
    assert len(found) > 15, "the schema of service models lists no levers"
    return found


def parameter_mistakes(text, names):
    """Spans of code that look like parameters but are none."""
    families = {n.split(".")[0] for n in names}
    out = []
    for span in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)):
        if re.fullmatch(r"[a-z_0-9]+(\.[a-z_0-9*<>]+)+", span) is None or span.split(".")[0] not in families:
            continue
        if re.search(r"\.(json|csv|py|md|h5|cpp|hpp|log|def)$", span) or span in levers():
            continue
        pattern = re.sub(r"<\w+>|\\\*", r".+", re.escape(span).replace(r"\<", "<").replace(r"\>", ">"))
        if not any(re.fullmatch(pattern, n) for n in names):
            out.append(span)
    return out


class Documents(unittest.TestCase):
    def each(self, mistakes_of):
        self.assertGreater(len(DOCUMENTS), 15)
        for path in DOCUMENTS:
            with self.subTest(document=name(path)):
                self.assertEqual(mistakes_of(path, read(path)), [])

    def test_links_lead_somewhere(self):
        self.each(link_mistakes)

    def test_nothing_of_one_machine(self):
        self.each(lambda path, text: [match[0] for match in FORBIDDEN.finditer(text)])

    def test_commands_exist(self):
        found = 0
        for path in DOCUMENTS:
            for words in commands(read(path)):
                found += 1
                with self.subTest(document=name(path), command=" ".join(words)):
                    self.assertEqual(command_mistakes(words), [])
        self.assertGreater(found, 15)

    def test_files_that_are_named_exist(self):
        folders = "tools|docs|engine|scenarios|tests|bench"
        for path in DOCUMENTS:
            for span in re.findall(r"`([^`\n]+)`", FENCE.sub("", read(path))):
                if re.fullmatch(rf"({folders})/[\w./-]+\.\w+", span) and "mine" not in span:
                    with self.subTest(document=name(path), file=span):
                        self.assertTrue((ROOT / span).exists())

    def test_the_scenario_of_the_common_tasks_is_valid(self):
        snippet = re.search(r"^    \{\n(?: .*\n|\n)*?    \}\n", read(ROOT / "docs/how-to/common-tasks.md"), re.M)
        self.assertIsNotNone(snippet)
        scenario = json.loads(snippet[0])
        scenario["extends"] = str(ROOT / "scenarios" / scenario["extends"])
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "mine.json"
            file.write_text(json.dumps(scenario), encoding="utf-8")
            result = run("validate", file)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_readme_says_what_intervals_cover(self):
        text = " ".join(read(ROOT / "README.md").split())
        for promise in [
            "Intervals cover chance, drift, parameters and effects",
            "do not cover what the model leaves out",
            "never a named child",
            "Contains public sector information licensed under the Open Government Licence v3.0",
        ]:
            self.assertIn(promise, text)

    def test_readme_says_of_its_table_what_is_so(self):
        text = read(ROOT / "README.md")
        self.assertIn("Every interval of the last two columns includes zero", " ".join(text.split()))
        table = text[text.index("<!-- table: result -->") : text.index("<!-- end of table: result -->")]
        rows = [line.split("|")[-3:-1] for line in table.splitlines()[3:] if line.startswith("|")]
        self.assertGreaterEqual(len(rows), 9)
        for cell in (cell for row in rows for cell in row):
            low, high = re.search(r"\((.+) to (.+)\)", cell).groups()
            self.assertTrue(low.startswith("−") and high.startswith("+"), cell)

    def test_decisions_are_complete_and_numbered(self):
        records = sorted((ROOT / "docs/adr").glob("*.md"))
        self.assertGreaterEqual(len(records), 10)
        for i, path in enumerate(records, 1):
            with self.subTest(record=path.name):
                text = read(path)
                self.assertTrue(path.name.startswith(f"{i:04d}-"))
                self.assertTrue(text.startswith(f"# {i}. "))
                self.assertEqual(
                    re.findall(r"^\*\*(\w+)\.\*\*", text, re.M), ["Context", "Decision", "Consequences", "Alternatives"]
                )
                self.assertLess(len(text.split()), 400, "longer than a page")


class Tables(unittest.TestCase):
    def test_documents_are_in_step(self):
        for path, text in tables.documents().items():
            with self.subTest(document=name(path)):
                self.assertEqual(read(path), text, f"{name(path)} is out of step: run tools/tables.py")

    def test_the_registry_is_read_as_the_program_reads_it(self):
        rows = {p["name"]: p for _, section in tables.registry() for p in section}
        # From 31 March 2022, when unit costs are those of the registry.
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "then.json"
            arms = {"protection_only": None, "support_is_protection": None}
            then = {"extends": str(ROOT / "scenarios/england.json"), "origin": "2022-03-31", "arms": arms}
            file.write_text(json.dumps(then), encoding="utf-8")
            resolved = json.loads(run("resolve", file, "--json").stdout)
        program = {
            row["name"].removeprefix("/parameters/"): row for row in resolved if row["name"].startswith("/parameters/")
        }
        self.assertEqual(set(rows), set(program))
        fit = tables.read_json(ROOT / "scenarios/england/calibrations/2022.json")["parameters"]
        for key, p in rows.items():
            with self.subTest(parameter=key):
                self.assertEqual(fit.get(key, p["default"]), program[key]["value"])
                self.assertEqual(
                    [p[k] for k in ["unit", "certainty", "source"]],
                    [program[key][k] for k in ["unit", "certainty", "source"]],
                )

    def test_registry_bounds_are_those_of_the_schema(self):
        schema = run("schema", "scenario").stdout
        properties = {}
        for node in nodes(json.loads(schema)):
            properties.update(
                {k: v["anyOf"][0] for k, v in node.items() if "." in k and "anyOf" in v}
            )  # a number, or a draw
        checked = 0
        for _, section in tables.registry():
            for p in section:
                if p["name"] in properties:
                    checked += 1
                    found = properties[p["name"]]
                    self.assertEqual([p["lower"], p["upper"]], [found["minimum"], found["maximum"]], p["name"])
        self.assertGreater(checked, 200)

    def test_a_table_out_of_step_is_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "document.md"
            file.write_text("<!-- table: fit -->\nold\n<!-- end of table: fit -->\n", encoding="utf-8")
            self.assertEqual(
                tables.with_tables(file, {"fit": "new"}), "<!-- table: fit -->\nnew\n<!-- end of table: fit -->\n"
            )


class Model(unittest.TestCase):
    def test_parameters_are_called_by_their_names(self):
        names = [p["name"] for _, section in tables.registry() for p in section]
        for document in ["docs/model.md", "docs/calibration.md", "docs/evidence.md"]:
            with self.subTest(document=document):
                self.assertEqual(parameter_mistakes(read(ROOT / document), names), [])

    def test_every_lever_and_switch_has_its_place(self):
        text = read(ROOT / "docs/model.md")
        wanted = sorted(levers()) + [
            p["name"] for _, section in tables.registry() for p in section if p["certainty"] == "switch"
        ]
        for word in wanted:
            with self.subTest(word=word):
                self.assertTrue(f"`{word}`" in text or f"`{word.split('.')[0]}.*`" in text)

    def test_every_mechanism_has_a_chapter(self):
        text = read(ROOT / "docs/model.md")
        mechanisms = sorted(path for path in (ROOT / "engine/model").iterdir() if path.is_dir())
        self.assertGreater(len(mechanisms), 5)
        for folder in mechanisms:
            with self.subTest(mechanism=folder.name):
                self.assertTrue(f"`engine/model/{folder.name}/" in text)


class Checks(unittest.TestCase):
    """The checks above can fail."""

    def test_links(self):
        at = ROOT / "README.md"
        self.assertEqual(link_mistakes(at, "[a](docs/model.md#needs) [b](LICENSE)"), [])
        self.assertEqual(
            len(link_mistakes(at, "[a](docs/nothing.md) [b](docs/model.md#nothing) [c](https://a.b/c)")), 3
        )

    def test_commands(self):
        lines = "    hearth summary a.h5 --csv > b\n    ./run scenarios/england.json --replicates 3  # comment\n"
        self.assertEqual([command_mistakes(c) for c in commands(lines)], [[], []])
        wrong = "hearth sumary a\nhearth run england --replicate 3\n./run scenarios/none.json\ntools/none.py --x\n"
        self.assertTrue(all(command_mistakes(c) for c in commands(wrong)))
        self.assertEqual(len(list(commands(wrong))), 4)

    def test_words(self):
        for wrong in ["see /home/x/y", "at 10.0.0.1", "TODO: more"]:
            self.assertRegex(wrong, FORBIDDEN)
        for right in ["outputs/home.h5", "docs/home", "version 0.1.0", "1.2.3"]:
            self.assertNotRegex(right, FORBIDDEN)

    def test_parameters(self):
        names = ["needs.a.onset", "feedback.caseload", "care.leaving.16_plus"]
        self.assertEqual(
            parameter_mistakes("`needs.<need>.onset` `feedback.caseload` `care.leaving.*` `fit.csv`", names), []
        )
        self.assertEqual(parameter_mistakes("`feedback.cases` `needs.onset`", names), ["feedback.cases", "needs.onset"])
        self.assertEqual(
            parameter_mistakes("`pre_proceedings.resolved` `pre_proceedings.solved`", ["pre_proceedings.court_share"]),
            ["pre_proceedings.solved"],
        )


if __name__ == "__main__":
    if len(sys.argv) > 1 and pathlib.Path(sys.argv[1]).exists():
        PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
