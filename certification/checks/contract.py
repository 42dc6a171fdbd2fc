"""Whether the sandbox keeps the contract that its description is: what Schemathesis found, one requirement at a time.

A violation counts unless it was replayed on its own and did not happen again. Evidence that is not complete answers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.evidence.record import Call, ContractEvidence, Evidence, Observation, OperationCoverage, Violation
from certification.model import Answer, Outcome

_ENOUGH_PERCENT = 80
_MOST_BODY = 400
_KNOWN: set[str] = set()
"""Every check of Schemathesis that a check here answers for."""


def _ask(evidence: Evidence, *names: str, about: Callable[[OperationCoverage], bool] = lambda _: True) -> Iterator[Answer]:
    """One answer for each operation that ``about`` says it is about."""
    contract = evidence.contract
    if reason := _unobserved(contract):
        yield Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary=reason)
    elif contract is not None:
        yield from _answers(contract, lambda violation: violation.check in names, about)


def _unobserved(contract: ContractEvidence | None) -> str:
    if contract is None:
        return "the contract was not tested"
    if contract.observation is Observation.COMPLETE:
        return "" if contract.operations else "the contract test knew no operation"
    return contract.reason or "the contract test could not be made"


def _answers(
    contract: ContractEvidence, asked: Callable[[Violation], bool], about: Callable[[OperationCoverage], bool]
) -> Iterator[Answer]:
    found: dict[str, list[Violation]] = {}
    for violation in contract.violations:
        if asked(violation):
            found.setdefault(violation.operation, []).append(violation)
    operations = {operation.operation: operation for operation in contract.operations}
    for name, operation in operations.items():
        if name in found:
            yield _judged(name, found[name])
        elif about(operation) and not operation.left_out:
            yield _clean(operation)
    for name in sorted(found.keys() - operations.keys()):
        yield _judged(name, found[name])


def _clean(operation: OperationCoverage) -> Answer:
    if operation.calls == 0:
        return Answer(subject=operation.operation, outcome=Outcome.NOT_OBSERVED, summary="the operation was not called")
    return Answer(subject=operation.operation, outcome=Outcome.PASSED, summary=f"kept in {operation.calls} calls")


def _judged(subject: str, violations: list[Violation]) -> Answer:
    believed = [violation for violation in violations if violation.reproduced is not False]
    if not believed:
        summary = f"seen once, and not when it was tried again: {violations[0].summary}"
        return Answer(subject=subject, outcome=Outcome.PASSED, summary=summary, evidence=_shown(violations[0].call))
    first = believed[0]
    return Answer(
        subject=subject,
        outcome=Outcome.FAILED,
        summary="; ".join(violation.summary for violation in believed),
        evidence=_shown(first.call),
        reproduce=first.reproduce,
    )


def _shown(call: Call | None) -> tuple[str, ...]:
    if call is None:
        return ()
    asked = f"{call.request.start} as {call.actor}" + (f" {call.request.body[:_MOST_BODY]}" if call.request.body else "")
    if call.response is None:
        return (asked, call.failure)
    kind = next((value for name, value in call.response.headers if name == "content-type"), "no content type")
    return asked, f"{call.response.start} ({kind}) {call.response.body[:_MOST_BODY]}".rstrip()


def _covers(*names: str) -> tuple[str, ...]:
    _KNOWN.update(names)
    return names


_SHAPE = _covers("response_schema_conformance")
_STATUS = _covers("status_code_conformance")
_SERVER_ERROR = _covers("not_a_server_error")
_CONTENT_TYPE = _covers("content_type_conformance")
_HEADERS = _covers("response_headers_conformance")
_METHODS = _covers("unsupported_method", "allow_header_conformance")
_INVALID = _covers("missing_required_header", "spoilt_parameter_rejection", "spoilt_request_rejection")
_VALID = _covers("positive_data_acceptance")
_CREDENTIALS = _covers("ignored_auth")
_OWNERS = _covers("object_level_authorization")
_DELETED = _covers("use_after_free")
_CREATED = _covers("ensure_resource_availability")


@check(
    requirement="Every answer's body has the shape that the description gives it (OpenAPI 3.1, section 4.8.14, Media Type Object).",
    remediation="Send what the schema of that status describes, or mend the schema: types, required fields, enums, extra fields.",
)
def answers_keep_their_described_shape(evidence: Evidence) -> Iterator[Answer]:
    """Every JSON answer is valid against the schema that the description gives for its status and media type."""
    return _ask(evidence, *_SHAPE)


@check(
    requirement="No answer has a status that the description does not list (OpenAPI 3.1, section 4.8.16, Responses Object).",
    remediation="List the status with its body in the operation's responses, or answer with one that is listed.",
)
def no_undocumented_status(evidence: Evidence) -> Iterator[Answer]:
    """Whatever was sent, valid or not, the answer's status stands in the description."""
    return _ask(evidence, *_STATUS)


