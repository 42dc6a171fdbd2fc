"""How a value is written outside a body: OpenAPI's styles with the texts of ``sdkgen/WIRE.md``, written apart from every emitter."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

from sdkgen.api.json_text import dumps_exact, number_text

if TYPE_CHECKING:
    from certification.evidence.sdk.described import DescribedParameter
    from sdkgen.api.json_text import JsonValue

Pair = tuple[str, str]
"""Name and value of a query pair, percent-encoded."""
_KEPT = ":/?@!$()*;"
"""What ``allowReserved`` keeps as it is, and the comma where commas join nothing."""


def plain(value: JsonValue) -> str:
    """The text of a value where one text is expected."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return number_text(value)
        case str():
            return value
        case list() | dict():
            return dumps_exact(value)


def encoded(value: JsonValue, kept: str = "") -> str:
    """The same, percent-encoded but for the characters that are kept."""
    return quote(plain(value), safe=kept)


def query_pairs(parameter: DescribedParameter, value: JsonValue) -> tuple[Pair, ...]:
    """What a query parameter becomes; empty for null, an empty list and an empty object."""
    name = quote(parameter.name, safe="")
    if value is None:
        return ()
    if parameter.json_encoded:
        return ((name, quote(dumps_exact(value), safe="")),)
    match value:
        case list():
            return _list_pairs(parameter, name, value)
        case dict():
            return _object_pairs(parameter, name, value)
        case _:
            return ((name, encoded(value, _kept(parameter, alone=True))),)


def _kept(parameter: DescribedParameter, *, alone: bool) -> str:
    if not parameter.allow_reserved:
        return ""
    return f"{_KEPT}," if alone else _KEPT


def _list_pairs(parameter: DescribedParameter, name: str, value: list[JsonValue]) -> tuple[Pair, ...]:
    if not value:
        return ()
    kept = _kept(parameter, alone=parameter.explode)
    if parameter.explode or parameter.style == "deepObject":
        return tuple((name, encoded(item, kept)) for item in value)
    separator = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
    return ((name, separator.join(encoded(item, kept) for item in value)),)


def _object_pairs(parameter: DescribedParameter, name: str, value: dict[str, JsonValue]) -> tuple[Pair, ...]:
    if parameter.style == "deepObject":
        return tuple(_deep_pairs(name, value, _kept(parameter, alone=parameter.explode)))
    if not value:
        return ()
    kept = _kept(parameter, alone=parameter.explode)
    if parameter.explode:
        return tuple((quote(key, safe=""), encoded(item, kept)) for key, item in value.items() if item is not None)
    return ((name, ",".join(part for key, item in value.items() for part in (quote(key, safe=kept), encoded(item, kept)))),)


def _deep_pairs(name: str, value: JsonValue, kept: str) -> list[Pair]:
    match value:
        case None:
            return []
        case dict():
            return [pair for key, item in value.items() for pair in _deep_pairs(f"{name}{quote(f'[{key}]', safe='')}", item, kept)]
        case list():
            return [pair for item in value for pair in _deep_pairs(name, item, kept)]
        case _:
            return [(name, encoded(value, kept))]


def path_text(parameter: DescribedParameter, value: JsonValue) -> str:
    """What a path parameter becomes, percent-encoded."""
    name = quote(parameter.name, safe="")
    match parameter.style:
        case "label":
            return "." + ("." if parameter.explode else ",").join(_parts(parameter, value))
        case "matrix" if parameter.explode and isinstance(value, list):
            return "".join(f";{name}={encoded(item)}" for item in value)
        case "matrix" if parameter.explode and isinstance(value, dict):
            return "".join(f";{part}" for part in _parts(parameter, value))
        case "matrix":
            return f";{name}={','.join(_parts(parameter, value))}"
        case _:
            return ",".join(_parts(parameter, value))


def _parts(parameter: DescribedParameter, value: JsonValue) -> list[str]:
    match value:
        case list():
            return [encoded(item) for item in value]
        case dict() if parameter.explode:
            return [f"{quote(key, safe='')}={encoded(item)}" for key, item in value.items()]
        case dict():
            return [part for key, item in value.items() for part in (quote(key, safe=""), encoded(item))]
        case _:
            return [encoded(value)]


def header_text(parameter: DescribedParameter, value: JsonValue) -> str:
    """What a header parameter becomes: ``simple``, not percent-encoded."""
    if parameter.json_encoded:
        return dumps_exact(value)
    match value:
        case list():
            return ",".join(plain(item) for item in value)
        case dict() if parameter.explode:
            return ",".join(f"{key}={plain(item)}" for key, item in value.items())
        case dict():
            return ",".join(part for key, item in value.items() for part in (key, plain(item)))
        case _:
            return plain(value)


def cookie_text(parameter: DescribedParameter, value: JsonValue) -> str:
    """What a cookie parameter becomes: its pair, ``form`` and not exploded, percent-encoded."""
    name = quote(parameter.name, safe="")
    if parameter.json_encoded:
        return f"{name}={quote(dumps_exact(value), safe='')}"
    return f"{name}={','.join(_parts(parameter, value))}"
