"""A small exchange with one stream of book changes, as its description and its profile say it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from certification.evidence.sdk.feeds.plan import Feed, plan_feed
from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.model import Api
from sdkgen.behaviour import Behaviour
from sdkgen.stream_protocol import Book, Match, StreamProtocol
from tests.simulators.stream_descriptions import streams3

_LEVELS = {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}}
_ID: dict[str, Any] = {"type": "integer"}


def _event(kind: str, **more: Any) -> dict[str, Any]:
    members = {"e": {"type": "string", "const": kind}, "s": {"type": "string"}, **more}
    return {"payload": {"type": "object", "required": list(members), "properties": members}}


def _id(place: str = "$message.payload#/id") -> dict[str, Any]:
    return {"correlationId": {"location": place}}


MESSAGES: dict[str, Any] = {
    "trade": _event("trade", p={"type": "string"}),
    "change": _event("change", U=_ID, u=_ID, fee={"type": "number"}, b=_LEVELS, a=_LEVELS),
    "subscribe": _id()
    | {"payload": {"type": "object", "required": ["method", "id"], "properties": {"method": {"const": "SUBSCRIBE"}, "id": _ID}}},
    "subscribed": _id() | {"payload": {"type": "object", "properties": {"result": {"type": "null"}, "id": _ID}}},
    "enveloped": {
        "payload": {
            "type": "object",
            "required": ["stream", "data"],
            "properties": {"stream": {"type": "string"}, "data": {}},
        }
    },
}
CHANNELS: dict[str, Any] = {
    "market": {
        "address": "/ws/{streamName}",
        "parameters": {"streamName": {}},
        "messages": {name: MESSAGES[name] for name in ("trade", "change", "subscribe", "subscribed")},
    },
    "combined": {"address": "/stream", "messages": {"enveloped": MESSAGES["enveloped"]}},
}
OPERATIONS: dict[str, Any] = {
    "hear": {
        "action": "receive",
        "channel": {"$ref": "#/channels/market"},
        "messages": [{"$ref": f"#/channels/market/messages/{name}"} for name in ("trade", "change")],
    },
    "subscribe": {
        "action": "send",
        "channel": {"$ref": "#/channels/market"},
        "messages": [{"$ref": "#/channels/market/messages/subscribe"}],
        "reply": {
            "channel": {"$ref": "#/channels/market"},
            "messages": [{"$ref": "#/channels/market/messages/subscribed"}],
        },
    },
    "hearEnveloped": {"action": "receive", "channel": {"$ref": "#/channels/combined"}},
}
BOOK = Book(
    channel="market",
    delta=Match(when={"e": "change"}),
    bids="b",
    asks="a",
    sequence="u",
    first="U",
    arguments={"streamName": "{symbol_lower}@depth"},
)


def book_api(**channels: Any) -> Api:
    """Its model."""
    return load_streams(json.dumps(streams3(channels=CHANNELS | channels, operations=OPERATIONS)).encode())


def book_feed(book: Book = BOOK, *, symbol: str = "BTCUSDT", protocol: StreamProtocol | None = None) -> Feed | None:
    """The planned stream, in no hurry to wait."""
    streams = replace(protocol or StreamProtocol(), book=book)
    feed = plan_feed(book_api(), Behaviour(streams=streams), symbol=symbol, seed=1)
    if feed is None:
        return None
    plan = replace(feed.plan, begin_after_ms=1, close_after_ms=1)
    return replace(feed, plan=plan, damaged_plan=replace(feed.damaged_plan, begin_after_ms=1, close_after_ms=1))
