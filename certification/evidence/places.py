"""Dotted places: how a profile says where an argument goes and where an answer keeps what we look for.

``balances[].free`` reads every ``free`` of a list, ``data[0].price`` one, ``bids[].[0]`` the first of each pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sdkgen.api.json_text import number_text

_STEP = re.compile(r"\[(\d*)\]|([^.\[\]]+)")


def read(document: Any, place: str) -> tuple[str, ...]:
    """The values at a place, as text, in the document's order; empty where it has none.

    Numbers keep their digits (the document must have been read without binary floats); ``true`` and ``null`` are written as JSON does.
    """
    return tuple(_text(value) for value in _walk(document, tuple(_STEP.findall(place))) if not isinstance(value, dict | list))


def write(document: dict[str, Any], place: str, value: Any) -> None:
    """Put a value at a place made of object keys, making the objects on the way."""
    *parents, last = [key for _, key in _STEP.findall(place)]
    for key in parents:
        document = document.setdefault(key, {})
    document[last] = value


def _walk(node: Any, steps: tuple[tuple[str, str], ...]) -> Iterator[Any]:
    if not steps:
        yield node
        return
    (index, key), rest = steps[0], steps[1:]
    if key:
        if isinstance(node, dict) and key in node:
            yield from _walk(node[key], rest)
    elif not isinstance(node, list):
        return
    elif index:
        if int(index) < len(node):
            yield from _walk(node[int(index)], rest)
    else:
        for item in node:
            yield from _walk(item, rest)


def _text(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case _:
            return str(value)
