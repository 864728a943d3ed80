"""Starts rpc-peer, the Swift side, and makes certificates for both."""

import datetime
import ipaddress
import json
import os
import pathlib
import subprocess

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARIES = pathlib.Path(os.environ.get("OCTAVO_BIN", ROOT / ".build" / "release"))
WAIT_SECONDS = 30


class Peer:
    """rpc-peer as a server, driven by lines, answering in lines of JSON."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [BINARIES / "rpc-peer", "serve", *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self.event("listening")["port"]

    @property
    def target(self):
        return f"127.0.0.1:{self.port}"

    def event(self, name):
        """The next line with this event; others before it are skipped."""
        for line in self.process.stdout:
            fields = json.loads(line)
            if fields["event"] == name:
                return fields
        raise AssertionError(f"the peer ended without {name}")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                code = self.process.wait(WAIT_SECONDS)
            finally:
                self.process.kill()
            assert code == 0, f"the peer exited with {code}"
        self.process.stdout.close()


@pytest.fixture
def start_peer():
    peers = []

    def start(*arguments):
        peers.append(Peer(*arguments))
        return peers[-1]

    yield start
    for peer in peers:
        peer.close()


@pytest.fixture(scope="module")
def peer():
    peer = Peer()
    yield peer
    peer.close()


@pytest.fixture(scope="module")
def channel(peer):
    with grpc.insecure_channel(peer.target) as channel:
        yield channel


def call(target, path, *arguments):
    """One call by rpc-peer as the client."""
    finished = subprocess.run(
        [BINARIES / "rpc-peer", "call", target, path, *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=True)
    return json.loads(finished.stdout)


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


class Authority:
    """A certificate authority that lives as long as the tests."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(name, self.key).add_extension(x509.BasicConstraints(True, None), critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())
        self.path = self._write("ca.pem", self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, common_name, key):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder().subject_name(_name(common_name)).issuer_name(_name(self.name))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1)))

    def _write(self, file, data):
        path = self.folder / f"{self.name}-{file}"
        path.write_bytes(data)
        return path

    def issue(self, common_name, hosts=()):
        """The paths of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(host) for host in hosts] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = (
            self._builder(common_name, key).add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256()))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return (
            self._write(f"{common_name}.pem", certificate.public_bytes(serialization.Encoding.PEM)),
            self._write(f"{common_name}.key", private))


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "octavo-test")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "stranger")
