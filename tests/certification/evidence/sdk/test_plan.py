import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from certification.evidence.sdk.arguments import can_be_sent
from certification.evidence.sdk.described import DescribedParameter
from certification.evidence.sdk.harness import documents, read_results
from certification.evidence.sdk.plan import ExercisePlan, plan_exercise
from certification.evidence.sdk.stranger import Stranger
from certification.sandboxes.mock.plan import Fault
from sdkgen.api.json_text import JsonValue, loads_exact
from sdkgen.api.load import load
from tests.simulators.small_description import DESCRIPTION, RECIPE, small_api
from tests.simulators.stream_descriptions import streams3


def small_plan(seed: int = 1) -> ExercisePlan:
    return plan_exercise(small_api(), DESCRIPTION, recipe=RECIPE, seed=seed, exchange="small")


def test_every_operation_gets_a_minimal_and_a_full_call() -> None:
    plan = small_plan()
    calls = {call.case: call for call in plan.calls}
    assert plan.left_out == ()
    for operation in small_api().operations:
        assert f"{operation.id} #1" in calls
        assert f"{operation.id} #2" in calls
    minimal, full = calls["listOrders #1"].arguments, calls["listOrders #2"].arguments
    assert (minimal.query, minimal.header, minimal.cookie, minimal.body) == ({}, {}, {}, None)
    assert set(full.query) == {"limit", "ids", "filter"}
    assert set(full.header) == {"X-Trace"}
    assert set(full.cookie) == {"session"}


def test_documented_examples_are_called_with_and_answered() -> None:
    plan = small_plan()
    documented = next(call for call in plan.calls if call.case == "listOrders #3")
    assert documented.arguments.query == {"limit": 10}
    example = loads_exact('{"symbol":"BTC-USD","price":1.10,"m":1,"M":true}')
    assert example in [decode.value for decode in plan.decodes if decode.probe == "documented"]


def test_examples_of_streams_messages_are_decoded_too() -> None:
    tick = {"payload": {"$ref": "#/components/schemas/Tick"}, "examples": [{"payload": {"p": "1.10"}}]}
    schemas = {"Tick": {"type": "object", "properties": {"p": {"type": "string"}}}}
    streams = streams3(channels={"ticks": {"address": "/", "messages": {"tick": tick}}}, components={"schemas": schemas})
    plan = plan_exercise(load(DESCRIPTION, streams=json.dumps(streams).encode()), DESCRIPTION, recipe=RECIPE, seed=1)
    given = [(decode.value, decode.origin) for decode in plan.decodes if decode.type == "Tick" and decode.probe == "documented"]
    assert given == [({"p": "1.10"}, "/channels/ticks/messages/tick/examples/0/payload")]


def test_every_named_type_is_decoded_with_every_probe_that_it_has() -> None:
    probes = {(decode.type, decode.probe) for decode in small_plan().decodes}
    assert {("Order", probe) for probe in ("documented", "generated", "precision", "unknown")} <= probes
    assert ("Side", "unknown") in probes


def test_what_signing_fills_is_not_asked_of_the_caller() -> None:
    declared = json.loads(DESCRIPTION)
    declared["paths"]["/orders"]["post"]["parameters"] = [
        {"name": "x-time", "in": "header", "required": True, "schema": {"type": "string"}}
    ]
    content = json.dumps(declared).encode()
    plan = plan_exercise(load(content), content, recipe=RECIPE, seed=1)
    assert all(call.arguments.header == {} for call in plan.calls if call.operation == "placeOrder")


def test_only_signed_operations_have_to_be_signed() -> None:
    signed = {call.operation for call in small_plan().calls if call.expected.signing is not None}
    assert signed == {"placeOrder", "cancelOrder", "withdraw"}
    unsigned = plan_exercise(small_api(), DESCRIPTION, recipe=None, seed=1)
    assert unsigned.credentials is None
    assert all(call.expected.signing is None for call in unsigned.calls)


def test_lanes_stand_below_the_apis_own_base_path() -> None:
    plan = small_plan()
    assert plan.base_path == "/base/v1"
    assert [call.expected.prefix for call in plan.calls] == [f"/base/v1/~{call.lane}" for call in plan.calls]
    assert sorted(lane.id for lane in plan.lanes()) == list(range(1, len(plan.calls) + len(plan.errors) + 1))


