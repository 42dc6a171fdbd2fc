"""Schemas that hold for some values of another only: ``if``, ``then``, ``else`` and ``dependentSchemas``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE = ("if", "then", "else")
_NAMED = ("dependentSchemas", "dependencies")
_WORDS = frozenset((*_ONE, *_NAMED))


def conditional_schemas(place: Place) -> Iterator[Place]:
    """The schemas that hold sometimes. What they say of properties may or may not be there, so none of it is required."""
    if not isinstance(place.value, dict) or not _WORDS & place.value.keys():
        return
    for keyword in _ONE:
        if isinstance(value := place.value.get(keyword), dict):
            yield Place(pointer=join(place.pointer, keyword), value=value)
    for keyword in _NAMED:
        entries = place.value.get(keyword)
        for name, value in entries.items() if isinstance(entries, dict) else ():
            if isinstance(value, dict):
                yield Place(pointer=join(place.pointer, keyword, name), value=value)
