"""AsyncAPI descriptions that mean harm: circles, and few bytes that would cost much."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkgen.api.asyncapi.load import load_streams
from sdkgen.errors import DescriptionError
from tests.simulators.descriptions import rules
from tests.simulators.stream_descriptions import read, streams2, streams3

_ENOUGH_S = 20.0
"""A machine that does other things as well needs a tenth of it."""


def test_messages_that_are_one_of_themselves_end() -> None:
    both = [{"$ref": "#/components/messages/A"}, {"$ref": "#/components/messages/B"}]
    messages = {"A": {"oneOf": both * 20}, "B": {"oneOf": [*both * 20, {"payload": {}}]}}
    api = read(streams2(channels={"a": {"subscribe": {"message": {"oneOf": both}}}}, components={"messages": messages}))
    assert len(api.messages) == api.declared_messages == 1


def test_circles_of_references_are_refused() -> None:
    document = streams3(
        channels={
            "a": {"$ref": "#/channels/b"},
            "b": {"$ref": "#/channels/a"},
            "c": {"messages": {"m": {"$ref": "#/channels/c/messages/m"}}},
        },
        operations={"o": {"$ref": "#/operations/o"}},
    )
    api = read(document)
    assert {rule for kind, rule in rules(api) if kind == "refused"} == {"cyclic-reference"}
    assert api.declared_channels == 3


def _everything_of_everything() -> dict[str, Any]:
    answered = {"action": "send", "channel": {"$ref": "#/channels/c"}, "reply": {"channel": {"$ref": "#/channels/d"}}}
    channels: dict[str, Any] = {
        "c": {"messages": {f"m{n}": {} for n in range(1500)}},
        "d": {"messages": {f"r{n}": {} for n in range(1500)}},
    }
    return streams3(channels=channels, operations={f"o{n}": answered for n in range(1500)})


def _one_name() -> dict[str, Any]:
    return streams3(channels={f"c{n}": {"messages": {"x": {"name": "same"}}} for n in range(1500)})


def _marks_without_end() -> dict[str, Any]:
    schemas: dict[str, Any] = {"S8": {"const": "x"}}
    for level in range(8):
        properties = {f"p{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(60)}
        schemas[f"S{level}"] = {"type": "object", "properties": properties}
    payload = {"payload": {"$ref": "#/components/schemas/S0"}}
    return streams3(channels={"c": {"messages": {"m": payload}}}, components={"schemas": schemas})


@pytest.mark.parametrize("document", [_everything_of_everything(), _one_name(), _marks_without_end()], ids=["messages", "names", "marks"])
def test_what_multiplies_stays_bounded(document: dict[str, Any]) -> None:
    begun = time.process_time()
    api = read(document)
    assert time.process_time() - begun < _ENOUGH_S
    assert len(api.channels) == api.declared_channels
    assert len(api.messages) == api.declared_messages
    assert len(api.requests) <= 10_000


_KEYS = (
    *("a", "$ref", "address", "messages", "payload", "oneOf", "schema", "schemaFormat", "traits", "servers", "parameters", "reply"),
    *("action", "channel", "publish", "subscribe", "message", "bindings", "ws", "query", "properties", "security", "headers"),
    *("correlationId", "location", "examples", "default", "enum", "type", "host", "url", "protocol", "variables", "x-response"),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("#/channels/a") | st.just("receive"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=25,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(["channels", "operations", "components", "servers", "info"]), _JSON)


@given(document=_DOCUMENTS, version=st.sampled_from("23"))
@settings(max_examples=80, deadline=None)
def test_whatever_stands_there_is_read_or_refused(document: dict[str, Any], version: str) -> None:
    text = json.dumps({"asyncapi": f"{version}.0.0", **document}).encode()
    try:
        api = load_streams(text)
    except DescriptionError:
        return
    assert len(api.channels) <= api.declared_channels
    assert load_streams(text) == api
    names = [message.name for message in api.messages]
    assert len(set(names)) == len(names)
    assert all(name in names for channel in api.channels for name in (*channel.heard, *channel.said))
    refused = any(issue.kind.value == "refused" for issue in api.issues)
    assert refused or (len(api.channels), len(api.messages)) == (api.declared_channels, api.declared_messages)
