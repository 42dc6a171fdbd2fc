"""AsyncAPI 3: messages, their names, payloads, traits and examples."""

from __future__ import annotations

from typing import Any

import pytest

from sdkgen.api.model import ObjectType, Scalar, ScalarKind
from sdkgen.errors import DescriptionError
from tests.sdkgen.api.asyncapi.documents import ANSWER, ASK, TICK, operation, ref
from tests.simulators.descriptions import fields, reference, rules
from tests.simulators.stream_descriptions import heard, message, read, request, said, streams2, streams3

WRONG: dict[str, Any] = {"type": "object", "a": {"type": "string"}, "b": {"type": "integer"}}
"""Properties that stand where keywords must."""


def test_a_message_is_one_however_often_it_is_referred_to() -> None:
    document = streams3(
        channels={
            "a": {"address": "/a", "messages": {"x": ref("components", "messages", "Tick"), "y": ref("channels", "b", "messages", "z")}},
            "b": {"address": "/b", "messages": {"z": ref("components", "messages", "Tick"), "own": {"payload": {}}}},
        },
        components={"messages": {"Tick": TICK, "Unused": {"payload": {}}}},
    )
    api = read(document)
    assert [one.name.pascal() for one in api.messages] == ["Tick", "Unused", "Own"]
    assert (heard(api, "a"), heard(api, "b")) == (["tick"], ["tick", "own"])
    assert (api.declared_channels, api.declared_messages) == (2, 3)


def test_names_of_messages_come_from_their_own_words_and_are_told_apart_by_their_channels() -> None:
    messages: dict[str, dict[str, Any]] = {
        "trades": {"publish.message": {}, "0": {}, "update": {}, "x": {"name": "Execution"}},
        "depth": {"subscribe.message": {"title": "Depth of book"}, "update": {}, "error": {"messageId": "failed"}},
    }
    api = read(streams3(channels={key: {"address": "/", "messages": value} for key, value in messages.items()}))
    assert [one.name.snake() for one in api.messages] == [
        *("trades_publish_message", "trades_0", "update", "execution"),
        *("depth_of_book", "depth_update", "failed"),
    ]


def test_a_message_without_words_is_called_after_a_payload_that_is_its_own() -> None:
    def document(*payloads: str) -> dict[str, Any]:
        messages = {f"{index}": {"payload": ref("components", "schemas", one)} for index, one in enumerate(payloads)}
        schemas = {one: {"type": "object"} for one in payloads}
        return streams3(channels={"c": {"address": "/", "messages": messages}}, components={"schemas": schemas})

    assert [one.name.snake() for one in read(document("Ticker", "Trade")).messages] == ["ticker", "trade"]
    assert [one.name.snake() for one in read(document("Ticker", "Ticker")).messages] == ["c_0", "c_1"]


def test_without_operations_looks_decide_and_names_make_requests() -> None:
    messages = {"subscribe_request": ASK, "subscribe_response": ANSWER, "tick": TICK}
    api = read(streams3(channels={"c": {"address": "/", "messages": messages}}))
    assert (heard(api, "c"), said(api, "c")) == (["subscribe_response", "tick"], ["subscribe_request"])
    asked = request(api, "subscribeRequest")
    assert (asked.name.snake(), [name.snake() for name in asked.replies]) == ("subscribe_request", ["subscribe_response"])
    assert ("noted", "no-operations") in rules(api)


def test_an_unnamed_payload_is_called_after_its_message() -> None:
    own = {"payload": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}}}}}
    api = read(streams3(channels={"c": {"address": "/", "messages": {"tick": own, "orderMessage": own}}}))
    assert [one.name.pascal() for one in api.types] == ["OrderMessage", "OrderMessageA", "TickMessage", "TickMessageA"]
    assert message(api, "Tick").type == reference("tick", "message")


def test_an_operations_message_outside_its_channel_is_taken_into_it() -> None:
    document = streams3(
        channels={"c": {"address": "/", "messages": {}}},
        operations={
            "o": {"action": "send", "channel": ref("channels", "c"), "messages": [ref("components", "messages", "Tick"), {"payload": {}}]}
        },
        components={"messages": {"Tick": TICK}},
    )
    api = read(document)
    assert heard(api, "c") == ["tick", "c_message"]
    assert rules(api).count(("repaired", "message-outside-channel")) == 2
    assert api.declared_messages == 2


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ({"operations": {"o": {"action": "emit", "channel": ref("channels", "c")}}}, "unknown-action"),
        ({"operations": {"o": {"action": "send", "channel": ref("components", "messages", "M")}}}, "unknown-channel"),
        ({"operations": {"o": {"action": "send", "channel": ref("channels", "gone")}}}, "dangling-reference"),
        ({"operations": {"o": {"action": "send"}}}, "unknown-channel"),
        ({"operations": {"o": {"action": "send", "channel": ref("channels", "c"), "messages": [3]}}}, "wrong-shape"),
        ({"operations": {"o": 3}}, "wrong-shape"),
        ({"operations": []}, "wrong-shape"),
        ({"channels": {"c": {"address": "/"}, "d": []}}, "wrong-shape"),
        ({"channels": {"c": {"address": 3}}}, "wrong-shape"),
        ({"channels": {"c": {"address": "/", "messages": {"m": "text"}}}}, "wrong-shape"),
        ({"channels": {"c": {"address": "/", "servers": ["main"]}}}, "wrong-shape"),
        ({"channels": {"c": {"address": "/", "servers": "main"}}}, "wrong-shape"),
        ({"channels": {"c": {"messages": {"m": {"payload": {"schemaFormat": "text/avro", "schema": {}}}}}}}, "schema-format"),
        ({"components": {"messages": {"M": {}}, "schemas": {"A": {"schemaFormat": "text/x-proto", "schema": "x"}}}}, "schema-format"),
        ({"servers": {"main": {"protocol": "wss"}}}, "wrong-shape"),
        ({"channels": {"c": {"$ref": "https://shop.example/other.yaml#/elsewhere"}}}, "remote-reference"),
    ],
)  # fmt: skip
def test_what_can_not_be_known_is_refused_with_its_place(part: dict[str, Any], rule: str) -> None:
    base = streams3(channels={"c": {"address": "/", "messages": {"m": TICK}}}, components={"messages": {"M": {"payload": {}}}})
    found = [issue for issue in read(base | part).issues if issue.rule == rule]
    assert [one.kind.value for one in found] == ["refused"]
    assert found[0].pointer.startswith(f"/{next(iter(part))}")


