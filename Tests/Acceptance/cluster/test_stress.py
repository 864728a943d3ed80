"""Many clients at once that leave, give up, ask for nonsense and read slowly, while workers are killed."""

import os
import random
import signal
import threading
import time

import grpc

from test_lifecycle import children

CLIENTS = 24
REQUESTS_EACH = 12
KILLS = 2
# What an honest client may be told while workers die under it.
EXPECTED = {
    grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.NOT_FOUND,
}
PROBE = {"text": "And it came to pass", "seed": 4, "max_tokens": 40, "ignore_end_tokens": True, "top_logprobs": 1}


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Client:
    """One client's requests, whatever becomes of each."""

    def __init__(self, cluster, seed, wanted):
        self.cluster = cluster
        self.random = random.Random(seed)
        self.wanted = wanted
        self.wrong = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        for _ in range(REQUESTS_EACH):
            ask = self.random.choice([self._answer, self._leave, self._deadline, self._nonsense, self._slow])
            try:
                ask()
            except grpc.RpcError as error:
                if error.code() not in EXPECTED:
                    self.wrong.append(f"{error.code()}: {error.details()}")

    def _answer(self):
        if self.cluster.generate(**PROBE).bits != self.wanted:
            self.wrong.append("other bits")

    def _leave(self):
        stream = self.cluster.stream(**{**PROBE, "max_tokens": 600})
        for _ in range(self.random.randrange(6)):
            next(stream)
        stream.cancel()

    def _deadline(self):
        request = {**PROBE, "max_tokens": 600}
        list(self.cluster.stream(seconds=self.random.uniform(0.001, 0.3), **request))

    def _nonsense(self):
        bad = [{"max_tokens": 0}, {"temperature": -1}, {"model": "none"}, {"text": ""}, {"stop_ids": [1 << 31]}]
        list(self.cluster.stream(**{**PROBE, **self.random.choice(bad)}))

    def _slow(self):
        for _ in self.cluster.stream(**PROBE):
            time.sleep(self.random.uniform(0, 0.01))


def storm(cluster, seed, wanted):
    clients = [Client(cluster, seed * 1_000 + index, wanted) for index in range(CLIENTS)]
    yield
    for client in clients:
        client.thread.join()
    assert [wrong for client in clients for wrong in client.wrong] == []


def settle(cluster, wanted):
    cluster.eventually(lambda: cluster.status().models[0].model.ready, "a ready instance")
    cluster.eventually(lambda: cluster.sequences_open() == 0, "the end of all sequences")
    model = cluster.status().models[0]
    assert (model.requests_waiting, model.requests_running) == (0, 0)
    assert cluster.generate(**PROBE).bits == wanted


def test_a_storm_of_clients_leaves_nothing_behind(serve, kjv_int8):
    cluster = serve(kjv_int8)
    wanted = cluster.generate(**PROBE).bits
    pids = [cluster.process.process.pid, *children(cluster.process)]
    measured = []
    for seed in range(3):
        for _ in storm(cluster, seed, wanted):
            pass
        settle(cluster, wanted)
        measured.append([(descriptors(pid), resident_bytes(pid)) for pid in pids])
    # The first storm warms up pools and caches; the others must add next to nothing.
    for (files, memory), (files_later, memory_later) in zip(measured[0], measured[-1]):
        assert files_later <= files + 4
        assert memory_later <= memory + (16 << 20)


def test_a_storm_while_workers_die_ends_well(serve, kjv_int8):
    cluster = serve(kjv_int8)
    wanted = cluster.generate(**PROBE).bits
    choose = random.Random(7)
    for _ in storm(cluster, 9, wanted):
        for _ in range(KILLS):
            cluster.eventually(lambda: cluster.status().models[0].model.ready, "a ready instance")
            cluster.eventually(lambda: cluster.status().models[0].requests_running > 0, "a running request")
            os.kill(choose.choice(children(cluster.process)), signal.SIGKILL)
            cluster.eventually(lambda: not cluster.status().models[0].model.ready, "the loss")
    settle(cluster, wanted)
    assert cluster.process.stop() == 0
