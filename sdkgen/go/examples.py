"""Go expressions for the README's example calls: the arguments that a call must have, with the description's own example values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from sdkgen.api.model import (
    AliasType,
    EnumType,
    ListOf,
    MapOf,
    NamedType,
    Nullable,
    ObjectType,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    UnionType,
)
from sdkgen.go.text import quoted
from sdkgen.go.typing import scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sdkgen.api.model import Example, Name, Parameter, Type
    from sdkgen.go.declarations import GoDeclaration
    from sdkgen.go.module import GoModule
    from sdkgen.go.operations import GoMethod

_EXPORTED = re.compile(r"(?<![\w.])([A-Z]\w*)")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DEEPEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Writes expressions as a program outside the package sees its types."""

    module: GoModule
    declarations: Mapping[str, GoDeclaration]

    def arguments(self, method: GoMethod) -> str:
        """The Params that the method must have, on one line; empty where it takes none."""
        if not method.params:
            return ""
        operation = method.operation
        required = {parameter.wire_name: parameter for parameter in operation.parameters if parameter.required}
        members = [
            f"{field.name}: {self._parameter(required[field.wire], field.type)}"
            for field in method.fields
            if not field.optional and field.wire in required
        ]
        if operation.body is not None and operation.body.contents and not method.fields[-1].optional:
            content = operation.body.contents[0]
            members.append(f"Body: {self.expression(content.type, _first(content.examples), go=method.fields[-1].type)}")
        return f"{self.module.package}.{method.params}{{{', '.join(members)}}}"

    def expression(self, declared: Type, value: Any = None, depth: int = 0, *, go: str) -> str:
        """A value of the type, which ``go`` writes as the package does; the given value where it fits."""
        match declared:
            case Scalar():
                return self._scalar(declared, value)
            case ListOf(items=items) if depth < _DEEPEST:
                return f"{self.outside(go)}{{{self.expression(items, _at_first(value), depth + 1, go=go.removeprefix('[]'))}}}"
            case ListOf() | MapOf() | TupleOf():
                return f"{self.outside(go)}{{}}"
            case Nullable(inner=inner):
                return f"{self.module.package}.Some({self.expression(inner, value, depth, go=go[len('Optional[') : -1])})"
            case Reference(name=name):
                named = self.module.types.named[name]
                return f"*new({self.outside(go)})" if depth > _DEEPEST else self._named(named, value, depth)
            case _:
                assert_never(declared)

    def outside(self, go: str) -> str:
        """A Go type as seen from outside the package."""
        return _EXPORTED.sub(rf"{self.module.package}.\1", go)

    def _parameter(self, parameter: Parameter, go: str) -> str:
        given = _first(parameter.examples)
        if given is None and parameter.default is not None:
            given = parsed(parameter.default)
        return self.expression(parameter.type, given, go=go)

    def _scalar(self, declared: Scalar, value: Any) -> str:
        package = self.module.package
        if isinstance(value, str) and declared.kind is not ScalarKind.STRING and _NUMBER.fullmatch(value):
            value = Decimal(value)
        number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        match declared.kind:
            case ScalarKind.STRING:
                return quoted(value if isinstance(value, str) and value else "...")
            case ScalarKind.INTEGER:
                text = str(value) if number and abs(value) < 2**63 and value == int(value) else "1"
                return text if scalar(declared) == "int64" else f"{package}.NewInteger({text})"
            case ScalarKind.DECIMAL:
                return f"{package}.MustDecimal({quoted(str(value) if number else '1')})"
            case ScalarKind.BOOLEAN:
                return "true" if value is not False else "false"
            case ScalarKind.BINARY:
                return '[]byte("...")'
            case ScalarKind.ANY:
                return "nil"
            case _:
                assert_never(declared.kind)

    def _named(self, named: NamedType, value: Any, depth: int) -> str:
        go = f"{self.module.package}.{self.module.types.names[named.name]}"
        match named:
            case ObjectType():
                return f"{go}{{{self._members(named, value, depth)}}}"
            case EnumType():
                return self._enum(named, go, value)
            case UnionType():
                label = self.declaration(named.name).fields[0].name
                field = self.declaration(named.name).fields[0].type[len("Optional[") : -1]
                inner = self.expression(self.module.types.bare(named.variants[0]), value, depth + 1, go=field)
                return f"{go}{{{label}: {self.module.package}.Some({inner})}}"
            case AliasType(target=MapOf() | TupleOf()):
                return f"{go}{{}}"
            case AliasType(target=ListOf(items=items)):
                inner = self.expression(items, _at_first(value), depth + 1, go=self.declaration(named.name).underlying.removeprefix("[]"))
                return f"{go}{{{inner}}}"
            case AliasType(target=target):
                return self.expression(target, value, depth, go=self.declaration(named.name).underlying.removeprefix("= "))
            case _:
                assert_never(named)

    def _members(self, named: ObjectType, value: Any, depth: int) -> str:
        shown = zip(named.fields, self.declaration(named.name).fields, strict=False)
        given = value if isinstance(value, dict) else {}
        texts = []
        for each, field in shown:
            if field.optional:
                continue
            inner = self.expression(each.type, given.get(each.wire_name), depth + 1, go=field.type.removeprefix("*"))
            texts.append(f"{field.name}: {'&' if field.type.startswith('*') else ''}{inner}")
        return ", ".join(texts)

    def _enum(self, named: EnumType, go: str, value: Any) -> str:
        if not named.members:
            return f"*new({go})"
        constants = self.declaration(named.name).constants
        place = next((place for place, member in enumerate(named.members) if parsed(member.value) == value), 0)
        return f"{self.module.package}.{constants[place].name}"

    def declaration(self, name: Name) -> GoDeclaration:
        """How a named type is declared."""
        return self.declarations[self.module.types.names[name]]


def examples_of(module: GoModule) -> Examples:
    """The examples of one module."""
    return Examples(module=module, declarations={each.name: each for each in module.declarations})


def _first(examples: tuple[Example, ...]) -> Any:
    return parsed(examples[0].value) if examples else None


def _at_first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def parsed(text: str) -> Any:
    """A JSON value with exact numbers."""
    return json.loads(text, parse_float=Decimal)
