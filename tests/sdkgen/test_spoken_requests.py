"""Requests over a stream that are signed inside their messages: the table of ``sdkgen/RUNTIME.md``, driven in each language."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.driven import Conversation, Driven, conversation
from sdkgen.language import Language
from tests.simulators.message_desk import KEY, SECRET, MessageDesk, Trouble, desk_server

pytestmark = pytest.mark.toolchain

RUNTIME = Path(__file__).resolve().parents[2] / "sdkgen" / "RUNTIME.md"
TIMEOUT_MS = 700


def table() -> dict[Trouble, tuple[str, str]]:
    """The last two cells of each row, by the trouble in its first."""
    section = RUNTIME.read_text(encoding="utf-8").partition("### What becomes of a request over a stream\n")[2].partition("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| `")]
    return {Trouble(cells[0].strip("`")): (cells[2], cells[3]) for cells in rows}


ENDS = table()


@pytest.fixture
def sdks(sdks_of_the_desk: dict[Language, Driven]) -> dict[Language, Driven]:
    return sdks_of_the_desk


@pytest.fixture
def desk() -> MessageDesk:
    return MessageDesk()


@pytest.fixture
def url(desk: MessageDesk) -> Iterator[str]:
    with desk_server(desk) as address:
        yield address


def configured(url: str, **more: Any) -> dict[str, Any]:
    known = {"base_url": url, "stream_url": url.replace("http", "ws"), "key": KEY, "secret": SECRET, "timeout_ms": 5000}
    return {"configure": {**known, **more}}


def order(symbol: str, **more: Any) -> dict[str, Any]:
    message = {"method": "order.place", "params": {"symbol": symbol, "quantity": "0.10", **more}}
    return {"stream_request": {"request": "orderPlace", "payload": message}}


def state(answer: dict[str, Any], sent: int) -> str:
    """How a request ended, in the words of the table."""
    match answer:
        case {"returned": {"value": {"result": {"orderId": 9007199254740993}}}}:
            return f"returned by attempt {sent}"
        case {"raised": raised}:
            told = "" if raised["attempts"] == sent else f", {raised['attempts']} attempts told"
            return f"`{raised['kind']}`{', outcome unknown' if raised['may_have_happened'] else ''}{told}"
        case _:
            return str(answer)


async def ends(sdk: Driven, url: str, desk: MessageDesk, timeout_ms: int) -> dict[Trouble, tuple[str, str]]:
    """How every trouble ends, of an order without an id of its own and of one with it."""
    told: dict[Trouble, tuple[str, str]] = {}
    async with conversation(sdk) as talk:
        assert await talk.ask(configured(url, timeout_ms=timeout_ms, retries=2, seed=7)) == {"configured": {}}
        for trouble in ENDS:
            cells = []
            for manner in range(2):
                symbol = f"{trouble.value}-{manner}"
                desk.trouble(symbol, trouble)
                answer = await talk.ask(order(symbol, **({"newClientOrderId": symbol} if manner else {})))
                cells.append(state(answer, sum(f'"{symbol}"' in text for text in desk.heard if '"newClientOrderId"' in text or not manner)))
            told[trouble] = (cells[0], cells[1])
    return told


def test_every_trouble_has_its_row() -> None:
    assert ENDS.keys() | {Trouble.NONE} == set(Trouble)


@pytest.mark.parametrize("language", Language)
def test_every_request_ends_as_the_table_says(sdks: dict[Language, Driven], desk: MessageDesk, url: str, language: Language) -> None:
    told = asyncio.run(ends(sdks[language], url, desk, TIMEOUT_MS))
    if told != ENDS:
        # A busy machine makes time-outs of its own: what looks wrong is looked at again with patience.
        desk.heard.clear()
        told = asyncio.run(ends(sdks[language], url, desk, 5 * TIMEOUT_MS))
    assert told == ENDS


async def said(sdk: Driven, url: str) -> list[dict[str, Any]]:
    """Answers to requests of every sort, on one connection."""
    async with conversation(sdk) as talk:
        await talk.ask(configured(url, now_ms=1_700_000_000_123, rate_limits=True, max_wait_ms=0, hooks=True))
        return [await talk.ask(each) for each in SAID]


CANCEL = {"method": "order.cancel", "params": {"symbol": "ä&=", "signature": "what a caller wrote"}}
STATUS = {"stream_request": {"request": "status", "payload": {"method": "status", "params": {"symbol": "X"}}}}
SAID: tuple[dict[str, Any], ...] = (
    order("BTC-USD", a=1),
    {"stream_request": {"request": "orderCancel", "payload": CANCEL}},
    STATUS,
    STATUS,
)


def test_all_languages_say_the_same_bytes(sdks: dict[Language, Driven], desk: MessageDesk, url: str) -> None:
    heard = {}
    for language, sdk in sdks.items():
        desk.heard.clear()
        placed, cancelled, told, limited = asyncio.run(said(sdk, url))
        assert placed["returned"]["value"]["result"]["orderId"] == 9007199254740993, placed
        assert "returned" in cancelled, cancelled
        assert "returned" in told, told
        assert (limited["raised"]["kind"], limited["raised"]["attempts"]) == ("rate_limit", 0)
        hooks = [(each["hook"], each["method"], each["path"], each["attempt"], each["status"]) for each in placed["told"]]
        assert hooks == [("on_request", "WS", "/", 1, None), ("on_response", "WS", "/", 1, 200)]
        assert SECRET not in json.dumps([placed, cancelled, told, limited])
        heard[language] = [*desk.heard]
    assert heard[Language.PYTHON] == heard[Language.TYPESCRIPT] == heard[Language.GO]
    assert '"signature"' not in heard[Language.GO][-1]


@pytest.mark.parametrize("language", Language)
def test_a_request_that_can_t_be_signed_is_not_sent(sdks: dict[Language, Driven], desk: MessageDesk, url: str, language: Language) -> None:
    async def unsigned() -> Any:
        async with conversation(sdks[language]) as talk:
            await talk.ask(configured(url, key=None, secret=None))
            return await talk.ask(order("BTC-USD"))

    raised = asyncio.run(unsigned())["raised"]
    assert (raised["kind"], raised["attempts"], raised["may_have_happened"]) == ("configuration", 0, False)
    assert desk.heard == []


@pytest.mark.parametrize("language", Language)
def test_a_wrong_secret_is_told_by_status_and_code(sdks: dict[Language, Driven], url: str, language: Language) -> None:
    async def refused() -> Any:
        async with AsyncExitStack() as stack:
            talk: Conversation = await stack.enter_async_context(conversation(sdks[language]))
            await talk.ask(configured(url, secret="another secret"))
            return await talk.ask(order("BTC-USD"))

    raised = asyncio.run(refused())["raised"]
    assert (raised["kind"], raised["status"], raised["code"], raised["may_have_happened"]) == ("bad_request", 400, "-1022", False)
