from __future__ import annotations

import json
import socket
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sdkgen.signing.request import Credentials, UnsignedRequest, declared_places
from sdkgen.signing.sign import sign
from tests.sdkgen.typescript.conftest import RECIPE
from tests.simulators.line_bodies import BAD, GOOD
from tests.simulators.scripted_server import Scripted, ScriptedServer
from tests.simulators.typescript_sdk import exact

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from tests.simulators.typescript_sdk import Harness

pytestmark = pytest.mark.toolchain

PLACE = "place; process.exit(3)"
ORDER = '{"m":"a","M":1,"id":9007199254740993,"price":1.10,"side":"BUY"}'
TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


@pytest.fixture
def client(running: Harness, server: ScriptedServer) -> Harness:
    configure(running, server)
    return running


def configure(running: Harness, server: ScriptedServer, **changes: object) -> None:
    given = {
        "base_url": server.url + "/v1",
        "key": "the-key",
        "secret": "the-secret",
        "passphrase": None,
        "timeout_ms": 5000,
        "now_ms": 1700000000123,
        "nonce": "42",
    }
    assert running.ask({"id": 1, "configure": given | changes}) == {"id": 1, "configured": {}}


def call(running: Harness, operation: str, **arguments: Any) -> dict[str, Any]:
    answer = running.ask({"id": 7, "call": {"operation": operation, **arguments}})
    assert answer.pop("id") == 7
    return dict(answer)


def test_it_says_what_it_is(running: Harness, hostile_api: Api) -> None:
    described = running.ask({"id": 1, "describe": {}})["described"]
    assert (described["protocol"], described["language"]) == (2, "typescript")
    assert (described["package"], described["version"]) == ("@openxapi/hostile", "1.2.3")
    assert sorted(described["operations"]) == sorted(operation.id for operation in hostile_api.operations)
    assert sorted(described["types"]) == sorted(each.name.pascal() for each in hostile_api.types)


def test_an_answer_comes_back_whole(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body=ORDER.encode())
    answer = call(client, "getOrder", path={"symbol": "A/B c", "order_id": 12345678901234567890})
    assert answer == {"returned": {"status": 200, "value": exact(ORDER)}}
    assert server.last.target == "/v1/orders/A%2FB%20c/12345678901234567890"
    assert server.last.method == "GET"
    assert server.last.headers["accept"] == "application/json"
    assert server.last.headers["user-agent"] == "@openxapi/hostile/1.2.3"


def test_a_signed_call_is_what_the_reference_signer_makes(client: Harness, server: ScriptedServer, hostile_api: Api) -> None:
    server.answer = Scripted(status=201, body=ORDER.encode())
    document = {"symbol": "BTC-USD", "price": Decimal("1.10"), "quantity": 3}
    line = '{"id":7,"call":{"operation":"place; process.exit(3)","body":{"symbol":"BTC-USD","price":1.10,"quantity":3}}}'
    assert client.ask(line)["returned"]["status"] == 201
    operation = next(each for each in hostile_api.operations if each.id == PLACE)
    signed = sign(
        RECIPE,
        Credentials(key="the-key", secret="the-secret"),
        UnsignedRequest(
            method="POST",
            host=server.url.removeprefix("http://"),
            path="/v1/orders",
            headers=(("Content-Type", "application/json"),),
            body=b'{"symbol":"BTC-USD","price":1.10,"quantity":3}',
        ),
        now_ms=1700000000123,
        nonce="42",
        declared=declared_places(hostile_api, operation),
    )
    assert server.last.body == signed.body
    assert exact(server.last.body.decode()) == {**document, "nonce": "42"}
    assert server.last.headers["x-sign"] == signed.header("X-Sign")
    assert server.last.headers["x-key"] == "the-key"


def test_a_call_that_must_be_signed_is_not_sent_without_credentials(running: Harness, server: ScriptedServer) -> None:
    configure(running, server, key=None, secret=None)
    raised = call(running, "getOrder", path={"symbol": "A", "order_id": 1})["raised"]
    assert raised["kind"] == "configuration"
    assert "key and secret" in raised["message"]
    assert server.asked == []


def test_a_call_that_may_be_signed_is_sent_without_credentials(running: Harness, server: ScriptedServer) -> None:
    configure(running, server, key=None, secret=None)
    server.answer = Scripted(status=204, body=b"")
    assert call(running, "cancelAll") == {"returned": {"status": 204, "value": None}}
    assert "x-key" not in server.last.headers


