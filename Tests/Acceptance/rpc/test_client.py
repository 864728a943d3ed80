"""The Swift client calls grpcio's server."""

import threading
from concurrent import futures

import grpc
import pytest
from conftest import call
from grpc_health.v1 import health, health_pb2_grpc

MIB = 1 << 20


class Handler(grpc.GenericRpcHandler):
    """A method of each kind on raw bytes, whatever the kind: all are streams on the wire."""

    def __init__(self):
        self.received = 0
        self.cancelled = threading.Event()

    def service(self, details):
        method = getattr(self, details.method.rsplit("/", 1)[-1], None)
        if method is None:
            return None
        return grpc.stream_stream_rpc_method_handler(method)

    def Chat(self, requests, context):
        yield from requests

    def Collect(self, requests, context):
        yield b"".join(requests)

    def Repeat(self, requests, context):
        request = next(requests)
        for _ in range(request[0]):
            yield request

    def Metadata(self, requests, context):
        echoed = tuple(pair for pair in context.invocation_metadata() if pair[0].startswith("x-"))
        context.send_initial_metadata(echoed)
        context.set_trailing_metadata(echoed)
        yield b""

    def Fail(self, requests, context):
        next(requests)
        context.set_trailing_metadata((("grpc-status-details-bin", b"\x00\xff"), ("x-reason", "asked")))
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no room: é")
        yield b""

    def FailAtOnce(self, requests, context):
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "not you")
        yield b""

    def Silent(self, requests, context):
        yield from ()

    def Twice(self, requests, context):
        yield b"one"
        yield b"two"

    def Hold(self, requests, context):
        context.add_callback(self.cancelled.set)
        yield b"here"
        self.cancelled.wait(20)

    def Ignore(self, requests, context):
        context.add_callback(self.cancelled.set)
        self.cancelled.wait(20)
        yield b""

    def Large(self, requests, context):
        yield bytes(8 * MIB + 1)

    def Deadline(self, requests, context):
        yield b"%d" % int(context.time_remaining() or -1)


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
def target(handler):
    server = grpc.server(
        futures.ThreadPoolExecutor(8), handlers=[handler],
        options=[("grpc.max_receive_message_length", 32 * MIB), ("grpc.max_send_message_length", 32 * MIB),
                 ("grpc.http2.bdp_probe", 0)])
    health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


def test_unary(target):
    assert call(target, "test.Peer/Chat", "--unary", "yes", "--message", "00ff10")["messages"] == ["00ff10"]


def test_client_stream(target):
    messages = [word for index in range(50) for word in ("--message", f"{index:02x}")]
    answer = call(target, "test.Peer/Collect", *messages)
    assert (answer["code"], answer["messages"]) == (0, [bytes(range(50)).hex()])


def test_server_stream(target):
    answer = call(target, "test.Peer/Repeat", "--message", "05aa")
    assert (answer["code"], answer["messages"]) == (0, ["05aa"] * 5)


def test_bidirectional_stream(target):
    answer = call(target, "test.Peer/Chat", "--message", "01", "--message", "", "--message", "03")
    assert (answer["code"], answer["messages"], answer["sent"]) == (0, ["01", "", "03"], 3)


def test_metadata_both_ways(target):
    pairs = [["x-text", "a b~"], ["x-text", "again"], ["x-bytes-bin", "hex:" + bytes(range(256)).hex()]]
    arguments = [word for key, value in pairs for word in ("--metadata", f"{key}={value}")]
    answer = call(target, "test.Peer/Metadata", *arguments)
    assert [pair for pair in answer["headers"] if pair[0].startswith("x-")] == pairs
    assert [pair for pair in answer["trailers"] if pair[0].startswith("x-")] == pairs


@pytest.mark.parametrize("text", ["X-Upper=a", "grpc-mine=a", ":path=/", "x-bin=text", "x-text=hex:00", "x-nul=a\tb"])
def test_illegal_metadata_is_refused(target, text):
    answer = call(target, "test.Peer/Metadata", "--metadata", text)
    assert answer["code"] == grpc.StatusCode.INVALID_ARGUMENT.value[0]


def test_too_much_metadata_is_refused(target):
    answer = call(target, "test.Peer/Metadata", "--metadata", "x-text=" + "a" * 10_000)
    assert answer["code"] == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]


def test_status_with_details(target):
    answer = call(target, "test.Peer/Fail", "--message", "00")
    assert answer["code"] == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    assert (answer["message"], answer["details"]) == ("no room: é", "00ff")
    assert ["x-reason", "asked"] in answer["trailers"]


def test_early_failure_ends_the_sender(target):
    answer = call(target, "test.Peer/FailAtOnce", "--flood", 1_000)
    assert (answer["code"], answer["message"]) == (grpc.StatusCode.PERMISSION_DENIED.value[0], "not you")
    assert answer["sent"] < 1_000


def test_unary_without_an_answer(target):
    assert call(target, "test.Peer/Silent", "--unary", "yes")["code"] == grpc.StatusCode.INTERNAL.value[0]


def test_unary_with_two_answers_ends_at_its_deadline(target):
    answer = call(target, "test.Peer/Twice", "--unary", "yes", "--timeout-ms", 500)
    assert answer["code"] == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]


def test_unknown_method(target):
    answer = call(target, "test.Peer/Nothing", "--unary", "yes")
    assert answer["code"] == grpc.StatusCode.UNIMPLEMENTED.value[0]


def test_deadline(target, handler):
    answer = call(target, "test.Peer/Hold", "--timeout-ms", 300)
    assert answer["code"] == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    assert handler.cancelled.wait(20)


def test_deadline_is_passed_on(target):
    answer = call(target, "test.Peer/Deadline", "--timeout-ms", 100_000)
    assert 90 <= int(bytes.fromhex(answer["messages"][0])) <= 100


def test_cancel(target, handler):
    answer = call(target, "test.Peer/Hold", "--cancel-after", 1, "--timeout-ms", 20_000)
    assert answer["code"] == grpc.StatusCode.CANCELLED.value[0]
    assert answer["messages"] == [b"here".hex()]
    assert handler.cancelled.wait(20)


def test_sender_halts_when_the_reader_stops(target):
    answer = call(target, "test.Peer/Ignore", "--flood", 100, "--timeout-ms", 2_000)
    assert answer["code"] == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    assert answer["sent"] <= 16


def test_message_over_the_limit(target):
    answer = call(target, "test.Peer/Large")
    assert answer["code"] == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]


def test_nobody_listens():
    answer = call("127.0.0.1:1", "test.Peer/Chat", "--unary", "yes", "--timeout-ms", 5_000)
    assert answer["code"] == grpc.StatusCode.UNAVAILABLE.value[0]
