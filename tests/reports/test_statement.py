from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from certification.model import Finding, Outcome, VerdictOutcome
from reports.statement import certification_statement, result_statement
from tests.simulators.built_sdks import build_all
from tests.simulators.certified_run import FINDINGS, THIRD_PARTY, report, verdict


def predicate(tmp_path: Path, outcome: VerdictOutcome, findings: tuple[Finding, ...]) -> dict[str, Any]:
    made = dataclasses.replace(report(build_all(tmp_path), judged=verdict(outcome)), findings=findings)
    found: dict[str, Any] = json.loads(result_statement(made, "0" * 64))["predicate"]
    return found


def answered(check: str, *outcomes: Outcome) -> tuple[Finding, ...]:
    return tuple(dataclasses.replace(FINDINGS[0], check=check, outcome=outcome) for outcome in outcomes)


PASS, FAIL, UNSEEN, BROKEN, ABSENT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.ERROR, Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("outcome", "answers", "expected"),
    [
        pytest.param(VerdictOutcome.CERTIFIED, (PASS, PASS), ("PASSED", ["a.b"], [], []), id="all passed"),
        pytest.param(VerdictOutcome.CERTIFIED, (PASS, ABSENT), ("PASSED", ["a.b"], [], []), id="the question does not arise"),
        pytest.param(VerdictOutcome.CERTIFIED, (PASS, FAIL), ("WARNED", [], ["a.b"], []), id="a failure that does not withhold"),
        pytest.param(VerdictOutcome.CERTIFIED, (UNSEEN,), ("WARNED", [], ["a.b"], []), id="not observed is no pass"),
        pytest.param(VerdictOutcome.CERTIFIED, (PASS, BROKEN), ("WARNED", [], ["a.b"], []), id="a broken check is no pass"),
        pytest.param(VerdictOutcome.NOT_CERTIFIED, (PASS, FAIL), ("FAILED", [], [], ["a.b"]), id="a failure that withholds"),
        pytest.param(VerdictOutcome.NOT_CERTIFIED, (UNSEEN,), ("FAILED", [], ["a.b"], []), id="withheld for want of evidence"),
        pytest.param(VerdictOutcome.INCONCLUSIVE, (PASS,), ("FAILED", ["a.b"], [], []), id="inconclusive is no pass"),
    ],
)
def test_the_test_result_says_what_a_policy_engine_reads(
    tmp_path: Path, outcome: VerdictOutcome, answers: tuple[Outcome, ...], expected: tuple[str, list[str], list[str], list[str]]
) -> None:
    found = predicate(tmp_path, outcome, answered("a.b", *answers))

    assert (found["result"], found["passedTests"], found["warnedTests"], found["failedTests"]) == expected
    assert [entry["digest"]["sha256"] for entry in found["configuration"]] == ["1" * 64, "2" * 64]


def test_the_certificate_names_every_sdk_and_its_files(tmp_path: Path) -> None:
    made = report(build_all(tmp_path))

    found = json.loads(certification_statement(made, "0" * 64))["predicate"]

    assert (found["outcome"], found["level"], found["runId"]) == ("certified", "silver", made.run_id)
    assert [(sdk["language"], len(sdk["artefacts"])) for sdk in found["sdks"]] == [("python", 2), ("typescript", 1), ("go", 1)]
    assert found["expiresOn"] == "2026-05-30T12:02:30Z"


def test_the_certificate_of_a_third_party_s_sdk_says_which_operations_it_speaks_of(tmp_path: Path) -> None:
    made = dataclasses.replace(report(build_all(tmp_path)), third_parties=(THIRD_PARTY,))

    (found,) = json.loads(certification_statement(made, "0" * 64))["predicate"]["thirdParties"]

    assert (found["package"], found["level"], found["operations"]) == ("their-client", "silver", ["cancelOrder", "placeOrder"])
    assert found["operationsDescribed"] == made.spec.operations


def test_a_statement_that_was_signed_before_operations_were_named_is_still_what_its_report_says(tmp_path: Path) -> None:
    made = dataclasses.replace(report(build_all(tmp_path)), third_parties=(dataclasses.replace(THIRD_PARTY, covers=()),))

    (found,) = json.loads(certification_statement(made, "0" * 64))["predicate"]["thirdParties"]

    assert found.keys() == {"adapter", "package", "version", "digest", "outcome", "level"}
