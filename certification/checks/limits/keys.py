"""The limit of one key: granted, enforced, its own, and back as documented."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.limits.calls import FIRST, GRANTED, KEY_BURST, calls_of, counted
from certification.checks.scene import ask_of, unasked
from certification.evidence.facts import UnclearError, is_accepted, is_throttled, number, text, texts
from certification.evidence.record import REFUSAL, Evidence, Scenario, ScenarioStep
from certification.model import Answer


@check(
    requirement="The header that counts what a key has used, or has left, says so.",
    remediation="Take the header's value from the same counter that refuses calls.",
)
def counters_of_keys_count(evidence: Evidence) -> Iterator[Answer]:
    """Between a key's first call and the one that is refused, the counter that answers tell has moved by half of its budget at least."""

    def question(scenario: Scenario) -> list[str]:
        calls = calls_of(scenario)
        _over_the_limit(scenario)
        told = [values for name in ("header.used", "header.remaining") if (values := counted(calls, name))]
        if not told:
            raise UnclearError("the profile names no header that counts what is left, or what was used")
        # In calls, not in weight: some count so, and weigh only what they let in.
        half = number(calls[0], "budget.at_once") / number(calls[0], "budget.weight") / 2
        moved = [max(values) - min(values) for values in told]
        return [f"the key's counter moved by {each} over {len(calls)} calls, until one was refused" for each in moved if each < half]

    return ask_of(evidence, KEY_BURST, question, about=FIRST)


def _named(scenario: Scenario, label: str) -> list[ScenarioStep]:
    """The numbered steps of that name.

    Raises:
        UnclearError: there are none.
    """
    found = [candidate for candidate in scenario.steps if candidate.label.startswith(f"{label} ")]
    if not found:
        raise UnclearError(f"{scenario.id} did not get as far as '{label}'")
    return found


def _said(candidate: ScenarioStep) -> str:
    """What an answer was, in short."""
    return " ".join((str(candidate.call.status if candidate.call else None), *texts(candidate, REFUSAL)))


def _over_the_limit(scenario: Scenario) -> ScenarioStep:
    """The first call of the burst that was refused, for the limit's sake.

    Raises:
        UnclearError: none was, or for another reason.
    """
    refused = next((candidate for candidate in calls_of(scenario) if not is_accepted(candidate)), None)
    if refused is None or not is_throttled(refused):
        raise UnclearError("no call was refused for the limit of its key")
    return refused


def _came_back(first: ScenarioStep, since: ScenarioStep, until: ScenarioStep) -> Decimal:
    """The most that may have come back from before one call until after another, of the budget that stands in the first."""
    requests, per_ms = number(first, "budget.requests"), number(first, "budget.per_ms")
    passed_ms = number(until, "ended_ms") - number(since, "began_ms")
    if text(first, "budget.sinks") == "true":
        return requests * passed_ms / per_ms
    return requests * (passed_ms // per_ms + 1)


@check(
    requirement="Calls of a key beyond its documented budget are refused, with a status or a code that means so.",
    remediation="Count every call against its key's budget, refuse what exceeds it, and go on refusing until some has come back.",
)
def keys_are_held_to_their_budget(evidence: Evidence) -> Iterator[Answer]:
    """More signed calls than a key may make are refused for the limit's sake, and so is who tries on at once."""

    def question(scenario: Scenario) -> list[str]:
        calls = calls_of(scenario)
        first, last, weight = calls[0], calls[-1], number(calls[0], "budget.weight")
        if is_accepted(last):
            used, allowed = weight * len(calls), number(first, "budget.at_once") + _came_back(first, first, last)
            if used <= allowed + weight:
                raise UnclearError(f"{len(calls)} calls were too slow to be more than the budget allows")
            return [f"a weight of {used:f} was used where {allowed:.0f} are documented, and no call was refused"]
        if not is_throttled(last):
            return [f"a call beyond the key's budget was answered {_said(last)}, which does not mean too many calls"]
        again = _named(scenario, "again")
        used = weight * sum(1 for candidate in again if is_accepted(candidate))
        allowed = weight + _came_back(first, last, again[-1])
        return [f"after a refusal a weight of {used:f} was let in at once, {allowed:.0f} at most had come back"] if used > allowed else []

    return ask_of(evidence, KEY_BURST, question, about=FIRST)


@check(
    requirement="A key's calls within its documented budget are not refused.",
    remediation="Let each call count with its documented weight, against its own key's budget.",
)
def keys_are_granted_their_budget(evidence: Evidence) -> Iterator[Answer]:
    """Before the first signed call that is refused for the limit's sake, nine tenths of the key's documented budget were used up."""

    def question(scenario: Scenario) -> list[str]:
        calls, refused = calls_of(scenario), _over_the_limit(scenario)
        budget, granted = number(calls[0], "budget.at_once"), number(calls[0], "budget.weight") * calls.index(refused)
        return [] if granted >= budget * GRANTED else [f"after {granted:f} of a documented {budget:f} a key's calls were refused"]

    return ask_of(evidence, KEY_BURST, question, about=FIRST)


@check(
    requirement="A key that has used up its budget stops no other key.",
    remediation="Count each key's calls apart, where the limit is documented as one per key.",
)
def keys_have_budgets_of_their_own(evidence: Evidence) -> Iterator[Answer]:
    """While the first account's key is over its limit, the second account's calls are let in."""

    def question(scenario: Scenario) -> list[str]:
        _over_the_limit(scenario)
        stopped = [candidate for candidate in _named(scenario, "second key") if is_throttled(candidate)]
        return [f"{len(stopped)} calls of another key were refused as too many ({_said(stopped[0])})"] if stopped else []

    return ask_of(evidence, KEY_BURST, question, about=FIRST)


@check(
    requirement="A key's budget comes back as fast as documented, and calls that are refused use none of it.",
    remediation="Let the counter sink at the documented speed, and count only what is let in.",
)
def budgets_of_keys_come_back(evidence: Evidence) -> Iterator[Answer]:
    """After tries that were all too many, and a wait, six tenths of what must have come back can be used."""

    def question(scenario: Scenario) -> list[str]:
        _over_the_limit(scenario)
        recovered = _named(scenario, "recovered")
        refused = next((candidate for candidate in recovered if is_throttled(candidate)), None)
        if refused is None:
            return []
        return [f"after the documented wait {recovered.index(refused)} of {len(recovered)} calls were let in ({_said(refused)})"]

    return ask_of(evidence, KEY_BURST, question, about=FIRST)


@check(
    requirement="An order that is refused for a limit of calls is not placed.",
    remediation="Look at the limit before anything is done.",
)
def calls_over_the_limit_do_nothing(evidence: Evidence) -> Iterator[Answer]:
    """An order that was refused because its key had called too often is not in the list of open orders."""

    def question(scenario: Scenario) -> list[str]:
        if not any(is_throttled(candidate) for candidate in _named(scenario, "order over the limit")):
            raise UnclearError("no order was refused for the limit of its key")
        return unasked(scenario, "open before", "open after")

    return ask_of(evidence, KEY_BURST, question, about="order over the limit 1")
