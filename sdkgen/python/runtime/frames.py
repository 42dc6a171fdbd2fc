"""WebSocket frames without a socket (RFC 6455): messages out of bytes as they come, and bytes out of messages."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

TEXT: Final = 1
BINARY: Final = 2
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
NORMAL: Final = 1000
"""The close code of an orderly end."""
NO_CODE: Final = 1005
_CONTINUATION: Final = 0
_CONTROL: Final = 8
_LONGEST_CONTROL: Final = 125
_TWO_BYTES: Final = 126
_EIGHT_BYTES: Final = 127
_LARGEST_SHORT: Final = 65535
_LONGEST_MESSAGE: Final = 64 * 1024 * 1024
_CODE_BYTES: Final = 2


class Event(NamedTuple):
    """A whole message, or a control frame."""

    kind: int
    """``TEXT``, ``BINARY``, ``CLOSE``, ``PING`` or ``PONG``."""
    content: bytes

    def close_code(self) -> int:
        """The code of a ``CLOSE``."""
        return int.from_bytes(self.content[:_CODE_BYTES], "big") if len(self.content) >= _CODE_BYTES else NO_CODE


def frame(kind: int, content: bytes) -> bytes:
    """One whole message as a client sends it, masked."""
    length = len(content)
    if length <= _LONGEST_CONTROL:
        head = bytes((0x80 | kind, 0x80 | length))
    elif length <= _LARGEST_SHORT:
        head = bytes((0x80 | kind, 0x80 | _TWO_BYTES)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x80 | kind, 0x80 | _EIGHT_BYTES)) + length.to_bytes(8, "big")
    mask = os.urandom(4)
    return head + mask + masked(content, mask)


def masked(content: bytes, mask: bytes) -> bytes:
    """The content with every byte changed by the mask's."""
    length = len(content)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(content, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


class FrameReader:
    """Reads what a server sends; what breaks the protocol, or is too large, is a ``ValueError``."""

    __slots__ = ("_buffer", "_kind", "_length", "_parts")

    def __init__(self) -> None:
        """Begin behind the opening handshake."""
        self._buffer = bytearray()
        self._kind = 0
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, content: bytes) -> list[Event]:
        """Take what came; the messages that are whole now."""
        self._buffer += content
        events: list[Event] = []
        while (event := self._frame()) is not None:
            if event.kind:
                events.append(event)
        return events

    def _frame(self) -> Event | None:
        """One frame; of kind 0 where its message goes on."""
        buffer = self._buffer
        size = _size(buffer)
        if size is None or len(buffer) < size[0] + size[1]:
            return None
        begin, length = size
        kind, last = buffer[0] & 0x0F, bool(buffer[0] & 0x80)
        content = bytes(buffer[begin : begin + length])
        del buffer[: begin + length]
        return self._event(kind, content, last=last)

    def _event(self, kind: int, content: bytes, *, last: bool) -> Event:
        if kind in {CLOSE, PING, PONG}:
            if not last or len(content) > _LONGEST_CONTROL:
                raise ValueError("a control frame is in parts or too long")
            return Event(kind, content)
        if kind not in {_CONTINUATION, TEXT, BINARY} or (kind == _CONTINUATION) != bool(self._kind):
            message = f"a frame of kind {kind} can't stand here"
            raise ValueError(message)
        self._length += len(content)
        if self._length > _LONGEST_MESSAGE:
            message = f"a message is longer than {_LONGEST_MESSAGE} bytes"
            raise ValueError(message)
        self._kind = self._kind or kind
        self._parts.append(content)
        if not last:
            return Event(0, b"")
        event = Event(self._kind, content if len(self._parts) == 1 else b"".join(self._parts))
        self._kind, self._parts, self._length = 0, [], 0
        return event


def _size(buffer: bytearray) -> tuple[int, int] | None:
    """Where a frame's content begins and how long it is; ``None`` until that is known."""
    if len(buffer) < _CODE_BYTES:
        return None
    if buffer[0] & 0x70 or buffer[1] & 0x80:
        raise ValueError("a frame has an extension that nobody agreed on, or is masked")
    length = buffer[1] & 0x7F
    begin = 2
    if length >= _TWO_BYTES:
        begin = 4 if length == _TWO_BYTES else 10
        if len(buffer) < begin:
            return None
        length = int.from_bytes(buffer[2:begin], "big")
    if length > _LONGEST_MESSAGE:
        message = f"a message is longer than {_LONGEST_MESSAGE} bytes"
        raise ValueError(message)
    return begin, length