def test_failures_are_tried_with_different_methods_and_the_slow_ones_seldom() -> None:
    plan = small_plan()
    assert {error.method for error in plan.errors} >= {"GET", "POST"}
    situations = Counter(error.answer.situation for error in plan.errors)
    assert situations["429"] == situations["truncated"] == situations["reset"] > 2
    assert situations["silence"] == situations["drip"] == 2
    limited = next(error.answer for error in plan.errors if error.answer.situation == "429")
    assert ("retry-after", "7") in limited.planned.headers
    assert limited.retry_after_ms == 7000
    assert "code" in json.loads(limited.planned.body)
    faults = {error.answer.situation: error.answer.planned.fault for error in plan.errors}
    assert (faults["reset"], faults["silence"], faults["html"]) == (Fault.RESET, Fault.SILENCE, Fault.NONE)


def test_answers_are_written_as_their_media_type_asks() -> None:
    answers = {call.case: call.answer for call in small_plan().calls}
    assert answers["cancelOrder #1"].planned.status == 204
    assert answers["cancelOrder #1"].planned.body == b""
    assert answers["placeOrder #1"].planned.status == 201
    assert answers["withdraw #1"].planned.body.decode() == answers["withdraw #1"].value
    assert isinstance(answers["report #1"].value, dict)
    assert loads_exact(answers["getOrder #1"].planned.body) == answers["getOrder #1"].value


def test_the_same_seed_gives_the_same_plan() -> None:
    assert documents(small_plan(), "http://h") == documents(small_plan(), "http://h")
    assert documents(small_plan(1), "http://h") != documents(small_plan(2), "http://h")


def test_an_operation_without_sendable_arguments_is_left_out_and_said() -> None:
    document = json.loads(DESCRIPTION)
    document["components"]["schemas"]["Endless"] = {
        "type": "object",
        "required": ["again"],
        "properties": {"again": {"$ref": "#/components/schemas/Endless"}},
    }
    parameter = {"name": "q", "in": "query", "required": True, "schema": {"$ref": "#/components/schemas/Endless"}}
    document["paths"]["/endless"] = {"get": {"operationId": "endless", "parameters": [parameter], "responses": {}}}
    content = json.dumps(document).encode()
    assert plan_exercise(load(content), content, recipe=None, seed=1).left_out == ("endless",)


def test_an_overlay_counts_for_what_requests_are_held_against() -> None:
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "t", "version": "1"},
        "actions": [{"target": "$.paths['/orders'].get.parameters[0]", "update": {"name": "count"}}],
    }
    content = json.dumps(overlay).encode()
    plan = plan_exercise(load(DESCRIPTION, overlays=(content,)), DESCRIPTION, overlays=(content,), recipe=None, seed=1)
    full = next(call for call in plan.calls if call.case == "listOrders #2")
    assert "count" in full.arguments.query
    assert full.expected.request.parameter("query", "count") is not None


@pytest.mark.parametrize(
    ("location", "value", "sendable"),
    [
        ("path", "", False),
        ("path", "..", False),
        ("path", ".", False),
        ("path", "a.", True),
        ("path", None, False),
        ("header", "", False),
        ("header", " a", False),
        ("header", "a\nb", False),
        ("header", "🚀", False),
        ("header", "é", True),
        ("cookie", "", False),
        ("cookie", "a", True),
        ("query", [], False),
        ("query", "", True),
        ("path", "half \ud800", False),
        ("query", "half \ud800", False),
    ],
)
def test_what_can_not_stand_there_is_not_sent(location: str, value: JsonValue, sendable: bool) -> None:
    style = "form" if location in {"query", "cookie"} else "simple"
    described = DescribedParameter(name="x", location=location, style=style, explode=False, json_encoded=False, schema=None)
    assert can_be_sent(described, value) is sendable


