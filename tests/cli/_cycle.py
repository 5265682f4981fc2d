"""Writes a Python package whose modules all import each other in one cycle.

    python3 tests/cli/_cycle.py DIR [MODULES]

Module i imports its successor, and one further away, so that all are one
component. What they define is knit together the way real cycles are: inferred
returns that call each other in a ring, attributes of self that come from other
modules, classes whose bases are elsewhere, decorators, star imports in a small
ring of their own, annotations that name later modules. Every seventh module
holds a mistake, so that there is something to report.
"""

import os
import sys

MODULE = '''\
from __future__ import annotations

import cycle.m{near:04d} as near
from cycle.m{far:04d} import Thing as FarThing, relay as far_relay
from cycle.shared import *


class Thing{base}:
    def __init__(self, size: int = {i}) -> None:
        self.size = size
        self.name = near.label(size)
        self.links = [far_relay(size)]

    def grow(self, by: int) -> Thing:
        return Thing(self.size + by)

    def other(self) -> FarThing:
        return FarThing(self.size)

    def total(self):
        return self.size + near.weight(self.size - 1)


def label(n: int):
    if n <= 0:
        return "end"
    return near.label(n - 1)


def weight(n):
    if n <= 0:
        return {i}
    return near.weight(n - 1)


def relay(n: int):
    return Thing(n).grow(1).other().size


@traced
def ping(n):
    return near.ping(n - 1) if n else pong(n)


def pong(n):
    return ping(n)


TOTAL = weight({i})
{mistake}'''

SHARED = '''\
from cycle.ring_a import *


def traced(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner
'''

MISTAKES = [
    "bad: int = Thing().grow('x')\n",
    "Thing().nothing_here\n",
    "label()\n",
    "print(undefined_name_{i})\n",
    "near.no_such_function(1)\n",
    "def broken(:\n    pass\n",
    "relay(n=1, m=2)\n",
]


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        f.write(text)


def generate(top, count=1000):
    folder = os.path.join(top, "cycle")
    os.makedirs(folder, exist_ok=True)
    write(folder, "__init__.py", "")
    write(folder, "shared.py", SHARED)
    for name, following in (("a", "b"), ("b", "c"), ("c", "a")):
        write(folder, f"ring_{name}.py",
              f"from cycle.ring_{following} import *\n\n\n"
              f"def in_{name}():\n    return in_{following}()\n")
    for i in range(count):
        mistake = MISTAKES[i // 7 % len(MISTAKES)].format(i=i) if i % 7 == 0 else ""
        base = "(near.Thing)" if i % 10 and i + 1 < count else ""
        write(folder, f"m{i:04d}.py",
              MODULE.format(i=i, near=(i + 1) % count, far=(i * 7 + 3) % count,
                            base=base, mistake=mistake))


if __name__ == "__main__":
    generate(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
