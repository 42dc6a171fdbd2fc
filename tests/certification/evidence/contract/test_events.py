from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from certification.evidence.contract.events import Fold, lines
from certification.evidence.record import OperationCoverage
from certification.profile import ExchangeProfile, Role
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.refusal import Errors, Refusal


def encoded(text: str | bytes) -> dict[str, str]:
    return {"$base64": base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()}


def case(
    method: str = "GET", path: str = "/orders/{id}", *, mode: str = "positive", phase: str = "fuzzing", identity: str | None = "first"
) -> dict[str, Any]:
    meta = {"generation": {"mode": mode}, "phase": {"name": phase}}
    return {"value": {"method": method, "path": path, "id": "c", "meta": meta, "auth_identity": identity}}


def interaction(
    status: int | None = 200, uri: str = "http://h/api/orders/7?x=1", content: str | bytes = "{}", method: str = "GET"
) -> dict[str, Any]:
    request = {"method": method, "uri": uri, "headers": {"X-Time": ["5"]}, "body": encoded('{"a":1}')}
    response = {"status_code": status, "headers": {"content-type": ["application/json"]}, "content": encoded(content), "elapsed": 0.0124}
    return {"request": request} if status is None else {"request": request, "response": response}


def failure(name: str = "not_a_server_error", **more: Any) -> dict[str, Any]:
    told = {"type": "ServerError", "title": "Server error", "message": "", "operation": "GET /orders/{id}", "case_id": None, **more}
    return {"name": name, "status": "failure", "failure_info": {"failure": told}}


def scenario(cases: dict[str, Any], interactions: dict[str, Any], checks: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"ScenarioFinished": {"recorder": {"cases": cases, "interactions": interactions, "checks": checks or {}}}}


def coverage(api: Api, *events: dict[str, Any], warnings: dict[str, list[str]] | None = None) -> OperationCoverage:
    fold = Fold(api)
    for event in events:
        fold.add(event)
    return next(operation for operation in fold.result(warnings or {}).operations if operation.operation == "getOrder")


def test_calls_are_counted_by_operation_status_and_acceptance(api: Api) -> None:
    cases = {
        "a": case(),
        "b": case(mode="negative"),
        "c": case(mode="negative", phase="examples"),
        "d": case(identity="second"),
        "e": case(),
        "f": {"value": {"method": "GET", "path": "/orders/{id}", "id": "f"}},
    }
    statuses: dict[str, int | None] = {"a": 200, "b": 200, "c": 204, "d": 404, "e": None, "f": 200}
    counted = coverage(api, scenario(cases, {key: interaction(status) for key, status in statuses.items()}))
    assert (counted.calls, counted.accepted, counted.tried_as_second, counted.signed) == (6, 2, 1, True)
    assert counted.statuses == ((200, 3), (204, 1), (404, 1))


REFUSING = Errors(success={"code": ("0",)}, code=("code",), codes={"-1021": Refusal.CLOCK, "-1022": Refusal.AUTHENTICATION})


def refusing(profile: ExchangeProfile) -> ExchangeProfile:
    return profile.model_copy(update={"behaviour": replace(profile.behaviour, errors=REFUSING)})


def test_a_refusal_under_a_good_status_is_not_accepted(api: Api, profile: ExchangeProfile) -> None:
    fold = Fold(api, refusing(profile))
    answers = {"a": '{"code":-2013}', "b": '{"code":0}', "c": "{}", "d": "no JSON", "e": '{"code":-1021}', "f": '{"code":-1022}'}
    fold.add(scenario({name: case() for name in answers}, {name: interaction(content=text) for name, text in answers.items()}))
    folded = fold.result({})
    assert next(operation.accepted for operation in folded.operations if operation.operation == "getOrder") == 3
    assert (folded.signed.calls, folded.signed.refused, folded.signed.clock) == (6, 2, 1)


@pytest.mark.parametrize("name", ["spoilt_request_rejection", "spoilt_parameter_rejection", "ignored_auth", "object_level_authorization"])
def test_a_refusal_under_a_good_status_keeps_the_promise_that_asks_for_one(api: Api, profile: ExchangeProfile, name: str) -> None:
    fold = Fold(api, refusing(profile))
    cases = {"a": case(), "own": {"value": {"method": "GET", "path": "/orders/{id}", "id": "own"}}}
    interactions = {"a": interaction(content='{"code":0}'), "own": interaction(content='{"code":-2013}')}
    fold.add(scenario(cases, interactions, {"a": [failure(name, case_id="own")]}))
    assert fold.result({}).violations == ()
    fold.add(scenario(cases, interactions, {"a": [failure(name)]}))
    assert [violation.check for violation in fold.result({}).violations] == [name]


