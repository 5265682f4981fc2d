"""The module ends with a binding that is never reached."""

from typing import reveal_type

node = 1


def show():
    reveal_type(node)


raise SystemExit
node = node.parent
