"""Workers that do not belong: another protocol, another checkpoint, names that are paths, stale epochs."""

import re
import shutil
import threading

import grpc
import pytest
from octavo.v1 import inference_pb2, registry_pb2, registry_pb2_grpc, worker_pb2, worker_pb2_grpc

from fakes import PROTOCOL

SAMPLING = worker_pb2.Sampling(top_p=1, repetition_penalty=1)


@pytest.fixture
def worker(start, octavo, kjv_int8):
    """A worker whose router is nowhere, and a stub for it."""
    process = start(
        octavo, "worker", "--router", "127.0.0.1:1", "--models", kjv_int8.parent, "--log-level", "info",
        "--memory", "1GiB",
    )
    address = process.wait_for(r"address=(\S+:\d+)").group(1)
    return worker_pb2_grpc.WorkerStub(grpc.insecure_channel(address))


@pytest.fixture(scope="module")
def digest(shared_cluster):
    return shared_cluster.inference.ListModels(inference_pb2.ListModelsRequest()).models[0].digest


def handshake(wanted_digest, **changes):
    fields = {
        "protocol_version": PROTOCOL,
        "stage": worker_pb2.Stage(instance="test/0", index=0),
        "digest": wanted_digest,
        "configuration": inference_pb2.InstanceConfiguration(
            precision="int8", head="int8", key_value="float16", wire="exact"
        ),
        "epoch": 5,
    }
    return worker_pb2.Handshake(**{**fields, **changes})


def load_request(wanted_digest, model="kjv-int8", capacity=None, range=None, **changes):
    return worker_pb2.LoadRequest(
        handshake=handshake(wanted_digest, **changes),
        model=model,
        range=range or worker_pb2.LayerRange(first=0, end=8, embeds=True, projects=True),
        capacity=capacity or worker_pb2.Capacity(context_length=128, sequences_max=2, rows_max=16, page_count=16),
    )


def refusal(stream):
    with pytest.raises(grpc.RpcError) as caught:
        list(stream)
    return caught.value


@pytest.mark.parametrize(
    "changes, code, told",
    [
        ({"model": ".."}, grpc.StatusCode.INVALID_ARGUMENT, "'..'"),
        ({"model": "../kjv-int8"}, grpc.StatusCode.INVALID_ARGUMENT, "'../kjv-int8'"),
        ({"model": "/etc"}, grpc.StatusCode.INVALID_ARGUMENT, "'/etc'"),
        ({"model": ""}, grpc.StatusCode.INVALID_ARGUMENT, "''"),
        ({"model": "other"}, grpc.StatusCode.NOT_FOUND, "'other'"),
        ({"protocol_version": PROTOCOL + 1}, grpc.StatusCode.FAILED_PRECONDITION, f"protocol version {PROTOCOL + 1}"),
        ({"digest": "0" * 64}, grpc.StatusCode.FAILED_PRECONDITION, "000000000000"),
        ({"digest": "zz"}, grpc.StatusCode.INVALID_ARGUMENT, "'zz'"),
        (
            {"range": worker_pb2.LayerRange(first=0, end=9, embeds=True, projects=True)},
            grpc.StatusCode.INVALID_ARGUMENT,
            "8 layers",
        ),
        (
            {"range": worker_pb2.LayerRange(first=3, end=3, projects=True)},
            grpc.StatusCode.INVALID_ARGUMENT,
            "at least one layer",
        ),
        (
            {"capacity": worker_pb2.Capacity(context_length=4096, sequences_max=2, rows_max=16, page_count=512)},
            grpc.StatusCode.INVALID_ARGUMENT,
            "4096",
        ),
        (
            {"capacity": worker_pb2.Capacity(context_length=1024, sequences_max=4294967295, rows_max=1, page_count=64)},
            grpc.StatusCode.INVALID_ARGUMENT,
            "4294967295",
        ),
        (
            {"capacity": worker_pb2.Capacity(context_length=1024, sequences_max=1024, rows_max=1024, page_count=65536)},
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "missing",
        ),
    ],
    ids=lambda value: re.sub(r"\s+", " ", str(value))[:40],
)
def test_a_worker_refuses_what_does_not_belong(worker, digest, changes, code, told):
    error = refusal(worker.Load(load_request(digest, **changes)))
    assert error.code() == code, error.details()
    assert told in error.details()
    assert not worker.Describe(worker_pb2.DescribeRequest()).stages
    assert list(worker.Load(load_request(digest)))[-1].fraction == 1


def forward(worker, *messages):
    return worker.Forward(iter(messages), timeout=30)


