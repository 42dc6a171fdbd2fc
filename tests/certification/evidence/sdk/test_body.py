import base64
from decimal import Decimal

import pytest

from certification.evidence.sdk.body import body_mismatches
from certification.sandboxes.mock.log import Arrival
from sdkgen.api.json_text import JsonValue

FORM = "application/x-www-form-urlencoded"
MULTIPART = 'multipart/form-data; boundary="xyz"'
JSON = "application/json"


def found(
    kind: str, asked: tuple[JsonValue] | None, body: bytes, *, sent_as: str | None = None, added: frozenset[str] = frozenset()
) -> list[str]:
    headers = (("Content-Type", kind if sent_as is None else sent_as),)
    arrival = Arrival(lane=1, method="POST", target="/", headers=headers, body=body)
    return list(body_mismatches((kind, "text/plain") if kind else (), asked, arrival, added))


ASKED: JsonValue = {"a": "x y", "b": Decimal("1.10"), "l": ["1", "2"], "o": {"k": 1}, "n": None, "p": [{"q": 1}]}
FILE: JsonValue = {"file": {"base64": base64.b64encode(b"\x00\xff").decode()}, "name": "é"}


def multipart(*parts: tuple[str, bytes]) -> bytes:
    return b"".join(b"--xyz\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + b"--xyz--\r\n"


NAMED = 'Content-Disposition: form-data; name="name"'
FILED = 'Content-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream'


@pytest.mark.parametrize(
    ("kind", "asked", "body"),
    [
        pytest.param(JSON, (ASKED,), b'{"b":1.1,"a":"x y","l":["1","2"],"o":{"k":1},"n":null,"p":[{"q":1}]}', id="json in any order"),
        pytest.param("application/vnd.x+json; charset=utf-8", ([1],), b"[1]", id="built on json"),
        pytest.param(FORM, (ASKED,), b"a=x%20y&b=1.10&l=1&l=2&o=%7B%22k%22%3A1%7D&p=%7B%22q%22%3A1%7D", id="form"),
        pytest.param(MULTIPART, (FILE,), multipart((NAMED, "é".encode()), (FILED, b"\x00\xff")), id="multipart"),
        pytest.param(MULTIPART, ({"file": "as text"},), multipart((FILED, b"as text")), id="a file of text"),
        pytest.param(MULTIPART, ({"file": {"base64": "YQ=="}},), multipart((FILED, b"a")), id="bytes that are text"),
        pytest.param("application/x-ndjson", ([{"a": 1}, "é"],), '{"a":1}\n"é"\n'.encode(), id="lines"),
        pytest.param("application/jsonl; charset=utf-8", ([Decimal("1.10"), 2],), b"1.1\r\n2", id="lines without a last break"),
        pytest.param("application/json-seq", ([{"a": 1}, 2],), b'\x1e{"a":1}\n\x1e2\n', id="sequence"),
        pytest.param("application/stream+json", ([],), b"", id="no line"),
        pytest.param("text/plain", ("é",), "é".encode(), id="text"),
        pytest.param("application/octet-stream", ({"base64": "AP8="},), b"\x00\xff", id="bytes"),
        pytest.param(JSON, None, b"", id="none"),
        pytest.param("", None, b"", id="none declared"),
    ],
)
def test_a_body_that_is_what_was_asked_for_has_no_mismatch(kind: str, asked: tuple[JsonValue] | None, body: bytes) -> None:
    assert found(kind, asked, body) == []


@pytest.mark.parametrize(("given", "sent"), [("*/*", JSON), ("application/*", JSON), ("*/*", "text/json")])
def test_any_media_type_of_a_described_range_will_do(given: str, sent: str) -> None:
    assert found(given, ({},), b"{}", sent_as=sent) == []


@pytest.mark.parametrize(("given", "sent"), [("*/*", "*/*"), ("*/*", ""), ("text/*", JSON), ("application/*", "application/*")])
def test_a_range_is_no_media_type_of_a_body(given: str, sent: str) -> None:
    assert any("Content-Type" in sentence for sentence in found(given, ({},), b"{}", sent_as=sent))


@pytest.mark.parametrize(
    ("kind", "asked", "body", "sent_as", "sentence"),
    [
        pytest.param(JSON, ({"a": Decimal("1.1")},), b'{"a":"1.1"}', None, "$.a: 1.1 became", id="number as text"),
        pytest.param(JSON, ({},), b"no json", None, "the body is no JSON", id="no json"),
        pytest.param(JSON, ({},), b'{"a":1,"a":1}', None, "stands twice", id="key twice"),
        pytest.param(JSON, ({},), b"", None, "the body is no JSON", id="no body"),
        pytest.param(JSON, ({},), b"{}", "text/plain", "Content-Type is text/plain, not application/json", id="other type"),
        pytest.param(JSON, ({},), b"{}", "", "Content-Type is missing", id="no type"),
        pytest.param("", ({},), b"{}", JSON, "not known to the description", id="undeclared"),
        pytest.param(FORM, ({"a": "1"},), b"a=2", None, "at $.a: 1 became 2", id="form value"),
        pytest.param(FORM, ({"a": "1"},), b"a=1&z=1", None, "the body holds the field z", id="form extra"),
        pytest.param(
            MULTIPART, (FILE,), multipart((NAMED, b"?"), (FILED, b"\x00\xff")), None, "differs from the argument at $.name", id="part value"
        ),
        pytest.param(MULTIPART, (FILE,), b"nonsense", None, "lacks the field file", id="no parts"),
        pytest.param("text/plain", ("a",), b"b", None, "bytes are not those", id="text"),
        pytest.param("application/octet-stream", ({"base64": "?"},), b"b", None, "bytes are not those", id="bad base64"),
        pytest.param(JSON, None, b"{}", None, "none was asked for", id="unasked"),
    ],
)
def test_what_differs_in_a_body_is_named(
    kind: str, asked: tuple[JsonValue] | None, body: bytes, sent_as: str | None, sentence: str
) -> None:
    assert any(sentence in each for each in found(kind, asked, body, sent_as=sent_as))


ADDED = frozenset({"nonce"})


@pytest.mark.parametrize(
    ("kind", "asked", "body", "clean"),
    [
        pytest.param(JSON, ({"a": 1},), b'{"a":1,"Nonce":"7"}', True, id="json"),
        pytest.param(JSON, ({"a": 1, "nonce": "mine"},), b'{"a":1,"nonce":"7"}', True, id="json, replaced"),
        pytest.param(JSON, ({"a": 1},), b'{"a":1,"other":"7"}', False, id="json, another field"),
        pytest.param(FORM, ({"a": "1", "nonce": "mine"},), b"a=1&nonce=7", True, id="form"),
        pytest.param(JSON, None, b'{"nonce":"7"}', True, id="begun json"),
        pytest.param(FORM, None, b"nonce=7", True, id="begun form"),
        pytest.param(JSON, None, b'{"nonce":"7","a":1}', False, id="more than signing adds"),
        pytest.param(JSON, None, b"[1]", False, id="no object"),
        pytest.param(JSON, None, b"nonsense", False, id="no json"),
    ],
)
def test_fields_that_signing_adds_are_expected(kind: str, asked: tuple[JsonValue] | None, body: bytes, clean: bool) -> None:
    assert (found(kind, asked, body, added=ADDED) == []) is clean


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        pytest.param("application/x-ndjson", b'{"a":1}\n', "the body differs from the argument at $", id="one is missing"),
        pytest.param("application/x-ndjson", b'{"a":1}\n3\n', "the body differs from the argument at $[1]", id="another value"),
        pytest.param("application/x-ndjson", b'[{"a":1},2]', "the body differs from the argument at $", id="an array"),
        pytest.param("application/x-ndjson", b'{"a":1}\n{', "a line of the body is no JSON", id="no JSON"),
        pytest.param("application/x-ndjson", b'\x1e{"a":1}\n\x1e2\n', "not set apart as application/x-ndjson says", id="a sequence"),
        pytest.param("application/json-seq", b'{"a":1}\n2\n', "not set apart as application/json-seq says", id="lines"),
    ],
)
def test_lines_that_are_not_what_was_asked_for_are_told(kind: str, body: bytes, told: str) -> None:
    [mismatch] = found(kind, ([{"a": 1}, 2],), body)
    assert told in mismatch
