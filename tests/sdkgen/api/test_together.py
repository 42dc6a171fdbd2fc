"""A REST description and a streams' description of one exchange: one API, one set of types."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from sdkgen.api.load import load
from sdkgen.api.lock import NO_LOCK, with_names
from sdkgen.api.model import Api, ObjectType
from sdkgen.errors import DescriptionError
from tests.simulators.descriptions import description, fields, named, reference
from tests.simulators.stream_descriptions import message, streams3

ORDER = {"type": "object", "properties": {"id": {"type": "integer"}, "side": {"$ref": "#/components/schemas/Side"}}}
SIDE = {"type": "string", "enum": ["buy", "sell"]}


def both(*, rest: dict[str, Any], streams: dict[str, Any], payload: dict[str, Any] | None = None, **more: Any) -> Api:
    own = streams3(
        channels={"orders": {"address": "/", "messages": {"order": {"payload": payload or {"$ref": "#/components/schemas/Order"}}}}},
        components={"schemas": streams},
        **more,
    )
    return load(json.dumps(description(schemas=rest)).encode(), streams=json.dumps(own).encode())


def counted(api: Api) -> int:
    return sum(len(declared.fields) for declared in api.types if isinstance(declared, ObjectType))


def test_a_type_that_both_describe_alike_is_one_type() -> None:
    told = {**ORDER, "description": "Told otherwise."}
    api = both(rest={"Order": ORDER, "Side": SIDE}, streams={"Order": told, "Side": SIDE})
    assert [declared.name.pascal() for declared in api.types] == ["Order", "Side"]
    assert message(api, "Order").type == reference("order")
    assert api.declared_fields == counted(api) == 2


def test_a_type_that_differs_gets_the_streams_own_name() -> None:
    api = both(rest={"Order": ORDER, "Side": SIDE}, streams={"Order": {**ORDER, "required": ["id"]}, "Side": SIDE})
    assert [declared.name.pascal() for declared in api.types] == ["Order", "Side", "StreamOrder"]
    assert message(api, "Order").type == reference("stream", "order")
    assert fields(api, "StreamOrder")["side"].type == reference("side")
    assert api.declared_fields == counted(api) == 4


def test_a_type_made_of_one_that_differs_differs_too() -> None:
    api = both(rest={"Order": ORDER, "Side": SIDE}, streams={"Order": ORDER, "Side": {"type": "string", "enum": ["buy"]}})
    assert [declared.name.pascal() for declared in api.types] == ["Order", "Side", "StreamOrder", "StreamSide"]
    assert fields(api, "StreamOrder")["side"].type == reference("stream", "side")
    assert fields(api, "Order")["side"].type == reference("side")


def test_types_that_contain_themselves_can_be_one() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "all": {"type": "array", "items": SIDE}}}
    api = both(rest={"Node": node}, streams={"Node": node}, payload={"$ref": "#/components/schemas/Node"})
    assert [declared.name.pascal() for declared in api.types] == ["Node", "NodeAllItem"]


def test_every_place_of_a_renamed_type_has_its_new_name() -> None:
    own = {"type": "object", "properties": {"b": {"type": "integer"}}}
    holder = {
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/A"}},
            "map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/A"}},
            "pair": {"type": "array", "items": [{"$ref": "#/components/schemas/A"}], "additionalItems": {"$ref": "#/components/schemas/A"}},
            "maybe": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            "either": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "integer"}]},
        },
        "additionalProperties": {"$ref": "#/components/schemas/A"},
    }
    api = both(
        rest={"A": {"type": "object", "properties": {"b": {"type": "string"}}}},
        streams={"A": own, "Holder": holder, "Alias": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}},
        payload={"$ref": "#/components/schemas/Holder"},
    )
    text = repr([declared for declared in api.types if declared.name.pascal() not in ("A", "StreamA")])
    assert "words=('stream', 'a')" in text
    assert "words=('a',)" not in text


def test_types_of_one_place_in_two_documents_keep_their_names_in_a_lock() -> None:
    read = both(rest={"Order": ORDER, "Side": SIDE}, streams={"Order": {**ORDER, "required": ["id"]}, "Side": SIDE})
    first, lock = with_names(read, NO_LOCK)
    again, _ = with_names(read, lock)
    assert again == first
    assert [(declared.pointer, declared.name.pascal()) for declared in again.types] == [
        ("/components/schemas/Order", "Order"),
        ("/components/schemas/Side", "Side"),
        ("streams#/components/schemas/Order", "StreamOrder"),
    ]
    assert [message.pointer for message in again.messages] == ["streams#/channels/orders/messages/order"]


def test_requests_that_are_called_like_operations_and_schemes_that_differ_are_told_apart() -> None:
    own = streams3(
        channels={
            "c": {
                "address": "/",
                "parameters": {},
                "messages": {"ask": {"payload": {"$ref": "#/components/schemas/A"}}, "answer": {"payload": {"type": "string"}}},
                "bindings": {"ws": {"query": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}}},
            }
        },
        operations={
            "ping": {
                "action": "send",
                "channel": {"$ref": "#/channels/c"},
                "messages": [{"$ref": "#/channels/c/messages/ask"}],
                "reply": {"messages": [{"$ref": "#/channels/c/messages/answer"}]},
                "security": [{"$ref": "#/components/securitySchemes/Key"}, {"$ref": "#/components/securitySchemes/Same"}],
            }
        },
        components={
            "schemas": {"A": {"type": "integer"}},
            "securitySchemes": {"Key": {"type": "userPassword"}, "Same": {"type": "http", "scheme": "basic"}},
        },
    )
    rest = description(
        schemas={"A": {"type": "string", "enum": ["x"]}},
        paths={"/ping": {"get": {"operationId": "ping", "responses": {"200": {"description": "ok"}}}}},
    )
    rest["components"]["securitySchemes"] = {
        "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "Same": {"type": "http", "scheme": "basic"},
    }
    api = load(json.dumps(rest).encode(), streams=json.dumps(own).encode())
    [asked] = api.requests
    assert (asked.id, asked.name.snake()) == ("stream ping", "stream_ping")
    assert asked.security == (("stream Key",), ("Same",))
    assert api.channels[0].security == asked.security
    assert [scheme.id for scheme in api.security_schemes] == ["Key", "Same", "stream Key"]
    assert api.channels[0].query[0].type == reference("stream", "a")
    assert named(api, "StreamA").name.snake() == "stream_a"


def test_the_digest_covers_both_and_issues_say_where_they_are() -> None:
    rest, own = json.dumps(description()).encode(), json.dumps(streams3(channels={"a": {"address": "/{b}"}})).encode()
    api = load(rest, streams=own)
    assert api.digest == hashlib.sha256(rest + own).hexdigest()
    assert (api.title, api.stream_title) == ("Shop", "Shop streams")
    assert {issue.rule for issue in api.issues if issue.in_streams} >= {"channel-without-messages", "undeclared-channel-parameter"}
    assert load(rest).digest == hashlib.sha256(rest).hexdigest()


def test_streams_alone_are_an_api_without_operations() -> None:
    own = json.dumps(streams3(channels={"a": {"address": "/"}})).encode()
    api = load(own)
    assert (api.title, api.operations, len(api.channels)) == ("Shop streams", (), 1)
    with pytest.raises(DescriptionError, match=r"AsyncAPI already.*give a REST description"):
        load(own, streams=own)


def test_streams_that_are_no_asyncapi_are_one_clear_line() -> None:
    rest = json.dumps(description()).encode()
    with pytest.raises(DescriptionError, match=r"no AsyncAPI description at own.yaml"):
        load(rest, streams=rest, streams_source="own.yaml")
