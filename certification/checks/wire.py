"""Whether the SDKs speak the exchange's language: what is on the wire, what reaches the caller, and whether all three agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.checks.catalogue import check
from certification.checks.per_sdk import ALL_SDKS, Complaint, Findings, each_sdk
from certification.evidence.record import Evidence, Message, SdkEvidence, WireCase
from certification.model import Answer, Outcome

_UNOBSERVED = "no call was made: the SDK was not built, or has no harness program"
_SIGNATURE = "signature: "
_SHOWN = 300
_FEWEST = 2
_MOST_FINDINGS = 20

_CLIENTS_OWN = frozenset(
    ("user-agent", "host", "connection", "accept-encoding", "accept-language", "content-length", "transfer-encoding", "sec-fetch-mode")
)
"""Headers that each language's own HTTP client decides about."""


@check(
    requirement="Every operation of an SDK can be called and sends a request.",
    remediation="The SDK refused arguments that the description allows, or sent nothing: report it to OpenXAPI with the call shown.",
)
def every_operation_can_be_called(evidence: Evidence) -> Iterator[Answer]:
    """Each operation was called at least once, and a request arrived for every call."""

    def question(sdk: SdkEvidence) -> Findings | None:
        broken = _ended_badly(sdk)
        if sdk.wire is None:
            return Findings(passed="", complaints=broken) if broken else None
        called = {case.operation for case in sdk.wire}
        silent = (*broken, *(_complaint(case, "no request was sent") for case in sdk.wire if case.request is None))
        if len(called) < sdk.operations and sdk.third_party is None:
            missing = f"{sdk.operations - len(called)} of {sdk.operations} operations were not called: no sendable arguments could be made"
            silent = (*silent, Complaint(about="", sentence=missing))
        return Findings(passed=f"{len(called)} operations were called {len(sdk.wire)} times", complaints=silent)

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)


@check(
    requirement="Every request has the method, path, parameters, headers and body that the description asks for, and nothing else.",
    remediation="Compare the request with the call's arguments; the sentence names the part that differs.",
)
def requests_match_the_description(evidence: Evidence) -> Iterator[Answer]:
    """What arrives at a mock exchange made from the description is what was asked for.

    Path and query are held against the arguments with their percent-encoding, lists and objects in the described style, the body as
    exact JSON, the headers one by one.
    """
    return each_sdk(evidence, lambda sdk: _mismatched(sdk, lambda sentence: not sentence.startswith(_SIGNATURE)), unobserved=_UNOBSERVED)


@check(
    requirement="Every signed request verifies under the exchange's signing recipe.",
    remediation="Check the profile's recipe against the exchange's own examples, and the SDK's signer against the recipe's vectors.",
)
def signatures_verify(evidence: Evidence) -> Iterator[Answer]:
    """The signature of each request, computed again from the bytes that arrived, is the one that was sent."""
    return each_sdk(evidence, lambda sdk: _mismatched(sdk, lambda sentence: sentence.startswith(_SIGNATURE)), unobserved=_UNOBSERVED)


@check(
    requirement="Every answer reaches the caller unchanged, with its status.",
    remediation="Compare the answer with what the caller got; a silent fallback or a rounded number here loses money.",
)
def answers_reach_the_caller_unchanged(evidence: Evidence) -> Iterator[Answer]:
    """What the mock exchange answered is what the caller holds, every field, numbers compared as exact decimals."""

    def question(sdk: SdkEvidence) -> Findings | None:
        if sdk.wire is None:
            return None
        faults = tuple(_complaint(case, fault, case.result) for case in sdk.wire for fault in case.faults)
        return Findings(passed=f"{len(sdk.wire)} answers reached the caller unchanged", complaints=faults)

    return each_sdk(evidence, question, unobserved=_UNOBSERVED)


