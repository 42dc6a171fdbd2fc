"""WebSocket frames (RFC 6455, section 5.2) as far as relay and feed need them: where one ends, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .wire import WireError

if TYPE_CHECKING:
    import asyncio

MAX_FRAME = 32 * 1024 * 1024
CONTINUATION, TEXT, CLOSE, PING, PONG = 0, 1, 8, 9, 10
_FINAL = 0x80
_KIND = 0x0F
_MASKED = 0x80
_SHORT, _LONG = 126, 127


@dataclass(frozen=True)
class Frame:
    """One frame, with the bytes that it came in."""

    raw: bytes
    text: str | None
    """What a whole text message says; ``None`` for all other frames."""


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """The next frame of a server.

    Raises:
        WireError: it is masked, or too long.
        asyncio.IncompleteReadError: the connection ended.
    """
    head = await reader.readexactly(2)
    if head[1] & _MASKED:
        raise WireError("a server's frame is masked")
    length = head[1]
    if length in {_SHORT, _LONG}:
        more = await reader.readexactly(2 if length == _SHORT else 8)
        head += more
        length = int.from_bytes(more)
    if length > MAX_FRAME:
        raise WireError("a frame is too long")
    payload = await reader.readexactly(length)
    whole_text = head[0] == _FINAL | TEXT
    return Frame(raw=head + payload, text=payload.decode(errors="replace") if whole_text else None)


async def read_masked(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The kind and the payload of a client's next frame, its mask taken off.

    Raises:
        WireError: it is not masked, or too long.
        asyncio.IncompleteReadError: the connection ended.
    """
    kind, payload, _ = await read_said(reader)
    return kind, payload


async def read_said(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    """The same, and the frame as it came.

    Raises:
        WireError: it is not masked, or too long.
        asyncio.IncompleteReadError: the connection ended.
    """
    head = await reader.readexactly(2)
    if not head[1] & _MASKED:
        raise WireError("a client's frame is not masked")
    length = head[1] & ~_MASKED
    if length in {_SHORT, _LONG}:
        more = await reader.readexactly(2 if length == _SHORT else 8)
        head += more
        length = int.from_bytes(more)
    if length > MAX_FRAME:
        raise WireError("a frame is too long")
    mask = await reader.readexactly(4)
    hidden = await reader.readexactly(length)
    payload = bytes(byte ^ mask[place % 4] for place, byte in enumerate(hidden))
    return head[0] & _KIND, payload, head + mask + hidden


def text_frame(text: str) -> bytes:
    """A server's frame with a whole text message."""
    return server_frame(TEXT, text.encode())


def server_frame(kind: int, payload: bytes, *, final: bool = True) -> bytes:
    """A server's frame: never masked."""
    first = kind | (_FINAL if final else 0)
    if len(payload) < _SHORT:
        return bytes((first, len(payload))) + payload
    size = (bytes((_SHORT,)) + len(payload).to_bytes(2)) if len(payload) < 1 << 16 else (bytes((_LONG,)) + len(payload).to_bytes(8))
    return bytes((first,)) + size + payload
