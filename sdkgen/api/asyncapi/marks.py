"""The constant places of a payload, by which a message is told from the others of its channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, Mark, Nullable, ObjectType, Reference, Scalar, TupleOf, Type, UnionType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import JsonText, Name, NamedType

_DEEPEST = 4
"""Keys below so many are never what tells messages apart."""
_MOST_NAMES = 8
"""So many names of names of types are looked through."""
_MOST_VALUES = 50
_MOST_MARKS = 64

Found = dict[tuple[str, ...], tuple["JsonText", ...]]


class Marks:
    """Finds the marks of one API's types."""

    def __init__(self, types: Mapping[Name, NamedType]) -> None:
        self._types = types
        self._known: dict[tuple[Name, int, int], Found] = {}

    def of(self, payload: Type) -> tuple[Mark, ...]:
        """Every place of the payload that is always there and always holds one of few values, in the description's order.

        An enum with several values is none, unless it is what several variants of the payload come to. A list's first item stands
        for all of them.
        """
        return tuple(Mark(path=path, values=values) for path, values in self._inside(payload, _DEEPEST, _MOST_NAMES).items())

    def _inside(self, wanted: Type, keys: int, names: int) -> Found:
        """The constant places in a value, their paths from there; at most so many keys deep, through so many names of types."""
        match wanted:
            case Reference(name=name):
                place = (name, keys, names)
                if place not in self._known:
                    self._known[place] = self._named(self._types[name], keys, names - 1) if names else {}
                return self._known[place]
            case ListOf(items=items):
                return self._below("0", items, keys, names)
            case TupleOf(items=places):
                found: Found = {}
                for index, place_type in enumerate(places):
                    found |= self._below(str(index), place_type, keys, names)
                return _few(found)
            case Scalar() | MapOf() | Nullable():
                return {}
            case _:
                assert_never(wanted)

    def _below(self, key: str, wanted: Type, keys: int, names: int) -> Found:
        if not keys:
            return {}
        return {(key, *path): values for path, values in self._inside(wanted, keys - 1, names).items()}

    def _named(self, declared: NamedType, keys: int, names: int) -> Found:
        match declared:
            case AliasType(target=target):
                return self._inside(target, keys, names)
            case EnumType(members=members):
                return {(): (members[0].value,)} if len(members) == 1 else {}
            case UnionType(variants=variants):
                return _shared([self._inside(variant, keys, names) for variant in variants])
            case ObjectType():
                return self._object(declared, keys, names)
            case _:
                assert_never(declared)

    def _object(self, declared: ObjectType, keys: int, names: int) -> Found:
        # Where a description marks nothing as required it says nothing about what is always there; a constant is there to be seen.
        says = any(field.required for field in declared.fields)
        found: Found = {}
        for field in declared.fields:
            if field.required or not says:
                found |= self._below(field.wire_name, field.type, keys, names)
        return _few(found)


def _few(found: Found) -> Found:
    return found if len(found) <= _MOST_MARKS else dict(list(found.items())[:_MOST_MARKS])


def _shared(variants: list[Found]) -> Found:
    """What all variants have, with the values of each."""
    found: Found = {}
    for path in variants[0] if variants else ():
        if all(path in variant for variant in variants):
            values = tuple(dict.fromkeys(value for variant in variants for value in variant[path]))
            if len(values) <= _MOST_VALUES:
                found[path] = values
    return found
