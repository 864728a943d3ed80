"""Golden logits of transformers in float32: of the fixture and of tiny random checkpoints of odd shapes.

    pip install torch==2.13.0 transformers==5.23.0
    python Tests/Goldens/make_float32.py

Writes Tests/Goldens/float32/: `kjv.npz` (logits at every position of golden.json's prompts) and a directory for each
tiny checkpoint with its config.json, model.safetensors and golden.npz (ids, logits). All seeded: the same versions
write the same files.
"""

import json
import pathlib
import shutil

import numpy
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parent
FIXTURE = ROOT.parent / "Fixtures" / "kjv"
OUT = ROOT / "float32"

LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}

# Each differs from the fixture in what a loader or a kernel could get wrong.
TINY = {
    "grouped-queries": dict(hidden_size=72, num_attention_heads=6, num_key_value_heads=2, head_dim=12,
                            intermediate_size=100, tie_word_embeddings=False),
    "one-key-value-head": dict(hidden_size=96, num_attention_heads=4, num_key_value_heads=1, head_dim=40,
                               intermediate_size=130, attention_bias=True, mlp_bias=True),
    "stretched-rotary": dict(hidden_size=64, num_attention_heads=2, num_key_value_heads=2, head_dim=32,
                             intermediate_size=72, rope_parameters=LLAMA3, dtype="float16"),
    "wide-head": dict(hidden_size=130, num_attention_heads=2, num_key_value_heads=1, head_dim=80,
                      intermediate_size=150, num_hidden_layers=1, tie_word_embeddings=False, dtype="float32"),
    # Two query heads a key-value head, and biases that the configuration does not mention.
    "qwen2": dict(model_type="qwen2", hidden_size=84, num_attention_heads=6, num_key_value_heads=3,
                  intermediate_size=110, rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}),
    "mistral": dict(model_type="mistral", hidden_size=80, num_attention_heads=4, num_key_value_heads=2,
                    intermediate_size=120, tie_word_embeddings=False, sliding_window=None,
                    rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}),
}


def logits_of(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float().numpy()


def make_fixture():
    model = transformers.LlamaForCausalLM.from_pretrained(FIXTURE, dtype=torch.float32, attn_implementation="eager")
    prompts = json.loads((FIXTURE / "golden.json").read_text())["prompts"]
    arrays = {}
    for index, prompt in enumerate(prompts):
        arrays[f"ids{index}"] = numpy.array(prompt["ids"], numpy.uint32)
        arrays[f"logits{index}"] = logits_of(model, prompt["ids"])
    numpy.savez_compressed(OUT / "kjv.npz", **arrays)


def make_tiny(name, shape, seed):
    stored = shape.pop("dtype", "bfloat16")
    config = transformers.AutoConfig.for_model(
        shape.pop("model_type", "llama"),
        vocab_size=131, max_position_embeddings=512, rms_norm_eps=1e-6, bos_token_id=0, eos_token_id=1, pad_token_id=1,
        **{"num_hidden_layers": 3, "tie_word_embeddings": True, **shape})
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            is_norm = key.endswith("norm.weight")
            # Wider weights make attention so sharp that float32 itself is off by 1e-5 of float64.
            parameter.normal_(mean=1.0 if is_norm else 0.0, std=0.2 if is_norm else 0.12)
    directory = OUT / name
    model.to(getattr(torch, stored)).save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager")
    # Past a page, past a block of attention, and past the stretched checkpoint's original context.
    ids = numpy.random.default_rng(seed).integers(0, 131, 300).astype(numpy.uint32)
    keep = sorted({*range(0, 40), *range(240, 300)})
    logits = logits_of(model, ids.tolist())[keep]
    numpy.savez_compressed(directory / "golden.npz", ids=ids, positions=numpy.array(keep), logits=logits)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    torch.set_num_threads(1)
    make_fixture()
    for seed, (name, shape) in enumerate(TINY.items()):
        make_tiny(name, dict(shape), seed)


if __name__ == "__main__":
    main()
