from __future__ import annotations

limit: int = 3


class Point[T]:
    limit = limit

    def __init__(self, x: T, y: T) -> None:
        self.x, self.y = x, y
        self.z: T = x

    @classmethod
    def make(cls):
        cls.made = True
        return [cls(i, limit) for i in range(limit) if (last := i)]


def counter():
    n = 0

    def step(by=1):
        nonlocal n
        global limit
        n += by
        limit = n
        return lambda: (n, by)

    return step


type Pair[K] = tuple[K, Point[K]]
