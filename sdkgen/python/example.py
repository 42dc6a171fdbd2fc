"""A program that places and cancels an order, written in the types of this very API."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from sdkgen.api.json_text import loads_exact, number_text
from sdkgen.api.model import (
    AliasType,
    Api,
    EnumType,
    ListOf,
    Nullable,
    ObjectType,
    Operation,
    Reference,
    Scalar,
    ScalarKind,
    Type,
    UnionType,
)
from sdkgen.python.names import Names, constant_name, field_name, method_name, parameter_name
from sdkgen.python.text import literal
from sdkgen.signing.recipe import managed_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import Field, Name
    from sdkgen.signing.recipe import Recipe
    from sdkgen.source import ExampleCall, SdkOptions

_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")


class _UnfitError(Exception):
    """The example does not fit the API: a name in it is none of the API's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """An expression that is there already, and its type."""

    text: str
    type: Type


_Node = "str | _Code | dict[str, _Node]"


@dataclass(slots=True, kw_only=True)
class Program:
    """Two calls as source, and what they need imported."""

    api: Api
    names: Names
    recipe: Recipe | None
    managed: Mapping[Name, frozenset[str]]
    """Fields that the client fills by itself, by the types that hold them."""
    models: set[str] = field(default_factory=set)
    decimal: bool = False
    lines: list[str] = field(default_factory=list)


def trading_program(api: Api, names: Names, options: SdkOptions, managed: Mapping[Name, frozenset[str]]) -> Program | None:
    """The lines that place an order with a ``client``, and cancel it where the answer is said to hold its id.

    ``None`` where there is no example, or it does not fit the API.

    Args:
        api: what the package is made of.
        names: what it calls things.
        options: the two calls, and what signing fills in.
        managed: fields that the client fills by itself, by the types that hold them.
    """
    example = options.example
    if example is None:
        return None
    program = Program(api=api, names=names, recipe=options.recipe, managed=managed)
    try:
        placed = _operation(api, example.place)
        program.lines.append(f"order = {_call(program, placed, example.place, {})}")
    except _UnfitError:
        return None
    program.lines.append("print(order)")
    with suppress(_UnfitError):  # an answer that is described without an order id: cancelling can't be shown
        order_id = _taken(program, "order", _answer(placed), example.order_id[0])
        program.lines.append(f"print({_call(program, _operation(api, example.cancel), example.cancel, {example.order_id[1]: order_id})})")
    return program


def _operation(api: Api, call: ExampleCall) -> Operation:
    for operation in api.operations:
        if operation.id == call.operation:
            return operation
    raise _UnfitError


def _answer(operation: Operation) -> Type:
    response = operation.success()
    if response is None or not response.contents:
        raise _UnfitError
    return response.contents[0].type


def _call(program: Program, operation: Operation, call: ExampleCall, given: Mapping[str, _Code]) -> str:
    tree: dict[str, object] = {}
    for place, value in (*call.arguments, *given.items()):
        *path, last = place.split(".")
        node = tree
        for step in path:
            node = node.setdefault(step, {})  # type: ignore[assignment]  # every inner node is such a dict
        node[last] = value
    arguments = []
    managed = managed_parameters(program.recipe, operation)
    for parameter in operation.parameters:
        values = tree.get(parameter.location.value)
        if isinstance(values, dict) and parameter.wire_name in values:
            arguments.append(f"{parameter_name(parameter.name)}={_expression(program, parameter.type, values.pop(parameter.wire_name))}")
        elif parameter.required and (parameter.location, parameter.wire_name) not in managed:
            raise _UnfitError
    body = tree.pop("body", None)
    if body is not None:
        if operation.body is None:
            raise _UnfitError
        arguments.append(f"body={_expression(program, operation.body.contents[0].type, body)}")
    if any(tree.values()):
        raise _UnfitError
    group = program.names.groups[operation.group].attribute
    return f"client.{group}.{method_name(operation.name)}({', '.join(arguments)})"


