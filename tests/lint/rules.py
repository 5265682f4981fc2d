"""Every rule has an mdtest that shows it, and one in which it stays silent.

    python3 tests/lint/rules.py

A rule of core/rules.def must be asserted ("error: [rule]") in some file of
tests/mdtest; what cannot be written there stands in ELSEWHERE with where it is
tested. A test in which it stays silent is the rest of that file: a test fails on
any finding that nobody asserted, so it is enough that the assertions do not
stand on every line of code.
"""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Rules that no Markdown can produce: where they are tested, and why there.
ELSEWHERE = {
    "revealed-type": ("tests/mdtest/reveal_type.md", "asserted as `revealed:`"),
    "io-error": ("tests/cli/cases/bad_utf8/out",
                 "a Markdown file is text, and its files can always be read"),
    "internal-error": ("tests/cli/cases/internal_error/out",
                       "a crash, made by a switch of debug builds"),
}

# Rules that no code reports yet; explain says so. The list only shrinks.
NOT_YET = set()

ASSERTION = re.compile(r"#\s*error:\s*\d*\s*\[([a-z-]+)\]")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def rules():
    return re.findall(r'^RULE\([A-Z_]+, "([a-z-]+)"', read("src/core/rules.def"), re.M)


def asserted():
    """Rule -> file, of each rule that some mdtest asserts."""
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "tests/mdtest/**/*.md"), recursive=True)):
        path = os.path.relpath(path, ROOT)
        for rule in ASSERTION.findall(read(path)):
            found.setdefault(rule, path)
    return found


def main():
    known, shown = rules(), asserted()
    failed = [f"{path}: no rule has the name {rule}"
              for rule, path in shown.items() if rule not in known]
    for rule in known:
        if rule in ELSEWHERE:
            path, _ = ELSEWHERE[rule]
            mark = "revealed:" if rule == "revealed-type" else rule
            if mark not in read(path):
                failed.append(f"{rule}: {path} does not show it")
        elif (rule in shown) == (rule in NOT_YET):
            failed.append(f"{rule}: " + ("is shown, take it out of NOT_YET" if rule in shown
                                        else "no mdtest shows it"))
    print("\n".join(failed))
    print(f"{len(known)} rules, {len(failed)} failures")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
