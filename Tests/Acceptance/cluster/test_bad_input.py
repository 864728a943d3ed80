"""Bad requests: one clear error with the right status, and the cluster goes on."""

import math

import grpc
import pytest
from octavo.v1 import inference_pb2

GOOD = {"text": "Jesus wept.", "temperature": 0, "max_tokens": 4}
INVALID = grpc.StatusCode.INVALID_ARGUMENT


def ids(*values):
    return inference_pb2.TokenIds(ids=values)


@pytest.fixture
def cluster(shared_cluster):
    """After each bad request a good one is answered as ever, and nothing stays open."""
    wanted = shared_cluster.generate(**GOOD).ids
    yield shared_cluster
    assert shared_cluster.generate(**GOOD).ids == wanted
    shared_cluster.eventually(lambda: shared_cluster.sequences_open() == 0, "the end of every sequence")


@pytest.mark.parametrize(
    "fields, code, told",
    [
        ({"model": "gpt"}, grpc.StatusCode.NOT_FOUND, "'gpt'"),
        ({"model": "../kjv-int8"}, grpc.StatusCode.NOT_FOUND, "'../kjv-int8'"),
        ({"model": "a\nb"}, grpc.StatusCode.NOT_FOUND, "'a\\nb'"),
        ({"text": ""}, INVALID, "empty"),
        ({"ids": ids()}, INVALID, "empty"),
        ({"ids": ids(5, 2048)}, INVALID, "2048"),
        ({"ids": ids(4294967295)}, INVALID, "4294967295"),
        ({"ids": ids(*[5] * 1024)}, INVALID, "1024 tokens"),
        ({"ids": ids(*[5] * 2000000)}, INVALID, "2000000 tokens"),
        ({"max_tokens": 0}, INVALID, "max_tokens is 0"),
        ({"max_tokens": 1024}, INVALID, "max_tokens is 1024"),
        ({"max_tokens": 1020}, INVALID, "leave"),
        ({"max_tokens": 4294967295}, INVALID, "max_tokens"),
        ({"temperature": math.nan}, INVALID, "temperature is nan"),
        ({"temperature": -0.5}, INVALID, "temperature is -0.5"),
        ({"temperature": math.inf}, INVALID, "temperature is inf"),
        ({"top_k": 0}, INVALID, "top_k is 0"),
        ({"top_p": 0}, INVALID, "top_p is 0"),
        ({"top_p": 1.5}, INVALID, "top_p is 1.5"),
        ({"top_p": math.nan}, INVALID, "top_p is nan"),
        ({"top_p": -math.inf}, INVALID, "top_p is -inf"),
        ({"min_p": -1}, INVALID, "min_p is -1"),
        ({"min_p": math.nan}, INVALID, "min_p is nan"),
        ({"top_logprobs": 21}, INVALID, "top_logprobs is 21"),
        ({"stop_strings": [""]}, INVALID, "stop string"),
        ({"stop_strings": ["x" * 257]}, INVALID, "257"),
        ({"stop_strings": ["x"] * 17}, INVALID, "17"),
        ({"stop_ids": [2048]}, INVALID, "2048"),
        ({"stop_ids": list(range(65))}, INVALID, "65"),
        ({"text": "a\0b"}, INVALID, "NUL at byte 1"),
        ({"stop_strings": ["a\0"]}, INVALID, "NUL"),
        ({"text": "a" * (5 << 20)}, grpc.StatusCode.RESOURCE_EXHAUSTED, "5242880"),
        ({"text": "a " * (1 << 20)}, INVALID, "tokens long"),
        ({"text": "a" * 100_000_000}, grpc.StatusCode.RESOURCE_EXHAUSTED, ""),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_refused_with_the_field_and_the_value(cluster, fields, code, told):
    error = cluster.refusal(**{**GOOD, **fields})
    assert error.code() == code, error
    assert told in error.details()
    assert "\n" not in error.details()


def test_no_prompt_at_all(cluster):
    error = cluster.refusal(max_tokens=4)
    assert error.code() == INVALID
    assert "prompt" in error.details()


def raw(cluster, message, method="Generate"):
    """Sends bytes that no stub would make."""
    call = cluster.channel.unary_stream(f"/octavo.v1.Inference/{method}")
    with pytest.raises(grpc.RpcError) as caught:
        list(call(message, timeout=60))
    return caught.value


def field(number, payload):
    """A length-delimited field."""
    size, length = len(payload), b""
    while size >= 128:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


@pytest.mark.parametrize(
    "message, code, told",
    [
        (field(2, b"\xff\xfe"), INVALID, "text is not valid UTF-8"),
        (field(2, b"\xed\xa0\x80"), INVALID, "text is not valid UTF-8"),
        (field(1, b"\xc0\x80") + field(2, b"a"), INVALID, "model is not valid UTF-8"),
        (field(10, b"\x80") + field(2, b"a"), INVALID, "stop_strings is not valid UTF-8"),
        (b"\x12\xff\xff\xff\xff\x0f", INVALID, "no valid GenerateRequest"),
        (b"\xff" * 40, INVALID, "no valid GenerateRequest"),
        (field(2, b"a") + field(10, b"") * 3_000_000, INVALID, "3000000 strings"),
        (b"", INVALID, "prompt is missing"),
    ],
    ids=range(8),
)
def test_bytes_that_are_no_request(cluster, message, code, told):
    error = raw(cluster, message)
    assert error.code() == code
    assert told in error.details()


def test_unknown_method(cluster):
    assert raw(cluster, b"", method="Levitate").code() == grpc.StatusCode.UNIMPLEMENTED


def test_tokenize_refuses_like_generate(cluster):
    for text, code in [("", INVALID), ("a\0", INVALID), ("a" * (5 << 20), grpc.StatusCode.RESOURCE_EXHAUSTED)]:
        with pytest.raises(grpc.RpcError) as caught:
            cluster.inference.Tokenize(inference_pb2.TokenizeRequest(text=text))
        assert caught.value.code() == code


def test_a_client_that_vanishes_frees_its_sequence(cluster):
    streams = [cluster.stream(text="And", ignore_end_tokens=True, seed=seed) for seed in range(3)]
    for stream in streams:
        assert next(stream).HasField("started")
        assert next(stream).ids
    assert cluster.sequences_open() > 0
    for stream in streams:
        stream.cancel()
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of cancelled sequences")
    assert cluster.status().models[0].requests_running == 0
