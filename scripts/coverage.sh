#!/usr/bin/env bash
# Runs the tests under gcov and prints, for each folder of src, the share of its
# lines that ran.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh coverage
find build/coverage -name '*.gcda' -delete
ctest --test-dir build/coverage -j "$(nproc)" -LE '^lint$' || true
cd build/coverage
find . -path '*taipan_*' -name '*.gcda' -print0 |
  xargs -0 gcov --json-format --stdout 2>/dev/null | python3 -c '
import collections, json, os, sys
lines = collections.defaultdict(dict)
for text in sys.stdin:
    if not text.startswith("{"):
        continue
    for f in json.loads(text)["files"]:
        name = f["file"].split("/src/")
        if len(name) != 2 or not name[1].endswith(".c") or "deps" in name[0]:
            continue
        seen = lines[name[1]]
        for line in f["lines"]:
            n = line["line_number"]
            seen[n] = seen.get(n, False) or line["count"] > 0
folders = collections.defaultdict(lambda: [0, 0])
for name, seen in lines.items():
    for key in (name.split("/")[0], "total"):
        folders[key][0] += sum(seen.values())
        folders[key][1] += len(seen)
for name, (hit, total) in sorted(folders.items()):
    print(f"{name:10} {hit:7}/{total:<7} {100 * hit / total:5.1f}%")'
