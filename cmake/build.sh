# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by run and test: what they need from Debian, and how they build. The caller has set `root`.
set -euo pipefail

build_packages=(g++ cmake ninja-build git ca-certificates libfmt-dev nlohmann-json3-dev libcli11-dev libtbb-dev
  libboost-dev libeigen3-dev libnlopt-dev libhdf5-dev libssl-dev libzip-dev libpugixml-dev librandom123-dev)
test_packages=(libgtest-dev librapidcheck-dev libbenchmark-dev libopenmpi-dev openmpi-bin clang-format chromium
  python3 python3-numpy python3-pandas python3-xarray python3-netcdf4 python3-h5netcdf python3-h5py python3-jsonschema
  groff-base python3-dev pybind11-dev python3-matplotlib python3-nbformat python3-nbclient python3-ipykernel)

# npm brings Apache ECharts, which draws the page, and for ./test what drives the browser. A Node.js from elsewhere will do.
command -v npm >/dev/null || build_packages+=(nodejs npm)

say() { echo "hearth: $*" >&2; }

# Installs those of the named packages that are missing; touches neither apt nor the network when none is.
install_missing() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "no apt here: assuming the equivalents of these Debian packages are installed: $*"
    return
  fi
  local missing=() package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      say "these Debian packages are missing, and installing them needs root or sudo. As root:"
      say "  apt-get install ${missing[*]}"
      exit 4
    fi
    as_root=(sudo)
  fi
  local log="$root/build/apt.log"
  mkdir -p "$root/build"
  say "installing ${missing[*]} (log: build/apt.log)"
  if ! { "${as_root[@]}" apt-get -q update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
      "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "apt could not install them: check the network and apt's sources, then try again"
    exit 4
  fi
}

# install_web [npm options]: what web/package-lock.json pins, into build/web; does nothing when it is there. Fails quietly
# but for a line: all but the page works without it.
install_web() {
  local to="$root/build/web"
  if cmp -s "$root/web/package-lock.json" "$to/package-lock.json" && [[ -e $to/node_modules/echarts ]] &&
    [[ $# -gt 0 || -e $to/node_modules/playwright-core ]]; then
    return 0
  fi
  mkdir -p "$to"
  cp "$root"/web/package.json "$root"/web/.npmrc "$to/"
  cp "$root/web/package-lock.json" "$to/package-lock.json"
  say "installing Apache ECharts with npm (log: build/npm.log)"
  if ! (cd "$to" && npm ci --ignore-scripts "$@") >"$root/build/npm.log" 2>&1; then
    rm -f "$to/package-lock.json"
    say "npm could not install it: there will be no page. Check the network and build/npm.log, then try again"
    return 1
  fi
}

# build <preset> <target> [cmake options]: quiet unless it fails.
build() {
  local preset=$1 target=$2
  shift 2
  export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1  # another clone of the same sources is the same to ccache
  local log="$root/build/$preset.log"
  mkdir -p "$root/build"
  say "building $preset (log: build/$preset.log)"
  if ! { cmake -S "$root" --preset "$preset" "$@" && cmake --build "$root/build/$preset" --target "$target"; } \
    >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    say "the $preset build failed; the whole log is $log"
    exit 4
  fi
}
