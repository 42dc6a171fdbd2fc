"""Whether what was said in stories, where orders trade, has the shape that the descriptions give it."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.limits.calls import BURST, KEY_BURST
from certification.checks.scene import told_line
from certification.evidence.facts import texts
from certification.evidence.record import FLAW, Call, Evidence, Scenario, ScenarioStep
from certification.evidence.statuses import THROTTLED, TURNED_AWAY
from certification.model import Answer, Outcome

_MOST = 3
_TO_THE_CALLER = TURNED_AWAY | {407}
"""Statuses that turn the caller away, whatever was asked: often a gateway's words, not the exchange's. The contract test holds them."""
_Seen = dict[str, list[tuple[Scenario, ScenarioStep, str]]]
"""By subject: each step that was looked at, and its flaw."""


def _judged(seen: _Seen, what: str) -> Iterator[Answer]:
    if not seen:
        yield Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary=f"no {what} was held against a description")
    for subject, looks in seen.items():
        flawed = [(scenario, step, flaw) for scenario, step, flaw in looks if flaw]
        if not flawed:
            yield Answer(subject=subject, outcome=Outcome.PASSED, summary=f"{len(looks)} as described")
            continue
        scenario, step, _ = flawed[0]
        yield Answer(
            subject=subject,
            outcome=Outcome.FAILED,
            summary="; ".join(list(dict.fromkeys(flaw for _, _, flaw in flawed))[:_MOST]),
            evidence=(told_line(step),),
            reproduce=scenario.reproduce,
        )


def _was_decided(scenario: Scenario, call: Call) -> bool:
    """Whether the exchange answered to what was asked: a refusal of too many calls does where too many were made on purpose."""
    if scenario.id in {BURST, KEY_BURST} and call.status in THROTTLED:
        return True
    return call.status is not None and call.status < 500 and call.status not in _TO_THE_CALLER  # noqa: PLR2004 - RFC 9110, section 15.6


@check(
    requirement="Every answer in a story has the shape that the description gives it (OpenAPI 3.1, section 4.8.14, Media Type Object).",
    remediation="Send what the schema of that status describes, in every state of an order; or mend the schema.",
)
def trading_answers_keep_their_shape(evidence: Evidence) -> Iterator[Answer]:
    """Answers to orders that rest, are filled, cancelled and refused are valid against the schema of their status.

    A field that is null, missing or of another kind only once an order trades breaks clients when money moves, and never before.
    """
    seen: _Seen = {}
    for scenario in evidence.scenarios or ():
        for step in scenario.steps:
            if step.call is not None and step.call.flaw is not None and _was_decided(scenario, step.call):
                seen.setdefault(step.call.operation, []).append((scenario, step, step.call.flaw))
    return _judged(seen, "answer")


@check(
    requirement="Every message of a stream has the shape that the description gives one of its messages (AsyncAPI).",
    remediation="Send what the message's payload describes, or describe what is sent.",
)
def messages_keep_their_shape(evidence: Evidence) -> Iterator[Answer]:
    """What was heard in stories is valid against the payload of a described message."""
    seen: _Seen = {}
    for scenario in evidence.scenarios or ():
        for step in scenario.steps:
            for flaw in texts(step, FLAW):
                seen.setdefault(scenario.operation, []).append((scenario, step, flaw))
    return _judged(seen, "message")
