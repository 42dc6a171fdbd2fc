"""JSON with every digit: numbers with a point are read as ``Decimal`` and written as they are."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

MAX_DEPTH = 32
"""No request of this exchange nests deeper than two."""

Json = None | bool | int | str | Decimal | list["Json"] | dict[str, "Json"]
"""What comes in and goes out; ``float`` never occurs."""


class JsonError(ValueError):
    """The text is not JSON (RFC 8259), repeats a name, or nests too deep."""


def read(body: bytes) -> Json:
    """The value that a body holds.

    Raises:
        JsonError: it holds none.
    """
    try:
        text = body.decode()
        _refuse_depth(text)
        value: Json = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise JsonError("the body is not JSON as RFC 8259 describes it, without repeated names") from error
    return value


def write(value: Any) -> bytes:
    """The value as JSON in ASCII, decimals with the digits that they have."""
    return "".join(_parts(value)).encode("ascii")


def plain(number: Decimal) -> str:
    """A decimal without exponent and without zeros at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parts(value: Any) -> list[str]:
    match value:
        case Decimal():
            return [plain(value)]
        case dict():
            inner = [",".join("".join([json.dumps(key), ":", *_parts(item)]) for key, item in value.items())]
            return ["{", *inner, "}"]
        case list() | tuple():
            return ["[", ",".join("".join(_parts(item)) for item in value), "]"]
        case None | bool() | int() | str():
            return [json.dumps(value)]
        case _:
            raise TypeError(f"{type(value).__name__} is not written to JSON here")


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonError("a name is repeated")
    return members


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise JsonError("the body nests too deep")


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest
