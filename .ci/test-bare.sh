#!/usr/bin/env bash
# Proves that a bare Debian 12 suffices: debootstraps one, shows it the Swift toolchain and this machine's registry
# settings (apt, pip, git's url.*.insteadOf, certificates, proxies), clones HEAD inside and runs commands in the clone.
#
#   .ci/test-bare.sh [COMMAND...]        default: 'ONCE=1 make run' 'make test'
#
# All paths are asked of the tools that use them. Mounts live in a mount namespace of their own and end with it,
# processes in a process namespace: nothing is left behind, whatever fails. BARE names another place than .build/bare.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suite=bookworm
bare=${BARE:-$PWD/.build/bare}
commands=("$@")
[ "${#commands[@]}" -gt 0 ] || commands=("ONCE=1 make run" "make test")

say() { printf '\n== bare: %s\n' "$*"; }

fail() {
  echo "test-bare: $1" >&2
  exit 1
}

# --- Outside: make the root, then enter it through new namespaces -------------------------------------------------

# The mirror and component that apt itself reads this suite from.
apt_mirror() {
  apt-get indextargets --format '$(CODENAME) $(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$suite" '($1 == suite || $2 == suite) && $3 == "main" { print $4; exit }'
}

make_root() {
  local mirror
  mirror=$(apt_mirror)
  [ -n "$mirror" ] || fail "apt has no source for $suite here: debootstrap needs one"
  say "debootstrap $suite from $mirror"
  rm -rf --one-file-system "$bare"
  mkdir -p "$bare"
  debootstrap --variant=minbase --include=ca-certificates,git,make "$suite" "$bare" "$mirror" >"$bare.log" 2>&1 ||
    { tail -n 20 "$bare.log" >&2; fail "debootstrap failed"; }
  git clone --quiet --no-hardlinks "$PWD" "$bare/root/octavo"
}

# --- Inside the new mount namespace: show the root what it may see, and enter it ----------------------------------

# Shows a file or folder of this machine at the same place inside, read-only.
show() {
  local path=$1
  [ -e "$path" ] || return 0
  if [ -d "$path" ]; then
    mkdir -p "$bare$path"
  else
    mkdir -p "$bare$(dirname "$path")"
    [ -e "$bare$path" ] || : >"$bare$path"
  fi
  mount --bind "$path" "$bare$path"
  mount -o remount,bind,ro "$bare$path"
}

# Copies a file to the same place inside, for files that packages there may want to replace.
copy() {
  [ ! -f "$1" ] || install -D --mode=0644 "$1" "$bare$1"
}

show_system() {
  mount -t proc proc "$bare/proc"
  mount --rbind /dev "$bare/dev"
  mount --rbind /sys "$bare/sys"
  cp --dereference /etc/resolv.conf /etc/hosts "$bare/etc/"
}

# The folder above usr/bin of the compiler in use: a symbolic link or a shim in PATH does not mislead it.
toolchain_root() {
  local resources
  resources=$(swift -print-target-info | sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p')
  [ -n "$resources" ] || fail "swift does not say where it is: swift -print-target-info"
  (cd "$resources/../../.." && pwd -P)
}

show_toolchain() {
  [ "$toolchain" != / ] || fail "the toolchain shares the system's own /usr; unpack one into a folder of its own"
  show "$toolchain"
}

show_apt() {
  local etc
  etc=$(apt-config shell etc Dir::Etc/d) && eval "$etc"
  show "${etc%/}"
  local key
  grep --recursive --no-filename --ignore-case --only-matching 'signed-by[:=] *[^] ]*' "$etc" |
    sed 's/^[^:=]*[:=] *//' | sort -u | while IFS= read -r key; do copy "$key"; done
}

# Every replacement of a URL that git knows here, and the folder where it leads to one.
show_git() {
  local key value base
  while read -r key value; do
    base=${key#url.}
    base=${base%.insteadof}
    git config --file "$bare/etc/gitconfig" --add "url.$base.insteadOf" "$value"
    base=${base#file://}
    [[ $base != /* ]] || show "${base%/}"
  done < <(git config --get-regexp '^url\..*\.insteadof$' || true)
}

# pip's settings as pip states them, and the folders they lead to.
show_pip() {
  local key value
  echo "[global]" >"$bare/etc/pip.conf"
  while IFS='=' read -r key value; do
    value=${value#\'}
    value=${value%\'}
    [[ $key != global.* ]] || echo "${key#global.} = $value" >>"$bare/etc/pip.conf"
    [[ $key == *cert || ! -d $value ]] || show "$value"
  done < <(python3 -m pip config list 2>/dev/null || true)
}

# Certificates and proxies that environment variables name; the variables go along, and files they point to.
environment=()
show_environment() {
  local name value
  while IFS='=' read -r name value; do
    environment+=("$name=$value")
    copy "$value"
  done < <(env | grep -iE '^(PIP_|[a-z_]*proxy=|SSL_|CURL_CA|GIT_SSL|REQUESTS_CA|NIX_SSL)' || true)
}

# The last step outside: everything is shown, the commands run in the clone.
enter() {
  mount --make-rprivate /
  show_system
  show_toolchain
  show_environment
  show_apt
  show_git
  show_pip
  exec chroot "$bare" /usr/bin/env -i "${environment[@]}" HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH="$toolchain/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    bash -euo pipefail -c '
      cd /root/octavo
      for command in "$@"; do
        printf "\n== bare: %s\n" "$command"
        started=$SECONDS
        bash -euo pipefail -c "$command" || { echo "test-bare: failed: $command" >&2; exit 1; }
        printf "\n== bare: %s: %d s\n" "$command" "$((SECONDS - started))"
      done' bare "${commands[@]}"
}

if [ "${BARE_STAGE:-}" = inside ]; then
  enter
fi

if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "needs root: it mounts and changes root"
  echo "test-bare: through sudo" >&2
  exec sudo --preserve-env "PATH=$PATH" "${BASH_SOURCE[0]}" "$@"
fi

[ -z "$(git status --porcelain)" ] || echo "test-bare: what is not committed is not tested" >&2
toolchain=$(toolchain_root)
trap 'rm -rf --one-file-system "$bare" "$bare.log"' EXIT
make_root
BARE=$bare BARE_STAGE=inside toolchain=$toolchain \
  unshare --mount --pid --fork --kill-child "$PWD/.ci/test-bare.sh" "${commands[@]}"
say "passed"
