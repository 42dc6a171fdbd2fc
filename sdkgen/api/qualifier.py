"""Names of schemas without the packages that generators write before them: ``responses.Order``, ``com.venue.api.v1.Order``."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from sdkgen.api.name import key, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUALIFIED = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*\.[A-Z]\w*", re.ASCII)
_NOT_TELLING = frozenset(
    ("body", "config", "data", "detail", "details", "entry", "error", "event", "info", "input", "item", "items", "kind", "list")
) | frozenset(
    ("meta", "model", "object", "output", "page", "params", "payload", "query", "request", "response", "result", "state", "status", "type")
)
"""Words that say nothing of a thing without the package that they stand in."""


def unqualified(texts: Sequence[str]) -> tuple[str, ...]:
    """What to name schemas after, in their order: the last word of a dotted name where it says enough and no other schema has it.

    A schema inside another one (``Channel.ClosureType`` beside ``Channel``) keeps that one's name.
    """
    known = frozenset(texts)
    short = [_short(text, known) for text in texts]
    counted = Counter(key(words_of(text)) for text in short)
    return tuple(own if counted[key(words_of(own))] == 1 else text for text, own in zip(texts, short, strict=True))


def _short(text: str, known: frozenset[str]) -> str:
    if _QUALIFIED.fullmatch(text) is None:
        return text
    around, _, last = text.rpartition(".")
    if around in known:
        return f"{_short(around, known)}.{last}"
    words = words_of(last)
    return text if not words or (len(words) == 1 and words[0] in _NOT_TELLING) else last
