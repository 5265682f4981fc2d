#!/usr/bin/env bash
# Every test, in each build that can tell something new:
#
#   debug   all of them
#   asan    all but the lint tests
#   tsan    what runs threads: unit, model, stress, and what says "labels: tsan"
#   stress  unit, dump and mdtest with shrunk constants; not what measures growth
#
#   scripts/test.sh [PRESET...]    only these builds
#
# Goes on behind a failing build, so that one run shows all; ends with a line
# that sums up every build.
set -uo pipefail
cd "$(dirname "$0")/.."

presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(debug asan tsan stress)
jobs=$(nproc)
passed=0 failed=0 skipped=0 broken=()

scripts/setup.sh || exit 1

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

# Adds the counts of a ctest result file.
count() {
  local n
  n=$(python3 - "$1" <<'PY'
import sys
import xml.etree.ElementTree as et
suite = et.parse(sys.argv[1]).getroot()
tests, failed, skipped = (int(suite.get(k, 0))
                          for k in ("tests", "failures", "skipped"))
skipped += int(suite.get("disabled", 0))
print(tests - failed - skipped, failed, skipped)
PY
  ) || { failed=$((failed + 1)); return; }
  set -- $n
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

for preset in "${presets[@]}"; do
  echo "== $preset"
  select=()
  case $preset in
    asan) select=(-LE '^lint$') ;;
    tsan) select=(-L '^(unit|model|stress|tsan)$' -LE '^growth$') ;;
    stress) select=(-L '^(unit|dump|mdtest)$' -LE '^growth$') ;;
  esac
  if ! scripts/build.sh "$preset"; then
    broken+=("$preset")
    failed=$((failed + 1))
    continue
  fi
  results=$PWD/build/$preset/results.xml
  rm -f "$results"
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure \
    --output-junit "$results" "${select[@]}" || true
  if [ -e "$results" ]; then
    count "$results"
  else
    failed=$((failed + 1))
  fi
done

echo
for preset in ${broken[@]+"${broken[@]}"}; do echo "did not build: $preset"; done
if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
