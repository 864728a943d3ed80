"""Workers that lie, hang or join by the thousands: the router says so, survives, and serves once they are gone."""

import signal
import time
from concurrent import futures

import grpc
import pytest
from octavo.v1 import registry_pb2, registry_pb2_grpc

from cluster import Cluster
from fakes import ClaimsTooMuch, EndsLoadsEarly, TalksNonsense, introduction
from test_lifecycle import LONG

SHORT = {"text": "And God said", "seed": 3, "max_tokens": 20, "ignore_end_tokens": True, "top_logprobs": 1}
JOINS = 5_000


@pytest.fixture
def start_router(start, octavo, kjv_int8):
    """start_router(workers): one that waits for so many."""

    def run(workers):
        process = start(octavo, "router", kjv_int8, "--workers", workers, "--port", 0)
        return Cluster(process, process.wait_for(r"^router on (\S+:\d+),").group(1))

    return run


@pytest.fixture
def join_worker(start, octavo, kjv_int8):
    """join_worker(cluster, memory): a real one, known to the router when this returns."""

    def run(cluster, memory="1GiB"):
        count = len(cluster.status().workers)
        process = start(
            octavo, "worker", "--router", cluster.address, "--models", kjv_int8.parent, "--memory", memory
        )
        cluster.eventually(lambda: len(cluster.status().workers) > count, "the worker's joining")
        return process

    return run


def wait_until_ready(cluster):
    cluster.eventually(lambda: cluster.status().models[0].model.ready, "a ready instance")


@pytest.mark.parametrize(
    "numbers, told",
    [
        ({"memory_bytes": (1 << 63) - 1}, "memory_bytes"),
        ({"memory_bytes": (1 << 64) - 1}, "memory_bytes"),
        ({"memory_bytes": 0}, "memory_bytes"),
        ({"threads": 0}, "threads"),
        ({"threads": (1 << 32) - 1}, "threads"),
        ({"address": ""}, "address"),
        ({"address": "127.0.0.1:1\n"}, "address"),
        ({"address": "unix:/run/other.sock"}, "address"),
        ({"address": "a" * (1 << 20) + ":1"}, "address"),
        ({"device": "d" * (1 << 20)}, "device"),
    ],
)
def test_an_absurd_introduction_is_refused(shared_cluster, numbers, told):
    registry = registry_pb2_grpc.RegistryStub(shared_cluster.channel)
    with pytest.raises(grpc.RpcError) as caught:
        registry.Join(introduction(**numbers))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert told in caught.value.details() and "\n" not in caught.value.details()
    assert len(shared_cluster.status().workers) == 2


def test_thousands_of_joins_are_bounded(shared_cluster):
    registry = registry_pb2_grpc.RegistryStub(shared_cluster.channel)
    wanted = shared_cluster.generate(**SHORT).bits
    codes = {}
    for calls in [range(start, start + 500) for start in range(0, JOINS, 500)]:
        asked = [registry.Join.future(introduction(f"127.9.{n >> 8}.{n & 255}:9")) for n in calls]
        for call in asked:
            codes[call.code()] = codes.get(call.code(), 0) + 1
    assert set(codes) <= {grpc.StatusCode.OK, grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert 0 < codes[grpc.StatusCode.OK] and 0 < codes.get(grpc.StatusCode.RESOURCE_EXHAUSTED, 0)
    assert shared_cluster.generate(**SHORT).bits == wanted
    shared_cluster.eventually(lambda: len(shared_cluster.status().workers) == 2, "the loss of silent workers")


@pytest.mark.parametrize("kind", [ClaimsTooMuch, EndsLoadsEarly, TalksNonsense])
def test_a_worker_that_lies_is_placed_around(start_router, join_worker, kind):
    router = start_router(1)
    fake = kind(router.address)
    # It is tried again and again, each time from the beginning, and never believed.
    router.eventually(lambda: fake.loads > 1, "another attempt")
    fake.leave()
    join_worker(router)
    wait_until_ready(router)
    assert len(router.generate(**SHORT).ids) == 20


class HastyRouter(registry_pb2_grpc.RegistryServicer):
    """Wants a heartbeat every 0 milliseconds."""

    def __init__(self):
        self.beats = 0

    def Join(self, request, context):
        return registry_pb2.JoinResponse(worker="worker-1", heartbeat_interval_ms=0)

    def Heartbeat(self, request, context):
        self.beats += 1
        return registry_pb2.HeartbeatResponse()

    def Leave(self, request, context):
        return registry_pb2.LeaveResponse()


def test_a_router_without_patience_does_not_make_a_worker_race(start, octavo, kjv_int8):
    router = HastyRouter()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    registry_pb2_grpc.add_RegistryServicer_to_server(router, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    process = start(octavo, "worker", "--router", f"127.0.0.1:{port}", "--models", kjv_int8.parent)
    began = time.monotonic()
    while router.beats < 10:
        assert time.monotonic() - began < 30
        time.sleep(0.01)
    assert time.monotonic() - began > 0.4
    assert process.stop() == 0
    server.stop(None)


def test_a_worker_that_hangs_is_found_and_comes_back(start_router, join_worker):
    # Each has room for its half and not for the other's as well: what its first life held must be given back.
    cluster = start_router(2)
    first, _ = join_worker(cluster, "80MiB"), join_worker(cluster, "80MiB")
    wait_until_ready(cluster)
    wanted = cluster.generate(**LONG).bits
    stream = cluster.stream(**LONG)
    entries = [entry for _ in range(40) for entry in next(stream).logprobs]
    first.process.send_signal(signal.SIGSTOP)
    try:
        cluster.eventually(lambda: len(cluster.status().workers) == 1, "the loss of the hanging worker")
    finally:
        first.process.send_signal(signal.SIGCONT)
    entries += [entry for part in stream for entry in part.logprobs]
    assert [(e.token.id, e.token.logprob, [(o.id, o.logprob) for o in e.top]) for e in entries] == wanted
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of all sequences")
