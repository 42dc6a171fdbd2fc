"""Answers as a bad network delivers them: cut, halved, in pieces, or a page of HTML instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = b"<!DOCTYPE html><title>Sorry</title><p>Something between you and the exchange is not well.\n"
_END_OF_HEAD = b"\r\n\r\n"
_BODILESS = (b" 204 ", b" 304 ")
_GARBAGE = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"
"""Looks like TLS; is no HTTP."""
_HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n" * 2


def page(status: int, headers: str = "") -> bytes:
    """An answer of a gateway: HTML, after which the connection closes."""
    head = f"HTTP/1.1 {status} Trouble\r\ncontent-type: text/html\r\n{headers}content-length: {len(_PAGE)}\r\nconnection: close\r\n\r\n"
    return head.encode() + _PAGE


def first_half(answer: bytes) -> bytes:
    """The head and half the body."""
    return answer[: (answer.index(_END_OF_HEAD) + len(answer)) // 2]


def halved(answer: bytes) -> bytes:
    """The answer with half its body, and a length that says that this is all."""
    head, _, body = answer.partition(_END_OF_HEAD)
    half = body[: len(body) // 2]
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-length:", b"transfer-encoding:"))]
    return b"\r\n".join((*lines, b"content-length: %d" % len(half))) + _END_OF_HEAD + half


def pieces(answer: bytes, count: int) -> tuple[bytes, ...]:
    """The answer in so many bytes at a time."""
    return tuple(answer[place : place + count] for place in range(0, len(answer), count))


def reusable(answer: bytes) -> tuple[bytes, bool]:
    """The answer without a word on its connection, and whether another may follow it: it says itself where it ends."""
    head, _, body = answer.partition(_END_OF_HEAD)
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    ends = any(line.lower().startswith((b"content-length:", b"transfer-encoding:")) for line in lines)
    if not ends and not any(mark in lines[0] + b" " for mark in _BODILESS):
        return answer, False
    return b"\r\n".join(kept) + _END_OF_HEAD + body, True


_WAYS: dict[Trouble, Callable[[bytes, int], tuple[bytes, ...]]] = {
    Trouble.DRIPPED: lambda answer, _: pieces(answer, 64),
    Trouble.DOUBLED_ANSWER: lambda answer, _: (answer + answer,),
    Trouble.HINTED: lambda answer, _: (_HINTS, answer),
    Trouble.CUT_ANSWER: lambda answer, _: (first_half(answer),),
    Trouble.BROKEN_ANSWER: lambda answer, _: (halved(answer),),
    Trouble.GARBLED: lambda _, __: (_GARBAGE,),
    Trouble.PAGE: lambda _, __: (page(200),),
    Trouble.BAD_GATEWAY: lambda _, __: (page(502),),
    Trouble.UNAVAILABLE: lambda _, __: (page(503),),
    Trouble.THROTTLED: lambda _, wait_s: (page(429, f"retry-after: {wait_s}\r\n"),),
}


def spoilt(trouble: Trouble, answer: bytes, retry_after_s: int) -> tuple[bytes, ...]:
    """What comes in the place of the sandbox's answer, part by part; the answer itself where the trouble is of another kind."""
    way = _WAYS.get(trouble)
    return (answer,) if way is None else way(answer, retry_after_s)
