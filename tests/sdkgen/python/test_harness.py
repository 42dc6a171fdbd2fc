from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.serve import serve_reference
from tests.simulators.raw_http import Answer, RawServer, answer, fall_silent, hang_up

GET = "get\"Order'\n__import__('os')"
ORDER = (
    '{"id":12345678901234567890,"m":1.10,"M":"x","class":"c","kind":"new","candle":[0.00000001,2,"z"],"levels":{"a":[2.50]},"more":[1.0]}'
)


def converse(installed: Path, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    """The harness's answers, numbers as text so that every digit shows."""
    done = subprocess.run(
        [sys.executable, str(installed / "harness.py")],
        input="".join(json.dumps({"id": number, **document}) + "\n" for number, document in enumerate(documents, 1)),
        env={"PYTHONPATH": str(installed / "src"), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    answers = [json.loads(line, parse_float=str, parse_int=str) for line in done.stdout.splitlines()]
    assert [each.pop("id") for each in answers] == [str(number) for number in range(1, len(documents) + 1)]
    return answers


def configured(server: RawServer, **changes: Any) -> dict[str, Any]:
    settings = {
        "base_url": server.url,
        "key": "k",
        "secret": "s",
        "passphrase": None,
        "timeout_ms": 5000,
        "now_ms": 1700000000123,
        "nonce": None,
    }
    return {"configure": {**settings, **changes}}


def test_it_says_what_it_is(installed: Path) -> None:
    described = converse(installed, {"describe": {}})[0]["described"]
    assert {key: described[key] for key in ("protocol", "language", "package", "version")} == {
        "protocol": "2",
        "language": "python",
        "package": "openxapi-hostile",
        "version": "1.2.3",
    }
    assert sorted(described["operations"]) == sorted([GET, "list", "upload", "download", "form"])
    assert {"Order", "Decimal", "Tree", "Either", "Mixed"} <= set(described["types"])


def test_calls_go_out_as_described_and_answers_come_back_exact(installed: Path) -> None:
    zipped = answer(b"\xff\x00", headers=("Content-Type: application/zip",))
    table = answer("a,b\n", headers=("Content-Type: text/csv",))
    with RawServer(
        answer(ORDER), answer("", status=202), zipped, table, answer("", status=204), answer('[{"e":"fill","q":1.0},{"e":"x"}]', status=201)
    ) as server:
        results = converse(
            installed,
            configured(server),
            {
                "call": {
                    "operation": GET,
                    "path": {"order id": "a/b"},
                    "query": {"self": "s", "class": [1, 2], "filter": {"x": "y"}, "as json": json.loads(ORDER)},
                    "header": {"X-Trace": "t"},
                }
            },
            {"call": {"operation": GET, "path": {"order id": "x"}}},
            {"call": {"operation": "download"}},
            {"call": {"operation": "upload", "body": {"file": "raw", "name": "n"}}},
            {"call": {"operation": "form", "body": {"a": "b c", "l": [1, 2]}}},
            {"call": {"operation": "list", "path": {"order id": "x"}, "body": json.loads(ORDER)}},
        )
    exact = json.loads(ORDER, parse_float=str, parse_int=str)
    assert results[1] == {"returned": {"status": "200", "value": exact}}
    assert results[2] == {"returned": {"status": "202", "value": None}}
    assert results[3] == {"returned": {"status": "200", "value": {"base64": "/wA="}}}
    assert results[4] == {"returned": {"status": "200", "value": "a,b\n"}}
    assert results[5] == {"returned": {"status": "204", "value": None}}
    assert results[6] == {"returned": {"status": "201", "value": [{"e": "fill", "q": "1.0"}, {"e": "x"}]}}
    starts = [each.start for each in server.received]
    assert starts[0].startswith("GET /orders/a%2Fb/it's?self=s&class=1%7C2&filter%5Bx%5D=y&as%20json=%7B%22id%22%3A12345678901234567890")
    assert server.received[0].header("X-Trace") == "t"
    assert server.received[0].header("X-Key") == "k"
    assert server.received[2].header("X-Key") is None
    assert b'name="file"; filename="file"' in server.received[3].body
    assert server.received[4].body.startswith(b"a=b%20c&l=1&l=2&timestamp=1700000000123&signature=")


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (answer('{"code":7,"msg":"no"}', status=429, headers=("Retry-After: 1",)), "rate_limit"),
        (answer("down", status=503), "server"),
        (answer('{"id":"x"}'), "decode"),
        (hang_up, "transport"),
        (fall_silent, "timeout"),
    ],
    ids=["429", "503", "wrong type", "closed", "silent"],
)
def test_failures_are_typed_errors(installed: Path, act: Answer, kind: str) -> None:
    with RawServer(act) as server:
        _, result = converse(installed, configured(server, timeout_ms=300), {"call": {"operation": GET, "path": {"order id": "x"}}})
    assert result["raised"]["kind"] == kind
    if kind == "rate_limit":
        assert result["raised"] == {
            "kind": "rate_limit",
            "status": "429",
            "code": "7",
            "message": f"{GET}: 429 7: no",
            "retry_after_ms": "1000",
            "refusal": "rate_limit",
            "attempts": "1",
            "may_have_happened": False,
            "repeated": False,
        }


def test_what_is_missing_before_sending_is_a_configuration_error(installed: Path) -> None:
    with RawServer(answer("")) as server:
        _, without_key, _, without_path, without_body = converse(
            installed,
            configured(server, key=None, secret=None),
            {"call": {"operation": GET, "path": {"order id": "x"}}},
            configured(server),
            {"call": {"operation": GET}},
            {"call": {"operation": "form"}},
        )
        assert server.received == []
    assert [each["raised"]["kind"] for each in (without_key, without_path, without_body)] == ["configuration"] * 3


def test_values_survive_and_wrong_ones_are_refused(installed: Path) -> None:
    results = converse(
        installed,
        {"decode": {"type": "Order", "value": json.loads(ORDER)}},
        {"decode": {"type": "Tree", "value": [[[]], []]}},
        {"decode": {"type": "Mixed", "value": True}},
        {"decode": {"type": "Either", "value": [1, 9]}},
        {"decode": {"type": "Flag", "value": "yes"}},
        {"decode": {"type": "Nothing", "value": 1}},
        {"call": {"operation": "nothing"}},
        {"call": {"operation": "download", "query": {"x": 1}}},
        {"call": {"operation": "list", "path": {"order id": 5}, "body": {}}},
        {"call": {"operation": "download", "body": 1}},
        {"nonsense": {}},
    )
    assert [next(iter(each)) for each in results] == ["decoded", "decoded", "decoded", "decoded", "raised", *["refused"] * 6]
    assert results[1:4] == [{"decoded": [[[]], []]}, {"decoded": True}, {"decoded": ["1", "9"]}]
    assert results[4]["raised"]["kind"] == "decode"


def test_a_line_that_is_no_json_is_refused_and_the_program_goes_on(installed: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(installed / "harness.py")],
        input='{"id": 1\n\n[1]\n{"id": 2, "describe": {}}\n',
        env={"PYTHONPATH": str(installed / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert "refused" in first
    assert "refused" in second
    assert third["id"] == 2


LIMIT = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "49000", "quantity": "0.01"}


def test_protocol_two_speaks_to_the_reference_exchange(reference_installed: Path) -> None:
    keys = demo_environment({})
    key, secret = keys["REFERENCE_FIRST_KEY"], keys["REFERENCE_FIRST_SECRET"]
    with serve_reference() as url:
        changes = {
            "base_url": url,
            "key": key,
            "secret": secret,
            "passphrase": None,
            "stream_url": url.replace("http", "ws"),
            "hooks": True,
        }
        answers = converse(
            reference_installed,
            {"configure": {**changes, "retries": 2, "rate_limits": True, "max_wait_ms": 5000, "seed": 7, "timeout_ms": 20_000}},
            {"sync_clock": {}},
            {"request": {"method": "GET", "path": "/v1/balances", "query": [["x", "1"]], "body": None, "signed": True}},
            {"request": {"method": "GET", "path": "/v1/time", "signed": False}},
            {"subscribe": {"channel": "orders", "arguments": {}}},
            {"book": {"symbol": "BTC-USD"}},
            {"book_at": {"stream": 2, "sequence": None, "timeout_ms": 5000}},
            {"call": {"operation": "placeOrder", "body": LIMIT}},
            {"hear": {"stream": 1, "count": 1, "timeout_ms": 5000}},
            {"hear": {"stream": 1, "count": 1, "timeout_ms": 20}},
            {"book_at": {"stream": 2, "price": "49000.00", "timeout_ms": 5000}},
            {"iterate": {"operation": "listOrderHistory", "query": {"limit": 1}, "most": 1}},
            {"stream_request": {"request": "ping", "payload": {"op": "ping", "id": 5}}},
            {"subscribe": {"channel": "depth", "arguments": {"symbol": "NOPE-USD"}}},
            {"unsubscribe": {"stream": 1}},
            {"hear": {"stream": 1, "count": 1, "timeout_ms": 5000}},
            {"subscribe": {"channel": "nothing"}},
            {"subscribe": {"channel": "depth", "arguments": {"x": 1}}},
            {"stream_request": {"request": "nothing"}},
            {"iterate": {"operation": "getTime"}},
        )
    told = [each.pop("told") for each in answers]
    assert [next(iter(each)) for each in answers] == [
        *("configured", "synced", "raised", "returned", "subscribed", "subscribed", "book", "returned", "heard", "heard", "book"),
        *("iterated", "returned", "raised", "unsubscribed", "heard", *["refused"] * 4),
    ]
    assert answers[2]["raised"]["refusal"] == "invalid_request"
    assert answers[3]["returned"]["headers"]["content-type"].startswith("application/json")
    assert [each["subscribed"]["stream"] for each in answers[4:6]] == ["1", "2"]
    assert answers[6]["book"]["synced"]
    placed = answers[7]["returned"]["value"]["order_id"]
    assert [(each["type"], each["value"]["order"]["order_id"]) for each in answers[8]["heard"]["messages"]] == [("Order", placed)]
    assert answers[9]["heard"]["messages"] == answers[15]["heard"]["messages"] == []
    assert ["49000", "0.01"] in answers[10]["book"]["bids"]
    assert answers[12]["returned"]["value"]["type"] == "pong"
    assert (answers[13]["raised"]["refusal"], answers[13]["raised"]["status"]) == ("unknown_symbol", None)
    assert [(each["hook"], each["operation"]) for each in told[7]] == [("on_request", "placeOrder"), ("on_response", "placeOrder")]
