"""A message is held against what it can be, by what the profile tells it by."""

from __future__ import annotations

from typing import Any

import pytest

from certification.evidence.message_shapes import MessageShapes
from certification.evidence.shapes import Shapes

STREAMS: dict[str, Any] = {
    "asyncapi": "2.6.0",
    "info": {"title": "t", "version": "1"},
    "channels": {
        "/a~b": {"subscribe": {"message": {"oneOf": [{"$ref": "#/components/messages/Book"}, {"$ref": "#/components/messages/Report"}]}}}
    },
    "components": {
        "messages": {
            "Book": {"payload": {"type": "object", "required": ["e", "bids"], "properties": {"e": {"const": "book"}}}},
            "Report": {"payload": {"type": "object", "required": ["e", "id", "fee"], "properties": {"e": {"const": "report"}}}},
        },
        "schemas": {"payload": {"type": "boolean"}},
    },
}


def messages(**payloads: Any) -> MessageShapes:
    return MessageShapes({"asyncapi": "3.0.0", "components": {"messages": {name: {"payload": each} for name, each in payloads.items()}}})


def test_a_message_is_one_of_those_described() -> None:
    shapes = MessageShapes(STREAMS)
    assert shapes.flaw({"e": "report", "id": 1, "fee": "0"}, {}) == ""
    assert shapes.flaw({"e": "book", "bids": []}, {}) == ""
    assert shapes.flaw({"e": "report", "id": 1}, {}) == "$ lacks fee"


def test_without_a_description_no_message_is_judged() -> None:
    assert Shapes({}).message_flaw({}, {}) is None
    assert Shapes({}, {"asyncapi": "3.0.0"}).message_flaw({}, {}) is None
    assert Shapes({}, STREAMS).message_flaw({"e": "report", "id": 1}, {}) == "$ lacks fee"


def test_an_example_of_a_message_is_no_schema() -> None:
    book = STREAMS["components"]["messages"]["Book"] | {"examples": [{"payload": {"e": "book"}}]}
    shapes = MessageShapes(STREAMS | {"components": {"messages": {"Book": book}}})
    assert shapes.flaw({"e": "book"}, {}) == "$ lacks bids"


def test_a_payload_may_name_the_format_of_its_schema() -> None:
    told = messages(Book={"schemaFormat": "application/schema+json;version=draft-07", "schema": {"type": "object", "required": ["bids"]}})
    assert told.flaw({}, {}) == "$ lacks bids"
    assert told.flaw({"bids": []}, {}) == ""


BOOK = {"type": "object", "required": ["bids"], "properties": {"bids": {"type": "array"}}}
FILL = {"type": "object", "required": ["fee"], "properties": {"fee": {"type": "string"}}}


def named(schema: dict[str, Any], **told: Any) -> dict[str, Any]:
    """The schema with members by which its messages are told."""
    return schema | {"properties": schema["properties"] | told}


@pytest.mark.parametrize(
    ("book", "fill"),
    [
        pytest.param(named(BOOK, e={"const": "book"}), named(FILL, e={"const": "fill"}), id="by a constant"),
        pytest.param(named(BOOK, e={"enum": ["book", "books"]}), named(FILL, e={"enum": ["fill"]}), id="by a list of values"),
        pytest.param(named(BOOK, e={"type": "string"}), FILL | {"additionalProperties": False}, id="one has no such member"),
        pytest.param({"allOf": [BOOK, named(BOOK, e={"const": "book"})]}, named(FILL, e={"const": "fill"}), id="in a combination"),
        pytest.param({"oneOf": [named(BOOK, e={"const": "book"})]}, {"anyOf": [named(FILL, e={"const": "fill"})]}, id="in a choice"),
    ],
)
def test_a_message_is_held_against_those_alone_that_its_kind_can_be(book: dict[str, Any], fill: dict[str, Any]) -> None:
    shapes = messages(Book=book, Fill=fill)
    assert shapes.flaw({"e": "book", "bids": []}, {"e": "book"}) == ""
    assert shapes.flaw({"e": "book", "fee": "1"}, {"e": "book"}), "the other's shape"


def test_a_place_may_lie_deep_and_behind_references() -> None:
    root: dict[str, Any] = {
        "asyncapi": "2.6.0",
        "components": {
            "schemas": {"Data/1": named(BOOK, e={"const": "book"})},
            "messages": {
                "Book": {
                    "payload": {
                        "type": "object",
                        "properties": {"data": {"type": "array", "items": {"$ref": "#/components/schemas/Data~11"}}},
                    }
                },
                "Fill": {
                    "payload": {"type": "object", "properties": {"data": {"type": "array", "items": named(FILL, e={"const": "fill"})}}}
                },
            },
        },
    }
    shapes = MessageShapes(root)
    assert shapes.flaw({"data": [{"e": "book", "bids": []}]}, {"data[0].e": "book"}) == ""
    assert shapes.flaw({"data": [{"e": "book", "fee": "1"}]}, {"data[0].e": "book"}) == "$.data[0] lacks bids"


