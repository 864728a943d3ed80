#!/usr/bin/env bash
# Every check that reads the sources without building them. All run; any finding fails the whole.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYTHONDONTWRITEBYTECODE=1

failed=()
check() {
  local name=$1
  shift
  printf 'lint: %s\n' "$name"
  "$@" || failed+=("$name")
}

shell_syntax() {
  local file bad=0
  while IFS= read -r file; do
    bash -n "$file" || bad=1
  done < <(grep --recursive --files-with-matches --max-count 1 '^#!.*bash' .ci Tests deploy 2>/dev/null)
  return "$bad"
}

check "the checks themselves" python3 .ci/test-checks.py
check "Swift format" swift format lint --strict --parallel --recursive Package.swift Sources Tests
check "C format" .ci/clang-format.sh --dry-run -Werror
check "imports" python3 .ci/check-imports.py
check "tidiness" python3 .ci/check-tidy.py
check "generated code" .ci/check-proto.sh
check "shell scripts" shell_syntax

if [ "${#failed[@]}" -gt 0 ]; then
  printf 'lint: failed: %s\n' "$(IFS=, && echo "${failed[*]}")" >&2
  exit 1
fi
echo "lint: clean"
