"""Dotted places, such as ``data.list[].id``, as steps through an answer's JSON or through typed values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, ListOf, MapOf, Nullable, ObjectType, Reference, Scalar, ScalarKind, TupleOf, UnionType
from sdkgen.typescript.names import property_name
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from sdkgen.api.model import Api, NamedType, Type

ANY = Scalar(kind=ScalarKind.ANY)
_STEP = re.compile(r"([^\[\]]*)((?:\[\d*\])*)")
_HEADER = "header."

Steps = tuple[str | None, ...]
"""Names and indexes; ``None`` is any item of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A place in a typed value."""

    steps: Steps
    """By the names that properties have in TypeScript."""
    type: Type
    """What stands there; ``ANY`` where the types do not say."""


def steps_of(place: str) -> Steps:
    """``data.orders[0].list[].id`` as ``data``, ``orders``, ``0``, ``list``, any, ``id``; nothing for the answer itself."""
    steps: list[str | None] = []
    for part in place.split(".") if place else ():
        found = _STEP.fullmatch(part)
        name, places = found.groups() if found is not None else (part, "")
        steps += [*([name] if name else []), *(index or None for index in re.findall(r"\[(\d*)\]", places))]
    return tuple(steps)


def steps_text(steps: Steps) -> str:
    """The steps as TypeScript."""
    return f"[{', '.join('null' if step is None else literal(step) for step in steps)}]"


def place_text(place: str) -> str:
    """A place of an answer as the runtime's ``Place``."""
    header = header_of(place)
    return steps_text(steps_of(place)) if header is None else f"{{ header: {json.dumps(header)} }}"


def header_of(place: str) -> str | None:
    """The header that the place names; ``None`` where it is one of the body."""
    return place.removeprefix(_HEADER) if place.startswith(_HEADER) else None


def typed_place(api: Api, start: Type, place: str) -> Typed:
    """Follow a place, by wire names, through types."""
    steps: list[str | None] = []
    used = start
    for step in steps_of(place):
        found, used = _followed(api, used, step)
        steps += found
    return Typed(steps=tuple(steps), type=used)


def bare(api: Api, used: Type) -> Type:
    """The type without ``null`` and aliases."""
    while True:
        if isinstance(used, Nullable):
            used = used.inner
            continue
        declared = api.type_named(used.name) if isinstance(used, Reference) else None
        if not isinstance(declared, AliasType):
            return used
        used = declared.target


def _followed(api: Api, used: Type, step: str | None) -> tuple[Steps, Type]:
    """One step's names in TypeScript, and where it leads."""
    found = _into(api, bare(api, used), step)
    return ((step,), ANY) if found is None else found


def _into(api: Api, used: Type, step: str | None) -> tuple[Steps, Type] | None:
    """``None`` where the type has no such step."""
    match used:
        case ListOf(items=items) if step is None or step.isdigit():
            return (step,), items
        case TupleOf(items=items, rest=rest) if step is not None and step.isdigit():
            return (step,), items[int(step)] if int(step) < len(items) else rest or ANY
        case MapOf(values=values) if step is not None:
            return (step,), values
        case Reference(name=name):
            return _into_named(api, api.type_named(name), step)
        case _:
            return None


def _into_named(api: Api, declared: NamedType, step: str | None) -> tuple[Steps, Type] | None:
    if isinstance(declared, UnionType):
        found = (_into(api, bare(api, variant), step) for variant in declared.variants)
        return next((each for each in found if each is not None), None)
    return _property(declared, step) if isinstance(declared, ObjectType) and step is not None else None


def _property(declared: ObjectType, wire_name: str) -> tuple[Steps, Type]:
    for field in declared.fields:
        if field.wire_name == wire_name:
            return (property_name(field.name),), field.type
    extra = "extra_" if any(property_name(field.name) == "extra" for field in declared.fields) else "extra"
    return (extra, wire_name), declared.extra or ANY
