"""Channels, and streams to listen to them on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from sdkgen.python.runtime.asyncsession import AsyncSession
from sdkgen.python.runtime.channels import (
    BookRule,
    ChannelRule,
    MarkRule,
    Match,
    MessageKind,
    ParameterRule,
    StreamRules,
    SubscriptionRule,
)
from sdkgen.python.runtime.codec import ANY, STRING
from sdkgen.python.runtime.http1 import origin_of
from sdkgen.python.runtime.streambase import BaseStreams
from tests.sdkgen.python.calls import settings_for

TICK = MessageKind("Tick", ANY, (MarkRule(("t",), ('"tick"',)),))


SUBSCRIBED = SubscriptionRule(
    {"op": "sub", "id": "{id#}", "s": "{s}"},
    unsubscribe={"op": "unsub", "s": "{s}"},
    messages=(Match((("s", "{s}"),)),),
    confirmed=Match((("ok", "{id}"),)),
    refused=Match((("no", "{id}"),)),
)


SYMBOL = ParameterRule("message", "s", "s", STRING)


TICKS = ChannelRule("ticks", "/ws", parameters=(SYMBOL,), heard=(TICK,), subscription=SUBSCRIBED)


OWN = ChannelRule("own", "/own/{s}", parameters=(SYMBOL._replace(location="address"),), heard=(TICK,))


def run(body: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(body(), 90))


def streams_at(url: str, rules: StreamRules | None = None, book: BookRule | None = None, **changes: Any) -> BaseStreams:
    class Streams(BaseStreams):
        _rules = rules or StreamRules()
        _book_rule = book

    session = AsyncSession(settings_for("http://x", **changes), origin_of("http://x"), own_servers=False)
    return Streams(session, url.replace("http", "ws"))


def listen(streams: BaseStreams, channel: ChannelRule = TICKS, symbol: str | None = "A", capacity: int = 100) -> Any:
    return streams._subscription(channel, (symbol,) if channel.parameters else (), capacity, "drop_oldest")


def tick(symbol: str, number: int) -> str:
    return json.dumps({"t": "tick", "s": symbol, "n": number})
