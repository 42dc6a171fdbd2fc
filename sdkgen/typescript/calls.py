"""Which calls a README shows: the easiest one, and how an order is placed and cancelled on this very exchange."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.api.model import AliasType, ListOf, Nullable, ObjectType, Reference, Scalar
from sdkgen.typescript.examples import Code, ExampleWriter
from sdkgen.typescript.names import property_name
from sdkgen.typescript.walk import is_success, object_behind

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Operation, Parameter, Type
    from sdkgen.source import TradingExample
    from sdkgen.typescript.plan import Plan

_MAKING = ("place", "create", "new", "add", "submit", "send", "post")
_NOT_MAKING = ("batch", "cancel", "amend", "edit", "modify", "query", "test", "info", "list", "all", "multiple")
_STEP = re.compile(r"([^\[\]]*)((?:\[\d*\])*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The calls that a README shows, each as ``client.group.method(…)``."""

    easiest: str | None
    """The operation that is easiest to try: public, reading, with few arguments; ``None`` where there is no operation."""
    place: str | None
    """One that places an order, or else any that is signed; ``None`` where none is."""
    cancel: str | None
    """One that cancels what ``place`` gave back as ``placed``."""


def calls(plan: Plan) -> Calls:
    """Choose and write the calls."""
    writer = ExampleWriter(plan)
    operations = plan.api.operations
    if not operations:
        return Calls(easiest=None, place=None, cancel=None)
    easiest = writer.call(min(operations, key=lambda each: (each.signed, each.method != "GET", needed(plan, each), each.deprecated)))
    told = None if plan.options.example is None else _told(plan, writer, plan.options.example)
    if told is not None:
        return Calls(easiest=easiest, place=told[0], cancel=told[1])
    signed = [each for each in operations if each.signed and plan.options.recipe is not None]
    if not signed:
        return Calls(easiest=easiest, place=None, cancel=None)
    place = min(signed, key=_makes_an_order)
    found = (_cancelling(plan, writer, each, place) for each in sorted(signed, key=lambda each: len(each.name.words)))
    return Calls(easiest=easiest, place=writer.call(place, telling=True), cancel=next((each for each in found if each is not None), None))


def needed(plan: Plan, operation: Operation) -> int:
    """How much a caller must pass."""
    return sum(parameter.required for parameter in plan.parameters(operation)) + plan.needs_body(operation)


def _makes_an_order(operation: Operation) -> tuple[bool, bool, bool, bool, bool, int]:
    name = operation.name.snake()
    return (
        "order" not in name,
        any(word in name for word in _NOT_MAKING),
        operation.method != "POST",
        operation.deprecated,
        not any(word in name for word in _MAKING),
        len(operation.name.words),
    )


def _told(plan: Plan, writer: ExampleWriter, example: TradingExample) -> tuple[str, str | None] | None:
    """The calls that the profile tells of; ``None`` where the API has no such operation."""
    named = {operation.id: operation for operation in plan.api.operations}
    place, cancel = named.get(example.place.operation), named.get(example.cancel.operation)
    if place is None or cancel is None:
        return None
    placing = writer.call(place, _tree(example.place.arguments))
    source, target = example.order_id
    order_id = _read(plan, _result(place), source)
    if order_id is None:
        return placing, None
    return placing, writer.call(cancel, _tree((*example.cancel.arguments, (target, order_id))))


def _steps(place: str) -> list[str]:
    """``data.orders[0].id`` as ``data``, ``orders``, ``[0]``, ``id``."""
    steps: list[str] = []
    for part in place.split("."):
        found = _STEP.fullmatch(part)
        name, places = found.groups() if found is not None else (part, "")
        steps += [*([name] if name else []), *re.findall(r"\[\d*\]", places)]
    return steps


def _tree(arguments: tuple[tuple[str, str], ...]) -> dict[str, JsonValue]:
    """Dotted places and their texts as one nested value, whose first keys are ``path``, ``query``, ``header`` and ``body``."""
    root: dict[str, JsonValue] = {}
    for place, text in arguments:
        steps = _steps(place)
        inner = root
        for step in [each for each in steps[:-1] if not each.startswith("[")]:
            found = inner.setdefault(step, {})
            if isinstance(found, dict):
                inner = found
        inner[steps[-1]] = text
    return root


def _result(operation: Operation) -> Type | None:
    """What the operation's method always gives; ``None`` where that may be several types or nothing."""
    responses = [response for response in operation.responses if is_success(operation, response.status)]
    types = {content.type for response in responses for content in response.contents}
    return next(iter(types)) if len(types) == 1 and all(response.contents for response in responses) else None


def _read(plan: Plan, result: Type | None, place: str) -> Code | None:
    """The expression for what stands at that place of ``placed``; ``None`` where the types know of no such place."""
    text, certain, used = "placed", True, result
    for step in _steps(place):
        while isinstance(used, Nullable | Reference):
            if isinstance(used, Nullable):
                used, certain = used.inner, False
                continue
            declared = plan.api.type_named(used.name)
            if not isinstance(declared, AliasType):
                break
            used = declared.target
        join = "" if certain else "?."
        if step.startswith("["):
            if not isinstance(used, ListOf):
                return None
            text, certain, used = f"{text}{join}[{step.strip('[]') or 0}]", False, used.items
            continue
        owner = None if used is None else object_behind(plan.api, used)
        field = None if owner is None else next((each for each in owner.fields if each.wire_name == step), None)
        if owner is None or field is None:
            return None
        text, used = f"{text}{join or '.'}{property_name(field.name)}", field.type
        certain = certain and plan.ways.required(owner.name, field)
    return _code(plan, text, used, certain=certain)


def _code(plan: Plan, text: str, used: Type | None, *, certain: bool) -> Code | None:
    if isinstance(used, Nullable):
        return _code(plan, text, used.inner, certain=False)
    if isinstance(used, Reference):
        declared = plan.api.type_named(used.name)
        return _code(plan, text, declared.target, certain=certain) if isinstance(declared, AliasType) else None
    return Code(text, used.kind, certain=certain) if isinstance(used, Scalar) else None


def _cancelling(plan: Plan, writer: ExampleWriter, operation: Operation, place: Operation) -> str | None:
    """A call that cancels an order, its arguments taken from what placing it gave back; ``None`` where it is no such operation."""
    words = set(operation.name.words)
    if operation is place or "order" not in words or ("cancel" not in words and operation.method != "DELETE"):
        return None
    answer = _result(place)
    result = None if answer is None else object_behind(plan.api, answer)
    required = [each for each in plan.parameters(operation) if each.required]
    if result is None or not required or plan.needs_body(operation):
        return None
    arguments: list[tuple[str, str]] = []
    for parameter in required:
        code = _same(plan, result, parameter)
        if code is None:
            return None
        arguments.append((f"{parameter.location.value}.{parameter.wire_name}", code))
    return writer.call(operation, _tree(tuple(arguments)))


def _same(plan: Plan, result: ObjectType, parameter: Parameter) -> Code | None:
    wanted = {parameter.name.words, ("order", "id"), ("id",)} if parameter.name.words[-1] == "id" else {parameter.name.words}
    for field in result.fields:
        if field.name.words in wanted and plan.ways.required(result.name, field):
            return _code(plan, f"placed.{property_name(field.name)}", field.type, certain=True)
    return None
