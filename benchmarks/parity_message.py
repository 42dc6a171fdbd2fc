"""Whether two requests are the same bytes, but for what HTTP clients add about themselves."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.record import Message

_CLIENTS_OWN = frozenset(("host", "connection", "accept-encoding", "accept-language", "sec-fetch-mode", "user-agent"))
"""What each language's own HTTP client adds about itself; the port in Host is another one in each exercise."""


def differences(one: Message, other: Message) -> Iterator[str]:
    """The parts that differ."""
    if one.start != other.start:
        yield "method or target"
    if (one.body, one.base64) != (other.body, other.base64):
        yield "body"
    mine, theirs = dict(one.headers), dict(other.headers)
    for header in sorted((mine.keys() | theirs.keys()) - _CLIENTS_OWN):
        if mine.get(header) != theirs.get(header):
            yield f"header {header}"


def own_headers(one: Message, other: Message) -> Iterator[str]:
    """The clients' own headers that differ."""
    mine, theirs = dict(one.headers), dict(other.headers)
    return (name for name in _CLIENTS_OWN if mine.get(name) != theirs.get(name))
