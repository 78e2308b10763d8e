# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by run, test and package: what they need from Debian, and how they build. The caller has set `root`.
set -euo pipefail

build_packages=(g++ cmake ninja-build git ca-certificates libfmt-dev nlohmann-json3-dev libcli11-dev libtbb-dev
  libboost-dev libeigen3-dev libnlopt-dev libhdf5-dev libssl-dev libzip-dev libxlsxwriter-dev libpugixml-dev)
package_packages=(python3 python3-dev pybind11-dev dpkg-dev file)  # ./package
test_packages=(libgtest-dev librapidcheck-dev libbenchmark-dev libopenmpi-dev openmpi-bin clang-format chromium
  python3 python3-numpy python3-pandas python3-xarray python3-netcdf4 python3-h5netcdf python3-h5py python3-jsonschema
  python3-openpyxl groff-base python3-dev pybind11-dev python3-matplotlib python3-nbformat python3-nbclient
  python3-ipykernel r-base-core r-cran-ncdf4 mkdocs mkdocs-material pre-commit codespell black gcovr dpkg-dev file
  lintian man-db python3-pip)
platform_packages=(clang g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user emscripten googletest)  # ./test --platforms

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
    [[ $# -gt 0 || -e $to/node_modules/eslint ]]; then
    return 0
  fi
  mkdir -p "$to"
  cp "$root"/web/package.json "$root"/web/.npmrc "$to/"
  cp "$root/web/package-lock.json" "$to/package-lock.json"
  say "installing what the page of a result needs, with npm (log: build/npm.log)"
  if ! (cd "$to" && npm ci --ignore-scripts "$@") >"$root/build/npm.log" 2>&1; then
    rm -f "$to/package-lock.json"
    say "npm could not install it: there will be no page. Check the network and build/npm.log, then try again"
    return 1
  fi
}

# forget_moved <preset>: a build of another folder, which this one was moved or copied from, is of no use here. What
# ccache keeps is: the new build is quick where it has it.
forget_moved() {
  local cache="$root/build/$1/CMakeCache.txt" home
  [[ -e $cache ]] || return 0
  home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
  [[ $home == "$root" ]] && return 0
  say "the build in build/$1 is of $home: building again here"
  rm -rf "$root/build/$1"
}

# "3 min 20 s"
duration() {
  if (($1 < 60)); then
    echo "$1 s"
  else
    echo "$(($1 / 60)) min $(($1 % 60)) s"
  fi
}

# stage <what>: what follows is counted as this, until the next stage; stage_failed marks it; stages says how long each took.
stage_names=() stage_starts=() stage_results=()
stage() {
  stage_names+=("$1") stage_starts+=("$SECONDS") stage_results+=(passed)
}
stage_failed() { stage_results[-1]=FAILED; }
stages() {
  local i end
  for i in "${!stage_names[@]}"; do
    end=${stage_starts[i + 1]-$SECONDS}
    printf '%-18s %-7s %s\n' "${stage_names[i]}" "${stage_results[i]}" "$(duration $((end - stage_starts[i])))"
  done
}

# show_progress <log>: reads Ninja's lines, "[120/310] ...", keeps them in the log, and says how far it is: on a terminal
# in one line that changes, elsewhere in a line each tenth of the way.
show_progress() {
  local log=$1 line built all tenth=0 start=$SECONDS terminal='' left shown=''
  [[ -t 2 && ${TERM-dumb} != dumb ]] && terminal=yes
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    built=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
    left=''
    if ((built < all && SECONDS - start >= 5)); then
      left=", about $(duration $(((SECONDS - start) * (all - built) / built))) left"
    fi
    if [[ $terminal ]]; then
      printf '\r\033[Khearth: building: %d of %d files%s' "$built" "$all" "$left" >&2
      shown=yes
    elif ((all >= 10 && built * 10 / all > tenth)); then
      tenth=$((built * 10 / all))
      say "building: $built of $all files$left"
    fi
  done
  [[ -z $shown ]] || printf '\r\033[K' >&2
}

# build <preset> <target> [cmake options]: says what it builds and how far it is; the compiler's words are in the log, unless
# it fails.
build() {
  local preset=$1 target=$2
  shift 2
  forget_moved "$preset"
  local log="$root/build/$preset.log" failed='' how='what has changed since the last build'
  [[ -e $root/build/$preset/build.ninja ]] || how='everything, as nothing is built yet: some minutes'
  mkdir -p "$root/build"
  say "building $preset, $how (log: build/$preset.log)"
  cmake -S "$root" --preset "$preset" "$@" >"$log" 2>&1 || failed=yes
  if [[ ! $failed ]]; then
    NINJA_STATUS='[%f/%t] ' cmake --build "$root/build/$preset" --target "$target" 2>&1 | show_progress "$log" ||
      failed=yes
  fi
  if [[ $failed ]]; then
    tail -n 40 "$log" >&2
    say "the $preset build failed; the whole log is $log"
    exit 4
  fi
}
