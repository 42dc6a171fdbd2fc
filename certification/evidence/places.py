"""Dotted places: how a profile says where an argument goes and where an answer keeps what we look for.

``balances[].free`` reads every ``free`` of a list, ``data[0].price`` one, ``bids[].[0]`` the first of each pair,
``filters[filterType=PRICE_FILTER].tickSize`` that of the items whose ``filterType`` is that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sdkgen.api.json_text import number_text

_STEP = re.compile(r"\[(\d*)\]|\[([^.\[\]=]+)=([^\[\]]*)\]|([^.\[\]]+)")


class Step(NamedTuple):
    """One step of a place, as text; what it does not say is empty, and a step that says nothing takes every item of a list."""

    position: str
    member: str
    wanted: str
    """The text that an item's ``member`` must have."""
    key: str


def steps(place: str) -> tuple[Step, ...]:
    """A place, step by step."""
    return tuple(Step(*found) for found in _STEP.findall(place))


def read(document: Any, place: str) -> tuple[str, ...]:
    """The values at a place, as text, in the document's order; empty where it has none.

    Numbers keep their digits (the document must have been read without binary floats); ``true`` and ``null`` are written as JSON does.
    """
    return tuple(_text(value) for value in _walk(document, steps(place)) if not isinstance(value, dict | list))


def write(document: dict[str, Any], place: str, value: Any) -> None:
    """Put a value at a place made of object keys, making the objects on the way."""
    *parents, last = [step.key for step in steps(place)]
    for key in parents:
        document = document.setdefault(key, {})
    document[last] = value


def _walk(node: Any, todo: tuple[Step, ...]) -> Iterator[Any]:
    if not todo:
        yield node
        return
    step, rest = todo[0], todo[1:]
    if step.key:
        if isinstance(node, dict) and step.key in node:
            yield from _walk(node[step.key], rest)
    elif isinstance(node, list):
        for item in _items(node, step):
            yield from _walk(item, rest)


def _items(node: list[Any], step: Step) -> list[Any]:
    if step.position:
        return node[int(step.position) : int(step.position) + 1]
    if step.member:
        return [item for item in node if isinstance(item, dict) and step.member in item and _text(item[step.member]) == step.wanted]
    return node


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
