"""Which types a type leads to, and which an operation uses."""

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
    Operation,
    Reference,
    Scalar,
    TupleOf,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sdkgen.api.model import Api


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


def sent_by(operation: Operation) -> tuple[Type, ...]:
    """The types of everything that a caller gives."""
    body = () if operation.body is None else operation.body.contents[:1]
    return (*(parameter.type for parameter in operation.parameters), *(content.type for content in body))


def received_by(operation: Operation) -> tuple[Type, ...]:
    """The types of every answer that means success."""
    return tuple(
        content.type for response in operation.responses for content in response.contents if is_success(operation, response.status)
    )


def is_success(operation: Operation, status: str) -> bool:
    """Whether that answer is one a successful call gets: any 2xx, and ``default`` where no 2xx is described."""
    chosen = operation.success()
    return status.startswith("2") or (chosen is not None and chosen.status == status)


def types_of(operation: Operation) -> tuple[Type, ...]:
    """The types that an operation's method uses."""
    return (*sent_by(operation), *received_by(operation))


def object_behind(api: Api, used: Type) -> ObjectType | None:
    """The object type that an expression stands for, through aliases; ``None`` where it is anything else."""
    if not isinstance(used, Reference):
        return None
    declared = api.type_named(used.name)
    if isinstance(declared, AliasType):
        return object_behind(api, declared.target)
    return declared if isinstance(declared, ObjectType) else None
