"""The third exchange keeps its word to the last digit, and each of its defects breaks something that shows."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from collections.abc import Callable
from decimal import ROUND_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import third_exchange
from benchmarks.third_exchange.__main__ import main
from benchmarks.third_exchange.assets import PAIRS, Pair
from benchmarks.third_exchange.defects import DEFECTS, Defects
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.gate import Gate, Limits, sign
from benchmarks.third_exchange.house import House
from benchmarks.third_exchange.orders import Force, Side, Wish
from benchmarks.third_exchange.serve import FUNDS
from tests.simulators.petrel import KEYS, ROOMY, Petrel

FOLDER = Path(third_exchange.__file__).parent
XBTUSD = PAIRS["XXBTZUSD"]


def contract(petrel: Petrel) -> None:
    for name, fields in (
        ("Time", {}),
        ("SystemStatus", {}),
        ("Assets", {}),
        ("AssetPairs", {}),
        ("Ticker", {"pair": "XBTUSD"}),
        ("OHLC", {"pair": "XBTUSD", "interval": 1}),
        ("Trades", {"pair": "XBTUSD", "count": 3}),
        ("Depth", {"pair": "XXBTZUSD", "count": 2}),
        ("Depth", {"pair": "XBTEUR"}),
    ):
        petrel.get(name, **fields)
    resting = petrel.add("buy", "0.5", "60000", cl_ord_id="mine")
    petrel.add("sell", "0.2", owner=1)
    petrel.post("QueryOrders", txid=resting)
    petrel.post("BalanceEx")
    petrel.post("AddOrder", pair="XBTUSD", type="hold", ordertype="market", volume="0.1")
    petrel.post("AddOrder", pair="XBTUSD", type="buy", ordertype="market")
    petrel.add("buy", "1", "900000")
    petrel.add("buy", "500", "50000")
    petrel.add("buy", "0.1", "100")
    for name in ("OpenOrders", "TradesHistory", "Ledgers", "Balance"):
        petrel.post(name)
    petrel.post("ClosedOrders", ofs=5)
    petrel.post("WithdrawStatus")
    petrel.post("GetWebSocketsToken")


def auth(petrel: Petrel) -> None:
    theirs = petrel.add("buy", "0.1", "100.0", owner=1, cl_ord_id="theirs")
    petrel.post("ClosedOrders", sign="AAAA")
    petrel.post("Balance", sign="none")
    petrel.post("Balance", sign="lower")
    petrel.post("Balance", signed_path="/0/private/BalanceEx")
    petrel.post("Balance", api_key="none")
    petrel.post("CancelAll", 2)
    petrel.post("CancelOrder", 2, cl_ord_id="none")
    petrel.post("Withdraw", 2, asset="XBT", key="vault", amount="1")
    petrel.post("QueryOrders", txid=theirs)
    petrel.post("CancelOrder", cl_ord_id="theirs")
    petrel.post("CancelOrder", txid=theirs)
    paid = petrel.post("Withdraw", 1, asset="XBT", key="vault", amount="1")["result"]["refid"]
    petrel.post("WithdrawStatus", refid=paid)
    petrel.post("Ledgers", query="type=withdrawal")
    petrel.post("Balance", nonce=5000)
    petrel.post("Balance", nonce=5000)
    petrel.post("Balance", nonce=4000)
    petrel.post("BalanceEx", nonce=4500)
    petrel.post("Balance", nonce=6000, sign="AAAA")
    petrel.post("Balance", nonce=5500)
    asyncio.run(_heard(petrel, {"method": "subscribe", "params": {"channel": "balances", "token": "guess"}}))


def matching(petrel: Petrel) -> None:
    petrel.add("buy", "0.3", "60000", cl_ord_id="a")
    petrel.add("buy", "0.3", "60000", cl_ord_id="b", userref=7)
    for volume in ("0.1", "0.25"):
        petrel.add("sell", volume, owner=1)
        petrel.post("OpenOrders")
    petrel.add("sell", "0.9", "60000", owner=1, timeinforce="IOC")
    petrel.add("buy", "0.1", "59999", cl_ord_id="c")
    petrel.add("sell", "0.2", "59999", owner=1, timeinforce="FOK")
    petrel.add("sell", "0.2", "59999", owner=1, oflags="post")
    petrel.add("sell", "0.2", "59999")
    petrel.add("buy", "0.1", "100", validate="true", cl_ord_id="d")
    petrel.add("buy", "0.1", "100", deadline="1700000000")
    petrel.add("buy", "0.1", "100", timeinforce="GTD", expiretm="1700000000")
    for name in ("a", "c", "C"):
        petrel.add("buy", "0.1", "100", cl_ord_id=name)
    petrel.post("OpenOrders", userref=9)
    petrel.post("CancelOrder", cl_ord_id="a")
    petrel.post("CancelOrder", cl_ord_id="c")
    petrel.add("buy", "0.1", "100", cl_ord_id="c")
    petrel.post("CancelAll")
    petrel.post("ClosedOrders")


def looking_up(petrel: Petrel) -> None:
    petrel.add("buy", "0.3", "59999", cl_ord_id="part")
    petrel.add("buy", "0.4", "59998", timeinforce="GTD", expiretm="1800000060")
    petrel.add("buy", "0.2", "2999", pair="ETHUSD")
    petrel.add("sell", "0.4", owner=1)
    petrel.post("CancelOrder", cl_ord_id="part")
    petrel.add("buy", "0.3", "59999.5", cl_ord_id="other")
    petrel.add("sell", "0.15", owner=1)
    petrel.post("CancelOrder", cl_ord_id="other")
    petrel.at += 61_000_000
    petrel.post("OpenOrders")
    petrel.add("buy", "0.3", "59999", cl_ord_id="last")
    petrel.add("sell", "0.1", owner=1)
    petrel.post("CancelAll")
    petrel.post("OpenOrders")
    petrel.post("ClosedOrders")
    petrel.post("ClosedOrders", ofs=1)
    cursor = petrel.post("TradesHistory", limit=2)["result"]["cursor"]
    petrel.post("TradesHistory", **({"cursor": cursor} if cursor else {}))
    last = petrel.get("Trades", pair="XBTUSD")["result"]["last"]
    petrel.get("Trades", pair="XBTUSD", since=last)
    petrel.get("Trades", pair="XBTUSD")
    petrel.add("buy", "4", owner=1)
    petrel.get("Ticker", pair="XBTUSD")
    petrel.get("OHLC", pair="XBTUSD")


def money(petrel: Petrel) -> None:
    petrel.add("buy", "1.23457", "60031.7", cl_ord_id="a")
    petrel.post("BalanceEx")
    petrel.add("sell", "0.01239", "60030.9", owner=1)
    petrel.post("BalanceEx")
    petrel.post("QueryOrders", txid=petrel.add("buy", "0.00123", "57391.3", cl_ord_id="b"))
    petrel.add("sell", "0.01", "100", owner=1)
    petrel.post("CancelAll")
    petrel.add("buy", "0.02", "59999", timeinforce="GTD", expiretm="1800000010")
    petrel.at += 11_000_000
    petrel.post("BalanceEx")
    petrel.post("ClosedOrders")
    petrel.post("TradesHistory")
    petrel.post("Ledgers")
    petrel.post("Ledgers", asset="XBT", type="deposit")
    petrel.add("sell", "60", "70000", owner=1)
    petrel.add("sell", "60", "70000", owner=1)
    petrel.add("buy", "1665", "3000", owner=1, pair="ETHUSD")
    petrel.post("BalanceEx", 1)
    for amount in ("1", "1", "2"):
        petrel.post("Withdraw", asset="XBT", key="vault", amount=amount, cl_ref_id="r")
    petrel.post("Withdraw", 1, asset="XBT", key="vault", amount="80")
    petrel.post("Balance")
    for price in range(30):
        petrel.post("CancelOrder", txid=petrel.add("buy", "0.001", f"{60020 + price}", timeinforce="IOC"))
    petrel.post("Ledgers")


def limits(petrel: Petrel) -> None:
    for volume, price in (("0.00001", "60000"), ("0.0001", "100"), ("0.1", "100.05"), ("0.100001", "100")):
        petrel.add("buy", volume, price)
    for _ in range(2):
        petrel.post("CancelOrder", txid=petrel.add("buy", "0.1", "100"))
    for _ in range(61):
        petrel.add("buy", "0.001", "1000.0")
    petrel.post("ClosedOrders")


def throttling(petrel: Petrel) -> None:
    for _ in range(4):
        petrel.post("Balance")
    petrel.post("ClosedOrders")
    petrel.post("OpenOrders", 1)
    for _ in range(2):
        petrel.add("buy", "0.1", "100")
    petrel.post("Balance")
    petrel.post("OpenOrders", 1)
    petrel.get("Time")
    petrel.get("Time")
    petrel.get("SystemStatus")


def streams(petrel: Petrel) -> None:
    asyncio.run(_streams(petrel))


def silent_streams(petrel: Petrel) -> None:
    asyncio.run(_silent(petrel))


async def _heard(petrel: Petrel, *said: object) -> None:
    async with petrel.talk(*said):
        pass


def _asked(channel: str, **more: object) -> dict[str, object]:
    return {"method": "subscribe", "req_id": 3, "params": {"channel": channel, **more}}


async def _streams(petrel: Petrel) -> list[dict[str, Any]]:
    token = petrel.post("GetWebSocketsToken")["result"]["token"]
    petrel.add("buy", "0.1", "59999", cl_ord_id="before")
    public = [_asked(channel, symbol=["XBT/USD"]) for channel in ("book", "trade", "ticker", "ohlc")]
    private = [_asked(channel, token=token) for channel in ("executions", "balances")]
    wrong = [
        {"method": "ping", "req_id": 9},
        _asked("book", symbol=["XBT/EUR"]),
        _asked("none"),
        _asked("book", symbol=["XBT/USD"], depth=11),
    ]
    async with petrel.talk(*public, *private, *wrong, *public[:1]) as talk:
        petrel.add("buy", "0.5", "60000")
        petrel.add("sell", "0.7", owner=1)
        petrel.add("sell", "9", "59980", owner=1)
        petrel.add("buy", "0.2", "100")
        petrel.post("CancelAll")
        petrel.at += 2_000_000
        petrel.get("Time")
        petrel.add("buy", "30")
        await talk.say({"method": "unsubscribe", "params": {"channel": "trade", "symbol": ["XBT/USD"]}})
        petrel.add("buy", "0.1", owner=1)
        for interval in (5, 15, 60, 240, 1440):
            await talk.say(_asked("ohlc", symbol=["XBT/USD", "ETH/USD", "ETH/XBT"], interval=interval))
        for depth in (25, 100):
            await talk.say(_asked("book", symbol=["XBT/USD", "ETH/USD", "ETH/XBT"], depth=depth))
        await talk.say(_asked("trade", symbol=["XBT/USD", "ETH/USD", "ETH/XBT"]))
        await talk.say(_asked("ticker", symbol=["ETH/USD", "ETH/XBT"]))
        await talk.say("no object")
        return await talk.pause()


async def _silent(petrel: Petrel) -> None:
    async with petrel.talk(_asked("trade", symbol=["ETH/XBT"], snapshot=False)) as talk:
        for _ in range(40):
            await asyncio.sleep(0.001)
        heard = [each for each in await talk.pause() if each.get("channel") == "heartbeat"]
        petrel.seen.append(("heartbeats", len(heard) > 1, None))
        del talk._from[:]


Story = Callable[[Petrel], None]
STORIES: dict[str, tuple[Story, ...]] = {
    "contract": (contract,),
    "auth": (auth,),
    "state": (matching, looking_up),
    "money": (money,),
    "limits": (limits, throttling),
    "streams": (streams, silent_streams),
}
TIGHT = Limits(counter=7, decay=0, address=12)


def played(story: Story, *defects: str) -> str:
    petrel = Petrel(defects, TIGHT if story is throttling else ROOMY, 0.004 if story is silent_streams else 3600.0)
    story(petrel)
    return petrel.record()


@cache
def clean(story: Story) -> str:
    return played(story)


@pytest.mark.parametrize("defect", [pytest.param(each, id=each.name) for each in DEFECTS if each.name != "counter-sinks-slowly"])
def test_each_defect_shows(defect: Any) -> None:
    assert any(played(story, defect.name) != clean(story) for story in STORIES[defect.theme])


@pytest.mark.parametrize("story", [story for stories in STORIES.values() for story in stories])
def test_without_a_defect_the_same_calls_are_answered_the_same(story: Story) -> None:
    assert played(story) == clean(story)


def test_the_counter_sinks_as_fast_as_documented() -> None:
    def stands(*defects: str) -> list[int]:
        gate = Gate(KEYS, Limits(counter=100, decay=50), (), Defects(defects))
        return [gate.count(KEYS[0], cost, now).stands for cost, now in ((80, 0.0), (1, 1.0), (1, 9.0))]

    assert stands() == [80, 31, 1]
    assert stands("counter-sinks-slowly") == [80, 76, 37]


def test_every_answer_and_message_is_as_the_documents_say() -> None:
    document = yaml.safe_load((FOLDER / "openapi.yaml").read_text())
    streamed = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text())
    petrel = Petrel()
    for story in (contract, matching, looking_up, money):
        story(petrel)
    answered = {name for name, _, _ in petrel.seen}
    assert answered >= {path.rpartition("/")[2] for path in document["paths"]} - {"CancelOrder"}
    for name, status, (envelope, _) in petrel.seen:
        assert status == 200
        if isinstance(envelope, dict) and not name.startswith(("Time", "SystemStatus", "GetWeb")):
            visibility = "public" if f"/0/public/{name}" in document["paths"] else "private"
            operation = next(iter(document["paths"][f"/0/{visibility}/{name}"].values()))
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            _valid(envelope, schema, document)
    messages = streamed["components"]["messages"]
    for heard in asyncio.run(_streams(Petrel())):
        kind = heard.get("channel") or ("pong" if heard["method"] == "pong" else "acknowledgement" if heard["success"] else "refusal")
        _valid(heard, messages[kind]["payload"], streamed)


def _valid(value: object, schema: dict[str, Any], document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(value)


def test_the_documentation_s_example_of_a_signature_is_right() -> None:
    signature = sign("cGV0cmVsLXNlY3JldA==", "/0/private/Ledgers", "1700000000000000", b"nonce=1700000000000000&asset=XBT")
    assert signature in (FOLDER / "DOCUMENTATION.md").read_text()


def test_a_book_kept_from_the_stream_is_the_book_of_the_calls() -> None:
    petrel = Petrel()
    heard = asyncio.run(_streams(petrel))
    books: dict[str, dict[str, str]] = {"bids": {}, "asks": {}}
    told = [each["data"][0] for each in heard if each.get("channel") == "book" and each["data"][0]["symbol"] == "XBT/USD"]
    assert len(told) > 5
    for data in told[:-2]:
        for side, levels in books.items():
            levels |= {level["price"]: level["qty"] for level in data[side]}
            standing = sorted((price for price in levels if Decimal(levels[price])), key=Decimal, reverse=side == "bids")[:10]
            books[side] = {price: levels[price] for price in standing}
        text = "".join(part.replace(".", "").lstrip("0") for side in ("asks", "bids") for level in books[side].items() for part in level)
        assert data["checksum"] == zlib.crc32(text.encode())
    depth = petrel.get("Depth", pair="XBTUSD", count=10)["result"]["XXBTZUSD"]
    assert {side: {row[0]: row[1] for row in depth[side]} for side in books} == books


def test_private_messages_are_numbered_and_add_up() -> None:
    heard = asyncio.run(_streams(Petrel()))
    for channel in ("executions", "balances"):
        numbers = [each["sequence"] for each in heard if each.get("channel") == channel]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 3
    steps = [row for each in heard if each.get("channel") == "executions" for row in each["data"]]
    for name in {row["order_id"] for row in steps}:
        sums = [Decimal(row["cum_qty"]) for row in steps if row["order_id"] == name]
        assert all(early <= late for early, late in pairwise(sums))


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(("first", "second")),
        st.sampled_from(("buy", "sell")),
        st.sampled_from(("GTC", "IOC", "FOK", "GTC", "market", "cancel")),
        st.integers(min_value=-700, max_value=700),
        st.integers(min_value=10, max_value=300_000),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(actions=ACTIONS)
def test_money_adds_up_whatever_is_traded(actions: list[tuple[str, Side, Force | str, int, int]]) -> None:
    engine = Engine(Defects(()), lambda: 1_800_000_000_000_000)
    House(engine).begin(1)
    for account in ("first", "second"):
        engine.ledger.open(account, dict(FUNDS), engine.now())
    for account, side, force, ticks, lots in actions:
        _act(engine, account, side, force, price=XBTUSD.middle + ticks * XBTUSD.tick, volume=lots * Decimal("0.00001"))
        _holds_are_as_documented(engine)
    for account in ("first", "second", "house", "crowd"):
        for asset, purse in engine.ledger.purses(account).items():
            entries = [entry for entry in engine.ledger.entries if entry.account == account and entry.asset == asset]
            assert sum((entry.amount - entry.fee for entry in entries), Decimal(0)) == purse.total
            assert all(late.balance == early.balance + late.amount - late.fee for early, late in pairwise(entries))
            assert purse.available >= 0
    for asset in FUNDS:
        traded = sum((entry.amount for entry in engine.ledger.entries if entry.asset == asset and entry.kind == "trade"), Decimal(0))
        assert traded == 0


def _act(engine: Engine, account: str, side: Side, force: str, *, price: Decimal, volume: Decimal) -> None:
    if force == "cancel":
        for order in engine.open_orders(account)[:1]:
            engine.cancel(order)
    elif force == "market":
        engine.place(account, Wish(pair=XBTUSD, side=side, kind="market", volume=volume))
    else:
        engine.place(account, Wish(pair=XBTUSD, side=side, kind="limit", volume=volume, price=price, force=cast("Force", force)))


def _holds_are_as_documented(engine: Engine) -> None:
    for account in ("first", "second"):
        expected = {asset: Decimal(0) for asset in FUNDS}
        for order in engine.open_orders(account):
            expected[order.held_asset] += (
                order.remaining if order.wish.side == "sell" else _reserved(order.wish.pair, order.remaining, order.wish.price)
            )
        assert {asset: purse.held for asset, purse in engine.ledger.purses(account).items()} == expected
    bids, asks = (engine.books[XBTUSD.name].levels(side) for side in ("buy", "sell"))
    assert bids[0][0] < asks[0][0]


def _reserved(pair: Pair, volume: Decimal, price: Decimal | None) -> Decimal:
    cost = volume * (price or Decimal(0))
    return cost + (cost * Decimal("0.0026")).quantize(Decimal("0.000001"), ROUND_UP)


def test_what_the_gateway_refuses_has_a_status_of_its_own() -> None:
    petrel = Petrel(limits=Limits(address=2))
    assert petrel.get("Nothing") == {"error": ["EGeneral:Unknown method"]}
    assert petrel.seen[-1][1] == 404
    for _ in range(3):
        petrel.get("Time")
    assert petrel.seen[-1][1] == 429
    assert petrel.headers["retry-after"] == "10"


def test_a_switch_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError, match="no such defect: nonsense"):
        Defects(("nonsense",))
    assert main(["--list-defects"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(DEFECTS) >= 60


def test_a_number_is_never_written_with_an_exponent() -> None:
    petrel = Petrel()
    for story in (contract, money):
        story(petrel)
    assert not re.search(r'"-?[0-9.]+E', json.dumps([each for _, _, each in petrel.seen]))
