"""float32 logits against those of transformers, which Tests/Goldens/make_float32.py wrote."""

import numpy
import pytest
from engine_probe import FIXTURE, GOLDENS

TINY = ["grouped-queries", "one-key-value-head", "stretched-rotary", "wide-head", "qwen2", "mistral"]
KERNELS = ["automatic", "portable"]


def assert_close(ours, golden):
    """At most 1e-5 of the row's largest magnitude, in every row."""
    assert ours.shape == golden.shape
    error = numpy.abs(ours - golden).max(axis=1) / numpy.abs(golden).max(axis=1)
    assert error.max() <= 1e-5, f"row {error.argmax()} is off by {error.max():.2e}"


@pytest.mark.parametrize("kernels", KERNELS)
def test_fixture_prompts(probe, kernels):
    golden = numpy.load(GOLDENS / "float32" / "kjv.npz")
    sequences = [golden[f"ids{index}"] for index in range(5)]
    ours = probe.logits(FIXTURE, sequences, 2048, precision="float32", kernels=kernels)
    assert_close(ours, numpy.concatenate([golden[f"logits{index}"] for index in range(5)]))


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("name", TINY)
def test_tiny_checkpoints(probe, name, kernels):
    golden = numpy.load(GOLDENS / "float32" / name / "golden.npz")
    ours = probe.logits(GOLDENS / "float32" / name, [golden["ids"]], 131, precision="float32", kernels=kernels)
    assert_close(ours[golden["positions"]], golden["logits"])
