from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario
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
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_clocks_and_limits_are_what_clients_are_told(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"limits.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
