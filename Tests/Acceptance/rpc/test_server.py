"""grpcio calls the Swift server."""

import json
import socket
import subprocess
import threading

import grpc
import pytest
from conftest import BINARIES
from grpc_health.v1 import health_pb2, health_pb2_grpc

MIB = 1 << 20


def unary(channel, name):
    return channel.unary_unary(f"/test.Peer/{name}")


def stream(channel, name):
    return channel.stream_stream(f"/test.Peer/{name}")


@pytest.mark.parametrize("size", [0, 1, 23, 24, 65536, 3 * MIB])
def test_unary(channel, size):
    request = bytes(index % 251 for index in range(size))
    assert unary(channel, "Echo")(request, timeout=20) == request


def test_client_stream(channel):
    collect = channel.stream_unary("/test.Peer/Collect")
    assert collect((bytes([index]) for index in range(200)), timeout=20) == bytes(range(200))


def test_server_stream(channel):
    repeat = channel.unary_stream("/test.Peer/Repeat")
    assert list(repeat(b"\x05abc", timeout=20)) == [b"\x05abc"] * 5


def test_bidirectional_stream(channel):
    turns = threading.Semaphore(1)

    def requests():
        for index in range(100):
            turns.acquire()
            yield b"%d" % index

    for index, answer in enumerate(stream(channel, "Chat")(requests(), timeout=20)):
        assert answer == b"%d" % index
        turns.release()
    assert index == 99


def test_metadata_both_ways(channel):
    sent = (("x-text", "a b~"), ("x-text", "again"), ("x-bytes-bin", bytes(range(256))))
    answers = stream(channel, "Metadata")(iter(()), metadata=sent, timeout=20)
    assert [tuple(pair) for pair in answers.initial_metadata() if pair[0].startswith("x-")] == list(sent)
    assert list(answers) == [b""]
    assert [tuple(pair) for pair in answers.trailing_metadata() if pair[0].startswith("x-")] == list(sent)


def test_status_with_details(channel):
    answers = stream(channel, "Fail")(iter([b"9 not yet: \xc3\xa9"]), timeout=20)
    with pytest.raises(grpc.RpcError) as caught:
        next(answers)
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert caught.value.details() == "not yet: é"
    trailers = dict(caught.value.trailing_metadata())
    assert trailers["grpc-status-details-bin"] == b"\x00\x01\x02\xff"
    assert trailers["x-reason"] == "asked"


def test_other_errors_give_nothing_away(channel):
    with pytest.raises(grpc.RpcError) as caught:
        unary(channel, "Broken")(b"", timeout=20)
    assert caught.value.code() == grpc.StatusCode.UNKNOWN
    assert caught.value.details() == "the server failed to handle the call"


def test_unknown_method(channel):
    with pytest.raises(grpc.RpcError) as caught:
        unary(channel, "Nothing")(b"", timeout=20)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_cancel_releases_the_handler(start_peer):
    peer = start_peer()
    with grpc.insecure_channel(peer.target) as channel:
        held = threading.Event()
        call = stream(channel, "Hold")(iter(held.wait, True))
        peer.event("holding")
        call.cancel()
        assert "CANCELLED" in peer.event("released")["error"]
        held.set()


def test_deadline_releases_the_handler(start_peer):
    peer = start_peer()
    with grpc.insecure_channel(peer.target) as channel:
        held = threading.Event()
        call = stream(channel, "Hold")(iter(held.wait, True), timeout=0.3)
        with pytest.raises(grpc.RpcError) as caught:
            next(call)
        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        assert "CANCELLED" in peer.event("released")["error"]
        held.set()


def test_vanished_client_releases_the_handler(start_peer):
    peer = start_peer()
    client = subprocess.Popen(
        [BINARIES / "rpc-peer", "call", peer.target, "test.Peer/Hold", "--hold", "yes"], stdout=subprocess.DEVNULL)
    peer.event("holding")
    client.kill()
    client.wait()
    assert "CANCELLED" in peer.event("released")["error"]


def test_deadline_arrives(channel):
    answer = json.loads(next(stream(channel, "Who")(iter(()), timeout=100)))
    assert 90_000 <= answer["remaining"] <= 100_000
    assert answer["peer"].startswith("ipv4:127.0.0.1:")
    assert answer["identity"] is None
    assert json.loads(next(stream(channel, "Who")(iter(()))))["remaining"] is None


def test_sender_halts_when_the_reader_stops(start_peer):
    peer = start_peer()
    # The reader's window is what the sender sees; by itself grpcio would let it grow with the speed.
    options = [("grpc.max_receive_message_length", 2 * MIB), ("grpc.http2.bdp_probe", 0)]
    with grpc.insecure_channel(peer.target, options) as channel:
        # One receive proves the flow; nobody asks for more until the deadline ends the call.
        call = stream(channel, "Source")(iter(()), timeout=2)
        assert len(next(call)) == MIB
        sent = peer.event("source")["sent"]
        assert 1 <= sent <= 16


