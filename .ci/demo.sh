#!/usr/bin/env bash
# The first run: quantizes the small model, serves it on two workers, sends one request and keeps serving.
#
#   [ONCE=1] [PORT=N] [OCTAVO=PATH] .ci/demo.sh
#
# ONCE=1 stops after the answer and exits 0 only if everything went well. PORT is the router's, by default octavo's own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

octavo=${OCTAVO:-.build/release/octavo}
source=Tests/Fixtures/kjv
model=.build/models/kjv-int8
prompt="In the beginning God created"
tokens=48
ready_seconds_max=120
stop_seconds_max=30

serve=("$octavo" serve "$model" --workers 2)
generate=("$octavo" generate --max-tokens "$tokens")
if [ -n "${PORT:-}" ]; then
  serve+=(--port "$PORT")
  generate+=(--router "127.0.0.1:$PORT")
fi

say() { printf '\n%s\n' "$*"; }

server=
log=.build/serve.log

fail() {
  stop || true
  echo "run: $1" >&2
  [ ! -s "$log" ] || { echo "run: the end of $log:" >&2 && tail -n 20 "$log" >&2; }
  exit 1
}

# Ends the server in order; its exit status, or 137 where it had to be killed.
stop() {
  local pid=$server deadline=$((SECONDS + stop_seconds_max)) code=0
  [ -n "$pid" ] || return 0
  server=
  kill -TERM "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || code=$?
  return "$code"
}

# Standard output tells when the cluster serves; all of it goes to the log as well.
start() {
  : >"$log"
  "${serve[@]}" >>"$log" 2>&1 </dev/null &
  server=$!
  local deadline=$((SECONDS + ready_seconds_max))
  until grep -q '^ready' "$log"; do
    kill -0 "$server" 2>/dev/null || fail "octavo serve ended before it was ready"
    [ "$SECONDS" -lt "$deadline" ] || fail "octavo serve was not ready within $ready_seconds_max s"
    sleep 0.1
  done
}

interrupted() {
  say "Stopping."
  stop || exit $?
  exit 0
}

mkdir -p .build/models
if [ ! -d "$model" ]; then
  say "Quantizing $source to INT8"
  "$octavo" quantize "$source" --out "$model"
fi

trap interrupted INT TERM HUP
say "Serving $model: a router and two workers, each with half of the layers (log: $log)"
start
grep '^ready' "$log"

say "\$ ${generate[*]} --temperature 0 \"$prompt\""
"${generate[@]}" --temperature 0 "$prompt" || fail "octavo generate failed with exit code $?"

if [ -n "${ONCE:-}" ]; then
  stop || fail "octavo serve ended with exit code $?"
  exit 0
fi

say "Another, from a second terminal (Ctrl-C here stops the cluster):"
echo "  ${generate[*]} --temperature 0.8 \"And it came to pass\""
code=0
wait "$server" || code=$?
server=
fail "octavo serve ended by itself with exit code $code"
