"""Texts of strangers as UTF-8 can say them: JSON may hold half a character (a lone surrogate, escaped), and no file can."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar, cast

T = TypeVar("T")


def encodable(value: T) -> T:
    """The same text, tuple or dataclass with U+FFFD for every lone surrogate in it."""
    return cast("T", _clean(value))


def _clean(value: Any) -> Any:
    if type(value) is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, tuple):
        return tuple(_clean(entry) for entry in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{field.name: _clean(getattr(value, field.name)) for field in dataclasses.fields(value)})
    return value
