"""What is sent at the same instant is decided one after the other."""

from __future__ import annotations

import pytest

from certification.checks import races
from certification.evidence.record import STATED_SHARED, TAKEN_AT_ONCE, Evidence, Scenario
from certification.model import Outcome
from tests.simulators.told import but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED
ASKED = {"asked.client_order_id": "c1"}
SAME = told(
    "races.same-client-id",
    step("place at once", {"order_id": "1", **ASKED}, status=201),
    step("place at once", {"order_id": "1", **ASKED}),
    step("place at once", {}, status=409),
    step("open orders", {"order_id": ("9", "1"), "client_order_id": ("c9", "c1")}),
)
TWO_ORDERS = told(
    "races.same-client-id",
    step("place at once", {"order_id": "1", **ASKED}, status=201),
    step("place at once", {"order_id": "2", **ASKED}, status=201),
    step("open orders", {"order_id": "1", "client_order_id": "c1"}),
)
SPENT = told(
    "races.spend-twice",
    step("buy most of it at once", {}, status=201),
    step("buy most of it at once", {}, status=422),
    step("cancel"),
    step("buy most of it at once", {}, status=422),
    step("buy most of it at once", {}, status=201),
    step("cancel"),
)
SPENT_TWICE = told(
    "races.spend-twice",
    step("buy most of it at once", {}, status=201),
    step("buy most of it at once", {}, status=201),
    step("cancel"),
)
HAD = {"asset": ("BTC", "USD"), "free": ("1", "100"), "held": ("0", "5")}
CANCELLED = told(
    "races.cancel-at-once",
    step("balances before", HAD),
    step("place", {}, status=201),
    step("cancel at once"),
    step("cancel at once", {}, status=404),
    step("balances after", HAD),
)
FILLED = told(
    "races.cancel-while-it-fills",
    step("balances before", HAD),
    step("order after", {"status": "filled", "filled": "0.01"}),
    step("sale after", {"status": "filled", "filled": "0.010"}),
    step("balances after", HAD | {"free": ("1.01", "50")}),
    step("balances before", HAD),
    step("order after", {"status": "cancelled", "filled": "0"}),
    step("sale after", {"status": "cancelled", "filled": "0"}),
    step("balances after", HAD),
)
WITHDRAWN = told(
    "races.withdraw-at-once",
    step("balances before", HAD),
    step("withdraw at once", {"withdrawal_id": "1", "asked.client_withdrawal_id": "c1"}, status=201),
    step("withdraw at once", {"withdrawal_id": "1", "asked.client_withdrawal_id": "c1"}),
    step("balances after", HAD | {"free": ("0.9", "100")}),
)
WITHDRAWN_TWICE = told(
    "races.withdraw-at-once",
    step("withdraw at once", {"withdrawal_id": "1", "asked.client_withdrawal_id": "c1"}, status=201),
    step("withdraw at once", {"withdrawal_id": "2", "asked.client_withdrawal_id": "c1"}, status=201),
)
SHARED = told(
    "races.cancel-while-it-fills",
    step("balances before", HAD),
    step("order after", {"status": "filled", "filled": "0.01"}),
    step("sale after", {"status": "filled", "filled": "0.02", STATED_SHARED: "yes"}),
    step("balances after", HAD),
)
CONFIRMED_FIRST = told(
    "races.spend-twice",
    step("buy most of it at once", {}, status=201),
    step("buy most of it at once", {}, status=201),
    step(TAKEN_AT_ONCE, {"status": "rejected", "filled": "0"}),
    step("cancel"),
)
CASES = (
    ("one_client_id_makes_one_order", SAME, PASSED, ""),
    ("one_client_id_makes_one_order", TWO_ORDERS, FAILED, "under one client order id made 2 orders"),
    (
        "one_client_id_makes_one_order",
        but(SAME, "open orders", {"order_id": ("1", "2"), "client_order_id": ("c1", "c1")}),
        FAILED,
        "made 2 orders",
    ),
    ("one_client_id_makes_one_order", but(SAME, "place at once", status=429), UNSEEN, "0 were decided on"),
    ("one_client_id_makes_one_order", but(SAME, "open orders", {"order_id": ("8", "9")}), UNSEEN, "does not stand among the open orders"),
    ("one_client_id_makes_one_order", cut(SAME, "place at once"), UNSEEN, "none met another"),
    ("what_there_is_is_spent_once", SPENT, PASSED, ""),
    ("what_there_is_is_spent_once", SPENT_TWICE, FAILED, "2 orders at once were accepted"),
    ("what_there_is_is_spent_once", but(SPENT, "buy most of it at once", status=422), UNSEEN, "4 were decided on and 0 accepted"),
    ("cancelling_at_once_gives_back_once", CANCELLED, PASSED, ""),
    (
        "cancelling_at_once_gives_back_once",
        but(CANCELLED, "balances after", {"free": ("1", "105"), "held": ("0", "0")}),
        FAILED,
        "USD: free 100 and held 5 became 105 and 0",
    ),
    ("cancelling_at_once_gives_back_once", but(CANCELLED, "cancel at once", status=503), UNSEEN, "0 were decided on"),
    ("cancels_and_fills_agree", FILLED, PASSED, ""),
    ("cancels_and_fills_agree", but(FILLED, "sale after", {"filled": "0.02"}), FAILED, "the order bought 0.01, the sale to it sold 0.02"),
    (
        "cancels_and_fills_agree",
        but(FILLED, "balances after", {"held": ("0", "6")}),
        FAILED,
        "6 USD is held after the order ended, 5 before",
    ),
    ("cancels_and_fills_agree", but(FILLED, "order after", status=404), UNSEEN, "'order after' was answered 404"),
    ("cancels_and_fills_agree", cut(FILLED, "sale after"), PASSED, ""),
    ("cancels_and_fills_agree", SHARED, UNSEEN, "others' orders can explain"),
    ("cancels_and_fills_agree", but(SHARED, "sale after", {"filled": "0.01"}), PASSED, ""),
    ("cancels_and_fills_agree", but(SHARED, "balances after", {"held": ("0", "6")}), FAILED, "6 USD is held"),
    ("what_there_is_is_spent_once", CONFIRMED_FIRST, PASSED, ""),
    (
        "what_there_is_is_spent_once",
        but(CONFIRMED_FIRST, TAKEN_AT_ONCE, {"status": "cancelled", "filled": "0.1"}),
        FAILED,
        "2 orders at once",
    ),
    ("what_there_is_is_spent_once", but(CONFIRMED_FIRST, TAKEN_AT_ONCE, {"status": "open"}), FAILED, "2 orders at once"),
    ("one_client_id_withdraws_once", WITHDRAWN, PASSED, ""),
    ("one_client_id_withdraws_once", WITHDRAWN_TWICE, FAILED, "made 2 withdrawals"),
    ("one_client_id_withdraws_once", but(WITHDRAWN, "balances after", HAD), UNSEEN, "changed no balance"),
    ("one_client_id_withdraws_once", cut(WITHDRAWN, "withdraw at once"), UNSEEN, "none met another"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_calls_that_meet_are_decided_one_after_the_other(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = getattr(races, check)(Evidence(scenarios=(scenario,)))
    assert answer.outcome is outcome, answer
    assert said in answer.summary


@pytest.mark.parametrize("check", sorted({case[0] for case in CASES}))
def test_where_nothing_was_sent_at_once_nothing_is_said(check: str) -> None:
    (answer,) = getattr(races, check)(Evidence(scenarios=()))
    assert answer.outcome is UNSEEN
