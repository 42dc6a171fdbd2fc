"""Requests over a stream whose id is nested or of several types, and whose replies say no by their names, in each language's tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sdkgen.api.asyncapi.load import load_streams
from sdkgen.api.model import Api
from sdkgen.generate import generate
from sdkgen.language import Language
from sdkgen.source import SdkOptions

PACKAGES = {Language.PYTHON: "openxapi-calls", Language.TYPESCRIPT: "@openxapi/calls", Language.GO: "github.com/openxapi/calls-go"}


def holding(identity: Any, at: str, **properties: Any) -> dict[str, Any]:
    """A message with its id at a place of one or two steps."""
    outer, _, inner = at.partition("/")
    place = {outer: {"type": "object", "properties": {inner: identity}} if inner else identity}
    payload = {"type": "object", "properties": {**place, **properties}, "required": [*properties]}
    return {"payload": payload, "correlationId": {"location": f"$message.payload#/{at}"}}


def described(asked: dict[str, Any], **replies: dict[str, Any]) -> Api:
    messages = {"ask": asked, **replies}
    channel = {"$ref": "#/channels/calls"}
    reply = {"channel": channel, "messages": [{"$ref": f"#/channels/calls/messages/{name}"} for name in replies]}
    streams = {
        "asyncapi": "3.0.0",
        "info": {"title": "Calls", "version": "1"},
        "servers": {"main": {"host": "calls.example.com", "protocol": "wss"}},
        "channels": {"calls": {"address": "/", "messages": messages}},
        "operations": {
            "place": {"action": "send", "channel": channel, "messages": [{"$ref": "#/channels/calls/messages/ask"}], "reply": reply}
        },
    }
    return load_streams(json.dumps(streams).encode())


def table(api: Api, language: Language) -> str:
    """The source of what a package says of the request and its replies."""
    options = SdkOptions(package=PACKAGES[language], version="1.0.0", exchange_id="calls", exchange_name="Calls")
    return "\n".join(file.content.decode() for file in generate(api, language, options).files if "streams." in file.path)


@pytest.mark.parametrize(
    ("identity", "at", "row"),
    [
        pytest.param({"type": "string"}, "id", '{ place: ["id"], property: "id", as: "text" }', id="text"),
        pytest.param({"type": "integer"}, "head/id", '{ place: ["head", "id"], as: "bigint" }', id="nested"),
        pytest.param(
            {"oneOf": [{"type": "string"}, {"type": "integer"}]}, "id", '{ place: ["id"], property: "id", as: "bigint" }', id="several"
        ),
        pytest.param({}, "head/id", '{ place: ["head", "id"], as: "decimal" }', id="any"),
    ],
)
def test_an_id_goes_to_its_place_as_its_type_has_it(identity: dict[str, Any], at: str, row: str) -> None:
    api = described(holding(identity, at, what={"type": "string"}), done=holding(identity, at, told={"type": "string"}))
    assert f"correlation: {row}" in table(api, Language.TYPESCRIPT)


def test_a_reply_that_says_nothing_of_its_id_has_it_where_its_request_does() -> None:
    done = {"payload": holding({"type": "integer"}, "req", told={"type": "string"})["payload"]}
    api = described(holding({"type": "integer"}, "req", what={"type": "string"}), done=done)
    assert 'correlation: ["req"]' in table(api, Language.TYPESCRIPT)


@pytest.mark.parametrize("word", ["Error", "Rejection", "Failed", "Exception", "Err"])
def test_a_reply_whose_name_says_no_is_a_refusal_in_every_language(word: str) -> None:
    identity = {"type": "integer"}
    replies = {
        "done": holding(identity, "id", told={"type": "string"}),
        f"order{word}": holding(identity, "id", code={"type": "string"}),
    }
    api = described(holding(identity, "id", what={"type": "string"}), **replies)
    [request] = api.requests
    assert [name.pascal() for name in request.refusals()] == [f"Order{word}"]
    assert f'frozenset({{"Order{word}"}})' in table(api, Language.PYTHON).replace("'", '"')
    assert table(api, Language.TYPESCRIPT).count("error: true") == 1
    assert table(api, Language.GO).count("bad: true") == 1


def test_the_only_reply_is_none_whatever_it_is_called() -> None:
    identity = {"type": "integer"}
    api = described(holding(identity, "id"), orderError=holding(identity, "id", code={"type": "string"}))
    assert api.requests[0].refusals() == ()
    assert "bad: true" not in table(api, Language.GO)
