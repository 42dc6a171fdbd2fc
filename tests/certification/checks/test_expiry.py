"""Orders that end by themselves, as told by hand."""

from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED


def balances(free: str = "100", held: str = "0") -> Facts:
    return {"asset": ("BTC", "USD"), "free": ("1", free), "held": ("0", held)}


ENDED = told(
    "expiry.order",
    step("balances before", balances()),
    step("place", {"order_id": "7", "status": "open"}),
    step("query while it lives", {"order_id": "7", "status": "open", "filled": "0", "left_ms": "1900"}),
    step("balances while it lives", balances("50", "50")),
    step("query after its time", {"order_id": "7", "status": "expired", "filled": "0"}),
    step("open orders after", {"order_id": ("8", "9")}),
    step("balances after", balances()),
    step("cancel after its time", status=409),
    step("query in the end", {"order_id": "7", "status": "expired"}),
    step("balances in the end", balances()),
)
HEARD = told(
    "expiry.told",
    step("first hears subscribed", {"kind": "subscribed"}, status=None),
    step("place", {"order_id": "7", "status": "open"}),
    step("query after its time", {"order_id": "7", "status": "expired"}),
    step("first hears order", {"kind": "order", "order_id": "7", "status": "open"}, status=None),
    step("first hears order", {"kind": "order", "order_id": "6", "status": "cancelled"}, status=None),
    step("first hears order", {"kind": "order", "order_id": "7", "status": "expired"}, status=None),
)


