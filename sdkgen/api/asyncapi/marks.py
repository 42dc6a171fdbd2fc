"""The constant places of a payload, by which a message is told from the others of its channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, Mark, Nullable, ObjectType, Reference, Scalar, TupleOf, Type, UnionType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import JsonText, Name, NamedType

_DEEPEST = 4
"""Keys below so many are never what tells messages apart."""
_MOST_VALUES = 50

Found = dict[tuple[str, ...], tuple["JsonText", ...]]


class Marks:
    """Finds the marks of one API's types."""

    def __init__(self, types: Mapping[Name, NamedType]) -> None:
        self._types = types

    def of(self, payload: Type) -> tuple[Mark, ...]:
        """Every place of the payload that is always there and always holds one of few values, in the description's order.

        An enum with several values is none, unless it is what several variants of the payload come to. A list's first item stands
        for all of them.
        """
        return tuple(Mark(path=path, values=values) for path, values in self._inside(payload, (), frozenset()).items())

    def _inside(self, wanted: Type, path: tuple[str, ...], around: frozenset[Name]) -> Found:
        if len(path) > _DEEPEST:
            return {}
        match wanted:
            case Reference(name=name):
                return {} if name in around else self._named(self._types[name], path, around | {name})
            case ListOf(items=items):
                return self._inside(items, (*path, "0"), around)
            case TupleOf(items=places):
                found: Found = {}
                for index, place in enumerate(places):
                    found.update(self._inside(place, (*path, str(index)), around))
                return found
            case Scalar() | MapOf() | Nullable():
                return {}
            case _:
                assert_never(wanted)

    def _named(self, declared: NamedType, path: tuple[str, ...], around: frozenset[Name]) -> Found:
        match declared:
            case AliasType(target=target):
                return self._inside(target, path, around)
            case EnumType(members=members):
                return {path: (members[0].value,)} if len(members) == 1 else {}
            case UnionType(variants=variants):
                return _shared([self._inside(variant, path, around) for variant in variants])
            case ObjectType():
                return self._object(declared, path, around)
            case _:
                assert_never(declared)

    def _object(self, declared: ObjectType, path: tuple[str, ...], around: frozenset[Name]) -> Found:
        # Where a description marks nothing as required it says nothing about what is always there; a constant is there to be seen.
        says = any(field.required for field in declared.fields)
        found: Found = {}
        for field in declared.fields:
            if field.required or not says:
                found.update(self._inside(field.type, (*path, field.wire_name), around))
        return found


def _shared(variants: list[Found]) -> Found:
    """What all variants have, with the values of each."""
    found: Found = {}
    for path in variants[0] if variants else ():
        if all(path in variant for variant in variants):
            values = tuple(dict.fromkeys(value for variant in variants for value in variant[path]))
            if len(values) <= _MOST_VALUES:
                found[path] = values
    return found
