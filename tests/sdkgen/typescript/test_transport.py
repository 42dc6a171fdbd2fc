"""How requests travel: over Node.js's own HTTP, and over fetch; the same answers, and the same care."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.simulators.typescript_sdk import program

if TYPE_CHECKING:
    from tests.simulators.typescript_sdk import Installed

pytestmark = pytest.mark.toolchain

TOO_LONG = "DecodeError: $: the answer is longer than 100000 bytes"
CODED = ("/gzip", "/deflate", "/raw", "/br", "/twice")


def own_certificate() -> tuple[str, str]:
    """A key and a certificate for localhost that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, begins.replace(year=2120))
    certificate = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return plain.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def ways(installed: Installed) -> dict[str, dict[str, Any]]:
    key, certificate = own_certificate()
    text = program("carries.mjs").replace("key: KEY, cert: CERTIFICATE", f"key: {json.dumps(key)}, cert: {json.dumps(certificate)}")
    return {way: json.loads(installed.node(f"const WAY = {json.dumps(way)};\n{text}")) for way in ("node", "web")}


@pytest.fixture(params=["node", "web"])
def way(request: pytest.FixtureRequest, ways: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return ways[request.param]


def test_encoded_answers_are_read(way: dict[str, Any]) -> None:
    assert {path: way[path] for path in ("/plain", "/none", *CODED)} == dict.fromkeys(("/plain", "/none", *CODED), True)
    assert way["/empty"] is None


def test_what_is_counted_is_the_decoded_answer(way: dict[str, Any]) -> None:
    assert (way["/bomb"], way["/long"]) == (TOO_LONG, TOO_LONG)


def test_a_broken_encoding_is_a_decode_error(ways: dict[str, dict[str, Any]]) -> None:
    node = ways["node"]
    assert node["/garbage"] == "DecodeError: $: the answer is no gzip"
    assert node["/unknown"] == "DecodeError: $: the answer's content encoding is none of those that were asked for"
    assert node["/often"] == "DecodeError: $: the answer is encoded too often"


def test_no_redirect_is_followed(way: dict[str, Any]) -> None:
    assert way["/moved"] == "ApiError: Found"


def test_headers_that_come_twice_are_one(way: dict[str, Any]) -> None:
    assert way["twice"] == "a, b"


def test_connections_are_used_again(ways: dict[str, dict[str, Any]]) -> None:
    assert ways["node"]["connections"] <= 3  # one more after each answer that was too long


def test_a_body_goes_with_get_where_that_is_possible(ways: dict[str, dict[str, Any]]) -> None:
    assert ways["node"]["got"] == [["GET", "/x?a=1", '{"b":"ü"}', "10", "application/json"]]
    assert ways["web"]["body"] == "ConfigurationError: GET /x: fetch can't send a GET request with a body"
    assert ways["web"]["got"] == []


def test_a_post_without_a_body_says_so(way: dict[str, Any]) -> None:
    assert way["bodiless"] == "0"


def test_no_caller_sets_what_ends_a_request(way: dict[str, Any]) -> None:
    assert way["framing"] == 'ConfigurationError: header "Transfer-Encoding": is none that a call may set'
    assert (way["coding"], way["coded"]) == (True, "br")


def test_a_caller_who_gives_up_gets_their_own_reason(way: dict[str, Any]) -> None:
    assert way["aborted"] == "Error: enough"


def test_nothing_is_sent_to_whom_nobody_vouches_for(way: dict[str, Any]) -> None:
    assert way["untrusted"] == ["the connection failed (DEPTH_ZERO_SELF_SIGNED_CERT)", False]


def test_tls_that_was_not_agreed_means_that_nothing_left(ways: dict[str, dict[str, Any]]) -> None:
    assert ways["node"]["deaf"] == ["the connection failed (ECONNRESET)", False]
    assert ways["web"]["deaf"][1] is True  # fetch does not tell


def test_an_answer_cut_off_leaves_open_what_happened(way: dict[str, Any]) -> None:
    assert way["cut"][1] is True


def test_a_fetch_that_someone_put_in_its_place_is_obeyed(way: dict[str, Any]) -> None:
    assert way["replaced"] == [1, 0]
    assert way["diverted"] == ["TransportError: the connection failed (no code)", 0]
    assert way["dispatched"] == "/plain"
