"""Speaks to the fourth exchange without a network: signed calls, and a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, MutableMapping
from typing import Any

import httpx
from starlette.applications import Starlette

from benchmarks.fourth_exchange.form import iso
from benchmarks.fourth_exchange.gate import Limits, sign
from benchmarks.fourth_exchange.serve import Pace, application, keys_from

KEYS = keys_from({})
_BEAT = 0.01
ROOMY = Limits(public_burst=10**6, private_burst=10**6)


class Osprey:
    """One exchange with these defects."""

    def __init__(self, defects: Iterable[str] = (), limits: Limits = ROOMY) -> None:
        self.at = 1_800_000_000_000_000
        self.headers: dict[str, str] = {}
        self.status = 0
        self.app = application(KEYS, defects, limits, Pace(clock=lambda: self.at, ticks=lambda: self.at / 1e6, trades=4, beat=_BEAT))
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url="http://osprey")

    def close(self) -> None:
        """Let go of the client."""
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def call(self, method: str, path: str, owner: int | None = None, body: object = None, **replaced: str | None) -> Any:
        """What is answered; `status` and `headers` say the rest. `key`, `sign`, `timestamp`, `passphrase` replace what is right."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if owner is None else self.signed(owner, method, path, content)
        headers |= {
            "X-Forwarded-For" if name == "forwarded_for" else "OSP-" + name.upper(): value
            for name, value in replaced.items()
            if value is not None
        }
        headers = {name: value for name, value in headers.items() if name[4:].lower() not in {n for n, v in replaced.items() if v is None}}
        answer = self._loop.run_until_complete(self._client.request(method, path, content=content, headers=headers))
        self.status, self.headers = answer.status_code, dict(answer.headers)
        return answer.json() if answer.headers["content-type"] == "application/json" else answer.text

    def signed(self, owner: int, method: str, path: str, content: bytes = b"") -> dict[str, str]:
        """The headers of a signed call."""
        key, at = KEYS[owner], iso(self.at)
        signature = sign(key.secret, at, method, path, content)
        return {"OSP-KEY": key.key, "OSP-PASSPHRASE": key.passphrase, "OSP-TIMESTAMP": at, "OSP-SIGN": signature}

    def beat(self) -> None:
        """Wait for a heartbeat."""
        self._loop.run_until_complete(asyncio.sleep(2 * _BEAT))

    def talk(self) -> Talk:
        """A web socket."""
        return Talk(self.app, self._loop)

    def order(self, side: str, size: str | None = None, price: str | None = None, owner: int = 0, **more: object) -> Any:
        """Place an order of BTC-USD; a limit order where it has a price."""
        said = {"product_id": "BTC-USD", "side": side, "size": size, "price": price, "type": "limit" if price else "market", **more}
        return self.call("POST", "/orders", owner, {name: value for name, value in said.items() if value is not None})

    def held(self, owner: int = 0) -> dict[str, tuple[str, str]]:
        """Balance and hold by currency."""
        return {each["currency"]: (each["balance"], each["hold"]) for each in self.call("GET", "/accounts", owner)}


async def _pause() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Talk:
    """A conversation on a web socket."""

    def __init__(self, app: Starlette, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._in: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/ws", "raw_path": b"/ws", "query_string": b"", "headers": [], "subprotocols": []}
        self._task = loop.create_task(app(scope, self._in.get, self._out.put))
        assert loop.run_until_complete(self._out.get())["type"] == "websocket.accept"

    def say(self, text: str) -> None:
        """Send a message."""
        self._in.put_nowait({"type": "websocket.receive", "text": text})

    def hear(self) -> Any:
        """The next message."""
        return json.loads(self._loop.run_until_complete(asyncio.wait_for(self._out.get(), 2))["text"])

    def rest(self) -> list[Any]:
        """Everything that has come, without waiting for more."""
        self._loop.run_until_complete(_pause())
        found = []
        while not self._out.empty():
            said = self._out.get_nowait()
            found.append(json.loads(said["text"]) if "text" in said else said["type"])
        return found

    def close(self) -> None:
        """Go."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})
        self._loop.run_until_complete(self._task)
