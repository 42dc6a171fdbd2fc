"""Who sends what: whether an AsyncAPI description takes the exchange's view or its clients', and what that makes of each channel.

The standard lets a document describe either side, and both versions' words for who sends are read both ways by those who write
them. An operation with a reply proves the view, as only clients ask; else what the messages look like decides, the whole document's
for those that say nothing.
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

Ordered = dict["Pointer", None]
"""A set of messages in order."""


class View(Enum):
    """Which side the described application is."""

    EXCHANGE = "exchange"
    CLIENT = "client"


_SAID = frozenset(
    ("request", "requests", "req", "login", "logon", "auth", "authenticate", "authentication", "ping", "unsubscribe", "command")
)
_HEARD = frozenset(
    (
        *("response", "responses", "reply", "answer", "ack", "acknowledgment", "acknowledgement", "confirmation", "result"),
        *("update", "updates", "snapshot", "delta", "event", "events", "data", "push", "pushed", "notification", "notifications"),
        *("subscribed", "unsubscribed", "pong", "error", "errors", "heartbeat", "status", "published", "publishes", "feed"),
    )
)
_WEAKLY_SAID = frozenset(("subscribe", "subscription"))
"""Also written over what a subscription brings."""
_WEAKLY_HEARD = frozenset(
    (
        *("trade", "trades", "ticker", "tickers", "depth", "book", "orderbook", "quote", "quotes", "candle", "candles", "kline", "klines"),
        *("ohlc", "ohlcv", "position", "positions", "balance", "balances", "fill", "fills", "execution", "executions", "index", "price"),
    )
)
"""What exchanges tell of; also what is asked for."""
_KEYS = frozenset(("op", "method", "event", "type", "action", "reqtype", "cmd", "command"))
"""Keys whose constant value says what a message asks for."""
_ASKS = frozenset(("subscribe", "unsubscribe", "sub", "unsub", "login", "auth", "ping", "logon", "authenticate", "request"))
_DEEPEST = 3
_MOST_MESSAGES = 50
"""So many messages of one operation are looked at."""


class Looks:
    """What messages look like, each looked at once."""

    def __init__(self, document: RawDocument, source: Source) -> None:
        self._document = document
        self._source = source
        self._known: dict[Pointer, int] = {}

    def leaning(self, message: Pointer) -> int:
        """Above nought: looks like what a client says; below: like what an exchange says."""
        if message not in self._known:
            self._known[message] = self._look(message)
        return self._known[message]

    def _look(self, message: Pointer) -> int:
        raw = self._document.messages[message]
        payload = self._source.part(raw.place, "payload")
        reference = Resolver.reference(payload.value) or ""
        # A key in a channel is often made by a converter, after the operation's name, which says publish or subscribe of its own.
        own = raw.key if raw.component else ""
        texts = (own, reference.rpartition("/")[2], *_texts(raw.place, ("name", "title", "summary")))
        return _words(texts) + self._asking(payload, 0)

    def _asking(self, schema: Place, depth: int) -> int:
        """What a payload's constants say: ``op: subscribe`` asks."""
        found = self._source.resolver.follow(schema)
        if found is None or not isinstance(found.value, dict) or depth > _DEEPEST:
            return 0
        score = 0
        properties = self._source.part(found, "properties")
        for key, value in (properties.value if isinstance(properties.value, dict) else {}).items():
            if key.lower() in _KEYS:
                inner = self._source.resolver.follow(Place(pointer=properties.pointer, value=value))
                values = _constants(inner.value if inner is not None else None)
                score += 4 if values and all(value in _ASKS for value in values) else 0
        for keyword in ("allOf", "oneOf", "anyOf"):
            written = self._source.part(found, keyword)
            several = written.value if isinstance(written.value, list) else []
            score += sum(self._asking(Place(pointer=written.pointer, value=value), depth + 1) for value in several[:_DEEPEST])
        return min(score, 8)


def view_of(document: RawDocument, looks: Looks, *, version2: bool) -> tuple[View, bool]:
    """The description's view, and whether operations with replies prove it."""
    asks_if_received = answered = 0
    for action in document.actions:
        sign = 1 if action.receives else -1
        leaning = sum(looks.leaning(message) for message in action.messages[:_MOST_MESSAGES])
        asks_if_received += sign * (leaning + _words(_texts(action.place, ("summary", "title", "description"))))
        answered += sign if action.replies else 0
    if answered:
        return (View.EXCHANGE if answered > 0 else View.CLIENT), True
    if asks_if_received:
        return (View.EXCHANGE if asks_if_received > 0 else View.CLIENT), False
    only_received = bool(document.actions) and all(action.receives for action in document.actions)
    return (View.CLIENT if only_received and not version2 else View.EXCHANGE), False


def is_said(action: RawAction, view: View) -> bool:
    """Whether the client says what the operation names."""
    return action.receives == (view is View.EXCHANGE)


def directions(document: RawDocument, view: View, looks: Looks, source: Source) -> tuple[dict[str, Ordered], dict[str, Ordered]]:
    """The messages heard and said on each channel, by the channels' ids, in the description's order."""
    heard: dict[str, Ordered] = {key: {} for key in document.channels}
    said: dict[str, Ordered] = {key: {} for key in document.channels}
    done: set[tuple[str, bool, int]] = set()  # many operations may hold one and the same tuple of all their channel's messages
    for action in document.actions:
        by_client = is_said(action, view)
        for channel, messages, is_said_there in (
            (action.channel, action.messages, by_client),
            (action.reply_channel, action.replies, not by_client),
        ):
            if channel is not None and (channel, is_said_there, id(messages)) not in done:
                done.add((channel, is_said_there, id(messages)))
                (said if is_said_there else heard)[channel].update(dict.fromkeys(messages))
    if not document.actions:
        source.issues.noted("no-operations", "/channels", "no operation says who sends which message; the messages' looks decide")
    for key, raw in document.channels.items():
        for message in raw.messages:
            if message not in heard[key] and message not in said[key]:
                by_client = looks.leaning(message) > 0
                (said if by_client else heard)[key][message] = None
                who = "clients" if by_client else "the exchange"
                if document.actions:
                    told = f"no operation says who sends this message; by its looks {who}"
                    source.issues.noted("message-without-operation", message, told)
        heard[key], said[key] = _in_order(heard[key], raw.messages), _in_order(said[key], raw.messages)
    return heard, said


def _in_order(messages: Ordered, listed: Ordered) -> Ordered:
    """The messages in the channel's order, then those that it does not list."""
    return dict.fromkeys((*(message for message in listed if message in messages), *messages))


def _words(texts: tuple[str, ...]) -> int:
    """The texts' leaning; what is both, such as a subscription's response, is heard."""
    score = 0
    for one in texts:
        words = set(words_of(one))
        if words & _HEARD:
            score -= 2
        elif words & _SAID:
            score += 2
        elif words & _WEAKLY_SAID:
            score += 1
        elif words & _WEAKLY_HEARD:
            score -= 1
    return max(-4, min(4, score))


def _constants(schema: JsonValue) -> list[str]:
    if not isinstance(schema, dict):
        return []
    enum = schema.get("enum")
    values = [schema["const"]] if "const" in schema else enum if isinstance(enum, list) else []
    return [text(value).lower() for value in values]


def _texts(place: Place, keys: tuple[str, ...]) -> tuple[str, ...]:
    value = place.value if isinstance(place.value, dict) else {}
    return tuple(text(value.get(key))[:200] for key in keys)
