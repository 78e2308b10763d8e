#!/usr/bin/python3
"""Makes a site with search of the documents, with a reference of the Python package and of the C++ library.

    tools/make_site.py [--to FOLDER]   into build/site, unless another folder is named
    tools/make_site.py --serve         and shows it at the address that it prints, as search needs a server

The documents stay plain Markdown with links that work where they are: the site has the same folders, with README.md as the
first page of each. A link to another file leads to a copy of it, a link to a folder without README.md to a list.
"""

import argparse
import ast
import functools
import html.parser
import http.server
import inspect
import os
import re
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

warnings.simplefilter("ignore", DeprecationWarning)  # of Debian's versions of what mkdocs uses
from mkdocs.commands.build import build  # noqa: E402
from mkdocs.config import load_config  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"(?<=\]\()([^)\s#]+)(?=[)#])")
CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]*`", re.M | re.S)
STYLE = """
.md-grid { max-width: 76rem; }
.md-typeset table:not([class]) { font-size: .68rem; }
.md-typeset table:not([class]) :is(th, td) { padding: .5em .7em; min-width: 0; }
.md-typeset table:not([class]) code { word-break: normal; overflow-wrap: normal; }
.md-typeset pre > code { font-size: .6rem; }
.md-typeset h1 { color: var(--md-default-fg-color); font-weight: 600; }
"""


def title(text):
    return re.search(r"^# (.*)$", text, re.M)[1]


def pages():
    """Every document of the site, below the root of the project."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("scenarios/**/*.md")]
    found += [ROOT / folder / "README.md" for folder in ("bench", "notebooks", "outputs", "tools", "web")]
    return sorted(path.relative_to(ROOT) for path in found)


def folder_page(folder):
    """The list of what a folder holds."""
    out = [f"# {folder.name.capitalize()}", ""]
    for path in sorted((ROOT / folder).iterdir()):
        if path.is_file():
            name = title(path.read_text(encoding="utf-8")) if path.suffix == ".md" else path.name
            out.append(f"- [{name}]({path.name})")
    return "\n".join(out) + "\n"


def lay_out(source):
    """Copies the documents into `source`, and what they link to."""
    copied = set()
    waiting = [(page, (ROOT / page).read_text(encoding="utf-8")) for page in pages()]
    while waiting:
        page, text = waiting.pop()
        copied.add(page)
        # Links in code are none.
        plain = CODE.sub(lambda match: " " * len(match[0]), text)
        out, at = [], 0
        for match in LINK.finditer(plain):
            if "://" in match[1]:
                continue
            target = Path(os.path.relpath((ROOT / page).parent / match[1], ROOT))
            if (ROOT / target).is_dir():
                out += [text[at : match.start()], match[1].rstrip("/") + "/README.md"]
                at = match.end()
                target /= "README.md"
            if target in copied or target in pages():
                continue
            copied.add(target)
            if target.name == "README.md" and not (ROOT / target).exists():
                waiting.append((target, folder_page(target.parent)))
            elif (ROOT / target).is_file():
                (source / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / target, source / target)
        (source / page).parent.mkdir(parents=True, exist_ok=True)
        (source / page).write_text("".join([*out, text[at:]]), encoding="utf-8")
    for picture in ROOT.glob("docs/images/*"):
        (source / "docs/images").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, source / "docs/images" / picture.name)


def docstring_page(text):
    """A docstring as Markdown: lines "name: what it is", and what is indented below them, become a list."""
    out = []
    for line in text.replace("``", "`").splitlines():
        named = re.match(r"([a-z_]+(?:, [a-z_]+)*): (.*)", line)
        if named:
            if out and out[-1] and not out[-1].startswith(("- ", "  ")):
                out.append("")
            out.append(f"- `{named[1]}`: {named[2]}")
        elif line.startswith("    ") and out and out[-1].startswith(("- ", "  ")):
            out.append("  " + line.strip())
        else:
            if line and out and out[-1].startswith(("- ", "  ")):
                out.append("")
            out.append(line)
    return "\n".join(out)


def signature(node):
    """Of a function as its source has it: an argument in each line."""
    given = node.args
    plain = [None] * (len(given.args) - len(given.defaults)) + given.defaults
    texts = [argument(*pair) for pair in zip(given.args, plain, strict=True)]
    if given.kwonlyargs:
        texts += ["*", *(argument(*pair) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True))]
    inside = ",\n".join(f"    {text}" for text in texts)
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"hearth.{node.name}(\n{inside},\n){returned}" if texts else f"hearth.{node.name}(){returned}"


def argument(arg, default):
    text = arg.arg + (f": {ast.unparse(arg.annotation)}" if arg.annotation else "")
    return text if default is None else f"{text} = {ast.unparse(default)}"


