"""What a private stream tells of orders while they are filled."""

from __future__ import annotations

import pytest

from certification.evidence.record import STATED_AT_LEAST_ONCE, Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE


HALVES = told(
    "streams.filled-at-rest",
    step("rest", {"order_id": "1"}),
    step("query half", {"filled": "1"}),
    step("query", {"filled": "2"}),
    step("hears half", {"kind": "order", "order_id": "1", "filled": "1"}),
    step("hears another", {"kind": "order", "order_id": "2", "filled": "9"}),
    step("hears whole", {"kind": "order", "order_id": "1", "filled": "2"}),
)
OWN = told(
    "streams.own-orders",
    step("place", {"order_id": "1", "asked.client_order_id": "c"}),
    step("hears one", {"kind": "order", "message": "a", "order_id": "1", "client_order_id": "c"}),
    step("hears two", {"kind": "order", "message": "b", "order_id": "2", "client_order_id": "other"}),
    step("hears no order", {"kind": "delta", "message": "b"}),
)
CANCELLED = but(OWN, "hears two", {"order_id": "1", "client_order_id": "of the cancellation", "status": "cancelled"})
AGAIN = but(
    but(OWN, "hears one", {STATED_AT_LEAST_ONCE: "true", "event_id": "e1"}),
    "hears two",
    {STATED_AT_LEAST_ONCE: "true", "message": "a", "event_id": "e1"},
)

NUMBERED = told(
    "streams.own-orders",
    step("place"),
    step("hears first", {"kind": "open_orders", "sequence": "1"}),
    step("hears one", {"kind": "order", "sequence": ("2", "2")}),
    step("hears no order", {"kind": "delta", "sequence": "77"}),
    step("hears two", {"kind": "order", "sequence": "3"}),
)
BEGINNING = told(
    "streams.open-orders",
    step("place", {"order_id": "7"}),
    step("hears first", {"kind": "open_orders", "order_id": ("6", "7")}),
)

SUMS = told(
    "streams.filled-at-rest",
    step("rest", {"order_id": "1"}),
    step("hears rest", {"kind": "order", "order_id": "1", "filled": "0"}),
    step("hears half", {"kind": "order", "order_id": "1", "filled": "1", "last_filled": "1.0", "notional": "10"}),
    step("hears two", {"kind": "order", "order_id": ("2", "2"), "filled": ("9", "9"), "last_filled": "3"}),
    step("hears whole", {"kind": "order", "order_id": "1", "filled": "3", "last_filled": "2", "notional": "30"}),
    step("query", {"notional": "30.0"}),
)
UNSUMMED = but(but(SUMS, "hears half", {"last_filled": ()}), "hears whole", {"last_filled": (), "notional": ()})

RESTS = told(
    "streams.filled-and-rests",
    step("take half and rest", {"order_id": "1"}),
    step("query while it rests", {"filled": "0.01"}),
    step("fills", {"fee": ("1.5", "0.5")}),
    step("answer to placing", {"kind": "order", "order_id": "1", "status": "received"}),
    step("answer to placing", {"kind": "order", "order_id": "1", "filled": "0.005", "last_fee": "1.50"}),
    step("answer to placing", {"kind": "order", "order_id": "1", "filled": "0.010", "last_fee": "0.50"}),
    step("hears its end", {"kind": "order", "order_id": "1", "filled": "0"}),
)
TOLD_WHOLE = told(RESTS.id, *RESTS.steps[:-1], step("answer to placing", {"kind": "order", "order_id": "1", "filled": "0"}))
UNFILLED = but(RESTS, "query while it rests", {"filled": "0"})
FEELESS = told(RESTS.id, *(each for each in RESTS.steps if "last_fee" not in dict(each.facts)))