@check(
    requirement="No request makes the exchange answer with 5xx (RFC 9110, section 15.6: the server failed).",
    remediation="Find the request in the exchange's own log; refuse what is wrong with it with 4xx, and mend what broke.",
)
def no_server_error(evidence: Evidence) -> Iterator[Answer]:
    """Neither examples nor limits, nor nonsense, nor sequences of calls bring the exchange to an error of its own."""
    return _ask(evidence, *_SERVER_ERROR)


@check(
    requirement="Answers have the content type that the description lists for their status.",
    remediation="Send the described Content-Type, or list the one that is sent.",
)
def content_types_as_described(evidence: Evidence) -> Iterator[Answer]:
    """The Content-Type of every answer is one that the description gives for its status."""
    return _ask(evidence, *_CONTENT_TYPE)


@check(
    requirement="Headers that the description requires are in the answer, and valid (OpenAPI 3.1, section 4.8.21, Header Object).",
    remediation="Send the header with every answer of that status, or describe it as optional.",
)
def headers_as_described(evidence: Evidence) -> Iterator[Answer]:
    """Every described header is there where it is required, and fits its schema."""
    return _ask(evidence, *_HEADERS)


@check(
    requirement="A method that a path does not have is refused with 405 and an Allow header (RFC 9110, section 15.5.6).",
    remediation="Refuse other methods with 405 and list the ones that exist in Allow.",
)
def unsupported_methods_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """Calls with methods that the description does not give a path are not acted upon, and Allow tells the truth."""
    return _ask(evidence, *_METHODS)


@check(
    requirement="A request that breaks the description is refused with 4xx.",
    remediation="Check every parameter and body against the description before acting on it, or describe what is really accepted.",
)
def invalid_requests_are_rejected(evidence: Evidence) -> Iterator[Answer]:
    """Wrong types, values out of range, missing or undeclared parts and missing required headers are not accepted."""
    return _ask(evidence, *_INVALID)


@check(
    requirement="A request that keeps the description is not refused for its form.",
    remediation="Accept it, or describe the limits that it breaks and the status that refuses it.",
)
def valid_requests_are_accepted(evidence: Evidence) -> Iterator[Answer]:
    """Well-formed requests are answered with success or with a refusal that the description lists."""
    return _ask(evidence, *_VALID)


@check(
    requirement="An operation that asks for credentials refuses calls without them, and with wrong ones, with 401 or 403.",
    remediation="Check who calls before anything else, on every private operation.",
)
def missing_credentials_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """An accepted call is repeated without credentials, and with invalid ones: both must be refused."""
    contract = evidence.contract
    observed = contract is not None and not _unobserved(contract)
    if observed and contract is not None and not any(operation.signed for operation in contract.operations):
        yield Answer(subject="api", outcome=Outcome.NOT_APPLICABLE, summary="no operation asks for credentials")
        return
    for answer in _ask(evidence, *_CREDENTIALS, about=lambda operation: operation.signed):
        yield _only_if_accepted(answer, contract)


def _only_if_accepted(answer: Answer, contract: ContractEvidence | None) -> Answer:
    """Credentials are taken away from accepted calls; where none was accepted, nothing was shown."""
    barren = {operation.operation for operation in contract.operations if operation.accepted == 0} if contract else set()
    if answer.outcome is Outcome.PASSED and answer.subject in barren:
        return Answer(
            subject=answer.subject,
            outcome=Outcome.NOT_OBSERVED,
            summary="no signed call was accepted",
        )
    return answer


