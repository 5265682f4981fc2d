"""Writes the seed corpus of the fuzz targets.

    python3 tests/fuzz/seeds.py DIR [--typeshed DIR] [--limit N]
    python3 tests/fuzz/seeds.py DIR --files FOLDER --limit N

Each seed is one byte of switches and a text (check_fuzz.c). Small ones find
more than large ones, so real files are cut up: every module of examples/ and
the programs of the mdtests as they are; every top-level class and function of
the library that runs this script, and of typeshed, with the imports above it; and
for each mdtest one damaged copy: a line lost, an indentation changed, a bracket
gone. With --files, the definitions of the Python files in a folder instead, one
in five of them damaged, in an order that mixes files (--limit takes the first).
The same tree gives the same seeds.
"""

import argparse
import ast
import hashlib
import pathlib
import random
import re
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST = 3000  # bytes of one seed
SEPARATOR = "#--\n"
SWITCHES = 32
LIBRARY = ["abc", "argparse", "ast", "asyncio/tasks", "asyncio/queues",
           "collections/__init__", "contextlib", "dataclasses", "decimal",
           "enum", "functools", "inspect", "logging/__init__", "pathlib",
           "re/_parser", "shlex", "statistics", "typing", "unittest/case",
           "xml/etree/ElementTree"]
STUBS = ["abc.pyi", "asyncio/tasks.pyi", "builtins.pyi", "collections/__init__.pyi",
         "contextlib.pyi", "enum.pyi", "functools.pyi", "itertools.pyi",
         "subprocess.pyi", "types.pyi", "typing.pyi"]


def programs(markdown):
    """The programs of one mdtest file: the Python blocks below each heading."""
    for part in re.split(r"(?m)^#+ .*$", markdown.read_text("utf-8")):
        blocks = re.findall(r"(?ms)^```(?:py|python|pyi)\n(.*?)^```", part)
        if blocks:
            yield SEPARATOR.join(blocks[:4])


def pieces(path):
    """The top-level definitions of a file, each behind the file's imports."""
    text = path.read_text("utf-8", "replace")
    lines = text.splitlines(keepends=True)
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    source = lambda node: "".join(lines[node.lineno - 1:node.end_lineno])
    imports = "".join(source(n) for n in body[:20]
                      if isinstance(n, (ast.Import, ast.ImportFrom)))
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if len(node.body) > 1:
                yield (imports + source(node))[:MOST]


def damaged(text, chance):
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    kind = chance.randrange(3)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines[at] = chance.choice(["  ", "    "]) + lines[at]
    else:
        lines[at] = re.sub(r"[()\[\]{}:]", "", lines[at], count=1)
    return "".join(lines)


def collect(typeshed):
    for path in sorted((ROOT / "examples").rglob("*.py*")):
        if path.suffix in (".py", ".pyi"):
            yield path.read_text("utf-8")[:MOST]
    for path in sorted((ROOT / "tests").rglob("*.py*")):
        if path.suffix in (".py", ".pyi") and "cases" in path.parts:
            yield path.read_bytes().decode("utf-8", "ignore")[:MOST]
    chance = random.Random(1)
    for markdown in sorted((ROOT / "tests" / "mdtest").glob("*.md")):
        for text in programs(markdown):
            yield text[:MOST]
            yield damaged(text, chance)[:MOST]
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    files = [library / (name + ".py") for name in LIBRARY]
    files += [typeshed / "stdlib" / name for name in STUBS]
    for path in files:
        if path.is_file():
            yield from pieces(path)


def collect_files(folder):
    files = sorted(p for p in folder.rglob("*.py*") if p.suffix in (".py", ".pyi"))
    chance = random.Random(1)
    chance.shuffle(files)
    for path in files:
        found = list(pieces(path))
        for text in chance.sample(found, min(2, len(found))):
            yield damaged(text, chance) if chance.random() < 0.2 else text


def main():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--typeshed", type=pathlib.Path,
                   default=ROOT / "build" / "deps" / "typeshed")
    p.add_argument("--files", type=pathlib.Path, help="a folder of Python files")
    p.add_argument("--limit", type=int, help="at most so many")
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    seeds = {}
    texts = collect_files(a.files) if a.files else collect(a.typeshed)
    for number, text in enumerate(texts):
        if text.strip():
            seeds.setdefault(text, number % SWITCHES)
    for text, switches in list(seeds.items())[:a.limit]:
        data = bytes([switches]) + text.encode("utf-8", "ignore")
        name = hashlib.sha256(data).hexdigest()[:16]
        (a.out / f"seed-{name}").write_bytes(data)
    print(f"{len(list(a.out.iterdir()))} seeds")


if __name__ == "__main__":
    main()
