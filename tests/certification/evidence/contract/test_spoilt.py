"""One spoilt parameter among good ones must be refused, whatever the tool's own check makes of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario, PhaseInfo

from certification.evidence.contract.spoilt import spoilt_parameter_rejection

PARAMETERS = [
    {"name": "symbol", "in": "query", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]+$"}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
    {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
]
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {"/trades": {"get": {"parameters": PARAMETERS, "responses": {"200": {"description": "ok"}}}}},
}
BELOW = CoverageScenario.VALUE_BELOW_MINIMUM


@pytest.fixture
def operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The operation, loaded where a job's plan lies: other tests load the hooks that read it."""
    (tmp_path / "plan.json").write_text('{"recipe": null, "operations": {}}')
    monkeypatch.chdir(tmp_path)
    return schemathesis.openapi.from_dict(DESCRIPTION)["/trades"]["GET"]


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
