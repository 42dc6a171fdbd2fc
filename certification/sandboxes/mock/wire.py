"""HTTP/1.1 as far as a server needs it that must see every byte: requests are read, nothing about them is interpreted."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from .plan import PlannedAnswer

MAX_HEAD = 256 * 1024
MAX_BODY = 32 * 1024 * 1024
_PARTS_OF_A_REQUEST_LINE = 3


class WireError(Exception):
    """The peer does not speak HTTP/1.1, or says too much."""


@dataclass(frozen=True)
class Request:
    """A request's bytes, cut into their parts."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    keep_alive: bool


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """The next request of a connection; ``None`` where the peer closed it between two.

    Raises:
        WireError: what came is no HTTP/1.1 request.
    """
    head = await _head(reader)
    if head is None:
        return None
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != _PARTS_OF_A_REQUEST_LINE:
        raise WireError("the request line has not three parts")
    headers = tuple(_header(line) for line in lines[1:] if line)
    lowered = {name.lower(): value for name, value in headers}
    if lowered.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _body(reader, lowered)
    keep_alive = parts[2] == "HTTP/1.1" and lowered.get("connection", "").lower() != "close"
    return Request(method=parts[0], target=parts[1], headers=headers, body=body, keep_alive=keep_alive)


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        if not line:
            return None
        head += line
        if len(head) > MAX_HEAD:
            raise WireError("the request's head is too long")
    return bytes(head[:-4])


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise WireError("a header line has no name")
    return name, value.strip(" \t")


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _chunks(reader)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY:
        raise WireError("Content-Length is no number, or too large")
    return await reader.readexactly(int(length))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        try:
            size = int((await reader.readline()).split(b";")[0], 16)
        except ValueError as error:
            raise WireError("a chunk has no size") from error
        if len(body) + size > MAX_BODY:
            raise WireError("the body is too large")
        body += await reader.readexactly(size)
        await reader.readline()
        if size == 0:
            return bytes(body)


def chunks(body: bytes) -> bytes:
    """A body in three chunks, so that values are cut in the middle."""
    size = len(body) // 3 + 1
    cut = [body[place : place + size] for place in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in cut) + b"0\r\n\r\n"


def answer_bytes(answer: PlannedAnswer, *, keep_alive: bool, head_only: bool) -> tuple[bytes, bytes]:
    """Head and body of an answer. Statuses without a body (204, 304) get neither body nor length."""
    bodiless = answer.status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unnamed"
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    chunked = answer.chunked and not bodiless
    if not bodiless:
        lines.append("transfer-encoding: chunked" if chunked else f"content-length: {len(answer.body)}")
    lines.append(f"connection: {'keep-alive' if keep_alive else 'close'}")
    body = b"" if bodiless or head_only else chunks(answer.body) if chunked else answer.body
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body