def test_forward_checks_its_handshake_and_its_epoch(worker, digest):
    def first(**changes):
        return worker_pb2.ForwardRequest(handshake=handshake(digest, **changes))

    def code(*messages):
        with pytest.raises(grpc.RpcError) as caught:
            forward(worker, *messages)
        return caught.value.code(), caught.value.details()

    assert code(first())[0] == grpc.StatusCode.NOT_FOUND
    list(worker.Load(load_request(digest)))
    frame = worker_pb2.ForwardRequest(frame=worker_pb2.Frame(microbatch=0, epoch=6))
    assert code(frame)[0] == grpc.StatusCode.FAILED_PRECONDITION
    assert code(first(digest="1" * 64))[0] == grpc.StatusCode.FAILED_PRECONDITION
    assert code(first(epoch=4))[0] == grpc.StatusCode.FAILED_PRECONDITION
    assert code(first(protocol_version=0))[0] == grpc.StatusCode.FAILED_PRECONDITION
    assert code(first(epoch=6), frame)[0] == grpc.StatusCode.INVALID_ARGUMENT, "a frame without a route"
    assert code(first(epoch=7), frame)[0] == grpc.StatusCode.FAILED_PRECONDITION, "a frame of another epoch"
    assert code(first(epoch=6))[0] == grpc.StatusCode.FAILED_PRECONDITION, "an epoch that is over"
    # The stage is itself ready for the next epoch.
    forward(worker, first(epoch=8))


