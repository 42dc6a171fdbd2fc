"""Speaks to the third exchange without a network: signed calls, streams, and a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Coroutine, Iterable, Mapping, MutableMapping
from itertools import count
from types import MappingProxyType
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlencode

from starlette.applications import Starlette

from benchmarks.third_exchange.gate import Limits, sign
from benchmarks.third_exchange.serve import Pace, application, keys_from

_T = TypeVar("_T")
KEYS = keys_from({})
ROOMY = Limits(counter=10**6, decay=0, address=10**6)
_ID = re.compile(r"\b([OTLWD])[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}\b")
_VOLATILE = {"timestamp", "time_in", "time_out", "connection_id", "token"}


class Petrel:
    """One exchange with these defects, and everything that it answered."""

    def __init__(self, defects: Iterable[str] = (), limits: Limits = ROOMY, silence: float = 3600.0) -> None:
        self.at = 1_800_000_000_000_000
        self.seen: list[tuple[str, int, Any]] = []
        self.headers: dict[str, str] = {}
        self._nonces = count(1000)
        self._app: Starlette = application(KEYS, defects, limits, Pace(clock=lambda: self.at, trades=3, silence=silence))
        self.at += 2_000_000

    def get(self, name: str, **fields: object) -> Any:
        """A public call's envelope."""
        return self._told(name, f"/0/public/{name}", urlencode(fields).encode())

    def post(self, name: str, owner: int = 0, /, query: str = "", **fields: object) -> Any:
        """A signed call's envelope; `nonce`, `key`, `sign` and `signed_path` replace what is right."""
        path = f"/0/private/{name}"
        replaced = {each: str(fields.pop(each)) for each in ("api_key", "sign", "signed_path") if each in fields}
        nonce = str(fields.pop("nonce", None) or next(self._nonces))
        body = urlencode({"nonce": nonce, **fields}).encode()
        signature = sign(KEYS[owner].secret, replaced.get("signed_path", path), nonce, body)
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "api-key": replaced.get("api_key", KEYS[owner].key),
            "api-sign": replaced.get("sign", signature),
        }
        if replaced.get("sign") == "lower":
            headers["api-sign"] = signature.swapcase()
        return self._told(name, path, query.encode(), body, {each: value for each, value in headers.items() if value != "none"})

    def add(self, side: str, volume: str, price: str | None = None, owner: int = 0, pair: str = "XBTUSD", **more: object) -> Any:
        """An order's id, or its refusal's envelope."""
        fields = {"pair": pair, "type": side, "volume": volume, "ordertype": "market" if price is None else "limit", "price": price, **more}
        told = self.post("AddOrder", owner, **{name: str(value) for name, value in fields.items() if value is not None})
        return told["result"]["txid"][0] if isinstance(told, dict) and "txid" in told.get("result", {}) else told

    def record(self) -> str:
        """Everything that was answered, with ids by the order in which they came and without what chance decides."""
        known: dict[str, str] = {}
        text = json.dumps(self.seen, default=str)
        return _ID.sub(lambda found: known.setdefault(found[0], f"{found[1]}{len(known)}"), text)

    def talk(self, *said: object) -> Conversation:
        """A web socket on which this has been said."""
        return Conversation(self, self._app, said)

    def _told(self, name: str, path: str, query: bytes, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})) -> Any:
        status, text, self.headers = _finished(self._call(path, query, body, headers))
        envelope = json.loads(text) if text.startswith("{") else text
        kept = {each: value for each, value in self.headers.items() if each in {"content-type", "api-counter", "retry-after"}}
        self.seen.append((name, status, (_settled(envelope), kept)))
        return envelope

    async def _call(self, path: str, query: bytes, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        lines = [(each.encode(), value.encode()) for each, value in headers.items()]
        method = "GET" if path.startswith("/0/public/") else "POST"
        scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": lines, "client": ("127.0.0.1", 1)}
        await self._app(scope, receive, send)
        answered = {each.decode(): value.decode() for each, value in sent[0]["headers"]}
        return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:]).decode(), answered


class Conversation:
    """A web socket in the same loop: `async with` opens it, `told` reads what came, and the record keeps it."""

    def __init__(self, petrel: Petrel, app: Starlette, said: Iterable[object]) -> None:
        self._petrel = petrel
        self._app = app
        self._to: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._from: list[dict[str, Any]] = []
        self._said = said

    async def __aenter__(self) -> Self:
        self._to.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/v2", "query_string": b"", "headers": [], "subprotocols": []}
        self._task = asyncio.create_task(self._app(scope, self._to.get, self._send))
        for each in self._said:
            await self.say(each)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._to.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self._task
        self._petrel.seen.append(("stream", 0, [_settled(each) for each in self._from]))

    async def say(self, what: object) -> None:
        """Send a request, and let the answers come."""
        self._to.put_nowait({"type": "websocket.receive", "text": what if isinstance(what, str) else json.dumps(what)})
        await self.pause()

    async def pause(self) -> list[dict[str, Any]]:
        """Let everything that is under way arrive; all that came so far."""
        for _ in range(60):
            await asyncio.sleep(0)
        return self._from

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "websocket.send":
            self._from.append(json.loads(message["text"]))
        elif message["type"] == "websocket.close":
            self._from.append({"closed": message["code"]})


def _finished(call: Coroutine[Any, Any, _T]) -> _T:
    """What a call gives that never has to wait; works within a loop and without one."""
    try:
        call.send(None)
    except StopIteration as done:
        return cast("_T", done.value)
    raise AssertionError("the exchange waits for something")


def _settled(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _settled(value) for name, value in content.items() if name not in _VOLATILE}
    return [_settled(each) for each in content] if isinstance(content, list) else content
