"""Differences of two descriptions' streams, and what they do to programs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certification.specs.diff import change_class, diff, version_bump
from sdkgen.api.load import load
from tests.simulators.descriptions import description
from tests.simulators.stream_descriptions import read, streams3

B, A, D = "breaking", "additive", "documentation"
TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def ref(identity: str, *messages: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{identity}/messages/{message}"} for message in messages]


def market(
    *,
    told: Any = None,
    asked: Any = None,
    channel: dict[str, Any] | None = None,
    tick: dict[str, Any] | None = None,
    ask: dict[str, Any] | None = None,
    operations: dict[str, Any] | None = None,
    identity: str = "ticks",
    messages: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A channel on which the exchange sends a tick, and answers what clients ask."""
    own = {
        "tick": {"payload": told if told is not None else TEXT} | (tick or {}),
        "ask": {"payload": asked if asked is not None else TEXT} | (ask or {}),
        "answer": {"payload": TEXT},
    }
    named = {"$ref": f"#/channels/{identity}"}
    done = {
        "feed": {"action": "send", "channel": named, "messages": ref(identity, "tick")},
        "ask": {"action": "receive", "channel": named, "messages": ref(identity, "ask"), "reply": {"messages": ref(identity, "answer")}},
    }
    channels = {identity: {"address": "/ticks", "messages": own | (messages or {})} | (channel or {})}
    return streams3(channels=channels, operations=done | (operations or {}), **more)


def found(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change.change_class.value, change.rule) for change in diff(read(old), read(new))]


def test_nothing_changed_is_no_change() -> None:
    assert found(market(), market()) == []


@pytest.mark.parametrize(
    ("old", "new", "said", "heard"),
    [
        pytest.param(fields(a=TEXT), fields(a=TEXT, b=TEXT), (A, "field-added"), (A, "field-added"), id="field added"),
        pytest.param(fields(a=TEXT), fields("b", a=TEXT, b=TEXT), (B, "required-field-added"), (A, "field-added"), id="required added"),
        pytest.param(fields(a=TEXT, b=TEXT), fields(a=TEXT), (B, "field-removed"), (B, "field-removed"), id="field removed"),
        pytest.param(fields(a=TEXT), fields("a", a=TEXT), (B, "became-required"), (A, "became-required"), id="newly required"),
        pytest.param(fields(a=TEXT), fields(a=NUMBER), (B, "retyped"), (B, "retyped"), id="retyped"),
        pytest.param({"enum": ["a"]}, {"enum": ["a", "b"]}, (A, "enum-value-added"), (B, "enum-value-added"), id="value added"),
    ],
)
def test_what_a_payloads_change_does_depends_on_who_sends_it(old: Any, new: Any, said: tuple[str, str], heard: tuple[str, str]) -> None:
    assert found(market(asked=old), market(asked=new)) == [said]
    assert found(market(told=old), market(told=new)) == [heard]


