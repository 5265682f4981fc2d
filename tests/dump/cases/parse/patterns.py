match a, *b:
    case 1 | -2.5 | "s" "t" | None | a.b | 1 - 2j: pass
    case [c, *_, (d)] | (c, [d]): pass
    case {"k": e, a.b: 1, **f} if g: pass
    case A(h, i=B.C()) as j: pass
    case k, : pass
    case _: pass
match(a)
case = match