@check(
    requirement="An account never reads what another account owns (OWASP API Security 2023, API1).",
    remediation="Look up objects by their owner and their id, never by id alone.",
)
def objects_of_others_are_hidden(evidence: Evidence) -> Iterator[Answer]:
    """What the first account created and can read is asked for as the second: it must not be given."""
    answers = tuple(_ask(evidence, *_OWNERS, about=lambda operation: operation.tried_as_second > 0))
    if answers:
        return iter(answers)
    return iter((Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary="nothing of the first account could be tried as the second"),))


@check(
    requirement="What was deleted is gone (RFC 9110, section 9.3.5).",
    remediation="Answer 404 for what was deleted, or describe that it stays readable.",
)
def deleted_things_are_gone(evidence: Evidence) -> Iterator[Answer]:
    """After a successful DELETE the same thing can't be read or changed any more."""
    return _ask(evidence, *_DELETED)


@check(
    requirement="What was created can be read at once.",
    remediation="Answer the creation only when the thing can be found, or say with 202 that it takes time.",
)
def created_things_are_there(evidence: Evidence) -> Iterator[Answer]:
    """After a successful creation the new thing is found where the description says."""
    return _ask(evidence, *_CREATED)


@check(
    requirement="The tester finds no other broken promise.",
    remediation="Read the summary: it is a finding that this standard has no name for yet.",
)
def no_other_promise_is_broken(evidence: Evidence) -> Iterator[Answer]:
    """What a newer Schemathesis checks beyond what has a requirement of its own here does not vanish."""
    if reason := _unobserved(evidence.contract):
        yield Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary=reason)
    elif evidence.contract is not None:
        others = tuple(_answers(evidence.contract, lambda violation: violation.check not in _KNOWN, lambda _: False))
        yield from others or (Answer(subject="api", outcome=Outcome.PASSED, summary="none was found"),)


@check(
    requirement="Every operation is called.",
    remediation="See the tester's errors for the operation; most often its description can't be turned into a request.",
)
def every_operation_is_exercised(evidence: Evidence) -> Iterator[Answer]:
    """The contract test called each described operation at least once.

    What it leaves out on purpose, a story must have called: else it was not observed, for the reason that the profile or the rule gives.
    """
    yield from _ask(evidence)
    contract = evidence.contract
    told = {step.call.operation for scenario in evidence.scenarios or () for step in scenario.steps if step.call is not None}
    for operation in contract.operations if contract is not None and not _unobserved(contract) else ():
        if operation.left_out:
            outcome, how = (
                (Outcome.PASSED, "called in stories alone") if operation.operation in told else (Outcome.NOT_OBSERVED, "left out")
            )
            yield Answer(subject=operation.operation, outcome=outcome, summary=f"{how}: {operation.left_out}")


@check(
    requirement=f"At least {_ENOUGH_PERCENT} % of the operations accepted at least one call, so that the test was not vacuous.",
    remediation="Map the trading roles in the profile and give examples in the description, so that requests with sense can be made.",
)
def accepted_calls_prove_the_test_was_not_vacuous(evidence: Evidence) -> Iterator[Answer]:
    """Where every call is refused, every promise is kept and nothing is proved. The tester's own warnings count here."""
    if reason := _unobserved(evidence.contract):
        yield Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary=reason)
    elif evidence.contract is not None:
        yield _proof(evidence.contract)


def _proof(contract: ContractEvidence) -> Answer:
    called = [operation for operation in contract.operations if not operation.left_out]
    barren = [operation for operation in called if operation.accepted == 0]
    total = len(called)
    fruitful = total - len(barren)
    enough = fruitful * 100 >= _ENOUGH_PERCENT * total
    calls = sum(operation.calls for operation in contract.operations)
    accepted = sum(operation.accepted for operation in contract.operations)
    return Answer(
        subject="api",
        outcome=Outcome.PASSED if enough else Outcome.NOT_OBSERVED,
        summary=f"{fruitful} of {total} operations accepted a call; {accepted} of {calls} calls were accepted",
        evidence=tuple(_barrenness(operation) for operation in barren[:20]),
    )


def _barrenness(operation: OperationCoverage) -> str:
    statuses = ", ".join(f"{count} x {status}" for status, count in operation.statuses) or "no answer"
    warned = f" ({', '.join(operation.warnings)})" if operation.warnings else ""
    return f"{operation.operation}: {statuses}{warned}"
