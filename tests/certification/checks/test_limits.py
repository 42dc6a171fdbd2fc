from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
CLOCK = told("clock.moves", step("first", {"time": "1000"}), step("second", {"time": "1050"}))


def back(time: str) -> Scenario:
    return replace(CLOCK, steps=(*CLOCK.steps, step("look 3", {"time": time})))


BURST = told(
    "limits.burst",
    step("call 1", {"header.remaining": "2"}),
    step("call 2", {"header.remaining": "1"}),
    step("call 3", {"header.remaining": "0"}),
    step("call 4", {"header.remaining": "0"}, status=429, headers={"retry-after": "7"}),
    step("after the wait", {"header.remaining": "2"}),
)
BUDGET = {"budget.requests": "6", "budget.per_seconds": "10", "budget.weight": "2"}
STANDING = {"header.remaining": "2"}


def timed(label: str, at_ms: int, facts: dict[str, str] | None = None) -> ScenarioStep:
    """A call of a key's burst that took 10 ms."""
    return step(label, {"began_ms": str(at_ms), "ended_ms": str(at_ms + 10), **(facts or {})})


def counting(candidate: ScenarioStep, used: str) -> ScenarioStep:
    """The step with another count of what was used, where it has one."""
    return replace(candidate, facts=tuple((name, used if name == "header.used" else value) for name, value in candidate.facts))


NO = {"refusal": "rate_limit"}
OF_A_KEY = {"budget.requests": "10", "budget.per_ms": "1000", "budget.at_once": "6", "budget.weight": "2", "budget.sinks": "true"}
KEY = told(
    "limits.key",
    step("open before", {"order_id": "O1"}),
    timed("call 1", 0, {**OF_A_KEY, "header.used": "2"}),
    timed("call 2", 10, {"header.used": "4"}),
    timed("call 3", 20, {"header.used": "6"}),
    timed("call 4", 30, {"header.used": "6", **NO}),
    timed("again 1", 40, NO),
    timed("again 2", 50, NO),
    timed("second key 1", 60),
    step("order over the limit 1", NO),
    timed("recovered 1", 1070),
    timed("recovered 2", 1080),
    step("open after", {"order_id": "O1"}),
)
LET_IN: dict[str, tuple[str, ...]] = {"refusal": ()}
ALL_LET_IN = but(cut(cut(KEY, "again 1"), "again 2"), "call 4", LET_IN)
STUCK = but(but(KEY, "call 1", {"header.used": "5"}), "call 2", {"header.used": "5"})
IN_CALLS = {"call 1": "1", "call 2": "2", "call 3": "3", "call 4": "3"}
COUNTED_IN_CALLS = replace(KEY, steps=tuple(counting(each, IN_CALLS.get(each.label, "")) for each in KEY.steps))
SLOW = {"ended_ms": "2000"}
WINDOWS = {"budget.sinks": "false", "budget.per_ms": "20"}

