"""TLS and mutual TLS with grpcio at the other end, in both roles."""

import json
from concurrent import futures

import grpc
import pytest
from conftest import call


def serve(start_peer, authority, *arguments):
    certificate, key = authority.issue("server", ["localhost"])
    return start_peer("--cert", certificate, "--key", key, *arguments)


def secure_channel(peer, roots, identity=None):
    certificate, key = (path.read_bytes() for path in identity) if identity else (None, None)
    credentials = grpc.ssl_channel_credentials(roots.path.read_bytes(), key, certificate)
    return grpc.secure_channel(f"localhost:{peer.port}", credentials)


def who(channel):
    return json.loads(next(channel.stream_stream("/test.Peer/Who")(iter(()), timeout=20)))


def test_server_certificate(start_peer, authority):
    with secure_channel(serve(start_peer, authority), authority) as channel:
        assert who(channel)["identity"] is None


def test_server_of_a_stranger_is_refused(start_peer, authority, stranger):
    with secure_channel(serve(start_peer, authority), stranger) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            who(channel)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


def test_client_certificate_is_the_identity(start_peer, authority):
    peer = serve(start_peer, authority, "--client-ca", authority.path)
    with secure_channel(peer, authority, authority.issue("alice")) as channel:
        assert "CN=alice" in who(channel)["identity"]


@pytest.mark.parametrize("shown", ["none", "stranger"])
def test_wrong_client_certificate_is_refused(start_peer, authority, stranger, shown):
    peer = serve(start_peer, authority, "--client-ca", authority.path)
    identity = stranger.issue("mallory") if shown == "stranger" else None
    with secure_channel(peer, authority, identity) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            who(channel)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    with secure_channel(peer, authority, authority.issue("alice")) as channel:
        assert "CN=alice" in who(channel)["identity"]


def test_optional_client_certificate(start_peer, authority):
    peer = serve(start_peer, authority, "--client-ca", authority.path, "--client-cert", "optional")
    with secure_channel(peer, authority) as channel:
        assert who(channel)["identity"] is None
    with secure_channel(peer, authority, authority.issue("alice")) as channel:
        assert "CN=alice" in who(channel)["identity"]


@pytest.fixture
def mutual_server(authority):
    def echo(requests, context):
        yield context.auth_context()["x509_common_name"][0]

    class Handler(grpc.GenericRpcHandler):
        def service(self, details):
            return grpc.stream_stream_rpc_method_handler(echo)

    certificate, key = authority.issue("server", ["localhost"])
    credentials = grpc.ssl_server_credentials(
        [(key.read_bytes(), certificate.read_bytes())], authority.path.read_bytes(), require_client_auth=True)
    server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[Handler()])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    yield f"localhost:{port}"
    server.stop(0).wait()


def test_swift_client_shows_its_certificate(mutual_server, authority):
    certificate, key = authority.issue("bob")
    answer = call(
        mutual_server, "test.Peer/Who", "--ca", authority.path, "--cert", certificate, "--key", key,
        "--timeout-ms", 20_000)
    assert (answer["code"], answer["messages"]) == (0, [b"bob".hex()])


@pytest.mark.parametrize("shown", ["none", "stranger"])
def test_swift_client_without_the_right_certificate(mutual_server, authority, stranger, shown):
    certificate, key = stranger.issue("mallory")
    arguments = ["--cert", certificate, "--key", key] if shown == "stranger" else []
    answer = call(mutual_server, "test.Peer/Who", "--ca", authority.path, *arguments, "--timeout-ms", 20_000)
    assert answer["code"] == grpc.StatusCode.UNAVAILABLE.value[0]


def test_swift_client_refuses_a_stranger(mutual_server, authority, stranger):
    certificate, key = authority.issue("bob")
    answer = call(
        mutual_server, "test.Peer/Who", "--ca", stranger.path, "--cert", certificate, "--key", key,
        "--timeout-ms", 20_000)
    assert answer["code"] == grpc.StatusCode.UNAVAILABLE.value[0]


def test_swift_client_checks_the_name(mutual_server, authority):
    certificate, key = authority.issue("bob")
    identity = ["--ca", authority.path, "--cert", certificate, "--key", key, "--timeout-ms", 20_000]
    assert call(mutual_server, "test.Peer/Who", *identity, "--name", "elsewhere")["code"] == 14
    assert call(mutual_server, "test.Peer/Who", *identity, "--name", "localhost")["code"] == 0


def test_files_that_are_not_pem(mutual_server, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_bytes(b"\x30\x82")
    answer = call(mutual_server, "test.Peer/Who", "--ca", file)
    assert answer["code"] == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert "not PEM" in answer["message"]
