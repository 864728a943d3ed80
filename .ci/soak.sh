#!/bin/bash
# The property tests again and again with other seeds, for SECONDS_MAX (an hour by default) or until one fails.
#
#     .ci/soak.sh [SECONDS_MAX]
set -euo pipefail
cd "$(dirname "$0")/.."

limit=${1:-3600}
began=$SECONDS
seed=$(date +%s)
swift build -c release --build-tests
while ((SECONDS - began < limit)); do
  seed=$((seed + 1))
  echo "soak: seed $seed, after $((SECONDS - began)) of $limit s"
  OCTAVO_SOAK_SEED=$seed swift test -c release --skip-build --disable-xctest \
    --filter 'SchedulerPropertyTests|ServingTests' >/tmp/octavo-soak.log 2>&1 || {
    grep -a '✘' /tmp/octavo-soak.log | head -20
    echo "soak: failed with OCTAVO_SOAK_SEED=$seed" >&2
    exit 1
  }
done
echo "soak: nothing failed"
