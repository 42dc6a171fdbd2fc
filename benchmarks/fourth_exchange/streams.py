"""The web socket: subscriptions, their messages, and a heartbeat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket

from benchmarks.fourth_exchange.engine import Engine
from benchmarks.fourth_exchange.gate import VERIFY, Gate, Signed
from benchmarks.fourth_exchange.house import House
from benchmarks.fourth_exchange.news import Item
from benchmarks.fourth_exchange.products import PRODUCTS
from benchmarks.fourth_exchange.refusals import Refusal, invalid, missing

CHANNELS = ("heartbeat", "level2", "matches", "ticker", "user")


class Streams:
    """Serves connections."""

    def __init__(self, engine: Engine, gate: Gate, house: House, beat: float) -> None:
        self._engine, self._gate, self._house, self._beat = engine, gate, house, beat

    async def serve(self, socket: WebSocket) -> None:
        """Talk until the client goes."""
        await socket.accept()
        connection = Connection(self._engine, self._gate)
        self._engine.news.listeners.append(connection.hear)
        tasks = [asyncio.create_task(self._write(socket, connection)), asyncio.create_task(self._tick(connection))]
        try:
            while (received := await socket.receive())["type"] == "websocket.receive":
                self._house.turn()
                if not connection.said(received.get("text") or "") and self._engine.wrong("malformed-closes"):
                    await socket.close(1008)
                    break
        finally:
            self._engine.news.listeners.remove(connection.hear)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, socket: WebSocket, connection: Connection) -> None:
        with suppress(RuntimeError, OSError):
            while True:
                await socket.send_text(json.dumps(await connection.queue.get()))

    async def _tick(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(self._beat)
            self._house.turn()
            connection.beat()


class Connection:
    """One client: what it subscribed to, and what it is still to be told."""

    def __init__(self, engine: Engine, gate: Gate) -> None:
        self._engine, self._gate = engine, gate
        self._on: set[tuple[str, str]] = set()
        self._ever: set[tuple[str, str]] = set()
        self._owner: str | None = None
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def hear(self, item: Item) -> None:
        """Pass on what was subscribed to."""
        mine = item.owner in {None, self._owner} or self._engine.wrong("user-stream-of-everybody")
        if (item.channel, item.product) in self._on and mine:
            self.queue.put_nowait(item.message)

    def beat(self) -> None:
        """A heartbeat for each product that has one."""
        for channel, product in sorted(self._on):
            if channel == "heartbeat" and product in PRODUCTS and not self._engine.wrong("no-heartbeat"):
                self.queue.put_nowait(self._engine.news.heartbeat(PRODUCTS[product]))

    def said(self, text: str) -> bool:
        """Answer what the client said; whether it was any JSON object."""
        echo: dict[str, Any] = {}
        try:
            asked = _object(text)
            if isinstance(asked.get("id"), str):
                echo = {"id": asked["id"]}
            self._asked(asked, echo)
        except Refusal as refusal:
            self.queue.put_nowait({"type": "error", "code": refusal.code, "message": refusal.message} | echo)
            return refusal.code != "malformed_json"
        return True

    def _asked(self, asked: dict[str, Any], echo: dict[str, Any]) -> None:
        if asked.get("type") not in {"subscribe", "unsubscribe"}:
            raise invalid("type", "must be subscribe or unsubscribe")
        pairs = _pairs(asked, self._engine.wrong)
        if asked["type"] == "unsubscribe":
            self._on -= set() if self._engine.wrong("unsubscribe-ignored") else pairs
            self._answer(echo)
            return
        owner = self._verified(asked) if any(channel == "user" for channel, _ in pairs) else self._owner
        if len(self._on | pairs) > self._gate.limits.subscriptions and not self._engine.wrong("subscriptions-unlimited"):
            raise Refusal(429, "subscription_limit", f"a connection has {self._gate.limits.subscriptions} subscriptions at most")
        new = pairs - (self._ever if self._engine.wrong("second-snapshot-missing") else self._on)
        self._ever |= pairs
        self._owner = owner
        self._on |= pairs
        self._answer(echo)
        for channel, product in sorted(new):
            if product not in PRODUCTS:
                continue
            if channel == "level2":
                self.queue.put_nowait(self._engine.news.snapshot(PRODUCTS[product]))
            elif channel == "ticker":
                self.queue.put_nowait(self._engine.news.ticker(PRODUCTS[product]))

    def _answer(self, echo: dict[str, Any]) -> None:
        names = sorted({channel for channel, _ in self._on})
        channels = [{"name": name, "product_ids": sorted(product for channel, product in self._on if channel == name)} for name in names]
        self.queue.put_nowait({"type": "subscriptions", "channels": channels} | echo)

    def _verified(self, asked: dict[str, Any]) -> str:
        told = {name: asked[name] for name in ("key", "passphrase", "timestamp", "signature") if isinstance(asked.get(name), str)}
        owner = self._gate.admit(Signed(method="GET", path=VERIFY, **told), "view").owner
        if self._owner not in {None, owner}:
            raise invalid("key", "belongs to another account than the connection's")
        return owner


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed_json", "the message is no JSON") from None
    if not isinstance(read, dict):
        raise Refusal(400, "malformed_json", "the message is no JSON object")
    return read


def _pairs(asked: dict[str, Any], wrong: Callable[[str], bool]) -> set[tuple[str, str]]:
    for name in ("product_ids", "channels"):
        if not isinstance(asked.get(name), list) or not asked[name]:
            raise invalid(name, "must be a list with something in it")
    unknown = [product for product in asked["product_ids"] if isinstance(product, str) and product not in PRODUCTS]
    if unknown and not wrong("unknown-product-acknowledged"):
        raise missing("product")
    if any(not isinstance(each, str) for each in [*asked["product_ids"], *asked["channels"]]):
        raise invalid("channels", "and product_ids must be lists of strings")
    if any(channel not in CHANNELS for channel in asked["channels"]):
        raise invalid("channels", f"must be among {', '.join(CHANNELS)}")
    return {(channel, product) for channel in asked["channels"] for product in asked["product_ids"]}
