"""One generated module while it is written: what it declared so far, and what it has to import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, ListOf, MapOf, Name, NamedType, Nullable, Reference, Scalar, ScalarKind, TupleOf, Type, UnionType
from sdkgen.python.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANNOTATIONS = {
    ScalarKind.STRING: "str",
    ScalarKind.INTEGER: "int",
    ScalarKind.DECIMAL: "Decimal",
    ScalarKind.BOOLEAN: "bool",
    ScalarKind.BINARY: "bytes",
    ScalarKind.ANY: "JsonValue",
}


@dataclass(slots=True, kw_only=True)
class Module:
    """Grows while its declarations are written; the import lines are asked for at the end."""

    path: str
    names: Names
    declared: Mapping[Name, NamedType]
    runtime: set[str] = field(default_factory=set)
    typing: set[str] = field(default_factory=set)
    abc: set[str] = field(default_factory=set)
    decimal: bool = False
    shared: set[str] = field(default_factory=set)
    written: set[Name] = field(default_factory=set)
    """Types that stand further up, so that a codec can name them at once."""

    def uses(self, name: str) -> str:
        """A name of the runtime."""
        self.runtime.add(name)
        return name

    def annotation(self, given: Type) -> str:
        """The type as an annotation."""
        match given:
            case Scalar(kind=kind):
                self.decimal = self.decimal or kind is ScalarKind.DECIMAL
                return self.uses("JsonValue") if kind is ScalarKind.ANY else _ANNOTATIONS[kind]
            case ListOf(items=items):
                return f"list[{self.annotation(items)}]"
            case MapOf(values=values):
                return f"dict[str, {self.annotation(values)}]"
            case TupleOf(items=items, rest=rest):
                further = self.uses("JsonValue") if rest is None else self.annotation(rest)
                return f"tuple[{', '.join((*map(self.annotation, items), f'*tuple[{further}, ...]'))}]"
            case Nullable(inner=inner):
                return f"{self.annotation(inner)} | None"
            case Reference(name=name):
                return self._named(name, self.names.types[name].declared)
            case _:
                assert_never(given)

    def argument(self, given: Type) -> str:
        """The type as an argument's annotation: what a caller may pass is wider than what comes back."""
        match given:
            case ListOf(items=items):
                self.abc.add("Sequence")
                return f"Sequence[{self.annotation(items)}]"
            case MapOf(values=values):
                self.abc.add("Mapping")
                return f"Mapping[str, {self.annotation(values)}]"
            case _:
                return self.annotation(given)

    def codec(self, given: Type) -> str:
        """An expression for what reads and writes the type."""
        match given:
            case Scalar(kind=kind):
                return self.uses(kind.name)
            case ListOf(items=inner) | MapOf(values=inner) | Nullable(inner=inner):
                return f"{self.uses(type(given).__name__)}({self.codec(inner)})"
            case TupleOf(items=items, rest=rest):
                places = [self.codec(item) for item in items] + ([] if rest is None else [f"rest={self.codec(rest)}"])
                return f"{self.uses('TupleOf')}({', '.join(places)})"
            case Reference(name=name):
                codec = self._named(name, self.names.types[name].codec)
                above = self.names.types[name].module != self.path or name in self.written
                return codec if above else f"{self.uses('Later')}(lambda: {codec})"
            case _:
                assert_never(given)

    def _named(self, name: Name, text: str) -> str:
        if self.names.types[name].module != self.path:
            self.shared.add(text)
        return text

    def import_lines(self, runtime: str) -> tuple[str, ...]:
        """The import statements; ``runtime`` is the runtime's module as seen from here."""
        lines = []
        if self.abc:
            lines.append(f"from collections.abc import {', '.join(sorted(self.abc))}")
        if self.decimal:
            lines.append("from decimal import Decimal")
        if self.typing:
            lines.append(f"from typing import {', '.join(sorted(self.typing))}")
        if self.runtime:
            lines.append(_import(runtime, self.runtime))
        if self.shared:
            lines.append(_import("._shared", self.shared))
        return tuple(lines)


def _import(module: str, names: set[str]) -> str:
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in sorted(names)) + ")"


def allows_null(given: Type, declared: Mapping[Name, NamedType], seen: frozenset[Name] = frozenset()) -> bool:
    """Whether ``null`` is one of the type's values, so that it can't stand for absence as well."""
    match given:
        case Nullable():
            return True
        case Scalar(kind=kind):
            return kind is ScalarKind.ANY
        case Reference(name=name) if name not in seen:
            match declared[name]:
                case AliasType(target=target):
                    return allows_null(target, declared, seen | {name})
                case UnionType(variants=variants):
                    return any(allows_null(variant, declared, seen | {name}) for variant in variants)
                case _:
                    return False
        case _:
            return False
