"""Live books of real exchanges: what a client that is made from the profile asks for, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed

from certification.profiles import find_profile, load_profile
from flows.stages.source import options_for
from sdkgen.api.json_text import dumps_exact
from sdkgen.generate import generate
from sdkgen.language import Language
from tests.simulators.scripted_server import Scripted, scripted_server
from tests.simulators.shared_descriptions import Descriptions
from tests.simulators.stream_server import stream_server

if TYPE_CHECKING:
    from pathlib import Path

    from websockets.sync.server import ServerConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A book, and how it comes to be."""

    symbol: str
    messages: list[dict[str, Any]]
    path: str
    """Of the connection."""
    asked: tuple[str, ...] = ()
    """Over REST."""
    subscribed: tuple[dict[str, Any], ...] = ()
    """What is sent, and what in the answer to it is not the same."""
    last: str | None = "110"
    """The number of the last message."""


SNAPSHOT = {"lastUpdateId": 100, "E": 1, "T": 1, "bids": [["100.00", "2"]], "asks": [["101.00", "3"], ["102.00", "1"]]}


def binance(first: int, last: int, before: int, bids: list[list[str]], asks: list[list[str]]) -> dict[str, Any]:
    return {"e": "depthUpdate", "E": 1, "T": 1, "s": "BTCUSDT", "U": first, "u": last, "pu": before, "b": bids, "a": asks}


def whitebit(kind: str, last: int, bids: list[list[str]], asks: list[list[str]], **before: int) -> dict[str, Any]:
    book = {"timestamp": Decimal("1.5"), "event_time": Decimal("1.5"), "bids": bids, "asks": asks, "update_id": last, **before}
    return {"method": "depth_update", "params": [kind == "whole", book, "BTC_USDT"], "id": None}


def kraken(side: str, number: int, price: str, quantity: str) -> dict[str, Any]:
    level = {"side": side, "price": Decimal(price), "qty": Decimal(quantity)}
    return {"feed": "book", "product_id": "PI_XBTUSD", "seq": number, "timestamp": 1, **level}


BINANCE = [
    binance(90, 95, 89, [["1.00", "1"]], []),
    binance(96, 103, 95, [["100.10", "5"]], []),
    binance(104, 110, 103, [["100.20", "0.5"]], [["101.00", "0"]]),
]
WHITEBIT = [
    whitebit("whole", 100, [["100.00", "2"], ["100.10", "5"]], [["101.00", "3"], ["102.00", "1"]]),
    whitebit("change", 110, [["100.20", "0.5"]], [["101.00", "0"]], past_update_id=100),
]
KRAKEN = [
    {
        "feed": "book_snapshot",
        "product_id": "PI_XBTUSD",
        "timestamp": 1,
        "seq": 100,
        "tickSize": None,
        "bids": [{"price": Decimal("100.00"), "qty": 2}, {"price": Decimal("100.10"), "qty": 5}],
        "asks": [{"price": Decimal("101.00"), "qty": 3}, {"price": Decimal("102.00"), "qty": 1}],
    },
    kraken("sell", 105, "101.00", "0"),
    kraken("buy", 110, "100.20", "0.5"),
]


def kraken_spot(kind: str, bids: list[tuple[str, str]], asks: list[tuple[str, str]], summed: str) -> dict[str, Any]:
    sides = {"bids": bids, "asks": asks}
    levels = {name: [{"price": Decimal(price), "qty": Decimal(quantity)} for price, quantity in side] for name, side in sides.items()}
    return {"channel": "book", "type": kind, "data": [{"symbol": "BTC/USD", **levels, "checksum": zlib.crc32(summed.encode())}]}


