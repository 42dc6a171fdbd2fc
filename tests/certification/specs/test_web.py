"""Fetching over HTTP: what comes back, and what is refused."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certification.errors import FetchError
from certification.profile import SpecSource
from certification.specs import guard
from certification.specs.fetch import fetch
from certification.specs.fetched import Allowance, Bounds, Fetched, NotModified
from certification.specs.history import History
from certification.specs.web import fetch_url
from tests.simulators.description_server import DescriptionServer, Page, description_server

SPEC = b"openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths: {/a: {get: {responses: {}}}}\n"
SMALL = Bounds(max_bytes=1000, seconds=20)
BRIEF = Bounds(max_bytes=1000, seconds=0.4)


@pytest.fixture
def server() -> Iterator[DescriptionServer]:
    with description_server() as running:
        yield running


def got(server: DescriptionServer, path: str = "/spec.yaml", *, etag: str | None = None, bounds: Bounds = SMALL) -> Fetched | NotModified:
    return fetch_url(server.url + path, etag=etag, allow_private=True, bounds=bounds)


def test_a_description_comes_with_its_etag_and_without_credentials_in_its_name(server: DescriptionServer) -> None:
    server.pages["/spec.yaml"] = Page(body=SPEC, etag='"1"')
    address = server.url.replace("http://", "http://user:secret@") + "/spec.yaml?token=secret"
    fetched = fetch_url(address, etag=None, allow_private=True, bounds=SMALL)
    assert fetched == Fetched(source=f"{server.url}/spec.yaml", content=SPEC, etag='"1"')
    assert server.requests[0][0] == "/spec.yaml?token=secret"


@pytest.mark.parametrize(
    ("page", "header", "etag"),
    [
        pytest.param(Page(body=SPEC, etag='W/"abc"'), "if-none-match", 'W/"abc"', id="etag"),
        pytest.param(
            Page(body=SPEC, last_modified="Tue, 01 Jul 2025 10:00:00 GMT"), "if-modified-since", "Tue, 01 Jul 2025 10:00:00 GMT", id="date"
        ),
    ],
)
def test_the_second_fetch_asks_whether_anything_changed(
    server: DescriptionServer, tmp_path: Path, page: Page, header: str, etag: str
) -> None:
    server.pages["/spec.yaml"] = page
    source, history = SpecSource(url=f"{server.url}/spec.yaml"), History(tmp_path)
    first = fetch(source, folder=tmp_path, allow_private=True)
    assert isinstance(first, Fetched)
    snapshot = history.record("shop", first)
    assert fetch(source, folder=tmp_path, previous=snapshot, allow_private=True) == NotModified(source=f"{server.url}/spec.yaml")
    assert server.requests[1][1][header] == etag


def test_a_compressed_answer_is_unpacked(server: DescriptionServer) -> None:
    server.pages["/spec.yaml"] = Page(body=SPEC, compressed=True)
    assert got(server) == Fetched(source=f"{server.url}/spec.yaml", content=SPEC)


def test_redirects_are_followed(server: DescriptionServer) -> None:
    server.pages["/old"] = Page(status=302, headers={"Location": "/spec.yaml"})
    server.pages["/spec.yaml"] = Page(body=SPEC)
    assert isinstance(got(server, "/old"), Fetched)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        pytest.param(Page(status=404), "answered 404: there is nothing", id="404"),
        pytest.param(Page(status=503), "answered 503", id="503"),
        pytest.param(Page(body=b"x" * 1001), "larger than 1,000 bytes", id="announced"),
        pytest.param(Page(body=b"x" * 100_000, compressed=True), "larger than 1,000 bytes", id="unpacked"),
        pytest.param(Page(body=SPEC, drip_seconds=0.02), "no complete answer within 0.4 s", id="drips"),
        pytest.param(Page(drip_headers=True), "no complete answer within 0.4 s", id="drips headers"),
        pytest.param(Page(body=SPEC, cut=20), "check the address and the network", id="cut short"),
        pytest.param(Page(status=302, headers={"Location": "/spec.yaml"}), "redirects more than 5 times", id="redirects to itself"),
    ],
)
def test_a_bad_answer_is_one_clear_line(server: DescriptionServer, page: Page, message: str) -> None:
    server.pages["/spec.yaml"] = page
    began = time.monotonic()
    with pytest.raises(FetchError) as raised:
        got(server, bounds=BRIEF if "0.4 s" in message else SMALL)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert time.monotonic() - began < 10


def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(FetchError, match=r"no complete answer within 0\.4 s"):
        fetch_url(f"http://127.0.0.1:{silent.getsockname()[1]}/", etag=None, allow_private=True, bounds=BRIEF)


def test_a_port_where_nobody_listens_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(FetchError, match="check the address and the network"):
        fetch_url(f"http://127.0.0.1:{port}/", etag=None, allow_private=True, bounds=SMALL)


@pytest.mark.parametrize(
    "address", ["ftp://host.example/spec", "file:///etc/passwd", "http://", "//host.example/spec", "http://host:port/", "no url"]
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(FetchError, match="URL"):
        fetch_url(address, etag=None, allow_private=True, bounds=SMALL)


def test_a_private_address_is_not_asked(server: DescriptionServer) -> None:
    server.pages["/spec.yaml"] = Page(body=SPEC)
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        with pytest.raises(FetchError, match="no public address"):
            fetch_url(server.url.replace("127.0.0.1", host) + "/spec.yaml", etag=None, allow_private=False, bounds=SMALL)
    assert server.requests == []


def test_a_host_that_does_not_exist_is_one_clear_line() -> None:
    with pytest.raises(FetchError, match=r"host nowhere\.invalid has no address"):
        fetch_url("http://nowhere.invalid/", etag=None, allow_private=False, bounds=Bounds(seconds=20))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing listens here
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:0a00:0001::1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_only_the_public_internet_is_public(address: str, public: bool) -> None:
    assert guard.is_public(address) is public


def test_a_resolver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(FetchError, match=r"within 0\.1 s"):
        guard.resolve("slow.example", 80, Allowance(source="here", bounds=Bounds(seconds=0.1)))
    released.set()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return file


def test_certificates_are_checked_against_the_name_although_the_address_is_fixed(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with description_server(context) as server:
        server.pages["/spec.yaml"] = Page(body=SPEC)
        server.pages["/plain"] = Page(status=302, headers={"Location": "http://127.0.0.1:1/"})
        with pytest.raises(FetchError, match=r"(?i)certificate"):
            got(server, bounds=SMALL)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert isinstance(got(server, bounds=SMALL), Fetched)
        with pytest.raises(FetchError, match=r"redirects from https to http://127\.0\.0\.1:1/, which is not encrypted"):
            got(server, "/plain", bounds=SMALL)
        server.url = server.url.replace("localhost", "127.0.0.1")
        with pytest.raises(FetchError, match=r"(?i)certificate"):
            got(server, bounds=SMALL)
