#!/usr/bin/env bash
# Fails when the committed Sources/COctavoProto is not what proto/ generates.
#
#   .ci/check-proto.sh [COMMITTED] [PROTO]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
.ci/generate-proto.sh "$scratch/fresh" "${2:-proto}"
diff --recursive --brief "${1:-Sources/COctavoProto}" "$scratch/fresh" ||
  { echo "check-proto: Sources/COctavoProto is not what proto/ says: make proto" >&2; exit 1; }
