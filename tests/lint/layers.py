"""House rules that a compiler does not check.

- An include inside src must be one that the layer table allows. The table is
  read from cmake/layers.cmake, so there is one.
- No file of src over 1,500 lines, no header over 400.
- malloc and free only in src/base, except on a line whose comment says whose
  memory it is ("utf8proc's own"); atomics only where house rules put them.
- No path of some machine and no host of a package registry in any file.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

MAX_LINES = 1500
MAX_HEADER_LINES = 400

# Headers outside src that a layer may include by a bare name.
BARE = {"typeshed_blob.h": {"graph"}}

ATOMIC_FILES = ("src/base/atomic.h", "src/base/cmap.c", "src/base/cmap.h",
                "src/sched/", "src/core/names.c", "src/types/intern.c")

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
HEAP = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|reallocarray|free|strdup|"
                  r"strndup|asprintf|vasprintf)\s*\(")
ATOMIC = re.compile(r"\b(__atomic_\w+|__sync_\w+|_Atomic|atomic_thread_fence)\b|"
                    r"<stdatomic\.h>")
# Written in pieces, so that this file passes its own check.
MACHINE = re.compile("|".join((
    r"(?<![\w.$}])/" + r"(work|root)/\w",
    r"[\w.-]+\.npmjs\." + "org", r"\bpypi\." + r"org\b",
    r"\bfiles\.pythonhosted\." + "org", r"\bdeb\.debian\." + "org",
    r"\bcrates\." + r"io\b", r"\bproxy\.golang\." + "org",
    r"\brepo1?\.maven\.(apache\.)?" + "org")))


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def layer_table():
    table = {}
    text = read("cmake/layers.cmake")
    for name, below in re.findall(r"^set\(LAYER_([a-z]+)([^)]*)\)", text, re.M):
        table[name] = set(below.split())
    return table


def tracked():
    """The files of the tree: what git has, or, without git, what lies there."""
    try:
        out = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"],
                             capture_output=True, check=True).stdout
        names = [n for n in out.decode().split("\0") if n]
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, dirs, files in os.walk(ROOT):
            dirs[:] = [d for d in dirs if d not in (".git", "build", "dist")]
            names += [os.path.relpath(os.path.join(folder, f), ROOT) for f in files]
    return sorted(n for n in names if os.path.isfile(os.path.join(ROOT, n)))


def strip_comments(text):
    """Blanks comments and string literals out, keeping the lines."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text,
                  flags=re.S)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def check_source(path, table, report):
    layer = path.split("/")[1]
    text = read(path)
    for m in INCLUDE.finditer(text):
        name = m.group(1)
        where = f"{path}:{line_of(text, m.start())}"
        target = name.split("/")[0]
        if "/" not in name:
            if layer not in BARE.get(name, ()):
                report(f'{where}: write the folder: "{layer}/{name}"')
        elif target not in table:
            report(f"{where}: no layer {target}")
        elif target != layer and target not in table[layer]:
            report(f"{where}: {layer} may not include {target}")
    lines = text.count("\n")
    limit = MAX_HEADER_LINES if path.endswith(".h") else MAX_LINES
    if lines > limit:
        report(f"{path}: {lines} lines, at most {limit}: split it by concept")
    code = strip_comments(text)
    if layer != "base":
        lines_of = text.split("\n")
        for m in HEAP.finditer(code):
            if re.search(r"/\*.*'s own\b", lines_of[line_of(code, m.start()) - 1]):
                continue
            report(f"{path}:{line_of(code, m.start())}: {m.group(1)} outside "
                   "src/base: use an arena")
    if not path.startswith(ATOMIC_FILES):
        for m in ATOMIC.finditer(code):
            report(f"{path}:{line_of(code, m.start())}: {m.group()} outside the "
                   "files that may: use base/atomic.h")


def main():
    problems = []
    table = layer_table()
    files = tracked()
    for path in files:
        parts = path.split("/")
        if parts[0] == "src" and path.endswith((".c", ".h")):
            if len(parts) < 3 or parts[1] not in table:
                problems.append(f"{path}: in no layer")
            else:
                check_source(path, table, problems.append)
        text = read(path)
        if "\0" in text:
            continue
        for m in MACHINE.finditer(text):
            problems.append(f"{path}:{line_of(text, m.start())}: "
                            f"{m.group()!r} is of one machine or one host")
    for p in problems:
        print(p)
    print(f"{len(files)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
