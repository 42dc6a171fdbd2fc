"""One TypeScript module while it is written: its imports, and expressions for types and codecs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import ListOf, MapOf, Name, Nullable, Reference, Scalar, ScalarKind, TupleOf, Type
from sdkgen.typescript.text import literal

if TYPE_CHECKING:
    from sdkgen.typescript.names import Names

_SCALAR_CODECS = {
    ScalarKind.STRING: "text",
    ScalarKind.INTEGER: "integer",
    ScalarKind.DECIMAL: "decimal",
    ScalarKind.BOOLEAN: "boolean",
    ScalarKind.BINARY: "binary",
    ScalarKind.ANY: "any",
}
_SCALAR_TYPES = {
    ScalarKind.STRING: "string",
    ScalarKind.INTEGER: "bigint",
    ScalarKind.DECIMAL: "Decimal",
    ScalarKind.BOOLEAN: "boolean",
    ScalarKind.BINARY: "Uint8Array",
    ScalarKind.ANY: "JsonValue",
}


@dataclass(slots=True)
class Module:
    """Collects what a module imports while its text is put together."""

    path: str
    """Without ``src/`` and ending."""
    names: Names
    _values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def runtime(self, module: str, name: str) -> str:
        """Use a value of the runtime."""
        self._values[f"runtime/{module}"].add(name)
        return name

    def runtime_type(self, module: str, name: str) -> str:
        """Use a type of the runtime."""
        self._types[f"runtime/{module}"].add(name)
        return name

    def type_text(self, used: Type) -> str:
        """The TypeScript type of a value."""
        match used:
            case Scalar(kind=kind):
                return self.scalar_type(kind)
            case ListOf(items=items):
                return f"readonly {_grouped(self.type_text(items))}[]"
            case TupleOf(items=items, rest=rest):
                further = self.runtime_type("json", "JsonValue") if rest is None else self.type_text(rest)
                return f"readonly [{', '.join((*(self.type_text(each) for each in items), f'...{_grouped(further)}[]'))}]"
            case MapOf(values=values):
                return f"ReadonlyMap<string, {self.type_text(values)}>"
            case Nullable(inner=inner):
                return f"{self.type_text(inner)} | null"
            case Reference(name=name):
                return self.named_type(name)
            case _:
                assert_never(used)

    def scalar_type(self, kind: ScalarKind) -> str:
        """The TypeScript type of a single value."""
        if kind is ScalarKind.DECIMAL:
            self.runtime_type("decimal", "Decimal")
        if kind is ScalarKind.ANY:
            self.runtime_type("json", "JsonValue")
        return _SCALAR_TYPES[kind]

    def codec_text(self, used: Type, *, pure: bool = False) -> str:
        """The expression for the codec of a value; ``pure`` tells a bundler that it may leave it out where nothing uses it."""
        mark = "/* @__PURE__ */ " if pure else ""
        match used:
            case Scalar(kind=kind):
                return self.scalar_codec(kind)
            case ListOf(items=items):
                return f"{mark}{self.runtime('codecs', 'list')}({self.codec_text(items, pure=pure)})"
            case TupleOf(items=items, rest=rest):
                places = ", ".join(self.codec_text(each, pure=pure) for each in items)
                further = "" if rest is None else f", {self.codec_text(rest, pure=pure)}"
                return f"{mark}{self.runtime('codecs', 'tuple')}([{places}]{further})"
            case MapOf(values=values):
                return f"{mark}{self.runtime('codecs', 'map')}({self.codec_text(values, pure=pure)})"
            case Nullable(inner=inner):
                return f"{mark}{self.runtime('codecs', 'nullable')}({self.codec_text(inner, pure=pure)})"
            case Reference(name=name):
                return self.named_codec(name)
            case _:
                assert_never(used)

    def scalar_codec(self, kind: ScalarKind) -> str:
        """The runtime's codec of a single value."""
        return self.runtime("codecs", _SCALAR_CODECS[kind])

    def operation(self, operation_id: str, group: Name) -> str:
        """Use the constant that describes an operation."""
        constant = self.names.operations[operation_id]
        if self.names.groups[group].module != self.path:
            self._values[self.names.groups[group].module].add(constant)
        return constant

    def named_type(self, name: Name) -> str:
        """Use a named type of the package."""
        found = self.names.types[name]
        if found.module != self.path:
            self._types[found.module].add(found.declared)
        return found.declared

    def named_codec(self, name: Name) -> str:
        """Use the codec of a named type."""
        found = self.names.types[name]
        if found.module != self.path:
            self._values[found.module].add(found.codec)
        return found.codec

    def value_text(self, value: str | bool | int | Decimal | None) -> str:
        """The expression for a single ``JsonValue``."""
        match value:
            case None | bool():
                return {None: "null", True: "true", False: "false"}[value]
            case str():
                return literal(value)
            case int() | Decimal():
                return f"/* @__PURE__ */ new {self.runtime('decimal', 'Decimal')}({literal(str(value))})"
            case _:
                assert_never(value)

    def import_lines(self) -> tuple[str, ...]:
        """The module's import statements, sorted."""
        depth = "../" * self.path.count("/") or "./"
        lines = []
        for module in sorted({*self._values, *self._types}):
            values = sorted(self._values.get(module, ()))
            types = sorted(self._types.get(module, set()) - set(values))
            listed = ", ".join((*values, *(f"type {each}" for each in types))) if values else ", ".join(types)
            lines.append(f"import {'' if values else 'type '}{{ {listed} }} from {literal(f'{depth}{module}.js')};")
        return tuple(lines)


def _grouped(text: str) -> str:
    return f"({text})" if " | " in text or text.startswith("readonly ") else text
