"""The web socket at `/v2`: requests and their acknowledgements, subscriptions, heartbeats."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.third_exchange.engine import Engine, Moved
from benchmarks.third_exchange.feeds import Feed, Message
from benchmarks.third_exchange.subscriptions import Subscription, WrongError, wanted
from benchmarks.third_exchange.written import seconds

SUBSCRIPTIONS = 30
_BACKLOG = 10_000


class Streams:
    """Serves connections."""

    def __init__(self, engine: Engine, account: Callable[[str], str | None], turn: Callable[[], None], silence: float) -> None:
        self._engine = engine
        self._account = account
        self._turn = turn
        self._silence = silence

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its beginning to its end."""
        await socket.accept()
        connection = Connection(self._engine, self._account)
        self._engine.listeners.append(connection.moved)
        tasks = [asyncio.create_task(self._sending(socket, connection)), asyncio.create_task(self._beating(connection))]
        try:
            await self._receiving(socket, connection)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            self._engine.listeners.remove(connection.moved)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receiving(self, socket: WebSocket, connection: Connection) -> None:
        while True:
            received = await socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            text = received.get("text")
            if self._engine.defects.on("malformed-closes") and _object(text) is None:
                await socket.close(1011)
                return
            connection.asked(text)

    async def _sending(self, socket: WebSocket, connection: Connection) -> None:
        while True:
            told = await connection.queue.get()
            connection.last_sent = time.monotonic()
            await socket.send_text(json.dumps(told, separators=(",", ":")))

    async def _beating(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(self._silence / 4)
            self._turn()
            quiet = time.monotonic() - connection.last_sent >= self._silence
            if quiet and connection.feeds and not self._engine.defects.on("no-heartbeat"):
                connection.queue.put_nowait({"channel": "heartbeat"})


class Connection:
    """What one connection asked for, and what waits to be sent to it."""

    def __init__(self, engine: Engine, account: Callable[[str], str | None]) -> None:
        self.queue: asyncio.Queue[Message] = asyncio.Queue()
        self.feeds: dict[Subscription, Feed] = {}
        self.last_sent = time.monotonic()
        self._engine = engine
        self._account = account
        status = {"system": "online", "api_version": "v2", "connection_id": secrets.randbits(48), "timestamp": seconds(engine.now())}
        self.queue.put_nowait({"channel": "status", "type": "update", "data": [status]})

    def moved(self, moved: Moved) -> None:
        """Tell the subscriptions what changed."""
        for feed in self.feeds.values():
            for told in feed.moved(moved):
                if self.queue.qsize() < _BACKLOG:
                    self.queue.put_nowait(told)

    def asked(self, text: str | None) -> None:
        """Answer one request."""
        began = self._engine.now()
        request = _object(text)
        if request is None or type(request.get("req_id", 0)) is not int:
            self._answer(began, {"method": None}, {"success": False, "error": "Malformed request"})
            return
        method = request.get("method")
        head: Message = {"method": method if isinstance(method, str) else None}
        if "req_id" in request:
            head["req_id"] = request["req_id"]
        match method:
            case "ping":
                if not self._engine.defects.on("ping-unanswered"):
                    self._answer(began, head | {"method": "pong"}, {})
            case "subscribe" | "unsubscribe":
                self._change(began, head, request.get("params"), leaving=method == "unsubscribe")
            case _:
                self._answer(began, head, {"success": False, "error": "Unknown method"})

    def _change(self, began: int, head: Message, params: Any, *, leaving: bool) -> None:
        try:
            subscriptions = wanted(params, self._account, self._engine.defects)
        except WrongError as error:
            if error.symbol is not None and not leaving and self._engine.defects.on("unknown-symbol-acknowledged"):
                self._answer(began, head, {"success": True, "result": {"channel": params["channel"], "symbol": error.symbol}})
                return
            if self._engine.defects.on("error-without-request-id"):
                head.pop("req_id", None)
            self._answer(began, head, {"success": False, "error": error.text})
            return
        for subscription in subscriptions:
            if leaving:
                self._leave(began, head, subscription)
            else:
                self._join(began, head, subscription, snapshot=params.get("snapshot", True) is not False)

    def _join(self, began: int, head: Message, subscription: Subscription, *, snapshot: bool) -> None:
        unlimited = self._engine.defects.on("subscriptions-unlimited")
        if subscription in self.feeds:
            self._answer(began, head, {"success": False, "error": "Already subscribed"})
        elif len(self.feeds) >= SUBSCRIPTIONS and not unlimited:
            self._answer(began, head, {"success": False, "error": "Subscription limit exceeded"})
        else:
            feed = subscription.feed(self._engine)
            self._answer(began, head, {"success": True, "result": subscription.shown() | {"snapshot": snapshot}})
            first = feed.snapshot()
            if snapshot:
                self.queue.put_nowait(first)
            self.feeds[subscription] = feed

    def _leave(self, began: int, head: Message, subscription: Subscription) -> None:
        if subscription not in self.feeds:
            self._answer(began, head, {"success": False, "error": "Subscription not found"})
            return
        if not self._engine.defects.on("unsubscribe-ignored"):
            del self.feeds[subscription]
        self._answer(began, head, {"success": True, "result": subscription.shown()})

    def _answer(self, began: int, head: Message, tail: Message) -> None:
        self.queue.put_nowait({**head, **tail, "time_in": seconds(began), "time_out": seconds(self._engine.now())})


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        told = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
