"""A bad network line before a server: bytes come late, and now and then a connection is reset."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

_CLOSING_S = 0.05
"""What transports need to close after their tasks have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """How bad it is."""

    most_delay_s: float
    """Each piece of data is delayed by a random time up to this."""
    resets: float
    """The share of pieces at which the connection is reset instead."""


@contextmanager
def bad_line(url: str, line: BadLine, *, seed: int) -> Iterator[str]:
    """The address of the line's near end, while the context is open."""
    parts = urlsplit(url)
    loop = asyncio.new_event_loop()
    relay = _Relay(parts.hostname or "", parts.port or 80, line, random.Random(seed))  # noqa: S311 - no secret: it must be drawn again
    server = loop.run_until_complete(asyncio.start_server(relay.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True, name="bad-line")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(relay.end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _Relay:
    """Carries bytes both ways."""

    def __init__(self, host: str, port: int, line: BadLine, chance: random.Random) -> None:
        self._host, self._port = host, port
        self._line = line
        self._chance = chance
        self._ends: set[asyncio.StreamWriter] = set()

    async def end(self, server: asyncio.Server) -> None:
        """Let no more connections in, and drop those that are there."""
        server.close()
        await asyncio.sleep(_CLOSING_S)  # connections that were accepted already have a task by then
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self._ends:
            writer.transport.abort()
        await asyncio.sleep(_CLOSING_S)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it."""
        self._ends.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        self._ends.add(far_writer)
        ways = [asyncio.create_task(self._carry(reader, far_writer, writer)), asyncio.create_task(self._carry(far_reader, writer, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            return  # the line ends; asyncio's streams would tell it as an error of theirs
        finally:
            for task in ways:
                task.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (far_writer, writer):
                end.close()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, near: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await asyncio.sleep(self._chance.random() * self._line.most_delay_s)
                if self._chance.random() < self._line.resets:
                    _reset(near)
                    return
                target.write(data)
                await target.drain()
        except OSError:
            return


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by RST, so that its user sees an error and no end."""
    held = writer.get_extra_info("socket")
    if held is not None:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
