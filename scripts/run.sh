#!/usr/bin/env bash
# What `make run` shows: the waves of a repository, then what is wrong with it.
set -euo pipefail
repo=$1
taipan=$(cd "$(dirname "$0")/.." && pwd)/build/release/taipan
[ -e "$repo" ] || { echo "run: no such path: $repo" >&2; exit 2; }
if [ -f "$repo" ]; then exec "$taipan" check --exit-zero "$repo"; fi
cd "$repo"
"$taipan" graph
echo
"$taipan" check --exit-zero --output-format full
