#!/usr/bin/env bash
# Builds the libFuzzer targets and runs each: scripts/fuzz.sh [SECONDS [TARGET]]
# The corpus stays in build/fuzz/corpus/<target>; seeds come from the tests, the
# examples and typeshed. A crash leaves its input in build/fuzz and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
only=${2:-}
scripts/setup.sh --fuzz
scripts/build.sh fuzz
for target in build/fuzz/fuzz/*_fuzz; do
  name=$(basename "$target")
  if [ -n "$only" ] && [ "$name" != "$only" ]; then continue; fi
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  find tests examples build/deps/typeshed/stdlib \
    \( -name '*.py' -o -name '*.pyi' \) -size -32k -print0 |
    while IFS= read -r -d '' f; do
      cp -n "$f" "$corpus/seed-$(echo "$f" | tr '/' '-')" || true
    done
  echo "== $name, $seconds s"
  "$target" -max_total_time="$seconds" -max_len=32768 -timeout=20 \
    -rss_limit_mb=4096 -print_final_stats=1 -verbosity=1 \
    -artifact_prefix=build/fuzz/ "$corpus"
done
