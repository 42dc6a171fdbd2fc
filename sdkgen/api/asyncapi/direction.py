"""Whose view an AsyncAPI description takes: the exchange's or its clients'.

The standard lets a document describe either side, and both versions' words for who sends are read both ways by those who write
them. What the messages themselves say decides; the document as a whole decides for those that say nothing.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sdkgen.api.asyncapi.raw import RawAction, RawDocument, text
from sdkgen.api.name import words_of
from sdkgen.api.resolve import Place, Resolver

if TYPE_CHECKING:
    from sdkgen.api.asyncapi.raw import Source
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Pointer


class View(Enum):
    """Which side the described application is."""

    EXCHANGE = "exchange"
    CLIENT = "client"


_SAID = frozenset(
    ("request", "requests", "req", "login", "logon", "auth", "authenticate", "authentication", "ping", "unsubscribe", "command")
)
_WEAKLY_SAID = frozenset(("subscribe", "subscription"))
"""Also written over what a subscription brings."""
_HEARD = frozenset(
    (
        *("response", "responses", "reply", "answer", "ack", "acknowledgment", "acknowledgement", "confirmation", "result"),
        *("update", "updates", "snapshot", "delta", "event", "events", "data", "push", "pushed", "notification", "notifications"),
        *("subscribed", "unsubscribed", "pong", "error", "errors", "heartbeat", "status", "published", "publishes", "feed"),
    )
)
_ASKING = frozenset(("op", "method", "event", "type", "action", "reqtype", "cmd", "command"))
"""Keys whose constant value says what a message asks for."""
_ASKS = frozenset(("subscribe", "unsubscribe", "sub", "unsub", "login", "auth", "ping", "logon", "authenticate", "request"))
_DEEPEST = 3


def view_of(document: RawDocument, source: Source) -> tuple[View, bool]:
    """The description's view, and whether operations with replies prove it: only a client asks."""
    asks_if_received = answered = 0
    for action in document.actions:
        leaning = sum(leaning_of(pointer, document, source) for pointer in action.messages)
        leaning += _words(_texts(action.place, ("summary", "title", "description")))
        asks_if_received += leaning if action.receives else -leaning
        answered += _sign(action) if action.replies else 0
    if answered:
        return (View.EXCHANGE if answered > 0 else View.CLIENT), True
    if asks_if_received:
        return (View.EXCHANGE if asks_if_received > 0 else View.CLIENT), False
    only_received = bool(document.actions) and all(action.receives for action in document.actions)
    return (View.CLIENT if only_received and not _is_version2(source) else View.EXCHANGE), False


def _sign(action: RawAction) -> int:
    return 1 if action.receives else -1


def is_said(action: RawAction, view: View) -> bool:
    """Whether the client says what the operation names."""
    return action.receives == (view is View.EXCHANGE)


def leaning_of(message: Pointer, document: RawDocument, source: Source) -> int:
    """Above nought: looks like what a client says; below: like what an exchange says."""
    raw = document.messages[message]
    payload = source.part(raw.place, "payload")
    reference = Resolver.reference(payload.value) or ""
    own = raw.key if raw.component else ""
    texts = (own, reference.rpartition("/")[2], *_texts(raw.place, ("name", "title", "summary")))
    return _words(texts) + _asking(payload, source, 0)


def _words(texts: tuple[str, ...]) -> int:
    score = 0
    for one in texts:
        words = set(words_of(one))
        if words & _HEARD:
            score -= 2
        elif words & _SAID:
            score += 2
        elif words & _WEAKLY_SAID:
            score += 1
    return max(-4, min(4, score))


def _asking(schema: Place, source: Source, depth: int) -> int:
    """What a payload's constants say: ``op: subscribe`` asks."""
    found = source.resolver.follow(schema)
    if found is None or not isinstance(found.value, dict) or depth > _DEEPEST:
        return 0
    score = 0
    properties = source.part(found, "properties")
    for key, value in (properties.value if isinstance(properties.value, dict) else {}).items():
        if key.lower() in _ASKING:
            inner = source.resolver.follow(Place(pointer=properties.pointer, value=value))
            values = _constants(inner.value if inner is not None else None)
            score += 4 if values and all(value in _ASKS for value in values) else 0
    for keyword in ("allOf", "oneOf", "anyOf"):
        written = source.part(found, keyword)
        several = written.value if isinstance(written.value, list) else []
        score += sum(_asking(Place(pointer=written.pointer, value=value), source, depth + 1) for value in several[:_DEEPEST])
    return min(score, 8)


def _constants(schema: JsonValue) -> list[str]:
    if not isinstance(schema, dict):
        return []
    enum = schema.get("enum")
    values = [schema["const"]] if "const" in schema else enum if isinstance(enum, list) else []
    return [text(value).lower() for value in values]


def _texts(place: Place, keys: tuple[str, ...]) -> tuple[str, ...]:
    value = place.value if isinstance(place.value, dict) else {}
    return tuple(text(value.get(key))[:200] for key in keys)


def _is_version2(source: Source) -> bool:
    return text(source.root.get("asyncapi")).startswith("2")
