#!/usr/bin/env bash
# Makes .venv from Tests/Acceptance/requirements.txt, and the Python stubs of proto/ in .build/python.
#
# The environment is kept while the requirements and the interpreter are the same. Debian's own python3 is
# preferred, because python3-venv belongs to it; PYTHON names another.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || command -v python3)}
requirements=Tests/Acceptance/requirements.txt
state=$({ "$python" --version && cat "$requirements"; } | sha256sum | cut -d ' ' -f 1)

if [ "$(cat .venv/state 2>/dev/null)" != "$state" ]; then
  rm -rf .venv
  "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  .venv/bin/python -m pip check --disable-pip-version-check >/dev/null
  echo "$state" >.venv/state
fi

mapfile -t files < <(cd proto && find . -name '*.proto' 2>/dev/null | sed 's|^\./||' | LC_ALL=C sort)
[ "${#files[@]}" -gt 0 ] || { echo "python: no .proto file under proto/" >&2; exit 1; }
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
.venv/bin/python -m grpc_tools.protoc --proto_path=proto --python_out="$stubs" --grpc_python_out="$stubs" "${files[@]}"
mkdir -p .build
rm -rf .build/python
cp -R "$stubs" .build/python
