"""Whether failures reach the caller as what they are: typed, with their status, and never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import Complaint, Findings, each_sdk
from certification.evidence.record import ErrorCase, Evidence, SdkEvidence
from certification.model import Answer

_UNOBSERVED = "no failure was tried: the SDK was not built, or has no harness program"
_SILENT = "the program that uses the SDK gave no result"
_REFUSED_AND_RETURNED = "an answer whose body says that the exchange refused is returned as if it were a success"
_NAMELESS = "the error names neither its kind nor the status that came"
_WITHOUT_STATUS = frozenset(("api with status None", "unexpected with status None"))
_REPEATED = "a call that may change something was sent again by the SDK itself after it failed"
_TWICE = ", and the request was sent "
_TRANSPORT = frozenset(("transport", "timeout"))
_DAMAGED = frozenset(("decode", "refusal"))


@check(
    requirement="Every error status becomes the typed error that is made for it, with its status and the time to wait where one is told.",
    remediation="Map the status to its error class; keep Retry-After.",
)
def error_statuses_become_typed_errors(evidence: Evidence) -> Iterator[Answer]:
    """A caller can tell a refused order from a rate limit, and a rate limit from an exchange that is down, without reading text."""

    def question(sdk: SdkEvidence) -> Findings | None:
        return _mapped(sdk, lambda case: case.expected not in _TRANSPORT | _DAMAGED)

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)


@check(
    requirement="A connection that breaks and an answer that does not come in time are errors of their own kinds.",
    remediation="Tell transport errors and time-outs apart: after either, the order's fate is unknown and must be asked for.",
)
def broken_connections_become_typed_errors(evidence: Evidence) -> Iterator[Answer]:
    """Resets, closed connections, answers cut off and answers that never come each end in the right error, in time."""
    return each_sdk(evidence, lambda sdk: _mapped(sdk, lambda case: case.expected in _TRANSPORT), unobserved=_UNOBSERVED)


@check(
    requirement="An answer that is not what the description promises is an error, never a made-up value.",
    remediation="Raise a decoding error that names the place; do not fall back to an empty or raw value.",
)
def damaged_answers_become_typed_errors(evidence: Evidence) -> Iterator[Answer]:
    """HTML instead of JSON, JSON that ends too early, of another kind or empty raise an error; a silent fallback would look like success.

    So does a refusal that comes with a good status, where an exchange answers so, whatever its code: an order that was refused is none.
    """
    return each_sdk(evidence, lambda sdk: _mapped(sdk, lambda case: case.expected in _DAMAGED), unobserved=_UNOBSERVED)


@check(
    requirement="A call that may change something is never sent twice, whatever its answer.",
    remediation="Take automatic retries out of calls that are not safe to repeat: an order sent twice is two orders.",
)
def no_call_is_sent_twice(evidence: Evidence) -> Iterator[Answer]:
    """After a reset, a time-out or a 503 the SDK leaves it to the caller whether to ask again."""

    def question(sdk: SdkEvidence) -> Findings | None:
        if not sdk.errors:
            return None
        twice = tuple(
            _complaint(case, "a call that may change something was sent again by the SDK itself after it failed")
            for case in sdk.errors
            if _TWICE in case.observed
        )
        return Findings(passed=f"{len(sdk.errors)} failures, no call repeated", complaints=twice)

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)


def _mapped(sdk: SdkEvidence, concerns: Callable[[ErrorCase], bool]) -> Findings | None:
    cases = [case for case in sdk.errors or () if concerns(case)]
    if not cases:
        return None
    wrong = tuple(_complaint(case, _told(case)) for case in cases if case.observed != case.expected and _TWICE not in case.observed)
    return Findings(passed=f"{len(cases)} failures became the errors made for them", complaints=wrong)


def _told(case: ErrorCase) -> str:
    if _is_silent(case):
        return _SILENT
    if case.situation == "refusal" and case.observed == "returned":
        return _REFUSED_AND_RETURNED
    return _NAMELESS if case.observed in _WITHOUT_STATUS else f"{case.situation} should be {case.expected}, and is {case.observed}"


def _is_silent(case: ErrorCase) -> bool:
    return case.observed.startswith("missing")


def _complaint(case: ErrorCase, sentence: str) -> Complaint:
    return Complaint(
        about=case.operation, sentence=sentence, shows=(f"{case.situation}: expected {case.expected}, observed {case.observed}",)
    )
