from __future__ import annotations

import datetime as dt
import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sdkgen.python.runtime.errors import TransportError
from sdkgen.python.runtime.transport import Pool, Request, origin_of
from tests.simulators.raw_http import RawServer, answer

LONG_AGO, LONG_FROM_NOW = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(LONG_AGO)
        .not_valid_after(LONG_FROM_NOW)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def server_with(certificate: Path) -> RawServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return RawServer(answer("{}"), tls=context)


def request_to(server: RawServer) -> Request:
    return Request(origin_of(server.url), "GET", "/x", {}, None)


def test_https_is_spoken_with_whom_the_context_trusts(certificate: Path) -> None:
    pool = Pool(ssl.create_default_context(cafile=str(certificate)))
    with server_with(certificate) as server:
        for _ in range(2):
            assert pool.send(request_to(server), 5.0).body == b"{}"
        pool.close()
    assert {each.connection for each in server.received} == {1}


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(certificate: Path) -> None:
    pool = Pool()
    with server_with(certificate) as server, pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        pool.send(request_to(server), 5.0)
    assert server.received == []


def test_a_certificate_for_another_name_is_refused(certificate: Path) -> None:
    pool = Pool(ssl.create_default_context(cafile=str(certificate)))
    with server_with(certificate) as server, pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        pool.send(request_to(server)._replace(origin=origin_of(server.url.replace("127.0.0.1", "localhost"))), 5.0)
    assert server.received == []
