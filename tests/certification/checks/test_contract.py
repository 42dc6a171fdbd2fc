from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from certification.checks import contract
from certification.checks.catalogue import catalogue
from certification.evidence.contract.plan import CHECKS
from certification.evidence.record import Call, ContractEvidence, Evidence, Message, Observation, OperationCoverage, Violation
from certification.model import Answer, Outcome
from tests.simulators.told import step, told

GET = OperationCoverage(operation="getOrder", calls=20, accepted=5, statuses=((200, 5), (404, 15)), signed=True, tried_as_second=2)
TIME = OperationCoverage(operation="getTime", calls=3, accepted=3, statuses=((200, 3),))
CALL = Call(
    operation="getOrder",
    actor="second",
    request=Message(start="GET /orders/1", headers=(), body='{"a":1}'),
    response=Message(start="200", headers=(("content-type", "application/json"),), body='{"id":1}'),
    status=200,
    elapsed_ms=3,
)
OWN = (
    pytest.param("response_schema_conformance", contract.answers_keep_their_described_shape, id="shape"),
    pytest.param("status_code_conformance", contract.no_undocumented_status, id="status"),
    pytest.param("not_a_server_error", contract.no_server_error, id="server-error"),
    pytest.param("content_type_conformance", contract.content_types_as_described, id="content-type"),
    pytest.param("response_headers_conformance", contract.headers_as_described, id="headers"),
    pytest.param("unsupported_method", contract.unsupported_methods_are_refused, id="method"),
    pytest.param("allow_header_conformance", contract.unsupported_methods_are_refused, id="allow"),
    pytest.param("spoilt_request_rejection", contract.invalid_requests_are_rejected, id="invalid"),
    pytest.param("missing_required_header", contract.invalid_requests_are_rejected, id="missing-header"),
    pytest.param("positive_data_acceptance", contract.valid_requests_are_accepted, id="valid"),
    pytest.param("ignored_auth", contract.missing_credentials_are_refused, id="credentials"),
    pytest.param("object_level_authorization", contract.objects_of_others_are_hidden, id="owners"),
    pytest.param("use_after_free", contract.deleted_things_are_gone, id="deleted"),
    pytest.param("ensure_resource_availability", contract.created_things_are_there, id="created"),
    pytest.param("a_check_of_tomorrow", contract.no_other_promise_is_broken, id="unknown"),
)
CheckFunction = Callable[[Evidence], Iterable[Answer]]
ALL = tuple(entry.answer for entry in catalogue() if entry.id.startswith("contract."))


def evidence(
    *violations: Violation, operations: tuple[OperationCoverage, ...] = (GET, TIME), observation: Observation = Observation.COMPLETE
) -> Evidence:
    reason = "" if observation is Observation.COMPLETE else "the sandbox does not answer"
    tested = ContractEvidence(
        tool="schemathesis 4", seed=1, observation=observation, reason=reason, operations=operations, violations=violations
    )
    return Evidence(contract=tested)


def violation(check: str, *, reproduced: bool | None = True, operation: str = "getOrder", call: Call | None = CALL) -> Violation:
    return Violation(check=check, operation=operation, summary=f"{check} is broken", call=call, reproduce="curl it", reproduced=reproduced)


def outcomes(answers: Iterable[Answer]) -> dict[str, Outcome]:
    return {answer.subject: answer.outcome for answer in answers}


def test_every_check_of_the_tester_is_answered_for() -> None:
    assert set(CHECKS) == contract._KNOWN


@pytest.mark.parametrize("question", ALL)
def test_a_kept_contract_passes_every_check(question: CheckFunction) -> None:
    answers = outcomes(question(evidence()))
    assert answers
    assert set(answers.values()) == {Outcome.PASSED}


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize("observation", [Observation.UNAVAILABLE, Observation.SKIPPED])
def test_an_incomplete_observation_answers_nothing(question: CheckFunction, observation: Observation) -> None:
    (answer,) = question(evidence(violation("not_a_server_error"), observation=observation))
    assert (answer.subject, answer.outcome, answer.summary) == ("api", Outcome.NOT_OBSERVED, "the sandbox does not answer")


@pytest.mark.parametrize("question", ALL)
def test_a_contract_that_was_not_tested_is_not_observed(question: CheckFunction) -> None:
    (answer,) = question(Evidence())
    assert (answer.outcome, answer.summary) == (Outcome.NOT_OBSERVED, "the contract was not tested")


@pytest.mark.parametrize("question", ALL)
def test_a_test_without_operations_is_not_observed(question: CheckFunction) -> None:
    (answer,) = question(evidence(operations=()))
    assert answer.outcome is Outcome.NOT_OBSERVED


@pytest.mark.parametrize(("check", "question"), OWN)
def test_a_violation_fails_its_own_check_and_no_other(check: str, question: CheckFunction) -> None:
    broken = evidence(violation(check))
    (failed,) = [answer for answer in question(broken) if answer.subject == "getOrder"]
    assert (failed.outcome, failed.summary, failed.reproduce) == (Outcome.FAILED, f"{check} is broken", "curl it")
    assert failed.evidence == ('GET /orders/1 as second {"a":1}', '200 (application/json) {"id":1}')
    others = [other for other in ALL if other is not question]
    assert all(Outcome.FAILED not in outcomes(other(broken)).values() for other in others)


