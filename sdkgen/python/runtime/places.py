"""Dotted places in JSON values and in typed ones, by the names on the wire: ``data.list[].id``, ``error[0]``."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from .jsontext import number_text
from .kinds import is_array, is_object, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d*)\]")


@lru_cache(maxsize=512)
def steps_of(place: str) -> tuple[str | int | None, ...]:
    """Names, indices, and ``None`` for every item of a list."""
    return tuple(name or (int(index) if index else None) for name, index in _STEP.findall(place))


def values_at(value: Any, place: str) -> Iterator[Any]:
    """All that stands there, in the value's order; nothing where the place is not there."""
    return _walked(value, steps_of(place))


def _walked(value: Any, steps: tuple[str | int | None, ...]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step is None:
        for item in value if is_array(value) else ():
            yield from _walked(item, rest)
    elif isinstance(step, int):
        if is_array(value) and step < len(value):
            yield from _walked(value[step], rest)
    elif is_array(value):
        if step.isdecimal() and int(step) < len(value):
            yield from _walked(value[int(step)], rest)
    else:
        members = value if is_object(value) else members_of(value)
        if step in members:
            yield from _walked(members[step], rest)


def members_of(value: Any) -> dict[str, Any]:
    """The fields of a typed object by their names on the wire, those that are there."""
    kind = kind_of(value)
    fields = getattr(kind, "fields_", ())
    members = {each.wire: each.get(value) for each in fields}
    return {**kind.further_.get(value), **members} if fields else {}


def word(value: Any) -> str | None:
    """A single value's plain text; ``None`` for an object, a list and ``null``."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, (int, Decimal)) else None


def words_at(value: Any, place: str) -> Iterator[str]:
    """The plain texts that stand there."""
    return (text for found in values_at(value, place) if (text := word(found)) is not None)
