"""How deep the smallest value of a type nests: what ends the making of values of types that contain themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import (
    AliasType,
    EnumType,
    ListOf,
    MapOf,
    Name,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    TupleOf,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENDLESS = 100
"""The height of a type whose values would contain themselves for ever, or nest so deep that nobody could read them."""


class Heights:
    """The heights of one API's types, each measured when it is first asked for."""

    def __init__(self, types: Mapping[Name, NamedType]) -> None:
        self._types = types
        self._heights: dict[Name, int] = {}

    def of(self, wanted: Type) -> int:
        """How many named types the smallest value of a type nests; ``ENDLESS`` where it has no finite value."""
        match wanted:
            case Reference():
                if wanted.name not in self._heights:
                    self._measure(wanted.name)
                return self._heights[wanted.name]
            case ListOf():
                return self.of(wanted.items) if wanted.min_items else 0
            case TupleOf():
                return max((self.of(item) for item in wanted.items), default=0)
            case Scalar() | MapOf() | Nullable():
                return 0
            case _:
                assert_never(wanted)

    def _measure(self, name: Name) -> None:
        # From above: all begin endless, and each round settles at least one type, until a round changes nothing.
        names = self._reachable(name)
        self._heights.update(dict.fromkeys(names, ENDLESS))
        changed = True
        while changed:
            changed = False
            for reached in reversed(names):
                height = min(ENDLESS, 1 + self._inside(self._types[reached]))
                changed = changed or height < self._heights[reached]
                self._heights[reached] = min(height, self._heights[reached])

    def _reachable(self, name: Name) -> list[Name]:
        """The types that a value may contain and whose heights are not known yet, the type itself first."""
        found = {name: None}
        pending = [name]
        while pending:
            inner = [reference for part in _parts(self._types[pending.pop()]) for reference in _references(part)]
            new = [reference for reference in inner if reference not in found and reference not in self._heights]
            found.update(dict.fromkeys(new))
            pending += new
        return list(found)

    def _inside(self, declared: NamedType) -> int:
        match declared:
            case ObjectType():
                return max((self.of(field.type) for field in declared.fields if field.required), default=0)
            case UnionType():
                return min((self.of(variant) for variant in declared.variants), default=0)
            case AliasType():
                return self.of(declared.target)
            case EnumType():
                return 0
            case _:
                assert_never(declared)


def _parts(declared: NamedType) -> tuple[Type, ...]:
    match declared:
        case ObjectType():
            return tuple(field.type for field in declared.fields)
        case UnionType():
            return declared.variants
        case AliasType():
            return (declared.target,)
        case EnumType():
            return ()
        case _:
            assert_never(declared)


def _references(wanted: Type) -> Iterator[Name]:
    match wanted:
        case Reference():
            yield wanted.name
        case ListOf():
            yield from _references(wanted.items)
        case TupleOf():
            for item in wanted.items:
                yield from _references(item)
        case Scalar() | MapOf() | Nullable():
            pass
        case _:
            assert_never(wanted)
