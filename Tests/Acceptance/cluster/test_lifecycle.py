"""Deaths, signals and ports."""

import os
import signal
import socket
import subprocess

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from octavo.v1 import worker_pb2

LONG = {"text": "And it came to pass", "seed": 4, "max_tokens": 600, "ignore_end_tokens": True, "top_logprobs": 1}


def children(process):
    """The worker processes of a cluster."""
    found = subprocess.run(["pgrep", "-P", str(process.process.pid)], capture_output=True, text=True).stdout
    return [int(word) for word in found.split()]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("victim", [0, 1])
def test_a_worker_that_dies_costs_no_token(serve, kjv_int8, victim):
    cluster = serve(kjv_int8)
    wanted = cluster.generate(**LONG).bits
    stream = cluster.stream(**LONG)
    parts = [next(stream) for _ in range(40)]
    pids = children(cluster.process)
    assert len(pids) == 2
    os.kill(pids[victim], signal.SIGKILL)
    parts += list(stream)
    entries = [entry for part in parts for entry in part.logprobs]
    assert [(e.token.id, e.token.logprob, [(o.id, o.logprob) for o in e.top]) for e in entries] == wanted
    cluster.eventually(lambda: len(children(cluster.process)) == 2, "a new worker")
    assert cluster.generate(**LONG).bits == wanted


def test_sigterm_lets_running_requests_end(serve, kjv_int8):
    cluster = serve(kjv_int8)
    health = health_pb2_grpc.HealthStub(cluster.channel)
    assert health.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
    stream = cluster.stream(**LONG)
    next(stream)
    pids = children(cluster.process)
    cluster.process.process.send_signal(signal.SIGTERM)
    assert sum(len(part.ids) for part in stream) == 600
    assert cluster.process.process.wait(30) == 0, cluster.process.output()
    assert not any(alive(pid) for pid in pids)


def test_workers_end_with_a_parent_that_is_killed(serve, kjv_int8):
    cluster = serve(kjv_int8)
    pids = children(cluster.process)
    assert len(pids) == 2
    cluster.process.process.kill()
    cluster.eventually(lambda: not any(alive(pid) for pid in pids), "the end of orphaned workers")


def test_health_of_every_server(serve, kjv_int8):
    cluster = serve(kjv_int8)
    for address in [cluster.address, *cluster.workers()]:
        stub = health_pb2_grpc.HealthStub(grpc.insecure_channel(address))
        assert stub.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING


def test_a_port_in_use_is_one_clear_error(octavo, kjv_int8):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = subprocess.run(
            [octavo, "serve", kjv_int8, "--port", str(port)], capture_output=True, text=True, timeout=30
        )
    assert ran.returncode == 64
    assert str(port) in ran.stderr and "in use" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_two_clusters_do_not_share_a_port(serve, octavo, kjv_int8):
    port = serve(kjv_int8).address.rsplit(":", 1)[1]
    ran = subprocess.run([octavo, "serve", kjv_int8, "--port", port], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 64 and "in use" in ran.stderr


def test_a_model_that_does_not_fit_is_refused_with_the_bytes_missing(octavo, kjv_int8):
    ran = subprocess.run(
        [octavo, "serve", kjv_int8, "--workers", "2", "--port", "0", "--memory", "52MiB"],
        capture_output=True, text=True, timeout=60,
    )
    assert ran.returncode == 75, ran.stderr
    assert "bytes" in ran.stderr and "missing" in ran.stderr and "worker-" in ran.stderr


def test_beyond_this_machine_needs_tls_or_insecure(octavo, kjv_int8):
    ran = subprocess.run(
        [octavo, "serve", kjv_int8, "--host", "0.0.0.0", "--port", "0"], capture_output=True, text=True, timeout=30
    )
    assert ran.returncode == 64
    assert "--tls-cert" in ran.stderr and "--insecure" in ran.stderr


def test_a_manifest_serves(serve, octavo, start, kjv_int8, tmp_path):
    manifest = tmp_path / "cluster.yaml"
    manifest.write_text(
        "apiVersion: octavo.dev/v1\nkind: Cluster\nmetadata: {name: small}\n"
        "workers: {replicas: 2, memory: 1GiB, threads: 1}\n"
        f"models:\n  - {{name: psalms, source: {kjv_int8}, contextLength: 128, maxSequences: 2}}\n"
        "router: {port: 0}\n"
    )
    process = start(octavo, "serve", "-f", manifest)
    address = process.wait_for(r"^ready: psalms on (\S+:\d+), 2 workers").group(1)
    shown = subprocess.run(
        [octavo, "generate", "The LORD is my", "--router", address, "--max-tokens", "5", "--temperature", "0"],
        capture_output=True, text=True, timeout=60,
    )
    assert shown.returncode == 0 and shown.stdout.strip(), shown.stderr


def test_describe_names_what_a_worker_holds(serve, kjv_int8):
    cluster = serve(kjv_int8)
    ranges = []
    for stub in cluster.workers().values():
        description = stub.Describe(worker_pb2.DescribeRequest())
        assert description.memory_used_bytes == sum(stage.memory_bytes for stage in description.stages)
        ranges += [(stage.range.first, stage.range.end) for stage in description.stages]
    assert sorted(ranges) == [(0, 4), (4, 8)]