def test_grpcio_halts_when_our_reader_stops(start_peer):
    """Our reader's window is what grpcio's sender sees, all at defaults; the handler reads nothing."""
    peer = start_peer()
    pulled = []

    def messages():
        for index in range(100):
            pulled.append(index)
            yield bytes(MIB)

    with grpc.insecure_channel(peer.target) as channel:
        call = stream(channel, "Ignore")(messages(), timeout=3)
        with pytest.raises(grpc.RpcError) as caught:
            list(call)
        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert 1 <= len(pulled) <= 16


def test_message_over_the_limit(channel):
    with pytest.raises(grpc.RpcError) as caught:
        unary(channel, "Echo")(bytes(8 * MIB + 1), timeout=20)
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert unary(channel, "Echo")(b"still here", timeout=20) == b"still here"


def test_compressed_message_is_refused(channel):
    with pytest.raises(grpc.RpcError) as caught:
        unary(channel, "Echo")(bytes(MIB), timeout=20, compression=grpc.Compression.Gzip)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert unary(channel, "Echo")(b"still here", timeout=20) == b"still here"


def test_too_many_calls(start_peer):
    peer = start_peer("--calls-max", 2)
    with grpc.insecure_channel(peer.target) as channel:
        held = threading.Event()
        calls = [stream(channel, "Hold")(iter(held.wait, True)) for _ in range(2)]
        for _ in calls:
            peer.event("holding")
        with pytest.raises(grpc.RpcError) as caught:
            unary(channel, "Echo")(b"", timeout=20)
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        for call in calls:
            call.cancel()
            peer.event("released")
        held.set()


def test_garbage_instead_of_http2(peer, channel):
    with socket.create_connection(("127.0.0.1", peer.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n" + bytes(range(256)) * 64)
        connection.settimeout(20)
        while connection.recv(4096):
            pass
    assert unary(channel, "Echo")(b"still here", timeout=20) == b"still here"


def test_port_in_use(peer):
    other = subprocess.run(
        [BINARIES / "rpc-peer", "serve", "--port", str(peer.port)], capture_output=True, text=True, timeout=60)
    assert other.returncode != 0
    assert "ALREADY_EXISTS" in other.stderr
    assert str(peer.port) in other.stderr


def test_health_check(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    assert stub.Check(health_pb2.HealthCheckRequest(), timeout=20).status == serving
    assert stub.Check(health_pb2.HealthCheckRequest(service="test.Peer"), timeout=20).status == serving
    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(health_pb2.HealthCheckRequest(service="nothing"), timeout=20)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_health_refuses_what_is_not_a_request(channel):
    for request in [b"\x0a\xff", b"\x0a\x02\xff\xfe", b"\xff" * 11, b"\x0b"]:
        with pytest.raises(grpc.RpcError) as caught:
            channel.unary_unary("/grpc.health.v1.Health/Check")(request, timeout=20)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_health_watch_sees_changes_and_the_end(start_peer):
    peer = start_peer()
    response = health_pb2.HealthCheckResponse
    with grpc.insecure_channel(peer.target) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(
            health_pb2.HealthCheckRequest(service="later"), timeout=20)
        assert next(watch).status == response.SERVICE_UNKNOWN
        peer.tell("health later serving")
        assert next(watch).status == response.SERVING
        peer.tell("health later not-serving")
        assert next(watch).status == response.NOT_SERVING
        peer.tell("health later serving")
        assert next(watch).status == response.SERVING
        peer.tell("stop 5000")
        assert next(watch).status == response.NOT_SERVING
        with pytest.raises(grpc.RpcError) as caught:
            next(watch)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


def test_shutdown_lets_calls_finish_within_grace(start_peer):
    peer = start_peer()
    with grpc.insecure_channel(peer.target) as channel:
        go_on = threading.Event()

        def requests():
            yield b"one"
            go_on.wait()
            yield b"two"

        answers = stream(channel, "Chat")(requests(), timeout=20)
        assert next(answers) == b"one"
        peer.tell("stop 15000")
        peer.event("stopping")
        go_on.set()
        assert list(answers) == [b"two"]
        peer.event("done")


def test_shutdown_cancels_what_outlives_the_grace(start_peer):
    peer = start_peer()
    with grpc.insecure_channel(peer.target) as channel:
        held = threading.Event()
        call = stream(channel, "Hold")(iter(held.wait, True), timeout=20)
        peer.event("holding")
        peer.tell("stop 100")
        peer.event("released")
        peer.event("done")
        with pytest.raises(grpc.RpcError):
            next(call)
        held.set()
