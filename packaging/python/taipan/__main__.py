"""`python -m taipan`: becomes the native program."""

import os
import sys

from taipan import find_taipan_bin


def main() -> None:
    program = find_taipan_bin()
    os.execv(program, [program, *sys.argv[1:]])


if __name__ == "__main__":
    main()
