"""Loads a checkpoint that Octavo quantized with compressed-tensors and transformers, and compares.

    pip install torch==2.13.0 transformers==5.23.0 compressed-tensors==0.20.0 numpy
    python Tests/Goldens/check_compressed_tensors.py QUANTIZED [SOURCE]

SOURCE is the checkpoint it was made of, by default the fixture. Checks that every linear layer is found quantized,
that its weights are the source's rounded by the rule, and that the model, run by transformers with activations as
the configuration says (per token, asymmetric), stays close to the source in float32.
"""

import pathlib
import sys

import numpy
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parent
FIXTURE = ROOT.parent / "Fixtures" / "kjv"


def load(directory):
    return transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager")


def check_weights(source, quantized):
    """As loaded: integers and scales, or what they multiply to."""
    modules = dict(quantized.named_modules())
    count = 0
    for name, module in source.named_modules():
        if not isinstance(module, torch.nn.Linear) or name == "lm_head":
            continue
        scale = (module.weight.abs().amax(dim=1, keepdim=True) / 127).to(torch.bfloat16).float()
        scale[scale == 0] = 1
        wanted = (module.weight / scale).round().clamp(-127, 127) * scale
        loaded = modules[name]
        assert hasattr(loaded, "quantization_scheme"), f"{name} was not found quantized"
        weight = loaded.weight.float()
        if loaded.weight.dtype == torch.int8:
            weight = weight * loaded.weight_scale.float()
        assert torch.equal(weight, wanted), f"{name} has other weights"
        count += 1
    return count


def compare(source, quantized):
    ids = numpy.fromfile(ROOT / "held-out.u16", "<u2").reshape(-1, 512)[:4].astype(numpy.int64)
    with torch.no_grad():
        wanted = torch.log_softmax(source(torch.from_numpy(ids)).logits.double(), -1)
        seen = torch.log_softmax(quantized(torch.from_numpy(ids)).logits.double(), -1)
    divergence = (wanted.exp() * (wanted - seen)).sum(-1).mean().item()
    agreement = (wanted.argmax(-1) == seen.argmax(-1)).double().mean().item()
    return divergence, agreement


def main():
    quantized_directory = pathlib.Path(sys.argv[1])
    source = load(pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else FIXTURE)
    quantized = load(quantized_directory)
    count = check_weights(source, quantized)
    divergence, agreement = compare(source, quantized)
    print(f"{count} linear layers equal; KL {divergence:.2e}, top-1 {agreement:.2%} to float32")
    assert divergence < 3e-3 and agreement > 0.95


if __name__ == "__main__":
    main()
