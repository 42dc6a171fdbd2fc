"""What the exchange does with calls that are not as described."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.web.budget import WINDOW_MS
from tests.simulators.reference_desk import START, Desk, raw_call

JSON = (("content-type", "application/json"),)
ORDER = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "50000", "quantity": "0.01"}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/time/", "//v1/time", "/v1/orders/1/", "/v1/instruments//depth", "/V1/time", "*"])
def test_a_path_that_is_not_described_is_not_found(desk: Desk, path: str) -> None:
    reply = desk.ask("GET", path)
    assert (reply.status, reply["code"]) == (404, "PATH_NOT_FOUND")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY"])
def test_a_method_that_is_not_described_is_refused_with_those_that_are(desk: Desk, method: str) -> None:
    reply = desk.ask(method, "/v1/orders")
    assert (reply.status, reply["code"], reply.headers["Allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    assert desk.ask(method, "/v1/orders/7").headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/time?x=1", "query"),
        ("/v1/instruments/BTC-USD/depth?limit=1&limit=2", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=0", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=101", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=01", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=1.0", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=%2B1", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=%D9%A1", "query.limit"),
        ("/v1/instruments/BTC-USD/depth?limit=" + "9" * 6000, "query.limit"),
        ("/v1/instruments/BTC-USD/trades?cursor=-1", "query.cursor"),
        ("/v1/instruments/BTC-USD/trades?cursor=1%0A", "query.cursor"),
        ("/v1/instruments/BTC-USD/candles", "query.interval"),
        ("/v1/instruments/BTC-USD/candles?interval=2m", "query.interval"),
        ("/v1/instruments/btc-usd/ticker", "path.symbol"),
        ("/v1/instruments/BTC-USD%0A/ticker", "path.symbol"),
        ("/v1/instruments/%00/ticker", "path.symbol"),
        ("/v1/instruments/%FF%FE/ticker", "path.symbol"),
        ("/v1/instruments/BTC%2FUSD/ticker", "path.symbol"),
        ("/v1/instruments/..", "path.symbol"),
    ],
)
def test_a_malformed_public_call_is_refused_with_its_place(desk: Desk, path: str, field: str) -> None:
    path, _, query = path.partition("?")
    reply = desk.send(raw_call("GET", path, query=query))
    assert (reply.status, reply["code"], reply["field"]) == (400, "INVALID_REQUEST", field)


@pytest.mark.parametrize("order_id", ["0", "-1", "x", "1.5", "9223372036854775808", "1" * 30, "%20", "1%00", "0x1", "\u0661"])
def test_a_malformed_order_id_is_refused(desk: Desk, order_id: str) -> None:
    assert desk.ask("GET", f"/v1/orders/{order_id}", who="first").status == 400


def test_the_largest_order_id_is_merely_not_found(desk: Desk) -> None:
    assert desk.ask("GET", "/v1/orders/9223372036854775807", who="first")["code"] == "ORDER_NOT_FOUND"


@pytest.mark.parametrize(
    "changes",
    [
        {"symbol": "btc"},
        {"side": "BUY"},
        {"type": "stop"},
        {"price": 50000},
        {"price": "5e4"},
        {"price": "-1"},
        {"price": "01"},
        {"price": "1."},
        {"price": "50000\n"},
        {"price": "\u0661"},
        {"price": None},
        {"quantity": True},
        {"quantity": ""},
        {"quantity": "0.0000000000001"},
        {"time_in_force": "gtc"},
        {"client_order_id": ""},
        {"client_order_id": "a" * 37},
        {"client_order_id": "_mine"},
        {"client_order_id": "\ud800"},
        {"client_order_id": "a\x00"},
        {"extra": 1},
        {"type": "market"},
    ],
)
def test_a_body_that_is_not_as_described_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    reply = desk.ask("POST", "/v1/orders", body=ORDER | changes, who="first")
    assert (reply.status, reply["code"]) == (400, "INVALID_REQUEST")
    assert reply["field"].startswith("body")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"NaN",
        b'{"price": Infinity}',
        b'{"a": 1, "a": 2}',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 5000 + b"]" * 5000,
        b'{"x": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"quantity": 1e999999999}',
        b"9" * 5000,
        b"{} {}",
        json.dumps(ORDER).encode("utf-16"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(desk: Desk, body: bytes) -> None:
    reply = desk.send(desk.signed(raw_call("POST", "/v1/orders", headers=JSON, body=body), "first"))
    assert (reply.status, reply["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ("text/plain", 415),
        ("application/json; charset=latin-1", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_a_body_says_that_it_is_json(desk: Desk, media_type: str, status: int) -> None:
    call = raw_call("POST", "/v1/orders", headers=(("content-type", media_type),), body=json.dumps(ORDER).encode())
    assert desk.send(desk.signed(call, "first")).status == status


def test_a_body_without_a_type_is_refused_and_no_body_at_all_is_malformed(desk: Desk) -> None:
    call = raw_call("POST", "/v1/orders", body=json.dumps(ORDER).encode())
    assert desk.send(desk.signed(call, "first")).status == 415
    assert desk.send(desk.signed(raw_call("POST", "/v1/orders"), "first")).status == 400


def test_a_body_beyond_the_size_is_refused(desk: Desk) -> None:
    call = desk.signed(raw_call("POST", "/v1/orders", headers=JSON, body=b"{}"), "first")
    reply = desk.send(replace(call, body_is_complete=False))
    assert (reply.status, reply["code"]) == (413, "BODY_TOO_LARGE")


def test_a_body_where_none_is_taken_is_refused(desk: Desk) -> None:
    assert desk.send(raw_call("GET", "/v1/time", headers=JSON, body=b"{}")).status == 400


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"symbol": "XXX-USD"}, 404, "INSTRUMENT_NOT_FOUND"),
        ({"price": "50000.001"}, 409, "PRICE_OFF_TICK"),
        ({"quantity": "0.000001"}, 409, "QUANTITY_OFF_LOT"),
        ({"price": "99999999"}, 409, "PRICE_OUT_OF_RANGE"),
        ({"quantity": "0"}, 409, "QUANTITY_OUT_OF_RANGE"),
        ({"quantity": "0.00001"}, 409, "NOTIONAL_TOO_SMALL"),
        ({"quantity": "9999"}, 409, "INSUFFICIENT_FUNDS"),
    ],
)
def test_a_well_formed_order_can_still_be_refused(desk: Desk, changes: dict[str, str], status: int, code: str) -> None:
    reply = desk.place(**changes)
    assert (reply.status, reply["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/v1/instruments/XXX-USD", "/v1/instruments/XXX-USD/depth", "/v1/instruments/XXX-USD/ticker"])
def test_an_unknown_instrument_is_not_found(desk: Desk, path: str) -> None:
    assert desk.ask("GET", path)["code"] == "INSTRUMENT_NOT_FOUND"


@pytest.mark.parametrize("path", ["/v1/open-orders", "/v1/order-history", "/v1/fills"])
def test_a_list_of_an_unknown_instrument_is_not_found(desk: Desk, path: str) -> None:
    assert desk.ask("GET", path, {"symbol": "XXX-USD"}, who="first").status == 404


def test_an_unknown_asset_is_not_found(desk: Desk) -> None:
    assert desk.ask("GET", "/v1/balances/XXX", who="first")["code"] == "ASSET_NOT_FOUND"


def test_refusals_never_repeat_what_they_refuse(desk: Desk) -> None:
    for body in ({"<script>": 1}, ORDER | {"price": "<script>"}, ORDER | {"<script>": 1}):
        assert "<script" not in json.dumps(desk.ask("POST", "/v1/orders", body=body, who="first").document)


def test_every_caller_has_a_budget_of_its_own_that_counts_down_and_comes_back() -> None:
    desk = Desk(ReferenceOptions(rate_limit=2))
    replies = [desk.ask("GET", "/v1/fees", who="first") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
    assert replies[2]["code"] == "RATE_LIMITED"
    assert desk.ask("GET", "/v1/fees", who="second").status == 200
    assert desk.ask("GET", "/v1/time").status == 200
    desk.now = START + WINDOW_MS - 1
    late = desk.ask("GET", "/v1/fees", who="first")
    assert (late.status, late.headers["Retry-After"], late.headers["X-RateLimit-Reset"]) == (429, "1", "1")
    desk.now += 1
    assert desk.ask("GET", "/v1/fees", who="first").status == 200


def test_a_forged_call_costs_its_sender_and_not_the_account() -> None:
    desk = Desk(ReferenceOptions(rate_limit=2))
    forged = desk.signed(raw_call("GET", "/v1/fees"), "first")
    headers = tuple((name, "0" * 64 if name == "x-ref-signature" else value) for name, value in forged.headers)
    assert [desk.send(replace(forged, headers=headers)).status for _ in range(3)] == [401, 401, 429]
    assert desk.ask("GET", "/v1/fees", who="first").headers["X-RateLimit-Remaining"] == "1"


def test_what_was_not_foreseen_is_a_500_in_the_same_form(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()

    desk.assembly.venue.exchange.books.clear()
    call = desk.call("GET", "/v1/instruments/BTC-USD/depth")
    answer = desk.assembly.gateway.answer(call)
    assert (answer.status, answer.document["code"]) == (500, "INTERNAL")
    assert "getDepth" in caplog.text