CASES = (
    ("what_rests_is_told", RESTS, PASSED, ""),
    ("what_rests_is_told", TOLD_WHOLE, FAILED, "0 of an order that rests was told to be filled in the end, 0.01 was answered"),
    ("what_rests_is_told", UNFILLED, UNSEEN, "nothing was heard of how much"),
    ("what_rests_is_told", FEELESS, UNSEEN, "nothing was heard of how much"),
    ("fees_are_told", RESTS, PASSED, ""),
    ("fees_are_told", but(RESTS, "fills", {"fee": "2.1"}), FAILED, "fees of 2.00 were told with the fills of an order that paid 2.1"),
    ("fees_are_told", but(RESTS, "fills", {"fee": ()}), UNSEEN, "tells no fee"),
    ("fees_are_told", FEELESS, MOOT, "reads no last_fee"),
    ("sums_of_reports_add_up", SUMS, PASSED, ""),
    ("sums_of_reports_add_up", but(SUMS, "hears whole", {"filled": "2"}), FAILED, "tells of 2, by which the sum grows from 1 to 2"),
    ("sums_of_reports_add_up", but(SUMS, "hears whole", {"last_filled": "0"}), PASSED, ""),
    ("sums_of_reports_add_up", but(SUMS, "query", {"notional": "31"}), FAILED, "30 was told to be spent in the end, 31 was answered"),
    ("sums_of_reports_add_up", but(SUMS, "query", {"notional": ()}), PASSED, ""),
    ("sums_of_reports_add_up", UNSUMMED, MOOT, "reads no last_filled"),
    ("sums_of_reports_add_up", but(but(SUMS, "hears half", {"worked_out": "filled"}), "hears whole", {"worked_out": "filled"}), PASSED, ""),
    ("sums_of_reports_add_up", but(but(SUMS, "hears two", {"order_id": ("1", "2")}), "hears whole", {"filled": "9"}), PASSED, ""),
    ("sums_of_reports_add_up", but(SUMS, "hears whole", {"order_id": ("2", "1"), "notional": "1"}), PASSED, ""),
    ("sums_of_reports_add_up", cut(SUMS, "rest"), UNSEEN, "did not get as far"),
    ("sums_of_reports_add_up", but(SUMS, "query", {"notional": "31"}, status=500), UNSEEN, "was answered 500"),
    ("numbers_of_own_orders_have_no_gap", NUMBERED, PASSED, ""),
    ("numbers_of_own_orders_have_no_gap", but(NUMBERED, "hears two", {"sequence": "4"}), FAILED, "number 4 follows 2"),
    ("numbers_of_own_orders_have_no_gap", OWN, UNSEEN, "reads no sequence"),
    ("open_orders_are_told_first", BEGINNING, PASSED, ""),
    ("open_orders_are_told_first", but(BEGINNING, "hears first", {"order_id": "6"}), FAILED, "not among those that are told first"),
    ("open_orders_are_told_first", cut(BEGINNING, "hears first"), UNSEEN, "no message of open orders"),
    ("each_fill_is_told", HALVES, PASSED, ""),
    ("each_fill_is_told", cut(HALVES, "hears half"), FAILED, "that 1 of an order was filled while it rested was not heard"),
    ("each_fill_is_told", but(HALVES, "hears whole", {"filled": "1"}), FAILED, "1 of an order was heard to be filled in the end, 2"),
    ("each_fill_is_told", but(HALVES, "query half", {"filled": "0"}), UNSEEN, "not filled half by half"),
    ("each_fill_is_told", but(HALVES, "rest", {"order_id": "7"}), UNSEEN, "nothing was heard of the order"),
    ("each_fill_is_told", but(HALVES, "hears whole", {"kind": "closed", "order_id": (), "filled": ()}), UNSEEN, "connection ended before"),
    ("nothing_is_told_twice", OWN, PASSED, ""),
    ("nothing_is_told_twice", but(OWN, "hears two", {"message": "a"}), FAILED, "1 messages of own orders came more than once"),
    ("nothing_is_told_twice", told("streams.own-orders", step("place")), UNSEEN, "no order was heard of"),
    ("nothing_is_told_twice", AGAIN, PASSED, ""),
    (
        "nothing_is_told_twice",
        but(AGAIN, "hears two", {"event_id": ""}),
        FAILED,
        "1 messages of own orders came more than once, without an id",
    ),
    ("nothing_is_told_twice", but(but(AGAIN, "hears one", {"event_id": ()}), "hears two", {"event_id": ()}), MOOT, "by no id (event_id)"),
    ("nothing_is_told_twice", but(AGAIN, "hears one", {"message": "b"}), PASSED, ""),
    ("orders_are_told_by_their_client_id", OWN, PASSED, ""),
    ("orders_are_told_by_their_client_id", but(OWN, "hears one", {"client_order_id": "x"}), FAILED, "placed as c is told of as x"),
    ("orders_are_told_by_their_client_id", CANCELLED, PASSED, ""),
    ("orders_are_told_by_their_client_id", but(CANCELLED, "hears one", {"client_order_id": "x"}), FAILED, "placed as c is told of as x"),
    ("orders_are_told_by_their_client_id", but(OWN, "hears one", {"client_order_id": ()}), UNSEEN, "no report with a client order id"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_a_private_stream_tells_each_thing_once_and_whole(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"heard.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
