"""Every operation, answered as described: the desk holds each answer against the description."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest

from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.serve import serve_reference
from certification.sandboxes.reference.venue import system_clock
from tests.simulators.reference_desk import START, Desk, Reply, described_response

BTC = "/v1/instruments/BTC-USD"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def open_market(desk: Desk) -> Reply:
    return desk.place(type="market", price=None, quantity="0.6")


CALLS: dict[str, Callable[[Desk], Reply]] = {
    "getTime": lambda desk: desk.ask("GET", "/v1/time"),
    "listInstruments": lambda desk: desk.ask("GET", "/v1/instruments"),
    "getInstrument": lambda desk: desk.ask("GET", BTC),
    "getDepth": lambda desk: desk.ask("GET", f"{BTC}/depth", {"limit": 3}),
    "listTrades": lambda desk: desk.ask("GET", f"{BTC}/trades", {"limit": 2}),
    "getCandles": lambda desk: desk.ask("GET", f"{BTC}/candles", {"interval": "1m", "limit": 2}),
    "getTicker": lambda desk: desk.ask("GET", f"{BTC}/ticker"),
    "placeOrder": lambda desk: desk.place(),
    "getOrder": lambda desk: desk.ask("GET", f"/v1/orders/{desk.place()['order_id']}", who="first"),
    "cancelOrder": lambda desk: desk.ask("POST", f"/v1/orders/{desk.place()['order_id']}/cancel", who="first"),
    "getOrderByClientId": lambda desk: desk.ask(
        "GET", f"/v1/client-orders/{desk.place(client_order_id='x')['client_order_id']}", who="first"
    ),
    "listOpenOrders": lambda desk: desk.ask("GET", "/v1/open-orders", {"symbol": desk.place()["symbol"]}, who="first"),
    "cancelAllOrders": lambda desk: desk.ask("POST", "/v1/open-orders/cancel", {"symbol": desk.place()["symbol"]}, who="first"),
    "listOrderHistory": lambda desk: desk.ask("GET", "/v1/order-history", {"symbol": desk.place()["symbol"]}, who="first"),
    "listFills": lambda desk: desk.ask("GET", "/v1/fills", {"symbol": open_market(desk)["symbol"], "limit": 1}, who="first"),
    "listBalances": lambda desk: desk.ask("GET", "/v1/balances", who="first"),
    "getBalance": lambda desk: desk.ask("GET", "/v1/balances/USD", who="first"),
    "listLedger": lambda desk: desk.ask("GET", "/v1/ledger", {"asset": open_market(desk)["symbol"][:3], "kind": "trade"}, who="first"),
    "createWithdrawal": lambda desk: desk.withdraw(),
    "listWithdrawals": lambda desk: desk.ask("GET", "/v1/withdrawals", {"limit": len(desk.withdraw().document)}, who="first"),
    "getWithdrawal": lambda desk: desk.ask("GET", f"/v1/withdrawals/{desk.withdraw()['withdrawal_id']}", who="first"),
    "cancelWithdrawal": lambda desk: desk.ask("POST", f"/v1/withdrawals/{desk.withdraw()['withdrawal_id']}/cancel", who="first"),
    "getFees": lambda desk: desk.ask("GET", "/v1/fees", who="first"),
}


def test_every_described_operation_is_tried_here(desk: Desk) -> None:
    assert set(CALLS) == {operation.id for operation in desk.assembly.contract.operations}


@pytest.mark.parametrize("operation", CALLS)
def test_an_operation_answers_as_described(desk: Desk, operation: str) -> None:
    reply = CALLS[operation](desk)
    assert reply.operation == operation
    assert reply.status == (201 if operation in {"placeOrder", "createWithdrawal"} else 200)
    assert reply.document not in ([], {}, None)


def test_time_is_told_twice_alike(desk: Desk) -> None:
    desk.now = START + 7
    assert CALLS["getTime"](desk).document == {"time": START + 7, "iso": "2026-01-01T00:00:00.007Z"}


def test_depth_is_sorted_cut_and_numbered(desk: Desk) -> None:
    depth = CALLS["getDepth"](desk)
    assert [price for price, _ in depth["bids"]] == ["59995", "59990", "59985"]
    assert [price for price, _ in depth["asks"]] == ["60005", "60010", "60015"]
    desk.place()
    assert CALLS["getDepth"](desk)["sequence"] == depth["sequence"] + 1


def test_the_ticker_shows_both_best_levels_under_names_that_differ_in_case_only(desk: Desk) -> None:
    ticker = CALLS["getTicker"](desk)
    assert (ticker["b"], ticker["B"], ticker["a"]) == ("59995", "0.5", "60005")
    assert ticker["A"] != ticker["a"]


def test_candles_are_tuples(desk: Desk) -> None:
    older, newer = CALLS["getCandles"](desk).document
    assert newer[0] - older[0] == 4 * 60_000
    assert len(newer) == 7


def test_a_new_order_says_where_it_is_found(desk: Desk) -> None:
    placed = desk.place()
    assert placed.headers["Location"] == f"/v1/orders/{placed['order_id']}"
    assert desk.ask("GET", placed.headers["Location"], who="first").document == placed.document


def test_an_order_without_a_client_order_id_gets_one_that_no_client_can_choose(desk: Desk) -> None:
    placed = desk.place()
    assert placed["client_order_id"] == f"_{placed['order_id']}"
    assert desk.ask("GET", f"/v1/client-orders/{placed['client_order_id']}", who="first").document == placed.document


def test_the_order_of_the_descriptions_examples_is_there(desk: Desk) -> None:
    example = desk.ask("GET", "/v1/orders/9007199254740993", who="first")
    assert (example["client_order_id"], example["status"]) == ("demo-1", "cancelled")
    assert desk.ask("GET", "/v1/client-orders/demo-1", who="first").document == example.document
    assert desk.balance("USD")["held"] == "0"


def test_numbers_keep_every_digit_from_the_request_to_the_answer(desk: Desk) -> None:
    placed = desk.place(type="market", price=None, quantity="0.12347")
    assert placed["notional"] == Decimal(60005) * Decimal("0.12347")
    assert placed["fee"] == "14.8176347"
    assert placed["order_id"] > 2**53


def test_the_same_client_order_id_is_answered_with_the_same_order(desk: Desk) -> None:
    first, again = (desk.place(client_order_id="mine", price=price) for price in ("50000", "50000.00"))
    other = desk.place(client_order_id="mine", quantity="0.02")
    assert (first.status, again.status, other.status) == (201, 200, 409)
    assert again.document == first.document
    assert other["code"] == "CLIENT_ORDER_ID_REUSED"


def test_orders_of_another_account_are_not_found(desk: Desk) -> None:
    order_id = desk.place(client_order_id="mine")["order_id"]
    for method, path in (("GET", f"/v1/orders/{order_id}"), ("POST", f"/v1/orders/{order_id}/cancel"), ("GET", "/v1/client-orders/mine")):
        assert desk.ask(method, path, who="second").status == 404
    assert desk.ask("GET", "/v1/open-orders", who="second").document == []


def test_a_cancelled_order_gives_its_hold_back(desk: Desk) -> None:
    before = desk.balance("USD")
    order_id = desk.place()["order_id"]
    assert desk.balance("USD")["held"] == "501"
    assert desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first")["cancel_reason"] == "client"
    assert desk.balance("USD") == before
    assert desk.ask("POST", f"/v1/orders/{order_id}/cancel", who="first").status == 409


def test_fills_and_fees_add_up_with_the_balance(desk: Desk) -> None:
    before = Decimal(desk.balance("USD")["total"])
    order = open_market(desk)
    fills = desk.ask("GET", "/v1/fills", {"order_id": order["order_id"]}, who="first")["items"]
    assert len(fills) == 2
    paid = sum(fill["notional"] + Decimal(fill["fee"]) for fill in fills)
    assert Decimal(desk.balance("USD")["total"]) == before - paid
    assert sum(Decimal(fill["quantity"]) for fill in fills) == Decimal("0.6")


@pytest.mark.parametrize("path", ["/v1/order-history", "/v1/fills"])
def test_pages_show_everything_once(desk: Desk, path: str) -> None:
    for _ in range(5):
        desk.place(type="market", price=None, quantity="0.01")
    whole = desk.ask("GET", path, who="first")["items"]
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 2}
    while query.get("cursor", "") is not None:
        page = desk.ask("GET", path, query, who="first")
        seen += page["items"]
        query = query | {"cursor": page["next_cursor"]}
    assert seen == whole
    assert len(whole) == (6 if "history" in path else 5)


def test_history_is_filtered_by_instrument_and_status(desk: Desk) -> None:
    desk.place()
    desk.place(symbol="ETH-USD", price="2000", quantity="1")
    desk.ask("POST", "/v1/open-orders/cancel", {"symbol": "ETH-USD"}, who="first")
    found = desk.ask("GET", "/v1/order-history", {"status": "cancelled"}, who="first")["items"]
    assert [(order["symbol"], order["client_order_id"] == "demo-1") for order in found] == [("ETH-USD", False), ("BTC-USD", True)]
    found = desk.ask("GET", "/v1/order-history", {"symbol": "BTC-USD"}, who="first")["items"]
    assert [order["status"] for order in found] == ["open", "cancelled"]


def test_trades_show_up_everywhere(desk: Desk) -> None:
    open_market(desk)
    newest = CALLS["listTrades"](desk)["items"][0]
    assert (newest["quantity"], newest["taker_side"]) == ("0.1", "buy")
    assert CALLS["getTicker"](desk)["last"] == newest["price"]


def test_a_body_is_held_against_the_statuses_that_the_description_knows(desk: Desk) -> None:
    operation = next(each for each in desk.assembly.contract.operations if each.id == "getTime")
    assert described_response(desk.assembly.contract, operation, 418)[1] is None


def test_one_order_is_placed_however_many_ask_at_once() -> None:
    desk = Desk()
    barrier = threading.Barrier(8)
    with serve_reference(ReferenceOptions(), environment={}) as url, httpx.Client(base_url=url, trust_env=False) as client:

        def place(number: int) -> tuple[int, int]:
            desk_call = Desk.signed(
                desk,
                desk.call(
                    "POST",
                    "/v1/orders",
                    body={
                        "symbol": "BTC-USD",
                        "side": "buy",
                        "type": "limit",
                        "price": "50000",
                        "quantity": "0.01",
                        "client_order_id": "one",
                    },
                ),
                "first",
                at=system_clock() + number,  # a signed call counts once
            )
            barrier.wait()
            answer = client.post("/v1/orders", content=desk_call.body, headers=dict(desk_call.headers))
            return answer.status_code, answer.json()["order_id"]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(place, range(8)))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({order_id for _, order_id in answers}) == 1
