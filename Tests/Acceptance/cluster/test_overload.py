"""More than fits, and clients that behave badly: the excess is told so at once, the others notice nothing."""

import threading
import time

import grpc
import pytest
from octavo.v1 import inference_pb2, inference_pb2_grpc

from test_lifecycle import children
from test_stress import descriptors, resident_bytes

PROBE = {"text": "And it came to pass", "seed": 4, "max_tokens": 60, "ignore_end_tokens": True, "top_logprobs": 1}
SILENCE = threading.Event()
ENDLESS = {**PROBE, "max_tokens": 900}


def test_the_excess_is_refused_at_once_with_a_hint(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--max-sequences", 2, "--max-waiting", 3])
    streams = [cluster.stream(**ENDLESS) for _ in range(5)]
    started = [next(stream) for stream in streams]
    assert all(part.HasField("started") for part in started)
    for _ in range(20):
        with pytest.raises(grpc.RpcError) as refused:
            next(cluster.stream(**PROBE))
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        trailers = dict(refused.value.trailing_metadata())
        assert 100 <= int(trailers["grpc-retry-pushback-ms"]) <= 30_000
    for stream in streams:
        stream.cancel()
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of all sequences")


def test_a_burst_of_ten_times_what_fits(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--max-sequences", 4, "--max-waiting", 8])
    wanted = cluster.generate(**PROBE).bits
    outcomes = []

    def ask():
        try:
            outcomes.append(cluster.generate(**PROBE).bits == wanted)
        except grpc.RpcError as error:
            outcomes.append(error.code())

    threads = [threading.Thread(target=ask) for _ in range(120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(True) >= 12
    assert set(outcomes) == {True, grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert cluster.generate(**PROBE).bits == wanted


def test_a_client_that_stops_reading_loses_only_its_own_request(serve, kjv_int8):
    cluster = serve(kjv_int8)
    wanted = cluster.generate(**PROBE).bits
    # A small window, and messages large enough to fill it.
    options = [
        ("grpc.http2.lookahead_bytes", 1_024), ("grpc.http2.bdp_probe", 0), ("grpc.use_local_subchannel_pool", 1)]
    lazy = inference_pb2_grpc.InferenceStub(grpc.insecure_channel(cluster.address, options=options))
    request = inference_pb2.GenerateRequest(**{**ENDLESS, "top_logprobs": 20, "continuations": 16})
    stream = lazy.Generate(request, timeout=120)
    next(stream)
    cluster.eventually(
        lambda: (model := cluster.status().models[0]).requests_failed == 16 and model.requests_running == 0,
        "the end of what nobody reads")
    assert cluster.generate(**PROBE).bits == wanted
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of all sequences")
    with pytest.raises(grpc.RpcError) as ended:
        for _ in stream:
            pass
    assert ended.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, ended.value


def say_nothing():
    """A stream of requests that never has one."""
    SILENCE.wait()
    yield b""


def test_a_thousand_silent_and_fickle_clients(serve, kjv_int8):
    cluster = serve(kjv_int8)
    wanted = cluster.generate(**PROBE).bits
    pid = cluster.process.process.pid
    pids = [pid, *children(cluster.process)]

    def storm():
        channels = [
            grpc.insecure_channel(cluster.address, options=[("grpc.use_local_subchannel_pool", 1)]) for _ in range(40)]
        stubs = [inference_pb2_grpc.InferenceStub(channel) for channel in channels]
        # Some open a call and say nothing, the others leave at once.
        silent = [
            channel.stream_stream("/octavo.v1.Inference/Generate")(say_nothing())
            for channel in channels for _ in range(5)]
        calls = []
        for index in range(1_000):
            call = stubs[index % 40].Generate(inference_pb2.GenerateRequest(**ENDLESS), timeout=60)
            calls.append(call)
            call.cancel()
        assert cluster.generate(**PROBE).bits == wanted
        for call in silent:
            call.cancel()
        for channel in channels:
            channel.close()
        cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of all sequences")
        time.sleep(0.5)
        return [(descriptors(pid), resident_bytes(pid)) for pid in pids]

    first, *_, last = [storm() for _ in range(3)]
    for (files, memory), (files_later, memory_later) in zip(first, last):
        assert files_later <= files + 4
        assert memory_later <= memory + (16 << 20)


def test_deadlines_give_pages_back(serve, kjv_int8):
    cluster = serve(kjv_int8)
    with pytest.raises(grpc.RpcError) as ended:
        list(cluster.stream(seconds=0.3, **ENDLESS))
    assert ended.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of the sequence")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"continuations": 0}, "continuations"),
        ({"continuations": 129}, "continuations"),
        ({"priority": 11}, "priority"),
        ({"priority": -11}, "priority"),
        ({"prompt_logprobs": 21}, "prompt_logprobs"),
        ({"repetition_penalty": 0}, "repetition_penalty"),
        ({"repetition_penalty": float("nan")}, "repetition_penalty"),
        ({"presence_penalty": 2.5}, "presence_penalty"),
        ({"frequency_penalty": float("inf")}, "frequency_penalty"),
        ({"logit_bias": [{"id": 1, "bias": 101}]}, "logit_bias"),
        ({"logit_bias": [{"id": 1, "bias": 1}, {"id": 1, "bias": 2}]}, "logit_bias"),
        ({"logit_bias": [{"id": 1 << 31, "bias": 1}]}, "logit_bias"),
        ({"logit_bias": [{"id": index, "bias": 1} for index in range(1_025)]}, "logit_bias"),
    ],
)
def test_bad_fields_are_named(shared_cluster, fields, words):
    error = shared_cluster.refusal(**{**PROBE, **fields})
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert words in error.details()


@pytest.mark.parametrize("tenant", ["", "x" * 65])
def test_bad_tenants_are_named(shared_cluster, tenant):
    stream = shared_cluster.inference.Generate(
        inference_pb2.GenerateRequest(**PROBE), timeout=60, metadata=[("octavo-tenant", tenant)])
    with pytest.raises(grpc.RpcError) as refused:
        list(stream)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "tenant" in refused.value.details()