def test_no_line_of_the_harness_input_can_be_taken_for_two() -> None:
    call = small_plan().calls[0]
    odd = replace(call, arguments=replace(call.arguments, query={"q": "a\u2028b\u2029c\x85d"}))
    lines = documents(replace(small_plan(), calls=(odd,), errors=(), decodes=()), "http://h").decode()
    assert len(lines.splitlines()) == 3
    assert json.loads(lines.splitlines()[2])["call"]["query"] == {"q": "a\u2028b\u2029c\x85d"}


def test_clients_are_configured_with_frozen_clock_and_nonce_where_they_sign() -> None:
    signed = [json.loads(line) for line in documents(small_plan(), "http://h").splitlines()]
    settings = signed[1]["configure"]
    assert settings["base_url"] == "http://h/base/v1/~1"
    assert (settings["now_ms"], settings["nonce"]) == (1700000000123, "1700000000123")
    unsigned = documents(plan_exercise(small_api(), DESCRIPTION, recipe=None, seed=1), "http://h").splitlines()
    assert json.loads(unsigned[1])["configure"]["key"] is None
    assert any(line["configure"]["timeout_ms"] == 300 for line in signed if "configure" in line)


def test_results_are_found_by_what_was_asked() -> None:
    plan = small_plan()
    lane = plan.calls[1].lane
    output = "\n".join(
        (
            "noise of a library",
            "[]",
            '{"id": "x", "returned": {}}',
            '{"id": 3}',
            '{"id": 0, "described": {"language": "go"}}',
            f'{{"id": {2 * lane}, "returned": {{"status": 200, "value": 1.10}}}}',
            f'{{"id": {2 * lane}, "raised": {{}}}}',
            "",
        )
    )
    results = read_results(plan, output.encode() + b"\xff\xfe\n")
    assert results.described().kind == "described"
    assert results.of_lane(lane).kind == "returned"
    assert results.of_lane(lane).member("status") == 200
    assert results.of_lane(plan.calls[0].lane).kind == "missing"
    assert results.of_decode(0).kind == "missing"


@pytest.mark.parametrize("file", ["binance/spot-openxapi.yaml", "kraken/futures-rest.yaml", "kucoin/spot.json", "upbit/rest-v1.json"])
def test_every_operation_of_real_descriptions_is_planned(file: str, specs_folder: Path) -> None:
    content = (specs_folder / file).read_bytes()
    plan = plan_exercise(load(content), content, recipe=None, seed=1)
    assert plan.left_out == ()


def test_lines_are_planned_as_their_values_and_held_against_the_schema_of_one() -> None:
    number = {"type": "array", "items": {"type": "integer"}}
    content = {"application/json-seq": {"schema": number, "example": [1, 2]}}
    asked = {"operationId": "count", "requestBody": {"content": content}, "responses": {"200": {"description": "", "content": content}}}
    document = {"openapi": "3.2.0", "info": {"title": "L", "version": "1"}, "paths": {"/a": {"post": asked}}}
    plan = plan_exercise(load(json.dumps(document).encode()), json.dumps(document).encode(), recipe=None, seed=1)
    [documented] = [call for call in plan.calls if call.answer.value == [1, 2]]
    assert (documented.answer.planned.body, documented.answer.in_lines) == (b"\x1e1\n\x1e2\n", True)
    assert documented.answer.planned.headers == (("content-type", "application/json-seq"),)
    assert {call.misfits for call in plan.calls} == {()}
    api = load(json.dumps(document).encode())
    number["items"] = {"type": "string"}
    misfits = {misfit for call in plan_exercise(api, json.dumps(document).encode(), recipe=None, seed=1).calls for misfit in call.misfits}
    assert "the answer that was made up is not what the description's schema says: $: 1 is not of the type string" in misfits
    assert any(misfit.startswith("the body that was made up") for misfit in misfits)


def test_where_no_number_is_described_none_is_made_up_that_floats_lose() -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Pong"}}}
    components = {"schemas": {"Pong": {"type": "object"}}}
    paths = {"/ping": {"get": {"operationId": "ping", "responses": {"200": {"description": "d", "content": content}}}}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths, "components": components}
    description = json.dumps(document).encode()
    stranger = Stranger(operations=("ping",), types=(), capabilities=())
    for seed in range(8):
        plan = plan_exercise(load(description), description, recipe=None, seed=seed, stranger=stranger)
        assert {value.probe for value in plan.values} <= {"generated"}
