"""The third exchange keeps its word, to the last digit."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from decimal import ROUND_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import httpx
import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import third_exchange
from benchmarks.served import serving
from benchmarks.third_exchange.assets import PAIRS, Pair
from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.gate import Limits, sign
from benchmarks.third_exchange.house import House
from benchmarks.third_exchange.orders import Force, Side, Wish
from benchmarks.third_exchange.serve import FUNDS, application
from tests.simulators.petrel import KEYS, Petrel
from tests.simulators.petrel_stories import contract, looking_up, matching, money, told_on_streams

FOLDER = Path(third_exchange.__file__).parent
XBTUSD = PAIRS["XXBTZUSD"]


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
    for heard in asyncio.run(told_on_streams(Petrel())):
        kind = heard.get("channel") or ("pong" if heard["method"] == "pong" else "acknowledgement" if heard["success"] else "refusal")
        _valid(heard, messages[kind]["payload"], streamed)


def _valid(value: object, schema: dict[str, Any], document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(value)


def test_the_documentation_s_example_of_a_signature_is_right() -> None:
    signature = sign("cGV0cmVsLXNlY3JldA==", "/0/private/Ledgers", "1700000000000000", b"nonce=1700000000000000&asset=XBT")
    assert signature in (FOLDER / "DOCUMENTATION.md").read_text()


def test_a_book_kept_from_the_stream_is_the_book_of_the_calls() -> None:
    petrel = Petrel()
    heard = asyncio.run(told_on_streams(petrel))
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
    heard = asyncio.run(told_on_streams(Petrel()))
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


def _order(petrel: Petrel, name: str) -> dict[str, Any]:
    found: dict[str, Any] = petrel.post("QueryOrders", txid=name)["result"][name]
    return found


def test_orders_end_as_the_documentation_says() -> None:
    petrel = Petrel()
    first = petrel.add("buy", "0.2", "60000")
    second = petrel.add("buy", "0.2", "60000", cl_ord_id="once")
    killed = petrel.add("sell", "0.5", "60000", owner=1, timeinforce="FOK")
    assert petrel.post("QueryOrders", 1, txid=killed)["result"][killed]["reason"] == "Fill or kill"
    immediate = petrel.add("sell", "0.3", "60000", owner=1, timeinforce="IOC")
    assert petrel.post("QueryOrders", 1, txid=immediate)["result"][immediate]["status"] == "closed"
    assert (_order(petrel, first)["vol_exec"], _order(petrel, second)["vol_exec"]) == ("0.20000", "0.10000")
    own = _order(petrel, petrel.add("sell", "0.2", "60000"))
    assert (own["status"], own["vol_exec"], own["reason"]) == ("canceled", "0.00000", "Self trade")
    refusals = (
        ("EOrder:Post only order", petrel.add("sell", "0.1", "60000", owner=1, oflags="post")),
        ("EOrder:Duplicate cl_ord_id", petrel.add("buy", "0.1", "100", cl_ord_id="once")),
        ("EOrder:Unknown order", petrel.post("CancelOrder", txid=first)),
        ("EOrder:Unknown order", petrel.post("CancelOrder", 1, txid=second)),
        ("EOrder:Insufficient funds", petrel.add("sell", "101", "70000", owner=1)),
        ("EOrder:Deadline elapsed", petrel.add("buy", "0.1", "100", deadline="1700000000")),
        ("EOrder:Tick size check failed", petrel.add("buy", "0.1", "100.05")),
        ("EOrder:Lot size check failed", petrel.add("buy", "0.100001", "100")),
        ("EGeneral:Invalid arguments:expiretm", petrel.add("buy", "0.1", "100", expiretm="1900000000")),
        ("EAPI:Invalid signature", petrel.post("Balance", sign="AAAA")),
        ("EAPI:Invalid nonce", petrel.post("Balance", nonce=1)),
        ("EAPI:Invalid key", petrel.post("Balance", api_key="nobody")),
        ("EGeneral:Permission denied", petrel.post("CancelAll", 2)),
    )
    assert [{"error": [code]} for code, _ in refusals] == [answer for _, answer in refusals]


def test_fees_and_holds_are_those_of_the_documentation() -> None:
    petrel = Petrel()
    petrel.add("buy", "0.00123", "59991.7")
    held = petrel.post("BalanceEx")["result"]["ZUSD"]["hold_trade"]
    assert held == "73.981645"  # 73.789791 and, rounded up, 0.26 % of it
    petrel.add("sell", "0.00123", owner=1)
    maker, taker = (next(iter(petrel.post("TradesHistory", owner)["result"]["trades"].values())) for owner in (0, 1))
    assert (maker["cost"], maker["fee"], maker["maker"]) == ("73.789791", "0.118063", True)
    assert (taker["cost"], taker["fee"], taker["maker"]) == ("73.789791", "0.191853", False)
    assert petrel.post("Balance")["result"]["ZUSD"] == "4999926.092146"
    assert petrel.post("Balance", 1)["result"]["ZUSD"] == "5000073.597938"


def test_pages_hold_everything_once() -> None:
    petrel = Petrel()
    for volume in range(1, 53):
        petrel.add("buy", f"0.001{volume}", "60000.0")
        petrel.add("sell", "1", "60000.0", owner=1, timeinforce="IOC")
    pages = [petrel.post("ClosedOrders", ofs=offset)["result"] for offset in (0, 50)]
    assert [(len(page["closed"]), page["count"]) for page in pages] == [(50, 52), (2, 52)]
    assert len(pages[0]["closed"] | pages[1]["closed"]) == 52
    first = petrel.post("TradesHistory", limit=40)["result"]
    petrel.add("buy", "0.1")
    rest = petrel.post("TradesHistory", cursor=first["cursor"])["result"]
    assert (len(first["trades"] | rest["trades"]), rest["cursor"]) == (52, None)


def test_what_the_gateway_refuses_has_a_status_of_its_own() -> None:
    petrel = Petrel(limits=Limits(address=2))
    assert petrel.get("Nothing") == {"error": ["EGeneral:Unknown method"]}
    assert petrel.seen[-1][1] == 404
    for _ in range(3):
        petrel.get("Time")
    assert petrel.seen[-1][1] == 429
    assert petrel.headers["retry-after"] == "10"


def test_a_number_is_never_written_with_an_exponent() -> None:
    petrel = Petrel()
    for story in (contract, money):
        story(petrel)
    assert not re.search(r'"-?[0-9.]+E', json.dumps([each for _, _, each in petrel.seen]))


@pytest.mark.parametrize("pair", ["XBTUSD", "ETHUSD", "ETHXBT"])
def test_the_greatest_numbers_that_can_be_written_are_answered(pair: str) -> None:
    petrel = Petrel()
    for side in ("buy", "sell"):
        assert petrel.add(side, "999999999999.9999", "999999999999.9", pair=pair) == {"error": ["EOrder:Insufficient funds"]}
    assert petrel.add("sell", "999999999999.9999", pair=pair) == {"error": ["EOrder:Insufficient funds"]}
    assert petrel.post("Withdraw", asset="ETH", key="vault", amount="999999999999.9999999999") == {"error": ["EFunding:Insufficient funds"]}


@pytest.mark.parametrize("said", ["", "[]", "[" * 100_000, '{"method":"ping","req_id":true}', '{"method":"subscribe","params":7}'])
def test_a_request_that_is_none_is_told_so_and_the_stream_goes_on(said: str) -> None:
    petrel = Petrel()
    asyncio.run(_heard(petrel, said))
    (_, wrong, pong) = petrel.seen[-1][2]
    assert (wrong["success"], wrong["error"], pong["method"]) == (False, "Malformed request", "pong")


async def _heard(petrel: Petrel, said: str) -> None:
    async with petrel.talk(said, {"method": "ping"}):
        pass


def test_it_is_served_over_a_network() -> None:
    with serving(application(KEYS)) as address:
        answered = httpx.get(f"{address}/0/public/Depth", params={"pair": "ETHXBT", "count": 3}).json()
    assert [len(answered["result"]["XETHXXBT"][side]) for side in ("asks", "bids")] == [3, 3]
