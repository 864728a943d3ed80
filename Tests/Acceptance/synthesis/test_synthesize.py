"""`octavo synthesize` as a benchmark uses it: the other libraries open what it wrote, and a cluster serves it."""

import json
import subprocess

import numpy
import pytest
import tokenizers

TEXT = "Hello, wörld! 123\n\n\t'tis  日本語 🎉"
VOCABULARY = 151_936


@pytest.fixture(scope="module")
def run(octavo):
    def run(*arguments):
        command = [str(word) for word in (octavo, *arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture(scope="module")
def qwen(run, tmp_path_factory):
    """One layer of Qwen2.5-0.5B's shape, int8: 275 MiB, nearly all of it embedding."""
    folder = tmp_path_factory.mktemp("models") / "qwen-slice"
    ran = run("synthesize", "--like", "qwen2.5-0.5b", "--layers", 1, "--int8", "--out", folder, "--json")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    # A byte a weight of the layer, two bytes a scale, bias and norm, an embedding of two bytes a weight.
    bytes_expected = 14_940_672 + 2 * 896 + 2 * VOCABULARY * 896
    assert json.loads(ran.stdout) == {"path": str(folder), "tensorBytes": bytes_expected}
    yield folder
    for file in folder.iterdir():
        file.unlink()


def test_inspect_names_the_family(run, qwen):
    seen = json.loads(run("inspect", qwen, "--json").stdout)
    assert seen["model"]["family"] == "qwen2"
    assert seen["architecture"]["layers"] == 1
    assert seen["architecture"]["vocabulary"] == VOCABULARY
    assert seen["formats"]["linears"] == "I8"
    # Weights, scales, biases and norms of a layer, as the catalogue of public models has them.
    storage = seen["storage"]
    assert sum(storage[f"{part}Bytes"] for part in ("linears", "scales", "biases")) + 2 * 2 * 896 == 14_940_672


def test_the_configuration_is_the_published_one(qwen):
    config = json.loads((qwen / "config.json").read_text())
    expected = {
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 896, "num_attention_heads": 14,
        "num_key_value_heads": 2, "intermediate_size": 4864, "vocab_size": VOCABULARY, "rms_norm_eps": 1e-6,
        "rope_theta": 1e6, "max_position_embeddings": 32768, "use_sliding_window": False, "sliding_window": 32768,
        "tie_word_embeddings": True, "torch_dtype": "bfloat16", "bos_token_id": 151643, "eos_token_id": 151645,
    }
    assert {key: config[key] for key in expected} == expected
    assert json.loads((qwen / "generation_config.json").read_text())["eos_token_id"] == [151643, 151645]


def test_the_tokenizer_opens_elsewhere(qwen):
    tokenizer = tokenizers.Tokenizer.from_file(str(qwen / "tokenizer.json"))
    assert tokenizer.get_vocab_size() == len(tokenizer.get_vocab()) == VOCABULARY
    assert sorted(tokenizer.get_vocab().values()) == list(range(VOCABULARY))
    ids = tokenizer.encode(TEXT).ids
    assert tokenizer.decode(ids) == TEXT
    # A half of a character is none; every other token has a text.
    texts = tokenizer.decode_batch([[token] for token in range(VOCABULARY)], skip_special_tokens=False)
    assert all(texts)
    assert sum("\ufffd" in text for text in texts) == 128
    assert tokenizer.encode("<|im_end|>").ids == [151645]


def test_weights_are_near_normal_and_embeddings_stay_bfloat16(qwen):
    header, data = read_safetensors(qwen / "model.safetensors")
    begin, end = header["model.embed_tokens.weight"]["data_offsets"]
    embedding = (numpy.frombuffer(data[begin : begin + 2 * 896 * 1000], "<u2").astype("<u4") << 16).view("<f4")
    assert abs(embedding.std() / 0.02 - 1) < 0.01
    assert end - begin == 2 * VOCABULARY * 896
    weight = header["model.layers.0.mlp.down_proj.weight"]
    assert (weight["dtype"], weight["shape"]) == ("I8", [896, 4864])
    integers = numpy.frombuffer(data[slice(*weight["data_offsets"])], "i1").reshape(896, 4864)
    assert (numpy.abs(integers).max(axis=1) >= 126).all()


def read_safetensors(path):
    raw = numpy.memmap(path, mode="r")
    length = int.from_bytes(raw[:8].tobytes(), "little")
    return json.loads(raw[8 : 8 + length].tobytes()), raw[8 + length :]


def test_a_cluster_serves_it(run, start, octavo, qwen):
    process = start(octavo, "serve", qwen, "--workers", 1, "--port", 0)
    address = process.wait_ready().split(" on ")[1].split(",")[0]
    words = ["generate", TEXT, "--router", address, "--max-tokens", 12, "--seed", 5, "--temperature", 1, "--json"]
    first, second = (json.loads(run(*words).stdout) for _ in range(2))
    assert first["text"] == second["text"] != ""
    assert first["usage"]["generatedTokens"] == len(first["ids"]) == 12
    tokenizer = tokenizers.Tokenizer.from_file(str(qwen / "tokenizer.json"))
    assert first["usage"]["promptTokens"] == len(tokenizer.encode(TEXT).ids)
    assert first["text"] == tokenizer.decode(first["ids"])


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--like", "mixtral-8x7b"], "mixture of experts"),
        (["--like", "llama-9"], "llama-3.2-1b"),
        (["--like", "qwen2.5-0.5b", "--layers", "25"], "layers is 25"),
    ],
)
def test_refusals_take_one_line_and_leave_nothing(run, tmp_path, arguments, told):
    ran = run("synthesize", *arguments, "--out", tmp_path / "m")
    assert ran.returncode != 0
    assert ran.stderr.startswith("octavo: ") and ran.stderr.count("\n") == 1
    assert told in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_lists_the_names(run):
    shown = " ".join(run("synthesize", "--help").stdout.split())
    for name in ("llama-2-7b", "llama-3.1-405b", "llama-3.2-1b", "qwen2.5-0.5b", "mistral-7b"):
        assert name in shown