def python_page():
    """The public functions and classes of python/hearth, from their docstrings."""
    package = ROOT / "python/hearth"
    nodes, public = {}, []
    for file in sorted(package.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                nodes[node.name] = node
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "__all__":
                public += ast.literal_eval(node.value)
    out = [
        "# Functions of the Python package",
        "",
        "From the docstrings of `python/hearth`. The " "[reference](../docs/reference/python.md) says more of each.",
        "",
    ]
    for name in public:
        node = nodes[name]
        out += [f"## hearth.{name}", ""]
        if isinstance(node, ast.FunctionDef):
            out += ["```python", signature(node), "```", ""]
        elif node.bases:
            out += [f"A {', '.join(ast.unparse(base) for base in node.bases)}.", ""]
        out += [docstring_page(inspect.cleandoc(ast.get_docstring(node) or "")), ""]
    return "\n".join(out)


def header_page():
    """The public headers, engine/app: what each says of itself, and its declarations with their comments."""
    out = [
        "# The C++ library",
        "",
        "What `find_package(hearth)` gives to another project: these headers "
        "([how to use them](../docs/how-to/install.md)). The command line and the Python package call the same functions.",
        "",
    ]
    for path in sorted((ROOT / "engine/app").glob("*.hpp")):
        text = path.read_text(encoding="utf-8")
        about, _, code = text.partition("#pragma once")
        lines = [line.removeprefix("//").removeprefix(" ") for line in about.splitlines() if line.startswith("//")]
        lead = "\n".join("  " + line if line.startswith("  ") else line for line in lines)  # an example, indented
        code = re.sub(r"^#include .*\n", "", code, flags=re.M)
        code = re.sub(r"^namespace hearth.* \{\n|^\}  // namespace.*\n", "", code, flags=re.M)
        out += [
            f"## {path.relative_to(ROOT / 'engine')}",
            "",
            lead,
            "",
            "```cpp",
            re.sub(r"\n{3,}", "\n\n", code).strip(),
            "```",
            "",
        ]
    return "\n".join(out)


def spread_nav(entries, source, named):
    """The navigation with its patterns replaced by the pages that they match."""
    out = []
    for entry in entries:
        if isinstance(entry, dict):
            ((name, below),) = entry.items()
            out.append({name: spread_nav(below, source, named) if isinstance(below, list) else below})
            continue
        for path in sorted(source.glob(entry)):
            page = str(path.relative_to(source))
            if page not in named and path.name != "README.md":
                named.add(page)
                out.append({title(path.read_text(encoding="utf-8")): page})
    return out


def pages_named(entries):
    for entry in entries:
        if isinstance(entry, dict):
            (below,) = entry.values()
            yield from pages_named(below) if isinstance(below, list) else [below]


class Page(html.parser.HTMLParser):
    """What a page of the site links to, and the places in it that can be linked to."""

    def __init__(self, path):
        super().__init__()
        self.links, self.places = set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.places.add(value)
            elif name in ("href", "src") and value:
                self.links.add(value)


def broken_links(site):
    """Links of the pages of a site that lead nowhere, or to a heading that is not there."""
    found = {path.resolve(): Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    out = []
    for path, page in sorted(found.items()):
        for link in sorted(page.links):
            if re.match(r"[a-z]+:", link):
                continue
            file, _, place = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (place and target in found and place not in found[target].places):
                out.append(f"{path.relative_to(site.resolve())}: {link}")
    return out


def make(to):
    """Builds the site in the folder `to`; a link that leads nowhere is an error."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        lay_out(source)
        (source / "api").mkdir()
        (source / "api/python.md").write_text(python_page(), encoding="utf-8")
        (source / "api/cpp.md").write_text(header_page(), encoding="utf-8")
        (source / "site.css").write_text(STYLE, encoding="utf-8")
        config = load_config(str(ROOT / "mkdocs.yml"), docs_dir=folder, site_dir=str(to), strict=True)
        config["nav"] = spread_nav(config["nav"], source, set(pages_named(config["nav"])))
        build(config)
    if broken := broken_links(to):
        sys.exit("links that lead nowhere:\n" + "\n".join(broken))


def main():
    parser = argparse.ArgumentParser(description="Makes the site of the documents.")
    parser.add_argument("--to", type=Path, default=ROOT / "build/site", help="where to (default: build/site)")
    parser.add_argument("--serve", action="store_true", help="show it in a browser on this machine until Ctrl-C")
    options = parser.parse_args()
    make(options.to)
    print(f"{options.to}/index.html")
    if options.serve:
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(options.to))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            print(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C to stop)")
            server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
