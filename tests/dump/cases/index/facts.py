import a.b as ab
import typing
from . import *
from .c import d as e

__all__ = ["e", "f"]
__all__ += ab.__all__
__all__.remove("f")

if typing.TYPE_CHECKING:
    from x.y import Z

try:
    import ujson as json
except ImportError:
    import json


def f():
    import late

    late.x = 1
    if late.x is not None:
        late.x
    del late.x
    return late.x, e
