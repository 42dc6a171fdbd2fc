"""The tables of ``sdkgen/RUNTIME.md`` that say how each trouble ends, driven row by row through the harness of each language."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.driven import REFERENCE, SDKS, Conversation, Driven, conversation, driven
from benchmarks.orders_plan import TROUBLES
from certification.isolation.process import ProcessRunner
from certification.profiles import load_profile
from certification.sandboxes.mock.trouble import Case, RelayPlan, Trouble
from certification.sandboxes.open import Sandbox, open_sandbox
from tests.simulators.mock_exchange import RunningRelay, relay

pytestmark = pytest.mark.toolchain

RUNTIME = Path(__file__).resolve().parents[2] / "sdkgen" / "RUNTIME.md"
STREAMING = tuple(name for name in SDKS if name != "python-async")
"""Streams are always of the asynchronous kind."""
SPOILING = frozenset({Trouble.STALE, Trouble.DOUBLED_ANSWER})
"""They leave a connection behind that may end just when the next call is sent on it: that must not be an order."""
TIMEOUT_MS = 600


def table(title: str) -> dict[Trouble, tuple[str, str]]:
    """The last two cells of each row of a section's table, by the trouble in its first."""
    section = RUNTIME.read_text(encoding="utf-8").partition(f"### {title}\n")[2].partition("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| `")]
    return {Trouble(cells[0].strip("`")): (cells[2], cells[3]) for cells in rows}


ORDERS = table("What becomes of an order")
MESSAGES = table("What becomes of a message")


@pytest.fixture(scope="module")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Driven]:
    return {sdk.name: sdk for sdk in driven(SDKS, tmp_path_factory.mktemp("sdks"))}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with ProcessRunner() as runner, open_sandbox(load_profile(REFERENCE / "profile.yaml"), runner, environment=os.environ) as opened:
        yield opened


