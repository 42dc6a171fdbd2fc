"""Dotted places: how a profile says where an argument goes and where an answer keeps what we look for.

``balances[].free`` reads every ``free`` of a list, ``data[0].price`` one, ``bids[].[0]`` the first of each pair,
``filters[filterType=PRICE_FILTER].tickSize`` that of the items whose ``filterType`` is that text, ``changes[0=buy][1]`` the second of each
list that begins with that text. Where an object's keys are data, ``open{}.status`` reads every member and ``open{name}`` the keys
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from sdkgen.api.json_text import number_text

HEADER = "header."
"""What a place begins with that names a header of an answer."""
_STEP = re.compile(r"\[(\d*)\]|\[([^.\[\]=]+)=([^\[\]]*)\]|\{(|name)\}|([^.\[\]{}]+)")


class StepKind(Enum):
    """What a step steps into."""

    MEMBER = "member"
    """The member of an object that has ``key``."""
    ITEMS = "items"
    """The items of a list: the one at ``position``, those that have ``wanted`` as ``key``, or all."""
    VALUES = "values"
    """Every member of an object."""
    NAMES = "names"
    """The keys of an object."""


class Step(NamedTuple):
    """One step of a place, as text; what it does not say is empty."""

    kind: StepKind

    key: str = ""
    position: str = ""
    wanted: str = ""


def steps(place: str) -> tuple[Step, ...]:
    """A place, step by step."""
    return tuple(_step(found) for found in _STEP.finditer(place))


def _step(found: re.Match[str]) -> Step:
    position, member, wanted, names, key = found.groups()
    if key is not None:
        return Step(StepKind.MEMBER, key=key)
    if names is not None:
        return Step(StepKind.NAMES if names else StepKind.VALUES)
    return Step(StepKind.ITEMS, key=member or "", position=position or "", wanted=wanted or "")


def read(document: Any, place: str) -> tuple[str, ...]:
    """The values at a place, as text, in the document's order; empty where it has none.

    Numbers keep their digits (the document must have been read without binary floats); ``true`` and ``null`` are written as JSON does.
    """
    return tuple(_text(value) for value in _walk(document, steps(place)) if not isinstance(value, dict | list))


def read_rows(document: Any, place: str) -> tuple[str, ...]:
    """The same, with one value for each item of the innermost list (or member of the innermost object whose keys are data).

    An item that has nothing at the place reads as ``null``, so that what is read of rows stays beside the rest of them.
    """
    path = steps(place)
    whole = [
        number for number, step in enumerate(path) if step.kind is StepKind.VALUES or (step.kind is StepKind.ITEMS and not any(step[1:]))
    ]
    if not whole:
        return read(document, place)
    inner = whole[-1] + 1
    return tuple(_text(next(_walk(item, path[inner:]), None)) for item in _walk(document, path[:inner]))


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
    for inner in _stepped(node, todo[0]):
        yield from _walk(inner, todo[1:])


def _stepped(node: Any, step: Step) -> list[Any]:
    match step.kind, node:
        case StepKind.MEMBER, dict():
            return [node[step.key]] if step.key in node else []
        case StepKind.VALUES, dict():
            return list(node.values())
        case StepKind.NAMES, dict():
            return list(node)
        case StepKind.ITEMS, list():
            return _items(node, step)
        case _:
            return []


def _items(node: list[Any], step: Step) -> list[Any]:
    if step.position:
        return node[int(step.position) : int(step.position) + 1]
    if step.key:
        return [item for item in node if any(_text(value) == step.wanted for value in _stepped(item, _of_item(item, step.key)))]
    return node


def _of_item(item: Any, key: str) -> Step:
    """The step to what an item of a list is told by: the member of that name, or what stands there by number."""
    return Step(StepKind.ITEMS, position=key) if isinstance(item, list) and key.isdecimal() else Step(StepKind.MEMBER, key=key)


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