@pytest.mark.parametrize(("answer", "broken"), [('{"code":-2011}', False), ('{"code":0}', True)], ids=["refused", "done"])
def test_what_was_refused_under_a_good_status_was_not_done(api: Api, profile: ExchangeProfile, answer: str, *, broken: bool) -> None:
    fold = Fold(api, refusing(profile))
    cases = {"first": case("DELETE"), "then": case() | {"parent_id": "first"}}
    interactions = {"first": interaction(content=answer, method="DELETE"), "then": interaction(content='{"code":0}')}
    fold.add(scenario(cases, interactions, {"then": [failure("use_after_free")]}))
    assert bool(fold.result({}).violations) is broken


def test_what_made_an_order_is_kept_without_the_clients_id_that_counts_once(profile: ExchangeProfile) -> None:
    text = {"type": "string"}
    body = {"type": "object", "required": ["market"], "properties": {"market": text, "clientId": text, "note": text}}
    description = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/orders": {
                "post": {
                    "operationId": "placeOrder",
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
        "components": {"schemas": {"Order": body}},
    }
    assert profile.trading is not None
    roles = {"place": Role(operation="placeOrder", arguments={"symbol": "body.market", "client_order_id": "body.clientId"})}
    named = profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})
    fold = Fold(load(json.dumps(description).encode()), named)
    order = case("POST", path="/orders")
    order["value"]["body"] = {"market": "m", "clientId": "c", "note": "n"}
    odd = case("POST", path="/orders")
    odd["value"]["body"] = ["no object"]
    fold.add(scenario({"a": order, "b": odd}, {"a": interaction(content='{"id":1}'), "b": interaction(content='{"id":2}')}))
    assert [made.case["body"] for made in fold.result({}).creations] == [{"market": "m", "note": "n"}, ["no object"]]


def test_warnings_stand_with_their_operation(api: Api) -> None:
    warnings = {"missing_auth": ["GET /orders/{id}", "GET /unknown"], "rate_limited": ["GET /orders/{id}"], "validation_mismatch": []}
    assert coverage(api, warnings=warnings).warnings == ("missing_auth", "rate_limited")


def test_only_valid_calls_with_credentials_say_whether_those_are_refused(api: Api) -> None:
    fold = Fold(api)
    cases = {"a": case(), "b": case(mode="negative"), "c": case(identity=None), "d": case()}
    fold.add(scenario(cases, {"a": interaction(401), "b": interaction(401), "c": interaction(401), "d": interaction(200)}))
    signed = fold.result({}).signed
    assert (signed.calls, signed.refused) == (2, 1)


def test_a_violation_is_told_once_for_a_check_and_an_operation_with_the_call_that_shows_it(api: Api) -> None:
    fold = Fold(api)
    for _ in range(2):
        fold.add(scenario({"a": case()}, {"a": interaction(500, content=b"\xff\x00")}, {"a": [failure(message="First.\n\nSecond.")]}))
    (violation,) = fold.result({}).violations
    assert (violation.check, violation.operation, violation.summary) == ("not_a_server_error", "getOrder", "Server error: First.")
    assert violation.call is not None
    assert violation.call.request.start == "GET /api/orders/7?x=1"
    assert violation.call.request.headers == (("x-time", "5"),)
    assert violation.call.request.body == '{"a":1}'
    assert violation.call.response is not None
    assert (violation.call.response.body, violation.call.response.base64) == ("/wA=", True)
    assert (violation.call.status, violation.call.elapsed_ms, violation.call.actor) == (500, 12, "first")


def test_what_a_check_sent_itself_is_shown_instead_of_what_it_began_with(api: Api) -> None:
    fold = Fold(api)
    cases = {"a": case(), "probe": {"value": {"method": "GET", "path": "/orders/{id}", "id": "probe"}}}
    interactions = {"a": interaction(200), "probe": interaction(200, uri="http://h/probe")}
    fold.add(scenario(cases, interactions, {"a": [failure("ignored_auth", case_id="probe", title="Open", message="")]}))
    (violation,) = fold.result({}).violations
    assert violation.call is not None
    assert (violation.summary, violation.call.actor, violation.call.request.start) == ("Open", "anonymous", "GET /probe")


