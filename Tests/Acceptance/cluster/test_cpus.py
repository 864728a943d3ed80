"""Which CPUs the workers of a cluster compute on."""

import os
import re
import subprocess
import time

import pytest

LONG = {"text": "And it came to pass", "seed": 4, "max_tokens": 200, "ignore_end_tokens": True}
CPUS = sorted(os.sched_getaffinity(0))
needs_two_cpus = pytest.mark.skipif(len(CPUS) < 2, reason="two workers need two CPUs to have one each")


def workers(process):
    found = subprocess.run(["pgrep", "-P", str(process.process.pid)], capture_output=True, text=True).stdout
    return [int(word) for word in found.split()]


def masks(pid):
    """{(thread, name): the CPUs it may run on} of a process, now."""
    found = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/comm") as name:
                found[thread, name.read().strip()] = os.sched_getaffinity(int(thread))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def pinned(pid):
    """The CPUs to which threads of a process are pinned, one each."""
    return sorted(cpu for mask in masks(pid).values() if len(mask) == 1 for cpu in mask)


def computing(cluster, number):
    """Lets the cluster answer, then gives its workers once each rests with so many threads pinned."""
    cluster.generate(**LONG)
    pids = workers(cluster.process)
    cluster.eventually(lambda: all(len(pinned(pid)) == number for pid in pids), f"{number} pinned threads a worker")
    return pids


@needs_two_cpus
def test_workers_compute_on_cpus_of_their_own(serve, kjv_int8):
    cluster = serve(kjv_int8, workers=2, arguments=["--threads", 1])
    pids = computing(cluster, 1)
    assert sorted(cpu for pid in pids for cpu in pinned(pid)) == CPUS[:2]
    # Only what computes: the router, and the threads that carry messages, run wherever there is room.
    assert pinned(cluster.process.process.pid) == []
    for pid in pids:
        assert sum(mask == set(CPUS) for mask in masks(pid).values()) > 1


@needs_two_cpus
def test_each_thread_of_a_worker_has_its_cpu(serve, kjv_int8):
    cluster = serve(kjv_int8, workers=1, arguments=["--threads", 2])
    (pid,) = computing(cluster, 2)
    assert pinned(pid) == CPUS[:2]
    helpers = {name: mask for (_, name), mask in masks(pid).items() if name == "octavo-compute"}
    assert helpers == {"octavo-compute": {CPUS[1]}}


@needs_two_cpus
@pytest.mark.parametrize("arguments", [["--threads", len(CPUS)], ["--threads", 1, "--cpus", "none"]])
def test_nothing_is_pinned(serve, kjv_int8, arguments):
    cluster = serve(kjv_int8, workers=2, arguments=arguments)
    cluster.generate(**LONG)
    for pid in workers(cluster.process):
        assert pinned(pid) == []
    wanted = f"nothing is pinned: 2 workers of {len(CPUS)} threads on {len(CPUS)} CPU"
    assert (wanted in cluster.process.output()) == ("--cpus" not in arguments)


def test_more_threads_than_cpus_are_not_pinned(serve, kjv_int8):
    cluster = serve(kjv_int8, workers=4, arguments=["--threads", len(CPUS)])
    assert cluster.generate(**LONG).ids == serve(kjv_int8, workers=1).generate(**LONG).ids
    for pid in workers(cluster.process):
        assert all(mask == set(CPUS) for mask in masks(pid).values())


@needs_two_cpus
def test_a_cluster_keeps_to_the_cpus_it_is_given(serve, kjv_int8):
    cluster = serve(kjv_int8, workers=1, arguments=["--cpus", CPUS[1]])
    (pid,) = computing(cluster, 1)
    assert pinned(pid) == [CPUS[1]]


@needs_two_cpus
def test_a_worker_pins_only_what_has_room(start, octavo, serve, kjv_int8):
    cluster = serve(kjv_int8, workers=1, arguments=["--cpus", "none"])
    words = [octavo, "worker", "--router", cluster.address, "--model", kjv_int8, "--log-level", "info"]
    start(*words, "--cpus", CPUS[0], "--threads", 2).wait_for(
        rf"nothing is pinned: 2 threads on 1 CPU \({CPUS[0]}\)")
    start(*words, "--cpus", f"{CPUS[0]},{CPUS[1]}", "--threads", 1).wait_for(rf"cpus={CPUS[0]}\b.*threads are pinned")


def seconds_computed(pids):
    """Of processor time, by all threads so far."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            ticks += sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("arguments", [["--threads", len(CPUS)], ["--threads", 2 * len(CPUS)]])
def test_a_cluster_at_rest_burns_nothing(serve, kjv_int8, arguments):
    cluster = serve(kjv_int8, workers=2, arguments=arguments)
    cluster.generate(**LONG)
    pids = [cluster.process.process.pid, *workers(cluster.process)]
    time.sleep(0.2)
    before = seconds_computed(pids)
    time.sleep(2)
    # A thread that spun while it waited would take 2 s alone.
    assert seconds_computed(pids) - before < 0.2


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("text", [",", "x", "0-", "1-0", "0,0", "8192", "0 1", "\n", "8191"])
def test_bad_lists_are_one_clear_error(octavo, kjv_int8, command, text):
    models = {"serve": [kjv_int8, "--port", 0], "worker": ["--model", kjv_int8]}[command]
    words = [str(word) for word in (octavo, command, *models, f"--cpus={text}")]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 64, ran.stderr
    assert re.fullmatch(r"octavo: .*--cpus.*\n", ran.stderr), ran.stderr
