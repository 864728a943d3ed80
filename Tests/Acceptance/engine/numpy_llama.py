"""Octavo's arithmetic in numpy, written from its rules and sharing no code with the engine."""

import json

import numpy

GROUP = 128


def load(path):
    """All tensors of a safetensors file: floats as float32, int8 as it is."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = widen(entry["dtype"], raw[begin:end]).reshape(entry["shape"])
    return tensors


def widen(dtype, raw):
    if dtype == "BF16":
        return (numpy.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
    if dtype == "I8":
        return numpy.frombuffer(raw, "i1")
    return numpy.frombuffer(raw, {"F32": "<f4", "F16": "<f2"}[dtype]).astype("<f4")


def round_bfloat16(x):
    bits = x.astype("<f4").view("<u4")
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype("<u4").view("<f4")


def quantize_weights(w):
    """int8 per output channel against the scale as bfloat16 stores it."""
    scale = round_bfloat16(numpy.abs(w).max(axis=1, keepdims=True) / numpy.float32(127))
    scale[scale == 0] = 1
    return numpy.clip(numpy.rint(w / scale), -127, 127).astype(numpy.int8), scale[:, 0]


def quantize_activations(x):
    """Groups of 128 channels, affine: lists of (q, scale, zero) with one scale and zero a row."""
    groups = []
    for start in range(0, x.shape[1], GROUP):
        part = x[:, start : start + GROUP]
        low = numpy.minimum(part.min(axis=1, keepdims=True), numpy.float32(0))
        high = numpy.maximum(part.max(axis=1, keepdims=True), numpy.float32(0))
        scale = (high - low) / numpy.float32(255)
        scale[scale == 0] = 1
        zero = numpy.rint(-low / scale)
        groups.append((numpy.clip(numpy.rint(part / scale) + zero, 0, 255), scale, zero))
    return groups


def fused_multiply_add(a, b, c):
    """fma in float32: the product is exact in float64, the sum is rounded to odd there, so that rounding it again to
    float32 is one rounding (Boldo and Melquiond, 2008)."""
    product, c = a.astype(numpy.float64) * b.astype(numpy.float64), c.astype(numpy.float64)
    total = product + c
    back = total - product
    error = (product - (total - back)) + (c - back)
    even = total.view(numpy.int64) & 1 == 0
    away = numpy.nextafter(total, numpy.where(error > 0, numpy.inf, -numpy.inf))
    return numpy.where((error != 0) & even, away, total).astype(numpy.float32)


def linear(x, weights, scale):
    """Exact sums in each group: products are integers under 2^15, 128 of them fit float32's 24 bits."""
    total = numpy.zeros((len(x), len(weights)), numpy.float32)
    for group, (q, activation_scale, zero) in enumerate(quantize_activations(x)):
        part = weights[:, group * GROUP : (group + 1) * GROUP].astype(numpy.float32)
        total += ((q - zero) @ part.T) * activation_scale
    return total * scale


def round_int8(x):
    """Keys or values [tokens, heads, size] as int8 pages hold them, widened again."""
    scale = numpy.abs(x).max(axis=2, keepdims=True) / numpy.float32(127)
    scale[scale == 0] = 1
    return numpy.clip(numpy.rint(x / scale), -127, 127) * scale


def round_float16(x):
    return x.astype(numpy.float16).astype(numpy.float32)


def pass_wire(x):
    """Rows as they come out of a wire of 8 bits."""
    return numpy.concatenate([(q - zero) * scale for q, scale, zero in quantize_activations(x)], axis=1)


class Model:
    """A Llama, or one of its like, whose every linear layer, the head included, is quantized as the rules say."""

    def __init__(self, directory, round_key_value=round_float16):
        self.round_key_value = round_key_value
        self.config = json.loads((directory / "config.json").read_text())
        self.tensors = load(directory / "model.safetensors")
        self.quantized = {
            name: quantize_weights(tensor) for name, tensor in self.tensors.items() if tensor.ndim == 2
        }

    def linear(self, x, name):
        return linear(x, *self.quantized[name + ".weight"]) + self.tensors.get(name + ".bias", numpy.float32(0))

    def norm(self, x, name):
        inverse = 1 / numpy.sqrt((x * x).mean(axis=1, keepdims=True) + numpy.float32(self.config["rms_norm_eps"]))
        return x * inverse * self.tensors[name + ".weight"]

    def rotate(self, x):
        """[rows, heads, head_dim]"""
        size = x.shape[2]
        theta = self.config["rope_parameters"]["rope_theta"]
        frequencies = (1 / theta ** (numpy.arange(0, size, 2, dtype=numpy.float32) / size)).astype(numpy.float32)
        angles = (numpy.arange(len(x), dtype=numpy.float32)[:, None] * frequencies)[:, None, :]
        cosine, sine = numpy.cos(angles), numpy.sin(angles)
        first, second = x[..., : size // 2], x[..., size // 2 :]
        return numpy.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=2)

    def attention(self, x, prefix):
        heads = self.config["num_attention_heads"]
        size = self.config.get("head_dim") or self.config["hidden_size"] // heads
        shared = self.config["num_key_value_heads"]
        query = self.rotate(self.linear(x, prefix + "q_proj").reshape(-1, heads, size))
        key = self.rotate(self.linear(x, prefix + "k_proj").reshape(-1, shared, size))
        value = self.linear(x, prefix + "v_proj").reshape(-1, shared, size)
        key, value = self.round_key_value(key), self.round_key_value(value)
        mixed = numpy.empty_like(query)
        mask = numpy.triu(numpy.full((len(x), len(x)), -numpy.inf, numpy.float32), 1)
        for head in range(heads):
            place = head * shared // heads
            scores = query[:, head] @ key[:, place].T / numpy.float32(size**0.5) + mask
            weights = numpy.exp(scores - scores.max(axis=1, keepdims=True))
            mixed[:, head] = weights / weights.sum(axis=1, keepdims=True) @ value[:, place]
        return self.linear(mixed.reshape(len(x), -1), prefix + "o_proj")

    def logits(self, ids, cuts=()):
        """`cuts`: layers before which rows go through a wire of 8 bits."""
        x = self.tensors["model.embed_tokens.weight"][ids]
        for layer in range(self.config["num_hidden_layers"]):
            x = pass_wire(x) if layer in cuts else x
            prefix = f"model.layers.{layer}."
            x = x + self.attention(self.norm(x, prefix + "input_layernorm"), prefix + "self_attn.")
            y = self.norm(x, prefix + "post_attention_layernorm")
            gate = self.linear(y, prefix + "mlp.gate_proj")
            up = self.linear(y, prefix + "mlp.up_proj")
            x = x + self.linear(gate / (1 + numpy.exp(-gate)) * up, prefix + "mlp.down_proj")
        head = "model.embed_tokens" if self.config["tie_word_embeddings"] else "lm_head"
        return self.linear(self.norm(x, "model.norm"), head)


class FloatModel(Model):
    """The same in float32 throughout."""

    def __init__(self, directory):
        super().__init__(directory, round_key_value=lambda x: x)

    def linear(self, x, name):
        return x @ self.tensors[name + ".weight"].T + self.tensors.get(name + ".bias", numpy.float32(0))
