def f(a, b:
    return a
class C(
    x = 1
@dec
def g(x y):
    pass
x = foo(a b)
y =
if a == 1
    z = 1
for i in range(3) print(i)
else:
    w = 2
try:
    a b
except E e:
    c
v = 1
   u = 2
t = [1,
s = 3
