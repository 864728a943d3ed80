"""Activations of 8 bits between stages against numpy, which rounds them by the same rule and shares no code.

All else is in float32, so that what the wire does stands out.
"""

import numpy
import numpy_llama
import pytest
from engine_probe import FIXTURE, GOLDENS


def relative(ours, expected):
    return numpy.linalg.norm(ours - expected, axis=1) / numpy.linalg.norm(expected, axis=1)


@pytest.mark.parametrize("stages", [2, 4])
def test_fixture(probe, stages):
    ids = numpy.fromfile(GOLDENS / "held-out.u16", "<u2")[:512]
    check(probe, FIXTURE, ids, 2048, stages)


@pytest.mark.parametrize("name", ["grouped-queries", "qwen2", "mistral"])
def test_a_short_group(probe, name):
    """72, 84 and 80 channels: one group that is not full."""
    golden = numpy.load(GOLDENS / "float32" / name / "golden.npz")
    check(probe, GOLDENS / "float32" / name, golden["ids"], 131, stages=2)


def check(probe, directory, ids, vocabulary, stages):
    """Far nearer to numpy with the rounding than to numpy without. A value on a tie may be rounded the other way, which
    float order decides: that moves a row by a fraction of what the wire does."""
    model = numpy_llama.FloatModel(directory)
    layers = model.config["num_hidden_layers"]
    exact = model.logits(ids)
    rounded = model.logits(ids, cuts=[layers * stage // stages for stage in range(1, stages)])
    ours = probe.logits(directory, [ids], vocabulary, precision="float32", stages=stages, wire="int8")
    moved, off = numpy.median(relative(rounded, exact)), numpy.median(relative(ours, rounded))
    print(f"the wire moves logits by {moved:.2e}, ours are off by {off:.2e}")
    assert numpy.median(relative(ours, exact)) == pytest.approx(moved, rel=0.1)
    assert off < moved / 10
