"""Trading through an SDK on the sandbox itself, not on a mock exchange: what trials with real orders, limits and streams showed."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.evidence.record import Evidence, SdkEvidence
from certification.model import Answer, Outcome


def _trials(evidence: Evidence, theme: str) -> Iterator[Answer]:
    """One answer per SDK: failed with the trials that went wrong, not observed where there was none of the theme."""
    if not evidence.sdks:
        yield Answer(subject="sdks", outcome=Outcome.NOT_OBSERVED, summary="no SDK was examined")
    for sdk in evidence.sdks:
        yield _answer(sdk, theme)


def _answer(sdk: SdkEvidence, theme: str) -> Answer:
    subject = sdk.subject
    trials = [trial for trial in sdk.trials or () if trial.id.startswith(f"{theme}.")]
    if not trials:
        return Answer(subject=subject, outcome=Outcome.NOT_OBSERVED, summary=sdk.silence("the SDK was not tried on the sandbox"))
    failed = [trial for trial in trials if not trial.held]
    return Answer(
        subject=subject,
        outcome=Outcome.FAILED if failed else Outcome.PASSED,
        summary=f"{len(failed)} of {len(trials)} trials went wrong" if failed else f"{len(trials)} trials went well",
        evidence=tuple(f"{trial.id}: {trial.told}" for trial in failed),
        reproduce=sdk.reproduce if failed else "",
    )


@check(
    requirement="Orders placed, queried and cancelled through the SDK on the sandbox are neither lost nor doubled, whatever the network "
    "does.",
    remediation="Compare the trial's orders with the sandbox's own list; mend what the SDK sends, repeats or leaves out.",
)
def orders_placed_through_the_sdk_are_whole(evidence: Evidence) -> Iterator[Answer]:
    """Every order that the SDK was asked for stands on the sandbox once, and what the SDK says of it is what the sandbox says."""
    return _trials(evidence, "orders")


@check(
    requirement="The SDK keeps within the exchange's rate limits, and waits as long as a throttled answer says.",
    remediation="Count calls against the budgets of the profile and of the answers' headers; honour Retry-After.",
)
def rate_limits_are_honoured_by_the_sdk(evidence: Evidence) -> Iterator[Answer]:
    """A client that is asked for more calls than the budget allows sends no more than the budget allows."""
    return _trials(evidence, "limits")


@check(
    requirement="The SDK's stream clients survive gaps, silence and reconnects with a book equal to the exchange's.",
    remediation="Detect gaps by sequence, take a new snapshot, and resubscribe after a reconnect.",
)
def streams_survive_in_the_sdk(evidence: Evidence) -> Iterator[Answer]:
    """After every gap, silence and reconnect the order book that the SDK keeps equals the exchange's own."""
    return _trials(evidence, "streams")