def test_where_nothing_can_be_told_apart_any_description_will_do() -> None:
    shapes = messages(Book=named(BOOK, e={"const": "b"}), Fill=named(FILL, e={"const": "f"}))
    assert shapes.flaw({"e": "b", "bids": []}, {"e": "neither"}) == ""
    open_ones = messages(Book=BOOK, Fill=FILL)
    assert open_ones.flaw({"e": "b", "fee": "1"}, {"e": "b"}) == ""
    assert (
        messages(Book=named(BOOK, e={"const": True}), Fill=named(FILL, e={"const": None})).flaw({"e": True, "fee": "1"}, {"e": "true"})
        != ""
    )
    assert (
        messages(Book=named(BOOK, e={"const": True}), Fill=named(FILL, e={"const": None})).flaw({"e": None, "fee": "1"}, {"e": "null"})
        == ""
    )


def test_a_reference_to_nowhere_or_in_a_circle_describes_nothing() -> None:
    root: dict[str, Any] = {
        "asyncapi": "2.6.0",
        "components": {"schemas": {"Loop": {"$ref": "#/components/schemas/Loop"}}, "messages": {"Fill": {"payload": FILL}}},
    }
    for reference in ("#/components/schemas/Loop", "#/nowhere", "other.yaml#/x"):
        root["components"]["messages"]["Odd"] = {"payload": {"properties": {"e": {"$ref": reference}}}}
        assert MessageShapes(root).flaw({"fee": "1"}, {"e": "b"}) == ""


def test_a_description_that_branches_without_end_is_asked_once_a_schema() -> None:
    depths = range(60)
    schemas: dict[str, Any] = {f"S{each}": {"oneOf": [{"$ref": f"#/components/schemas/S{each + 1}"}] * 2} for each in depths}
    schemas["S60"] = {"anyOf": [{"$ref": "#/components/schemas/S0"}, named(BOOK, e={"const": "book"})]}
    told = {name: {"payload": {"$ref": f"#/components/schemas/{name}"}} for name in ("S59", "S60")}
    root: dict[str, Any] = {"asyncapi": "2.6.0", "components": {"schemas": schemas, "messages": told}}
    shapes = MessageShapes(root)
    assert shapes._possible({"e": "book"}) == ("/components/messages/S59/payload", "/components/messages/S60/payload")


def test_a_schema_too_deep_to_be_followed_says_nothing() -> None:
    deep: dict[str, Any] = named(BOOK, e={"const": "book"})
    for _ in range(5_000):
        deep = {"allOf": [deep]}
    shapes = messages(Deep=deep, Fill=named(FILL, e={"const": "fill"}))
    assert shapes._possible({"e": "book"}) == ("/components/messages/Deep/payload",)


CHANNELS: dict[str, Any] = {
    "book/all": {"messages": {"book": {"$ref": "#/components/messages/Book"}}},
    "fills": {
        "subscribe": {"message": {"oneOf": [{"$ref": "#/components/messages/Fill"}, {"payload": {"type": "object", "required": ["end"]}}]}}
    },
    "both": {"messages": {"a": {"$ref": "#/channels/fills/subscribe/message"}, "b": {"$ref": "#/channels/book~1all/messages/book"}}},
    "asked": {"messages": {"request": {"$ref": "#/components/messages/Request"}}},
    "asked again": {"messages": {"request": {"$ref": "#/components/messages/Request"}}},
    "asked too": {"messages": {"request": {"$ref": "#/components/messages/Request"}, "fill": {"$ref": "#/components/messages/Fill"}}},
    "loop": {"messages": {"a": {"$ref": "#/channels/loop"}, "b": {"$ref": "elsewhere.yaml#/x"}, "payload": 7}},
}


@pytest.mark.parametrize(
    ("channels", "message", "flaw"),
    [
        pytest.param(("book/all",), {"bids": []}, "", id="its own"),
        pytest.param(("book/all",), {"fee": "1"}, "$ lacks bids", id="another's"),
        pytest.param(("fills",), {"fee": "1"}, "", id="behind a choice"),
        pytest.param(("fills",), {"end": 1}, "", id="described in place"),
        pytest.param(("fills",), {"bids": []}, "$ lacks end", id="another's, too"),
        pytest.param(("both",), {"bids": []}, "", id="behind references"),
        pytest.param(("book/all", "fills"), {"fee": "1"}, "", id="one of two"),
        pytest.param((), {"fee": "1"}, "", id="not known"),
        pytest.param(("asked",), {"fee": "1"}, "", id="a request that other channels have too is all that is described"),
        pytest.param(("gone", "loop"), {"fee": "1"}, "", id="not described"),
    ],
)
def test_a_message_is_held_against_its_own_channel_s(channels: tuple[str, ...], message: dict[str, Any], flaw: str) -> None:
    told = {
        "Request": {"payload": {"required": ["op"]}},
        "Book": {"payload": BOOK},
        "Fill": {"payload": {"schemaFormat": "json", "schema": FILL}},
    }
    root: dict[str, Any] = {"asyncapi": "3.0.0", "channels": CHANNELS, "components": {"messages": told}}
    assert MessageShapes(root).flaw(message, {"e": "*"}, channels) == flaw
    assert Shapes({}, root).message_flaw(message, {}, channels) == flaw