def test_traits_add_and_never_override() -> None:
    trait = {"summary": "Of the trait.", "contentType": "application/json", "correlationId": {"location": "$message.payload#/e"}}
    own = {"summary": "Own.", **TICK, "traits": [ref("components", "messageTraits", "T"), {"contentType": "text/x"}]}
    document = streams3(
        channels={"c": {"address": "/", "messages": {"m": own}}},
        operations={"o": operation("send", "c", "m", traits=[{"description": "Of the trait.", "action": "receive"}])},
        components={"messageTraits": {"T": trait}},
    )
    found = message(read(document), "M")
    assert (found.description, found.media_type, found.correlation) == ("Own.", "text/x", ("e",))
    assert heard(read(document), "c") == ["m"]


def test_schemas_with_a_format_around_them_are_read() -> None:
    around = {
        "schemaFormat": "application/vnd.aai.asyncapi+json;version=3.0.0",
        "schema": {"type": "object", "properties": {"a": {"type": "integer"}}},
    }
    draft = {**around, "schemaFormat": "application/schema+json;version=draft-07"}
    document = streams3(
        channels={"c": {"address": "/", "messages": {"m": {"payload": draft}, "n": {"payload": ref("components", "schemas", "N")}}}},
        components={"schemas": {"N": around}},
    )
    api = read(document)
    assert fields(api, "MMessage")["a"].type == Scalar(kind=ScalarKind.INTEGER)
    assert fields(api, "N")["a"].type == Scalar(kind=ScalarKind.INTEGER)
    assert message(api, "N").type == reference("n")
    assert api.declared_fields == 2


HOLDING: dict[str, Any] = {"payload": WRONG}


AROUND: dict[str, Any] = {"schemaFormat": "application/schema+json;version=draft-07", "schema": WRONG}


@pytest.mark.parametrize(
    "document",
    [
        streams3(channels={"c": {"messages": {"m": HOLDING}}}),
        streams3(channels={"c": {"messages": {"m": {"payload": AROUND}}}}),
        streams3(channels={"c": {"messages": {"m": ref("components", "messages", "M")}}}, components={"messages": {"M": HOLDING}}),
        streams3(channels={"c": {}}, components={"schemas": {"M": WRONG}}),
        streams3(channels={"c": {}}, components={"schemas": {"M": AROUND}}),
        streams3(channels={"c": ref("components", "channels", "C")}, components={"channels": {"C": {"messages": {"m": HOLDING}}}}),
        streams3(channels={"c": {"bindings": {"ws": {"query": {"properties": {"m": WRONG}}}}}}),
        streams2(channels={"c": {"publish": {"message": HOLDING}}}),
        streams2(channels={"c": {"subscribe": {"message": {"oneOf": [HOLDING]}}}}),
        streams2(channels={"{c}": {"parameters": {"c": {"schema": WRONG}}}}),
        streams2(
            channels={"{c}": {"parameters": {"c": ref("components", "parameters", "C")}}},
            components={"parameters": {"C": {"schema": WRONG}}},
        ),
    ],
)
def test_schemas_are_repaired_wherever_they_stand(document: dict[str, Any]) -> None:
    api = read(document)
    assert ("repaired", "properties-outside") in rules(api)
    [declared] = [declared for declared in api.types if isinstance(declared, ObjectType)]
    assert [field.wire_name for field in declared.fields] == ["a", "b"]
    assert api.declared_fields == 2
    assert any(issue.mend for issue in api.issues)


def test_messages_without_payload_and_with_headers_are_told() -> None:
    api = read(streams3(channels={"c": {"address": "/", "messages": {"m": {"headers": {"type": "object"}}}}}))
    assert message(api, "M").type == Scalar(kind=ScalarKind.ANY)
    assert {("noted", "message-without-payload"), ("noted", "message-headers")} <= set(rules(api))


def test_examples_are_payloads_and_settled() -> None:
    own = {
        **ANSWER,
        "deprecated": True,
        "examples": [{"payload": {"ok": True}}, {"name": "only headers", "headers": {}}, {"ok": False}, {"payload": 3}],
    }
    api = read(streams3(channels={"c": {"address": "/", "messages": {"m": own}}}, defaultContentType="application/x"))
    found = message(api, "M")
    assert [one.value for one in found.examples] == ['{"ok":true}', '{"ok":false}']
    assert (found.media_type, found.deprecated) == ("application/x", True)
    assert {("repaired", "bare-example"), ("noted", "example-does-not-fit")} <= set(rules(api))


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"asyncapi": "3.0.0", "channels": {}}, "describes no channel"),
        ({"asyncapi": "3.0.0", "channels": []}, "describes no channel"),
        ({"asyncapi": "4.0.0", "channels": {"a": {}}}, "version “4.0.0” of AsyncAPI is not known"),
        ({"openapi": "3.0.0"}, "no AsyncAPI description"),
    ],
)
def test_what_is_no_description_is_one_clear_line(document: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DescriptionError, match=complaint):
        read(document)