PAST = told(
    "expiry.past",
    step("place with its end behind", {"order_id": "7"}),
    step("query with its end behind", {"order_id": "7", "status": "expired", "filled": "0"}),
    step("place", {"order_id": "8"}),
)
REFUSED = but(PAST, "place with its end behind", status=409)
IN_PART = told(
    "expiry.filled-in-part",
    step("balances before", balances()),
    step("place", {"order_id": "7"}),
    step("query while it lives", {"status": "partially_filled", "filled": "0.10"}),
    step("query after its time", {"status": "expired", "filled": "0.1"}),
    step("balances after", balances("95")),
)
UNTIL_NOW = "query after its time"


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("ends_in_the_past_trade_nothing", REFUSED, PASSED, "", id="refused"),
        pytest.param("ends_in_the_past_trade_nothing", PAST, PASSED, "", id="ended at once"),
        pytest.param(
            "ends_in_the_past_trade_nothing",
            but(PAST, "query with its end behind", {"status": "filled", "filled": "1"}),
            FAILED,
            "was filled",
            id="filled",
        ),
        pytest.param(
            "ends_in_the_past_trade_nothing",
            but(PAST, "query with its end behind", {"status": "open"}),
            FAILED,
            "has the status open",
            id="left in the book",
        ),
        pytest.param("ends_in_the_past_trade_nothing", but(REFUSED, "place", status=409), UNSEEN, "answered 409", id="none is taken"),
        pytest.param("part_filled_orders_end_too", IN_PART, PASSED, "", id="ended in part"),
        pytest.param(
            "part_filled_orders_end_too",
            but(IN_PART, UNTIL_NOW, {"status": "partially_filled"}),
            FAILED,
            "status partially_filled after its end",
            id="outlives its time",
        ),
        pytest.param(
            "part_filled_orders_end_too",
            but(IN_PART, UNTIL_NOW, {"filled": "0"}),
            FAILED,
            "0.10 were filled before the end, 0",
            id="undone",
        ),
        pytest.param("part_filled_orders_end_too", but(IN_PART, UNTIL_NOW, {"filled": "0.15"}), PASSED, "", id="somebody sold more"),
        pytest.param(
            "part_filled_orders_end_too",
            but(IN_PART, "balances after", balances("90", "5")),
            FAILED,
            "USD: 0 was held before, and 5",
            id="still held for",
        ),
        pytest.param(
            "part_filled_orders_end_too", but(IN_PART, "query while it lives", {"filled": "0"}), UNSEEN, "not filled in part", id="unfilled"
        ),
    ],
)
def test_what_is_said_of_ends_behind_and_of_parts(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"expiry.{check}", scenario)
    assert said in answer.summary
    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("orders_end_at_their_time", ENDED, PASSED, "", id="in time"),
        pytest.param(
            "orders_end_at_their_time", but(ENDED, "query after its time", {"status": "open"}), FAILED, "status open after", id="never"
        ),
        pytest.param(
            "orders_end_at_their_time",
            but(ENDED, "query while it lives", {"status": "expired"}),
            FAILED,
            "expired 1900 ms before its end",
            id="early",
        ),
        pytest.param(
            "orders_end_at_their_time",
            but(ENDED, "query while it lives", {"status": "expired", "left_ms": "-30"}),
            PASSED,
            "",
            id="ended while it was asked for",
        ),
        pytest.param("orders_end_at_their_time", but(ENDED, "place", status=409), UNSEEN, "was answered 409", id="not placed"),
        pytest.param("expired_orders_hold_nothing", ENDED, PASSED, "", id="free again"),
        pytest.param(
            "expired_orders_hold_nothing", but(ENDED, "balances after", balances("50", "50")), FAILED, "USD: free 100 and held 0", id="held"
        ),
        pytest.param("expired_orders_hold_nothing", but(ENDED, "query after its time", {"filled": "1"}), UNSEEN, "was filled", id="filled"),
        pytest.param(
            "expired_orders_hold_nothing", but(ENDED, "query after its time", {"status": "open"}), UNSEEN, "had not ended", id="rests still"
        ),
        pytest.param("expired_orders_are_not_listed", ENDED, PASSED, "", id="gone"),
        pytest.param(
            "expired_orders_are_not_listed", but(ENDED, "open orders after", {"order_id": ("8", "7")}), FAILED, "still stands", id="listed"
        ),
        pytest.param("expired_orders_are_not_listed", cut(ENDED, "open orders after"), UNSEEN, "did not get as far", id="no list"),
        pytest.param("expired_orders_cannot_be_cancelled", ENDED, PASSED, "", id="refused"),
        pytest.param(
            "expired_orders_cannot_be_cancelled",
            but(ENDED, "cancel after its time", {"status": "expired"}, status=200),
            PASSED,
            "",
            id="answered as it ended",
        ),
        pytest.param(
            "expired_orders_cannot_be_cancelled",
            but(but(ENDED, "cancel after its time", {"status": "cancelled"}, status=200), "query in the end", {"status": "cancelled"}),
            FAILED,
            "ended as expired was cancelled, and is cancelled",
            id="cancelled",
        ),
        pytest.param(
            "expired_orders_cannot_be_cancelled",
            but(ENDED, "cancel after its time", status=500),
            FAILED,
            "has ended was answered 500",
            id="crash",
        ),
        pytest.param(
            "expired_orders_cannot_be_cancelled",
            but(ENDED, "balances in the end", balances("150")),
            FAILED,
            "cancelled after its end, USD changed",
            id="paid again",
        ),
        pytest.param("expired_orders_cannot_be_cancelled", but(ENDED, "cancel after its time", status=429), UNSEEN, "throttled", id="busy"),
        pytest.param(
            "expired_orders_cannot_be_cancelled",
            but(ENDED, "cancel after its time", {"refusal": "rate_limit"}, status=200),
            UNSEEN,
            "throttled",
            id="busy, inside an answer",
        ),
        pytest.param("expiries_are_told", HEARD, PASSED, "", id="told"),
        pytest.param("expiries_are_told", told(HEARD.id, *HEARD.steps[:-1]), FAILED, "not heard (open was)", id="untold"),
        pytest.param("expiries_are_told", told(HEARD.id, *HEARD.steps[:3]), FAILED, "not heard (nothing was)", id="silence"),
        pytest.param(
            "expiries_are_told",
            told(HEARD.id, *HEARD.steps[:-1], step("first hears closed", {"kind": "closed"}, status=None)),
            UNSEEN,
            "connection ended before expiry.told did",
            id="cut off",
        ),
        pytest.param(
            "expiries_are_told",
            told(HEARD.id, *HEARD.steps, step("first hears closed", {"kind": "closed"}, status=None)),
            PASSED,
            "",
            id="told before it was cut off",
        ),
        pytest.param("expiries_are_told", cut(HEARD, "first hears subscribed"), UNSEEN, "was not confirmed", id="not subscribed"),
    ],
)
def test_an_order_that_ended_by_itself_is_gone(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"expiry.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