def test_half_of_the_credentials_is_a_mistake(running: Harness, server: ScriptedServer) -> None:
    configure(running, server, secret=None)
    assert call(running, "cancelAll")["raised"]["kind"] == "configuration"


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        pytest.param({"plain": "a b&c=d/é'*"}, "plain=a%20b%26c%3Dd%2F%C3%A9%27%2A", id="text"),
        pytest.param({"price": "PRICE"}, "price=1.10", id="decimal"),
        pytest.param({"limit": 12345678901234567890}, "limit=12345678901234567890", id="integer"),
        pytest.param({"flag": True}, "flag=true", id="boolean"),
        pytest.param({"many": ["a", "b,c"]}, "many=a&many=b%2Cc", id="exploded list"),
        pytest.param({"comma": ["a", "b,c"]}, "comma=a,b%2Cc", id="comma list"),
        pytest.param({"pipes": ["a", "b"]}, "pipes=a%7Cb", id="pipes"),
        pytest.param({"spaces": [1, 2]}, "spaces=1%202", id="spaces"),
        pytest.param({"many": []}, "", id="empty list"),
        pytest.param({"deep": {"a": "x", "inner": {"deep": True}, "list": ["p", "q"]}},
                     "deep%5Ba%5D=x&deep%5Blist%5D=p&deep%5Blist%5D=q&deep%5Binner%5D%5Bdeep%5D=true", id="deep object"),
        pytest.param({"spread": {"n": 2, "a": "x"}}, "a=x&n=2", id="exploded object"),
        pytest.param({"as_json": {"a": "x y"}}, "as_json=%7B%22a%22%3A%22x%20y%22%7D", id="JSON"),
        pytest.param({"kept": "a%3A:/?@!$()*;,#[]&=+' é"}, "kept=a%253A:/?@!$()*;,%23%5B%5D%26%3D%2B%27%20%C3%A9", id="reserved"),
        pytest.param({"kept_list": ["a,b", "c:d"]}, "kept_list=a%2Cb,c:d", id="reserved in a list"),
        pytest.param({"constructor": "c"}, "constructor=c", id="a name that every object has"),
    ],
)  # fmt: skip
def test_query_parameters_are_written_as_described(client: Harness, server: ScriptedServer, arguments: dict[str, Any], target: str) -> None:
    line = json.dumps({"id": 7, "call": {"operation": "search", "query": arguments}}).replace('"PRICE"', "1.10")
    assert "returned" in client.ask(line)
    assert server.last.target == "/v1/search" + (f"?{target}" if target else "")


def test_headers_and_cookies_are_written_as_described(client: Harness, server: ScriptedServer) -> None:
    call(client, "search", header={"X-List": ["a", "b"]}, cookie={"dark": True})
    assert server.last.headers["x-list"] == "a,b"
    assert server.last.headers["cookie"] == "dark=true"


def test_path_styles_are_written_as_described(client: Harness, server: ScriptedServer) -> None:
    call(client, "styles", path={"simple": ["a", "b"], "label": ["c", "d"], "matrix": {"a": "x"}})
    assert server.last.target == "/v1/styles/a,b/.c.d/;matrix=a,x"


@pytest.mark.parametrize("symbol", ["", ".", ".."])
def test_a_path_that_would_lead_elsewhere_is_refused(client: Harness, server: ScriptedServer, symbol: str) -> None:
    assert call(client, "getOrder", path={"symbol": symbol, "order_id": 1})["raised"]["kind"] == "configuration"
    assert server.asked == []


def test_a_header_can_not_be_split(client: Harness, server: ScriptedServer) -> None:
    raised = call(client, "getOrder", path={"symbol": "A", "order_id": 1}, header={"X-Request-Id": "a\r\nX-Evil: 1"})["raised"]
    assert raised["kind"] == "configuration"
    assert "Evil" not in raised["message"]
    assert server.asked == []


def test_a_missing_argument_is_named(client: Harness) -> None:
    raised = call(client, "getOrder", path={"symbol": "A"})["raised"]
    assert raised == {
        "kind": "configuration",
        "status": None,
        "code": None,
        "message": "argument orderId: is missing",
        "retry_after_ms": None,
        "refusal": None,
        "attempts": 0,
        "may_have_happened": False,
        "repeated": False,
    }
    assert "argument body" in call(client, PLACE)["raised"]["message"]


def test_a_form_is_sent_as_one(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body="grüß".encode(), headers=TEXT)
    answer = call(client, "form", body={"a": "x y", "list": ["1", "2"], "inner": {"deep": False}, "added": None})
    assert answer == {"returned": {"status": 200, "value": "grüß"}}
    assert server.last.body == b"a=x%20y&list=1&list=2&inner=%7B%22deep%22%3Afalse%7D"
    assert server.last.headers["content-type"] == "application/x-www-form-urlencoded"


