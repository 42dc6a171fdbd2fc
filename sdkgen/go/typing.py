"""Which Go type stands for which type of the model, and where a pointer must break a cycle of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import (
    AliasType,
    Api,
    EnumType,
    Limits,
    ListOf,
    MapOf,
    Name,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    UnionType,
)
from sdkgen.go.names import Scope, exported
from sdkgen.signing.messages import filled_in_messages
from sdkgen.signing.recipe import Carrier

if TYPE_CHECKING:
    from sdkgen.api.model import Type
    from sdkgen.signing.recipe import Recipe

RAW = "json.RawMessage"

_KINDS = {
    ScalarKind.STRING: "string",
    ScalarKind.DECIMAL: "Decimal",
    ScalarKind.BOOLEAN: "bool",
    ScalarKind.BINARY: "[]byte",
    ScalarKind.ANY: RAW,
}
_WITHIN_64_BITS = frozenset({"int64", "int32", "int16", "int8", "uint32", "uint16", "uint8"})
_INT64 = (Decimal(-(2**63)), Decimal(2**63 - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """A tuple, or the several answers of an operation, that the description gives no name."""

    name: str
    target: TupleOf | tuple[Type, ...]
    owner: Name | None = None
    """The named type that it is part of."""


@dataclass(slots=True, kw_only=True)
class GoTypes:
    """The Go names of an API's types. What has no name is given one when it is first met, in order."""

    api: Api
    scope: Scope
    names: dict[Name, str]
    named: dict[Name, NamedType]
    filled: frozenset[tuple[Name, str]] = frozenset()
    """Fields (by type and wire name) that signing fills, so that no caller must."""
    inline: list[Inline] = field(default_factory=list)

    def expression(self, declared: Type, *, hint: str, owner: Name | None = None) -> str:
        """The Go type of a value; ``hint`` names what has no name, ``owner`` is the type whose value it is a part of."""
        match declared:
            case Scalar():
                return scalar(declared)
            case ListOf(items=items):
                return f"[]{self.expression(items, hint=f'{hint}Item')}"
            case MapOf(values=values):
                return f"Map[{self.expression(values, hint=f'{hint}Value')}]"
            case Nullable(inner=inner):
                return f"Optional[{self.expression(inner, hint=hint)}]"
            case TupleOf():
                return self._tuple(declared, hint, owner)
            case Reference(name=name):
                pointer = owner is not None and owner in self.values_within(name)
                return f"*{self.names[name]}" if pointer else self.names[name]
            case _:
                assert_never(declared)

    def member(self, declared: Type, *, required: bool, hint: str, owner: Name | None = None) -> tuple[str, str]:
        """The Go type of a field and what it ``may`` be instead of a value: ``absent``, ``null``, ``absent,null`` or nothing."""
        inner = self.bare(declared)
        # A required value of any kind is itself able to be null.
        nullable = inner != declared or (not required and self.may_be_null(declared))
        may = ",".join(word for word, applies in (("absent", not required), ("null", nullable)) if applies)
        if may:
            return f"Optional[{self.expression(inner, hint=hint)}]", may
        return self.expression(declared, hint=hint, owner=owner), ""

    def bare(self, declared: Type) -> Type:
        """The type without the ``Nullable`` around it, also where that hides behind a name."""
        match declared:
            case Nullable(inner=inner):
                return self.bare(inner)
            case Reference(name=name):
                named = self.named[name]
                if isinstance(named, AliasType) and isinstance(named.target, Nullable):
                    return self.bare(named.target)
                return declared
            case _:
                return declared

    def may_be_null(self, declared: Type) -> bool:
        """Whether JSON ``null`` is one of the type's own values."""
        match declared:
            case Nullable() | Scalar(kind=ScalarKind.ANY):
                return True
            case Reference(name=name):
                match self.named[name]:
                    case UnionType(variants=variants):
                        return any(self.may_be_null(variant) for variant in variants if variant != declared)
                    case EnumType(members=members):
                        return any(member.value == "null" for member in members)
                    case AliasType(target=target):
                        return self.may_be_null(target)
                    case _:
                        return False
            case _:
                return False

    def objects_at(self, declared: Type) -> tuple[Name, ...]:
        """The objects that a value of this type can be."""
        match self.bare(declared):
            case Reference(name=name):
                match self.named[name]:
                    case ObjectType():
                        return (name,)
                    case AliasType(target=target):
                        return self.objects_at(target)
                    case UnionType(variants=variants):
                        return tuple(found for variant in variants if variant != declared for found in self.objects_at(variant))
                    case _:
                        return ()
            case _:
                return ()

    def values_within(self, start: Name) -> frozenset[Name]:
        """The objects that a value of this type always holds by value: itself, and what its required fields are made of."""
        seen: set[Name] = set()
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self._parts(name)
        return frozenset(seen)

    def holds_itself(self, alias: AliasType) -> bool:
        """Whether a map's name stands, through names and maps alone, in its own definition, which no Go alias can say."""
        seen: set[Name] = set()
        waiting = _transparent(alias.target)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            named = self.named[name]
            if isinstance(named, AliasType) and not isinstance(named.target, ListOf | TupleOf):
                waiting += _transparent(named.target)
        return alias.name in seen

    def _parts(self, name: Name) -> list[Name]:
        match self.named[name]:
            case ObjectType(fields=fields):
                return [part for each in fields if each.required for part in _by_value(each.type)]
            case AliasType(target=target):
                return _by_value(target)
            case _:
                return []

    def _tuple(self, declared: TupleOf, hint: str, owner: Name | None) -> str:
        name = self.scope.claim(hint, "Tuple")
        self.inline.append(Inline(name=name, target=declared, owner=owner))
        return name

    def one_of(self, variants: tuple[Type, ...], hint: str) -> str:
        """The Go type of a value that is one of several types without a common name."""
        if len(variants) == 1:
            return self.expression(variants[0], hint=hint)
        name = self.scope.claim(hint, "Union")
        self.inline.append(Inline(name=name, target=variants))
        return name


