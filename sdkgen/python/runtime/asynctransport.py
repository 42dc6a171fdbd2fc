"""Connections of an asyncio program, kept and used again, with one deadline for a whole exchange of request and answer."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import TYPE_CHECKING

from .answerreader import AnswerReader
from .errors import ConfigurationError
from .http1 import Answer, Origin, Request
from .transport import IDLE_SECONDS, MOST_IDLE, late, unreached

if TYPE_CHECKING:
    from typing import Any


class Connection(asyncio.Protocol):
    """One connection, with at most one exchange at a time."""

    def __init__(self) -> None:
        """Made by the event loop."""
        self.since = 0.0
        self.open = False
        self._transport: asyncio.Transport | None = None
        self._reader: AnswerReader | None = None
        self._answered: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a stream's transport
        self._transport = transport
        self.open = True

    def data_received(self, data: bytes) -> None:
        """Part of an answer came; what nobody asked for ends the connection."""
        reader, answered = self._reader, self._answered
        if reader is None or answered is None or answered.done():
            self.abort()
            return
        try:
            if reader.feed(data) and reader.answer is not None:
                answered.set_result(reader.answer)
        except ValueError as error:
            answered.set_exception(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side closed, or the network did."""
        self.open = False
        reader, answered = self._reader, self._answered
        if reader is None or answered is None or answered.done():
            return
        if exc is not None:
            answered.set_exception(exc)
            return
        try:
            answered.set_result(reader.end())
        except ValueError as cut:
            answered.set_exception(cut)

    async def exchange(self, method: str, content: bytes) -> Answer:
        """Send a request and wait for its answer."""
        if self._transport is None or not self.open:
            raise ConnectionResetError("the connection was closed")
        self._reader = AnswerReader(method)
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(content)
        try:
            return await self._answered
        finally:
            reusable = self._reader.answer is not None and self._reader.reusable
            self._reader = self._answered = None
            if not reusable:
                self.abort()

    def abort(self) -> None:
        """Close at once."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()


class AsyncPool:
    """The connections of one asynchronous client, for any number of tasks of one event loop."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """Take a TLS context, or use the platform's certificates."""
        self._context = context
        self._idle: dict[tuple[str, str, int], list[Connection]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def send(self, request: Request, timeout: float) -> Answer:  # noqa: ASYNC109  # one deadline over connecting, sending and reading
        """Send once and read the whole answer; ``timeout`` is in seconds, for all of it.

        Raises:
            DeadlineError: it took too long.
            TransportError: no whole answer came.
        """
        content = request.content()
        sent = False
        try:
            async with asyncio.timeout(timeout):
                connection = self._taken(request.origin) or await self._connected(request.origin)
                sent = True
                answer = await connection.exchange(request.method, content)
        except TimeoutError:
            raise late(request, timeout, sent=sent) from None
        except (OSError, ValueError) as error:
            raise unreached(request, error, sent=sent) from error
        if connection.open:
            self._give_back(request.origin, connection)
        return answer

    async def close(self) -> None:
        """Close all idle connections, and the others when they come back."""
        self._closed = True
        kept = [each for idle in self._idle.values() for each in idle]
        self._idle.clear()
        for each in kept:
            each.abort()
        # Transports tell of their end one round later.
        await asyncio.sleep(0)

    def _taken(self, origin: Origin) -> Connection | None:
        if self._closed:
            raise ConfigurationError("this client is closed; make a new one")
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if self._loop is not loop:
            raise ConfigurationError("this client's connections belong to another event loop; make a client inside each")
        idle = self._idle.get(origin[:3], [])
        while idle:
            last = idle.pop()
            if last.open and time.monotonic() - last.since < IDLE_SECONDS:
                return last
            last.abort()
        return None

    async def _connected(self, origin: Origin) -> Connection:
        if origin.scheme == "https" and self._context is None:
            self._context = ssl.create_default_context()
        secured: dict[str, Any] = {"ssl": self._context, "server_hostname": origin.address} if origin.scheme == "https" else {}
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, origin.address, origin.port, **secured)
        return connection

    def _give_back(self, origin: Origin, connection: Connection) -> None:
        idle = self._idle.setdefault(origin[:3], [])
        if self._closed or len(idle) >= MOST_IDLE:
            connection.abort()
            return
        connection.since = time.monotonic()
        idle.append(connection)