@dataclass(frozen=True)
class Asked:
    """One order that meets one trouble."""

    trouble: Trouble
    manner: int
    price: Decimal
    times: int = 1

    def case(self) -> Case:
        return Case(marker=str(self.price), troubles=(self.trouble,) * self.times, retry_after_s=self.times // 8 * 60)

    def call(self, name: str) -> dict[str, Any]:
        body = {"symbol": "BTC-USD", "side": "buy", "type": "limit", "time_in_force": "GTC", "price": str(self.price), "quantity": "0.001"}
        named = {"client_order_id": f"{name}-{int(self.price * 100)}"} if self.manner else {}
        return {"call": {"operation": "placeOrder", "body": body | named}}


def settings(sandbox: Sandbox, running: RunningRelay, name: str, timeout_ms: int) -> dict[str, Any]:
    first = sandbox.accounts[0]
    url = f"http://127.0.0.1:{running.port}"
    return {
        "configure": {
            "base_url": url,
            "stream_url": url.replace("http", "ws"),
            "key": first.key,
            "secret": first.secret,
            "timeout_ms": timeout_ms,
            "retries": 2,
            "rate_limits": True,
            "max_wait_ms": 2000,
            "seed": 5,
            "asynchronous": name == "python-async",
        }
    }


def state(answer: dict[str, Any], sent: int) -> str:
    """How a call ended, in the words of the table."""
    match answer:
        case {"returned": _}:
            return f"returned by attempt {sent}"
        case {"raised": raised}:
            unknown = ", outcome unknown" if raised["may_have_happened"] else ""
            wait = "" if raised["retry_after_ms"] is None else f", retry after {raised['retry_after_ms']} ms"
            told = "" if raised["attempts"] == sent else f", {raised['attempts']} attempts told"
            return f"`{raised['kind']}`{unknown}{wait}{f' after {sent} attempts' if sent > 1 else ''}{told}"
        case _:
            return str(answer)


Row = tuple[Trouble, int, int]
"""Trouble, manner, and how many attempts meet it."""
ROWS: dict[Row, str] = {
    **{(trouble, manner, 1): cells[manner] for trouble, cells in ORDERS.items() for manner in range(2)},
    (Trouble.LOST_ANSWER, 1, 3): "`transport`, outcome unknown after 3 attempts",
    (Trouble.THROTTLED, 0, 8): "`rate_limit`, retry after 60000 ms",
}


def ends(sdk: Driven, sandbox: Sandbox, orders: dict[Row, Asked], timeout_ms: int) -> dict[Row, str]:
    """How each order ends."""

    async def answers() -> dict[Row, dict[str, Any]]:
        told: dict[Row, dict[str, Any]] = {}
        async with conversation(sdk) as talk:
            assert await talk.ask(settings(sandbox, running, sdk.name, timeout_ms)) == {"configured": {}}
            for row, order in orders.items():
                told[row] = await talk.ask(order.call(sdk.name))
                if order.trouble in SPOILING:
                    await talk.ask({"call": {"operation": "getTime"}})
        return told

    with relay(RelayPlan(target=sandbox.host_url, calls=tuple(order.case() for order in orders.values()))) as running:
        told = asyncio.run(answers())
        running.settle()
        sent = {row: sum(passage.marker == str(order.price) for passage in running.passages) for row, order in orders.items()}
    return {row: state(answer, sent[row]) for row, answer in told.items()}


@pytest.mark.parametrize("name", SDKS)
def test_every_order_ends_as_the_table_says(sdks: dict[str, Driven], sandbox: Sandbox, name: str) -> None:
    prices = (40_000 - 1000 * SDKS.index(name) - Decimal(number) / 100 for number in itertools.count())
    told = ends(sdks[name], sandbox, {row: Asked(row[0], row[1], next(prices), row[2]) for row in ROWS}, TIMEOUT_MS)
    # A busy machine makes time-outs of its own: what looks wrong is looked at again with patience.
    wrong = [row for row in ROWS if told[row] != ROWS[row]]
    told |= ends(sdks[name], sandbox, {row: Asked(row[0], row[1], next(prices), row[2]) for row in wrong}, 5 * TIMEOUT_MS)
    assert told == ROWS


def test_every_trouble_has_its_row() -> None:
    assert set(ORDERS) == set(TROUBLES)
    assert set(ORDERS) | set(MESSAGES) | {Trouble.NONE} == set(Trouble)


@pytest.mark.parametrize("name", STREAMING)
def test_every_message_ends_as_the_table_says(sdks: dict[str, Driven], sandbox: Sandbox, name: str) -> None:
    base = 30_000 - 1000 * SDKS.index(name)
    prices = itertools.count(base, -1)
    pairs = {trouble: tuple(Asked(trouble, 0, Decimal(next(prices))) for _ in range(4)) for trouble in MESSAGES}
    plan = RelayPlan(target=sandbox.host_url, messages=tuple(orders[at].case() for orders in pairs.values() for at in (0, 2)))

    async def all_ended() -> dict[Trouble, tuple[str, str]]:
        ends = {}
        async with conversation(sdks[name]) as talk:
            for trouble, (first, second, third, fourth) in pairs.items():
                await talk.ask(settings(sandbox, running, name, 5 * TIMEOUT_MS))
                ends[trouble] = (await heard(talk, first, second, name), await kept(talk, third, fourth, name))
        return ends

    with relay(plan) as running:
        assert asyncio.run(all_ended()) == MESSAGES


async def heard(talk: Conversation, troubled: Asked, following: Asked, name: str) -> str:
    """What a subscription gives after its first snapshot."""
    await talk.ask({"subscribe": {"channel": "depth", "arguments": {"symbol": "BTC-USD"}}})
    assert await items(talk, 1, troubled, following) == ["snapshot"]
    assert "returned" in await talk.ask(troubled.call(name))
    told = await items(talk, 2, troubled, following) if troubled.trouble is Trouble.CUT_STREAM else []
    assert "returned" in await talk.ask(following.call(name))
    told += await items(talk, 3, troubled, following)
    await talk.ask({"unsubscribe": {"stream": 1}})
    return ", ".join(f"`{each}`" for each in told)


async def items(talk: Conversation, count: int, troubled: Asked, following: Asked) -> list[str]:
    told: Any = await talk.ask({"hear": {"stream": 1, "count": count, "timeout_ms": 250 if count > 2 else 5000}})
    return [named(each, troubled, following) for each in told["heard"]["messages"]]


def named(item: dict[str, Any], troubled: Asked, following: Asked) -> str:
    if item["type"] != "DepthDelta":
        return "snapshot" if item["type"] == "DepthSnapshot" else str(item["type"])
    (price,) = (Decimal(level[0]) for level in item["value"]["bids"])
    return {troubled.price: "message", following.price: "next"}[price]


async def kept(talk: Conversation, troubled: Asked, following: Asked, name: str) -> str:
    """What becomes of a book."""
    await talk.ask({"book": {"symbol": "BTC-USD"}})
    begun: Any = await talk.ask(book_at(None))
    assert begun["book"]["synced"]
    for order in (troubled, following):
        assert "returned" in await talk.ask(order.call(name))
    await talk.ask(book_at(following))
    ended: Any = await talk.ask(book_at(troubled))
    bids = [Decimal(price) for price, _ in ended["book"]["bids"]]
    assert {troubled.price, following.price} < set(bids)
    return "anew" if ended["book"]["resyncs"] > begun["book"]["resyncs"] else "goes on"


def book_at(order: Asked | None) -> dict[str, Any]:
    return {"book_at": {"stream": 2, "sequence": None, "price": None if order is None else str(order.price), "timeout_ms": 5000}}


@pytest.mark.parametrize("name", STREAMING)
def test_an_order_is_signed_and_placed_over_the_stream(sdks: dict[str, Driven], sandbox: Sandbox, name: str) -> None:
    order = {
        "symbol": "BTC-USD",
        "side": "buy",
        "type": "limit",
        "price": "20000.5",
        "quantity": "0.001",
        "client_order_id": f"said-{name}",
    }
    asked: Any = {"stream_request": {"request": "place", "payload": {"op": "place", "id": 0, "order": order}}}
    login: Any = {"stream_request": {"request": "login", "payload": {"op": "login", "id": 0}}}

    async def placed() -> list[Any]:
        async with conversation(sdks[name]) as talk:
            await talk.ask(settings(sandbox, running, name, 5 * TIMEOUT_MS))
            return [await talk.ask(each) for each in (asked, asked, login)]

    with relay(RelayPlan(target=sandbox.host_url)) as running:
        first, again, known = asyncio.run(placed())
    assert first["returned"]["value"]["order"]["client_order_id"] == f"said-{name}"
    assert again["returned"]["value"]["order"]["order_id"] == first["returned"]["value"]["order"]["order_id"]
    assert known["returned"]["value"]["type"] == "logged_in"


@pytest.mark.parametrize("name", STREAMING)
def test_a_book_beside_a_subscription_to_its_channel_gets_its_snapshot(sdks: dict[str, Driven], sandbox: Sandbox, name: str) -> None:
    async def begun() -> Any:
        async with conversation(sdks[name]) as talk:
            await talk.ask(settings(sandbox, running, name, 5 * TIMEOUT_MS))
            await talk.ask({"subscribe": {"channel": "depth", "arguments": {"symbol": "ETH-USD"}}})
            await talk.ask({"book": {"symbol": "ETH-USD"}})
            return await talk.ask(book_at(None))

    with relay(RelayPlan(target=sandbox.host_url)) as running:
        assert asyncio.run(begun())["book"]["synced"]
