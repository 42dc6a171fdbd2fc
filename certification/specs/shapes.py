"""Comparing types: what a difference means for a program depends on whether it sends or receives the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.model import ChangeClass
from certification.specs.tally import Direction
from sdkgen.api.model import (
    AliasType,
    EnumType,
    ListOf,
    MapOf,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
    UnionType,
)
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from certification.specs.tally import Tally, Where
    from sdkgen.api.model import Api, Field, Name

_BREAKING, _ADDITIVE = ChangeClass.BREAKING, ChangeClass.ADDITIVE

_LONGEST_LABEL = 600
"""Places inside of more places than fit into this are not compared: only types that nest for ever have such."""

Shape = Scalar | ListOf | TupleOf | MapOf | ObjectType | EnumType | UnionType
"""A type with its name looked up and its null taken off."""


class Shapes:
    """Compares types of an old API with types of a new one."""

    def __init__(self, old: Api, new: Api, tally: Tally) -> None:
        self._old: dict[Name, NamedType] = {declared.name: declared for declared in old.types}
        self._new: dict[Name, NamedType] = {declared.name: declared for declared in new.types}
        self._tally = tally
        self._done: set[tuple[Name, Name, Direction, str]] = set()

    def compare(self, old: Type, new: Type, where: Where) -> None:
        """Note every difference between two types, as deep as anybody reads."""
        if len(where.label) > _LONGEST_LABEL:
            return
        if isinstance(old, Reference) and isinstance(new, Reference):
            pair = (old.name, new.name, where.direction, where.operation)
            if pair in self._done:
                return
            self._done.add(pair)
            self._called(old.name, new.name, where)
        old_shape, old_null = _shape(old, self._old)
        new_shape, new_null = _shape(new, self._new)
        if old_null != new_null:
            self._nullable(where, became=new_null)
        self._shapes(old_shape, new_shape, where)

    def _called(self, old: Name, new: Name, where: Where) -> None:
        """Note a type that programs know by another name. Where the old name is still declared it is another type, not a rename."""
        if old != new and old not in self._new and new not in self._old:
            self._tally.add(_BREAKING, "type-renamed", where, f"is of the type {new.pascal()}, which was called {old.pascal()}")

    def _nullable(self, where: Where, *, became: bool) -> None:
        breaking = became == (where.direction is Direction.RESPONSE)
        rule, what = ("became-nullable", "may now be null") if became else ("no-longer-nullable", "may no longer be null")
        self._tally.add(_BREAKING if breaking else _ADDITIVE, rule, where, what)

    def _shapes(self, old: Shape, new: Shape, where: Where) -> None:
        match old, new:
            case ObjectType(), ObjectType():
                self._objects(old, new, where)
            case EnumType(), EnumType():
                self._enums(old, new, where)
            case (Scalar(), EnumType()) | (EnumType(), Scalar()) if _kind(old) == _kind(new):
                self._opened(where, closed=isinstance(new, EnumType))
            case Scalar(), Scalar():
                self._scalars(old, new, where)
            case ListOf(), ListOf():
                self.compare(old.items, new.items, where.inside("[]"))
            case TupleOf(), TupleOf():
                self._tuples(old, new, where)
            case MapOf(), MapOf():
                self.compare(old.values, new.values, where.inside("{}"))
            case UnionType(), UnionType():
                self._unions(old, new, where)
            case (MapOf(), ObjectType()) | (ObjectType(), MapOf()):
                self._loosened(old, new, where)
            case _:
                self._retyped(old, new, where)

    def _retyped(self, old: Shape, new: Shape, where: Where) -> None:
        if _word(old) == _word(new):
            return
        self._tally.add(_BREAKING, "retyped", where, f"was {_word(old)} and is now {_word(new)}")

    def _scalars(self, old: Scalar, new: Scalar, where: Where) -> None:
        if old.kind != new.kind:
            self._retyped(old, new, where)
        elif old.format != new.format:
            self._tally.add(
                _ADDITIVE, "format-changed", where, f"was of format {old.format or 'none'} and is now of {new.format or 'none'}"
            )
        elif old.limits != new.limits:
            self._tally.add(_ADDITIVE, "limits-changed", where, "has other limits")

    def _opened(self, where: Where, *, closed: bool) -> None:
        # Types of enums are open in our SDKs, so that only an argument that is no longer allowed breaks a program.
        breaking = closed and where.direction is Direction.REQUEST
        rule, what = ("enum-closed", "now allows listed values only") if closed else ("enum-opened", "no longer lists its values")
        self._tally.add(_BREAKING if breaking else _ADDITIVE, rule, where, what)

    def _enums(self, old: EnumType, new: EnumType, where: Where) -> None:
        if old.kind != new.kind:
            self._retyped(old, new, where)
            return
        before, after = {member.value: member.name for member in old.members}, {member.value: member.name for member in new.members}
        response = where.direction is Direction.RESPONSE
        if renamed := sorted(value for value in before.keys() & after.keys() if before[value] != after[value]):
            self._tally.add(_BREAKING, "enum-value-renamed", where, f"has other names in SDKs for its values {', '.join(renamed)}")
        if after.keys() - before.keys():
            values = ", ".join(sorted(after.keys() - before.keys()))
            self._tally.add(_BREAKING if response else _ADDITIVE, "enum-value-added", where, f"has new values: {values}")
        if before.keys() - after.keys():
            values = ", ".join(sorted(before.keys() - after.keys()))
            self._tally.add(_ADDITIVE if response else _BREAKING, "enum-value-removed", where, f"lost values: {values}")

    def _tuples(self, old: TupleOf, new: TupleOf, where: Where) -> None:
        for index, (before, after) in enumerate(zip(old.items, new.items, strict=False)):
            self.compare(before, after, where.inside(f"[{index}]"))
        if len(new.items) > len(old.items):
            change_class = _ADDITIVE if where.direction is Direction.RESPONSE else _BREAKING
            self._tally.add(change_class, "places-added", where, f"has {len(new.items)} places instead of {len(old.items)}")
        elif len(new.items) < len(old.items):
            self._tally.add(_BREAKING, "places-removed", where, f"has {len(new.items)} places instead of {len(old.items)}")

    def _unions(self, old: UnionType, new: UnionType, where: Where) -> None:
        before, after = self._variants(old, self._old), self._variants(new, self._new)
        if before.keys() != after.keys() and len(before) == len(after):
            before, after = _by_place(before), _by_place(after)
        response = where.direction is Direction.RESPONSE
        for key, variant in before.items():
            if key in after:
                self.compare(variant, after[key], where.inside(f"|{key}"))
            else:
                self._tally.add(_ADDITIVE if response else _BREAKING, "variant-removed", where, f"lost the variant {key}")
        for key in (key for key in after if key not in before):
            self._tally.add(_BREAKING if response else _ADDITIVE, "variant-added", where, f"has the new variant {key}")

    @staticmethod
    def _variants(union: UnionType, types: dict[Name, NamedType]) -> dict[str, Type]:
        named: dict[str, Type] = {}
        for variant in union.variants:
            key = variant.name.pascal() if isinstance(variant, Reference) else _word(_shape(variant, types)[0])
            named[key if key not in named else f"{key} {len(named)}"] = variant
        return named

    def _loosened(self, old: Shape, new: Shape, where: Where) -> None:
        """From a map to an object or back: each known key comes or goes."""
        if isinstance(old, MapOf) and isinstance(new, ObjectType):
            for field in new.fields:
                self._added(field, where.inside(f".{field.wire_name}", _place(new, field)))
        elif isinstance(old, ObjectType) and isinstance(new, MapOf):
            for field in old.fields:
                self._tally.add(_BREAKING, "field-removed", where.inside(f".{field.wire_name}", _place(old, field)), "is gone")

    def _objects(self, old: ObjectType, new: ObjectType, where: Where) -> None:
        before = {field.wire_name: field for field in old.fields}
        after = {field.wire_name: field for field in new.fields}
        for wire_name, field in before.items():
            inside = where.inside(f".{wire_name}", _place(old, field))
            if wire_name in after:
                self._fields(field, after[wire_name], where.inside(f".{wire_name}", _place(new, after[wire_name])))
            else:
                self._tally.add(_BREAKING, "field-removed", inside, "is gone")
        for wire_name, field in after.items():
            if wire_name not in before:
                self._added(field, where.inside(f".{wire_name}", _place(new, field)))
        self._extra(old, new, where)

    def _extra(self, old: ObjectType, new: ObjectType, where: Where) -> None:
        if old.extra is not None and new.extra is not None:
            self.compare(old.extra, new.extra, where.inside("{}"))
        elif old.extra != new.extra:
            self._tally.add(_ADDITIVE, "extra-keys-changed", where, "says something else about further keys")

    def _added(self, field: Field, where: Where) -> None:
        if field.required and where.direction is Direction.REQUEST:
            self._tally.add(_BREAKING, "required-field-added", where, "is new and must be given")
        else:
            self._tally.add(_ADDITIVE, "field-added", where, "is new")

    def _fields(self, old: Field, new: Field, where: Where) -> None:
        if old.name != new.name:
            self._tally.add(_BREAKING, "field-renamed", where, f"is called {new.name.snake()} in SDKs, and was {old.name.snake()}")
        if old.required != new.required:
            breaking = new.required == (where.direction is Direction.REQUEST)
            rule, what = ("became-required", "must now be there") if new.required else ("no-longer-required", "may now be absent")
            self._tally.add(_BREAKING if breaking else _ADDITIVE, rule, where, what)
        if old.default != new.default and where.direction is Direction.REQUEST:
            self._tally.add(
                _ADDITIVE, "default-changed", where, f"defaults to {new.default or 'nothing'} instead of {old.default or 'nothing'}"
            )
        self.compare(old.type, new.type, where)


def _place(owner: ObjectType, field: Field) -> str:
    return join(owner.pointer, "properties", field.wire_name)


def _by_place(variants: dict[str, Type]) -> dict[str, Type]:
    return {str(index + 1): variant for index, variant in enumerate(variants.values())}


def _shape(wanted: Type, types: dict[Name, NamedType]) -> tuple[Shape, bool]:
    """A type with names looked up, and whether it admits null."""
    nullable = False
    while True:
        match wanted:
            case Nullable():
                nullable, wanted = True, wanted.inner
            case Reference():
                declared = types[wanted.name]
                if not isinstance(declared, AliasType):
                    return declared, nullable
                wanted = declared.target
            case _:
                return wanted, nullable


def _kind(shape: Shape) -> ScalarKind | None:
    return shape.kind if isinstance(shape, Scalar | EnumType) else None


def _word(shape: Shape) -> str:
    """What a person calls a shape."""
    match shape:
        case Scalar() | EnumType():
            return f"a value of kind {shape.kind.value}"
        case ListOf() | TupleOf():
            return "a list"
        case MapOf() | ObjectType():
            return "an object"
        case UnionType():
            return "a choice"
