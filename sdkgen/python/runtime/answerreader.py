"""Reads an answer of HTTP/1.1 from bytes as they come. Both transports use it."""

from __future__ import annotations

import re
from typing import Final

from .errors import printable
from .http1 import Answer

LONGEST_ANSWER: Final = 256 * 1024 * 1024
_LONGEST_HEAD: Final = 128 * 1024
_LONGEST_LINE: Final = 4096
"""Of a chunk's size with its extensions."""
_STATUS: Final = re.compile(r"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: .*)?", re.DOTALL)
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)
_SWITCHING: Final = 101
_FIRST_FINAL: Final = 200
_WITHOUT_BODY: Final = frozenset({204, 304})
_END_OF_HEAD: Final = b"\r\n\r\n"


class AnswerReader:
    """Reads one answer; what breaks the protocol, or is too large, is a ``ValueError``."""

    __slots__ = (
        "_at",
        "_buffer",
        "_chunks",
        "_headers",
        "_left",
        "_length",
        "_method",
        "_scanned",
        "_status",
        "_step",
        "answer",
        "reusable",
    )

    def __init__(self, method: str) -> None:
        """Take the request's method: the answer to HEAD has no body."""
        self._method = method
        self._buffer = bytearray()
        self._at = 0
        """What stands before it in the buffer was read."""
        self._scanned = 0
        self._step = self._head
        self._status = 0
        self._headers: dict[str, str] = {}
        self._left = 0
        self._length = 0
        self._chunks: list[bytes] = []
        self.answer: Answer | None = None
        """The whole answer, once it is there."""
        self.reusable = False
        """Whether the connection may be used again afterwards."""

    @property
    def rest(self) -> bytes:
        """What came after the answer."""
        return bytes(self._buffer[self._at :])

    def feed(self, content: bytes) -> bool:
        """Take what came; whether the answer is whole."""
        self._buffer += content
        while self.answer is None and self._step():
            pass
        if self.answer is not None and len(self._buffer) > self._at and self._status != _SWITCHING:
            self.reusable = False
        return self.answer is not None

    def end(self) -> Answer:
        """The other side closed: what has no other end ends here."""
        if self._step == self._until_closed:
            self._finish()
        if self.answer is None:
            begun = bool(self._status or self._buffer)
            message = "the connection ended before the answer did" if begun else "the connection was closed without an answer"
            raise ValueError(message)
        return self.answer

    def _head(self) -> bool:
        found = self._buffer.find(_END_OF_HEAD, max(0, self._scanned - 3))
        if found < 0:
            self._scanned = len(self._buffer)
            if self._scanned > _LONGEST_HEAD:
                message = f"the answer's head is longer than {_LONGEST_HEAD} bytes"
                raise ValueError(message)
            return False
        start, *lines = self._buffer[:found].decode("latin-1").split("\r\n")
        del self._buffer[: found + 4]
        self._scanned = 0
        matched = _STATUS.fullmatch(start)
        if matched is None or found > _LONGEST_HEAD:
            message = f"this is no answer of HTTP/1.1: {printable(start)}"
            raise ValueError(message)
        self._status = int(matched[2])
        self._headers = _headers(lines)
        if self._status >= _FIRST_FINAL or self._status == _SWITCHING:
            self._begin_body(minor=matched[1])
        return True

    def _begin_body(self, *, minor: str) -> None:
        said = self._headers.get("connection", "").lower()
        self.reusable = "close" not in said and (minor == "1" or "keep-alive" in said)
        coding = self._headers.get("transfer-encoding")
        length = self._headers.get("content-length")
        if self._method == "HEAD" or self._status in _WITHOUT_BODY or self._status == _SWITCHING:
            self._finish()
        elif coding is not None:
            if coding.strip().lower() != "chunked":
                message = f"the answer's transfer encoding is not known: {printable(coding)}"
                raise ValueError(message)
            # RFC 9112, section 6.3: both at once may be an attempt at smuggling.
            self.reusable = self.reusable and length is None
            self._step = self._chunk_size
        elif length is not None:
            self._left = _length(length)
            self._step = self._counted
        else:
            self.reusable = False
            self._step = self._until_closed

    def _counted(self) -> bool:
        if len(self._buffer) < self._left:
            return False
        self._chunks.append(bytes(self._buffer[: self._left]))
        self._at = self._left
        self._finish()
        return True

    def _until_closed(self) -> bool:
        if self._buffer:
            self._keep(len(self._buffer))
        return False

    def _chunk_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        matched = _SIZE.fullmatch(line)
        if matched is None:
            message = f"a chunk's size is none: {printable(line.decode('latin-1'))}"
            raise ValueError(message)
        self._left = int(matched[1], 16)
        self._step = self._chunk if self._left else self._trailer
        return True

    def _chunk(self) -> bool:
        if len(self._buffer) < self._left + 2:
            if self._length + self._left > LONGEST_ANSWER:
                self._keep(self._left)
            return False
        self._keep(self._left)
        if not self._buffer.startswith(b"\r\n"):
            message = "a chunk is longer than it says"
            raise ValueError(message)
        del self._buffer[:2]
        self._step = self._chunk_size
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line is None:
            return False
        self._length += len(line)
        if self._length > LONGEST_ANSWER:
            self._keep(0)
        if not line:
            self._finish()
        return True

    def _line(self) -> bytes | None:
        found = self._buffer.find(b"\r\n", 0, _LONGEST_LINE)
        if found < 0:
            if len(self._buffer) > _LONGEST_LINE:
                message = f"a line of a chunked answer is longer than {_LONGEST_LINE} bytes"
                raise ValueError(message)
            return None
        line = bytes(self._buffer[:found])
        del self._buffer[: found + 2]
        return line

    def _keep(self, length: int) -> None:
        self._length += length
        if self._length > LONGEST_ANSWER:
            message = f"the answer is longer than {LONGEST_ANSWER} bytes"
            raise ValueError(message)
        self._chunks.append(bytes(self._buffer[:length]))
        del self._buffer[:length]

    def _finish(self) -> None:
        self.answer = Answer(self._status, self._headers, self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks))


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or _NAME.fullmatch(name) is None or "\n" in line or "\r" in line or "\0" in line:
            message = f"a header of the answer is none: {printable(line)}"
            raise ValueError(message)
        key = name.lower()
        value = value.strip(" \t")
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _length(text: str) -> int:
    said = {each.strip() for each in text.split(",")}
    length = said.pop()
    if said or not length.isdecimal() or not length.isascii() or len(length) > len(str(LONGEST_ANSWER)):
        message = f"the answer's length is none, or too large: {printable(text)}"
        raise ValueError(message)
    if int(length) > LONGEST_ANSWER:
        message = f"the answer is longer than {LONGEST_ANSWER} bytes"
        raise ValueError(message)
    return int(length)
