"""A typeshed without nearly all that the checker knows by name."""
import enum
from dataclasses import dataclass
from typing import NamedTuple, TypedDict


@dataclass
class A:
    n: int
    s: str = "x"


class P(NamedTuple):
    x: int


class D(TypedDict):
    k: int


class Colour(enum.Enum):
    RED = 1


def f(*args: int, **kwargs: str):
    yield args[0]
    return [a for a in args if isinstance(a, (int, str))]


async def g(d: D, t: tuple[int, ...]) -> dict[str, int]:
    async with d as e:
        await e
    for i in {1: "a"}, (1, 2), [3], {4}, "x", b"y", 1.5, 1j, None, ...:
        match i:
            case {"k": v}:
                print(v)
            case [1, *rest]:
                print(rest)
    try:
        return {**d}
    except* ValueError as error:
        raise error from None


class B(A, metaclass=type):
    @property
    def p(self) -> int:
        return super().n

    @classmethod
    def c(cls):
        return type(cls)()

    @staticmethod
    def s() -> slice:
        return slice(1)


x: int = object()
y = 1 + 1
y.missing
lambda: B.c().p
