"""Example calls for the README: the arguments that a call must have, with the description's own example values, as TypeScript."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Self, assert_never

from sdkgen.api.fit import Fitting
from sdkgen.api.json_text import JsonValue, loads_exact
from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, Nullable, ObjectType, Reference, Scalar, ScalarKind, TupleOf, UnionType
from sdkgen.typescript.names import property_name
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.model import Example, NamedType, Operation, Type
    from sdkgen.typescript.plan import Plan

_WIDEST = 100
_DEEPEST = 6

_EMPTY = {ScalarKind.INTEGER: "0n", ScalarKind.DECIMAL: 'new Decimal("0")'}
_SHOWN: dict[ScalarKind, JsonValue] = {ScalarKind.INTEGER: 1, ScalarKind.DECIMAL: Decimal(1), ScalarKind.BOOLEAN: True}


class Code(str):
    """An expression that stands where a single value would, and what kind of value it gives."""

    __slots__ = ("certain", "kind")

    def __new__(cls, text: str, kind: ScalarKind, *, certain: bool) -> Self:
        """``certain`` says that it is never undefined or null."""
        made = super().__new__(cls, text)
        made.kind, made.certain = kind, certain
        return made

    kind: ScalarKind
    certain: bool

    def as_kind(self, kind: ScalarKind) -> str:
        """The expression for a value of that kind."""
        sure = self if self.certain else f"({self} ?? {_EMPTY.get(self.kind, literal(''))})"
        if kind is self.kind:
            return sure.removeprefix("(").removesuffix(")")
        match kind:
            case ScalarKind.STRING:
                return f"String({sure})"
            case ScalarKind.INTEGER:
                return f"BigInt(String({sure}))"
            case ScalarKind.DECIMAL:
                return f"new Decimal(String({sure}))"
            case _:
                return str(sure)


class ExampleWriter:
    """Writes values as a program that uses the package would."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._types: dict[object, NamedType] = {each.name: each for each in plan.api.types}
        self._fitting = Fitting(plan.api.types)

    def call(self, operation: Operation, given: dict[str, JsonValue] | None = None, *, telling: bool = False, method: str = "") -> str:
        """The call with all that it must have, and with what is given; of the operation's own method, or of another that takes the same.

        ``given`` holds path, query, header and body, by wire names; its single values are texts. ``telling`` shows what is optional
        as well: a body, or else the parameters that have an example.
        """
        given = given or {}
        members: dict[str, str] = {}
        for parameter in self._plan.parameters(operation):
            place = _members(given.get(parameter.location.value))
            if parameter.wire_name in place:
                value = self._typed(parameter.type, place[parameter.wire_name])
            elif parameter.required or (telling and parameter.examples and operation.body is None):
                value = self.value(parameter.type, parameter.examples, parameter.name.snake())
            else:
                continue
            members[property_name(parameter.name)] = self.expression(parameter.type, value, 2)
        body = operation.body
        if body is not None and body.contents and ("body" in given or telling or self._plan.needs_body(operation)):
            content = body.contents[0]
            value = self._typed(content.type, given["body"]) if "body" in given else self.value(content.type, content.examples, "body")
            members["body"] = self.expression(content.type, value, 2)
        group = self._plan.names.groups[operation.group].member
        return f"client.{group}.{method or property_name(operation.name)}({_object(members, 0) if members else ''})"

    def _typed(self, wanted: Type, given: JsonValue) -> JsonValue:
        """What is given, its texts as the type has them, and with all else that the type must have."""
        match wanted:
            case Scalar(kind=kind):
                return _number(kind, given) if isinstance(given, str) and not isinstance(given, Code) else given
            case Nullable(inner=inner):
                return self._typed(inner, given)
            case ListOf(items=items):
                return [self._typed(items, each) for each in (given if isinstance(given, list) else [given])]
            case Reference(name=name):
                return self._named_typed(self._types[name], given)
            case _:
                return given

    def _named_typed(self, declared: NamedType, given: JsonValue) -> JsonValue:
        match declared:
            case AliasType(target=target):
                return self._typed(target, given)
            case EnumType(kind=kind):
                return self._typed(Scalar(kind=kind), given)
            case UnionType(variants=variants):
                typed = ((each, self._typed(each, given)) for each in variants)
                return next((value for variant, value in typed if self._fitting.misfit(variant, value) is None), given)
            case ObjectType():
                place = _members(given)
                whole = _members(self._named_value(declared, "", 1))
                named = (each for each in declared.fields if each.wire_name in place)
                typed_fields = {each.wire_name: self._typed(each.type, place[each.wire_name]) for each in named}
                return whole | typed_fields
            case _:
                assert_never(declared)

    def value(self, wanted: Type, examples: tuple[Example, ...], word: str, depth: int = 0) -> JsonValue:
        """The description's own example, else a value that shows what kind of thing is wanted."""
        for example in examples:
            value = loads_exact(example.value)
            if self._fitting.misfit(wanted, value) is None:
                return value
        match wanted:
            case Scalar(kind=kind):
                return _SHOWN.get(kind, word)
            case Nullable(inner=inner):
                return self.value(inner, (), word, depth)
            case ListOf() | MapOf():
                return [] if isinstance(wanted, ListOf) else {}
            case TupleOf(items=items):
                return [self.value(each, (), word, depth) for each in items]
            case Reference(name=name):
                return self._named_value(self._types[name], word, depth + 1)
            case _:
                assert_never(wanted)

    def _named_value(self, declared: NamedType, word: str, depth: int) -> JsonValue:
        match declared:
            case AliasType(target=target, examples=examples):
                return self.value(target, examples, word, depth)
            case EnumType(members=members):
                return loads_exact(members[0].value) if members else word
            case UnionType(variants=variants, examples=examples):
                return self.value(variants[0], examples, word, depth)
            case ObjectType(fields=fields):
                required = [each for each in fields if self._plan.ways.required(declared.name, each) and depth < _DEEPEST]
                return {each.wire_name: self.value(each.type, each.examples, each.name.snake(), depth) for each in required}
            case _:
                assert_never(declared)

    def expression(self, wanted: Type, value: JsonValue, indent: int) -> str:
        """The value as the type's own TypeScript."""
        return value.as_kind(self._kind(wanted)) if isinstance(value, Code) else self._expression(wanted, value, indent)

    def _expression(self, wanted: Type, value: JsonValue, indent: int) -> str:
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

    def _kind(self, wanted: Type) -> ScalarKind:
        match wanted:
            case Scalar(kind=kind):
                return kind
            case Nullable(inner=inner):
                return self._kind(inner)
            case Reference(name=name):
                declared = self._types[name]
                if isinstance(declared, AliasType):
                    return self._kind(declared.target)
                return declared.kind if isinstance(declared, EnumType) else ScalarKind.ANY
            case _:
                return ScalarKind.ANY

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


def _number(kind: ScalarKind, text: str) -> JsonValue:
    if kind is ScalarKind.BOOLEAN:
        return text == "true"
    if kind not in (ScalarKind.INTEGER, ScalarKind.DECIMAL):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return int(number) if kind is ScalarKind.INTEGER else number
