"""Clocks, and limits that all calls share: what a client needs to know to stay welcome."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.limits.calls import BURST, FIRST, GRANTED, calls_of, counted
from certification.checks.scene import accepted_step, ask_of, step
from certification.evidence.facts import UnclearError, is_accepted, number
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_TOO_MANY, _REFUSED = 429, 400
_BUDGET_SECONDS = "budget.per_seconds"
MOST_WAIT_S = 30
"""How long the story waits at most, whatever it is told."""


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
        calls = calls_of(scenario)
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

    return ask_of(evidence, BURST, question, about=FIRST)


@check(
    requirement="Calls within the documented budget are not throttled.",
    remediation="Let the limit that is enforced be the one that is documented, with each call's documented weight.",
)
def the_documented_budget_is_granted(evidence: Evidence) -> Iterator[Answer]:
    """Before the first 429 of a burst, nine tenths of the documented budget at least were used up."""

    def question(scenario: Scenario) -> list[str]:
        calls = calls_of(scenario)
        budget, weight = number(calls[0], "budget.requests"), number(calls[0], "budget.weight")
        granted = weight * (calls.index(_throttled(scenario)))
        if granted >= budget * GRANTED:
            return []
        return [f"after {granted} of a documented {budget} in {number(calls[0], _BUDGET_SECONDS)} s, calls were throttled"]

    return ask_of(evidence, BURST, question, about=FIRST)


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

    return ask_of(evidence, BURST, question, about=FIRST)


@check(
    requirement="The header that counts what is left of the budget counts down with each call.",
    remediation="Take the header's value from the same counter that refuses calls.",
)
def counters_count(evidence: Evidence) -> Iterator[Answer]:
    """The remaining budget that the answers state falls from call to call until it refills; one that counts what was used rises."""

    def question(scenario: Scenario) -> list[str]:
        calls = [candidate for candidate in calls_of(scenario) if is_accepted(candidate)]
        left, used = counted(calls, "header.remaining"), counted(calls, "header.used")
        if max(len(left), len(used)) < 2:  # noqa: PLR2004 - one number does not count
            raise UnclearError("the profile names no header that counts what is left, or what was used")
        left = left[: left.index(0) + 1] if 0 in left else left
        falls, rises = sum(1 for before, after in pairwise(left) if after < before), sum(1 for one, two in pairwise(used) if two > one)
        wrong = [f"the counter fell {falls} times over {len(left)} calls"] if falls * 2 <= len(left) - 1 else []
        return wrong + ([f"the counter of what was used rose {rises} times over {len(used)} calls"] if rises * 2 <= len(used) - 1 else [])

    return ask_of(evidence, BURST, question, about=FIRST)
