"""Whatever is sent, the answer is one that the description allows, and money stays where it is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import given, settings
from hypothesis import strategies as st

from certification.sandboxes.reference.engine.order import Side
from tests.simulators.reference_desk import Desk, raw_call

DESK = Desk()
TEMPLATES = sorted({"/".join(operation.segments) for operation in DESK.assembly.contract.operations})
ASSETS = ("BTC", "ETH", "USD")

known = ["BTC-USD", "ETH-BTC", "USD", "1", "9007199254740993", "demo-1", "", "."]
segments = st.sampled_from(known) | st.binary(max_size=12).map(quote_from_bytes)
proof = st.sampled_from(["x-ref-key", "x-ref-timestamp", "x-ref-signature", "x-ref-window"])
values = st.sampled_from(["1", "100", "BTC-USD", "open", "1m", "0", "-1", "5", "%00", "%F0%9F%92%B8"]) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="&=#"), max_size=8
)
names = st.sampled_from(["limit", "cursor", "symbol", "status", "interval", "order_id", "x", ""])
queries = st.lists(st.tuples(names, values), max_size=3).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
amounts = st.sampled_from(["0.01", "50000", "60005", "1", "0.00001", "99999999999", "0", "1e5", "-1", "01"]) | st.decimals(
    0, 10**6, places=3
).map(lambda number: f"{number:f}")
orders = st.fixed_dictionaries(
    {},
    optional={
        "symbol": st.sampled_from(["BTC-USD", "ETH-USD", "ETH-BTC", "XX-USD", "x"]),
        "side": st.sampled_from(["buy", "sell", "hold"]),
        "type": st.sampled_from(["limit", "market", "stop"]),
        "time_in_force": st.sampled_from(["GTC", "IOC", "FOK", "POST_ONLY", "GTD"]),
        "price": amounts,
        "quantity": amounts,
        "client_order_id": st.sampled_from(["a", "b", "_c", "é"]),
    },
)
bodies = (
    orders.map(json.dumps).map(str.encode)
    | st.binary(max_size=40)
    | st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2), max_leaves=4)
    .map(json.dumps)
    .map(str.encode)
)


@st.composite
def paths(draw: st.DrawFn) -> str:
    template = draw(st.sampled_from(TEMPLATES) | st.just("v1/{x}/{y}"))
    return "/" + "/".join(draw(segments) if part.startswith("{") else part for part in template.split("/"))


@settings(max_examples=150)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PATCH"]),
    path=paths(),
    query=queries,
    body=st.just(b"") | bodies,
    media_type=st.sampled_from(["application/json", "text/plain", "", "application/json;charset=utf-8"]),
    who=st.sampled_from(["first", "second", "observer"]),
)
def test_any_signed_call_gets_a_described_answer(*, method: str, path: str, query: str, body: bytes, media_type: str, who: str) -> None:
    call = raw_call(method, path, query=query, headers=(("content-type", media_type),), body=body)
    assert DESK.send(DESK.signed(call, who)).status < 500


@settings(max_examples=75)
@given(st.sampled_from(["first", "second"]), orders)
def test_any_order_leaves_the_books_sound_and_every_coin_counted(who: str, order: dict[str, Any]) -> None:
    exchange = DESK.assembly.venue.exchange
    before = {asset: exchange.ledger.total(asset) for asset in ASSETS}
    complete = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "price": "59990", "quantity": "0.01"} | order
    assert DESK.ask("POST", "/v1/orders", body=complete, who=who).status < 500
    assert {asset: exchange.ledger.total(asset) for asset in ASSETS} == before
    for book in exchange.books.values():
        bid, ask = book.best_price(Side.BUY), book.best_price(Side.SELL)
        assert bid is None or ask is None or bid < ask


@settings(max_examples=150)
@given(st.lists(st.tuples(proof, st.text(max_size=70)), max_size=5))
def test_any_proof_gets_a_described_answer(headers: list[tuple[str, str]]) -> None:
    assert DESK.send(raw_call("GET", "/v1/balances", headers=tuple(headers))).status in {400, 401, 429}
