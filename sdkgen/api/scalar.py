"""Single values: their kind, format and limits, and enums of them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from sdkgen.api.issues import quoted
from sdkgen.api.json_text import JsonTextError, JsonValue, decimal_number, dumps_exact, loads_exact, number_text
from sdkgen.api.model import NO_LIMITS, EnumMember, Limits, Scalar, ScalarKind
from sdkgen.api.name import Scope
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from sdkgen.api.flat import Flat
    from sdkgen.api.issues import IssueLog

SCALAR_KINDS = {
    "string": ScalarKind.STRING,
    "integer": ScalarKind.INTEGER,
    "number": ScalarKind.DECIMAL,
    "boolean": ScalarKind.BOOLEAN,
    "file": ScalarKind.BINARY,
}
"""The description's word for a type, and ours."""

MISSPELT = {
    **dict.fromkeys(("int", "int32", "int64", "long", "bigint", "uint64"), "integer"),
    **dict.fromkeys(("float", "double", "decimal", "bigdecimal", "num"), "number"),
    **dict.fromkeys(("str", "text", "date", "datetime", "date-time", "uuid", "enum", "timestamp"), "string"),
    "bool": "boolean",
    **dict.fromkeys(("list", "arr"), "array"),
    **dict.fromkeys(("obj", "dict", "map", "hash", "json"), "object"),
}
"""Words that are no JSON Schema types and whose meaning is plain all the same."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST_PATTERN = 2000


def scalar(kind: ScalarKind, flat: Flat, issues: IssueLog) -> Scalar:
    """A single value of that kind, with what the schema promises beyond."""
    written = flat.keywords.get("format")
    text_format = written if isinstance(written, str) and written else None
    if kind is ScalarKind.STRING and text_format == "binary":
        kind = ScalarKind.BINARY
    return Scalar(kind=kind, format=text_format, limits=limits(flat, issues))


def limits(flat: Flat, issues: IssueLog) -> Limits:
    """What the schema promises about sizes and looks."""
    words = flat.keywords
    if not words.keys() & _LIMIT_WORDS:
        return NO_LIMITS
    minimum, exclusive_minimum = _bound(flat, "minimum", "exclusiveMinimum", issues)
    maximum, exclusive_maximum = _bound(flat, "maximum", "exclusiveMaximum", issues)
    pattern = words.get("pattern")
    return Limits(
        minimum=minimum,
        exclusive_minimum=exclusive_minimum,
        maximum=maximum,
        exclusive_maximum=exclusive_maximum,
        multiple_of=_number(flat, "multipleOf", issues),
        min_length=count(flat, "minLength", issues),
        max_length=count(flat, "maxLength", issues),
        pattern=pattern if isinstance(pattern, str) and len(pattern) <= _LONGEST_PATTERN else None,
    )


_LIMIT_WORDS = frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"))


def _number(flat: Flat, keyword: str, issues: IssueLog) -> str | None:
    value = flat.keywords.get(keyword)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return number_text(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        issues.repaired("number-as-text", join(flat.pointer, keyword), f"{keyword} is text; it is read as the number {value[:40]}")
        return number_text(decimal_number(value))
    if value is not None and not isinstance(value, bool):
        issues.noted("wrong-limit", join(flat.pointer, keyword), f"{keyword} must be a number, not {quoted(value)}; it is not used")
    return None


def _bound(flat: Flat, keyword: str, exclusive: str, issues: IssueLog) -> tuple[str | None, bool]:
    """A bound and whether it is exclusive: OpenAPI 3.0 says so with a flag, 3.1 with a number of its own."""
    bound, flag = _number(flat, keyword, issues), flat.keywords.get(exclusive)
    if flag is True:
        return bound, bound is not None
    if flag is None or flag is False:
        return bound, False
    own = _number(flat, exclusive, issues)
    if own is None:
        return bound, False
    if bound is None:
        return own, True
    tighter = Decimal(own) >= Decimal(bound) if keyword == "minimum" else Decimal(own) <= Decimal(bound)
    return (own, True) if tighter else (bound, False)


def count(flat: Flat, keyword: str, issues: IssueLog) -> int | None:
    """A length or number of items."""
    value = _number(flat, keyword, issues)
    if value is None:
        return None
    exact = Decimal(value)
    if exact != exact.to_integral_value() or not 0 <= exact < 2**63:
        issues.noted("wrong-limit", join(flat.pointer, keyword), f"{keyword} must be a whole number from 0; {value[:40]} is not used")
        return None
    return int(exact)


def enum_values(flat: Flat, kind: str | None, issues: IssueLog) -> list[JsonValue] | None:
    """The values that the schema allows, made to fit its type; ``None`` where it does not list any that are single values."""
    if "const" in flat.keywords:
        values: JsonValue = [flat.keywords["const"]]
    else:
        values = flat.keywords.get("enum")
    if not isinstance(values, list):
        return None
    pointer = join(flat.pointer, "const" if "const" in flat.keywords else "enum")
    if any(isinstance(value, list | dict) for value in values):
        issues.noted("enum-of-collections", pointer, "the allowed values are lists or objects; they are not checked")
        return None
    kept: dict[str, JsonValue] = {}
    for value in values:
        if value is None:
            continue
        fitted = _fit(value, kind, pointer, issues)
        text = dumps_exact(fitted)
        if text in kept:
            issues.repaired("duplicate-enum-value", pointer, f"the value {quoted(text)} is listed twice; it counts once")
        kept[text] = fitted
    if not kept:
        issues.noted("empty-enum", pointer, "no value is allowed but null; any is accepted")
        return None
    return list(kept.values())


def _fit(value: JsonValue, kind: str | None, pointer: str, issues: IssueLog) -> JsonValue:
    if kind == "string" and not isinstance(value, str):
        text = dumps_exact(value)
        issues.repaired("enum-of-other-type", pointer, f"the value {quoted(text)} is no string although the type says so; read as one")
        return text
    if kind in ("integer", "number", "boolean") and isinstance(value, str):
        try:
            parsed = loads_exact(value)
        except JsonTextError:
            parsed = None
        if (kind == "boolean") == isinstance(parsed, bool) and isinstance(parsed, bool | int | Decimal):
            issues.repaired("enum-of-other-type", pointer, f"the value {quoted(value)} is text although the type is {kind}; read as one")
            return parsed
    return value


def enum_kind(values: list[JsonValue], kind: str | None) -> ScalarKind:
    """What kind the values are; ANY where mixed."""
    kinds = {_kind_of(value) for value in values}
    if kinds <= {ScalarKind.INTEGER, ScalarKind.DECIMAL}:
        return ScalarKind.INTEGER if kinds == {ScalarKind.INTEGER} and kind != "number" else ScalarKind.DECIMAL
    return kinds.pop() if len(kinds) == 1 else ScalarKind.ANY


def _kind_of(value: JsonValue) -> ScalarKind:
    match value:
        case bool():
            return ScalarKind.BOOLEAN
        case int():
            return ScalarKind.INTEGER
        case Decimal():
            return ScalarKind.DECIMAL
        case str():
            return ScalarKind.STRING
        case _:
            return ScalarKind.ANY


def enum_members(values: list[JsonValue]) -> tuple[EnumMember, ...]:
    """Members with names that differ in every casing: ``1m`` and ``1M`` both survive."""
    texts = [value if isinstance(value, str) else dumps_exact(value) for value in values]
    names = Scope("value").take_all(texts)
    return tuple(EnumMember(name=name, value=dumps_exact(value)) for name, value in zip(names, values, strict=True))