BAD_FRAMES = {
    "unknown sequence": {"segments": [worker_pb2.Segment(sequence=9, tokens=[1])]},
    "close unknown": {"closings": [9]},
    "token past vocabulary": {
        "openings": [
            worker_pb2.SequenceOpening(
                sequence=1, tokens=[4000], sampling=SAMPLING, request="r", prompt_count=1)],
        "segments": [worker_pb2.Segment(sequence=1, tokens=[4000])],
    },
    "no pages": {
        "openings": [
            worker_pb2.SequenceOpening(
                sequence=1, tokens=[5], sampling=SAMPLING, request="r", prompt_count=1)],
        "segments": [worker_pb2.Segment(sequence=1, tokens=[5], samples=True)],
    },
    "NaN sampling": {
        "openings": [
            worker_pb2.SequenceOpening(
                sequence=1, tokens=[5], request="r",
                sampling=worker_pb2.Sampling(top_p=1, repetition_penalty=1, temperature=float("nan")),
            )
        ],
    },
    "activations into the first stage": {"activations": b"\0" * 1024},
    "position past everything": {"segments": [worker_pb2.Segment(sequence=1, position=4294967295, tokens=[5])]},
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_a_bad_frame_ends_its_epoch_and_nothing_else(worker, digest, name):
    list(worker.Load(load_request(digest)))
    stage = worker_pb2.Stage(instance="test/0", index=0)
    for epoch in (6, 7):
        frame = worker_pb2.Frame(epoch=epoch, route=[worker_pb2.Hop(stage=stage)], **BAD_FRAMES[name])
        with pytest.raises(grpc.RpcError) as caught:
            forward(
                worker,
                worker_pb2.ForwardRequest(handshake=handshake(digest, epoch=epoch)),
                worker_pb2.ForwardRequest(frame=frame),
            )
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT, caught.value.details()
    assert worker.Describe(worker_pb2.DescribeRequest()).stages[0].sequences_open == 0


class OpenForward:
    """A Forward call that stays open."""

    def __init__(self, worker, *messages):
        self.open = threading.Event()
        self.call = worker.Forward.future(self._messages(messages), timeout=30)

    def _messages(self, messages):
        yield from messages
        self.open.wait(30)

    def error(self):
        """How the worker ends it."""
        try:
            self.call.result()
        except grpc.RpcError as error:
            return error
        finally:
            self.open.set()
        raise AssertionError("the call ended well")


def test_a_second_forward_call_leaves_the_first_alone(worker, digest):
    list(worker.Load(load_request(digest)))
    first = worker_pb2.ForwardRequest(handshake=handshake(digest, epoch=6))
    results = worker.Results(worker_pb2.ResultsRequest(handshake=first.handshake), timeout=30)
    results.initial_metadata()
    running = OpenForward(worker, first)
    running.call.initial_metadata()
    with pytest.raises(grpc.RpcError) as caught:
        forward(worker, first)
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    running.open.set()
    running.call.result()
    # Its session ended with its own frames, not with the call that was refused.
    assert refusal(results).code() == grpc.StatusCode.CANCELLED


def test_unloading_and_newer_epochs_end_a_call_that_waits(worker, digest):
    def opened(epoch):
        running = OpenForward(worker, worker_pb2.ForwardRequest(handshake=handshake(digest, epoch=epoch)))
        running.call.initial_metadata()
        return running

    list(worker.Load(load_request(digest)))
    older = opened(6)
    newer = opened(7)
    assert older.error().code() == grpc.StatusCode.ABORTED
    stage = worker_pb2.Stage(instance="test/0", index=0)
    worker.Unload(worker_pb2.UnloadRequest(stage=stage))
    assert newer.error().code() == grpc.StatusCode.UNAVAILABLE
    assert worker.Describe(worker_pb2.DescribeRequest()).memory_used_bytes == 0


def test_an_epoch_that_ends_leaves_no_sequence_open(worker, digest):
    list(worker.Load(load_request(digest)))
    stage = worker_pb2.Stage(instance="test/0", index=0)
    frame = worker_pb2.Frame(
        epoch=6, route=[worker_pb2.Hop(stage=stage, grants=[worker_pb2.PageGrant(sequence=1, pages=[0])])],
        openings=[worker_pb2.SequenceOpening(sequence=1, tokens=[5], sampling=SAMPLING, request="r", prompt_count=1)],
        segments=[worker_pb2.Segment(sequence=1, tokens=[5])],
    )

    def sequences_open():
        return worker.Describe(worker_pb2.DescribeRequest()).stages[0].sequences_open

    results = worker.Results(worker_pb2.ResultsRequest(handshake=handshake(digest, epoch=6)), timeout=30)
    running = OpenForward(
        worker, worker_pb2.ForwardRequest(handshake=handshake(digest, epoch=6)),
        worker_pb2.ForwardRequest(frame=frame),
    )
    assert next(results).microbatch == 0
    assert sequences_open() == 1
    running.open.set()
    running.call.result()
    assert sequences_open() == 0


def test_an_unload_that_comes_late_leaves_the_next_life(worker, digest):
    stage = worker_pb2.Stage(instance="test/0", index=0)
    list(worker.Load(load_request(digest, epoch=5)))
    list(worker.Load(load_request(digest, epoch=7)))
    worker.Unload(worker_pb2.UnloadRequest(stage=stage, epoch=6))
    assert len(worker.Describe(worker_pb2.DescribeRequest()).stages) == 1
    worker.Unload(worker_pb2.UnloadRequest(stage=stage, epoch=7))
    assert not worker.Describe(worker_pb2.DescribeRequest()).stages


def test_loads_that_are_dropped_or_doubled_leave_nothing_behind(worker, digest):
    """One stage, loaded in many epochs at once by clients of whom half leave at once."""
    calls = [worker.Load(load_request(digest, epoch=epoch)) for epoch in range(10, 40)]
    for call in calls[::2]:
        call.cancel()
    codes = set()
    for call in calls[1::2]:
        try:
            list(call)
        except grpc.RpcError as error:
            codes.add(error.code())
    assert codes <= {
        grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED, grpc.StatusCode.RESOURCE_EXHAUSTED
    }, codes
    worker.Unload(worker_pb2.UnloadRequest(stage=worker_pb2.Stage(instance="test/0", index=0)))
    assert worker.Describe(worker_pb2.DescribeRequest()).memory_used_bytes == 0
    assert list(worker.Load(load_request(digest, epoch=50)))[-1].fraction == 1


def test_a_router_refuses_a_worker_of_another_protocol(shared_cluster):
    registry = registry_pb2_grpc.RegistryStub(shared_cluster.channel)
    with pytest.raises(grpc.RpcError) as caught:
        registry.Join(registry_pb2.JoinRequest(protocol_version=99, address="127.0.0.1:2", memory_bytes=1))
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "99" in caught.value.details()
    with pytest.raises(grpc.RpcError) as caught:
        registry.Heartbeat(registry_pb2.HeartbeatRequest(worker="stranger"))
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    assert len(shared_cluster.status().workers) == 2


def test_a_worker_with_another_checkpoint_is_named(start, octavo, kjv, kjv_int8, tmp_path):
    """Router and worker each have a model of the same name, with different weights."""
    ours, theirs = tmp_path / "ours" / "model", tmp_path / "theirs" / "model"
    shutil.copytree(kjv_int8, ours)
    shutil.copytree(kjv, theirs)
    router = start(octavo, "router", ours, "--port", 0, "--log-level", "info")
    address = router.wait_for(r"router on (\S+:\d+)").group(1)
    start(octavo, "worker", "--router", address, "--models", theirs.parent, "--memory", "1GiB")
    refused = router.wait_for(r"stage refused").string
    assert "this worker's model has digest" in refused and "copy the same checkpoint to both" in refused
