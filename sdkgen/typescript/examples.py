"""Example calls for the README: the arguments that a call must have, with the description's own example values, as TypeScript."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.fit import Fitting
from sdkgen.api.json_text import JsonValue, loads_exact
from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, Nullable, ObjectType, Reference, Scalar, ScalarKind, TupleOf, UnionType
from sdkgen.typescript.names import property_name
from sdkgen.typescript.text import literal
from sdkgen.typescript.walk import object_behind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.model import Example, NamedType, Operation, Parameter, Type
    from sdkgen.typescript.plan import Plan

_WIDEST = 100
_MAKING = ("place", "create", "new", "add", "submit", "send", "post")
_NOT_MAKING = ("batch", "cancel", "amend", "edit", "modify", "query", "test", "info", "list", "all", "multiple")
_DEEPEST = 6

_SHOWN: dict[ScalarKind, JsonValue] = {ScalarKind.INTEGER: 1, ScalarKind.DECIMAL: Decimal(1), ScalarKind.BOOLEAN: True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The calls that a README shows, each as ``client.group.method(…)``."""

    easiest: str
    """The operation that is easiest to try: public, reading, with few arguments."""
    place: str | None
    """One that places an order, or else any that is signed; ``None`` where none is."""
    cancel: str | None
    """One that cancels what ``place`` gave back as ``placed``."""


def calls(plan: Plan) -> Calls:
    """Choose and write the calls."""
    writer = _Writer(plan)
    operations = plan.api.operations
    easiest = min(operations, key=lambda each: (each.signed, each.method != "GET", _needed(plan, each), each.deprecated))
    signed = [each for each in operations if each.signed and plan.options.recipe is not None]
    if not signed:
        return Calls(easiest=writer.call(easiest), place=None, cancel=None)
    place = min(signed, key=_makes_an_order)
    cancels = (writer.call_with(each, writer.taken(each, place)) for each in sorted(signed, key=lambda each: len(each.name.words)))
    return Calls(easiest=writer.call(easiest), place=writer.call(place), cancel=next((each for each in cancels if each), None))


def _needed(plan: Plan, operation: Operation) -> int:
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


