"""A WebSocket client for asyncio: it tells of each message as it comes, and answers pings by itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import ssl
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .answerreader import AnswerReader
from .errors import ConfigurationError, TransportError, printable
from .frames import BINARY, CLOSE, NORMAL, PING, PONG, TEXT, FrameReader, frame
from .http1 import Request, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .http1 import Origin

_SALT: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SWITCHING: Final = 101
_SCHEMES: Final = {"ws": "http", "wss": "https"}
_MOST_UNSENT: Final = 1024 * 1024
"""Bytes that wait to be sent before the connection counts as dead."""


_MOST_HELD: Final = 16 * 1024 * 1024


class Address(NamedTuple):
    """Where a WebSocket is opened."""

    url: str
    """With ``ws`` or ``wss``; may hold a query."""
    headers: Mapping[str, str] = {}


class WebSocket(asyncio.Protocol):
    """One connection. ``heard`` gets each text as it comes; ``ended`` is done when the connection is."""

    def __init__(self, heard: Callable[[bytes], None], alive: Callable[[], None]) -> None:
        """Take who hears of messages, and of any sign of life."""
        self._heard = heard
        self._alive = alive
        self._transport: asyncio.Transport | None = None
        self._opening: AnswerReader | None = AnswerReader("GET")
        self._opened: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self._frames = FrameReader()
        self._held: bytearray | None = bytearray()
        """What came before anybody listened."""
        self._closing = False
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Why the connection ended."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a stream's transport
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of the opening answer, or frames."""
        try:
            if self._opening is not None:
                data = self._read_opening(self._opening, data)
            if self._held is not None:
                self._hold(data, self._held)
            elif data:
                self._read_frames(data)
        except ValueError as error:
            self.abort(str(error))

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side closed, or the network did."""
        self._finish("the connection was closed" if exc is None else f"{type(exc).__name__}: {printable(str(exc))}")

    async def opened(self, origin: Origin, target: str, headers: Mapping[str, str]) -> None:
        """Shake hands.

        Raises:
            TransportError: the server refused, or speaks something else.
        """
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
        self._write(Request(origin, "GET", target, {**headers, **upgrade}, None).content())
        answered = await self._opened
        wanted = base64.b64encode(hashlib.sha1(key.encode() + _SALT, usedforsecurity=False).digest()).decode()
        if answered.get("sec-websocket-accept") != wanted or answered.get("upgrade", "").lower() != "websocket":
            self.abort("the server does not speak WebSocket")
            message = f"{origin.authority}: the answer to the opening handshake is none of WebSocket's"
            raise TransportError(message, sent=False)

    def listen(self) -> None:
        """Tell of messages from now on, and first of those that came meanwhile."""
        held, self._held = self._held, None
        if held:
            self.data_received(bytes(held))

    def send(self, text: str) -> None:
        """Send a text; what the network does not take ends the connection."""
        self._send_frame(TEXT, text.encode("utf-8", "surrogatepass"))

    def ping(self) -> None:
        """Ask for a sign of life."""
        self._send_frame(PING, b"")

    async def close(self, within: float = 2.0) -> None:
        """Say goodbye and wait for the answer, at most so many seconds."""
        if not self.ended.done():
            self._closing = True
            self._send_frame(CLOSE, NORMAL.to_bytes(2, "big"))
            await asyncio.wait([self.ended], timeout=within)
        self.abort("closed")

    def abort(self, reason: str) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()
        self._finish(reason)

    def _read_opening(self, opening: AnswerReader, data: bytes) -> bytes:
        if not opening.feed(data) or opening.answer is None:
            return b""
        self._opening = None
        if opening.answer.status != _SWITCHING:
            message = f"the server refused the WebSocket with status {opening.answer.status}"
            raise ValueError(message)
        if not self._opened.done():
            self._opened.set_result(opening.answer.headers)
        return opening.rest

    def _read_frames(self, data: bytes) -> None:
        self._alive()
        for event in self._frames.feed(data):
            if event.kind in {TEXT, BINARY}:
                self._heard(event.content)
            elif event.kind == PING:
                self._send_frame(PONG, event.content)
            elif event.kind == CLOSE:
                if not self._closing:
                    self._send_frame(CLOSE, event.content[:2])
                if self._transport is not None:
                    self._transport.close()
                self._finish(f"the exchange closed the connection with code {event.close_code()}")

    @staticmethod
    def _hold(data: bytes, held: bytearray) -> None:
        held += data
        if len(held) > _MOST_HELD:
            raise ValueError("the server sends without end before anybody listens")

    def _send_frame(self, kind: int, content: bytes) -> None:
        if not self.ended.done():
            self._write(frame(kind, content))

    def _write(self, content: bytes) -> None:
        if self._transport is None:
            return
        self._transport.write(content)
        if self._transport.get_write_buffer_size() > _MOST_UNSENT:
            self.abort("the exchange does not take what is sent")

    def _finish(self, reason: str) -> None:
        if not self.ended.done():
            self.ended.set_result(reason)
        if not self._opened.done():
            self._opened.set_exception(TransportError(f"the WebSocket was not opened: {reason}", sent=False))
            # Nobody may be waiting any more, and then nobody needs to know.
            self._opened.exception()


async def connected(
    address: Address, heard: Callable[[bytes], None], alive: Callable[[], None], context: ssl.SSLContext | None
) -> WebSocket:
    """Open a WebSocket.

    Raises:
        ConfigurationError: the address is none of a WebSocket.
        TransportError: nobody is there, or the server refused.
    """
    scheme, mark, rest = address.url.partition("://")
    if scheme not in _SCHEMES:
        message = f"{printable(address.url)!r} is no WebSocket's address"
        raise ConfigurationError(message)
    authority, slash, path = rest.partition("/")
    authority, question, query = (authority, "", "") if slash else authority.partition("?")
    origin = origin_of(f"{_SCHEMES[scheme]}{mark}{authority}")
    secured: dict[str, Any] = {}
    if scheme == "wss":
        secured = {"ssl": context or ssl.create_default_context(), "server_hostname": origin.address}
    loop = asyncio.get_running_loop()
    try:
        _, socket = await loop.create_connection(lambda: WebSocket(heard, alive), origin.address, origin.port, **secured)
    except OSError as error:
        message = f"{origin.authority}: {type(error).__name__}: {printable(str(error))}"
        raise TransportError(message, sent=False) from error
    try:
        await socket.opened(origin, f"/{path}{question}{query}", address.headers)
    except BaseException:
        socket.abort("not opened")
        raise
    return socket
