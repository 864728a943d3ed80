"""Checkpoints that other tools quantized, against compressed-tensors' own run of them (Tests/Goldens/make_foreign.py).

Their head is in floats and their keys and values are never rounded, so the engine is asked for the same.
"""

import numpy
import pytest
from engine_probe import GOLDENS

# Under the symmetric rule a row's largest magnitude falls on a tie, x / (x / 127.5), which the last bit of x decides:
# about half of the rows round one channel otherwise in some layer. Elsewhere only float order is left.
RULES = {
    "token-symmetric": 0.02,
    "token-asymmetric": 1e-5,
    "tensor-static": 1e-5,
    "tensor-static-asymmetric": 1e-5,
}


@pytest.mark.parametrize("kernels", ["automatic", "portable"])
@pytest.mark.parametrize("rule", RULES)
def test_foreign_activations(probe, rule, kernels):
    golden = numpy.load(GOLDENS / "foreign" / rule / "golden.npz")
    ours = probe.logits(
        GOLDENS / "foreign" / rule, [golden["ids"]], 131, precision="int8", head="stored", kv="float32",
        kernels=kernels)
    relative = numpy.linalg.norm(ours - golden["logits"], axis=1) / numpy.linalg.norm(golden["logits"], axis=1)
    assert numpy.median(relative) <= RULES[rule]


@pytest.mark.parametrize("rule", RULES)
def test_float32_ignores_activations(probe, rule):
    """Dequantized, the checkpoint differs from its INT8 run by the rounding of activations, which is not nothing."""
    golden = numpy.load(GOLDENS / "foreign" / rule / "golden.npz")
    ours = probe.logits(GOLDENS / "foreign" / rule, [golden["ids"]], 131, precision="float32")
    relative = numpy.linalg.norm(ours - golden["logits"], axis=1) / numpy.linalg.norm(golden["logits"], axis=1)
    assert 0.02 < numpy.median(relative) < 0.1
