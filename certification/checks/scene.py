"""How checks read scenarios: find the story, ask one question of it, answer with what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.evidence.facts import UnclearError, is_accepted, is_refused, is_throttled, status_class, texts, was_decided
from certification.evidence.record import REFUSAL, SPARED, Evidence, Observation, Scenario, ScenarioStep
from certification.model import Answer, Outcome
from sdkgen.refusal import Refusal


class MootError(Exception):
    """The question does not arise here; the message says why."""


Question = Callable[[Scenario], list[str]]
"""Gives a sentence for everything that is wrong, none where all is right."""


def ask_of(evidence: Evidence, stories: str, question: Question, about: str = "") -> Iterator[Answer]:
    """One answer per story whose id is, or begins with, ``stories``.

    Its subject is the operation of the story's step ``about``, where it has one; else what the story is about.
    """
    told = [scenario for scenario in evidence.scenarios or () if scenario.id == stories or scenario.id.startswith(f"{stories}.")]
    if not told:
        yield Answer(subject="api", outcome=Outcome.NOT_OBSERVED, summary="no such scenario was played")
    for scenario in told:
        yield _answer(scenario, question, _subject(scenario, about))


def unless_cut_off(question: Question) -> Question:
    """The question, where a stream that ended too early is no complaint: what would have come after is not known.

    Raises:
        UnclearError: (when asked) something is wrong, and the connection was closed on the way.
    """

    def asked(scenario: Scenario) -> list[str]:
        complaints = question(scenario)
        if complaints and any("closed" in texts(each, "kind") for each in scenario.steps):
            raise UnclearError(f"the stream's connection ended before {scenario.id} did")
        return complaints

    return asked


def _subject(scenario: Scenario, about: str) -> str:
    calls = (candidate.call for candidate in scenario.steps if candidate.label == about)
    return next((call.operation for call in calls if call is not None), scenario.operation)


def _answer(scenario: Scenario, question: Question, subject: str) -> Answer:
    if scenario.observation is Observation.ABSENT:
        return Answer(subject=subject, outcome=Outcome.NOT_APPLICABLE, summary=scenario.reason)
    if scenario.observation is not Observation.COMPLETE:
        return Answer(subject=subject, outcome=Outcome.NOT_OBSERVED, summary=scenario.reason)
    try:
        complaints = question(scenario)
    except MootError as moot:
        return Answer(subject=subject, outcome=Outcome.NOT_APPLICABLE, summary=str(moot))
    except UnclearError as unclear:
        return Answer(subject=subject, outcome=Outcome.NOT_OBSERVED, summary=str(unclear), evidence=told_lines(scenario))
    if complaints:
        return Answer(
            subject=subject,
            outcome=Outcome.FAILED,
            summary="; ".join(complaints[:3]),
            evidence=told_lines(scenario),
            reproduce=scenario.reproduce,
        )
    return Answer(subject=subject, outcome=Outcome.PASSED, summary=f"seen in {scenario.id}")


def told_lines(scenario: Scenario, most: int = 12) -> tuple[str, ...]:
    """The story in short: a line a step, the last ones where there are many."""
    return tuple(told_line(step) for step in scenario.steps[-most:])


def told_line(step: ScenarioStep) -> str:
    """One step in a line."""
    call = step.call
    if call is None:
        return f"{step.label}: {', '.join(f'{name}={value}' for name, value in step.facts[:8])}"
    answer = call.response.body[:300] if call.response else call.failure
    sent = f" {call.request.body[:200]}" if call.request.body else ""
    return f"{step.label} ({call.actor}): {call.request.start}{sent} -> {call.status} {answer}"


def step(scenario: Scenario, label: str) -> ScenarioStep:
    """The story's first step of that name.

    Raises:
        UnclearError: the story has none.
    """
    for candidate in scenario.steps:
        if candidate.label == label:
            return candidate
    raise UnclearError(f"{scenario.id} did not get as far as '{label}'")


def decided_step(scenario: Scenario, label: str, *, failures: bool = False) -> ScenarioStep:
    """The step, if the exchange decided on what it asks for: accepted it, or refused it for what it is.

    Args:
        scenario: the story.
        label: of the step.
        failures: whether an answer of 5xx is a decision too, because it is what the check looks for.

    Raises:
        UnclearError: it refused the caller (401, 403, 429), or failed, so what it thinks of the request is not known.
    """
    found = step(scenario, label)
    if (failures and status_class(found) == 5) or was_decided(found):  # noqa: PLR2004
        return found
    answer = " ".join((str(found.call.status if found.call else None), *texts(found, REFUSAL)))
    raise UnclearError(f"'{label}' was answered {answer}, which says nothing about what was asked")


def timely_step(scenario: Scenario, label: str) -> ScenarioStep:
    """The step, whatever was answered, but that nothing could be asked at the moment: a refusal for that refuses nothing for good.

    Raises:
        UnclearError: there were too many calls, or the exchange was unavailable.
    """
    found = step(scenario, label)
    if is_throttled(found):
        raise UnclearError(f"'{label}' was throttled")
    if Refusal.UNAVAILABLE.value in texts(found, REFUSAL):
        raise UnclearError(f"'{label}' came while the exchange was unavailable")
    return found


def accepted_step(scenario: Scenario, label: str) -> ScenarioStep:
    """The step, if the exchange accepted it.

    Raises:
        UnclearError: it did not, so what follows says nothing.
    """
    found = step(scenario, label)
    if not is_accepted(found):
        answer = " ".join((str(found.call.status if found.call else None), *texts(found, REFUSAL)))
        raise UnclearError(f"'{label}' was answered {answer}, so {scenario.id} can't tell")
    return found


def unasked(scenario: Scenario, before: str, after: str) -> list[str]:
    """A sentence for each order that stands in the second list of open orders, not in the first, and whose placing was not accepted.

    Raises:
        UnclearError: a list was not answered, or the profile reads no order_id.
    """
    first, second = accepted_step(scenario, before), accepted_step(scenario, after)
    between = scenario.steps[scenario.steps.index(first) : scenario.steps.index(second)]
    placed = {order_id for each in between if is_accepted(each) and each is not first for order_id in texts(each, "order_id")}
    new = [order_id for order_id in texts(second, "order_id") if order_id not in placed | set(texts(first, "order_id"))]
    if not new:
        return []
    return [f"an order that was refused rests all the same ({len(new)} in the list of open orders that nobody was given)"]


_NOT_SENT = "no such call was sent there: the sandbox is somebody's, and is sent only so many forged ones (sandbox.broken_proofs)"


def refused_when(label: str, what: str, scenario: Scenario) -> list[str]:
    """Nothing wrong where the forged call was refused; unclear where even the genuine one is, or it was not sent for the sandbox's sake."""
    if not any(candidate.label == label for candidate in scenario.steps):
        if any(candidate.label == SPARED and label in texts(candidate, "kind") for candidate in scenario.steps):
            raise UnclearError(_NOT_SENT)
        raise MootError(f"the exchange's way of signing {scenario.operation} can't be broken in this way")
    forged = step(scenario, label)
    if is_accepted(forged):
        return [f"a call {what} was accepted with {forged.call.status if forged.call else None}"]
    accepted_step(scenario, "as it should be")
    if not is_refused(forged):
        return [f"a call {what} was answered {forged.call.status if forged.call else None}, which is no refusal"]
    return []