@pytest.mark.parametrize(
    ("reproduced", "outcome"),
    [
        pytest.param(True, Outcome.FAILED, id="happened-again"),
        pytest.param(None, Outcome.FAILED, id="could-not-be-replayed"),
        pytest.param(False, Outcome.PASSED, id="did-not-happen-again"),
    ],
)
def test_a_violation_counts_unless_its_replay_went_well(reproduced: bool | None, outcome: Outcome) -> None:
    (answer, _) = contract.no_server_error(evidence(violation("not_a_server_error", reproduced=reproduced)))
    assert answer.outcome is outcome
    assert "not_a_server_error is broken" in answer.summary


def test_a_violation_of_something_undescribed_is_reported_under_its_own_name() -> None:
    answers = outcomes(contract.unsupported_methods_are_refused(evidence(violation("unsupported_method", operation="TRACE /x"))))
    assert answers == {"getOrder": Outcome.PASSED, "getTime": Outcome.PASSED, "TRACE /x": Outcome.FAILED}


def test_a_violation_without_a_call_still_fails() -> None:
    (answer, _) = contract.no_server_error(evidence(violation("not_a_server_error", call=None)))
    assert (answer.outcome, answer.evidence) == (Outcome.FAILED, ())


def test_a_call_without_an_answer_is_shown() -> None:
    silent = Call(operation="getOrder", actor="first", request=CALL.request, response=None, status=None, elapsed_ms=0, failure="reset")
    (answer, _) = contract.no_server_error(evidence(violation("not_a_server_error", call=silent)))
    assert answer.evidence == ('GET /orders/1 as first {"a":1}', "reset")


def test_credentials_are_asked_of_signed_operations_only() -> None:
    assert outcomes(contract.missing_credentials_are_refused(evidence())) == {"getOrder": Outcome.PASSED}
    assert outcomes(contract.missing_credentials_are_refused(evidence(operations=(TIME,)))) == {"api": Outcome.NOT_APPLICABLE}


def test_credentials_that_were_never_accepted_prove_nothing() -> None:
    barren = OperationCoverage(operation="getOrder", calls=9, accepted=0, statuses=((401, 9),), signed=True)
    assert outcomes(contract.missing_credentials_are_refused(evidence(operations=(barren,)))) == {"getOrder": Outcome.NOT_OBSERVED}


def test_owners_are_not_observed_where_nothing_was_tried_as_the_second() -> None:
    assert outcomes(contract.objects_of_others_are_hidden(evidence(operations=(TIME,)))) == {"api": Outcome.NOT_OBSERVED}


def test_an_operation_that_was_not_called_is_not_observed() -> None:
    silent = OperationCoverage(operation="getFees", calls=0, accepted=0, statuses=())
    answers = outcomes(contract.every_operation_is_exercised(evidence(operations=(TIME, silent))))
    assert answers == {"getTime": Outcome.PASSED, "getFees": Outcome.NOT_OBSERVED}


def test_what_is_left_out_on_purpose_is_observed_where_a_story_calls_it() -> None:
    left = OperationCoverage(operation="anOperation", calls=0, accepted=0, statuses=(), left_out="money leaves")
    tested = evidence(operations=(TIME, left))
    seen = {answer.subject: (answer.outcome, answer.summary) for answer in contract.every_operation_is_exercised(tested)}
    assert seen["anOperation"] == (Outcome.NOT_OBSERVED, "left out: money leaves")
    played = replace(tested, scenarios=(told("withdrawals.refused", step("withdraw"), step("hears", status=None)),))
    seen = {answer.subject: (answer.outcome, answer.summary) for answer in contract.every_operation_is_exercised(played)}
    assert seen["anOperation"] == (Outcome.PASSED, "called in stories alone: money leaves")
    assert outcomes(contract.no_server_error(tested)) == {"getTime": Outcome.PASSED}
    (proof,) = contract.accepted_calls_prove_the_test_was_not_vacuous(tested)
    assert (proof.outcome, proof.summary) == (Outcome.PASSED, "1 of 1 operations accepted a call; 3 of 3 calls were accepted")
    gone = evidence(operations=(TIME, left), observation=Observation.UNAVAILABLE)
    assert outcomes(contract.every_operation_is_exercised(gone)) == {"api": Outcome.NOT_OBSERVED}


@pytest.mark.parametrize(("accepted", "outcome"), [(8, Outcome.PASSED), (7, Outcome.NOT_OBSERVED), (0, Outcome.NOT_OBSERVED)])
def test_four_of_five_operations_must_accept_a_call(accepted: int, outcome: Outcome) -> None:
    operations = tuple(
        OperationCoverage(
            operation=f"o{number}", calls=4, accepted=int(number < accepted), statuses=((401, 4),), warnings=("missing_auth",)
        )
        for number in range(10)
    )
    (answer,) = contract.accepted_calls_prove_the_test_was_not_vacuous(evidence(operations=operations))
    assert answer.outcome is outcome
    assert answer.summary == f"{accepted} of 10 operations accepted a call; {accepted} of 40 calls were accepted"
    assert answer.evidence[0] == f"o{accepted}: 4 x 401 (missing_auth)"


def test_an_operation_that_no_answer_came_from_says_so() -> None:
    silent = OperationCoverage(operation="getFees", calls=1, accepted=0, statuses=())
    (answer,) = contract.accepted_calls_prove_the_test_was_not_vacuous(evidence(operations=(silent,)))
    assert answer.evidence == ("getFees: no answer",)
