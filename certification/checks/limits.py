"""Clocks and rate limits: what a client needs to know to stay welcome."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of, step, unasked
from certification.evidence.facts import UnclearError, is_accepted, is_throttled, number, text, texts
from certification.evidence.record import REFUSAL, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_TOO_MANY, _REFUSED = 429, 400
BURST = "limits.burst"
"""The story that breaks a limit on purpose, where nobody else calls."""
KEY_BURST = "limits.key"
"""The same of one key's own limit."""
_FIRST = "call 1"
_BUDGET_SECONDS = "budget.per_seconds"
_GRANTED = Decimal("0.9")
MOST_WAIT_S = 30
"""How long the story waits at most, whatever it is told."""


def _calls(scenario: Scenario) -> list[ScenarioStep]:
    """The calls of the burst.

    Raises:
        UnclearError: there are none.
    """
    calls = [candidate for candidate in scenario.steps if candidate.label.startswith("call ")]
    if not calls:
        raise UnclearError("no call was made")
    return calls


def _throttled(scenario: Scenario) -> ScenarioStep:
    for candidate in scenario.steps:
        if candidate.call is not None and candidate.call.status == _TOO_MANY:
            return candidate
    raise UnclearError("no call was throttled")


@check(
    requirement="The exchange's clock moves, and never backwards.",
    remediation="Answer with the time at which the answer is made, from a clock that only grows.",
)
def the_clock_moves(evidence: Evidence) -> Iterator[Answer]:
    """Two looks at the exchange's clock, some time apart, show a later time on the second; none of some more an earlier one."""

    def question(scenario: Scenario) -> list[str]:
        first, second = (number(accepted_step(scenario, label), "time") for label in ("first", "second"))
        if second <= first:
            return [f"the clock stood at {first} and {second}"]
        looks = [second, *(number(each, "time") for each in scenario.steps if each.label.startswith("look ") and is_accepted(each))]
        return [f"the clock went back from {before} to {after}" for before, after in pairwise(looks) if after < before]

    return ask_of(evidence, "clock.moves", question)


@check(
    requirement="More calls than the documented budget are refused with 429 (RFC 6585, section 4).",
    remediation="Count every call against the budget, and refuse what exceeds it.",
)
def the_documented_limit_is_enforced(evidence: Evidence) -> Iterator[Answer]:
    """A burst beyond the documented budget is throttled."""

    def question(scenario: Scenario) -> list[str]:
        calls = _calls(scenario)
        statuses = [candidate.call.status for candidate in calls if candidate.call is not None]
        if _TOO_MANY in statuses:
            return []
        others = sorted({status for status in statuses if status is not None and status >= _REFUSED})
        if others:
            return [f"calls beyond the budget were answered {' and '.join(map(str, others))}, never 429"]
        took_s = sum(Decimal(candidate.call.elapsed_ms) for candidate in calls if candidate.call is not None) / 1000
        if _BUDGET_SECONDS in dict(calls[0].facts) and took_s > number(calls[0], _BUDGET_SECONDS):
            raise UnclearError(f"{len(calls)} calls took {took_s} s: too slow to be more than the budget allows")
        return [f"{len(calls)} calls in a row were all accepted, more than the documented budget"]

    return ask_of(evidence, BURST, question, about=_FIRST)


@check(
    requirement="Calls within the documented budget are not throttled.",
    remediation="Let the limit that is enforced be the one that is documented, with each call's documented weight.",
)
def the_documented_budget_is_granted(evidence: Evidence) -> Iterator[Answer]:
    """Before the first 429 of a burst, nine tenths of the documented budget at least were used up."""

    def question(scenario: Scenario) -> list[str]:
        calls = _calls(scenario)
        budget, weight = number(calls[0], "budget.requests"), number(calls[0], "budget.weight")
        granted = weight * (calls.index(_throttled(scenario)))
        if granted >= budget * _GRANTED:
            return []
        return [f"after {granted} of a documented {budget} in {number(calls[0], _BUDGET_SECONDS)} s, calls were throttled"]

    return ask_of(evidence, BURST, question, about=_FIRST)


