"""What a built SDK sends, and what it makes of the answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from certification.sandboxes.mock.log import Arrival
from certification.sandboxes.mock.plan import Fault, Lane, PlannedAnswer
from tests.simulators.go_sdk import Harness
from tests.simulators.line_bodies import BAD, GOOD
from tests.simulators.mock_exchange import mock_exchange

pytestmark = pytest.mark.toolchain

CREDENTIALS = {"key": "the-key-itself", "secret": "the-secret-itself", "passphrase": None, "now_ms": 1700000000123, "nonce": None}
ORDER: dict[str, Any] = {"id": 1, "price": 1.5, "quantity": None, "side": "BUY", "raw": {}}
NEW_ORDER = {"symbol": "BTC-USD", "side": "BUY"}


def exchange(
    harness: Harness, operation: str, answer: PlannedAnswer, *, settings: dict[str, Any] | None = None, **arguments: Any
) -> tuple[dict[str, Any], tuple[Arrival, ...]]:
    """One call against one planned answer: the reply and what arrived."""
    with mock_exchange(Lane(id=1, answers=(answer,))) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1", **(CREDENTIALS if settings is None else settings))
        return harness.call(operation, **arguments), mock.arrivals


def json_answer(value: object, status: int = 200, *headers: tuple[str, str]) -> PlannedAnswer:
    return PlannedAnswer(status=status, headers=(("Content-Type", "application/json"), *headers), body=json.dumps(value).encode())


def test_parameters_are_written_by_their_styles(harness: Harness) -> None:
    reply, (arrival,) = exchange(
        harness,
        "echo parameters",
        json_answer({"any": 1}),
        path={"plain": "a/b é", "label": ["x", "y"], "matrix": [1, 2]},
        query={
            'q"\n`': "~ &=+",
            "list": ["a", "b,c"],
            "comma": ["a", "b,c"],
            "pipe": ["a", "b"],
            "space": ["a", "b"],
            "deep": {"name": "n", "nested": {"deep": ["1", "2"]}, "more": None},
            "json": {"limit": 5},
            "price": 1.10,
            "kept": "a%3A:/?@!$()*;,#[]&=+' é",
            "keptList": ["a,b", "c:d"],
        },
        header={"X-Trace": "é, 1"},
        cookie={"session": "a b"},
    )
    assert reply == {"returned": {"status": "200", "value": {"any": "1"}}}
    path, _, query = arrival.target.partition("?")
    assert path == "/~1/echo/a%2Fb%20%C3%A9/.x.y/;matrix=1,2"
    assert query.split("&") == [
        "q%22%0A%60=~%20%26%3D%2B",
        "list=a",
        "list=b%2Cc",
        "comma=a,b%2Cc",
        "pipe=a%7Cb",
        "space=a%20b",
        "deep%5Bname%5D=n",
        "deep%5Bnested%5D%5Bdeep%5D=1",
        "deep%5Bnested%5D%5Bdeep%5D=2",
        "json=%7B%22limit%22%3A5%7D",
        "price=1.1",
        "kept=a%253A:/?@!$()*;,%23%5B%5D%26%3D%2B%27%20%C3%A9",
        "keptList=a%2Cb,c:d",
    ]
    assert arrival.header("X-Trace") == "é, 1"
    assert arrival.header("Cookie") == "session=a%20b"
    assert arrival.header("User-Agent") == "github.com/openxapi/hostile-go/0.1.0"
    assert arrival.header("Accept") == "application/json"
    assert arrival.header("X-Key") is None, "the operation is public"


def test_a_json_body_is_signed(harness: Harness) -> None:
    reply, (arrival,) = exchange(harness, "placeOrder", json_answer(ORDER, 201), body=NEW_ORDER | {"price": 1.5, "note": None, "z": [1]})
    assert reply["returned"]["status"] == "201"
    assert reply["returned"]["value"] == {"id": "1", "price": "1.5", "quantity": None, "side": "BUY", "raw": {}}
    unsigned = b'{"symbol":"BTC-USD","side":"BUY","price":1.5,"note":null,"z":[1]}'
    signature = hmac.new(b"the-secret-itself", b"POST/~1/orders" + unsigned, hashlib.sha256).hexdigest()
    assert arrival.body == unsigned[:-1] + f',"signature":"{signature}"}}'.encode()
    assert arrival.header("Content-Type") == "application/json"
    assert (arrival.header("X-Key"), arrival.header("X-Nonce")) == ("the-key-itself", "1700000000123")


def test_a_signature_replaces_what_the_caller_put_in_its_place(harness: Harness) -> None:
    _, (arrival,) = exchange(harness, "placeOrder", json_answer(ORDER), body=NEW_ORDER | {"signature": "forged"})
    assert b"forged" not in arrival.body
    assert arrival.body.count(b"signature") == 1


def test_a_form_body_is_signed_in_the_form(harness: Harness) -> None:
    body = NEW_ORDER | {"price": 1.5, "flags": ["a b", "c"], "note": None, "nested": {"x": 1}}
    reply, (arrival,) = exchange(harness, "amendOrder", json_answer({"name": "later", "limit": 5}, 202), body=body)
    fields, _, signature = arrival.body.decode().rpartition("&")
    assert fields == "symbol=BTC-USD&side=BUY&price=1.5&flags=a%20b&flags=c&nested=%7B%22x%22%3A1%7D"
    assert signature.startswith("signature=")
    assert arrival.header("Content-Type") == "application/x-www-form-urlencoded"
    assert reply["returned"]["value"] == {"name": "later", "limit": "5"}, "the answer of the second success status"


def test_a_body_is_begun_for_a_signature(harness: Harness) -> None:
    _, (arrival,) = exchange(harness, "begin", json_answer([]))
    assert json.loads(arrival.body).keys() == {"signature"}
    assert arrival.header("Content-Type") == "application/json"


def test_clock_made_nonces_grow_although_the_clock_stands_still(harness: Harness) -> None:
    with mock_exchange(Lane(id=1, answers=(json_answer([]),))) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1", **CREDENTIALS)
        for _ in range(3):
            harness.call("begin")
        assert [arrival.header("X-Nonce") for arrival in mock.arrivals] == ["1700000000123", "1700000000124", "1700000000125"]


def test_a_given_nonce_is_used(harness: Harness) -> None:
    _, (arrival,) = exchange(harness, "begin", json_answer([]), settings=CREDENTIALS | {"nonce": "42"})
    assert arrival.header("X-Nonce") == "42"


def test_a_multipart_body_has_a_boundary_of_its_content(harness: Harness) -> None:
    file = base64.b64encode(b"\x00\xff").decode()
    body = {"file": {"base64": file}, "note": "é", "tags": ["a", "b"], "meta": {"a": 1}}
    reply, (arrival,) = exchange(
        harness,
        "upload",
        PlannedAnswer(status=200, headers=(("Content-Type", "text/plain"),), body="plain é".encode()),
        settings={},
        body=body,
    )
    assert reply == {"returned": {"status": "200", "value": "plain é"}}
    contents = (b"\x00\xff", "é".encode(), b"a", b"b", b'{"a":1}')
    boundary = hashlib.sha256(b"".join(contents)).hexdigest()[:32]
    heads = (
        b'name="file"; filename="file"\r\nContent-Type: application/octet-stream',
        b'name="note"',
        b'name="tags"',
        b'name="tags"',
        b'name="meta"\r\nContent-Type: application/json',
    )
    expected = b"".join(
        b"--" + boundary.encode() + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in zip(heads, contents, strict=True)
    )
    assert arrival.body == expected + f"--{boundary}--\r\n".encode()
    assert arrival.header("Content-Type") == f"multipart/form-data; boundary={boundary}"
    assert arrival.header("X-Key") is None, "authentication is optional here, and there are no credentials"


def test_optional_authentication_is_used_where_there_are_credentials(harness: Harness) -> None:
    _, (arrival,) = exchange(harness, "upload", PlannedAnswer(status=200, body=b"ok"))
    assert arrival.header("X-Key") == "the-key-itself"


def test_bytes_come_as_they_are(harness: Harness) -> None:
    reply, (arrival,) = exchange(harness, "download", PlannedAnswer(status=200, body=b"\x00\xff\n"))
    assert reply == {"returned": {"status": "200", "value": {"base64": base64.b64encode(b"\x00\xff\n").decode()}}}
    assert arrival.body == b""
    assert arrival.header("Content-Length") is None


def test_an_empty_answer_is_null(harness: Harness) -> None:
    reply, (arrival,) = exchange(harness, "cancel all", PlannedAnswer(status=204))
    assert reply == {"returned": {"status": "204", "value": None}}
    assert (arrival.method, arrival.target) == ("DELETE", "/~1/orders")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, "api"),
        (400, "bad_request"),
        (401, "authentication"),
        (403, "permission_denied"),
        (404, "not_found"),
        (409, "conflict"),
        (418, "rate_limit"),
        (422, "unprocessable"),
        (429, "rate_limit"),
        (451, "api"),
        (500, "server"),
        (599, "server"),
    ],
)
def test_a_status_has_its_kind(harness: Harness, status: int, kind: str) -> None:
    answer = json_answer({"code": "too_bad", "message": "no\u202e"}, status, ("Retry-After", "1.5"), ("Location", "http://127.0.0.1:9/"))
    reply, arrivals = exchange(harness, "placeOrder", answer, body=NEW_ORDER)
    assert len(arrivals) == 1, "nothing is sent twice, and no redirect is followed"
    raised = {"kind": kind, "status": str(status), "code": "too_bad", "message": "no\u202e", "retry_after_ms": "1500"}
    unknown = status == 500
    assert reply == {"raised": raised | {"refusal": None, "attempts": "1", "may_have_happened": unknown, "repeated": False}}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        pytest.param({"code": -1021, "msg": "late"}, "-1021", "late", id="binance"),
        pytest.param({"error": ["EOrder:Insufficient funds"]}, None, "EOrder:Insufficient funds", id="kraken"),
        pytest.param({"error": {"code": 7, "message": "deep"}}, "7", "deep", id="nested"),
        pytest.param({"error": "word"}, None, "word", id="word"),
        pytest.param({"code": None, "retMsg": ""}, None, None, id="nothing"),
        pytest.param([], None, None, id="no-object"),
    ],
)
def test_the_exchanges_own_words_are_found(harness: Harness, body: object, code: str | None, message: str | None) -> None:
    reply, _ = exchange(harness, "begin", json_answer(body, 400))
    assert reply["raised"]["code"] == code
    if message is not None:
        assert reply["raised"]["message"] == message


def test_retry_after_can_be_a_date(harness: Harness) -> None:
    answer = json_answer({}, 429, ("Retry-After", "Tue, 14 Nov 2023 22:13:30 GMT"))
    reply, _ = exchange(harness, "begin", answer)
    assert reply["raised"]["retry_after_ms"] == "9877"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(PlannedAnswer(status=200, fault=Fault.RESET), "transport", id="reset"),
        pytest.param(PlannedAnswer(status=200, fault=Fault.CLOSE), "transport", id="close"),
        pytest.param(PlannedAnswer(status=200, body=b'{"a":1}', fault=Fault.CUT), "transport", id="cut"),
        pytest.param(PlannedAnswer(status=200, fault=Fault.SILENCE), "timeout", id="silence"),
        pytest.param(PlannedAnswer(status=200, body=b"[1,2,3,4]" * 30, fault=Fault.DRIP, pause_ms=20), "timeout", id="drip"),
        pytest.param(PlannedAnswer(status=200, body=b"<html>\x1b[31m</html>"), "decode", id="html"),
        pytest.param(PlannedAnswer(status=200, body=b"[[1]"), "decode", id="truncated"),
        pytest.param(PlannedAnswer(status=200, body=b""), "decode", id="empty"),
        pytest.param(PlannedAnswer(status=200, body=b'["\xff"]'), "decode", id="no-utf-8"),
    ],
)
def test_what_goes_wrong_has_its_kind(harness: Harness, answer: PlannedAnswer, kind: str) -> None:
    reply, arrivals = exchange(harness, "begin", answer, settings=CREDENTIALS | {"timeout_ms": 400})
    assert reply["raised"]["kind"] == kind
    assert reply["raised"]["message"].startswith("begin: ")
    assert reply["raised"]["message"].isprintable()
    assert len(arrivals) == 1, "nothing is sent twice"


def test_a_get_is_not_repeated_when_a_kept_connection_dies(harness: Harness) -> None:
    answers = (PlannedAnswer(status=200, body=b"ok"), PlannedAnswer(status=200, fault=Fault.RESET), PlannedAnswer(status=200, body=b"ok"))
    with mock_exchange(Lane(id=1, answers=answers)) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1")
        assert "returned" in harness.call("download")
        assert harness.call("download")["raised"]["kind"] == "transport"
        assert len(mock.arrivals) == 2


def test_a_call_is_tried_again_where_that_is_safe(harness: Harness) -> None:
    lost, busy = PlannedAnswer(status=200, fault=Fault.RESET), json_answer({"code": "busy"}, 503)
    settings = CREDENTIALS | {"retries": 2, "seed": 7, "hooks": True, "max_wait_ms": 1000}
    reply, arrivals = exchange(harness, "placeOrder", lost, settings=settings, body=NEW_ORDER)
    assert (len(arrivals), reply["raised"]["may_have_happened"]) == (1, True)
    with mock_exchange(Lane(id=1, answers=(busy, lost, json_answer(ORDER)))) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1", **settings)
        reply = harness.call("placeOrder", body=NEW_ORDER | {"note": "mine"})
        assert reply["returned"]["status"] == "200"
        assert [told["hook"] for told in reply["told"]] == ["on_request", "on_response", "on_retry"] * 2 + ["on_request", "on_response"]
        assert [told["attempt"] for told in reply["told"] if told["hook"] == "on_request"] == ["1", "2", "3"]
        nonces = [arrival.header("X-Nonce") for arrival in mock.arrivals]
        assert len(set(nonces)) == 3, "each attempt is signed anew"


def test_what_no_byte_left_for_did_not_happen(harness: Harness) -> None:
    harness.configure("http://127.0.0.1:9", retries=1, **CREDENTIALS)
    raised = harness.call("placeOrder", body=NEW_ORDER)["raised"]
    assert (raised["kind"], raised["attempts"], raised["may_have_happened"]) == ("transport", "2", False)


def test_pages_are_read_one_item_after_the_other(harness: Harness) -> None:
    pages = [json_answer({"data": {"list": [{"limit": number}]}, "next": str(number + 1)}) for number in range(3)]
    with mock_exchange(Lane(id=1, answers=tuple(pages))) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1", **CREDENTIALS)
        asked = {"operation": "listOrders", "query": {"from": 1}, "most": 2}
        assert harness.ask({"id": 1, "iterate": asked})["iterated"] == {"items": [{"limit": "0"}, {"limit": "1"}]}
        assert harness.ask({"id": 1, "iterate": asked | {"most": 9}})["iterated"]["items"][1:] == [{"limit": "2"}]
        assert [arrival.target.partition("?")[2] for arrival in mock.arrivals][:2] == ["from=1", "cursor=1&from=1"]
    for wrong in ({"operation": "begin"}, {"operation": "listOrders"}, {"operation": "listOrders", "query": {"from": 1, "x": 2}}):
        assert "refused" in harness.ask({"id": 1, "iterate": wrong})
    harness.configure("http://127.0.0.1:9")
    assert harness.ask({"id": 1, "iterate": asked})["raised"]["kind"] == "transport"


def test_the_clock_is_asked_for(harness: Harness) -> None:
    with mock_exchange(Lane(id=1, answers=(json_answer({"t": 1700000060123}), json_answer([])))) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1", **CREDENTIALS)
        assert harness.ask({"id": 1, "sync_clock": {}})["synced"] == {"offset_ms": "60000"}
        harness.call("begin")
        assert mock.arrivals[-1].header("X-Nonce") == "1700000060123"
        assert harness.ask({"id": 1, "sync_clock": {}})["raised"]["kind"] == "decode"


def test_anything_can_be_asked(harness: Harness) -> None:
    request = {"method": "POST", "path": "/x", "query": [["a", "1 2"]], "body": {"p": 1.10}, "signed": True}
    answers = (json_answer({"x": 1.5}, 200, ("X-Used", "3")), PlannedAnswer(status=204), PlannedAnswer(status=200, body=b"<p>"))
    with mock_exchange(Lane(id=1, answers=answers)) as mock:
        harness.configure(f"http://127.0.0.1:{mock.port}/~1", **CREDENTIALS)
        returned = harness.ask({"id": 1, "request": request})["returned"]
        assert (returned["value"], returned["headers"]["x-used"]) == ({"x": "1.5"}, "3")
        assert mock.arrivals[0].target == "/~1/x?a=1%202"
        assert mock.arrivals[0].body.startswith(b'{"p":1.1,"signature":"')
        assert harness.ask({"id": 1, "request": {"path": "/x", "body": None}})["returned"]["value"] is None
        assert harness.ask({"id": 1, "request": {"path": "/x"}})["returned"]["value"] == "<p>"
        assert harness.ask({"id": 1, "request": {"path": "x"}})["raised"]["kind"] == "configuration"
        assert "refused" in harness.ask({"id": 1, "request": {"path": 7}})


def test_a_refused_connection_is_a_transport_error(harness: Harness) -> None:
    harness.configure("http://127.0.0.1:9")
    assert harness.call("download")["raised"]["kind"] == "transport"


@pytest.mark.parametrize(
    ("operation", "arguments", "kind"),
    [
        pytest.param("begin", {}, "credentials", id="no-credentials"),
        pytest.param("echo parameters", {"path": {"plain": "..", "label": ["x"], "matrix": [1]}}, "..", id="dots"),
        pytest.param("echo parameters", {"path": {"plain": "", "label": ["x"], "matrix": [1]}}, "empty", id="empty"),
        pytest.param("echo parameters", {"path": {"plain": "p", "label": [], "matrix": [1]}}, "empty", id="empty-list"),
        pytest.param(
            "echo parameters",
            {"path": {"plain": "p", "label": ["x"], "matrix": [1]}, "header": {"X-Trace": "a\r\nX: y"}},
            "header",
            id="newline",
        ),
        pytest.param("echo parameters", {"path": {"plain": "\ud800", "label": ["x"], "matrix": [1]}}, "UTF-8", id="surrogate"),
    ],
)
def test_nothing_is_sent_where_something_is_missing_or_wrong(
    harness: Harness, operation: str, arguments: dict[str, Any], kind: str
) -> None:
    reply, arrivals = exchange(harness, operation, json_answer({}), settings={}, **arguments)
    assert reply["raised"]["kind"] == "configuration"
    assert kind in reply["raised"]["message"]
    assert arrivals == ()


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        pytest.param("placeOrder", {}, id="no-body"),
        pytest.param("placeOrder", {"body": {"symbol": 1, "side": "BUY"}}, id="wrong-type"),
        pytest.param("cancel all", {"query": {"unknown": 1}}, id="unknown-argument"),
        pytest.param("begin", {"body": {}}, id="body-where-none-is-taken"),
        pytest.param("cancel all", {"query": []}, id="no-object"),
    ],
)
def test_arguments_without_sense_are_refused(harness: Harness, operation: str, arguments: dict[str, Any]) -> None:
    reply, arrivals = exchange(harness, operation, json_answer({}), **arguments)
    assert "refused" in reply
    assert arrivals == ()


def test_a_wrong_base_url_is_refused(harness: Harness) -> None:
    for wrong in ("", "ftp://x", "http://user:secret@127.0.0.1", "relative"):
        reply = harness.ask({"id": 1, "configure": {"base_url": wrong}})
        assert "refused" in reply or wrong == ""


def test_an_answer_that_repeats_the_secret_does_not_show_it(harness: Harness) -> None:
    answer = json_answer({"message": "bad signature for the-secret-itself of the-key-itself"}, 401)
    reply, _ = exchange(harness, "begin", answer)
    assert reply["raised"]["message"] == "bad signature for *** of ***"


def lines_answer(body: bytes) -> PlannedAnswer:
    return PlannedAnswer(status=200, headers=(("Content-Type", "application/x-ndjson"),), body=body)


@pytest.mark.parametrize("told", GOOD)
def test_each_line_of_an_answer_has_its_type(harness: Harness, told: str) -> None:
    body, prices = GOOD[told]
    reply, (arrival,) = exchange(harness, "line by line", lines_answer(body), body=["a", "é\n"])
    assert reply == {"returned": {"status": "200", "value": [{"price": price} for price in prices]}}
    assert arrival.body == b'\x1e"a"\n\x1e"\xc3\xa9\\n"\n'
    assert (arrival.header("Content-Type"), arrival.header("Accept")) == (
        "application/json-seq",
        "application/json; charset=utf-8, application/x-ndjson",
    )


@pytest.mark.parametrize("told", BAD)
def test_a_line_that_does_not_fit_is_named_by_its_place(harness: Harness, told: str) -> None:
    body, path = BAD[told]
    raised = exchange(harness, "line by line", lines_answer(body))[0]["raised"]
    assert (raised["kind"], path in raised["message"]) == ("decode", True), raised


def test_what_may_come_in_lines_may_come_as_a_whole(harness: Harness) -> None:
    assert exchange(harness, "line by line", json_answer([{"price": 1}]))[0] == {"returned": {"status": "200", "value": [{"price": "1"}]}}
    raised = exchange(harness, "line by line", json_answer({"price": 1}))[0]["raised"]
    assert (raised["kind"], "$ is no array" in raised["message"]) == ("decode", True), raised


def test_a_refusal_in_place_of_lines_is_one(harness: Harness) -> None:
    raised = exchange(harness, "line by line", lines_answer(b'{"ok":false,"code":"poor"}\n'))[0]["raised"]
    assert (raised["code"], raised["refusal"]) == ("poor", "insufficient_funds")
