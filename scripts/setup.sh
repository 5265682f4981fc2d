#!/usr/bin/env bash
# Installs what the build needs and unpacks the pinned third-party sources.
#
#   scripts/setup.sh            compiler, CMake, libraries, tree-sitter, typeshed
#   scripts/setup.sh --fuzz     the same, and clang with libFuzzer
#   scripts/setup.sh --tools    the same, and clang-format and clang-tidy
#   scripts/setup.sh --deb      the same, and what a Debian package needs
#   scripts/setup.sh --bench    the same, and what fetches other checkers
#
# Safe to run twice: packages are installed only when missing (with sudo when
# not root), archives are fetched only when their digest is not unpacked yet.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
deps=$root/build/deps
lock=$root/stubs/lock.txt

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; return; fi
  command -v sudo >/dev/null 2>&1 || die "needs root or sudo to run: $*"
  sudo "$@"
}

# --- Debian packages -------------------------------------------------------

packages="gcc g++ make cmake ninja-build python3 libjemalloc-dev libhwloc-dev
  libbenchmark-dev libcmocka-dev libzstd-dev libxxhash-dev libpcre2-dev
  libcjson-dev libutf8proc-dev"
for arg in "$@"; do
  case $arg in
    --fuzz) packages="$packages clang llvm libclang-rt-dev" ;;
    --deb) packages="$packages dpkg-dev" ;;
    --bench)
      python3 -c 'import pip, venv, ensurepip' 2>/dev/null ||
        packages="$packages python3-pip python3-venv" ;;
    --tools) packages="$packages clang-format clang-tidy" ;;
    *) die "unknown argument: $arg" ;;
  esac
done
# Any npm will do: it is only used to fetch four archives.
command -v npm >/dev/null 2>&1 || packages="$packages npm"

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
if command -v dpkg-query >/dev/null 2>&1; then
  for p in $packages; do installed "$p" || missing="$missing $p"; done
else
  say "not a Debian system: install the like of: $(echo $packages)"
fi
if [ -n "$missing" ]; then
  say "installing$missing"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# --- Pinned sources --------------------------------------------------------

# sha512 of a file in base64, the form the npm registry publishes.
digest() {
  node -e 'const h = require("crypto").createHash("sha512");
    h.update(require("fs").readFileSync(process.argv[1]));
    console.log(h.digest("base64"));' "$1"
}

# Leaves the archive of NAME VERSION unpacked in a folder, and prints it.
fetch() {
  local name=$1 version=$2 want=$3 dir tgz got
  dir=$(mktemp -d "$deps/tmp.XXXXXX")
  say "fetching $name $version"
  local try
  for try in 1 2 3; do
    if (cd "$dir" && npm pack --silent --ignore-scripts "$name@$version") \
        >/dev/null 2>"$dir/log"; then
      break
    fi
    [ "$try" -lt 3 ] || { cat "$dir/log" >&2; die "cannot fetch $name"; }
    sleep "$try"
  done
  tgz=$(ls "$dir"/*.tgz)
  got=$(digest "$tgz")
  [ "$got" = "$want" ] || die "$name $version has digest $got, not $want"
  mkdir "$dir/x"
  tar xzf "$tgz" -C "$dir/x" --strip-components=1 --no-same-owner
  echo "$dir/x"
}

# Copies the part we build from into place. The stamp goes in last, so that a
# set-up cut short is done again.
unpack() {
  local name=$1 version=$2 sum=$3 short=${1##*/} src dst
  case $short in pyright) dst=$deps/typeshed ;; *) dst=$deps/$short ;; esac
  if [ "$(cat "$dst/.digest" 2>/dev/null)" = "$sum" ]; then return; fi
  src=$(fetch "$name" "$version" "$sum")
  rm -rf "$dst"
  mkdir -p "$dst"
  case $short in
    tree-sitter)
      cp -R "$src/vendor/tree-sitter/lib/." "$dst/" ;;
    pyright)
      cp -R "$src/dist/typeshed-fallback/." "$dst/" ;;
    *)
      cp -R "$src/src" "$dst/src" ;;
  esac
  [ -e "$dst/LICENSE" ] || cp "$src/LICENSE" "$dst/LICENSE"
  rm -rf "${src%/x}"
  echo "$sum" >"$dst/.digest"
}

mkdir -p "$deps"
# One set-up at a time: several builds may start together.
exec 9>"$deps/.lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi
rm -rf "$deps"/tmp.*
while read -r name version sum; do
  case $name in ''|\#*) continue ;; esac
  unpack "$name" "$version" "$sum"
done <"$lock"
