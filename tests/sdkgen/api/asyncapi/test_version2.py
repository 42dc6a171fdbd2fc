"""AsyncAPI 2: channels are addresses that are published and subscribed to, as the standard and as exchanges write them."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import EnumType, Scalar, ScalarKind
from tests.simulators.descriptions import fields, named, reference, rules
from tests.simulators.stream_descriptions import channel, heard, message, read, request, said, streams2

TICK: dict[str, Any] = {"payload": {"type": "object", "required": ["e"], "properties": {"e": {"const": "tick"}, "p": {"type": "string"}}}}
ASK: dict[str, Any] = {"payload": {"type": "object", "required": ["op"], "properties": {"op": {"const": "subscribe"}}}}
ANSWER: dict[str, Any] = {"payload": {"type": "object", "properties": {"ok": {"type": "boolean"}}}}


@pytest.mark.parametrize("version", ["2.0.0", "2.4.0", "2.6.0", "2.6"])
def test_what_clients_may_publish_they_say_and_what_they_may_subscribe_to_they_hear(version: str) -> None:
    api = read(streams2(channels={"/ws": {"publish": {"message": ASK}, "subscribe": {"message": TICK}}}, asyncapi=version))
    [own] = api.channels
    assert (own.id, own.address, own.path(), own.name.snake()) == ("/ws", "/ws", "/ws", "ws")
    assert ([name.snake() for name in own.said], [name.snake() for name in own.heard]) == (["ws_message"], ["ws_message_2"])
    assert (api.declared_channels, api.declared_messages, api.declared_fields) == (1, 2, 3)


def test_a_description_that_reads_the_words_the_other_way_is_found_out_by_its_messages() -> None:
    data = {"summary": "Ticker update", **TICK}
    api = read(streams2(channels={"ticker": {"publish": {"message": data}, "subscribe": {"message": {"name": "SubscribeRequest", **ASK}}}}))
    assert (len(channel(api, "ticker").heard), said(api, "ticker")) == (1, ["subscribe_request"])
    assert ("noted", "assumed-view") in rules(api)


def test_a_description_that_says_nothing_is_the_exchanges() -> None:
    api = read(streams2(channels={"a": {"publish": {"message": {"name": "x", "payload": {}}}}}))
    assert said(api, "a") == ["x"]


def test_one_of_several_messages_are_each_their_own() -> None:
    several = {
        "oneOf": [
            {"$ref": "#/components/messages/Tick"},
            {"oneOf": [{"name": "inner", "payload": {}}, {"$ref": "#/components/messages/Both"}]},
            {"$ref": "#/components/messages/Tick"},
        ]
    }
    components = {
        "messages": {"Tick": TICK, "Both": {"oneOf": [{"$ref": "#/components/messages/Tick"}, {"messageId": "last", "payload": {}}]}}
    }
    api = read(streams2(channels={"a": {"subscribe": {"message": several}}}, components=components))
    assert heard(api, "a") == ["tick", "inner", "last"]
    assert api.declared_messages == len(api.messages) == 3


def test_an_answer_that_an_extension_names_is_a_reply() -> None:
    ping = {"name": "ping", "payload": {}, "x-response": {"$ref": "#/components/messages/Pong"}}
    api = read(
        streams2(
            channels={
                "/": {"publish": {"operationId": "sendPing", "message": ping, "x-response": {"oneOf": [{"name": "fail", **ANSWER}]}}}
            },
            components={"messages": {"Pong": {"payload": {}}}},
        )
    )
    own = request(api, "sendPing")
    assert (own.name.snake(), own.message.snake(), [name.snake() for name in own.replies]) == ("send_ping", "ping", ["pong", "fail"])
    assert (said(api, "/"), heard(api, "/")) == (["ping"], ["pong", "fail"])
    assert api.declared_messages == 3
    assert ("noted", "assumed-view") not in rules(api)


def test_the_same_operation_id_twice_makes_two_requests() -> None:
    ping = {"name": "ping", "payload": {}, "x-response": {"name": "pong", "payload": {}}}
    channels = {one: {"publish": {"operationId": "ping", "message": ping}} for one in ("a", "b")}
    api = read(streams2(channels=channels))
    assert [(one.id, one.name.snake()) for one in api.requests] == [("ping", "ping"), ("ping (2)", "ping_b_ping")]


def test_traits_override_what_the_message_says() -> None:
    own = {"summary": "Own.", "contentType": "text/x", **TICK, "traits": [{"summary": "Of the trait.", "contentType": None}]}
    found = read(streams2(channels={"a": {"subscribe": {"message": own}}})).messages[0]
    assert (found.description, found.media_type) == ("Of the trait.", "application/json")


def test_parameters_have_schemas() -> None:
    document = streams2(
        channels={
            "{symbol}@{depth}": {
                "parameters": {
                    "symbol": {"$ref": "#/components/parameters/Symbol"},
                    "depth": {"description": "Levels.", "schema": {"type": "integer", "enum": [5, 10], "default": 5}},
                },
                "subscribe": {"message": TICK},
            }
        },
        components={
            "parameters": {"Symbol": {"schema": {"$ref": "#/components/schemas/Symbol"}}},
            "schemas": {"Symbol": {"type": "string", "example": "BTC", "description": "An instrument."}},
        },
    )
    api = read(document)
    symbol, depth = api.channels[0].parameters
    assert (symbol.type, depth.description, depth.default) == (reference("symbol"), "Levels.", "5")
    enum = named(api, "SymbolDepth")
    assert isinstance(enum, EnumType)
    assert enum.kind is ScalarKind.INTEGER


def test_servers_are_urls_with_variables_and_channels_name_theirs() -> None:
    servers = {
        "live": {
            "url": "wss://{host}.example:{port}/ws/",
            "protocol": "wss",
            "variables": {"host": {"default": "a"}, "port": {"default": "9443"}},
        },
        "bare": {"url": "b.example/ws", "protocol": "ws"},
        "shared": {"$ref": "#/components/servers/Shared"},
        "mqtt": {"url": "mqtt://c.example", "protocol": "mqtt"},
    }
    document = streams2(
        channels={
            "all": {"subscribe": {"message": TICK}},
            "one": {"servers": ["bare", "shared"], "subscribe": {"message": TICK}},
            "gone": {"servers": ["nowhere"], "subscribe": {"message": TICK}},
        },
        servers=servers,
        components={"servers": {"Shared": {"url": "wss://d.example", "protocol": "wss"}}},
    )
    api = read(document)
    assert api.stream_servers == ("wss://a.example:9443/ws", "ws://b.example/ws", "wss://d.example")
    assert channel(api, "one").servers == ("ws://b.example/ws", "wss://d.example")
    assert {("refused", "unknown-server"), ("noted", "other-protocol")} <= set(rules(api))


def test_security_names_schemes() -> None:
    document = streams2(
        channels={"a": {"publish": {"message": ASK, "security": [{"Key": []}, {"Gone": [], "Key": []}]}}},
        components={"securitySchemes": {"Key": {"type": "userPassword"}}},
    )
    api = read(document)
    assert api.channels[0].security == (("Key",), ("Gone", "Key"))
    assert [(one.id, one.kind) for one in api.security_schemes] == [("Key", "userPassword")]
    assert ("repaired", "unknown-security-scheme") in rules(api)


def test_a_schema_format_beside_the_payload_is_heeded() -> None:
    avro = {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "payload": {"type": "record", "fields": []}}
    json = {
        "schemaFormat": "application/schema+json;version=draft-07",
        "payload": {"type": "object", "properties": {"a": {"type": "integer"}}},
    }
    document = streams2(
        channels={"a": {"subscribe": {"message": {"oneOf": [{"name": "one", **avro}, {"name": "two", **json}]}}}},
    )
    api = read(document)
    assert message(api, "One").type == Scalar(kind=ScalarKind.ANY)
    assert fields(api, "TwoMessage")["a"].type == Scalar(kind=ScalarKind.INTEGER)
    assert ("refused", "schema-format") in rules(api)


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ({"publish": []}, "wrong-shape"),
        ({"publish": {"message": [3]}}, "wrong-shape"),
        ({"publish": {"message": {"$ref": "#/components/messages/Gone"}}}, "dangling-reference"),
        ({"publish": {"message": {"oneOf": [3]}}}, "wrong-shape"),
        ({"servers": 3}, "wrong-shape"),
    ],
)
def test_what_can_not_be_known_is_refused(item: dict[str, Any], rule: str) -> None:
    api = read(streams2(channels={"a": item}))
    assert ("refused", rule) in rules(api)
    assert ("noted", "channel-without-messages") in rules(api)
    assert len(api.channels) == 1


def test_extensions_among_channels_and_messages_are_none() -> None:
    api = read(
        streams2(channels={"a": {"subscribe": {"message": TICK}}, "x-note": {"subscribe": {}}}, components={"messages": {"x-m": {}}})
    )
    assert ([one.id for one in api.channels], len(api.messages)) == (["a"], 1)
    assert (api.declared_channels, api.declared_messages) == (1, 1)
