"""A description of streams that holds one hostile text in every place where text may stand."""

from __future__ import annotations

from benchmarks.hostile_places import STRING, Json, Places, in_pointer


def hostile_streams(at: Places) -> Json:
    """A description of streams with the text everywhere."""
    channel = "#/channels/" + in_pointer(at("channel"))
    message = _message(at)
    said = {"payload": {"type": "object", "properties": {"op": {"const": at("request mark")}}}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": at("title"), "version": at("version"), "description": at("description")},
        "servers": {
            at("server"): {
                "host": "stream.example.com",
                "protocol": "wss",
                "pathname": f"/{at('server path')}",
                "description": at("server description"),
            }
        },
        "channels": {at("channel"): _channel(at, {at("message"): message, "said": said})},
        "operations": {
            at("operation"): {
                "action": "send",
                "channel": {"$ref": channel},
                "summary": at("operation summary"),
                "messages": [{"$ref": f"{channel}/messages/said"}],
            },
            "hear": {"action": "receive", "channel": {"$ref": channel}},
        },
    }


def _message(at: Places) -> Json:
    payload = {
        "type": "object",
        "title": at("payload title"),
        "description": at("payload description"),
        "required": ["type"],
        "properties": {
            "type": {"const": at("mark")},
            at("payload property"): {"type": "string", "description": at("property description")},
            "side": {"enum": [at("enum value"), "sell"]},
        },
    }
    return {
        "name": at("message name"),
        "title": at("message title"),
        "summary": at("message summary"),
        "description": at("message description"),
        "payload": payload,
        "examples": [{"name": at("example name"), "payload": {"type": at("message example")}}],
    }


def _channel(at: Places, messages: Json) -> Json:
    return {
        "address": f"/{at('channel address')}/{{{at('channel parameter')}}}",
        "title": at("channel title"),
        "description": at("channel description"),
        "messages": messages,
        "parameters": {
            at("channel parameter"): {
                "description": at("parameter description"),
                "default": at("parameter default"),
                "enum": [at("parameter enum"), "ETH"],
                "examples": [at("parameter example")],
            }
        },
        "bindings": {"ws": {"query": {"type": "object", "properties": {at("binding query"): STRING}}}},
    }