@check(
    requirement="The SDKs of all languages send the same request for the same call.",
    remediation="One of them departs from the rules that all share (sdkgen/WIRE.md): the first difference is shown.",
)
def languages_send_the_same_request(evidence: Evidence) -> Iterator[Answer]:
    """Method, target, body and every header but those of the HTTP client itself are the same, byte for byte, in all languages."""
    ours = [sdk for sdk in evidence.sdks if sdk.third_party is None]
    spoken = [sdk for sdk in ours if sdk.wire is not None]
    if len(spoken) < _FEWEST:
        single = len(ours) == 1 or (not ours and bool(evidence.sdks))
        outcome = Outcome.NOT_APPLICABLE if single else Outcome.NOT_OBSERVED
        summary = "fewer than two languages of ours were examined" if single else "fewer than two SDKs made calls"
        yield Answer(subject=ALL_SDKS, outcome=outcome, summary=summary)
        return
    first, *others = spoken
    compared, found = 0, 0
    for other in others:
        theirs = {case.case: case for case in other.wire or ()}
        for case in first.wire or ():
            twin = theirs.get(case.case)
            if twin is None or case.request is None or twin.request is None:
                continue
            compared += 1
            difference = _first_difference(case.request, twin.request)
            if difference is not None and found < _MOST_FINDINGS:
                found += 1
                yield _disagreement(first, other, case, difference)
    if not found:
        languages = ", ".join(sdk.subject for sdk in spoken)
        outcome = Outcome.PASSED if compared else Outcome.NOT_OBSERVED
        yield Answer(subject=ALL_SDKS, outcome=outcome, summary=f"{compared} pairs of requests are the same in {languages}")


def _ended_badly(sdk: SdkEvidence) -> tuple[Complaint, ...]:
    """Where the program that made the calls did not end well, what it said."""
    return tuple(
        Complaint(about="", sentence=f"the program that uses the SDK ended with exit code {step.exit_code}", shows=(step.output[-_SHOWN:],))
        for step in sdk.steps
        if step.name == "exercise" and step.exit_code != 0
    )


def _disagreement(first: SdkEvidence, other: SdkEvidence, case: WireCase, difference: tuple[str, str, str]) -> Answer:
    part, mine, theirs = difference
    one, two = first.subject, other.subject
    return Answer(
        subject=f"{ALL_SDKS}: {case.operation}",
        outcome=Outcome.FAILED,
        summary=f"{one} and {two} send another {part} for {case.case}",
        evidence=(f"{one}: {mine[:_SHOWN]}", f"{two}: {theirs[:_SHOWN]}", case.call[:_SHOWN]),
        reproduce=first.reproduce.replace(f"--language {one}", f"--language {one},{two}"),
    )


def _first_difference(one: Message, other: Message) -> tuple[str, str, str] | None:
    """The part that differs, and both texts of it."""
    if one.start != other.start:
        return "method or target", one.start, other.start
    if (one.body, one.base64) != (other.body, other.base64):
        return "body", one.body, other.body
    mine, theirs = _headers(one), _headers(other)
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            return f"header {name}", mine.get(name, "(none)"), theirs.get(name, "(none)")
    return None


def _headers(message: Message) -> dict[str, str]:
    return {name: value for name, value in message.headers if name not in _CLIENTS_OWN}


def _mismatched(sdk: SdkEvidence, concerns: Callable[[str], bool]) -> Findings | None:
    if sdk.wire is None:
        return None
    sent = [case for case in sdk.wire if case.request is not None]
    complaints = tuple(_complaint(case, sentence) for case in sent for sentence in case.mismatches if concerns(sentence))
    return Findings(passed=f"{len(sent)} requests are what was asked for", complaints=complaints) if sent else None


def _complaint(case: WireCase, sentence: str, result: str = "") -> Complaint:
    request = (case.request.start[:_SHOWN], *((case.request.body[:_SHOWN],) if case.request.body else ())) if case.request else ()
    return Complaint(about=case.operation, sentence=sentence, shows=(case.call[:_SHOWN], *request, *((result[:_SHOWN],) if result else ())))
