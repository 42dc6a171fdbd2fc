"""The fourth exchange keeps its word, to the last digit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from benchmarks import fourth_exchange
from benchmarks.fourth_exchange.defects import DEFECTS
from benchmarks.fourth_exchange.gate import Limits
from tests.simulators.osprey import Osprey
from tests.simulators.osprey_stories import STORIES, told

FOLDER = Path(fourth_exchange.__file__).parent
ATOM = Decimal("0.00000001")


@pytest.fixture
def osprey() -> Iterator[Osprey]:
    exchange = Osprey()
    yield exchange
    exchange.close()


def _usd(osprey: Osprey, owner: int = 0) -> tuple[Decimal, Decimal]:
    balance, hold = osprey.held(owner)["USD"]
    return Decimal(balance), Decimal(hold)


def test_every_answer_is_as_the_document_says(osprey: Osprey) -> None:
    document = yaml.safe_load((FOLDER / "openapi.yaml").read_text())
    paths = {path: set(item) - {"parameters"} for path, item in document["paths"].items()}
    asked: set[tuple[str, str]] = set()

    def ask(method: str, path: str, template: str, owner: int | None = None, body: object = None, *, status: int = 200) -> Any:
        told = osprey.call(method, path, owner, body)
        assert osprey.status == status, told
        said = document["paths"][template][method.lower()]["responses"][str(status)]
        said = document["components"]["responses"][said["$ref"].rpartition("/")[2]] if "$ref" in said else said
        schema = {**said["content"]["application/json"]["schema"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(told)
        assert {name.lower() for name, header in said["headers"].items() if name != "X-After"} <= set(osprey.headers)
        asked.add((template, method.lower()))
        return told

    for name in ("", "/book", "/ticker", "/trades", "/candles", "/stats"):
        ask("GET", "/products/ETH-BTC" + name, "/products/{product_id}" + name)
        ask("GET", "/products/ETH-EUR" + name, "/products/{product_id}" + name, status=404)
    ask("GET", "/products/BTC-USD/book?level=3", "/products/{product_id}/book")
    ask("GET", "/products/BTC-USD/book?level=4", "/products/{product_id}/book", status=400)
    ask("GET", "/time", "/time")
    ask("GET", "/products", "/products")
    wish = {"product_id": "BTC-USD", "side": "buy", "price": "63000.00", "size": "0.01", "client_oid": "mine"}
    placed = ask("POST", "/orders", "/orders", 0, wish)
    ask("POST", "/orders", "/orders", 0, wish, status=409)
    ask("POST", "/orders", "/orders", 0, b"{", status=400)
    ask("POST", "/orders", "/orders", 0, b" " * 70_000, status=413)
    ask("POST", "/orders", "/orders", 2, wish, status=403)
    ask("POST", "/orders", "/orders", 0, wish | {"client_oid": "b", "size": "100"}, status=422)
    ask("PATCH", f"/orders/{placed['id']}", "/orders/{order_id}", 0, {"size": "0.02"})
    ask("GET", f"/orders/{placed['id']}", "/orders/{order_id}", 2)
    ask("GET", f"/orders/{placed['id']}", "/orders/{order_id}", 1, status=404)
    ask("GET", "/orders/client:mine", "/orders/client:{client_oid}", 0)
    ask("DELETE", "/orders/client:mine", "/orders/client:{client_oid}", 0)
    ask("DELETE", f"/orders/{placed['id']}", "/orders/{order_id}", 0, status=409)
    ask("POST", "/orders", "/orders", 0, {"product_id": "BTC-USD", "side": "buy", "type": "market", "funds": "500"})
    ask("DELETE", "/orders?product_id=BTC-USD", "/orders", 0)
    for path in ("/orders", "/fills", "/fees", "/accounts", "/withdrawals"):
        ask("GET", path, path, 0)
    account = ask("GET", "/accounts", "/accounts", 0)[0]["id"]
    ask("GET", f"/accounts/{account}", "/accounts/{account_id}", 0)
    ask("GET", f"/accounts/{account}/ledger", "/accounts/{account_id}/ledger", 0)
    sent = ask("POST", "/withdrawals", "/withdrawals", 0, {"currency": "BTC", "amount": "1", "address": "bc1qexample"})
    osprey.at += 4_000_000
    assert ask("GET", f"/withdrawals/{sent['id']}", "/withdrawals/{withdrawal_id}", 0)["status"] == "completed"
    assert {(path, method) for path, methods in paths.items() for method in methods} == asked


def test_money_adds_up_to_the_last_digit(osprey: Osprey) -> None:
    before = _usd(osprey)[0]
    bought = osprey.order("buy", "0.323457", "64030.00")
    fills = osprey.call("GET", f"/fills?order_id={bought['id']}", 0)
    value = sum(Decimal(fill["price"]) * Decimal(fill["size"]) for fill in fills)
    fees = [(Decimal(fill["price"]) * Decimal(fill["size"]) * Decimal("0.006")).quantize(ATOM, ROUND_DOWN) for fill in fills]
    assert [Decimal(fill["fee"]) for fill in fills] == fees
    assert Decimal(bought["executed_value"]) == value
    balance, hold = _usd(osprey)
    assert balance == before - value - sum(fees)
    left = (Decimal("0.323457") - Decimal(bought["filled_size"])) * Decimal(64030)
    assert hold == left + (left * Decimal("0.006")).quantize(ATOM, ROUND_UP)
    osprey.order("sell", "0.05", "63000.00", owner=1, time_in_force="IOC")
    maker = osprey.call("GET", "/fills?limit=1", 0)[0]
    assert maker["liquidity"] == "M"
    assert Decimal(maker["fee"]) == (Decimal(maker["price"]) * Decimal(maker["size"]) * Decimal("0.004")).quantize(ATOM, ROUND_DOWN)
    osprey.call("DELETE", "/orders", 0)
    assert _usd(osprey)[1] == 0
    for account in osprey.call("GET", "/accounts", 0):
        entries = osprey.call("GET", f"/accounts/{account['id']}/ledger", 0)
        assert sum(Decimal(entry["amount"]) for entry in entries) == Decimal(account["balance"]) == Decimal(entries[0]["balance"])


def test_orders_match_by_price_and_time_and_end_as_they_should(osprey: Osprey) -> None:
    first, second = (osprey.order("buy", "0.01", "64000.00", owner=owner)["id"] for owner in (0, 1))
    assert osprey.call("PATCH", f"/orders/{first}", 0, {"size": "0.02"})["size"] == "0.020000"
    osprey.order("sell", "0.01", "64000.00", owner=1, stp="co")
    assert osprey.call("GET", f"/orders/{second}", 1)["done_reason"] == "canceled"
    assert osprey.call("GET", f"/orders/{first}", 0)["filled_size"] == "0.010000"
    assert osprey.order("sell", "0.01", "64000.00")["done_reason"] == "canceled"
    fok = osprey.order("buy", "1", "64020.00", time_in_force="FOK")
    assert (fok["done_reason"], fok["filled_size"]) == ("canceled", "0.000000")
    assert osprey.order("buy", "0.01", "64030.00", post_only=True)["code"] == "post_only_would_take"
    until = osprey.order("buy", "0.01", "63000.00", time_in_force="GTT", expire_time="2027-01-15T08:00:05Z")
    osprey.at += 6_000_000
    assert osprey.call("GET", f"/orders/{until['id']}", 0)["done_reason"] == "expired"


def test_pages_follow_one_another_without_gap_or_double(osprey: Osprey) -> None:
    placed = [osprey.order("buy", "0.01", f"{63000 + n}.00")["id"] for n in range(5)]
    seen, after = [], ""
    while True:
        seen += [order["id"] for order in osprey.call("GET", "/orders?limit=2" + after, 0)]
        if "x-after" not in osprey.headers:
            break
        after = f"&after={osprey.headers['x-after']}"
    assert seen == placed[::-1]


def test_who_may_not_come_in_is_told_why(osprey: Osprey) -> None:
    wrong: tuple[tuple[dict[str, str | None], str], ...] = (
        ({"sign": "AAAA"}, "invalid_signature"),
        ({"sign": None}, "missing_credentials"),
        ({"key": "nobody"}, "unknown_key"),
        ({"passphrase": "wrong"}, "invalid_passphrase"),
        ({"timestamp": "yesterday"}, "invalid_timestamp"),
        ({"timestamp": "2027-01-15T07:59:29Z"}, "timestamp_expired"),
        ({"timestamp": "2027-01-15T08:00:01Z"}, "invalid_signature"),
    )
    for replaced, code in wrong:
        told = osprey.call("GET", "/accounts?x=1", 0, None, **replaced)
        assert (osprey.status, told["code"], told["request_id"]) == (401, code, osprey.headers["x-request-id"])


def test_limits_let_in_what_they_promise() -> None:
    osprey = Osprey(limits=Limits(open_orders=2))
    for path, owner, burst in (("/time", None, 15), ("/fees", 0, 30)):
        told = [osprey.call("GET", path, owner) and osprey.status for _ in range(burst + 1)]
        assert told == [200] * burst + [429]
        assert osprey.headers["retry-after"] == "1"
        osprey.at += 1_000_000
        assert osprey.call("GET", path, owner)
        assert osprey.status == 200
    osprey.at += 60_000_000
    assert [osprey.order("buy", "0.01", "60000.00").get("code") for _ in range(3)] == [None, None, "open_order_limit"]
    osprey.close()


def test_streams_tell_what_happens(osprey: Osprey) -> None:
    headers = {name[4:].lower(): value for name, value in osprey.signed(0, "GET", "/users/self/verify").items()}
    signed = {"key": headers["key"], "passphrase": headers["passphrase"], "timestamp": headers["timestamp"], "signature": headers["sign"]}
    messages = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text())
    socket = osprey.talk()

    def hear(kind: str) -> dict[str, Any]:
        told = socket.hear()
        name = {"received": "userReceived", "open": "userOpen", "done": "userDone"}.get(told["type"], told["type"])
        name = "userMatch" if told.get("channel") == "user" and name == "match" else name
        schema = {**messages["components"]["messages"][name]["payload"], "components": messages["components"]}
        jsonschema.Draft202012Validator(schema).validate(told)
        assert told["type"] == kind
        return dict(told)

    channels = ["level2", "matches", "ticker", "user"]
    socket.say(json.dumps({"type": "subscribe", "id": "1", "product_ids": ["BTC-USD"], "channels": channels, **signed}))
    assert hear("subscriptions")["id"] == "1"
    snapshot = hear("snapshot")
    hear("ticker")
    order = osprey.order("buy", "0.06", "64010.00", client_oid="streamed")
    assert hear("received")["order_id"] == order["id"]
    assert hear("match")["fee"] == order["fill_fees"]
    hear("match")
    opened, update = hear("open"), hear("l2update")
    assert opened["remaining_size"] == "0.010000"
    assert update["sequence"] == snapshot["sequence"] + 1
    assert ["buy", "64010.00", "0.010000"] in update["changes"]
    assert hear("ticker")["bid"] == "64010.00"
    socket.say("[")
    assert hear("error")["code"] == "malformed_json"
    socket.say(
        json.dumps({"type": "subscribe", "product_ids": ["BTC-USD", "ETH-USD", "ETH-BTC"], "channels": [*channels[:3], "heartbeat"]})
    )
    assert hear("error")["code"] == "subscription_limit"
    socket.close()


def test_defects_have_names_of_their_own() -> None:
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("theme", sorted(STORIES))
def test_a_story_is_told_the_same_each_time_and_each_defect_changes_it(theme: str) -> None:
    clean = told(theme)
    assert told(theme) == clean
    own = [defect.name for defect in DEFECTS if defect.theme == theme]
    assert [name for name in own[:: max(1, len(own) // 3)] if told(theme, name) == clean] == []
