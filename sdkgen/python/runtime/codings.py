"""Undoes the content codings of answers (RFC 9110, section 8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .answerreader import LONGEST_ANSWER
from .errors import DecodeError
from .http1 import ACCEPTED_CODINGS

if TYPE_CHECKING:
    from .http1 import Answer

_MOST: Final = 2
"""Nobody encodes twice; whoever does it often means harm."""
_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""What ``zlib`` calls them."""
_RAW: Final = -15
_DEFLATED: Final = 8


def uncoded(answer: Answer) -> Answer:
    """The answer as it was before it was compressed; headers that speak of the compressed one are gone.

    Raises:
        DecodeError: it can't be read, or is longer than this client reads.
    """
    coding = answer.headers.get("content-encoding")
    if coding is None or not answer.body:
        return answer
    names = [name for each in coding.split(",") if (name := each.strip().lower()) not in {"", "identity"}]
    if len(names) > _MOST:
        raise DecodeError("an answer that is encoded once", value=f"{len(names)} codings", status=answer.status)
    body = answer.body
    for name in reversed(names):
        body = _undone(name, body, answer.status)
    headers = {name: value for name, value in answer.headers.items() if name not in {"content-encoding", "content-length"}}
    return answer._replace(body=body, headers=headers)


def _undone(name: str, body: bytes, status: int) -> bytes:
    import zlib  # noqa: PLC0415  # few answers are compressed, and importing the package is to be quick

    if name not in _WINDOWS:
        raise DecodeError(f"an answer encoded as {ACCEPTED_CODINGS}", value="another coding", status=status)
    # Some servers leave out the wrapper of deflate, whose first byte ends in the method's number (RFC 1950).
    raw = name == "deflate" and body[0] & 0x0F != _DEFLATED
    undoing = zlib.decompressobj(_RAW if raw else _WINDOWS[name])
    try:
        plain = undoing.decompress(body, LONGEST_ANSWER + 1)
    except zlib.error:
        raise DecodeError(name, value="something else", status=status) from None
    if len(plain) > LONGEST_ANSWER:
        raise DecodeError(f"at most {LONGEST_ANSWER} bytes", status=status)
    if not undoing.eof:
        raise DecodeError(f"{name} to its end", status=status)
    return plain
