"""JSON in which every number keeps its digits: integers of any size and decimals, never binary floats."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .kinds import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
"""Any JSON value. Whole numbers are ``int``, others ``Decimal``."""

_LONGEST_NUMBER: Final = 400
"""Digits beyond which a number is written with an exponent, and beyond which no exponent is worked out."""
_DEEPEST: Final = 200
"""Levels of nesting beyond which nothing is written: no exchange nests so deep, a cycle does."""


def parse(text: str | bytes) -> JsonValue:
    """The value that a JSON text stands for.

    Raises:
        ValueError: it is no JSON text (NaN and infinities are none), repeats a key, or nests without end.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        value: JsonValue = _DECODER.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        message = "it nests too deep"
        raise ValueError(message) from None
    return value


def write(value: JsonValue) -> str:
    """The JSON text of a value: no white space, plain digits, keys in their own order.

    Raises:
        ValueError: a number is NaN or infinite, or something is no JSON value.
    """
    parts: list[str] = []
    _write(value, parts.append, 0)
    return "".join(parts)


def number_text(value: int | Decimal) -> str:
    """A number in plain digits, trailing zeros kept; with an exponent only beyond 400 digits.

    Raises:
        ValueError: it is NaN or infinite.
    """
    if not isinstance(value, Decimal):
        return int.__repr__(value)
    if not value.is_finite():
        message = f"{value} is no JSON number"
        raise ValueError(message)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and abs(exponent) > _LONGEST_NUMBER:
        return str(value)
    return format(value, "f")


def whole(value: Decimal) -> int | None:
    """The integer that a decimal is, or ``None`` where it is none, or one without end."""
    if abs(value.adjusted()) > _LONGEST_NUMBER or value != value.to_integral_value():
        return None
    return int(value)


def quoted(text: str) -> str:
    """A JSON string. Lone surrogates, which UTF-8 can't hold, are escaped; everything else but controls stands as it is."""
    written: str = _quote(text)
    if written.isascii() or not any("\ud800" <= each <= "\udfff" for each in written):
        return written
    return "".join(f"\\u{ord(each):04x}" if "\ud800" <= each <= "\udfff" else each for each in written)


def _write(value: object, add: Callable[[str], None], depth: int) -> None:
    if depth > _DEEPEST:
        message = "it nests too deep"
        raise ValueError(message)
    if isinstance(value, str):
        add(quoted(value))
    elif value is None or value is True or value is False:
        add(_WORDS[value])
    elif isinstance(value, (int, Decimal)):
        add(number_text(value))
    elif is_object(value):
        _write_object(value, add, depth + 1)
    elif is_array(value):
        mark = "["
        for item in value:
            add(mark)
            _write(item, add, depth + 1)
            mark = ","
        add("]" if mark == "," else "[]")
    else:
        message = f"{type(value).__name__} is no JSON value"
        raise ValueError(message)


def _write_object(value: dict[Any, Any], add: Callable[[str], None], depth: int) -> None:
    mark = "{"
    for key, member in value.items():
        if not isinstance(key, str):
            message = f"a key must be text, not {type(key).__name__}"
            raise ValueError(message)  # noqa: TRY004  # as above
        add(f"{mark}{quoted(key)}:")
        _write(member, add, depth)
        mark = ","
    add("}" if mark == "," else "{}")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) != len(pairs):
        # Which of two values is meant can't be known, and dropping one would be silent.
        message = "an object repeats a key"
        raise ValueError(message)
    return made


def _integer(text: str) -> int | Decimal:
    # An integer has no minus zero, a decimal has; and Python refuses to convert integers beyond 4,300 digits.
    return Decimal(text) if text == "-0" or len(text) > _LONGEST_NUMBER else int(text)


def _no_number(text: str) -> JsonValue:
    message = f"{text} is no JSON number"
    raise ValueError(message)


_WORDS: Final = {None: "null", True: "true", False: "false"}
_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_int=_integer, parse_constant=_no_number, object_pairs_hook=_object)
_quote: Final = json.encoder.encode_basestring
