"""Lists hold what they are asked for, and nothing that was refused."""

from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
OFF_GRID = told(
    "orders.off-grid",
    step("open orders before", {"order_id": "1"}),
    step("place at half a price step", {}, status=400),
    step("place on the grid", {"order_id": "2"}),
    step("open orders", {"order_id": ("1", "2")}),
)
MARKETS = told(
    "orders.other-market",
    step("place elsewhere", {"order_id": "1"}),
    step("place here", {"order_id": "2"}),
    step("open orders here", {"order_id": "2"}),
)
FILLS = told("orders.good-till-cancelled-meets-the-book", step("fills", {"asked.order_id": "1", "order_id": ("1", "1")}))
CANCELS = told(
    "authentication.cancel",
    step("wrong signature", {}, status=401),
    step("query after forgeries", {"status": "open"}),
    step("as it should be", {}),
)
PLACES = told(
    "authentication.place",
    step("open orders before", {"order_id": "1"}),
    step("wrong signature", {}, status=401),
    step("open orders after forgeries", {"order_id": "1"}),
    step("as it should be", {"order_id": "2"}),
)
REUSED = told(
    "orders.same-client-id",
    step("place", {"order_id": "1"}),
    step("place another under the same id", {}, status=409),
    step("cancel"),
    step("place again after its cancel", {}, status=409),
)

CASES = (
    ("lists.refused_orders_do_not_rest", OFF_GRID, PASSED, ""),
    ("lists.refused_orders_do_not_rest", but(OFF_GRID, "open orders", {"order_id": ("1", "2", "3")}), FAILED, "rests all the same (1"),
    ("lists.refused_orders_do_not_rest", but(OFF_GRID, "open orders", {"order_id": "1"}), UNSEEN, "not even"),
    ("lists.refused_orders_do_not_rest", cut(OFF_GRID, "open orders before"), UNSEEN, "did not get as far"),
    ("lists.open_orders_keep_to_their_market", MARKETS, PASSED, ""),
    ("lists.open_orders_keep_to_their_market", but(MARKETS, "open orders here", {"order_id": ("1", "2")}), FAILED, "another market"),
    ("lists.open_orders_keep_to_their_market", but(MARKETS, "open orders here", {"order_id": ()}), UNSEEN, "not even"),
    ("lists.open_orders_keep_to_their_market", told("orders.other-market"), MOOT, "no other market"),
    ("lists.fills_keep_to_their_order", FILLS, PASSED, ""),
    ("lists.fills_keep_to_their_order", but(FILLS, "fills", {"order_id": ("1", "7")}), FAILED, "1 others are named"),
    ("lists.fills_keep_to_their_order", but(FILLS, "fills", {"order_id": ()}), MOOT, "do not name theirs"),
    ("lists.fills_keep_to_their_order", but(FILLS, "fills", status=400), UNSEEN, "was answered 400"),
    ("orders.client_order_ids_stay_taken", REUSED, PASSED, ""),
    ("orders.client_order_ids_stay_taken", but(REUSED, "place again after its cancel", {"order_id": "1"}, status=200), PASSED, ""),
    ("orders.client_order_ids_stay_taken", but(REUSED, "place again after its cancel", {"order_id": "2"}, status=200), FAILED, "second"),
    ("orders.client_order_ids_stay_taken", but(REUSED, "place another under the same id", status=200), UNSEEN, "not even taken"),
    ("orders.client_order_ids_stay_taken", cut(REUSED, "place again after its cancel"), MOOT, "order_ids"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_lists_hold_what_they_are_asked_for(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(check, scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary


@pytest.mark.parametrize(
    ("scenario", "outcome", "said"),
    [
        (PLACES, PASSED, ""),
        (but(PLACES, "open orders after forgeries", {"order_id": ("1", "9")}), FAILED, "rests all the same"),
        (but(PLACES, "wrong signature", status=200), UNSEEN, "no forged call was refused"),
        (but(PLACES, "as it should be", status=400), UNSEEN, "was answered 400"),
        (CANCELS, PASSED, ""),
        (but(CANCELS, "query after forgeries", {"status": "cancelled"}), FAILED, "cancelled after its cancellation was refused"),
        (but(CANCELS, "query after forgeries", {"status": "filled"}), UNSEEN, "the order is filled"),
        (cut(CANCELS, "query after forgeries"), UNSEEN, "did not get as far"),
    ],
)
def test_refused_calls_change_nothing(scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = [
        each for each in answers("authentication.refused_calls_change_nothing", scenario) if "no such scenario" not in each.summary
    ]
    assert answer.outcome is outcome, answer
    assert said in answer.summary


def test_an_order_is_not_cancelled_twice_over() -> None:
    both = told(
        "authentication.cancel",
        step("wrong signature", {}, status=401),
        step("unsigned", {}),
        step("query after forgeries", {"status": "cancelled"}),
    )
    answer = next(each for each in answers("authentication.refused_calls_change_nothing", both) if "no such" not in each.summary)
    assert (answer.outcome, answer.summary) == (UNSEEN, "a forged cancellation was accepted")
