"""Every rule that some code reports has an explanation, and its examples show it.

    python3 tests/cli/rules.py

Takes each rule that src mentions; `taipan explain` must have a text for it.
Checking its example with every rule on must report the rule, and checking its
correct example must not. labels: tsan
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


def reported():
    """Identifiers of the rules that src mentions outside of tables."""
    found = set()
    for folder in ("parse", "index", "graph", "infer", "driver"):
        for top, _, files in os.walk(os.path.join(ROOT, "src", folder)):
            for name in files:
                with open(os.path.join(top, name), encoding="utf-8") as f:
                    found |= set(re.findall(r"\bRULE_([A-Z_]+)\b", f.read()))
    return found - {"ALL", "COUNT"}


def main():
    explained = json.loads(subprocess.run(
        [TAIPAN, "explain", "--all", "--output-format", "json"],
        capture_output=True, text=True, check=True).stdout)["rules"]
    by_name = {r["rule"]: r for r in explained}
    wanted = {i.lower().replace("_", "-") for i in reported()}
    failed = [f"{name}: no explanation" for name in sorted(wanted)
              if not by_name.get(name, {}).get("reported")]
    with tempfile.TemporaryDirectory() as top:
        expected = {}
        for name in sorted(wanted):
            rule = by_name.get(name, {})
            if not rule.get("reported") or name in NO_EXAMPLE:
                continue
            for kind in ("example", "correct_example"):
                file = (f"{kind}_{name}".replace("-", "_")
                        + (".pyi" if name in STUBS else ".py"))
                expected[file] = (name, kind == "example")
                with open(os.path.join(top, file), "w", encoding="utf-8") as f:
                    f.write(rule[kind])
        run = subprocess.run([TAIPAN, "check", "--warn", "all", "--output-format", "json"],
                             cwd=top, capture_output=True, text=True)
        found = {(d["path"], d["rule"]) for d in json.loads(run.stdout)["diagnostics"]}
        for file, (name, shows) in sorted(expected.items()):
            if ((file, name) in found) != shows:
                failed.append(f"{name}: its example does not show it" if shows
                              else f"{name}: its correct example is reported")
    print("\n".join(failed))
    print(f"{len(wanted)} rules, {len(failed)} failures")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
