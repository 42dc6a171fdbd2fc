"""Repairs of an AsyncAPI description's schemas, by the same rules as an OpenAPI description's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.repair.schema import repair_schemas_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.issues import IssueLog
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.repair.places import Found, Link


def repair_streams(issues: IssueLog) -> None:
    """Repair the schemas of ``issues.root``; each repair is an issue with its overlay lines."""
    repair_schemas_at(_roots(issues.root), issues, swagger=False, lists=True)


def _roots(root: dict[str, JsonValue]) -> Iterator[Found]:
    """The schemas of components, messages, parameters and WebSocket bindings that stand in no other."""
    components = root.get("components")
    around: Link = (None, "components")
    yield from _entries((around, "schemas"), _get(components, "schemas"))
    for place, message in _entries((around, "messages"), _get(components, "messages")):
        yield from _message(place, message)
    for place, parameter in _entries((around, "parameters"), _get(components, "parameters")):
        yield from _schema(place, parameter, "schema")
    for place, channel in (
        *_entries((None, "channels"), root.get("channels")),
        *_entries((around, "channels"), _get(components, "channels")),
    ):
        yield from _channel(place, channel)


def _channel(around: Link, channel: JsonValue) -> Iterator[Found]:
    for place, message in _entries((around, "messages"), _get(channel, "messages")):
        yield from _message(place, message)
    for word in ("publish", "subscribe"):
        yield from _message(((around, word), "message"), _get(_get(channel, word), "message"))
    for place, parameter in _entries((around, "parameters"), _get(channel, "parameters")):
        yield from _schema(place, parameter, "schema")
    own, bindings = _get(_get(channel, "bindings"), "ws"), ((around, "bindings"), "ws")
    for part in ("query", "headers"):
        yield from _schema(bindings, own, part)


def _message(place: Link, message: JsonValue) -> Iterator[Found]:
    several = _get(message, "oneOf")
    for index, one in enumerate(several if isinstance(several, list) else ()):
        yield from _schema(((place, "oneOf"), index), one, "payload")
    yield from _schema(place, message, "payload")


def _schema(around: Link, holder: JsonValue, key: str) -> Iterator[Found]:
    """The schema under a key; the one in it where a format stands around it."""
    value, place = _get(holder, key), (around, key)
    if isinstance(value, dict) and "schemaFormat" in value and "schema" in value:
        value, place = value["schema"], (place, "schema")
    if value is not None and isinstance(holder, dict) and "schemaFormat" not in holder:
        yield place, value


def _entries(around: Link, value: JsonValue) -> Iterator[Found]:
    if isinstance(value, dict):
        yield from (((around, key), entry) for key, entry in value.items())


def _get(value: JsonValue, key: str) -> JsonValue:
    return value.get(key) if isinstance(value, dict) else None