def test_a_method_that_is_not_described_counts_for_its_path(api: Api) -> None:
    fold = Fold(api)
    cases = {"a": case("TRACE"), "b": case("TRACE", "/elsewhere")}
    checks = {"a": [failure("unsupported_method")], "b": [failure("unsupported_method")]}
    fold.add(scenario(cases, {"a": interaction(200, method="TRACE"), "b": interaction(None, method="TRACE")}, checks))
    folded = fold.result({})
    assert [violation.operation for violation in folded.violations] == ["TRACE /elsewhere", "getOrder"]
    assert folded.violations[0].call is not None
    assert folded.violations[0].call.failure == "no answer came"
    assert folded.unanswered == 1
    assert all(operation.calls == 0 for operation in folded.operations)


@pytest.mark.parametrize(
    ("method", "uri", "broken"),
    [
        ("PATCH", "http://h/api/orders/client:7", False),
        ("PUT", "http://h/api/orders/client:7", True),
        ("PATCH", "http://h/api/orders", True),
    ],
)
def test_a_method_that_another_path_describes_for_the_same_address_is_none_that_is_not_described(
    method: str, uri: str, *, broken: bool
) -> None:
    answers = {"responses": {"200": {"description": "ok"}}}
    by_client = {"get": {"operationId": "byClient", **answers}}
    paths = {"/orders/client:{id}": by_client, "/orders/{id}": {"patch": {"operationId": "amend", **answers}}}
    fold = Fold(load(json.dumps({"openapi": "3.1.0", "info": {"title": "Two", "version": "1"}, "paths": paths}).encode()))
    tried = {"a": case(method, "/orders/client:{id}")}
    fold.add(scenario(tried, {"a": interaction(400, uri, method=method)}, {"a": [failure("unsupported_method")]}))
    assert bool(fold.result({}).violations) is broken


@pytest.mark.parametrize(
    ("allow", "broken"),
    [("GET, HEAD", False), ("GET, PATCH", False), ("GET, PUT", True), ("PATCH", True)],
)
def test_an_address_may_allow_what_another_path_describes_for_it(allow: str, *, broken: bool) -> None:
    answers = {"responses": {"200": {"description": "ok"}}}
    by_client = {"get": {"operationId": "byClient", **answers}}
    paths = {"/orders/client:{id}": by_client, "/orders/{id}": {"patch": {"operationId": "amend", **answers}}}
    fold = Fold(load(json.dumps({"openapi": "3.1.0", "info": {"title": "Two", "version": "1"}, "paths": paths}).encode()))
    told = interaction(405, "http://h/api/orders/client:7", method="TRACE")
    told["response"]["headers"]["allow"] = [allow]
    fold.add(scenario({"a": case("TRACE", "/orders/client:{id}")}, {"a": told}, {"a": [failure("allow_header_conformance")]}))
    assert bool(fold.result({}).violations) is broken


def test_hostile_text_becomes_one_short_line(api: Api) -> None:
    fold = Fold(api)
    text = "\x1b[31mred\u202e\n" + "x" * 5000
    fold.add(scenario({"a": case()}, {}, {"a": [failure(title="T", message=text)]}))
    (violation,) = fold.result({}).violations
    assert violation.call is None
    assert violation.summary.isprintable()
    assert len(violation.summary) < 700


def test_passed_checks_and_strange_cases_are_no_violation(api: Api) -> None:
    fold = Fold(api)
    fold.add(scenario({"a": case()}, {}, {"a": [{"name": "x", "status": "success"}], "gone": [failure()]}))
    fold.add({"ScenarioFinished": {"recorder": {}}})
    fold.add({"EngineStarted": {}})
    assert fold.result({}).violations == ()


def test_what_the_tool_could_not_do_is_told_once(api: Api) -> None:
    fold = Fold(api)
    for _ in range(2):
        fold.add({"NonFatalError": {"label": "GET /time", "value": {"type": "Timeout", "message": "too slow"}}})
    fold.add({"FatalError": {"exception": {"type": "RuntimeError"}}})
    fold.add({"FatalError": {"exception": "broken"}})
    assert fold.result({}).errors == ("GET /time: too slow", "run: RuntimeError", "run: broken")


@pytest.mark.parametrize("content", ["not json", ""])
def test_accepted_changes_are_remembered_when_their_answer_can_be_read(api: Api, content: str) -> None:
    fold = Fold(api)
    cases = {"a": case("POST", "/orders"), "b": case("POST", "/orders"), "c": case()}
    fold.add(scenario(cases, {"a": interaction(201, content='{"id":7}'), "b": interaction(201, content=content), "c": interaction(200)}))
    assert [creation.answer for creation in fold.result({}).creations] == [{"id": 7}]


def test_a_cut_stream_is_read_up_to_the_cut() -> None:
    assert list(lines(['{"a":{}}', "[1]", '{"b":{}}', '{"c', '{"d":{}}'])) == [{"a": {}}, {"b": {}}]
