"""taipan, a type checker for Python. The program itself is a native binary."""

import os
import sys
import sysconfig


def find_taipan_bin() -> str:
    """The path of the program that was installed with this package."""
    name = "taipan" + (sysconfig.get_config_var("EXE") or "")
    here = os.path.dirname(os.path.abspath(__file__))
    candidates = [os.path.join(sysconfig.get_path("scripts"), name)]
    if sys.version_info >= (3, 10):
        user = sysconfig.get_preferred_scheme("user")
    else:
        user = "posix_user"
    candidates.append(os.path.join(sysconfig.get_path("scripts", scheme=user), name))
    # `pip install --target DIR` and `--prefix DIR`.
    up = here
    for _ in range(4):
        up = os.path.dirname(up)
        candidates.append(os.path.join(up, "bin", name))
    for path in candidates:
        if os.path.isfile(path):
            return path
    raise FileNotFoundError("the taipan program is not where pip puts scripts: "
                            + candidates[0])
