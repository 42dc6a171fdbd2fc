"""Counting what an AsyncAPI description declares, without looking at the model: what the model's own counts are checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.api.census import Census
from sdkgen.api.pointer import join
from sdkgen.api.resolve import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer

_OPERATIONS = ("publish", "subscribe")


def declared_channels(root: dict[str, JsonValue]) -> int:
    """How many channels stand under ``channels``."""
    channels = root.get("channels")
    return sum(1 for key in channels if not key.startswith("x-")) if isinstance(channels, dict) else 0


def declared_messages(root: dict[str, JsonValue]) -> int:
    """How many different messages the channels, operations and components hold; one that is nowhere counts as one missing."""
    return len({place.pointer for place in _messages(root)})


def declared_stream_fields(root: dict[str, JsonValue]) -> int:
    """How many properties the objects have that a description's components and messages name or hold."""
    census = Census(root, siblings=False)
    for name, value in _map(_get(root.get("components"), "schemas")):
        census.count((Place(pointer=join("/components/schemas", name), value=value),))
    for message in _messages(root):
        payload = Place(pointer=join(message.pointer, "payload"), value=_get(message.value, "payload"))
        if isinstance(payload.value, dict) and "schemaFormat" in payload.value and "schema" in payload.value:
            payload = Place(pointer=join(payload.pointer, "schema"), value=payload.value["schema"])
        if payload.value is not None:
            census.count((payload,))
    for channel in _channels(root):
        _count_around(root, channel, census)
    return census.fields


def _count_around(root: dict[str, JsonValue], channel: Place, census: Census) -> None:
    """Count the schemas of a channel's parameters and of its opening request."""
    for name, value in _map(_get(channel.value, "parameters")):
        landed = _landing(root, Place(pointer=join(channel.pointer, "parameters", name), value=value))
        if landed is not None and isinstance(schema := _get(landed.value, "schema"), dict):
            census.count((Place(pointer=join(landed.pointer, "schema"), value=schema),))
    bindings = _landing(root, Place(pointer=join(channel.pointer, "bindings"), value=_get(channel.value, "bindings")))
    own = _get(bindings.value, "ws") if bindings is not None else None
    for part in ("query", "headers"):
        base = join(bindings.pointer, "ws", part) if bindings is not None else ""
        landed = _landing(root, Place(pointer=base, value=_get(own, part)))
        for name, value in _map(_get(landed.value, "properties")) if landed is not None else ():
            census.count((Place(pointer=join(landed.pointer if landed else "", "properties", name), value=value),))


def _channels(root: dict[str, JsonValue]) -> Iterator[Place]:
    for key, value in _map(root.get("channels")):
        landed = _landing(root, Place(pointer=join("/channels", key), value=value))
        if landed is not None and isinstance(landed.value, dict):
            yield landed


def _messages(root: dict[str, JsonValue]) -> Iterator[Place]:
    for key, value in _map(_get(root.get("components"), "messages")):
        yield from _choices(root, Place(pointer=join("/components/messages", key), value=value))
    for channel in _channels(root):
        for key, value in _map(_get(channel.value, "messages")):
            yield from _choices(root, Place(pointer=join(channel.pointer, "messages", key), value=value))
        for word in _OPERATIONS:
            operation = _get(channel.value, word)
            yield from _held(root, Place(pointer=join(channel.pointer, word), value=operation))
    for key, value in _map(root.get("operations")):
        landed = _landing(root, Place(pointer=join("/operations", key), value=value))
        if landed is not None:
            yield from _listed(root, Place(pointer=join(landed.pointer, "messages"), value=_get(landed.value, "messages")))


def _held(root: dict[str, JsonValue], operation: Place) -> Iterator[Place]:
    """The messages of an operation of AsyncAPI 2, and their answers."""
    written = _get(operation.value, "message")
    found = list(_choices(root, Place(pointer=join(operation.pointer, "message"), value=written))) if written is not None else []
    for place in (*found, operation):
        answer = _get(place.value, "x-response")
        if isinstance(answer, dict):
            found += _choices(root, Place(pointer=join(place.pointer, "x-response"), value=answer))
    yield from found


def _listed(root: dict[str, JsonValue], place: Place) -> Iterator[Place]:
    for index, value in enumerate(place.value if isinstance(place.value, list) else []):
        yield from _choices(root, Place(pointer=join(place.pointer, index), value=value))


def _choices(root: dict[str, JsonValue], place: Place) -> Iterator[Place]:
    """The message, or those that its ``oneOf`` lists; one that is nowhere counts where it is referred to."""
    met: set[Pointer] = set()
    waiting = [place]
    while waiting:
        here = waiting.pop()
        landed = _landing(root, here) or here
        if landed.pointer in met:
            continue
        met.add(landed.pointer)
        several = _get(landed.value, "oneOf")
        if isinstance(several, list):
            waiting += [Place(pointer=join(landed.pointer, "oneOf", index), value=value) for index, value in enumerate(several)]
        else:
            yield landed


def _map(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    for key, entry in value.items() if isinstance(value, dict) else ():
        if not key.startswith("x-"):
            yield key, entry


def _landing(root: dict[str, JsonValue], place: Place) -> Place | None:
    return Census(root, siblings=False).landing(place)


def _get(value: JsonValue, key: str) -> JsonValue:
    return value.get(key) if isinstance(value, dict) else None
