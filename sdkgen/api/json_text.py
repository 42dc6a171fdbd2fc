"""Exact JSON: reading, writing and comparing without a binary float anywhere."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
"""A JSON value in memory: whole numbers are ``int``, all others ``Decimal`` with the digits that were written."""

MAX_DEPTH = 100
"""How deep a value may nest. The deepest real description known nests 20 levels."""

_LONGEST_INT = 4000
"""Python refuses to convert longer digit strings to ``int`` (``sys.get_int_max_str_digits``); they become ``Decimal``."""

_PLAIN_EXPONENT = 64
"""Numbers are written without an exponent while that adds at most this many zeros."""


class JsonTextError(ValueError):
    """The text is no JSON, nests too deep, or names a key twice where that is not allowed."""


def whole_number(digits: str) -> int | Decimal:
    """An integer literal's value, whatever its length."""
    return int(digits) if len(digits) < _LONGEST_INT else Decimal(digits)


def decimal_number(literal: str) -> Decimal:
    """A number literal's exact value.

    Raises:
        JsonTextError: its exponent is beyond what a decimal can hold.
    """
    try:
        return Decimal(literal)
    except InvalidOperation as error:
        raise JsonTextError(f"the number {literal[:40]} is out of range") from error


def _refuse_constant(name: str) -> None:
    raise JsonTextError(f"{name} is no JSON number")


def loads_exact(text: str | bytes, *, on_duplicate: Callable[[str], None] | None = None, strict: bool = True) -> JsonValue:
    """Read one JSON value.

    Args:
        text: JSON source text (bytes: UTF-8).
        on_duplicate: told each key that an object names twice (objects of different keys are joined, else the last value counts); without
            it that is an error.
        strict: whether control characters inside of strings are an error.

    Raises:
        JsonTextError: the text is no JSON, nests deeper than ``MAX_DEPTH``, or names a key twice and nobody is told.
    """

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(entries)
        if len(result) != len(entries):
            _tell_duplicates(entries, on_duplicate)
            for key, value in entries:
                result[key] = joined(result[key], value)
        return result

    try:
        source = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        value = json.loads(
            source,
            parse_float=decimal_number,
            parse_int=whole_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=pairs,
            strict=strict,
        )
    except RecursionError as error:
        raise JsonTextError(f"the value nests deeper than {MAX_DEPTH} levels") from error
    except JsonTextError:
        raise
    except ValueError as error:
        raise JsonTextError(str(error)) from error
    if _deeper_than(value, MAX_DEPTH):
        raise JsonTextError(f"the value nests deeper than {MAX_DEPTH} levels")
    return cast("JsonValue", value)


def joined(last: Any, other: Any) -> Any:
    """What a key that stands twice holds: both values' entries where they are objects without a common key, else the last value."""
    if isinstance(last, dict) and isinstance(other, dict) and last is not other and not last.keys() & other.keys():
        return {**other, **last}
    return last


def _tell_duplicates(entries: list[tuple[str, Any]], on_duplicate: Callable[[str], None] | None) -> None:
    seen: set[str] = set()
    for key, _ in entries:
        if key in seen:
            if on_duplicate is None:
                raise JsonTextError(f"the key {json.dumps(key)} stands twice in one object")
            on_duplicate(key)
        seen.add(key)


def _deeper_than(value: object, limit: int) -> bool:
    level: list[object] = [value]
    for _ in range(limit):
        level = [inner for outer in level for inner in _children(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterator[object]:
    match value:
        case dict():
            yield from value.values()
        case list():
            yield from value
        case _:
            pass


def number_text(number: int | Decimal) -> str:
    """A number as JSON source text: ``1.10`` stays ``1.10``, ``1E-8`` becomes ``0.00000001``.

    Raises:
        JsonTextError: it is no finite number.
    """
    if isinstance(number, int):
        return str(number)
    if not number.is_finite():
        raise JsonTextError(f"{number} is no JSON number")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -_PLAIN_EXPONENT <= exponent <= _PLAIN_EXPONENT:
        return format(number, "f")
    return str(number)


def dumps_exact(value: JsonValue) -> str:
    """Write one JSON value: no insignificant white space, keys in their order, non-ASCII characters as they are.

    Raises:
        JsonTextError: a number is not finite.
    """
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _string_text(text: str) -> str:
    # A lone surrogate can't be written in UTF-8, so that whole string falls back to ASCII escapes.
    return encode_basestring_ascii(text) if _LONE_SURROGATE.search(text) else encode_basestring(text)


def _write(value: JsonValue, parts: list[str]) -> None:
    match value:
        case None:
            parts.append("null")
        case bool():
            parts.append("true" if value else "false")
        case int() | Decimal():
            parts.append(number_text(value))
        case str():
            parts.append(_string_text(value))
        case list():
            _write_all(((None, item) for item in value), "[]", parts)
        case dict():
            _write_all(value.items(), "{}", parts)


def _write_all(entries: Any, brackets: str, parts: list[str]) -> None:
    parts.append(brackets[0])
    separator = ""
    for key, item in entries:
        parts.append(separator)
        separator = ","
        if key is not None:
            parts.append(_string_text(key) + ":")
        _write(item, parts)
    parts.append(brackets[1])


def same_json(left: JsonValue, right: JsonValue) -> bool:
    """Whether two values mean the same: numbers by exact value (``1`` is ``1.0`` is ``1.00``), keys in any order."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    match left, right:
        case ((int() | Decimal()), (int() | Decimal())):
            return left == right
        case str(), str():
            return left == right
        case list(), list():
            return len(left) == len(right) and all(same_json(a, b) for a, b in zip(left, right, strict=True))
        case dict(), dict():
            return left.keys() == right.keys() and all(same_json(value, right[key]) for key, value in left.items())
        case _:
            return left is None and right is None
