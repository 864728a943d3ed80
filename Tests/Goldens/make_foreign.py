"""Tiny INT8 checkpoints as other tools write them, and what compressed-tensors makes of them in float32.

    pip install torch==2.13.0 transformers==5.23.0 compressed-tensors==0.20.0
    python Tests/Goldens/make_foreign.py

Writes a directory under Tests/Goldens/foreign/ for each rule of activations: config.json, model.safetensors and
golden.npz (ids, logits). Weights are divided by absmax / 127.5 and use -128, as compressed-tensors does.
"""

import json
import pathlib
import shutil

import numpy
import safetensors.torch
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parent
OUT = ROOT / "foreign"
# The model that make_float32.py wrote: a head of its own, which authors leave in floats.
SOURCE = ROOT / "float32" / "grouped-queries"

RULES = {
    "token-symmetric": dict(strategy="token", symmetric=True, dynamic=True),
    "token-asymmetric": dict(strategy="token", symmetric=False, dynamic=True),
    "tensor-static": dict(strategy="tensor", symmetric=True, dynamic=False),
    "tensor-static-asymmetric": dict(strategy="tensor", symmetric=False, dynamic=False),
}


def ranges_of(model, ids):
    """The lowest and highest input of every linear layer."""
    ranges, hooks = {}, []
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            def note(_, inputs, name=name):
                ranges[name] = inputs[0].amin().item(), inputs[0].amax().item()

            hooks.append(module.register_forward_pre_hook(note))
    with torch.no_grad():
        model(torch.tensor([ids]))
    for hook in hooks:
        hook.remove()
    return ranges


def quantized_tensors(model, ranges, rule):
    tensors = {}
    for name, tensor in model.state_dict().items():
        module = name.removesuffix(".weight")
        if module not in ranges:
            tensors[name] = tensor.to(torch.bfloat16)
            continue
        scale = (tensor.abs().amax(dim=1, keepdim=True) / 127.5).to(torch.bfloat16)
        tensors[name] = (tensor / scale.float()).round().clamp(-128, 127).to(torch.int8)
        tensors[module + ".weight_scale"] = scale
        if not rule["dynamic"]:
            low, high = ranges[module]
            step = (high - low) / 255 if not rule["symmetric"] else max(-low, high) / 127.5
            tensors[module + ".input_scale"] = torch.tensor([step])
            if not rule["symmetric"]:
                zero = round(-128 - low / step)
                tensors[module + ".input_zero_point"] = torch.tensor([zero]).clamp(-128, 127).to(torch.int8)
    return tensors


def configuration(rule):
    eight = {"num_bits": 8, "type": "int", "group_size": None}
    scheme = {
        "targets": ["Linear"],
        "weights": {**eight, "symmetric": True, "strategy": "channel", "dynamic": False},
        "input_activations": {**eight, **rule},
        "output_activations": None,
    }
    config = json.loads((SOURCE / "config.json").read_text())
    config["quantization_config"] = {
        "quant_method": "compressed-tensors", "format": "int-quantized", "quantization_status": "compressed",
        "ignore": ["lm_head"], "kv_cache_scheme": None, "config_groups": {"group_0": scheme}}
    return config


def make(name, rule):
    directory = OUT / name
    directory.mkdir(parents=True)
    model = transformers.LlamaForCausalLM.from_pretrained(SOURCE, dtype=torch.float32, attn_implementation="eager")
    ids = numpy.random.default_rng(1).integers(0, 131, 60).astype(numpy.uint32)
    tensors = quantized_tensors(model, ranges_of(model, ids.tolist()), rule)
    safetensors.torch.save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
    (directory / "config.json").write_text(json.dumps(configuration(rule), indent=2))
    loaded = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        # One row at a time, as rules per token mean it whatever the batch.
        logits = loaded(torch.tensor([ids.tolist()])).logits[0].numpy()
    numpy.savez_compressed(directory / "golden.npz", ids=ids, logits=logits)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    torch.set_num_threads(1)
    for name, rule in RULES.items():
        make(name, rule)


if __name__ == "__main__":
    main()