def test_files_are_sent_in_parts_and_bytes_come_back(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body=b"\x00\xff", headers=(("Content-Type", "application/octet-stream"),))
    body = {"file": "content", "note": "n", "tags": ["a", "b"], "meta": {"a": "x"}}
    assert call(client, "upload", body=body) == {"returned": {"status": 200, "value": {"base64": "AP8="}}}
    boundary = server.last.headers["content-type"].partition("boundary=")[2]
    parts = server.last.body.split(f"--{boundary}".encode())
    assert len(boundary) == 32
    assert parts[1] == (
        b'\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\ncontent\r\n'
    )
    assert [part.partition(b"\r\n\r\n")[2] for part in parts[2:-1]] == [b"n\r\n", b"a\r\n", b"b\r\n", b'{"a":"x"}\r\n']
    assert b"Content-Type: application/json" in parts[5]
    assert parts[-1] == b"--\r\n"


def test_text_is_sent_as_it_is_and_unions_are_told_apart(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(status=203, body=b'{"kind":"beta","two":2,"later":1.50}')
    answer = call(client, "text", body="plain ☃")
    assert server.last.body == "plain ☃".encode()
    assert answer == {"returned": {"status": 203, "value": {"kind": "beta", "two": 2, "later": Decimal("1.50")}}}


def test_a_required_body_without_required_fields_is_sent_by_itself(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body=b'{"value":{"value":true},"children":[]}')
    assert call(client, "optional")["returned"]["value"] == {"value": {"value": True}, "children": []}
    assert server.last.body == b"{}"


def test_an_answer_that_is_described_nowhere_is_kept(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body=b'{"n":1.10}')
    arguments = {"simple": ["a"], "label": ["b"], "matrix": {"a": "c"}}
    assert call(client, "styles", path=arguments)["returned"]["value"] == {"n": Decimal("1.10")}
    server.answer = Scripted(body=b"hello", headers=TEXT)
    assert call(client, "styles", path=arguments)["returned"]["value"] == "hello"


def test_another_success_has_another_type(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(status=202, body=b'{"ticket":"t","queue":7}')
    answer = call(client, "getOrder", path={"symbol": "A", "order_id": 1})
    assert answer == {"returned": {"status": 202, "value": {"ticket": "t", "queue": 7}}}
    server.answer = Scripted(status=202, body=b'{"ticket":"t","queue":"no number"}')
    assert "$.queue" in call(client, "getOrder", path={"symbol": "A", "order_id": 1})["raised"]["message"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "bad_request"), (401, "authentication"), (403, "permission_denied"), (404, "not_found"), (409, "conflict"),
     (418, "rate_limit"), (422, "unprocessable"), (429, "rate_limit"), (500, "server"), (503, "server"), (302, "api"), (410, "api")],
)  # fmt: skip
def test_an_error_has_its_kind(client: Harness, server: ScriptedServer, status: int, kind: str) -> None:
    headers = (("Content-Type", "application/json"), ("Retry-After", "1.5"), ("Location", server.url + "/elsewhere"))
    server.answer = Scripted(status=status, body=b'{"code":-2010,"msg":"no\\u001b[31m the-secret"}', headers=headers)
    raised = call(client, "search")["raised"]
    said = {"kind": kind, "status": status, "code": "-2010", "message": "no [31m ***", "retry_after_ms": 1500}
    assert raised == said | {"refusal": None, "attempts": 1, "may_have_happened": status in {500, 503}, "repeated": False}
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        pytest.param(b'{"error":{"code":"X1","message":"deep"}}', "X1", "deep", id="nested"),
        pytest.param(b'{"errors":[{"code":7,"detail":"listed"}]}', "7", "listed", id="list"),
        pytest.param(b'{"error":["EOrder:Unknown","EGeneral:x"]}', None, "EOrder:Unknown; EGeneral:x", id="words"),
        pytest.param(b'"just text"', None, "just text", id="text"),
        pytest.param(b"<html>", None, "Bad Request", id="no JSON"),
    ],
)
def test_an_error_says_what_the_exchange_says(client: Harness, server: ScriptedServer, body: bytes, code: str | None, message: str) -> None:
    server.answer = Scripted(status=400, body=body)
    raised = call(client, "search")["raised"]
    assert (raised["code"], raised["message"], raised["retry_after_ms"]) == (code, message, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b'{"m":"a","M":1,"id":1,"price":"1.1","side":"BUY"}', '$.price: expected a number, found the text "1.1"', id="type"),
        pytest.param(b'{"m":"a","M":1,"id":1.5,"price":1,"side":"BUY"}', "$.id: expected a whole number", id="fraction"),
        pytest.param(b'{"m":"a","M":1,"id":1,"price":1}', "$.side: is missing", id="missing"),
        pytest.param(b'{"m":null,"M":1,"id":1,"price":1,"side":"BUY"}', "$.m: expected text, found null", id="null"),
        pytest.param(b'{"m":"a","M":1,"id":1,"price":1,"side":"BUY","flags":[1,"x"]}', "$.flags[1]: ", id="list"),
        pytest.param(b'{"m":"a","M":1,"id":1,"price":1,"side":"BUY","candle":[1,2]}', "$.candle: expected a list of 3", id="tuple"),
        pytest.param(b'{"m":"a","M":1,"id":1,"price":1,"side":"BUY","balances":{"a b":"x"}}', '$.balances["a b"]: ', id="map"),
        pytest.param(b'{"m":"a","M":1,"id":1,"price":1,"side":"BUY","shape":{"type":"limit"}}', "$.shape.price: is missing", id="variant"),
        pytest.param(b'{"m":"a","M":1,"id":1,"price":1,"side":"BUY","fee":true}', "$.fee: fits none of its 2 variants", id="union"),
        pytest.param(b"[]", "$: expected an object, found a list", id="list for object"),
        pytest.param(b"", "the answer is no JSON", id="empty"),
        pytest.param(b'{"m":', "the answer is no JSON", id="cut"),
        pytest.param(b'"\xff"', "the answer is no UTF-8", id="no UTF-8"),
        pytest.param(b"[" * 2000, "nested deeper", id="deep"),
    ],
)
def test_an_answer_that_does_not_fit_is_an_error_with_its_place(client: Harness, server: ScriptedServer, body: bytes, message: str) -> None:
    server.answer = Scripted(body=body)
    raised = call(client, "getOrder", path={"symbol": "A", "order_id": 1})["raised"]
    assert raised["kind"] == "decode"
    assert message in raised["message"]


