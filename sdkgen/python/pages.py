"""Lists that come in pages as Python source: the rule, and the type of an item."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, ListOf, Nullable, ObjectType, Operation, Parameter, Reference, Type
from sdkgen.behaviour import Paging
from sdkgen.python.text import literal

if TYPE_CHECKING:
    from sdkgen.behaviour import Pagination
    from sdkgen.python.module import Module

_STEP = re.compile(r"([^.\[\]]+)|\[\d*\]")


def takes(operation: Operation, parameters: tuple[Parameter, ...], rule: Pagination) -> bool:
    """Whether the operation has the argument that asks for the next page, and a caller may give it."""
    carrier, _, name = rule.argument.partition(".")
    if carrier == "body":
        return operation.body is not None and bool(operation.body.contents)
    return any((each.location.value, each.wire_name) == (carrier, name) for each in parameters)


def page_rule(rule: Pagination, module: Module) -> str:
    """The rule as an expression."""
    first = rule.first if rule.first is not None else int(rule.kind is Paging.PAGE)
    arguments = [
        literal(rule.kind.value),
        literal(rule.argument),
        literal(rule.items),
        *([f"next={literal(rule.next)}"] if rule.next else []),
        *([f"first={first}"] if first else []),
        *([f"step={rule.step}"] if rule.step else []),
    ]
    return f"{module.uses('PageRule')}({', '.join(arguments)})"


def item_annotation(operation: Operation, rule: Pagination, module: Module) -> str:
    """The type of an item; any JSON value where the description does not say."""
    response = operation.success()
    found: Type | None = response.contents[0].type if response is not None and response.contents else None
    for name in (match[1] for match in _STEP.finditer(rule.items)):
        found = _inside(found, name, module)
    listed = _plain(found, module)
    return module.annotation(listed.items) if isinstance(listed, ListOf) else module.uses("JsonValue")


def _inside(given: Type | None, name: str | None, module: Module) -> Type | None:
    plain = _plain(given, module)
    if name is None:
        return plain.items if isinstance(plain, ListOf) else None
    named = module.declared[plain.name] if isinstance(plain, Reference) else None
    if not isinstance(named, ObjectType):
        return None
    return next((each.type for each in named.fields if each.wire_name == name), None)


def _plain(given: Type | None, module: Module) -> Type | None:
    while True:
        if isinstance(given, Nullable):
            given = given.inner
            continue
        named = module.declared[given.name] if isinstance(given, Reference) else None
        if not isinstance(named, AliasType):
            return given
        given = named.target
