"""Which types of a description are those that it had before, where their places have moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.model import EnumType, ObjectType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sdkgen.api.model import NamedType, Pointer

_INDEX = re.compile(r"(?<=/)(oneOf|anyOf|allOf|prefixItems|parameters)/[0-9]+(?=/|$)")
_ENOUGH = 0.5
"""The share of common members from which on two types are taken for one."""


def kin(types: Iterable[NamedType], tables: Mapping[str, Mapping[str, str]]) -> dict[Pointer, Pointer]:
    """The place that a type had before, for those types that are known from another place.

    Only places with a number in them move without anybody's doing: a variant or parameter put before others moves all that follow. Among
    such, those with the most members in common are the same; who has less than half in common with everybody is new, even where the number
    is the same.
    """
    known = {pointer: _members(tables, pointer) for pointer in tables.get("types", {}) if _INDEX.search(pointer)}
    numbered = {declared.pointer: members_of(declared) for declared in types if _INDEX.search(declared.pointer)}
    found: dict[Pointer, Pointer] = {}
    free = {pointer: members for pointer, members in known.items() if members}
    alike: dict[str, list[Pointer]] = {}
    for old in free:
        alike.setdefault(_pattern(old), []).append(old)
    pairs = [
        (likeness, old == new, new, old)
        for new, members in numbered.items()
        for old in alike.get(_pattern(new), ())
        if members and (likeness := _likeness(members, free[old])) >= _ENOUGH
    ]
    for _, _, new, old in sorted(pairs, key=lambda pair: (-pair[0], not pair[1], pair[2], pair[3])):
        if new not in found and old in free:
            found[new] = old
            del free[old]
    strangers = {new: "" for new, members in numbered.items() if new not in found and members and new in known}
    return found | strangers


def _pattern(pointer: Pointer) -> str:
    """A place without its numbers."""
    return _INDEX.sub(r"\1/#", pointer)


def _members(tables: Mapping[str, Mapping[str, str]], pointer: Pointer) -> frozenset[str]:
    return frozenset((*tables.get(f"fields {pointer}", ()), *tables.get(f"values {pointer}", ())))


def members_of(declared: NamedType) -> frozenset[str]:
    """What a type is known by, whatever it is called: its keys or values; nothing for a type that has none."""
    match declared:
        case ObjectType():
            return frozenset(field.wire_name for field in declared.fields)
        case EnumType():
            return frozenset(member.value for member in declared.members)
        case _:
            return frozenset()


def are_alike(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two types have enough members in common to be one."""
    return bool(left | right) and _likeness(left, right) >= _ENOUGH


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right)
