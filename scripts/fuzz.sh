#!/usr/bin/env bash
# Builds the libFuzzer targets and runs each: scripts/fuzz.sh [SECONDS [TARGET]]
#
# The corpus stays in build/fuzz/corpus/<target>; its seeds come from
# tests/fuzz/seeds.py.  A crash leaves its input in build/fuzz and fails;
# minimise it by
#   build/fuzz/fuzz/TARGET -minimize_crash=1 -max_total_time=60 build/fuzz/crash-...
# and run it once more by giving it as the only argument.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
only=${2:-}
scripts/setup.sh --fuzz
targets=()
for f in tests/fuzz/*_fuzz.c; do
  name=$(basename "$f" .c)
  if [ -z "$only" ] || [ "$name" = "$only" ]; then targets+=("$name"); fi
done
scripts/build.sh fuzz "${targets[@]}"
for name in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  python3 tests/fuzz/seeds.py "$corpus"
  echo "== $name, $seconds s"
  "build/fuzz/fuzz/$name" -max_total_time="$seconds" -max_len=8192 \
    -timeout=20 -rss_limit_mb=6144 -print_final_stats=1 -verbosity=1 \
    -dict=tests/fuzz/python.dict -artifact_prefix=build/fuzz/ "$corpus"
done
