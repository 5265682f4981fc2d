#!/usr/bin/env bash
# Records the profile that the release build is optimised with:
#
#   scripts/train.sh DIR [CMAKE-ARGUMENT...]
#
# Builds the program with counters in DIR/build, lets it check what every
# machine that can build has (Python's own library, typeshed, the examples), and
# leaves the counters in DIR/profile. Where that fails, it says so, DIR/profile is
# empty, and the build goes on without.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
shift

give_up() {
  echo "train: $*; building without a profile" >&2
  rm -rf "$dir/profile"
  finish
}

finish() {
  rm -rf "$dir/build"
  mkdir -p "$dir/profile"
  touch "$dir/trained"
  exit 0
}

# On one worker: the counters are not atomic.
learn() {
  (cd "$1" && "$dir/build/taipan" check . -j 1 --exit-zero --no-progress \
    -o "concise:$dir/findings") >"$dir/log" 2>&1
  local code=$?
  # 4: a module could not be read. The others count.
  [ "$code" = 0 ] || [ "$code" = 4 ]
}

rm -rf "$dir"
mkdir -p "$dir"
cmake -S "$root" -B "$dir/build" "$@" -DTAIPAN_PGO_RECORD="$dir/profile" \
  -DTAIPAN_TESTS=OFF -DTAIPAN_LTO=OFF >"$dir/log" 2>&1 ||
  give_up "cannot configure, see $dir/log"
cmake --build "$dir/build" --target taipan >"$dir/log" 2>&1 ||
  give_up "cannot build, see $dir/log"

deps=$(sed -n 's/^TAIPAN_DEPS_DIR:[A-Z]*=//p' "$dir/build/CMakeCache.txt")
library=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))' \
  2>/dev/null)
for corpus in "$root/examples" "$deps/typeshed/stdlib" "$library"; do
  [ -d "$corpus" ] || continue
  learn "$corpus" || give_up "cannot check $corpus, see $dir/log"
done
finish
