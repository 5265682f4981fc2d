import os

x = 1
if os.name == "nt":
    x = None
elif x:
    y = 2
print(x, y)


def first(a, b=x):
    if a is None or not b:
        return b
    while a.next is not None:
        a = a.next
        if a.done:
            break
    else:
        b = None
    for i in range(3):
        z = i
    return a, b, z
