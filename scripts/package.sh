#!/usr/bin/env bash
# Makes a package in dist/: scripts/package.sh deb|wheel
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p dist
case ${1:-} in
  deb)
    # cpack reads the libraries that the program needs with dpkg-shlibdeps.
    command -v dpkg-shlibdeps >/dev/null 2>&1 || scripts/setup.sh --deb
    (cd build/release && cpack -G DEB)
    rm -rf dist/_CPack_Packages
    ls dist/*.deb
    ;;
  wheel)
    # The backend has no requirements, so neither pip nor an index is needed.
    python3 - <<'PY'
import sys
sys.path.insert(0, "packaging")
import build_backend
print("dist/" + build_backend.build_wheel("dist"))
PY
    ;;
  *)
    echo "usage: scripts/package.sh deb|wheel" >&2
    exit 2
    ;;
esac
