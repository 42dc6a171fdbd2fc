"""A call as it came over the wire, before anything is believed of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCall:
    """An HTTP request."""

    method: str
    path: str
    """As on the wire, percent-encoded."""
    query: str
    """As on the wire, without ``?``."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""
    body: bytes
    body_is_complete: bool
    """Whether ``body`` is all of it; only the beginning of a body that is too large is kept."""
    client: str
    """The caller's address: who pays for calls that nobody signed."""

    def header(self, name: str) -> str | None:
        """A header's value, without the white space around it; ``None`` where it is missing or given more than once."""
        values = [value.strip(" \t") for given, value in self.headers if given == name.lower()]
        return values[0] if len(values) == 1 else None
