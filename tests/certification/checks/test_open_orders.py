"""How many orders an account may have open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
MOST, ROOM = "open_orders_are_limited_as_documented", "ended_orders_make_room"
STORY = told(
    "limits.open-orders",
    step("open orders before", {"order_id": "0"}),
    step("order 1", {"stated.most": "3"}),
    step("order 2"),
    step("order 3", {"refusal": "rate_limit"}),
    step("cancel one"),
    step("place in its stead"),
)
ALL = but(STORY, "order 3", {"refusal": ()})
POOR = but(STORY, "order 3", {"refusal": "insufficient_funds"})
CASES = (
    (MOST, STORY, PASSED, ""),
    (MOST, but(STORY, "order 3", status=400), PASSED, ""),
    (MOST, ALL, FAILED, "4 orders are open, where 3 are documented"),
    (MOST, but(STORY, "order 1", {"stated.most": "5"}), FAILED, "with 3 orders open another was refused, where 5 are documented"),
    (MOST, but(ALL, "order 1", {"stated.most": "5"}), UNSEEN, "only 4 orders were placed, where 5 are"),
    (MOST, but(ALL, "order 1", {"stated.most": "4"}), UNSEEN, "only 4 orders were placed"),
    (MOST, POOR, UNSEEN, "order 3 was not refused for the number of orders"),
    (MOST, but(STORY, "order 3", status=503), UNSEEN, "was not refused for the number"),
    (MOST, cut(STORY, "open orders before"), UNSEEN, "did not get as far"),
    (ROOM, STORY, PASSED, ""),
    (ROOM, but(STORY, "place in its stead", {"refusal": "rate_limit"}), FAILED, "was cancelled, and another was refused all the same"),
    (ROOM, but(STORY, "place in its stead", {"refusal": "insufficient_funds"}), UNSEEN, "not refused for the number"),
    (ROOM, but(STORY, "cancel one", status=400), UNSEEN, "'cancel one' was answered"),
    (ROOM, ALL, UNSEEN, "was not reached"),
    (ROOM, replace(STORY, steps=STORY.steps[:4]), UNSEEN, "did not get as far"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "words"), CASES)
def test_open_orders_have_their_limit(check: str, scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers(f"limits.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert words in answer.summary
