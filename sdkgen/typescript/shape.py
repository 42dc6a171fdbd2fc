"""What can be told of a type's values without looking at one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, ObjectType, Reference

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Type


def can_be_empty(api: Api, used: Type) -> bool:
    """Whether ``{}`` is a whole value of the type: an object none of whose fields must be there."""
    if not isinstance(used, Reference):
        return False
    declared = api.type_named(used.name)
    if isinstance(declared, AliasType):
        return can_be_empty(api, declared.target)
    return isinstance(declared, ObjectType) and not any(field.required and not field.read_only for field in declared.fields)