@pytest.mark.parametrize("told", GOOD)
def test_each_line_of_an_answer_has_its_type(client: Harness, server: ScriptedServer, told: str) -> None:
    body, prices = GOOD[told]
    server.answer = Scripted(body=body, headers=(("Content-Type", "application/x-ndjson"),))
    assert call(client, "line by line", body=["a", "é\n"]) == {
        "returned": {"status": 200, "value": [{"price": Decimal(each)} for each in prices]}
    }
    assert server.last.body == b'\x1e"a"\n\x1e"\xc3\xa9\\n"\n'
    assert (server.last.headers["content-type"], server.last.headers["accept"]) == ("application/json-seq", "application/x-ndjson")


@pytest.mark.parametrize("told", BAD)
def test_a_line_that_does_not_fit_is_named_by_its_place(client: Harness, server: ScriptedServer, told: str) -> None:
    body, path = BAD[told]
    server.answer = Scripted(body=body, headers=(("Content-Type", "application/x-ndjson"),))
    raised = call(client, "line by line")["raised"]
    assert (raised["kind"], raised["message"].partition(": ")[0].endswith(path)) == ("decode", True), raised


def test_a_late_answer_is_a_timeout(running: Harness, server: ScriptedServer) -> None:
    configure(running, server, timeout_ms=100)
    server.answer = Scripted(hangs=True)
    assert call(running, "search")["raised"]["kind"] == "timeout"


def test_half_an_answer_is_a_transport_error(client: Harness, server: ScriptedServer) -> None:
    server.answer = Scripted(body=None)
    assert call(client, "search")["raised"]["kind"] == "transport"


def test_a_refused_connection_is_a_transport_error(running: Harness, server: ScriptedServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    configure(running, server, base_url=f"http://127.0.0.1:{port}")
    raised = call(running, "search")["raised"]
    assert (raised["kind"], raised["message"]) == ("transport", "the connection failed (ECONNREFUSED)")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"id": 7, "call": {"operation": "unknown"}}, id="operation"),
        pytest.param({"id": 7, "decode": {"type": "Unknown", "value": 1}}, id="type"),
        pytest.param({"id": 7, "call": {"operation": "search", "query": {"unknown": 1}}}, id="argument"),
        pytest.param({"id": 7, "call": {"operation": "search", "query": {"limit": "x"}}}, id="argument's type"),
        pytest.param({"id": 7, "call": {"operation": "search", "body": {}}}, id="body"),
        pytest.param({"id": 7}, id="nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(running: Harness, document: dict[str, Any]) -> None:
    answer = running.ask(document)
    assert answer["id"] == 7
    assert list(answer["refused"]) == ["message"]


def test_no_line_ends_the_harness(running: Harness) -> None:
    assert running.ask("no JSON at all")["id"] is None
    assert "described" in running.ask({"id": 2, "describe": {}})