CASES = (
    ("the_clock_moves", CLOCK, PASSED, ""),
    ("the_clock_moves", but(CLOCK, "second", {"time": "1000"}), FAILED, "stood at 1000 and 1000"),
    ("the_clock_moves", but(CLOCK, "second", {"time": "999"}), FAILED, "999"),
    ("the_clock_moves", but(CLOCK, "second", {"time": ()}), UNSEEN, "reads no 'time'"),
    ("the_clock_moves", back("1050"), PASSED, ""),
    ("the_clock_moves", back("1049"), FAILED, "went back from 1050 to 1049"),
    ("the_documented_limit_is_enforced", BURST, PASSED, ""),
    ("the_documented_limit_is_enforced", but(BURST, "call 4"), FAILED, "4 calls in a row were all accepted"),
    ("the_documented_limit_is_enforced", but(BURST, "call 4", status=503), FAILED, "answered 503, never 429"),
    ("the_documented_limit_is_enforced", but(but(BURST, "call 4"), "call 1", BUDGET), FAILED, "4 calls in a row"),
    ("the_documented_limit_is_enforced", but(but(BURST, "call 4"), "call 1", {"budget.per_seconds": "0.003"}), UNSEEN, "too slow"),
    ("the_documented_budget_is_granted", but(BURST, "call 1", BUDGET), PASSED, ""),
    ("the_documented_budget_is_granted", but(BURST, "call 1", {**BUDGET, "budget.requests": "7"}), FAILED, "after 6 of a documented 7"),
    ("the_documented_budget_is_granted", BURST, UNSEEN, "reads no 'budget.requests'"),
    ("the_documented_budget_is_granted", but(but(BURST, "call 1", BUDGET), "call 4"), UNSEEN, "no call was throttled"),
    ("the_documented_budget_is_granted", told("limits.burst"), UNSEEN, "no call was made"),
    ("throttled_answers_say_when_to_retry", BURST, PASSED, ""),
    ("throttled_answers_say_when_to_retry", but(BURST, "call 4", status=429), FAILED, "has no Retry-After"),
    ("throttled_answers_say_when_to_retry", but(BURST, "call 4", status=429, headers={"retry-after": "soon"}), FAILED, "'soon', no whole"),
    ("throttled_answers_say_when_to_retry", but(BURST, "after the wait", status=429), FAILED, "still refused after the 7 s"),
    (
        "throttled_answers_say_when_to_retry",
        but(BURST, "call 4", status=429, headers={"retry-after": "8000"}),
        FAILED,
        "asks for 8000 s, and after 30 s the call was accepted",
    ),
    ("throttled_answers_say_when_to_retry", but(BURST, "call 4", status=429, headers={"retry-after": "30"}), PASSED, ""),
    ("throttled_answers_say_when_to_retry", cut(BURST, "after the wait"), UNSEEN, "after the wait"),
    ("throttled_answers_say_when_to_retry", but(BURST, "call 4"), UNSEEN, "no call was throttled"),
    ("counters_count", BURST, PASSED, ""),
    ("counters_count", but(but(BURST, "call 2", STANDING), "call 3", STANDING), FAILED, "fell 0 times over 3 calls"),
    ("counters_count", told("limits.burst", step("call 1", {"header.used": "2"}), step("call 2", {"header.used": "4"})), PASSED, ""),
    ("counters_count", told("limits.burst", step("call 1", {"header.used": "2"}), step("call 2", {"header.used": "2"})), FAILED, "rose 0"),
    (
        "counters_count",
        told("limits.burst", step("call 1", STANDING), step("call 2", {"header.remaining": "many"})),
        UNSEEN,
        "no header that counts",
    ),
    ("keys_are_held_to_their_budget", KEY, PASSED, ""),
    ("keys_are_held_to_their_budget", but(KEY, "again 1", LET_IN), PASSED, ""),
    ("keys_are_held_to_their_budget", but(but(KEY, "again 1", LET_IN), "again 2", LET_IN), FAILED, "a weight of 4 was let in at once"),
    (
        "keys_are_held_to_their_budget",
        but(but(but(KEY, "again 1", LET_IN), "again 2", LET_IN), "call 1", WINDOWS),
        PASSED,
        "",
    ),
    ("keys_are_held_to_their_budget", but(KEY, "call 4", {"refusal": "unavailable"}), FAILED, "answered 200 unavailable, which does not"),
    ("keys_are_held_to_their_budget", but(KEY, "call 4", {"refusal": ()}, status=429), PASSED, ""),
    ("keys_are_held_to_their_budget", ALL_LET_IN, UNSEEN, "too slow"),
    ("keys_are_held_to_their_budget", but(ALL_LET_IN, "call 1", {"budget.at_once": "5"}), FAILED, "8 was used where 5 are documented"),
    ("keys_are_held_to_their_budget", but(but(ALL_LET_IN, "call 1", {"budget.at_once": "5"}), "call 4", SLOW), UNSEEN, "too slow"),
    ("keys_are_granted_their_budget", KEY, PASSED, ""),
    ("keys_are_granted_their_budget", but(KEY, "call 1", {"budget.at_once": "7"}), FAILED, "after 6 of a documented 7"),
    ("keys_are_granted_their_budget", ALL_LET_IN, UNSEEN, "no call was refused"),
    ("keys_have_budgets_of_their_own", KEY, PASSED, ""),
    (
        "keys_have_budgets_of_their_own",
        but(KEY, "second key 1", NO),
        FAILED,
        "1 calls of another key were refused as too many (200 rate_limit)",
    ),
    ("keys_have_budgets_of_their_own", cut(KEY, "second key 1"), UNSEEN, "did not get as far as 'second key'"),
    ("budgets_of_keys_come_back", KEY, PASSED, ""),
    ("budgets_of_keys_come_back", but(KEY, "recovered 2", NO), FAILED, "1 of 2 calls were let in"),
    ("budgets_of_keys_come_back", ALL_LET_IN, UNSEEN, "no call was refused"),
    ("calls_over_the_limit_do_nothing", KEY, PASSED, ""),
    ("calls_over_the_limit_do_nothing", but(KEY, "open after", {"order_id": ("O1", "O2")}), FAILED, "rests all the same"),
    ("calls_over_the_limit_do_nothing", but(KEY, "order over the limit 1", LET_IN), UNSEEN, "no order was refused"),
    ("counters_of_keys_count", KEY, PASSED, ""),
    ("counters_of_keys_count", STUCK, FAILED, "moved by 1 over 4 calls"),
    ("counters_of_keys_count", COUNTED_IN_CALLS, PASSED, ""),
    (
        "counters_of_keys_count",
        told("limits.key", *(replace(each, facts=tuple(fact for fact in each.facts if fact[0] != "header.used")) for each in KEY.steps)),
        UNSEEN,
        "names no header",
    ),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_clocks_and_limits_are_what_clients_are_told(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"limits.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
