"""The example repository: just the mistakes that examples/MISTAKES.txt lists.

labels: tsan
"""

import json
import os
import subprocess
import sys

taipan = os.environ["TAIPAN"]
examples = os.path.join(os.environ["TAIPAN_SOURCE_DIR"], "examples")

with open(os.path.join(examples, "MISTAKES.txt"), encoding="utf-8") as f:
    want = {line.strip() for line in f if line.strip() and line[0] != "#"}

run = subprocess.run([taipan, "check", "--output-format", "json"], cwd=examples,
                     capture_output=True, text=True)
if run.returncode != 1:
    sys.exit(f"exit code {run.returncode}, not 1\n{run.stderr}")
got = {f"{d['path']}:{d['line']} {d['rule']}": d["message"]
       for d in json.loads(run.stdout)["diagnostics"]}
for finding in sorted(want - got.keys()):
    print("not found:", finding)
for finding in sorted(got.keys() - want):
    print("too much:", finding, got[finding])
sys.exit(want != got.keys())
