"""Dumps against their snapshots: `x.py` beside `x.py.<dump>.exp` in cases/.

    python3 tests/dump/snapshots.py [--update] [PART-OF-A-NAME...]

Each snapshot is what `taipan check --dump <dump> --stop-after <phase> x.py`
prints. A folder with snapshots named `all.<dump>.exp` is dumped as a whole. A
new snapshot is made by `touch x.py.<dump>.exp` and --update.
"""

import difflib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CASES = os.path.join(HERE, "cases")
TAIPAN = os.environ.get("TAIPAN") or os.path.join(ROOT, "build", "debug", "taipan")

# The phase after which a dump is ready.
PHASE = {"files": "discover", "ast": "parse", "index": "index",
         "graph": "graph", "interface": "infer", "types": "infer"}


def snapshots(parts):
    for folder, dirs, files in os.walk(CASES):
        dirs.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(".exp") and (not parts or any(p in path for p in parts)):
                yield path


def dump(path):
    source, name, _ = os.path.basename(path).rsplit(".", 2)
    what = [] if source == "all" else [source]
    run = subprocess.run(
        [TAIPAN, "check", "--dump", name, "--stop-after", PHASE[name], *what],
        cwd=os.path.dirname(path), capture_output=True, text=True, timeout=120)
    text = run.stdout
    if run.returncode not in (0, 1) or run.stderr:
        text += f"exit {run.returncode}\n{run.stderr}"
    return text


def main(arguments):
    update = "--update" in arguments
    paths = list(snapshots([a for a in arguments if a != "--update"]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = list(pool.map(dump, paths))
    failed = 0
    for path, got in zip(paths, texts):
        with open(path, encoding="utf-8") as f:
            want = f.read()
        if got == want:
            continue
        if update:
            with open(path, "w", encoding="utf-8") as f:
                f.write(got)
            continue
        failed += 1
        name = os.path.relpath(path, ROOT)
        sys.stdout.writelines(difflib.unified_diff(
            want.splitlines(True), got.splitlines(True), name, "now"))
    print(f"{len(paths) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
