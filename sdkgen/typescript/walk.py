"""Which types an operation uses, and which of them are objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.model import (
    AliasType,
    ObjectType,
    Operation,
    Reference,
    Type,
)

if TYPE_CHECKING:
    from sdkgen.api.model import Api


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
