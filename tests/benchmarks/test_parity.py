"""Calls are made up by the thousand, none twice; requests that differ in anything of ours are told."""

from __future__ import annotations

import json

import pytest

from benchmarks.parity_calls import more_calls
from benchmarks.parity_message import differences, own_headers
from certification.evidence.record import Message
from certification.evidence.sdk import plan_exercise
from sdkgen.api.json_text import dumps_exact
from sdkgen.api.load import load
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value
from tests.simulators.descriptions import description

QUERY = [
    {"name": "symbol", "in": "query", "required": True, "schema": {"type": "string"}},
    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    {"name": "timestamp", "in": "query", "required": True, "schema": {"type": "integer"}},
]
BODY = {"content": {"application/json": {"schema": {"type": "object", "properties": {"price": {"type": "number"}}}}}}
OK = {"200": {"description": "ok"}}
SHOP = json.dumps(
    description(
        paths={
            "/trades": {"get": {"operationId": "trades", "parameters": QUERY, "responses": OK, "x-signed": True}},
            "/ping": {"get": {"responses": OK}},
        }
        | {"/orders": {"post": {"operationId": "place", "requestBody": BODY, "responses": OK}}}
    )
).encode()
RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    payload=(Part(value=Value.QUERY),),
    placements=(
        Placement(carrier=Carrier.QUERY, name="timestamp", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.QUERY, name="signature", value=Value.SIGNATURE),
    ),
)


def test_calls_are_many_distinct_and_leave_signing_to_the_client() -> None:
    api = load(SHOP)
    plan = more_calls(api, plan_exercise(api, SHOP, recipe=RECIPE, seed=1), 60)
    assert len({(call.operation, dumps_exact(call.arguments.document())) for call in plan.calls}) == 60
    assert [call.lane for call in plan.calls] == list(range(1, 61))
    assert {call.operation for call in plan.calls} == {"trades", "place", "GET /ping"}
    assert all("timestamp" not in call.arguments.query for call in plan.calls)
    assert {("limit" in call.arguments.query) for call in plan.calls if call.operation == "trades"} == {True, False}
    assert (plan.errors, plan.decodes) == ((), ())
    for call in plan.calls:
        assert call.expected.arguments == call.arguments.outside_the_body()
        assert call.expected.prefix.endswith(f"/~{call.lane}")


ONE = Message(start="GET /a?b=1", headers=(("accept", "application/json"), ("host", "a:1"), ("user-agent", "x")), body="{}")


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        (Message(start="GET /a?b=1", headers=(("accept", "application/json"), ("host", "b:2"), ("user-agent", "y")), body="{}"), []),
        (Message(start="GET /a?b=2", headers=ONE.headers, body="{}"), ["method or target"]),
        (Message(start="GET /a?b=1", headers=ONE.headers, body="{} "), ["body"]),
        (Message(start="GET /a?b=1", headers=ONE.headers, body="{}", base64=True), ["body"]),
        (Message(start="GET /a?b=1", headers=(("accept", "*/*"), ("x-key", "k")), body="{}"), ["header accept", "header x-key"]),
    ],
)
def test_what_differs_is_told_but_for_what_clients_say_of_themselves(other: Message, parts: list[str]) -> None:
    assert list(differences(ONE, other)) == parts


def test_the_clients_own_headers_that_differ_are_named() -> None:
    other = Message(start="", headers=(("host", "a:1"), ("user-agent", "y"), ("accept-encoding", "gzip")))
    assert sorted(own_headers(ONE, other)) == ["accept-encoding", "user-agent"]