LOGIN: dict[str, Any] = {"components": {"securitySchemes": {"Key": {"type": "userPassword"}}}}
KEY = [{"$ref": "#/components/securitySchemes/Key"}]
PRIVATE = {"main": {"host": "stream.shop.example", "protocol": "wss", "security": KEY}}
ASK = market()["operations"]["ask"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            market(),
            market(identity="trades"),
            [(B, "channel-renamed"), (B, "request-channel-changed")],
            id="channel renamed",
        ),
        pytest.param(market(), market(channel={"address": "/ticks/v2"}), [(B, "address-changed")], id="address"),
        pytest.param(market(), market(channel={"x-deprecated": True}), [(D, "channel-deprecated")], id="channel deprecated"),
        pytest.param(market(), market(channel={"description": "Told."}), [(D, "channel-text")], id="channel text"),
        pytest.param(market(), market(tick={"description": "Told."}), [(D, "message-text")], id="message text"),
        pytest.param(market(), market(tick={"x-deprecated": True}), [(D, "message-deprecated")], id="message deprecated"),
        pytest.param(market(), market(tick={"contentType": "text/x"}), [(B, "media-type-changed")], id="media type"),
        pytest.param(
            market(asked=fields(id=TEXT)),
            market(asked=fields(id=TEXT), ask={"correlationId": {"location": "$message.payload#/id"}}),
            [(A, "correlation-changed")],
            id="correlation",
        ),
        pytest.param(
            market(ask={"correlationId": {"location": "$message.payload#/id"}}), market(), [(A, "correlation-changed")], id="no correlation"
        ),
        pytest.param(market(), market(messages={"more": {"payload": TEXT}}), [(A, "message-added")], id="message added"),
        pytest.param(market(messages={"more": {"payload": TEXT}}), market(), [(B, "message-removed")], id="message removed"),
        pytest.param(
            market(),
            market(operations={"ask": ASK | {"messages": ref("ticks", "tick")}, "feed": {}}),
            [(B, "direction-changed"), (B, "direction-changed"), (B, "request-message-changed")],
            id="direction",
        ),
        pytest.param(
            market(),
            market(operations={"echo": {"action": "send", "channel": {"$ref": "#/channels/ticks"}, "messages": ref("ticks", "ask")}}),
            [(A, "direction-changed")],
            id="both directions",
        ),
        pytest.param(market(servers={}), market(), [(A, "servers-changed"), (A, "servers-changed")], id="servers"),
        pytest.param(market(**LOGIN), market(servers=PRIVATE, **LOGIN), [(B, "security-changed")], id="login"),
        pytest.param(market(servers=PRIVATE, **LOGIN), market(**LOGIN), [(B, "security-changed")], id="no login"),
        pytest.param(
            market(**LOGIN), market(operations={"ask": ASK | {"security": KEY}}, **LOGIN), [(B, "security-changed")], id="request's login"
        ),
        pytest.param(
            market(operations={"ask": ASK | {"security": KEY}}, **LOGIN), market(**LOGIN), [(B, "security-changed")], id="request public"
        ),
        pytest.param(market(), market(operations={"ask": ASK | {"summary": "Ask."}}), [(D, "request-text")], id="request text"),
        pytest.param(market(), market(operations={"ask": ASK | {"x-deprecated": True}}), [(D, "request-deprecated")], id="deprecated"),
        pytest.param(
            market(), market(operations={"more": ASK}), [(A, "request-added")], id="request added"
        ),
        pytest.param(market(operations={"more": ASK}), market(), [(B, "request-removed")], id="request removed"),
        pytest.param(
            market(),
            market(operations={"ask": ASK | {"reply": {"messages": ref("ticks", "answer", "tick")}}}),
            [(A, "reply-added")],
            id="reply added",
        ),
        pytest.param(
            market(operations={"ask": ASK | {"reply": {"messages": ref("ticks", "tick", "answer")}}}),
            market(),
            [(B, "reply-removed")],
            id="reply removed",
        ),
    ],
)  # fmt: skip
def test_a_difference_has_its_class(old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(old, new) == expected


def parameters(address: str, **declared: Any) -> dict[str, Any]:
    return market(channel={"address": address, "parameters": declared})


def test_parameters_of_an_address_come_and_go() -> None:
    assert found(parameters("/{a}", a={}), parameters("/{a}", a={"enum": ["x"]})) == [(B, "enum-closed")]
    assert found(parameters("/{a}", a={}), parameters("/{a}", a={"default": "x"})) == [(A, "default-changed")]
    assert found(parameters("/{a}", a={"default": "x"}), parameters("/{a}", a={})) == [(B, "became-required")]
    assert found(parameters("/{a}", a={}), parameters("/{a}", a={"description": "Told."})) == [(D, "channel-text")]
    one, two = parameters("/{a}", a={}), parameters("/{a}/{b}", a={}, b={})
    assert found(one, two) == [(B, "address-changed"), (B, "required-parameter-added")]
    assert found(one, parameters("/{a}/{b}", a={}, b={"default": "x"})) == [(B, "address-changed"), (A, "parameter-added")]
    assert found(two, one) == [(B, "address-changed"), (B, "parameter-removed")]


def test_what_the_opening_request_carries_is_compared() -> None:
    def opening(*required: str, **properties: Any) -> dict[str, Any]:
        return market(channel={"bindings": {"ws": {"query": fields(*required, **properties)}}})

    assert found(opening(a=TEXT), opening(a=TEXT, b=TEXT)) == [(A, "parameter-added")]
    assert found(opening(a=TEXT), opening("b", a=TEXT, b=TEXT)) == [(B, "required-parameter-added")]
    assert found(opening(a=TEXT, b=TEXT), opening(a=NUMBER)) == [(B, "retyped"), (B, "parameter-removed")]


def test_a_channel_comes_with_what_it_carries_and_goes_with_it() -> None:
    two = market()
    two["channels"]["depth"] = {"address": "/depth", "messages": {"book": {"payload": TEXT}}}
    two["operations"]["book"] = {"action": "send", "channel": {"$ref": "#/channels/depth"}}
    assert found(market(), two) == [(A, "channel-added")]
    assert found(two, market()) == [(B, "channel-removed")]


def test_a_message_on_many_channels_is_one_difference() -> None:
    def document(payload: Any) -> dict[str, Any]:
        messages = {"tick": {"$ref": "#/components/messages/Tick"}}
        channels = {key: {"address": f"/{key}", "messages": messages} for key in "abc"}
        return streams3(channels=channels, components={"messages": {"Tick": {"payload": payload}}})

    [change] = diff(read(document(fields(a=TEXT))), read(document(fields(a=NUMBER))))
    assert (change.rule, change.operation, change.summary) == (
        "retyped",
        "Tick",
        "Tick.a was a value of kind string and is now a value of kind decimal",
    )


def test_streams_that_join_or_leave_a_rest_description_ask_for_their_step() -> None:
    rest, streams = json.dumps(description()).encode(), json.dumps(market()).encode()
    alone, both = load(rest), load(rest, streams=streams)
    joined, left = diff(alone, both), diff(both, alone)
    assert {change.rule for change in joined} == {"servers-changed", "channel-added", "request-added"}
    assert (change_class(joined), version_bump(joined)) == ("additive", "minor")
    assert {change.rule for change in left} == {"servers-changed", "channel-removed", "request-removed"}
    assert version_bump(left) == "major"
