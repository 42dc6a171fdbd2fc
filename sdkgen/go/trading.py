"""The README's program that places and cancels an order, written in the types of this very API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, NamedType, Nullable, ObjectType, Reference, Scalar, TupleOf, UnionType
from sdkgen.go.examples import Examples, parsed
from sdkgen.go.typing import scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import Field, Type
    from sdkgen.go.declarations import GoField
    from sdkgen.go.operations import GoMethod, GoService
    from sdkgen.source import ExampleCall, TradingExample

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_ZEROS = {"string": '""', "int64": "0", "bool": "false"}


class _UnfitError(Exception):
    """The example does not fit the API: a name in it is none of the API's, or a value none of its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An expression that the program has already, and its type."""

    text: str
    type: Type


_Node = "str | _Known | dict[str, _Node]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingCalls:
    """The two calls as Go source, without ``client.``."""

    place: str
    place_arguments: str
    order_id: str
    cancel: str
    cancel_arguments: str
    cancel_result: str


def trading_calls(examples: Examples, example: TradingExample) -> TradingCalls | None:
    """The calls; ``None`` where the example does not fit the API."""
    try:
        return _Trading(examples=examples).calls(example)
    except _UnfitError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trading:
    examples: Examples

    def calls(self, example: TradingExample) -> TradingCalls:
        service, method = self._method(example.place)
        success = method.operation.success()
        if success is None or not success.contents or not method.result.isidentifier():
            raise _UnfitError
        order_id = self._taken("placed", success.contents[0].type, example.order_id[0])
        other, cancel = self._method(example.cancel)
        return TradingCalls(
            place=f"{service.field}.{method.name}",
            place_arguments=self._arguments(method, example.place, {}),
            order_id=order_id.text,
            cancel=f"{other.field}.{cancel.name}",
            cancel_arguments=self._arguments(cancel, example.cancel, {example.order_id[1]: order_id}),
            cancel_result=cancel.result,
        )

    def _method(self, call: ExampleCall) -> tuple[GoService, GoMethod]:
        for service in self.examples.module.services:
            for method in service.methods:
                if method.operation.id == call.operation:
                    return service, method
        raise _UnfitError

    def _arguments(self, method: GoMethod, call: ExampleCall, known: Mapping[str, _Known]) -> str:
        tree = _tree({**dict(call.arguments), **known})
        operation = method.operation
        members = []
        for parameter in operation.parameters:
            given = tree.get(parameter.location.value)
            field = next((each for each in method.fields if each.wire == parameter.wire_name), None)
            if isinstance(given, dict) and field is not None and parameter.wire_name in given:
                members.append(self._member(field, parameter.type, given.pop(parameter.wire_name)))
            elif field is not None and not field.optional:
                raise _UnfitError
        if (body := tree.pop("body", None)) is not None:
            if operation.body is None or not operation.body.contents:
                raise _UnfitError
            members.append(self._member(method.fields[-1], operation.body.contents[0].type, body))
        if any(tree.values()) or not method.params:
            raise _UnfitError
        return f"{self.examples.module.package}.{method.params}{{{', '.join(members)}}}"

    def _member(self, field: GoField, declared: Type, node: object) -> str:
        text = self._expression(self.examples.module.types.bare(declared), node)
        if field.type.startswith("Optional["):
            text = f"{self.examples.module.package}.Some({text})"
        return f"{field.name}: {'&' if field.type.startswith('*') else ''}{text}"

    def _expression(self, declared: Type, node: object) -> str:
        match declared:
            case Nullable(inner=inner):
                return f"{self.examples.module.package}.Some({self._expression(inner, node)})"
            case Reference(name=name):
                return self._named(self.examples.module.types.named[name], node)
            case Scalar() if isinstance(node, _Known):
                return self._converted(node, declared)
            case Scalar() if isinstance(node, str):
                return self.examples.expression(declared, node, go=scalar(declared))
            case Scalar() | ListOf() | MapOf() | TupleOf():
                raise _UnfitError
            case _:
                assert_never(declared)

    def _named(self, named: NamedType, node: object) -> str:
        go = f"{self.examples.module.package}.{self.examples.module.types.names[named.name]}"
        match named:
            case ObjectType():
                return f"{go}{{{', '.join(self._fields(named, node))}}}"
            case UnionType(variants=variants):
                return f"{go}{{{self._variant(named, variants, node)}}}"
            case EnumType():
                place = next((place for place, member in enumerate(named.members) if parsed(member.value) == node), None)
                if place is None:
                    raise _UnfitError
                return f"{self.examples.module.package}.{self.examples.declaration(named.name).constants[place].name}"
            case AliasType(target=target):
                return self._expression(target, node)
            case _:
                assert_never(named)

    def _fields(self, named: ObjectType, node: object) -> list[str]:
        if not isinstance(node, dict):
            raise _UnfitError
        rest = dict(node)
        members = []
        for each, field in self._shown(named):
            if each.wire_name in rest:
                members.append(self._member(field, each.type, rest.pop(each.wire_name)))
            elif "absent" not in field.tag and each.required:
                raise _UnfitError
        if rest:
            raise _UnfitError
        return members

    def _shown(self, named: ObjectType) -> list[tuple[Field, GoField]]:
        return list(zip(named.fields, self.examples.declaration(named.name).fields, strict=False))

    def _variant(self, named: UnionType, variants: tuple[Type, ...], node: object) -> str:
        for variant, field in zip(variants, self.examples.declaration(named.name).fields, strict=False):
            try:
                return self._member(field, variant, node)
            except _UnfitError:
                continue
        raise _UnfitError

    def _converted(self, known: _Known, wanted: Scalar) -> str:
        found = self._scalar(known.type)
        got, want = scalar(found), scalar(wanted)
        if got == want:
            return known.text
        if want == "string":
            return f"fmt.Sprint({known.text})"
        if (got, want) == ("int64", "Integer"):
            return f"{self.examples.module.package}.NewInteger({known.text})"
        raise _UnfitError

    def _scalar(self, declared: Type) -> Scalar:
        match self.examples.module.types.bare(declared):
            case Scalar() as found:
                return found
            case Reference(name=name):
                named = self.examples.module.types.named[name]
                if isinstance(named, AliasType):
                    return self._scalar(named.target)
                raise _UnfitError
            case _:
                raise _UnfitError

    def _taken(self, text: str, declared: Type, place: str) -> _Known:
        """The expression that reads a place out of an answer."""
        for index, key in _STEP.findall(place):
            declared = self._behind(declared)
            match declared:
                case ListOf(items=items) if index:
                    text, declared = f"{text}[{index}]", items
                case Reference(name=name) if isinstance(named := self.examples.module.types.named[name], ObjectType):
                    text, declared = self._field_of(named, text, key)
                case _:
                    raise _UnfitError
        return _Known(text=text, type=declared)

    def _behind(self, declared: Type) -> Type:
        if isinstance(declared, Reference) and isinstance(named := self.examples.module.types.named[declared.name], AliasType):
            return self._behind(named.target)
        return declared

    def _field_of(self, named: ObjectType, text: str, key: str) -> tuple[str, Type]:
        for each, field in self._shown(named):
            if each.wire_name == key:
                inner = self.examples.module.types.bare(each.type)
                return (
                    f"{text}.{field.name}.Or({self._zero(inner)})" if field.type.startswith("Optional[") else f"{text}.{field.name}"
                ), inner
        raise _UnfitError

    def _zero(self, declared: Type) -> str:
        match self._behind(declared):
            case Scalar() as single:
                go = scalar(single)
                return _ZEROS.get(go) or f"{self.examples.outside(go)}{{}}"
            case ListOf() | MapOf():
                return "nil"
            case Reference(name=name) if isinstance(self.examples.module.types.named[name], ObjectType):
                return f"{self.examples.module.package}.{self.examples.module.types.names[name]}{{}}"
            case _:
                raise _UnfitError


def _tree(places: Mapping[str, object]) -> dict[str, object]:
    """Dotted places as nested objects."""
    root: dict[str, object] = {}
    for place, value in places.items():
        *path, last = place.split(".")
        node = root
        for step in path:
            inner = node.setdefault(step, {})
            if not isinstance(inner, dict):
                raise _UnfitError
            node = inner
        node[last] = value
    return root
