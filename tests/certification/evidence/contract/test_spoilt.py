"""One spoilt parameter among good ones must be refused, whatever the tool's own check makes of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.config import ChecksConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.generation.meta import CaseMetadata, ComponentInfo, CoverageScenario, GenerationInfo, PhaseInfo

from certification.evidence.contract.spoilt import spoilt_parameter_rejection, spoilt_request_rejection, without_empty

PARAMETERS = [
    {"name": "symbol", "in": "query", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]+$"}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
    {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
]
NAMED = {"type": "string", "pattern": "^[a-z]+$"}
ORDER = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": NAMED, "label": NAMED, "leg": {"type": "object", "properties": {"label": NAMED}}},
}
ANSWERS = {"200": {"description": "ok"}}
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/trades": {"get": {"parameters": PARAMETERS, "responses": ANSWERS}},
        "/orders": {"post": {"requestBody": {"content": {kind: {"schema": ORDER} for kind in (JSON, FORM)}}, "responses": ANSWERS}},
    },
}
SENT = frozenset({"method", "url", "headers", "params", "data", "json", "cookies"})
BELOW = CoverageScenario.VALUE_BELOW_MINIMUM


@pytest.fixture
def operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The operation, loaded where a job's plan lies: other tests load the hooks that read it."""
    (tmp_path / "plan.json").write_text('{"recipe": null, "operations": {}}')
    monkeypatch.chdir(tmp_path)
    return schemathesis.openapi.from_dict(DESCRIPTION)["/trades"]["GET"]


@pytest.fixture
def order(operation: Any) -> Any:
    """The operation that takes a body."""
    return operation.schema["/orders"]["POST"]


def judged(
    operation: Any,
    parameter: str | None,
    query: str,
    scenario: CoverageScenario = BELOW,
    *,
    status: int = 200,
    location: ParameterLocation | None = None,
) -> bool:
    """Whether the check complains."""
    where = location or ParameterLocation.QUERY
    phase = PhaseInfo.coverage(scenario=scenario, description="d", parameter=parameter, parameter_location=where)
    case: Any = SimpleNamespace(operation=operation, meta=SimpleNamespace(phase=phase))
    response: Any = SimpleNamespace(status_code=status, request=SimpleNamespace(url=f"http://h/trades?{query}"))
    context: Any = None
    try:
        spoilt_parameter_rejection(context, response, case)
    except Failure as failure:
        return str(parameter) in failure.message
    return False


@pytest.mark.parametrize(
    ("parameter", "query", "scenario"),
    [
        pytest.param("limit", "symbol=BTC&limit=0", BELOW, id="below its minimum"),
        pytest.param("limit", "symbol=BTC&limit=501", CoverageScenario.VALUE_ABOVE_MAXIMUM, id="above its maximum"),
        pytest.param("limit", "symbol=BTC&limit=AAA", CoverageScenario.INCORRECT_TYPE, id="no number"),
        pytest.param("symbol", "symbol=b&limit=1", CoverageScenario.INVALID_PATTERN, id="no symbol"),
        pytest.param("symbol", "limit=1", CoverageScenario.MISSING_PARAMETER, id="left out"),
    ],
)
def test_what_is_spoilt_must_not_be_accepted(operation: Any, parameter: str, query: str, scenario: CoverageScenario) -> None:
    assert judged(operation, parameter, query, scenario)
    assert not judged(operation, parameter, query, scenario, status=400)


@pytest.mark.parametrize(
    ("parameter", "query", "scenario"),
    [
        pytest.param("limit", "symbol=BTC&limit=1", BELOW, id="valid as it was sent"),
        pytest.param("limit", "symbol=BTC&limit=5", CoverageScenario.INCORRECT_TYPE, id="a text that reads as a number"),
        pytest.param("limit", "symbol=BTC&limit=", BELOW, id="empty"),
        pytest.param("limit", "symbol=BTC&limit=0&limit=1", BELOW, id="twice"),
        pytest.param("limit", "symbol=BTC", BELOW, id="not sent"),
        pytest.param("limit", "symbol=BTC", CoverageScenario.MISSING_PARAMETER, id="may be left out"),
        pytest.param("symbol", "symbol=BTC", CoverageScenario.MISSING_PARAMETER, id="signing put it back"),
        pytest.param("limit", "symbol=BTC&limit=0", CoverageScenario.DUPLICATE_PARAMETER, id="another way of spoiling"),
        pytest.param("ids", "symbol=BTC&ids=x", CoverageScenario.INCORRECT_TYPE, id="a list"),
        pytest.param("other", "symbol=BTC&other=0", BELOW, id="not described"),
        pytest.param(None, "symbol=BTC", BELOW, id="nothing was spoilt"),
    ],
)
def test_what_is_not_known_to_be_spoilt_may_be_accepted(
    operation: Any, parameter: str | None, query: str, scenario: CoverageScenario
) -> None:
    assert not judged(operation, parameter, query, scenario)


