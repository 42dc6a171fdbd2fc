"""What remains of orders that have ended."""

from __future__ import annotations

import pytest

from certification.evidence.record import STATED_EXPIRED, Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
CANCELLED = told(
    "orders.rest-and-cancel",
    step("place", {"order_id": "7"}, status=201),
    step("query after", {"order_id": "7", "status": "cancelled"}),
    step("history after", {"order_id": ("8", "7")}),
    step("query by its client id after", {"order_id": "7"}),
)
OVER = told("expiry.order", step("place"), step("query after its time", {"status": "expired", STATED_EXPIRED: "yes"}))
CASES = (
    ("orders_of_the_history_are_found", CANCELLED, PASSED, ""),
    ("orders_of_the_history_are_found", but(CANCELLED, "query after", status=404), FAILED, "was refused with 404"),
    ("orders_of_the_history_are_found", but(CANCELLED, "history after", {"order_id": ("8",)}), UNSEEN, "pages of the history"),
    ("client_ids_name_ended_orders", CANCELLED, PASSED, ""),
    (
        "client_ids_name_ended_orders",
        but(CANCELLED, "query by its client id after", status=404),
        FAILED,
        "not found by its client's id (404)",
    ),
    ("client_ids_name_ended_orders", but(CANCELLED, "query by its client id after", {"order_id": "9"}), FAILED, "leads to 9"),
    ("client_ids_name_ended_orders", but(CANCELLED, "query after", status=404), UNSEEN, "404"),
    ("client_ids_name_ended_orders", cut(CANCELLED, "query by its client id after"), MOOT, "not asked for by their client's id"),
    ("expired_orders_say_so", OVER, PASSED, ""),
    ("expired_orders_say_so", but(OVER, "query after its time", {"status": "cancelled"}), FAILED, "has the status cancelled"),
    ("expired_orders_say_so", but(OVER, "query after its time", {"status": "open"}), UNSEEN, "had not ended"),
    ("expired_orders_say_so", but(OVER, "query after its time", {STATED_EXPIRED: ()}), MOOT, "no word"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "words"), CASES)
def test_orders_that_have_ended_are_found_and_say_how(check: str, scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers(f"ended.{check}", scenario)
    assert (answer.outcome, words in answer.summary) == (outcome, True), answer.summary
