"""What an account may not be told of another's money."""

from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
FILLS = told(
    "permissions.lists",
    step("take", {"order_id": "7"}, status=201),
    step("fills of the order for first", {"order_id": ("7", "7")}),
    step("fills of the order for second"),
)
STATEMENTS = told(
    "permissions.statements",
    step("balances of first", {"account": "a"}),
    step("statement of first", {"asked.account": "a"}, status=404),
    step("balances of second", {"account": "b"}),
    step("statement of second", {"asked.account": "b", "item_id": ("1", "2")}),
)
SECONDS = "fills of the order for second"
CASES = (
    ("fills_are_hidden", FILLS, PASSED, ""),
    ("fills_are_hidden", but(FILLS, SECONDS, status=404), PASSED, ""),
    ("fills_are_hidden", but(FILLS, SECONDS, {"order_id": "7"}), FAILED, "another account's order were told"),
    ("fills_are_hidden", but(FILLS, "fills of the order for first", {"order_id": ()}), UNSEEN, "not even its owner"),
    ("fills_are_hidden", cut(FILLS, SECONDS), MOOT, "not asked for by order"),
    ("statements_are_hidden", STATEMENTS, PASSED, ""),
    ("statements_are_hidden", but(STATEMENTS, "statement of first", {"item_id": ("1", "2", "3")}), FAILED, "3 entries"),
    ("statements_are_hidden", but(STATEMENTS, "statement of second", status=401), UNSEEN, "401"),
    ("statements_are_hidden", but(STATEMENTS, "statement of second", {"asked.account": "a"}), MOOT, "same id"),
    ("statements_are_hidden", told("permissions.statements", step("balances of first")), MOOT, "not asked for by an account's id"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "words"), CASES)
def test_what_is_anothers_is_not_told(check: str, scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers(f"others.{check}", scenario)
    assert (answer.outcome, words in answer.summary) == (outcome, True), answer.summary
