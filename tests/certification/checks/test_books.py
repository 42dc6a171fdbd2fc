from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
EMPTY = {"bids.price": (), "asks.price": (), "bids.quantity": (), "asks.quantity": ()}
BOOK = told(
    "books.own-orders-in-depth",
    step("place 0 steps below", {"asked.price": "99", "asked.quantity": "2"}, status=201),
    step("place 3 steps below", {"asked.price": "50", "asked.quantity": "2"}, status=201),
    step(
        "depth",
        {
            "bids.price": ("100", "99.0", "98"),
            "bids.quantity": ("1", "2.5", "3"),
            "asks.price": ("101", "102"),
            "asks.quantity": ("1", "1"),
        },
    ),
    step("depth of five", {"bids.price": ("100", "99"), "asks.price": ("101", "102", "103", "104", "105")}),
)

CASES = (
    ("depth_keeps_its_limit", BOOK, PASSED, ""),
    ("depth_keeps_its_limit", but(BOOK, "depth of five", {"bids.price": tuple("987654")}), FAILED, "6 bids where 5 were asked for"),
    ("depth_keeps_its_limit", but(BOOK, "depth of five", status=400), UNSEEN, "was answered 400"),
    ("depth_keeps_its_limit", cut(BOOK, "depth of five"), Outcome.NOT_APPLICABLE, "takes no limit"),
    ("depth_is_sorted", BOOK, PASSED, ""),
    ("depth_is_sorted", but(BOOK, "depth", {"bids.price": ("99", "100", "98")}), FAILED, "bid 100 stands behind 99"),
    ("depth_is_sorted", but(BOOK, "depth", {"bids.price": ("100", "100", "98")}), FAILED, "bid 100 stands behind 100"),
    ("depth_is_sorted", but(BOOK, "depth", {"asks.price": ("102", "101")}), FAILED, "ask 101 stands behind 102"),
    ("depth_is_sorted", but(BOOK, "depth", EMPTY), UNSEEN, "reads no bids.price and asks.price"),
    ("depth_is_not_crossed", BOOK, PASSED, ""),
    ("depth_is_not_crossed", but(BOOK, "depth", {"asks.price": ("100", "102")}), FAILED, "best bid 100 is not below the best ask 100"),
    ("depth_is_not_crossed", but(BOOK, "depth", {"asks.price": ()}), UNSEEN, "one side of the book is empty"),
    ("depth_has_no_empty_levels", BOOK, PASSED, ""),
    ("depth_has_no_empty_levels", but(BOOK, "depth", {"asks.quantity": ("1", "0.00000000")}), FAILED, "a level offers 0.00000000"),
    ("depth_has_no_empty_levels", but(BOOK, "depth", EMPTY), UNSEEN, "reads no quantities"),
    ("resting_orders_stand_in_the_depth", BOOK, PASSED, ""),
    ("resting_orders_stand_in_the_depth", but(BOOK, "depth", {"bids.quantity": ("1", "1.9", "3")}), FAILED, "2 at 99 is not in the depth"),
    ("resting_orders_stand_in_the_depth", but(BOOK, "depth", {"bids.price": ("100", "98.5", "98")}), FAILED, "2 at 99 is not in the depth"),
    ("resting_orders_stand_in_the_depth", but(BOOK, "depth", status=503), UNSEEN, "answered 503"),
    (
        "resting_orders_stand_in_the_depth",
        but(but(BOOK, "place 0 steps below", status=400), "place 3 steps below", status=400),
        UNSEEN,
        "no order was accepted",
    ),
    ("depth_is_sorted", cut(BOOK, "depth"), UNSEEN, "did not get as far as 'depth'"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_the_book_is_sorted_uncrossed_and_whole(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"books.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
