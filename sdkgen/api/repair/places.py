"""Where schemas stand in a description, and inside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.census import METHODS
from sdkgen.api.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

Link = tuple["Link | None", str | int]
"""A place as its last token and the place around it: most are never asked for their pointer."""

_ONE = (
    "items",
    "additionalProperties",
    "additionalItems",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
)
_LISTED = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
INSIDE = frozenset((*_ONE, *_LISTED, *_NAMED))
"""Keywords under which schemas stand."""

Found = tuple[Link, "JsonValue"]


def pointer_of(link: Link | None) -> Pointer:
    """The JSON pointer of a place."""
    tokens: list[str | int] = []
    while link is not None:
        link, token = link
        tokens.append(token)
    return join("", *reversed(tokens))


def inner_schemas(place: Link, schema: JsonValue) -> Iterator[Found]:
    """The schemas directly inside a schema."""
    if not isinstance(schema, dict):
        return
    for keyword in INSIDE & schema.keys():
        value, around = schema[keyword], (place, keyword)
        if keyword in _NAMED:
            yield from _entries(around, value)
        elif isinstance(value, list):
            yield from (((around, index), item) for index, item in enumerate(value))
        elif keyword in _ONE and not isinstance(value, bool):
            yield around, value


def _entries(around: Link, value: JsonValue) -> Iterator[Found]:
    if isinstance(value, dict):
        yield from (((around, key), item) for key, item in value.items())


def schema_roots(root: dict[str, JsonValue], *, swagger: bool) -> Iterator[Found]:
    """The schemas of components and operations that stand in no other."""
    if swagger:
        yield from _entries((None, "definitions"), root.get("definitions"))
    for around, components in (((None, "components"), root.get("components")), (None, root)):
        if isinstance(components, dict):
            yield from _components(around, components)
    paths = root.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict):
            yield from _path_item(((None, "paths"), path), item)


def _components(around: Link | None, components: dict[str, JsonValue]) -> Iterator[Found]:
    if around is not None:
        yield from _entries((around, "schemas"), components.get("schemas"))
    for section in ("parameters", "responses", "requestBodies", "headers"):
        for place, value in _entries((around, section), components.get(section)):
            yield from _carrier(place, value)


def _path_item(around: Link, item: dict[str, JsonValue]) -> Iterator[Found]:
    yield from _listed((around, "parameters"), item.get("parameters"))
    for method, operation in item.items():
        if method.lower() in METHODS and isinstance(operation, dict):
            yield from _operation((around, method), operation)
    for place, operation in _entries((around, "additionalOperations"), item.get("additionalOperations")):
        if isinstance(operation, dict):
            yield from _operation(place, operation)


def _operation(around: Link, operation: dict[str, JsonValue]) -> Iterator[Found]:
    yield from _listed((around, "parameters"), operation.get("parameters"))
    yield from _carrier((around, "requestBody"), operation.get("requestBody"))
    for place, answer in _entries((around, "responses"), operation.get("responses")):
        yield from _carrier(place, answer)


def _listed(around: Link, carriers: JsonValue) -> Iterator[Found]:
    for index, value in enumerate(carriers if isinstance(carriers, list) else ()):
        yield from _carrier((around, index), value)


def _carrier(place: Link, value: JsonValue) -> Iterator[Found]:
    """The schemas of a parameter, body, answer or header."""
    if not isinstance(value, dict):
        return
    if "schema" in value:
        yield (place, "schema"), value["schema"]
    for inner, media in _entries((place, "content"), value.get("content")):
        if isinstance(media, dict):
            yield from (((inner, keyword), media[keyword]) for keyword in ("schema", "itemSchema") if keyword in media)
