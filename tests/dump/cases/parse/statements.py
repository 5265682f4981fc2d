"""Statements of every kind."""
from __future__ import annotations
import a.b as c, d
from ..e import (f as g, h,)
from .i import *

x: int = 1
(y): str
z.w += 1
p = q, *r = s
del (t), [u], v.w
assert x, "no"
global x
if a: b
elif c: d; e
else: f
while a:
    break
else:
    continue_ = 1
for i, *j in k, l: pass
with a as b, (c) as (d, e): pass
with (a as b, c): pass
try:
    raise A from b
except* (B, C) as d: ...
else: pass
finally: pass
try: pass
except A, B: pass
type X[T: int, *Ts = *tuple[int], **P = [int]] = list[T] | None
type(a).b = c
print >>f, x
@dec.o(1)
async def f[T](a, /, b: int = 1, *args: *Ts, c, d=2, **kw) -> int:
    nonlocal_ = await a ** 2
    async for b in c: yield b
    async with d as e: return
class C[T = int](A, metaclass=M, *b, **c):
    x = 1