def test_what_stands_elsewhere_is_the_tool_s_own_to_judge(operation: Any) -> None:
    assert not judged(operation, "limit", "symbol=BTC&limit=0", location=ParameterLocation.HEADER)


def spoilt(operation: Any, location: ParameterLocation, **data: Any) -> Case[Any]:
    """A request that the tool made to be refused for what stands there."""
    meta = CaseMetadata(
        generation=GenerationInfo(time=0.0, mode=GenerationMode.NEGATIVE),
        components={location: ComponentInfo(mode=GenerationMode.NEGATIVE)},
        phase=PhaseInfo.coverage(
            scenario=CoverageScenario.INVALID_PATTERN, description="Wrong", parameter="symbol", parameter_location=location
        ),
    )
    return Case(operation=operation, method=operation.method.upper(), path=operation.path, meta=meta, **data)


def complained_of(case: Case[Any]) -> bool:
    """Whether the check wants the request refused, which was accepted."""
    sent = {name: value for name, value in case.as_transport_kwargs(base_url="http://h").items() if name in SENT}
    response: Any = SimpleNamespace(status_code=200, request=requests.Request(**sent).prepare())
    context = CheckContext(override=None, auth=None, headers=None, config=ChecksConfig(), transport_kwargs=None, response_checks=None)
    try:
        spoilt_request_rejection(context, response, case)
    except Failure:
        return True
    return False


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param({"name": "a", "label": "A"}, True, id="against its pattern"),
        pytest.param({"name": "a", "label": ""}, False, id="empty"),
        pytest.param({"name": "", "label": "a"}, True, id="empty and required"),
        pytest.param({"name": "A", "label": ""}, True, id="empty beside another fault"),
    ],
)
def test_what_is_sent_empty_in_a_body_counts_as_left_out(order: Any, body: Any, kind: str, *, wanted: bool) -> None:
    case = spoilt(order, ParameterLocation.BODY, body=body, media_type=kind)
    assert complained_of(case) is wanted
    assert case.body == body
    assert case.meta is not None
    assert case.meta.generation.mode.is_negative, "the case itself was relabelled"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param({"name": "a", "label": None}, False, id="null"),
        pytest.param({"name": None}, True, id="null and required"),
        pytest.param({"name": "a", "leg": {"label": ""}}, False, id="empty further in"),
        pytest.param({"name": "a", "leg": {"label": 5}}, True, id="a fault further in"),
        pytest.param({"name": "a", "label": 0}, True, id="nought"),
        pytest.param([], True, id="no object"),
    ],
)
def test_null_in_json_counts_as_left_out(order: Any, body: Any, *, wanted: bool) -> None:
    assert complained_of(spoilt(order, ParameterLocation.BODY, body=body, media_type=JSON)) is wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param({"symbol": "BTC", "limit": ""}, False, id="empty"),
        pytest.param({"symbol": ""}, True, id="empty and required"),
        pytest.param({"symbol": "btc", "limit": ""}, True, id="empty beside another fault"),
    ],
)
def test_what_is_sent_empty_in_a_query_counts_as_left_out(operation: Any, query: Any, *, wanted: bool) -> None:
    assert complained_of(spoilt(operation, ParameterLocation.QUERY, query=query)) is wanted


def test_what_is_sent_empty_in_a_list_of_orders_counts_as_left_out(order: Any) -> None:
    several = [{"name": "a", "label": ""}, {"name": "b", "label": None}, {"name": "c", "label": "x"}]
    case = spoilt(order, ParameterLocation.BODY, body=several, media_type=JSON)
    assert without_empty(case).body == [{"name": "a"}, {"name": "b"}, {"name": "c", "label": "x"}]
