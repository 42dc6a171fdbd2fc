"""What answers tell of causes by their own text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.checks.catalogue import catalogue
from certification.evidence.record import Call, ContractEvidence, Evidence, Message, Observation, OperationCoverage, Violation
from certification.explanation.explain import explain
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Finding, Outcome


def explained(evidence: Evidence) -> tuple[Finding, ...]:
    found = explain(judge(evidence, catalogue(), STANDARD), evidence)
    return tuple(finding for finding in found if finding.outcome is Outcome.FAILED)


def violated(check: str, body: str, *, content_type: str = "application/json", status: int = 200) -> Evidence:
    call = Call(
        operation="getTicker",
        actor="first",
        request=Message(start="GET /ticker?symbol=A", headers=()),
        response=Message(start=str(status), headers=(("content-type", content_type),), body=body),
        status=status,
        elapsed_ms=3,
    )
    violation = Violation(check=check, operation="getTicker", summary="broken", call=call, reproduce="again", reproduced=True)
    operations = tuple(OperationCoverage(operation=f"op{number}", calls=3, accepted=3, statuses=((200, 3),)) for number in range(3))
    covered = (*operations, OperationCoverage(operation="getTicker", calls=3, accepted=3, statuses=((200, 3),)))
    contract = ContractEvidence(
        tool="t", seed=1, observation=Observation.COMPLETE, operations=covered, violations=(violation,), calls_per_second=Decimal(1)
    )
    return Evidence(contract=contract)


@pytest.mark.parametrize(
    ("evidence", "cause"),
    [
        pytest.param(
            violated("response_schema_conformance", '{"code": -1121, "msg": "Invalid symbol."}'),
            "GET /ticker is answered with status 200 and the body of an error: a refusal is sent as if it were a success",
            id="an error with 200",
        ),
        pytest.param(
            violated("not_a_server_error", "Traceback (most recent call last):", status=500),
            "an exception of the exchange's own code reaches the client: its text stands in the answer",
            id="a trace",
        ),
        pytest.param(
            violated("content_type_conformance", '{"a": 1}', content_type="text/plain; charset=utf-8"),
            "the body is JSON: only the header says text/plain",
            id="JSON as text",
        ),
        pytest.param(
            violated("content_type_conformance", "<!DOCTYPE html><p>", content_type="text/html"),
            "a page of HTML is sent: a gateway or a framework answers in place of the API",
            id="HTML",
        ),
    ],
)
def test_a_violation_says_what_its_answer_shows(evidence: Evidence, cause: str) -> None:
    where = "3 other operations keep this rule, so look at the code of getTicker alone"
    assert [finding.likely_cause for finding in explained(evidence)] == [f"{cause}; {where}"]


@pytest.mark.parametrize("body", ['{"price": "1", "code": 0, "msg": ""}', "[1]", '{"price": 1}', "plain"])
def test_an_answer_without_an_error_in_it_is_not_called_one(body: str) -> None:
    (finding,) = explained(violated("response_schema_conformance", body))
    assert finding.likely_cause.startswith("3 other operations")