class _Writer:
    """Writes values as a program that uses the package would."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._types: dict[object, NamedType] = {each.name: each for each in plan.api.types}
        self._fitting = Fitting(plan.api.types)

    def call(self, operation: Operation) -> str:
        """The call with all that it must have."""
        members = {property_name(each.name): self._parameter(each) for each in self._plan.parameters(operation) if each.required}
        body = operation.body
        if body is not None and self._plan.needs_body(operation):
            value = self._value(body.contents[0].type, body.contents[0].examples, "body")
            members["body"] = self.expression(body.contents[0].type, value, 2)
        return self._written(operation, members)

    def call_with(self, operation: Operation, members: dict[str, str] | None) -> str | None:
        """The call with these arguments; ``None`` where there are none."""
        return None if members is None else self._written(operation, members)

    def taken(self, operation: Operation, place: Operation) -> dict[str, str] | None:
        """Arguments that cancel an order, taken from what placing it gave back; ``None`` where it is no such operation."""
        words = set(operation.name.words)
        if operation is place or not {"cancel", "order"} <= words | ({"cancel"} if operation.method == "DELETE" else set()):
            return None
        answer = place.success()
        result = object_behind(self._plan.api, answer.contents[0].type) if answer is not None and answer.contents else None
        required = [each for each in self._plan.parameters(operation) if each.required]
        if result is None or not required or self._plan.needs_body(operation):
            return None
        found = {property_name(each.name): self._same(result, each) for each in required}
        return {name: f"placed.{source}" for name, source in found.items()} if all(found.values()) else None

    def _same(self, result: ObjectType, parameter: Parameter) -> str | None:
        wanted = ({parameter.name.words, ("order", "id"), ("id",)}) if parameter.name.words[-1] == "id" else {parameter.name.words}
        for field in result.fields:
            required = self._plan.ways.required(result.name, field)
            if required and field.name.words in wanted and self._plain(field.type) == self._plain(parameter.type):
                return property_name(field.name)
        return None

    def _plain(self, used: Type) -> Type | ScalarKind:
        """What a type comes to in TypeScript: the kind of a single value, else the type itself."""
        declared = self._types[used.name] if isinstance(used, Reference) else None
        if isinstance(declared, AliasType):
            return self._plain(declared.target)
        return used.kind if isinstance(used, Scalar) else used

    def _written(self, operation: Operation, members: dict[str, str]) -> str:
        group = self._plan.names.groups[operation.group].member
        return f"client.{group}.{property_name(operation.name)}({_object(members, 0) if members else ''})"

    def _parameter(self, parameter: Parameter) -> str:
        return self.expression(parameter.type, self._value(parameter.type, parameter.examples, parameter.name.snake()), 2)

    def _value(self, wanted: Type, examples: tuple[Example, ...], word: str, depth: int = 0) -> JsonValue:
        """The description's own example, else a value that shows what kind of thing is wanted."""
        for example in examples:
            value = loads_exact(example.value)
            if self._fitting.misfit(wanted, value) is None:
                return value
        match wanted:
            case Scalar(kind=kind):
                return _SHOWN.get(kind, word)
            case Nullable(inner=inner):
                return self._value(inner, (), word, depth)
            case ListOf() | MapOf():
                return [] if isinstance(wanted, ListOf) else {}
            case TupleOf(items=items):
                return [self._value(each, (), word, depth) for each in items]
            case Reference(name=name):
                return self._named_value(self._types[name], word, depth + 1)
            case _:
                assert_never(wanted)

    def _named_value(self, declared: NamedType, word: str, depth: int) -> JsonValue:
        match declared:
            case AliasType(target=target, examples=examples):
                return self._value(target, examples, word, depth)
            case EnumType(members=members):
                return loads_exact(members[0].value) if members else word
            case UnionType(variants=variants, examples=examples):
                return self._value(variants[0], examples, word, depth)
            case ObjectType(fields=fields):
                required = [each for each in fields if self._plan.ways.required(declared.name, each) and depth < _DEEPEST]
                return {each.wire_name: self._value(each.type, each.examples, each.name.snake(), depth) for each in required}
            case _:
                assert_never(declared)

    def expression(self, wanted: Type, value: JsonValue, indent: int) -> str:
        """The value as the type's own TypeScript."""
        match wanted:
            case Scalar(kind=kind):
                return _single(kind, value)
            case Nullable(inner=inner):
                return "null" if value is None else self.expression(inner, value, indent)
            case ListOf(items=items):
                return _list(self.expression(items, each, indent) for each in _items(value))
            case TupleOf(items=items, rest=rest):
                further = rest or Scalar(kind=ScalarKind.ANY)
                placed = enumerate(_items(value))
                return _list(self.expression(items[at] if at < len(items) else further, each, indent) for at, each in placed)
            case MapOf(values=values):
                pairs = (f"[{literal(key)}, {self.expression(values, each, indent)}]" for key, each in _members(value).items())
                return f"new Map([{', '.join(pairs)}])"
            case Reference(name=name):
                return self._named(self._types[name], value, indent)
            case _:
                assert_never(wanted)

    def _named(self, declared: NamedType, value: JsonValue, indent: int) -> str:
        match declared:
            case AliasType(target=target):
                return self.expression(target, value, indent)
            case EnumType(kind=kind):
                return _single(kind, value)
            case UnionType(variants=variants):
                fitting = [each for each in variants if self._fitting.misfit(each, value) is None]
                return self.expression(fitting[0] if fitting else Scalar(kind=ScalarKind.ANY), value, indent)
            case ObjectType():
                return self._object(declared, _members(value), indent)
            case _:
                assert_never(declared)

    def _object(self, declared: ObjectType, value: dict[str, JsonValue], indent: int) -> str:
        placed = self._plan.ways.placed
        members = {
            property_name(field.name): self.expression(field.type, value[field.wire_name], indent + 2)
            for field in declared.fields
            if field.wire_name in value and (declared.name, field.wire_name) not in placed
        }
        return _object(members, indent)


def _object(members: dict[str, str], indent: int) -> str:
    inline = f"{{ {', '.join(f'{name}: {text}' for name, text in members.items())} }}" if members else "{}"
    if len(inline) <= _WIDEST and "\n" not in inline:
        return inline
    return "{\n" + "".join(f"{' ' * (indent + 2)}{name}: {text},\n" for name, text in members.items()) + " " * indent + "}"


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _members(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _single(kind: ScalarKind, value: JsonValue) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return f"new TextEncoder().encode({literal(value)})" if kind is ScalarKind.BINARY else literal(value)
        case int() | Decimal():
            return f"{int(value)}n" if kind is ScalarKind.INTEGER else f"new Decimal({literal(format(value, 'f'))})"
        case list():
            return _list(_single(ScalarKind.ANY, each) for each in value)
        case _:
            return f"new Map([{', '.join(f'[{literal(key)}, {_single(ScalarKind.ANY, each)}]' for key, each in value.items())}])"
