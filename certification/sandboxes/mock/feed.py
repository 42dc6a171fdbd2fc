"""Serves one stream that breaks once: ``python -m mock.feed --plan FILE --log FILE --port N``.

Whoever subscribes, by the address or by a message, hears what is planned. What a client says, and its answer to a ping, is written down.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .feed_plan import FeedEvent, FeedLine, FrameKind, read_feed, write_line
from .frames import CLOSE, CONTINUATION, PING, PONG, TEXT, read_masked, server_frame
from .stand import stand
from .wire import MAX_HEAD, WireError, read_request

if TYPE_CHECKING:
    from typing import BinaryIO

    from .feed_plan import Confirmation, FeedPlan, PlannedFrame
    from .wire import Request

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PATIENCE_S = 20
"""How long a connection may take to subscribe."""
_PONG_S = 2
_MOST_LINES, _MOST_TEXT = 10_000, 2_000
"""Of the log: who floods us fills no disk."""


class Feed:
    """The stream of one plan, and how often it was heard."""

    def __init__(self, plan: FeedPlan, log: BinaryIO) -> None:
        """Take the plan, and the file that gets a line for each thing that happens."""
        self._plan = plan
        self._log = log
        self._lines = 0
        self._connections = 0
        self._heard = 0

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen."""
        return await asyncio.start_server(self._converse, host, port, limit=MAX_HEAD)

    def next_connection(self) -> int:
        """Its number, from 1."""
        self._connections += 1
        return self._connections

    def next_part(self) -> tuple[tuple[PlannedFrame, ...], bool]:
        """What the next one who subscribes hears, and whether the connection breaks afterwards."""
        self._heard += 1
        return (self._plan.first, self._plan.breaks) if self._heard == 1 else (self._plan.again, False)

    def write(self, connection: int, event: FeedEvent, text: str = "") -> None:
        """Write down what happened."""
        if self._lines < _MOST_LINES:
            self._lines += 1
            self._log.write(write_line(FeedLine(connection, event, text[:_MOST_TEXT])))
            self._log.flush()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await read_request(reader, writer)
            key = _key_of(request)
            if request is None or key is None:
                writer.write(b"HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                return
            accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()).decode()
            head = (
                f"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
            )
            writer.write(head.encode())
            await _Listener(self, self._plan, request.target, reader, writer).attend()
        except (WireError, ValueError, ConnectionError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client may vanish, stay silent or talk nonsense: what it did until then is in the log
        finally:
            writer.close()


class _Listener:
    """One connection: what its client says is read while it is told what is planned."""

    def __init__(self, feed: Feed, plan: FeedPlan, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._feed, self._plan, self._reader, self._writer = feed, plan, reader, writer
        self._number = feed.next_connection()
        self._address = unquote(target)
        self._subscribed, self._ponged = asyncio.Event(), asyncio.Event()
        feed.write(self._number, FeedEvent.OPENED, self._address)

    async def attend(self) -> None:
        """Until the client leaves, or the plan breaks the connection."""
        reading = asyncio.ensure_future(self._read())
        telling = asyncio.ensure_future(self._tell())
        try:
            await asyncio.wait((reading, telling), return_when=asyncio.FIRST_COMPLETED)
            if telling.done() and not telling.exception() and not telling.result():
                await reading
        finally:
            for task in (reading, telling):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError, WireError):
                    await task

    async def _tell(self) -> bool:
        """Whether the connection breaks now."""
        self._look_for_names(self._address)
        await asyncio.wait_for(self._subscribed.wait(), _PATIENCE_S)
        await asyncio.sleep(self._plan.begin_after_ms / 1000)
        frames, breaks = self._feed.next_part()
        for frame in frames:
            self._writer.write(self._framed(frame))
            await self._writer.drain()
        if not breaks:
            return False
        if any(frame.kind is FrameKind.PING for frame in frames):
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ponged.wait(), _PONG_S)
        await asyncio.sleep(self._plan.close_after_ms / 1000)
        self._feed.write(self._number, FeedEvent.BROKEN)
        return True

    def _framed(self, frame: PlannedFrame) -> bytes:
        if frame.kind is FrameKind.PING:
            return server_frame(PING, frame.text.encode())
        whole = self._wrapped(frame.text).encode()
        if frame.kind is FrameKind.PARTS:
            middle = len(whole) // 2
            return server_frame(TEXT, whole[:middle], final=False) + server_frame(CONTINUATION, whole[middle:])
        return server_frame(TEXT, whole)

    def _wrapped(self, text: str) -> str:
        """In the envelope of the address. Put together as text: the message may be spoilt on purpose, and its numbers keep their digits."""
        path = self._address.partition("?")[0].rstrip("/")
        for wrapping in self._plan.wrappings:
            if path.endswith(wrapping.path):
                name = json.dumps(self._plan.names[0] if self._plan.names else "")
                return f"{{{json.dumps(wrapping.name)}:{name},{json.dumps(wrapping.payload)}:{text}}}"
        return text

    async def _read(self) -> None:
        while True:
            kind, payload = await read_masked(self._reader)
            if kind == TEXT:
                self._hear(payload.decode(errors="replace"))
            elif kind == PONG:
                self._feed.write(self._number, FeedEvent.PONG, payload.decode(errors="replace"))
                self._ponged.set()
            elif kind == PING:
                self._writer.write(server_frame(PONG, payload))
            elif kind == CLOSE:
                self._feed.write(self._number, FeedEvent.LEFT)
                self._writer.write(server_frame(CLOSE, payload[:2]))
                return

    def _hear(self, text: str) -> None:
        self._feed.write(self._number, FeedEvent.SAID, text)
        try:
            document: Any = json.loads(text)
        except (ValueError, RecursionError):
            return
        for confirmation in self._plan.confirmations:
            if all(_json_at(document, path) in values for path, values in confirmation.when):
                self._writer.write(server_frame(TEXT, _reply(confirmation, document).encode()))
                break
        self._look_for_names(text)

    def _look_for_names(self, text: str) -> None:
        if not self._subscribed.is_set() and self._plan.names and all(name.lower() in text.lower() for name in self._plan.names):
            self._feed.write(self._number, FeedEvent.SUBSCRIBED)
            self._subscribed.set()


def _key_of(request: Request | None) -> str | None:
    """The key of a request that opens a WebSocket; ``None`` of any other."""
    headers = {name.lower(): value for name, value in request.headers} if request is not None else {}
    return headers.get("sec-websocket-key") if headers.get("upgrade", "").lower() == "websocket" else None


def _reply(confirmation: Confirmation, document: Any) -> str:
    reply: Any = json.loads(confirmation.reply)
    if confirmation.asked and confirmation.answered and isinstance(reply, dict):
        place = reply
        for key in confirmation.answered[:-1]:
            place = place.setdefault(key, {})
        place[confirmation.answered[-1]] = _at(document, confirmation.asked)
    return json.dumps(reply)


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _json_at(document: Any, path: tuple[str, ...]) -> str:
    return json.dumps(_at(document, path))


async def _run(feed: Feed, host: str, port: int) -> None:
    await stand(feed.serve(host, port), "feed: ws://")


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop. Ends with 2 where the plan can't be read or the port is taken."""
    parser = argparse.ArgumentParser(prog="feed", description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="what is told, a JSON document")
    parser.add_argument("--log", type=Path, required=True, help="gets what clients do, one JSON document a line")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    options = parser.parse_args(arguments)
    try:
        plan = read_feed(options.plan.read_bytes())
        with options.log.open("ab") as log:
            asyncio.run(_run(Feed(plan, log), options.host, options.port))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"feed: {error}; check --plan, --log and --port\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
