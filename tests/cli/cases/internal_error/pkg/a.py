from pkg.b import f
x = (
