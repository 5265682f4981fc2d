"""Every rule that some code reports has an explanation, and its examples show it.

    python3 tests/cli/rules.py

Takes each rule that src mentions; `taipan explain` must have a text for it.
Checking its example with every rule on must report the rule, and checking its
correct example must not. An example of several files has a line `# name.py` before
each. labels: tsan
"""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TAIPAN = os.path.abspath(os.environ.get("TAIPAN")
                         or os.path.join(ROOT, "build", "debug", "taipan"))

# Not made by a snippet of UTF-8 text.
NO_EXAMPLE = {"internal-error", "io-error"}
# Only a stub can be written that way.
STUBS = {"cyclic-class-definition"}
# Only lists rules, and reports none.
LISTS_ONLY = {"mdtest_run.c"}


def reported():
    """Identifiers of the rules that src mentions outside of tables."""
    found = set()
    for folder in ("parse", "index", "graph", "infer", "driver"):
        for top, _, files in os.walk(os.path.join(ROOT, "src", folder)):
            for name in set(files) - LISTS_ONLY:
                with open(os.path.join(top, name), encoding="utf-8") as f:
                    found |= set(re.findall(r"\bRULE_([A-Z_]+)\b", f.read()))
    return found - {"ALL", "COUNT"}


def split(name, example):
    """The files of an example: one, or those that lines `# name.py` begin."""
    parts = re.split(r"^# (\w+\.py)\n", example, flags=re.M)
    if len(parts) > 1:
        return list(zip(parts[1::2], parts[2::2]))
    return [(name.replace("-", "_") + (".pyi" if name in STUBS else ".py"), example)]


def check(files):
    """(file, rule) of all findings in the files, with every rule on."""
    with tempfile.TemporaryDirectory() as top:
        for file, (_, text) in files.items():
            with open(os.path.join(top, file), "w", encoding="utf-8") as f:
                f.write(text)
        run = subprocess.run([TAIPAN, "check", "--warn", "all", "--output-format", "json"],
                             cwd=top, capture_output=True, text=True)
        return {(d["path"], d["rule"]) for d in json.loads(run.stdout)["diagnostics"]}


def main():
    explained = json.loads(subprocess.run(
        [TAIPAN, "explain", "--all", "--output-format", "json"],
        capture_output=True, text=True, check=True).stdout)["rules"]
    by_name = {r["rule"]: r for r in explained}
    wanted = {i.lower().replace("_", "-") for i in reported()}
    failed = [f"{name}: no explanation" for name in sorted(wanted)
              if not by_name.get(name, {}).get("reported")]
    for kind, shows in (("example", True), ("correct_example", False)):
        files = {}
        for name in sorted(wanted):
            rule = by_name.get(name, {})
            if rule.get("reported") and name not in NO_EXAMPLE:
                files.update({file: (name, text)
                              for file, text in split(name, rule[kind])})
        found = check(files)
        for name in sorted({name for name, _ in files.values()}):
            at = {file for file in files if files[file][0] == name}
            if any((file, name) in found for file in at) != shows:
                failed.append(f"{name}: its example does not show it" if shows
                              else f"{name}: its correct example is reported")
    print("\n".join(failed))
    print(f"{len(wanted)} rules, {len(failed)} failures")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
