"""AsyncAPI 3: channels, addresses, parameters, servers and security."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import EnumType, Location, Scalar, ScalarKind
from tests.sdkgen.api.asyncapi.documents import TICK, operation, ref
from tests.simulators.descriptions import named, rules
from tests.simulators.stream_descriptions import channel, heard, read, streams3


def test_a_single_message_where_a_list_must_be_is_read() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {"m": TICK}}},
        operations={"o": {"action": "send", "channel": ref("channels", "c"), "messages": ref("channels", "c", "messages", "m")}},
    )
    assert ("repaired", "list-of-one") in rules(read(document))
    assert heard(read(document), "c") == ["m"]


def test_channels_without_messages_and_without_an_address_are_told() -> None:
    api = read(streams3(channels={"a": {"address": None}, "b": {}}))
    assert [(one.address, one.path()) for one in api.channels] == [("", ""), ("", "")]
    assert rules(api).count(("noted", "channel-without-messages")) == 2


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", ""),
        ("/ws/", "/ws"),
        ("ws/v2", "/ws/v2"),
        ("ticker", ""),
        ("{pair}-trades", ""),
        ("/stream?streams={s}", "/stream?streams={s}"),
    ],
)
def test_an_address_is_a_path_where_it_has_a_slash_and_else_a_topic(address: str, path: str) -> None:
    assert channel(read(streams3(channels={"c": {"address": address}})), "c").path() == path


def test_two_channels_may_be_one_and_the_same_component() -> None:
    document = streams3(
        channels={"a": ref("components", "channels", "C"), "b": ref("components", "channels", "C")},
        operations={"o": operation("send", "b")},
        components={"channels": {"C": {"address": "/x", "messages": {"m": TICK}}}},
    )
    api = read(document)
    assert [(one.id, one.address) for one in api.channels] == [("a", "/x"), ("b", "/x")]
    assert rules(api).count(("noted", "message-without-operation")) == 1, "the operation is channel b's"
    direct = document | {"operations": {"o": {"action": "send", "channel": ref("components", "channels", "C")}}}
    assert heard(read(direct), "a") == ["m"]


def test_channels_that_are_all_signs_are_called_by_their_title() -> None:
    api = read(streams3(channels={"/": {"address": "/", "title": "Market data"}, "*": {"address": "/x"}, "/ws": {}, "ws": {}}))
    assert [one.name.snake() for one in api.channels] == ["market_data", "main", "ws_other", "ws"]


def test_parameters_are_text_with_their_enum_default_and_examples() -> None:
    document = streams3(
        channels={
            "c": {
                "address": "/{symbol}@{speed}/{lost}",
                "parameters": {
                    "speed": {"enum": ["100ms", "1s"], "default": "1s", "description": "How often."},
                    "symbol": ref("components", "parameters", "Symbol"),
                    "spare": {},
                },
            }
        },
        components={"parameters": {"Symbol": {"examples": ["BTC-USD"], "location": "$message.payload#/symbol"}}},
    )
    api = read(document)
    symbol, speed, lost = channel(api, "c").parameters
    assert (symbol.wire_name, symbol.type, [one.value for one in symbol.examples]) == (
        "symbol",
        Scalar(kind=ScalarKind.STRING),
        ['"BTC-USD"'],
    )
    assert (speed.description, speed.default) == ("How often.", '"1s"')
    assert isinstance(named(api, "CSpeed"), EnumType)
    assert lost.default is None
    assert {("repaired", "undeclared-channel-parameter"), ("repaired", "channel-parameter-without-place")} <= set(rules(api))


def test_the_opening_request_may_have_a_query_and_headers() -> None:
    query = {
        "type": "object",
        "required": ["heartbeat"],
        "properties": {"heartbeat": {"type": "boolean", "default": True}, "m": {}, "M": {}},
    }
    headers = {"type": "object", "properties": {"X-Key": {"type": "string", "description": "Who."}}}
    api = read(streams3(channels={"c": {"address": "/{m}", "bindings": {"ws": {"query": query, "headers": headers}}}}))
    own = channel(api, "c")
    assert [(one.wire_name, one.name.snake(), one.required, one.default) for one in own.query] == [
        ("heartbeat", "heartbeat", True, "true"),
        ("m", "m_other", False, None),
        ("M", "m_upper", False, None),
    ]
    assert [(one.wire_name, one.location, one.style, one.description) for one in own.headers] == [
        ("X-Key", Location.HEADER, "simple", "Who.")
    ]
    bare = read(streams3(channels={"c": {"address": "/", "bindings": {"ws": {"query": {"type": "object"}}}}}))
    assert ("noted", "binding-without-properties") in rules(bare)


@pytest.mark.parametrize(
    ("server", "url"),
    [
        pytest.param({"host": "a.example", "protocol": "wss"}, "wss://a.example", id="host"),
        pytest.param({"host": "a.example:8443", "pathname": "/ws/v1/", "protocol": "WS"}, "ws://a.example:8443/ws/v1", id="port and path"),
        pytest.param({"host": "a.example/ws", "pathname": "/", "protocol": "wss"}, "wss://a.example/ws", id="path in host"),
        pytest.param({"host": "https://a.example", "protocol": "https"}, "wss://a.example", id="https"),
        pytest.param({"host": "ws://a.example/", "protocol": "wss"}, "ws://a.example", id="scheme in host"),
        pytest.param({"host": "a.example"}, "wss://a.example", id="no protocol"),
        pytest.param({"host": "{e}.example", "protocol": "wss", "variables": {"e": {"default": "a"}}}, "wss://a.example", id="variable"),
        pytest.param({"host": "a.example", "pathname": "/{key}", "protocol": "wss"}, "wss://a.example/{key}", id="open variable"),
        pytest.param({"host": "{e}.example", "protocol": "wss"}, None, id="open host"),
        pytest.param({"host": "a.example", "protocol": "kafka"}, None, id="other protocol"),
        pytest.param({"host": "kafka://a.example", "protocol": "wss"}, None, id="other scheme"),
        pytest.param({"host": "a b", "protocol": "wss"}, None, id="no host"),
    ],
)
def test_servers_become_web_socket_addresses(server: dict[str, Any], url: str | None) -> None:
    api = read(streams3(channels={"c": {"address": "/"}}, servers={"main": server}))
    assert api.stream_servers == channel(api, "c").servers == (() if url is None else (url,))
    assert (url is None) == any(rule in ("unusable-server", "other-protocol") for _, rule in rules(api))


def test_a_variable_of_a_server_without_default_is_a_parameter_of_its_channels() -> None:
    variables = {"listenKey": {"description": "From REST."}}
    servers = {
        "own": {"host": "a.example", "pathname": "/{listenKey}", "protocol": "wss", "variables": variables},
        "all": {"host": "b.example", "protocol": "wss"},
    }
    document = streams3(
        channels={"own": {"address": "/", "servers": [ref("servers", "own")]}, "all": {"address": "/", "servers": [ref("servers", "all")]}},
        servers=servers,
    )
    api = read(document)
    [key] = channel(api, "own").parameters
    assert (key.wire_name, key.description) == ("listenKey", "From REST.")
    assert channel(api, "all").parameters == ()
    assert [channel(api, one).servers for one in ("own", "all")] == [("wss://a.example/{listenKey}",), ("wss://b.example",)]


def test_who_must_log_in_is_said_by_servers_or_operations() -> None:
    private = {"host": "a.example", "protocol": "wss", "security": [ref("components", "securitySchemes", "Key")]}
    document = streams3(
        channels={
            "private": {"address": "/", "servers": [ref("servers", "private")], "messages": {"m": TICK}},
            "both": {"address": "/", "messages": {"m": TICK}},
            "asked": {"address": "/", "servers": [ref("servers", "public")], "messages": {"m": TICK}},
        },
        operations={
            "one": operation("send", "both"),
            "two": operation("send", "asked", security=[ref("components", "securitySchemes", "Key"), {"type": "http", "scheme": "Bearer"}]),
        },
        servers={"private": private, "public": {"host": "b.example", "protocol": "wss"}},
        components={"securitySchemes": {"Key": {"type": "httpApiKey", "in": "header", "name": "X-Key"}}},
    )
    api = read(document)
    assert {one.id: one.security for one in api.channels} == {"private": (("Key",),), "both": (), "asked": (("Key",), ("http",))}
    assert [(one.id, one.kind, one.location, one.wire_name, one.scheme) for one in api.security_schemes] == [
        ("Key", "apiKey", Location.HEADER, "X-Key", None),
        ("http", "http", None, None, "bearer"),
    ]
