"""Everything cancelled at once, as told by hand."""

from __future__ import annotations

import pytest

from certification.evidence.record import Scenario
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
OPEN, GONE = {"status": "open"}, {"status": "cancelled"}


def balances(held: str = "3") -> Facts:
    return {"asset": ("BTC", "USD"), "free": ("1", "100"), "held": ("0", held)}


MARKET = told(
    "cancel-all.of-the-account",
    step("balances before", balances()),
    step("place first", {"order_id": "1"}),
    step("place second", {"order_id": "2"}),
    step("place elsewhere", {"order_id": "3"}),
    step("open orders before", {"order_id": ("2", "1")}),
    step("cancel all", {"order_id": ("1", "2"), "stated.scope": "market", "stated.listed": "market"}),
    step("first after", GONE),
    step("second after", status=404),
    step("elsewhere after", OPEN),
    step("open orders after"),
    step("cancel elsewhere"),
    step("balances after", balances()),
)
ACCOUNT = but(
    but(
        cut(but(MARKET, "elsewhere after", GONE), "cancel elsewhere"),
        "cancel all",
        {"order_id": (), "count": "3", "stated.scope": "account", "stated.listed": "account"},
    ),
    "open orders before",
    {"order_id": ("3", "2", "1")},
)
IN_PART = told(
    "cancel-all.filled-in-part",
    step("balances before", balances()),
    step("place first", {"order_id": "1"}),
    step("place another account's", {"order_id": "9"}),
    step("open orders before", {"order_id": "1"}),
    step("cancel all", {"count": "1", "stated.scope": "account", "stated.listed": "account"}),
    step("first after", GONE),
    step("open orders after"),
    step("balances after", balances()),
    step("another account's after", OPEN),
)
NO_ID: Facts = {"order_id": ()}


@pytest.mark.parametrize(
    ("check", "scenario", "outcome", "said"),
    [
        pytest.param("everything_is_cancelled", MARKET, PASSED, "", id="of a market"),
        pytest.param("everything_is_cancelled", ACCOUNT, PASSED, "", id="of an account"),
        pytest.param("everything_is_cancelled", but(MARKET, "first after", OPEN), FAILED, "(first) has the status open", id="one rests"),
        pytest.param(
            "everything_is_cancelled", but(ACCOUNT, "elsewhere after", OPEN), FAILED, "(elsewhere) has the status", id="one rests elsewhere"
        ),
        pytest.param(
            "everything_is_cancelled",
            but(IN_PART, "first after", {"status": "partially_filled"}),
            FAILED,
            "status partially_filled",
            id="one that was filled in part",
        ),
        pytest.param(
            "everything_is_cancelled", but(MARKET, "open orders after", {"order_id": "2"}), FAILED, "(second) still stands", id="listed"
        ),
        pytest.param("everything_is_cancelled", but(MARKET, "cancel all", status=401), UNSEEN, "was answered 401", id="refused"),
        pytest.param("everything_is_cancelled", but(MARKET, "first after", status=429), UNSEEN, "answered 429", id="throttled"),
        pytest.param(
            "everything_is_cancelled",
            but(but(MARKET, "place first", status=400), "place second", status=400),
            UNSEEN,
            "no order was placed",
            id="nothing to cancel",
        ),
        pytest.param("other_markets_stay", MARKET, PASSED, "", id="rests elsewhere"),
        pytest.param("other_markets_stay", but(MARKET, "elsewhere after", {"status": "filled"}), PASSED, "", id="filled elsewhere"),
        pytest.param("other_markets_stay", but(MARKET, "elsewhere after", GONE), FAILED, "another market", id="cancelled elsewhere"),
        pytest.param(
            "other_markets_stay",
            but(but(MARKET, "first after", {"status": "open"}), "second after", {"status": "open"}),
            UNSEEN,
            "nothing was cancelled",
            id="nothing cancelled",
        ),
        pytest.param("other_markets_stay", ACCOUNT, MOOT, "every market", id="all markets"),
        pytest.param("other_markets_stay", cut(MARKET, "place elsewhere"), MOOT, "trading.also", id="no other market"),
        pytest.param("other_markets_stay", but(MARKET, "place elsewhere", status=400), UNSEEN, "answered 400", id="not placed elsewhere"),
        pytest.param("other_accounts_stay", IN_PART, PASSED, "", id="the other's rests"),
        pytest.param("other_accounts_stay", but(IN_PART, "another account's after", GONE), FAILED, "another account", id="gone"),
        pytest.param("other_accounts_stay", cut(IN_PART, "place another account's"), UNSEEN, "did not get as far", id="no other's"),
        pytest.param("other_accounts_stay", but(IN_PART, "first after", OPEN), UNSEEN, "nothing was cancelled", id="nothing gone"),
        pytest.param("holds_are_freed", MARKET, PASSED, "", id="freed"),
        pytest.param("holds_are_freed", but(MARKET, "balances after", balances("5")), FAILED, "USD: 3 was held before, and 5", id="held"),
        pytest.param("holds_are_freed", but(MARKET, "balances after", balances("1")), PASSED, "", id="what rested before is freed too"),
        pytest.param("holds_are_freed", but(MARKET, "first after", OPEN), UNSEEN, "still rests", id="held for what rests"),
        pytest.param("holds_are_freed", but(MARKET, "cancel elsewhere", status=500), UNSEEN, "answered 500", id="held for elsewhere"),
        pytest.param("it_tells_what_was_cancelled", MARKET, PASSED, "", id="named"),
        pytest.param("it_tells_what_was_cancelled", ACCOUNT, PASSED, "", id="counted"),
        pytest.param(
            "it_tells_what_was_cancelled", but(MARKET, "cancel all", {"order_id": "2"}), FAILED, "cancelled and not named", id="one unnamed"
        ),
        pytest.param(
            "it_tells_what_was_cancelled",
            but(MARKET, "cancel all", {"order_id": ("1", "2", "7")}),
            FAILED,
            "named that did not rest",
            id="one too many named",
        ),
        pytest.param(
            "it_tells_what_was_cancelled", but(MARKET, "open orders before", {"order_id": "1"}), PASSED, "", id="named before it is listed"
        ),
        pytest.param(
            "it_tells_what_was_cancelled",
            but(ACCOUNT, "open orders before", {"order_id": "1"}),
            PASSED,
            "",
            id="counted before it is listed",
        ),
        pytest.param(
            "it_tells_what_was_cancelled", but(ACCOUNT, "cancel all", {"count": "2"}), FAILED, "3 orders were cancelled and 2", id="too few"
        ),
        pytest.param(
            "it_tells_what_was_cancelled", but(ACCOUNT, "cancel all", {"count": "4"}), FAILED, "3 orders rested and 4", id="too many"
        ),
        pytest.param(
            "it_tells_what_was_cancelled",
            but(ACCOUNT, "cancel all", {"count": "4", "stated.listed": "market"}),
            PASSED,
            "",
            id="others may have rested elsewhere",
        ),
        pytest.param("it_tells_what_was_cancelled", but(MARKET, "cancel all", NO_ID), MOOT, "neither count nor order_id", id="untold"),
    ],
)
def test_what_is_said_of_cancelling_everything(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"cancel_all.{check}", scenario)
    assert answer.outcome is outcome
    assert said in answer.summary