KRAKEN_SPOT = [
    kraken_spot("snapshot", [("100.00", "2")], [("101.00", "0.30"), ("102.00", "1")], "1010030102001100002"),
    kraken_spot("update", [("100.10", "5")], [], "1010030102001100105100002"),
    kraken_spot("update", [("100.20", "0.5")], [("101.00", "0")], "102001100205100105100002"),
]
ADDRESS = "/ws/btcusdt@depth@100ms"
SUBSCRIBED = {"id": 1, "method": "depth_subscribe", "params": ["BTC_USDT", 100, "0", True]}
ASKED = {"method": "subscribe", "params": {"channel": "book", "symbol": ["BTC/USD"], "depth": 100}, "req_id": 1}
FED = {"event": "subscribe", "feed": "book", "product_ids": ["PI_XBTUSD"]}
EXCHANGES = {
    "binance-spot": Kept(symbol="BTCUSDT", messages=BINANCE, path=ADDRESS, asked=("/api/v3/depth?symbol=BTCUSDT&limit=1000",)),
    "binance-umfutures": Kept(symbol="BTCUSDT", messages=BINANCE, path=ADDRESS, asked=("/fapi/v1/depth?symbol=BTCUSDT&limit=1000",)),
    "binance-cmfutures": Kept(symbol="BTCUSDT", messages=BINANCE, path=ADDRESS, asked=("/dapi/v1/depth?symbol=BTCUSDT&limit=1000",)),
    "whitebit-public": Kept(symbol="BTC_USDT", messages=WHITEBIT, path="/ws", subscribed=(SUBSCRIBED, {"result": {"status": "success"}})),
    "kraken-spot": Kept(symbol="BTC/USD", messages=KRAKEN_SPOT, path="/", subscribed=(ASKED, {"success": True}), last=None),
    "kraken-futures": Kept(symbol="PI_XBTUSD", messages=KRAKEN, path="/", subscribed=(FED, {"event": "subscribed"})),
}


class Exchange:
    """Says its messages: at once where a connection is a stream, else to whoever subscribes."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.paths: list[str] = []
        self.heard: list[Any] = []

    def __call__(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.paths.append(connection.request.path)
        try:
            if self.kept.subscribed:
                self.heard.append(json.loads(connection.recv()))
                connection.send(json.dumps(self.heard[-1] | self.kept.subscribed[1]))
            for message in self.kept.messages:
                connection.send(dumps_exact(message))
            connection.recv()
        except ConnectionClosed:
            return


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_book_is_kept_as_the_exchange_says(name: str, specs_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = EXCHANGES[name]
    profile = load_profile(find_profile(name))
    source = generate(Descriptions(specs_folder).whole(profile), Language.PYTHON, options_for(profile, Language.PYTHON, "0.1.0"))
    for file in source.files:
        target = tmp_path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
    monkeypatch.syspath_prepend(tmp_path / "src")
    module = next(file.path.split("/")[1] for file in source.files if file.path.startswith("src/"))
    sdk = importlib.import_module(module)
    exchange = Exchange(kept)

    async def read() -> Any:
        async with sdk.AsyncClient(base_url=rest.url, stream_url=url.replace("http", "ws")) as client:
            async for state in client.streams.book(kept.symbol):
                if state.synced and state.sequence == kept.last and state.bids[0].price == Decimal("100.20"):
                    return state
        raise AssertionError("the book ended")

    with scripted_server() as rest, stream_server(exchange) as url:
        rest.answer = Scripted(body=json.dumps(SNAPSHOT).encode())
        state = asyncio.run(asyncio.wait_for(read(), 20))
        assert tuple(each.target for each in rest.asked) == kept.asked
    for loaded in [each for each in sys.modules if each.partition(".")[0] == module]:
        del sys.modules[loaded]
    assert [(str(level.price), str(level.quantity)) for level in state.bids] == [("100.20", "0.5"), ("100.10", "5"), ("100.00", "2")]
    assert [(str(level.price), str(level.quantity)) for level in state.asks] == [("102.00", "1")]
    assert exchange.paths == [kept.path]
    assert exchange.heard == list(kept.subscribed[:1])
