"""Small AsyncAPI descriptions, written in a line or two, for tests of what is read out of them."""

from __future__ import annotations

import json
from typing import Any

from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.model import Api, Channel, Message, Request

SERVER = {"host": "stream.shop.example", "protocol": "wss"}


def streams3(*, channels: dict[str, Any], operations: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An AsyncAPI 3 document with one server."""
    head = {"asyncapi": "3.0.0", "info": {"title": "Shop streams", "version": "1"}, "servers": {"main": SERVER}}
    return {**head, "channels": channels, "operations": operations or {}} | more


def streams2(*, channels: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An AsyncAPI 2 document with one server."""
    servers = {"main": {"url": "wss://stream.shop.example", "protocol": "wss"}}
    return {"asyncapi": "2.6.0", "info": {"title": "Shop streams", "version": "1"}, "servers": servers, "channels": channels} | more


def read(document: dict[str, Any]) -> Api:
    """The model of such a document."""
    return load_streams(json.dumps(document).encode())


def channel(api: Api, identity: str) -> Channel:
    """A channel by its id."""
    [found] = [candidate for candidate in api.channels if candidate.id == identity]
    return found


def message(api: Api, pascal: str) -> Message:
    """A message by its name."""
    found = [candidate for candidate in api.messages if candidate.name.pascal() == pascal]
    assert found, f"{pascal} is none of {[candidate.name.pascal() for candidate in api.messages]}"
    return found[0]


def request(api: Api, identity: str) -> Request:
    """A request by its id."""
    [found] = [candidate for candidate in api.requests if candidate.id == identity]
    return found


def heard(api: Api, identity: str) -> list[str]:
    """What is heard on a channel."""
    return [name.snake() for name in channel(api, identity).heard]


def said(api: Api, identity: str) -> list[str]:
    """What is said on a channel."""
    return [name.snake() for name in channel(api, identity).said]
