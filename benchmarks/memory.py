"""Watches each SDK's memory through many calls and a long stream: ``python -m benchmarks.memory [--calls N] [--messages N]``.

Each SDK's harness calls the reference exchange (an answer, an order, an error, in turn), then listens to a stream that never pauses. Its
resident memory is read at every tenth of the way. Exit code 1 where the second half takes more than the first half and some slack.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.driven import REFERENCE, SDKS, Conversation, Driven, conversation, driven
from benchmarks.table import Table, show, size
from certification.isolation.process import ProcessRunner
from certification.profiles import load_profile
from certification.sandboxes.open import open_sandbox
from tests.simulators.stream_server import stream_server

if TYPE_CHECKING:
    from websockets.sync.server import ServerConnection

    from certification.sandboxes.open import Sandbox
    from sdkgen.api.json_text import JsonValue

_UNLIMITED = 1_000_000
_TENTHS = 10
_AT_ONCE = 500
"""Messages that are waited for in one go; a subscription holds 1,000."""
_SLACK = 8 * 1024 * 1024
"""What a collector of garbage may leave behind for a while."""
_SMALL_HEAP = ("NODE_OPTIONS", "--max-old-space-size=40 --max-semi-space-size=4")
"""Node lets its heap grow as long as there is memory; in a small one only what is really held remains."""
_RESIDENT = re.compile(r"VmRSS:\s+(\d+) kB")
_ORDER: dict[str, JsonValue] = {
    "symbol": "BTC-USD",
    "side": "buy",
    "type": "limit",
    "time_in_force": "IOC",
    "price": "40000",
    "quantity": "0.001",
}
_CALLS: tuple[dict[str, JsonValue], ...] = (
    {"operation": "getDepth", "path": {"symbol": "BTC-USD"}},
    {"operation": "placeOrder", "body": _ORDER},
    {"operation": "getInstrument", "path": {"symbol": "NO-SUCH"}},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What one program used, in bytes, at every tenth of the way."""

    what: str
    resident: tuple[int, ...]
    elapsed_s: float

    @property
    def is_bounded(self) -> bool:
        """Whether the most of the second half is no more than the most of the first, and some slack."""
        half = len(self.resident) // 2
        return max(self.resident[half:]) <= max(self.resident[:half]) + _SLACK

    def row(self, name: str) -> tuple[str, ...]:
        """Its line of the table."""
        half = len(self.resident) // 2
        numbers = (self.resident[0], max(self.resident[:half]), max(self.resident[half:]))
        return (f"{name}, {self.what}", *map(size, numbers), f"{self.elapsed_s:.0f} s", "bounded" if self.is_bounded else "GROWS")


async def calls(sdk: Driven, sandbox: Sandbox, count: int) -> Watched:
    """Make so many calls."""
    first = sandbox.accounts[0]
    settings: dict[str, JsonValue] = {
        "base_url": sandbox.host_url,
        "key": first.key,
        "secret": first.secret,
        "asynchronous": sdk.asynchronous,
    }

    async def some(talk: Conversation) -> None:
        for number in range(count // _TENTHS):
            await talk.ask({"call": _CALLS[number % len(_CALLS)]})

    return await _watched(sdk, f"{count} calls", settings, some)


async def stream(sdk: Driven, url: str, count: int) -> Watched:
    """Hear so many messages."""
    settings: dict[str, JsonValue] = {"base_url": url, "stream_url": url}
    subscribed = False

    async def some(talk: Conversation) -> None:
        nonlocal subscribed
        if not subscribed:
            await talk.ask({"subscribe": {"channel": "depth", "arguments": {"symbol": "BTC-USD"}}})
            subscribed = True
        left = count // _TENTHS
        while left > 0:
            answer: Any = await talk.ask({"hear": {"stream": 1, "count": _AT_ONCE, "timeout_ms": 5000}})
            heard = answer["heard"]["messages"]
            assert heard, "the stream ended"
            left -= sum(each["value"]["count"] if each["type"] == "Dropped" else 1 for each in heard)

    return await _watched(sdk, f"{count} messages", settings, some)


async def _watched(sdk: Driven, what: str, settings: dict[str, JsonValue], some: Callable[[Conversation], Awaitable[None]]) -> Watched:
    begun = time.monotonic()
    resident = []
    program = replace(sdk.program, environment=(*sdk.program.environment, _SMALL_HEAP))
    async with conversation(replace(sdk, program=program)) as talk:
        await talk.ask({"configure": settings})
        for _ in range(_TENTHS):
            await some(talk)
            resident.append(_resident(talk.process_id))
        await talk.ask({"configure": {**settings, "stream_url": None}})  # ends the streams
    return Watched(what=what, resident=tuple(resident), elapsed_s=time.monotonic() - begun)


def _resident(process: int) -> int:
    """What a program and those that it started use: Node's is started by one that finds it."""
    place = Path(f"/proc/{process}")
    found = _RESIDENT.search((place / "status").read_text(encoding="ascii"))
    children = (place / "task" / str(process) / "children").read_text(encoding="ascii").split()
    return (int(found[1]) * 1024 if found else 0) + sum(_resident(int(child)) for child in children)


def flood(connection: ServerConnection) -> None:
    """Confirm a subscription, then send changes of a book until nobody listens."""
    asked = json.loads(connection.recv())
    connection.send(json.dumps({"type": "subscribed", "id": asked["id"], "channel": "depth", "symbol": "BTC-USD"}))
    number = 0
    while True:
        number += 1
        levels = [[f"{100 + number % 50}.5", f"0.{number % 9 + 1}"]]
        told = {"type": "delta", "channel": "depth", "symbol": "BTC-USD", "sequence": number, "bids": levels, "asks": [], "checksum": 0}
        connection.send(json.dumps(told))


def watched(sdk: Driven, *, calls_made: int, messages: int) -> tuple[Watched, ...]:
    """Both ways."""
    profile = load_profile(REFERENCE / "profile.yaml")
    with ProcessRunner() as runner, open_sandbox(profile, runner, environment=os.environ, rate_limit=_UNLIMITED) as sandbox:
        first = asyncio.run(calls(sdk, sandbox, calls_made))
    if sdk.asynchronous:  # streams are always of that kind
        return (first,)
    with stream_server(flood) as url:
        return (first, asyncio.run(stream(sdk, url, messages)))


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each SDK and way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000, help="how many calls (default 10000)")
    parser.add_argument("--messages", type=int, default=100_000, help="how many messages of a stream (default 100000)")
    parser.add_argument("--language", action="append", choices=SDKS, help="only this one; may be repeated (default: all)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="certify-memory-") as folder:
        sdks = driven(tuple(given.language or SDKS), Path(folder))
        ends = [(sdk.name, end) for sdk in sdks for end in watched(sdk, calls_made=given.calls, messages=given.messages)]
    columns = ("SDK", "at a tenth", "most of the first half", "most of the second", "took", "memory")
    show(Table(title="Resident memory of harness programs", columns=columns, rows=tuple(end.row(name) for name, end in ends)))
    return 0 if all(end.is_bounded for _, end in ends) else 1


if __name__ == "__main__":
    sys.exit(main())
