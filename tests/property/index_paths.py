"""The use-def map against real runs of random programs.

A program is a function of nested control flow over three variables; each binding
gives its variable the number of its line, and conditions, exceptions, rounds
and context managers are random. What a variable holds at a use in some run must
be among the definitions that the index finds there (sound), and hardly ever may the
index find one that no run shows (exact: a few stay for lack of runs).

    python3 tests/property/index_paths.py [--programs N] [--seed N] [--dump COMMAND]
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TAIPAN = os.environ.get("TAIPAN") or os.path.join(ROOT, "build", "debug", "taipan")
NAMES = "xyz"
RUNS = 1500
OFTEN = 400  # seen less often, a use tells nothing of what cannot happen


class Writer:
    """Writes one program; lines are (indent, text) and text may hold {use}."""

    def __init__(self, rng):
        self.rng = rng
        self.lines = ["def f():"]
        self.budget = 28

    def put(self, depth, text):
        self.lines.append("  " * depth + text)

    @property
    def here(self):
        return len(self.lines) + 1

    def cond(self):
        """A test; some bind."""
        name = self.rng.choice(NAMES)
        return self.rng.choice(
            ["c()"] * 6
            + [f"({name} := {self.here}) and c()", f"c() and ({name} := {self.here})",
               f"not (c() or not ({name} := {self.here}))", "not c()",
               f"(({name} := {self.here}) if c() else c())"])

    def block(self, depth, loop):
        for _ in range(self.rng.randint(1, 3)):
            self.statement(depth, loop)

    def statement(self, depth, loop):
        self.budget -= 1
        rng, name = self.rng, self.rng.choice(NAMES)
        simple = depth > 4 or self.budget < 0
        kind = rng.choice(
            ["bind", "use", "use", "call"] if simple else
            ["bind", "bind", "use", "use", "call", "if", "if", "while", "for", "try",
             "try", "with", "match", "leave", "del", "expr"])
        getattr(self, "w_" + kind)(depth, loop, name)

    def w_bind(self, depth, loop, name):
        self.put(depth, f"{name} = {self.here}")

    def w_use(self, depth, loop, name):
        self.put(depth, f"<{name}>")

    def w_call(self, depth, loop, name):
        self.put(depth, "q = g()")

    def w_del(self, depth, loop, name):
        line = self.here
        self.put(depth, f"{name} = {line}")
        self.put(depth, f"del {name}")

    def w_expr(self, depth, loop, name):
        line = self.here
        self.put(depth, self.rng.choice([
            f"q = c() and ({name} := {line})",
            f"q = [0 for i in r() if ({name} := {line})]",
            f"q = ({name} := {line}) if c() else 0",
            f"q = c() or g() or ({name} := {line})"]))

    def w_leave(self, depth, loop, name):
        self.put(depth, self.rng.choice(
            ["return", "raise E"] + (["break", "continue"] * 2 if loop else [])))

    def w_if(self, depth, loop, name):
        self.put(depth, f"if {self.cond()}:")
        self.block(depth + 1, loop)
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            self.put(depth, f"elif {self.cond()}:")
            self.block(depth + 1, loop)
        if self.rng.random() < 0.5:
            self.put(depth, "else:")
            self.block(depth + 1, loop)

    def w_while(self, depth, loop, name):
        self.put(depth, f"while {self.rng.choice([self.cond(), 'c()', 'True'])}:")
        self.put(depth + 1, "tick()")
        self.block(depth + 1, True)
        if self.rng.random() < 0.3:
            self.put(depth, "else:")
            self.block(depth + 1, loop)

    def w_for(self, depth, loop, name):
        line = self.here
        self.put(depth, f"for {name} in r({line}):")
        self.block(depth + 1, True)
        if self.rng.random() < 0.3:
            self.put(depth, "else:")
            self.block(depth + 1, loop)

    def w_try(self, depth, loop, name):
        self.put(depth, "try:")
        self.block(depth + 1, loop)
        handlers = self.rng.choice([0, 1, 1, 2])
        for i in range(handlers):
            self.put(depth, f"except {'E' if i == 0 else 'F'}:")
            self.block(depth + 1, loop)
        if handlers and self.rng.random() < 0.3:
            self.put(depth, "else:")
            self.block(depth + 1, loop)
        if not handlers or self.rng.random() < 0.3:
            self.put(depth, "finally:")
            self.block(depth + 1, loop)

    def w_with(self, depth, loop, name):
        line = self.here
        self.put(depth, f"with W({line}) as {name}:")
        self.block(depth + 1, loop)

    def w_match(self, depth, loop, name):
        self.put(depth, "match m():")
        for i in range(self.rng.choice([1, 2])):
            guard = f" if {self.cond()}" if self.rng.random() < 0.3 else ""
            self.put(depth + 1, f"case {i}{guard}:")
            self.block(depth + 2, loop)
        if self.rng.random() < 0.4:
            self.put(depth + 1, "case _:")
            self.block(depth + 2, loop)


def program(rng):
    w = Writer(rng)
    while w.budget > 0:
        w.statement(1, False)
    for name in NAMES:
        w.put(1, f"<{name}>")
    return w.lines


# ---- running ---------------------------------------------------------------


class E(Exception):
    pass


class F(Exception):
    pass


class Stop(BaseException):
    pass


def observe(lines, seed):
    """(line, name) -> the values seen there (0 = unbound), with their number."""
    text = "\n".join(
        re.sub(r"^( +)(?! |if|el|wh|fo|tr|ex|fi|wi|ma|ca)", r"\1p(); ",
               re.sub(r"<(\w)>", lambda m, n=n: f"u({n}, '{m[1]}', locals().get('{m[1]}', 0))",
                      line))
        for n, line in enumerate(lines, 1))
    seen, rng, ticks = {}, random.Random(seed), [0]

    class Manager:
        def __init__(self, line):
            self.line = line

        def __enter__(self):
            return self.line

        def __exit__(self, kind, value, trace):
            return kind is not None and kind is not Stop and rng.random() < 0.5

    def tick():
        ticks[0] += 1
        if ticks[0] > 60:
            raise Stop

    def use(line, name, value):
        seen.setdefault((line, name), Counter())[value] += 1

    def may_raise(value=0, chance=0.06):
        x = rng.random()
        if x < chance:
            raise E if x < chance * 0.6 else F
        return value

    scope = {
        "p": may_raise, "c": lambda: may_raise(rng.random() < 0.5),
        "g": lambda: may_raise(0, 0.2), "u": use, "tick": tick, "E": E, "F": F,
        "r": lambda v=1: (tick(), may_raise([v] * rng.choice([0, 1, 2])))[1],
        "W": lambda line: may_raise(Manager(line)), "m": lambda: may_raise(rng.choice([0, 1, 2]))}
    exec(compile(text, "program", "exec"), scope)
    for _ in range(RUNS):
        ticks[0] = 0
        try:
            scope["f"]()
        except (E, F, Stop):
            pass
    return seen


# ---- the index ---------------------------------------------------------------


def predict(lines, command):
    """(line, name) -> the lines of the definitions that may arrive there."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(re.sub(r"<(\w)>", r"\1", line) for line in lines) + "\n")
        run = subprocess.run(command + [path], capture_output=True, text=True, cwd=folder)
    if run.returncode or not run.stdout:
        sys.exit(f"{command}: {run.returncode} {run.stderr}")
    defs, flows, uses = {}, {}, {}
    for line in run.stdout.splitlines():
        if m := re.match(r"d(\d+) \S+ (\w+) (\d+):", line):
            defs[int(m[1])] = int(m[3])
        elif m := re.match(r"f(\d+) = (.*)", line):
            flows[int(m[1])] = m[2]
        elif m := re.match(r"(\d+):\d+ ([xyz]) f(\d+)$", line):
            uses.setdefault((int(m[1]), m[2]), int(m[3]))

    def values(start):
        out, stack, met = set(), [start], set()
        while stack:
            id_ = stack.pop()
            if id_ in met:
                continue
            met.add(id_)
            flow = flows[id_]
            if flow == "unbound" or flow.startswith("global "):
                out.add(0)
            elif m := re.match(r"d(\d+) ", flow):
                out.add(defs[int(m[1])])
            else:
                stack += [int(x) for x in re.findall(r"f(\d+)", flow)]
        return out

    return {use: values(flow) for use, flow in uses.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dump", default=f"{TAIPAN} check --dump index --stop-after index")
    parser.add_argument("--show-extra", action="store_true")
    options = parser.parse_args()
    missed = extra = total = 0
    for i in range(options.programs):
        lines = program(random.Random(options.seed * 100003 + i))
        seen = observe(lines, i)
        expected = predict(lines, options.dump.split())
        for use, counts in sorted(seen.items()):
            found, values = expected.get(use, set()), set(counts)
            if counts.total() >= OFTEN:
                total += len(found)
                extra += len(found - values)
                if options.show_extra and found - values:
                    print("\n".join(f"{n:3} {line}" for n, line in enumerate(lines, 1)))
                    print(f"program {i}: at {use} saw {dict(counts)}, index has {sorted(found)}")
            if values <= found:
                continue
            missed += 1
            if missed <= 3:
                print("\n".join(f"{n:3} {line}" for n, line in enumerate(lines, 1)))
                print(f"program {i}: at {use} saw {sorted(values)}, index has {sorted(found)}")
    print(f"{options.programs} programs: {missed} uses missed, "
          f"{extra} of {total} definitions never seen")
    return 1 if missed or extra > total * 0.08 else 0


if __name__ == "__main__":
    sys.exit(main())
