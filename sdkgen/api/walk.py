"""Walking through types: what one is made of, and what it leads to."""

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
    from collections.abc import Iterable, Iterator, Mapping

    from sdkgen.api.model import Operation


def references(used: Type) -> Iterator[Name]:
    """The named types that an expression names itself."""
    match used:
        case Scalar():
            return
        case ListOf(items=inner) | MapOf(values=inner) | Nullable(inner=inner):
            yield from references(inner)
        case TupleOf(items=items, rest=rest):
            for each in (*items, *(() if rest is None else (rest,))):
                yield from references(each)
        case Reference(name=name):
            yield name
        case _:
            assert_never(used)


def parts(declared: NamedType) -> tuple[Type, ...]:
    """The types that a declaration is made of."""
    match declared:
        case ObjectType(fields=fields, extra=extra):
            return (*(field.type for field in fields), *(() if extra is None else (extra,)))
        case UnionType(variants=variants, discriminator=discriminator):
            mapped = () if discriminator is None else tuple(Reference(name=name) for _, name in discriminator.mapping)
            return (*variants, *mapped)
        case AliasType(target=target):
            return (target,)
        case EnumType():
            return ()
        case _:
            assert_never(declared)


def reachable(roots: Iterable[Type | NamedType], named: Mapping[Name, NamedType]) -> set[Name]:
    """Every named type that the roots lead to, themselves included."""
    found: set[Name] = set()
    waiting: list[Name] = []
    for root in roots:
        waiting.extend((root.name,) if isinstance(root, ObjectType | EnumType | UnionType | AliasType) else references(root))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(inner for part in parts(named[name]) for inner in references(part))
    return found


def operation_types(operation: Operation) -> Iterator[Type]:
    """Every type that an operation names: its parameters', body's and answers'."""
    yield from (parameter.type for parameter in operation.parameters)
    if operation.body is not None:
        yield from (content.type for content in operation.body.contents)
    yield from (content.type for response in operation.responses for content in response.contents)
