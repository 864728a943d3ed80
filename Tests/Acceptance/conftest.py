"""What the acceptance tests share: the stubs made from proto/, the binaries, the model, running processes.

`make test` builds all of it first; by hand: `.ci/python-environment.sh` and `swift build -c release`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUBS = ROOT / ".build" / "python"
BINARIES = ROOT / ".build" / "release"

sys.path.insert(0, str(STUBS))

from running import Running  # noqa: E402


@pytest.fixture(scope="session")
def product():
    """product("octavo"): the path of a built executable of the package."""

    def path(name):
        binary = BINARIES / name
        assert binary.is_file(), f"{binary} is missing: swift build -c release"
        return binary

    return path


@pytest.fixture(scope="session")
def octavo(product):
    """The binary that users run."""
    return product("octavo")


@pytest.fixture(scope="session")
def kjv():
    """The small real model, as published: bf16."""
    return ROOT / "Tests" / "Fixtures" / "kjv"


@pytest.fixture(scope="session")
def kjv_int8(octavo, kjv, tmp_path_factory):
    """The small real model, quantized once a session by the binary under test."""
    folder = tmp_path_factory.mktemp("models") / "kjv-int8"
    command = [octavo, "quantize", kjv, "--out", folder]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture
def start():
    """start(command...): a Running process, ended after the test whatever happened in it."""
    started = []

    def run(*command, **options):
        process = Running(command, **options)
        started.append(process)
        return process

    yield run
    for process in reversed(started):
        process.stop()
