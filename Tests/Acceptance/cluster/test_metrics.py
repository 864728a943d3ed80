"""The metrics of a served cluster: the page, the clients that abuse it, where it may be opened."""

import re
import signal
import socket
import subprocess
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from metrics_page import MetricsPage, is_closed
from test_stress import descriptors

CONNECTIONS_MAX = 32
SILENT_CLIENTS = 40


@pytest.fixture
def page(serve, kjv_int8):
    return MetricsPage(serve(kjv_int8, arguments=["--metrics-port", 0]).process)


def test_the_page_is_prometheus_text(page):
    status, headers, text = page.get("/metrics")
    assert status == 200
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert text.endswith("\n")
    assert re.search(r'^octavo_build_info\{version="[^"]+"\} 1$', text, re.MULTILINE)
    assert re.search(r"^process_resident_memory_bytes [1-9]\d{6,}$", text, re.MULTILINE)
    families = re.findall(r"^# TYPE (\S+) (?:counter|gauge|histogram)$", text, re.MULTILINE)
    assert families == sorted(set(families)) and len(families) >= 5


def test_the_other_pages(page):
    assert page.get("/healthz")[::2] == (200, "ok\n")
    assert page.get("/metrics?name=x")[0] == 200
    for path in ["/", "/metrics/", "/favicon.ico", "/../metrics", "/%2e%2e/etc/passwd"]:
        assert page.get(path)[0] == 404, path
    for method in ["POST", "PUT", "DELETE"]:
        status, headers, _ = page.get("/metrics", method)
        assert (status, headers["Allow"]) == (405, "GET, HEAD")
    status, headers, text = page.get("/healthz", "HEAD")
    assert (status, headers["Content-Length"], text) == (200, "3", "")


def test_no_port_no_page(serve, kjv_int8):
    assert "metrics on" not in serve(kjv_int8).process.output()


def test_clients_that_are_silent_or_do_not_read_are_left(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--metrics-port", 0])
    page = MetricsPage(cluster.process)
    pid = cluster.process.process.pid
    page.text()
    before = descriptors(pid)
    clients = [page.flood() for _ in range(2)]
    clients += [page.connect(b"GET /metrics HTTP/1.1\r\nHost: ") for _ in range(4)]
    clients += [page.connect() for _ in range(SILENT_CLIENTS)]
    # A few are accepted in one go.
    assert descriptors(pid) <= before + CONNECTIONS_MAX + 4
    # All places are taken, and are given back though no client moves.
    page.text()
    cluster.eventually(lambda: descriptors(pid) <= before + 1, "the end of their connections")
    assert all(is_closed(client) for client in clients)
    for client in clients:
        client.close()
    assert cluster.generate(text="And", seed=1, max_tokens=3).ids


def test_a_body_is_not_waited_for(page):
    connection = page.connect(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    with pytest.raises(ConnectionError):
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff" * 100, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /metrics\r\n\r\n", b"GET\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nA: " + b"x" * (1 << 20), b"GET /" + b"x" * (1 << 20),
        b"GET /metrics HTTP/1.1\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    ],
)
def test_what_is_not_http_ends_its_connection_only(page, data):
    try:
        connection = page.connect(data)
    except ConnectionError:
        pass
    else:
        with connection:
            assert is_closed(connection)
    page.text()


def test_sigterm_ends_idle_and_half_open_connections(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--metrics-port", 0])
    page = MetricsPage(cluster.process)
    idle = page.connect(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert idle.recv(1 << 16).startswith(b"HTTP/1.1 200")
    half = page.connect(b"GET /healthz HTTP/1.1\r\n")
    assert cluster.process.stop(signal.SIGTERM) == 0
    assert is_closed(idle) and is_closed(half)


def test_the_page_stays_while_requests_drain(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--metrics-port", 0])
    page = MetricsPage(cluster.process)
    stream = cluster.stream(text="And it came to pass", seed=4, max_tokens=1_000, ignore_end_tokens=True)
    next(stream)
    health = health_pb2_grpc.HealthStub(cluster.channel)

    def drains():
        try:
            return health.Check(health_pb2.HealthCheckRequest()).status != health_pb2.HealthCheckResponse.SERVING
        except grpc.RpcError:
            return True

    cluster.process.process.send_signal(signal.SIGTERM)
    cluster.eventually(drains, "the drain")
    assert "octavo_build_info" in page.text()
    assert sum(len(part.ids) for part in stream) == 1_000


def refused(octavo, kjv_int8, *arguments):
    """What `octavo serve` says, in one line, when it refuses to start."""
    command = [octavo, "serve", kjv_int8, "--port", "0", *arguments]
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 64, ran.stderr
    assert ran.stderr.count("\n") == 1, ran.stderr
    return ran.stderr


def test_a_port_in_use_is_one_clear_error(octavo, kjv_int8):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused(octavo, kjv_int8, "--metrics-port", port)
    assert str(port) in told and "in use" in told and "metrics" in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_beyond_this_machine_needs_insecure(octavo, kjv_int8, host):
    told = refused(octavo, kjv_int8, "--metrics-port", 0, "--metrics-host", host)
    assert f"--metrics-host is '{host}'" in told and "--insecure" in told


def test_bad_ports_and_hosts(octavo, kjv_int8):
    assert "65536" in refused(octavo, kjv_int8, "--metrics-port", 65_536)
    assert "--metrics-port" in refused(octavo, kjv_int8, "--metrics-host", "127.0.0.2")
    told = refused(octavo, kjv_int8, "--metrics-port", 0, "--metrics-host", "192.0.2.1", "--insecure")
    assert "192.0.2.1" in told


def test_an_open_address_that_is_asked_for(serve, kjv_int8):
    cluster = serve(kjv_int8, arguments=["--metrics-port", 0, "--metrics-host", "0.0.0.0", "--insecure"])
    assert MetricsPage(cluster.process).get("/healthz")[0] == 200


def test_a_manifest_says_the_port_and_a_router_has_it_too(octavo, start, kjv_int8, tmp_path):
    manifest = tmp_path / "cluster.yaml"
    manifest.write_text(
        "apiVersion: octavo.dev/v1\nkind: Cluster\nmetadata: {name: small}\n"
        f"models:\n  - {{name: psalms, source: {kjv_int8}}}\nrouter: {{port: 0, metricsPort: 0}}\n"
    )
    page = MetricsPage(start(octavo, "router", "-f", manifest))
    assert "octavo_build_info" in page.text()
