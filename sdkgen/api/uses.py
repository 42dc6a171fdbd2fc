"""Where an API uses its named types, told so that the same place is told the same way whatever the types are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import (
    AliasType,
    EnumType,
    ListOf,
    Location,
    MapOf,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    TupleOf,
    Type,
    UnionType,
)
from sdkgen.api.walk import reachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sdkgen.api.model import Api, Name, Operation, Parameter, Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One place that uses a named type."""

    owner: str
    """Whose place it is: an operation's route, a channel's or message's pointer, or the identity of a type."""
    place: str
    """Where in the owner, such as ``200 application/json []``."""
    type: Name

    def at(self, known: Mapping[str, str]) -> str:
        """The place as text, its owner as ``known`` calls it."""
        return f"{known.get(self.owner, self.owner)} {self.place}"


def uses(api: Api, routes: Sequence[str], places: Sequence[Pointer]) -> tuple[Use, ...]:
    """Every use of a named type, in order; what stands in types that nobody can meet is none.

    Args:
        api: what uses them.
        routes: the identities of its operations.
        places: the identities of its types.
    """
    found = [each for route, operation in zip(routes, api.operations, strict=True) for each in _operation(route, operation)]
    for channel in api.channels:
        for parameter in channel.parameters:
            found += _within(channel.pointer, f"parameter:{parameter.wire_name}", parameter.type)
        found += [use for each in (*channel.query, *channel.headers) for use in _parameter(channel.pointer, each, each.wire_name)]
    found += [use for message in api.messages for use in _within(message.pointer, "message", message.type)]
    met = reachable((Reference(name=use.type) for use in found), {declared.name: declared for declared in api.types})
    inner = (use for place, declared in zip(places, api.types, strict=True) if declared.name in met for use in _declared(place, declared))
    return (*found, *inner)


def _operation(route: str, operation: Operation) -> Iterator[Use]:
    for index, parameter in enumerate(operation.parameters):
        key = str(index) if parameter.location is Location.PATH else parameter.wire_name
        yield from _parameter(route, parameter, key)
    for content in operation.body.contents if operation.body is not None else ():
        yield from _within(route, f"body {content.media_type}", content.type)
    for response in operation.responses:
        for content in response.contents:
            yield from _within(route, f"{response.status} {content.media_type}", content.type)


def _parameter(owner: str, parameter: Parameter, key: str) -> Iterator[Use]:
    yield from _within(owner, f"{parameter.location.value}:{key}", parameter.type)


def _declared(place: Pointer, declared: NamedType) -> Iterator[Use]:
    match declared:
        case ObjectType():
            for field in declared.fields:
                yield from _within(place, f"field:{field.wire_name}", field.type)
            if declared.extra is not None:
                yield from _within(place, "extra", declared.extra)
        case UnionType():
            for index, variant in enumerate(declared.variants):
                yield from _within(place, f"variant:{index}", variant)
        case AliasType():
            yield from _within(place, "target", declared.target)
        case EnumType():
            return
        case _:
            assert_never(declared)


def _within(owner: str, place: str, used: Type) -> Iterator[Use]:
    match used:
        case Scalar():
            return
        case Reference(name=name):
            yield Use(owner=owner, place=place, type=name)
        case Nullable(inner=inner):
            yield from _within(owner, place, inner)
        case ListOf(items=inner):
            yield from _within(owner, f"{place} []", inner)
        case MapOf(values=inner):
            yield from _within(owner, f"{place} {{}}", inner)
        case TupleOf(items=items, rest=rest):
            for index, inner in enumerate(items):
                yield from _within(owner, f"{place} [{index}]", inner)
            if rest is not None:
                yield from _within(owner, f"{place} [+]", rest)
        case _:
            assert_never(used)
