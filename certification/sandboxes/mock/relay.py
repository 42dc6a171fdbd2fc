"""Runs a relay between a client and a sandbox that makes planned trouble: ``python -m mock.relay --plan FILE --log FILE --port N``.

A client's connection stays open as long as HTTP lets it; each call gets one of its own to the sandbox. WebSocket connections are passed
through, frame by frame.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ssl
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .cases import Cases
from .frames import PING as PING_KIND
from .frames import PONG as PONG_KIND
from .frames import read_frame, read_said, server_frame, text_frame
from .server import reset
from .spoil import first_half, pieces, reusable, spoilt
from .stand import stand
from .trouble import KEPT_AWAY, PING, PONG, Case, Passage, RelayPlan, Trouble, read_relay_plan, write_passage
from .wire import MAX_HEAD, Request, WireError, read_request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

_HOP = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect", "sec-websocket-extensions"})
"""Headers that are this connection's own. Extensions compress messages, which a relay has to read."""
_CHUNK = 65536
_MOST_ANSWER = 64 * 1024 * 1024
_MOST_LINES = 100_000
"""Of the log: who floods the relay fills no disk."""
_ASKED = b"certify"
_DRIP_S = 0.002
_SLOW_DRIP_S = 0.02


class Relay:
    """Passes calls and streams on to one sandbox, with the troubles of a plan."""

    def __init__(self, plan: RelayPlan, log: BinaryIO) -> None:
        """Take the plan, and the file that gets a line for each call and message that a case is about."""
        place = urlsplit(plan.target)
        if place.scheme not in {"http", "https"} or not place.hostname:
            raise ValueError("the plan's target is no HTTP address")
        self._plan = plan
        self._log = log
        self._lines = 0
        self._host = place.netloc
        self._name = place.hostname
        self._port = place.port or (443 if place.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if place.scheme == "https" else None
        self._calls, self._told = Cases(plan.calls), Cases(plan.messages)
        self._talks: set[asyncio.Task[None] | None] = set()
        """Kept here because asyncio itself does not: who waits for the sandbox after its client left would be collected as garbage."""
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen."""
        return await asyncio.start_server(self._converse, host, port, limit=MAX_HEAD)

    async def settled(self) -> None:
        """Wait until nobody is connected any more, and what was to reach the sandbox late has reached it."""
        await self._quiet.wait()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        self._talks.add(talk)
        self._quiet.clear()
        # Either side may vanish at any moment: that is its right, and often the point of the trial.
        try:
            with contextlib.suppress(WireError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                lives = True
                while lives and (request := await read_request(reader, writer)) is not None:
                    lives = await self._passed(request, reader, writer)
        finally:
            await _closed(writer)
            self._talks.discard(talk)
            if not self._talks:
                self._quiet.set()

    async def _passed(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass one request on, in whatever way; whether the connection may carry another."""
        if _upgrades(request):
            await self._stream(request, reader, writer)
            return False
        case, trouble = self._calls.next(request.target + request.body.decode("latin-1"))
        if trouble is Trouble.LATE_CALL:
            await _gone(reader)
        answer = b"" if trouble in KEPT_AWAY else await self._answer(request)
        if case is not None:
            self._note(case, trouble, answer)
        match trouble:
            case Trouble.DROPPED | Trouble.LOST_ANSWER:
                reset(writer)
            case Trouble.SLOW_ANSWER | Trouble.SWALLOWED:
                await _gone(reader)
            case Trouble.LATE_CALL:
                pass
            case Trouble.ENDLESS:
                await _said(writer, pieces(answer[:-1], 1), _SLOW_DRIP_S)
                await _gone(reader)
            case Trouble.RESET_ANSWER:
                await _said(writer, (first_half(answer),), _DRIP_S)
                reset(writer)
            case _:
                whole, lives = reusable(answer) if request.keep_alive else (answer, False)
                await _said(writer, spoilt(trouble, whole, case.retry_after_s if case else 1), _DRIP_S if trouble is Trouble.DRIPPED else 0)
                return lives and trouble in _HARMLESS
        return False

    async def _answer(self, request: Request) -> bytes:
        """Everything that the sandbox answers, as it came."""
        reader, writer = await self._connected(request, "close")
        try:
            answer = await reader.read(_CHUNK)
            while more := await reader.read(_CHUNK):
                answer += more
                if len(answer) > _MOST_ANSWER:
                    raise WireError("the sandbox's answer is too long")
        finally:
            await _closed(writer)
        return answer

    async def _connected(self, request: Request, connection: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the sandbox on which the request was sent."""
        address = next(iter(self._plan.addresses), self._name)
        named = self._name if self._tls else None
        reader, writer = await asyncio.open_connection(address, self._port, ssl=self._tls, server_hostname=named, limit=MAX_HEAD)
        kept = [(name, value) for name, value in request.headers if name.lower() not in _HOP]
        lines = [f"{request.method} {request.target} HTTP/1.1", f"host: {self._host}", f"connection: {connection}"]
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"content-length: {len(request.body)}")
        lines += [f"{name}: {value}" for name, value in kept]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + request.body)
        await writer.drain()
        return reader, writer

    async def _stream(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, towards = await self._connected(request, "Upgrade")
        try:
            writer.write(await upstream.readuntil(b"\r\n\r\n"))
            async with asyncio.TaskGroup() as group:
                outwards = group.create_task(self._said(reader, towards))
                await self._messages(upstream, writer)
                outwards.cancel()
        finally:
            await _closed(towards)

    async def _messages(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The sandbox's messages, until one of both ends or a trouble ends it."""
        late, pinged = b"", not self._plan.pings
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                frame = await read_frame(upstream)
                case, trouble = self._told.next(frame.text or "")
                if case is not None:
                    self._note(case, trouble)
                if trouble is Trouble.CUT_STREAM:
                    reset(writer)
                    return
                if trouble is Trouble.SWAPPED:
                    late += frame.raw
                    continue
                copies = {Trouble.GAP: 0, Trouble.TWICE: 2}.get(trouble, 1)
                raw = text_frame((frame.text or "")[: len(frame.text or "") // 2]) if trouble is Trouble.SPOILT else frame.raw
                writer.write(raw * copies + late)
                late = b""
                if not pinged:
                    pinged = True
                    self._note(Case(marker=PING, troubles=()), Trouble.NONE)
                    writer.write(server_frame(PING_KIND, _ASKED))
                await writer.drain()

    async def _said(self, reader: asyncio.StreamReader, towards: asyncio.StreamWriter) -> None:
        """Everything that the client says, as it is, but for its answers to our own pings."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, WireError):
            while True:
                kind, said, raw = await read_said(reader)
                if kind == PONG_KIND and said == _ASKED:
                    self._note(Case(marker=PONG, troubles=()), Trouble.NONE)
                    continue
                towards.write(raw)
                await towards.drain()
        towards.close()

    def _note(self, case: Case, trouble: Trouble, answer: bytes = b"") -> None:
        if self._lines >= _MOST_LINES:
            return
        self._lines += 1
        status = int(answer[9:12]) if answer[9:12].isdigit() else None
        self._log.write(write_passage(Passage(marker=case.marker, trouble=trouble, at_ms=time.monotonic_ns() // 1_000_000, status=status)))
        self._log.flush()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()


async def _gone(reader: asyncio.StreamReader) -> None:
    """Wait until the client gives up."""
    with contextlib.suppress(ConnectionError):
        while await reader.read(_CHUNK):
            pass


async def _said(writer: asyncio.StreamWriter, parts: Iterable[bytes], pause_s: float) -> None:
    for part in parts:
        writer.write(part)
        await writer.drain()
        if pause_s:
            await asyncio.sleep(pause_s)


_HARMLESS = frozenset({Trouble.NONE, Trouble.BROKEN_ANSWER, Trouble.DRIPPED, Trouble.DOUBLED_ANSWER, Trouble.HINTED})
"""Those after which the connection stays open."""


def _upgrades(request: Request) -> bool:
    return any(name.lower() == "upgrade" and value.lower() == "websocket" for name, value in request.headers)


async def _run(relay: Relay, host: str, port: int) -> None:
    await stand(relay.serve(host, port), "relay at http://")


def main(arguments: list[str] | None = None) -> int:
    """Relay until told to stop. Ends with 2 where the plan can't be read or the port is taken."""
    parser = argparse.ArgumentParser(prog="relay", description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="the sandbox and the troubles, a JSON document")
    parser.add_argument(
        "--log", type=Path, required=True, help="gets every call and message that a case is about, one JSON document a line"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    options = parser.parse_args(arguments)
    try:
        plan = read_relay_plan(options.plan.read_bytes())
        with options.log.open("ab") as log:
            asyncio.run(_run(Relay(plan, log), options.host, options.port))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"relay: {error}; check --plan, --log and --port\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
