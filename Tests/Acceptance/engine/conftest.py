import os
import pathlib

import pytest
from engine_probe import ROOT, Probe


@pytest.fixture
def probe(tmp_path):
    path = pathlib.Path(os.environ.get("ENGINE_PROBE", ROOT / ".build" / "release" / "engine-probe"))
    assert path.exists(), f"{path} is missing: run `swift build -c release --product engine-probe`"
    return Probe(path, tmp_path)
