"""Command lines against what they print: one folder of cases/ each.

    python3 tests/cli/cases.py [--update] [PART-OF-A-NAME...]

`cmd` is run by bash in a copy of the folder, with taipan on the PATH; `out` is
what it prints, stderr before stdout, and then "exit N". In `cmd`, $TAIPAN_TESTS
is the folder of this file. Where a message may hold the copy's path, `out` says
$DIR. A new case is a folder with `cmd`; --update writes `out`.
"""

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CASES = os.path.join(HERE, "cases")
TAIPAN = os.environ.get("TAIPAN") or os.path.join(ROOT, "build", "debug", "taipan")


def run(name):
    with tempfile.TemporaryDirectory(prefix="taipan-cli-") as top:
        top = os.path.realpath(top)
        folder, bin_dir = os.path.join(top, "case"), os.path.join(top, "bin")
        shutil.copytree(os.path.join(CASES, name), folder, symlinks=True,
                        ignore=shutil.ignore_patterns("cmd", "out"))
        os.mkdir(bin_dir)
        os.symlink(TAIPAN, os.path.join(bin_dir, "taipan"))
        env = {**os.environ, "PATH": bin_dir + ":" + os.environ["PATH"],
               "TAIPAN_TESTS": HERE, "LC_ALL": "C.UTF-8", "HOME": top}
        env.pop("VIRTUAL_ENV", None)
        try:
            p = subprocess.run(["bash", os.path.join(CASES, name, "cmd")], cwd=folder,
                               env=env, capture_output=True, timeout=120,
                               stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return "timed out\n"
        text = (p.stderr + p.stdout).decode("utf-8", "backslashreplace")
        return text.replace(folder, "$DIR") + f"exit {p.returncode}\n"


def main(arguments):
    update = "--update" in arguments
    parts = [a for a in arguments if a != "--update"]
    names = sorted(n for n in (os.listdir(CASES) if os.path.isdir(CASES) else [])
                   if os.path.isfile(os.path.join(CASES, n, "cmd"))
                   and (not parts or any(p in n for p in parts)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = list(pool.map(run, names))
    failed = 0
    for name, got in zip(names, texts):
        out = os.path.join(CASES, name, "out")
        want = ""
        if os.path.exists(out):
            with open(out, encoding="utf-8") as f:
                want = f.read()
        if got == want:
            continue
        if update:
            with open(out, "w", encoding="utf-8") as f:
                f.write(got)
            continue
        failed += 1
        sys.stdout.writelines(difflib.unified_diff(
            want.splitlines(True), got.splitlines(True), f"{name}/out", "now"))
    print(f"{len(names) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
