"""Hands out one hostile text for every place where text may stand."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
STRING = {"type": "string"}


class Places:
    """Hands out the text, and keeps the names of the places that it was put in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.names: dict[str, None] = {}

    def __call__(self, place: str) -> str:
        """The text, for this place."""
        self.names[place] = None
        return self._text


def in_pointer(name: str) -> str:
    """A name as it stands in a JSON pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")
