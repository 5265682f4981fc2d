"""The same bytes for any -j, any scheduling, any order of the paths.

    python3 tests/cli/determinism.py [examples|stdlib|cycle...]

Each corpus is checked with -j 1, 2, 3, 8 and 16, with twenty values of
--schedule-seed (which also delays what is published), and with its files named
one by one in shuffled orders; the JSON and the exit code must be those of the
first run, and so must the counts of `taipan coverage` with each -j. Where one run takes so long that all would take more than
TAIPAN_BUDGET seconds (default 60) a corpus, a smaller part of it is taken, and
its line says so. Under a sanitizer there are fewer runs.

labels: tsan
"""

import json
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
import time

import _cycle

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TAIPAN = os.path.abspath(os.environ.get("TAIPAN")
                         or os.path.join(ROOT, "build", "debug", "taipan"))
SANITIZED = bool(os.environ.get("TAIPAN_SANITIZE"))
BUDGET = float(os.environ.get("TAIPAN_BUDGET", "60"))
JOBS = (1, 3, 8) if SANITIZED else (1, 2, 3, 8, 16)
SEEDS = range(1, 5 if SANITIZED else 21)
SHUFFLES = 1 if SANITIZED else 5


def run(folder, paths, *arguments):
    with tempfile.NamedTemporaryFile("w", suffix=".args") as f:
        f.write("\n".join(paths))
        f.flush()
        done = subprocess.run([TAIPAN, *arguments, "@" + f.name], cwd=folder,
                              capture_output=True)
    # 2: a file that was named cannot be decoded, as some of the standard
    # library's own tests; a usage error prints nothing.
    if done.returncode not in (0, 1, 2, 4) or not done.stdout:
        sys.exit(f"{folder} {arguments}: exit {done.returncode}\n"
                 + done.stderr.decode("utf-8", "replace")[-3000:])
    return done.returncode, done.stdout


def check(folder, paths, *flags):
    return run(folder, paths, "check", "--output-format", "json", *flags)


def coverage(folder, paths, *flags):
    return run(folder, paths, "coverage", *flags)


def python_files(folder):
    found = []
    for top, dirs, files in os.walk(folder):
        dirs[:] = [d for d in dirs if d not in ("site-packages", "__pycache__",
                                                "dist-packages", "node_modules")]
        found += [os.path.relpath(os.path.join(top, f), folder)
                  for f in files if f.endswith((".py", ".pyi"))]
    return sorted(found)


def differences(folder, files, want):
    """Every run that is not like the first."""
    for jobs in JOBS:
        if check(folder, files, "-j", str(jobs)) != want:
            yield f"-j {jobs}"
    for seed in SEEDS:
        jobs = JOBS[seed % len(JOBS)]
        if check(folder, files, "-j", str(jobs), "--schedule-seed", str(seed)) != want:
            yield f"-j {jobs} --schedule-seed {seed}"
    for shuffle in range(SHUFFLES):
        mixed = files[:]
        random.Random(shuffle).shuffle(mixed)
        if check(folder, mixed) != want:
            yield f"shuffle {shuffle}"
    counts = coverage(folder, files, "-j", "1")
    for jobs in JOBS[1:]:
        if coverage(folder, files, "-j", str(jobs)) != counts:
            yield f"coverage -j {jobs}"


def corpus(name, folder):
    files = python_files(folder)
    everything = len(files)
    runs = 2 * len(JOBS) + len(SEEDS) + SHUFFLES
    if SANITIZED:  # ten times slower: not even once over everything
        files = files[::1 + len(files) // 200]
    while True:
        started = time.monotonic()
        want = check(folder, files)
        seconds = time.monotonic() - started
        if seconds * runs <= BUDGET or len(files) < 20:
            break
        keep = max(10, int(len(files) * BUDGET / (seconds * runs) * 0.8))
        step = len(files) / keep
        files = [files[int(i * step)] for i in range(keep)]
    failed = list(differences(folder, files, want))
    for how in failed:
        print(f"{name}: {how} gives other output")
    part = "" if len(files) == everything else f" (of {everything})"
    print(f"{name}: {len(files)}{part} files, {len(want[1])} bytes of findings, "
          f"{runs} runs, {len(failed)} differ")
    return not failed


def uses_all_workers(folder):
    """The units of one import cycle are spread over the workers."""
    trace = os.path.join(folder, "trace.json")
    check(folder, ["cycle"], "-j", "4", "--trace", trace)
    with open(trace, encoding="utf-8") as f:
        events = json.load(f)
    if isinstance(events, dict):
        events = events["traceEvents"]
    for name in ("interface", "body"):
        workers = {e["tid"] for e in events if e.get("name") == name}
        print(f"cycle: {name} units ran on {len(workers)} of 4 workers")
        if len(workers) < 3:
            return False
    return True


def main(names):
    ok = True
    with tempfile.TemporaryDirectory(prefix="taipan-cycle-") as top:
        _cycle.generate(top, 1000)
        for name, folder in (("examples", os.path.join(ROOT, "examples")),
                             ("stdlib", sysconfig.get_paths()["stdlib"]),
                             ("cycle", top)):
            if not names or name in names:
                ok &= corpus(name, folder)
        ok &= uses_all_workers(top)
    return not ok


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
