a.b(c, *d, e=f, **g)[h:i, ::j, *k].l
a or b or c and not d
a < b <= c is not d not in e
a & b ^ c & d
-a ** -b + c * d // e @ f
(a := b), [c := d]
lambda a, *b, c=1, **d: (yield)
a if b else c if d else e
{a: b, **c}, {*a | b, c}, {}, (), []
[a for b in c if d if e async for f in g]
{a: b for c, in d}
f(a for b in c)
1, 0x_ff, 1.5e3, 2j, 123456789012345678901234567890, True, None, ...
"a" 'b\n' r"\c" "\u00e9", b"\xff" b'x'
f"a{b!r:>{c}}d{e = }{{f}}" 'g' rf"\{h}"
t"a{b:c}"
x: dict[str, int] | list[a.b] | None | c
