"""Whether a JSON value fits a type, as an SDK would have to read it: unknown keys and enum values fit, wrong JSON types don't."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from sdkgen.api.json_text import JsonValue, loads_exact
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
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdkgen.api.model import Api, Name


_DEEPEST = 100


class Fitting:
    """Knows an API's named types."""

    def __init__(self, types: Iterable[NamedType]) -> None:
        self._types: dict[Name, NamedType] = {declared.name: declared for declared in types}
        self._depth = 0

    def misfit(self, wanted: Type, value: JsonValue) -> str | None:
        """Where and why the value does not fit, such as ``/price: text expected, number found``; ``None`` where it fits."""
        return self._misfit(wanted, value, "")

    def _misfit(self, wanted: Type, value: JsonValue, where: str) -> str | None:
        match wanted:
            case Scalar():
                return _scalar_misfit(wanted.kind, value, where)
            case Nullable():
                return None if value is None else self._misfit(wanted.inner, value, where)
            case Reference():
                return self._referred_misfit(wanted, value, where)
            case ListOf() | TupleOf():
                return self._list_misfit(wanted, value, where)
            case MapOf():
                if not isinstance(value, dict):
                    return _wrong("an object", value, where)
                return self._first((wanted.values, item, f"{where}/{key}") for key, item in value.items())
            case _:
                assert_never(wanted)

    def _referred_misfit(self, wanted: Reference, value: JsonValue, where: str) -> str | None:
        if self._depth > _DEEPEST:
            return None  # types that are names of names without end: whatever it is, it is not the value's fault
        self._depth += 1
        try:
            return self._named_misfit(self._types[wanted.name], value, where)
        finally:
            self._depth -= 1

    def _list_misfit(self, wanted: ListOf | TupleOf, value: JsonValue, where: str) -> str | None:
        if not isinstance(value, list):
            return _wrong("a list", value, where)
        if isinstance(wanted, ListOf):
            return self._first((wanted.items, item, f"{where}/{index}") for index, item in enumerate(value))
        if len(value) < len(wanted.items):
            return f"{where or '/'}: {len(wanted.items)} places expected, {len(value)} found"
        rest = wanted.rest or Scalar(kind=ScalarKind.ANY)
        return self._first(
            (wanted.items[index] if index < len(wanted.items) else rest, item, f"{where}/{index}") for index, item in enumerate(value)
        )

    def _named_misfit(self, wanted: NamedType, value: JsonValue, where: str) -> str | None:
        match wanted:
            case AliasType():
                return self._misfit(wanted.target, value, where)
            case EnumType():
                return _scalar_misfit(wanted.kind, value, where)
            case UnionType():
                return self._union_misfit(wanted, value, where)
            case ObjectType():
                return self._object_misfit(wanted, value, where)
            case _:
                assert_never(wanted)

    def _union_misfit(self, wanted: UnionType, value: JsonValue, where: str) -> str | None:
        told = None
        if wanted.discriminator is not None and isinstance(value, dict):
            word = value.get(wanted.discriminator.wire_name)
            told = next((name for text, name in wanted.discriminator.mapping if text == word), None)
        if told is not None:
            return self._misfit(Reference(name=told), value, where)
        misfits = [self._misfit(variant, value, where) for variant in wanted.variants]
        return None if None in misfits else f"{where or '/'}: fits none of {len(misfits)} variants"

    def _object_misfit(self, wanted: ObjectType, value: JsonValue, where: str) -> str | None:
        if not isinstance(value, dict):
            return _wrong("an object", value, where)
        for declared in wanted.fields:
            if declared.required and declared.wire_name not in value:
                return f"{where}/{declared.wire_name}: required, but absent"
        types = {declared.wire_name: declared.type for declared in wanted.fields}
        extra = wanted.extra or Scalar(kind=ScalarKind.ANY)
        return self._first((types.get(key, extra), item, f"{where}/{key}") for key, item in value.items())

    def _first(self, parts: Iterable[tuple[Type, JsonValue, str]]) -> str | None:
        return next((found for wanted, item, where in parts if (found := self._misfit(wanted, item, where)) is not None), None)


def misfit(api: Api, wanted: Type, value_text: str) -> str | None:
    """Where and why a value, given as JSON text, does not fit a type of an API; ``None`` where it fits."""
    return Fitting(api.types).misfit(wanted, loads_exact(value_text))


_EXPECTED = {
    ScalarKind.STRING: "text",
    ScalarKind.INTEGER: "a whole number",
    ScalarKind.DECIMAL: "a number",
    ScalarKind.BOOLEAN: "true or false",
    ScalarKind.BINARY: "text",
    ScalarKind.ANY: "anything",
}


def _scalar_misfit(kind: ScalarKind, value: JsonValue, where: str) -> str | None:
    match kind:
        case ScalarKind.ANY:
            fits = True
        case ScalarKind.STRING | ScalarKind.BINARY:
            fits = isinstance(value, str)
        case ScalarKind.BOOLEAN:
            fits = isinstance(value, bool)
        case ScalarKind.INTEGER:
            fits = _is_whole(value)
        case ScalarKind.DECIMAL:
            fits = isinstance(value, int | Decimal) and not isinstance(value, bool)
        case _:
            assert_never(kind)
    return None if fits else _wrong(_EXPECTED[kind], value, where)


def _is_whole(value: JsonValue) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


_FOUND = {type(None): "null", bool: "true or false", int: "a number", Decimal: "a number", str: "text", list: "a list", dict: "an object"}


def _wrong(expected: str, value: JsonValue, where: str) -> str:
    return f"{where or '/'}: {expected} expected, {_FOUND[type(value)]} found"
