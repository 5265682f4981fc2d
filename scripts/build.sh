#!/usr/bin/env bash
# Configures a preset once and builds it: scripts/build.sh PRESET [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
if [ ! -e "build/$preset/build.ninja" ]; then
  mkdir -p "build/$preset"
  cmake --preset "$preset" >"build/$preset/configure.log" 2>&1 || {
    cat "build/$preset/configure.log" >&2
    rm -f "build/$preset/build.ninja"
    exit 1
  }
fi
targets=()
for t in "$@"; do targets+=(--target "$t"); done
cmake --build "build/$preset" "${targets[@]}"
