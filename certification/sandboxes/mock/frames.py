"""WebSocket frames (RFC 6455, section 5.2) as far as a relay needs them: where one ends, and what a text message says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .wire import WireError

if TYPE_CHECKING:
    import asyncio

MAX_FRAME = 32 * 1024 * 1024
_TEXT = 1
_FINAL = 0x80
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
    whole_text = head[0] == _FINAL | _TEXT
    return Frame(raw=head + payload, text=payload.decode(errors="replace") if whole_text else None)


def text_frame(text: str) -> bytes:
    """A server's frame with a whole text message."""
    payload = text.encode()
    if len(payload) < _SHORT:
        return bytes((_FINAL | _TEXT, len(payload))) + payload
    size = (bytes((_SHORT,)) + len(payload).to_bytes(2)) if len(payload) < 1 << 16 else (bytes((_LONG,)) + len(payload).to_bytes(8))
    return bytes((_FINAL | _TEXT,)) + size + payload
