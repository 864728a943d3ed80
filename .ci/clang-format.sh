#!/usr/bin/env bash
# Runs clang-format with the given arguments over the C and C++ that people write.
#
#   .ci/clang-format.sh --dry-run -Werror
#   .ci/clang-format.sh -i
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian's: other versions format otherwise, and a newer one may stand before it in PATH.
tool=$(command -v clang-format-14 || command -v clang-format)
version=$("$tool" --version)
[[ $version == *" version 14."* ]] || { echo "clang-format: needs version 14, found $version" >&2; exit 1; }

mapfile -t files < <(find Sources Tests -name .build -prune -o -type f \
  \( -name '*.c' -o -name '*.h' -o -name '*.cc' -o -name '*.cpp' -o -name '*.hpp' \) \
  ! -path 'Sources/COctavoProto/*' -print | LC_ALL=C sort)
[ "${#files[@]}" -eq 0 ] || "$tool" "$@" "${files[@]}"
