"""Writes a GGUF file of a checkpoint's shape with random Q8_0 weights: llama_gguf.py CONFIG OUT, with llama.cpp's own
gguf-py on PYTHONPATH. Random weights instead of converted ones, because the converter knows tokenizers by their hash
and refuses others; the speed does not depend on the values."""

import json
import sys

import gguf
import numpy

BLOCK = 32  # values that share a scale
BLOCK_BYTES = 2 + BLOCK  # the scale in float16, then the values


class Writer:
    """Names and shapes as llama.cpp's loader expects them for `llama` and `qwen2`."""

    def __init__(self, config, out):
        self.config = config
        self.random = numpy.random.default_rng(0)
        self.file = gguf.GGUFWriter(out, config["model_type"])
        self.hidden = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.head = config.get("head_dim") or self.hidden // self.heads

    def write(self):
        self.header()
        self.matrix("token_embd.weight", self.config["vocab_size"], self.hidden)
        if not self.config["tie_word_embeddings"]:
            self.matrix("output.weight", self.config["vocab_size"], self.hidden)
        self.ones("output_norm.weight")
        for index in range(self.config["num_hidden_layers"]):
            self.layer(f"blk.{index}")
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        self.file.write_tensors_to_file()
        self.file.close()

    def header(self):
        config, file = self.config, self.file
        file.add_context_length(config["max_position_embeddings"])
        file.add_embedding_length(self.hidden)
        file.add_block_count(config["num_hidden_layers"])
        file.add_feed_forward_length(config["intermediate_size"])
        file.add_head_count(self.heads)
        file.add_head_count_kv(config["num_key_value_heads"])
        file.add_layer_norm_rms_eps(config["rms_norm_eps"])
        file.add_rope_dimension_count(self.head)
        file.add_rope_freq_base(config["rope_theta"])
        file.add_vocab_size(config["vocab_size"])
        file.add_tokenizer_model("no_vocab")
        file.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)

    def layer(self, prefix):
        width, inner = self.heads * self.head, self.config["intermediate_size"]
        key_value = self.config["num_key_value_heads"] * self.head
        self.ones(f"{prefix}.attn_norm.weight")
        self.ones(f"{prefix}.ffn_norm.weight")
        for name, rows in [("attn_q", width), ("attn_k", key_value), ("attn_v", key_value)]:
            self.matrix(f"{prefix}.{name}.weight", rows, self.hidden)
            if self.config["model_type"] == "qwen2":
                self.file.add_tensor(f"{prefix}.{name}.bias", numpy.zeros(rows, numpy.float32))
        self.matrix(f"{prefix}.attn_output.weight", self.hidden, width)
        self.matrix(f"{prefix}.ffn_gate.weight", inner, self.hidden)
        self.matrix(f"{prefix}.ffn_up.weight", inner, self.hidden)
        self.matrix(f"{prefix}.ffn_down.weight", self.hidden, inner)

    def ones(self, name):
        self.file.add_tensor(name, numpy.ones(self.hidden, numpy.float32))

    def matrix(self, name, rows, columns):
        blocks = numpy.empty((rows, columns // BLOCK, BLOCK_BYTES), numpy.uint8)
        blocks[:, :, :2] = numpy.frombuffer(numpy.float16(0.02 / 64).tobytes(), numpy.uint8)
        blocks[:, :, 2:] = self.random.integers(0, 256, size=(rows, columns // BLOCK, BLOCK), dtype=numpy.uint8)
        flat = blocks.reshape(rows, -1)
        self.file.add_tensor(name, flat, raw_shape=flat.shape, raw_dtype=gguf.GGMLQuantizationType.Q8_0)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        config = json.load(file)
    Writer(config, sys.argv[2]).write()


if __name__ == "__main__":
    main()
