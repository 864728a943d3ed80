"""Octavo's tokenizer, driven through the executable `tokenizer-probe`, beside the `tokenizers` package."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
FIXTURE = ROOT / "Tests" / "Fixtures" / "kjv"


class Probe:
    """One tokenizer.json, opened by Octavo."""

    def __init__(self, path):
        self.path = path
        self.program = pathlib.Path(os.environ.get("OCTAVO_BUILD", ROOT / ".build" / "release")) / "tokenizer-probe"

    def run(self, mode, items):
        """Sends a JSON value a line, returns as many."""
        lines = "".join(json.dumps(item) + "\n" for item in items)
        done = subprocess.run(
            [self.program, mode, self.path], input=lines, capture_output=True, text=True, timeout=600)
        answers = [json.loads(line) for line in done.stdout.split("\n") if line]
        assert done.returncode == 0, (answers[-1:], done.stderr)
        assert len(answers) == len(items)
        return answers


@pytest.fixture(scope="session")
def probe():
    return Probe


@pytest.fixture(scope="session")
def kjv_path():
    return str(FIXTURE / "tokenizer.json")


@pytest.fixture(scope="session")
def kjv_lines():
    return (FIXTURE / "held-out.txt").read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="session")
def kjv_prompts():
    return json.loads((FIXTURE / "golden.json").read_text(encoding="utf-8"))["prompts"]