@check(
    requirement="A throttled answer says when to try again (Retry-After, RFC 9110, section 10.2.3).",
    remediation="Send Retry-After with every 429, in whole seconds until the budget refills.",
)
def throttled_answers_say_when_to_retry(evidence: Evidence) -> Iterator[Answer]:
    """A 429 carries Retry-After with a whole number of seconds, and the call is accepted after that wait."""

    def question(scenario: Scenario) -> list[str]:
        call = _throttled(scenario).call
        headers = dict(call.response.headers) if call and call.response else {}
        wait = headers.get("retry-after")
        if wait is None:
            return ["a throttled answer has no Retry-After"]
        if not wait.isdigit():
            return [f"Retry-After is {wait!r}, no whole number of seconds"]
        after = step(scenario, "after the wait")
        if is_accepted(after) and int(wait) > MOST_WAIT_S:
            return [f"Retry-After asks for {wait} s, and after {MOST_WAIT_S:g} s the call was accepted"]
        return [] if is_accepted(after) else [f"the call was still refused after the {wait} s that Retry-After asked for"]

    return ask_of(evidence, BURST, question, about=_FIRST)


@check(
    requirement="The header that counts what is left of the budget counts down with each call.",
    remediation="Take the header's value from the same counter that refuses calls.",
)
def counters_count(evidence: Evidence) -> Iterator[Answer]:
    """The remaining budget that the answers state falls from call to call until it refills; one that counts what was used rises."""

    def question(scenario: Scenario) -> list[str]:
        calls = [candidate for candidate in _calls(scenario) if is_accepted(candidate)]
        left, used = _whole(calls, "header.remaining"), _whole(calls, "header.used")
        if max(len(left), len(used)) < 2:  # noqa: PLR2004 - one number does not count
            raise UnclearError("the profile names no header that counts what is left, or what was used")
        left = left[: left.index(0) + 1] if 0 in left else left
        falls, rises = sum(1 for before, after in pairwise(left) if after < before), sum(1 for one, two in pairwise(used) if two > one)
        wrong = [f"the counter fell {falls} times over {len(left)} calls"] if falls * 2 <= len(left) - 1 else []
        return wrong + ([f"the counter of what was used rose {rises} times over {len(used)} calls"] if rises * 2 <= len(used) - 1 else [])

    return ask_of(evidence, BURST, question, about=_FIRST)


@check(
    requirement="The header that counts what a key has used, or has left, says so.",
    remediation="Take the header's value from the same counter that refuses calls.",
)
def counters_of_keys_count(evidence: Evidence) -> Iterator[Answer]:
    """Between a key's first call and the one that is refused, the counter that answers tell has moved by half of its budget at least."""

    def question(scenario: Scenario) -> list[str]:
        calls = _calls(scenario)
        _over_the_limit(scenario)
        told = [values for name in ("header.used", "header.remaining") if (values := _whole(calls, name))]
        if not told:
            raise UnclearError("the profile names no header that counts what is left, or what was used")
        # In calls, not in weight: some count so, and weigh only what they let in.
        half = number(calls[0], "budget.at_once") / number(calls[0], "budget.weight") / 2
        moved = [max(values) - min(values) for values in told]
        return [f"the key's counter moved by {each} over {len(calls)} calls, until one was refused" for each in moved if each < half]

    return ask_of(evidence, KEY_BURST, question, about=_FIRST)


def _whole(calls: list[ScenarioStep], name: str) -> list[int]:
    return [int(value) for candidate in calls for value in texts(candidate, name) if value.isdecimal()]


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
    refused = next((candidate for candidate in _calls(scenario) if not is_accepted(candidate)), None)
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
        calls = _calls(scenario)
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

    return ask_of(evidence, KEY_BURST, question, about=_FIRST)


@check(
    requirement="A key's calls within its documented budget are not refused.",
    remediation="Let each call count with its documented weight, against its own key's budget.",
)
def keys_are_granted_their_budget(evidence: Evidence) -> Iterator[Answer]:
    """Before the first signed call that is refused for the limit's sake, nine tenths of the key's documented budget were used up."""

    def question(scenario: Scenario) -> list[str]:
        calls, refused = _calls(scenario), _over_the_limit(scenario)
        budget, granted = number(calls[0], "budget.at_once"), number(calls[0], "budget.weight") * calls.index(refused)
        return [] if granted >= budget * _GRANTED else [f"after {granted:f} of a documented {budget:f} a key's calls were refused"]

    return ask_of(evidence, KEY_BURST, question, about=_FIRST)


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

    return ask_of(evidence, KEY_BURST, question, about=_FIRST)


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

    return ask_of(evidence, KEY_BURST, question, about=_FIRST)


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