def _expression(program: Program, given: Type, node: object) -> str:
    match given:
        case Nullable(inner=inner):
            return _expression(program, inner, node)
        case Reference(name=name):
            named = program.api.type_named(name)
            match named:
                case AliasType(target=target):
                    return _expression(program, target, node)
                case ObjectType():
                    return _object(program, named, node)
                case UnionType(variants=variants):
                    return _first(program, variants, node)
                case EnumType():
                    return _constant(program, named, node)
        case Scalar(kind=kind):
            return _scalar(program, kind, node)
        case _:
            raise _UnfitError


def _first(program: Program, variants: tuple[Type, ...], node: object) -> str:
    for variant in variants:
        try:
            return _expression(program, variant, node)
        except _UnfitError:
            continue
    raise _UnfitError


def _object(program: Program, named: ObjectType, node: object) -> str:
    if not isinstance(node, dict):
        raise _UnfitError
    known = {each.wire_name: each for each in named.fields}
    if not set(node) <= set(known):
        raise _UnfitError
    filled = program.managed.get(named.name, frozenset())
    missing = {each.wire_name: _shown(each) for each in named.fields if each.required and each.wire_name not in {*node, *filled}}
    whole = {**node, **missing}
    arguments = [f"{field_name(known[wire].name)}={_expression(program, known[wire].type, value)}" for wire, value in whole.items()]
    declared = program.names.types[named.name].declared
    program.models.add(declared)
    return f"{declared}({', '.join(arguments)})"


def _shown(missing: Field) -> str:
    """The description's own example of a field that the order must have and no trading role names."""
    for example in missing.examples:
        value = loads_exact(example.value)
        if isinstance(value, str):
            return value
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return number_text(value)
    raise _UnfitError


def _constant(program: Program, named: EnumType, node: object) -> str:
    if isinstance(node, str):
        for member in named.members:
            if member.value in (literal_json(node), node):
                declared = program.names.types[named.name].declared
                program.models.add(declared)
                return f"{declared}.{constant_name(member.name)}"
    raise _UnfitError


def literal_json(text: str) -> str:
    """The text as a JSON string, for the plain words that enums are made of."""
    return f'"{text}"'


def _scalar(program: Program, kind: ScalarKind, node: object) -> str:
    if isinstance(node, _Code):
        source = _kind(program.api, node.type)
        if kind is source or {kind, source} <= {ScalarKind.STRING, ScalarKind.ANY}:
            return node.text
        return f"{'str' if kind is ScalarKind.STRING else 'int'}({node.text})"
    if not isinstance(node, str):
        raise _UnfitError
    match kind:
        case ScalarKind.STRING | ScalarKind.ANY:
            return literal(node)
        case ScalarKind.DECIMAL:
            program.decimal = True
            return f"Decimal({literal(node)})"
        case ScalarKind.INTEGER if re.fullmatch(r"-?\d+", node):
            return node
        case _:
            raise _UnfitError


def _kind(api: Api, given: Type) -> ScalarKind | None:
    match given:
        case Scalar(kind=kind):
            return kind
        case Nullable(inner=inner):
            return _kind(api, inner)
        case Reference(name=name):
            named = api.type_named(name)
            if isinstance(named, AliasType):
                return _kind(api, named.target)
            return named.kind if isinstance(named, EnumType) else None
        case _:
            return None


def _taken(program: Program, text: str, given: Type, place: str) -> _Code:
    for name, index in _STEP.findall(place):
        given = _plain(program.api, given)
        if not name:
            if not isinstance(given, ListOf):
                raise _UnfitError
            given, text = given.items, f"{text}[{index or 0}]"
            continue
        named = program.api.type_named(given.name) if isinstance(given, Reference) else None
        found = next((each for each in named.fields if each.wire_name == name), None) if isinstance(named, ObjectType) else None
        if found is None:
            raise _UnfitError
        given, text = found.type, f"{text}.{field_name(found.name)}"
    return _Code(text=text, type=given)


def _plain(api: Api, given: Type) -> Type:
    while True:
        if isinstance(given, Nullable):
            given = given.inner
            continue
        named = api.type_named(given.name) if isinstance(given, Reference) else None
        if not isinstance(named, AliasType):
            return given
        given = named.target