def types_of(api: Api, scope: Scope, recipe: Recipe | None, messages: Recipe | None) -> GoTypes:
    """Give every named type its Go name; ``messages`` is the recipe of requests over streams."""
    names = {named.name: scope.claim(exported(named.name), "Model") for named in api.types}
    types = GoTypes(api=api, scope=scope, names=names, named={named.name: named for named in api.types})
    placed = {placement.name for placement in recipe.placements if placement.carrier is Carrier.BODY} if recipe else set()
    types.filled = frozenset(
        (name, wire_name)
        for operation in api.operations
        if operation.signed and operation.body is not None and operation.body.contents
        for name in types.objects_at(operation.body.contents[0].type)
        for wire_name in placed
    ) | filled_in_messages(api, messages)
    return types


def scalar(declared: Scalar) -> str:
    """The Go type of a single value. An integer is ``int64`` where format or limits prove that it fits, else ``Integer``."""
    if declared.kind is ScalarKind.INTEGER:
        return "int64" if declared.format in _WITHIN_64_BITS or _limits_fit(declared.limits) else "Integer"
    return _KINDS[declared.kind]


def _limits_fit(limits: Limits) -> bool:
    if limits.minimum is None or limits.maximum is None:
        return False
    return _INT64[0] <= Decimal(limits.minimum) and Decimal(limits.maximum) <= _INT64[1]


def _by_value(declared: Type) -> list[Name]:
    match declared:
        case Reference(name=name):
            return [name]
        case TupleOf(items=items):
            return [name for item in items for name in _by_value(item)]
        case _:
            return []


def _transparent(declared: Type) -> list[Name]:
    match declared:
        case Reference(name=name):
            return [name]
        case MapOf(values=inner) | ListOf(items=inner) | Nullable(inner=inner):
            return _transparent(inner)
        case _:
            return []
