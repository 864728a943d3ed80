"""A cluster whose every connection is mutual TLS."""

import datetime
import ipaddress
import subprocess

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from octavo.v1 import inference_pb2, inference_pb2_grpc


def name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def certificate(subject, issuer, key, issuer_key, authority):
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Authority:
    """Writes ca.pem, cert.pem and key.pem into a folder."""

    def __init__(self, folder):
        folder.mkdir()
        authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.ca, self.cert, self.key = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
        self.ca.write_bytes(certificate("authority", "authority", authority_key, authority_key, True))
        self.cert.write_bytes(certificate("octavo", "authority", key, authority_key, False))
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    @property
    def arguments(self):
        return ["--tls-cert", self.cert, "--tls-key", self.key, "--tls-ca", self.ca]

    def credentials(self, shows_certificate=True):
        pair = [self.key.read_bytes(), self.cert.read_bytes()] if shows_certificate else [None, None]
        return grpc.ssl_channel_credentials(self.ca.read_bytes(), *pair)


def test_only_peers_with_our_certificates_are_served(serve, octavo, kjv_int8, tmp_path):
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    cluster = serve(kjv_int8, arguments=ours.arguments)

    def tokenize(credentials):
        channel = grpc.secure_channel(cluster.address, credentials)
        stub = inference_pb2_grpc.InferenceStub(channel)
        return stub.Tokenize(inference_pb2.TokenizeRequest(text="Amen."), timeout=10).ids

    assert tokenize(ours.credentials())
    for stranger in [theirs.credentials(), ours.credentials(shows_certificate=False)]:
        with pytest.raises(grpc.RpcError) as caught:
            tokenize(stranger)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    with pytest.raises(grpc.RpcError):
        stub = inference_pb2_grpc.InferenceStub(grpc.insecure_channel(cluster.address))
        stub.Tokenize(inference_pb2.TokenizeRequest(text="Amen."), timeout=10)

    command = [octavo, "generate", "And it came to pass", "--router", cluster.address, "--temperature", "0"]
    command += ["--max-tokens", "3", *ours.arguments]
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0 and ran.stdout.strip(), ran.stderr
    command = [octavo, "bench", "load", "--router", cluster.address, "--concurrency", 2, "--requests", 2, "--json"]
    words = [*command, "--prompt-tokens", 4, "--output-tokens", 3, *ours.arguments]
    loaded = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    assert loaded.returncode == 0, loaded.stderr
    assert '"answered": 2' in loaded.stdout
