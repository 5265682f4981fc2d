"""Checks damaged copies of a repository, whole, and looks for faults.

    python3 tests/fuzz/damage.py FOLDER [--taipan PROGRAM] [--rounds N] [--seed S]

In each round every Python file of the folder gets a few random injuries: lines
lost, doubled, moved or indented, brackets dropped, names exchanged for others of
the file, words of the grammar thrown in, the end cut off. The copy is checked
twice, the second time with other scheduling. Reported, with a non-zero exit:
internal errors, exit codes that mean a fault, runs that take too long, and
output that differs. What fuzzing a file at a time cannot meet is met here:
damaged modules that import each other. The damaged copy of a round that failed is
kept. A debug or sanitizer build tells most.
"""

import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_A_WOUND = 40
NAME = re.compile(r"\b[A-Za-z_]\w*\b")
BRACKETS = re.compile(r"[()\[\]{}:,=]")
WORDS = ["async ", "await ", "yield ", "lambda: ", "*", "**", "not ", "del ", "global ",
         "nonlocal ", "return ", "class ", "def ", "match ", "case _:", "try:", "finally:",
         "except* ", "with ", "@", "->", "...", ":=", "type ", "import ", "from . import *",
         "__slots__ = ", "super().", "Self", "type(", "Literal[", "Generic[T]", "|", "f'{",
         "self = ", "cls = ", "del self", "while True:", "if 0:", "assert "]


def indent_of(line):
    return line[:len(line) - len(line.lstrip())]


def replace_once(chance, pattern, line, make):
    found = list(pattern.finditer(line))
    if not found:
        return line
    m = chance.choice(found)
    return line[:m.start()] + make(m[0]) + line[m.end():]


def wound(chance, lines, names):
    """One injury to the lines of a file."""
    at = chance.randrange(len(lines))
    line = lines[at]
    kind = chance.randrange(10)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, line)
    elif kind == 2:
        lines[at] = chance.choice(["", " ", "    ", "        "]) + line.lstrip()
    elif kind == 3:
        lines[at] = replace_once(chance, BRACKETS, line, lambda _: "")
    elif kind == 4:
        lines.insert(chance.randrange(len(lines)), line)
    elif kind == 5:
        word = chance.choice(WORDS)
        lines[at] = indent_of(line) + word + line.lstrip()
    elif kind == 6:
        other = chance.choice(lines)
        cut = chance.randrange(len(line) + 1)
        lines[at] = line[:cut] + other[min(cut, len(other)):]
    elif names:
        lines[at] = replace_once(chance, NAME, line, lambda _: chance.choice(names))


def damage(chance, text):
    lines = text.splitlines()
    names = sorted(set(NAME.findall(text)))
    for _ in range(1 + len(lines) // LINES_A_WOUND):
        if lines:
            wound(chance, lines, names)
    if lines and chance.random() < 0.05:
        del lines[chance.randrange(len(lines)):]
    return "\n".join(lines) + "\n"


def damaged_copy(source, target, chance):
    for path in sorted(source.rglob("*.py*")):
        if path.suffix not in (".py", ".pyi") or not path.is_file():
            continue
        out = target / path.relative_to(source)
        out.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes().decode("utf-8", "replace")
        out.write_text(damage(chance, text), "utf-8")


def check(a, folder, *more):
    argv = [a.taipan, "check", "--no-progress", "--color", "never", "--error", "all",
            "--output-format", "concise", *more, "."]
    try:
        return subprocess.run(argv, cwd=folder, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.PIPE, timeout=a.timeout)
    except subprocess.TimeoutExpired:
        return None


def faults(a, folder, seed):
    """What went wrong with one damaged copy."""
    first = check(a, folder)
    second = check(a, folder, "--schedule-seed", str(seed + 1))
    for run in (first, second):
        if not run:
            yield f"no end after {a.timeout:g} s"
            return
        internal = [x for x in run.stdout.splitlines() if "[internal-error]" in x]
        yield from internal[:5]
        if run.returncode not in (0, 1) and not internal:
            yield f"exit {run.returncode}: {run.stderr[-2000:]}"
    if first.stdout != second.stdout:
        pairs = zip(first.stdout.splitlines(), second.stdout.splitlines())
        yield "other scheduling: " + " / ".join(next((p for p in pairs if p[0] != p[1]), ""))


def main():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--taipan", type=pathlib.Path,
                   default=ROOT / "build" / "debug" / "taipan")
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--timeout", type=float, default=600)
    a = p.parse_args()
    a.taipan = a.taipan.resolve()
    failed = False
    for seed in range(a.seed, a.seed + a.rounds):
        copy = pathlib.Path(tempfile.mkdtemp(prefix=f"damaged-{seed}-"))
        damaged_copy(a.folder, copy, random.Random(seed))
        started = time.monotonic()
        found = list(faults(a, copy, seed))
        print(f"seed {seed}: {len(found)} faults, {time.monotonic() - started:.1f} s",
              flush=True)
        for fault in dict.fromkeys(found):
            print(f"  {fault}", flush=True)
        if found:
            failed = True
            print(f"  kept: {copy}")
        else:
            shutil.rmtree(copy)
    return failed


if __name__ == "__main__":
    sys.exit(main())
