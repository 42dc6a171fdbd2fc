"""The WebSocket side of the second exchange: combined streams, changes of the book by update ids, and private streams by listen keys."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.second_exchange.answers import Json, report_shape, text_of, written
from benchmarks.second_exchange.engine import Engine, Levels
from benchmarks.second_exchange.gate import Keys
from benchmarks.second_exchange.orders import Fill, Order, Side, Status

_WAITING = 2000
_STREAMS = 200
_TRY_AGAIN_LATER = 1013


@dataclass(eq=False, slots=True)
class _Client:
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    streams: list[str] = field(default_factory=list)
    slow: bool = False

    def tell(self, document: Json) -> None:
        if self.outbox.qsize() >= _WAITING:
            self.slow = True
        else:
            self.outbox.put_nowait(written(document))


class Streams:
    """Everybody who listens."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._defects = engine.defects
        self._keys = keys
        self._clients: list[_Client] = []
        engine.book_listeners.append(self._changed)
        engine.order_listeners.append(self._reported)

    async def serve(self, socket: WebSocket) -> None:
        """Speak with one client until it goes."""
        await socket.accept()
        client = _Client()
        self._clients.append(client)
        tasks = (asyncio.create_task(self._send(socket, client)), asyncio.create_task(self._receive(socket, client)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._clients.remove(client)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, socket: WebSocket, client: _Client) -> None:
        try:
            while not client.slow:
                await socket.send_text(await client.outbox.get())
            await socket.close(_TRY_AGAIN_LATER)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _receive(self, socket: WebSocket, client: _Client) -> None:
        while True:
            received = await socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            client.tell(self._asked(client, received.get("text") or ""))

    def _asked(self, client: _Client, text: str) -> Json:
        try:
            asked = json.loads(text)
        except ValueError:
            return _error(None, 3, "Invalid JSON.")
        if not isinstance(asked, dict):
            return _error(None, 2, "Invalid request: an object is wanted.")
        identity = asked.get("id")
        if not isinstance(identity, int) or isinstance(identity, bool):
            return _error(None, 2, "Invalid request: 'id' is a whole number.")
        match asked.get("method"):
            case "SUBSCRIBE" | "UNSUBSCRIBE" as method if _all_texts(asked.get("params")):
                return self._subscribed(client, identity, asked["params"], method)
            case "LIST_SUBSCRIPTIONS":
                return {"result": list(client.streams), "id": identity}
            case _:
                return _error(identity, 2, "Invalid request: unknown method or parameters.")

    def _subscribed(self, client: _Client, identity: int, names: list[str], method: str) -> Json:
        wrong = [name for name in names if not self._exists(name)]
        if wrong and "unknown-stream-accepted" not in self._defects:
            return _error(identity, 4, "Invalid request: unknown stream.")
        if method == "UNSUBSCRIBE":
            client.streams = [name for name in client.streams if name not in names]
        else:
            client.streams += [name for name in dict.fromkeys(names) if name not in client.streams]
        if len(client.streams) > _STREAMS:
            client.streams = client.streams[:_STREAMS]
            return _error(identity, 5, "Invalid request: too many streams.")
        return {"result": None, "id": identity}

    def _exists(self, name: str) -> bool:
        symbol, _, kind = name.partition("@")
        return (symbol.upper() in self._engine.books and symbol.islower() and kind in {"depth", "trade"}) or self._owner(name) is not None

    def _owner(self, name: str) -> str | None:
        owner = self._keys.listen_keys.get(name)
        if owner is None and "any-listen-key" in self._defects and "@" not in name:
            return self._keys.keys[0].account
        return owner

    def _tell(self, name: str, data: Json) -> None:
        for client in self._clients:
            if name in client.streams:
                client.tell({"stream": name, "data": data})

    def _changed(self, symbol: str, first: int, last: int, levels: Levels) -> None:
        if "update-ids-overlap" in self._defects:
            first -= 1
        if "removals-untold" in self._defects:
            levels = {key: amount for key, amount in levels.items() if amount}
        text: Callable[[Decimal], Json] = _number if "levels-as-numbers" in self._defects else text_of
        data: dict[str, Json] = {
            "e": "depthUpdate",
            "E": self._engine.now(),
            "s": symbol,
            "U": first,
            "u": last,
            "b": [[text(price), text(amount)] for (side, price), amount in levels.items() if side is Side.BUY],
            "a": [[text(price), text(amount)] for (side, price), amount in levels.items() if side is Side.SELL],
        }
        self._tell(f"{symbol.lower()}@depth", data)
        if "symbols-mixed" in self._defects:
            for other in self._engine.books:
                self._tell(f"{other.lower()}@depth", data | {"s": other}) if other != symbol else None

    def _reported(self, order: Order, fill: Fill | None) -> None:
        if order.status is Status.CANCELED and "cancel-untold" in self._defects:
            return
        if fill is not None and fill.maker and "fill-untold" in self._defects:
            return
        if fill is not None and fill.maker and order.left and "partial-fill-untold" in self._defects:
            return
        data = report_shape(order, fill, self._engine.now(), self._defects)
        for client in self._clients:
            for name in client.streams:
                owner = self._owner(name)
                if owner == order.account or (owner and "reports-to-everybody" in self._defects):
                    for _ in range(2 if "reports-twice" in self._defects else 1):
                        client.tell({"stream": name, "data": data})
        if fill is not None and not fill.maker:
            self._traded(fill)

    def _traded(self, fill: Fill) -> None:
        trade = fill.trade
        self._tell(
            f"{trade.symbol.lower()}@trade",
            {
                "e": "trade",
                "E": self._engine.now(),
                "s": trade.symbol,
                "t": trade.id,
                "p": trade.price,
                "q": trade.quantity,
                "T": trade.at,
                "m": trade.buyer_is_maker,
            },
        )


def _number(amount: Decimal) -> Json:
    return amount


def _error(identity: int | None, code: int, message: str) -> Json:
    return {"error": {"code": code, "msg": message}, "id": identity}


def _all_texts(given: object) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(each, str) for each in given)
