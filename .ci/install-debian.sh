#!/usr/bin/env bash
# Installs the Debian packages that are missing for the groups named, and nothing else.
#
#   .ci/install-debian.sh run|test|lint|bench|bare...
#
# Silent when nothing is missing. As root or through sudo, saying so in one line; where neither is there,
# it says what to install and fails. SKIP_INSTALL=1 trusts the machine as it is.
set -euo pipefail
export LC_ALL=C

# What a Swift toolchain needs beside itself to compile, link and fetch packages on Debian 12.
swift=(binutils ca-certificates git libc6-dev libcurl4 libgcc-12-dev libncurses6 libsqlite3-0 libstdc++-12-dev
  libxml2 make)
wire=(protobuf-c-compiler protobuf-compiler)
run=("${swift[@]}" "${wire[@]}" libgrpc-dev libpcre2-dev libprotobuf-c-dev)
test=("${run[@]}" openssl procps prometheus python3 python3-venv)
lint=("${swift[@]}" "${wire[@]}" clang-format python3)
bench=("${test[@]}" g++ libgrpc++-dev pkg-config)
bare=(debootstrap util-linux)

# Packages that bring a service of their name: tests start the program themselves, with settings of their own.
services=(prometheus)

lock_seconds_max=300 # a fresh machine's own upgrades hold the lock for minutes

fail() {
  echo "install: $1" >&2
  exit 1
}

[ "$#" -gt 0 ] || fail "name at least one group: run, test, lint, bench, bare"
[ -z "${SKIP_INSTALL:-}" ] || exit 0

wanted=()
for group in "$@"; do
  case $group in
    run | test | lint | bench | bare) ;;
    *) fail "no group is called '$group': run, test, lint, bench, bare" ;;
  esac
  declare -n packages=$group
  wanted+=("${packages[@]}")
done
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | sort -u)

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || fail "this is not Debian.
Install what these Debian 12 packages hold, then say SKIP_INSTALL=1: ${wanted[*]}"

installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(printf '%s\n' "$installed"))
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
how="as root"
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "neither root nor sudo. As root: apt-get install ${missing[*]}"
  as_root=(sudo)
  how="through sudo"
fi
echo "install: $how, apt-get install ${missing[*]}" >&2

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
policy_is_ours=
cleanup() {
  rm -f "$log"
  [ -z "$policy_is_ours" ] || "${as_root[@]}" rm -f "$policy"
}
trap cleanup EXIT

# What is installed here starts nothing, as Debian's policy layer has it.
[ -e "$policy" ] || {
  policy_is_ours=1
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy"
}

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get --quiet --yes --option "DPkg::Lock::Timeout=$lock_seconds_max" "$@" >>"$log" 2>&1
}

# Package lists that are absent or stale name files the mirror no longer has: refresh them, once.
apt install --no-install-recommends "${missing[@]}" ||
  { apt update && apt install --no-install-recommends "${missing[@]}"; } ||
  { cat "$log" >&2; fail "apt-get failed. By hand: apt-get update && apt-get install ${missing[*]}"; }

# Nor does it start at the next boot.
for service in $(comm -12 <(printf '%s\n' "${services[@]}" | sort) <(printf '%s\n' "${missing[@]}")); do
  "${as_root[@]}" update-rc.d "$service" disable >>"$log" 2>&1 || { cat "$log" >&2; fail "cannot disable $service"; }
done
