#!/usr/bin/env bash
# Runs the RPC suites under the thread sanitizer: every thread that gRPC shares with us meets in that room.
#
#   .ci/tsan.sh [FILTER]        default: RPCTests
#
# A report fails the run. The hand-over of each tag is annotated in CGRPCShims, because libgrpc itself is not built
# for the sanitizer; what that leaves to suppress is in Tests/RPCTests/tsan.supp, each line with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export TSAN_OPTIONS="suppressions=$PWD/Tests/RPCTests/tsan.supp exitcode=66 second_deadlock_stack=1 ${TSAN_OPTIONS:-}"
options=(--sanitize=thread --scratch-path .build/tsan)
swift build --build-tests "${options[@]}"
swift test --skip-build --disable-xctest "${options[@]}" --filter "${1:-RPCTests}"
