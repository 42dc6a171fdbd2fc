from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED


def balances(label: str, usd: tuple[str, str], btc: tuple[str, str] = ("2", "0")) -> ScenarioStep:
    """Free and held of two assets."""
    facts: dict[str, str | tuple[str, ...]] = {"asset": ("USD", "BTC"), "free": (usd[0], btc[0]), "held": (usd[1], btc[1])}
    return step(label, facts)


ORDER = {"asked.symbol": "BTCUSD", "asked.price": "50000", "asked.quantity": "0.01"}
REST = told(
    "orders.rest-and-cancel",
    balances("balances before", ("1000", "0")),
    step("place", ORDER, status=201),
    balances("balances while it rests", ("499.5", "500.5")),
    step("cancel"),
    balances("balances after", ("1000.00", "0.0")),
)
FILL: dict[str, str | tuple[str, ...]] = {
    "price": ("50000", "50001"),
    "quantity": ("0.006", "0.004"),
    "fee": ("0.6", "0.400008"),
    "taker_fee": "0.002",
}
FILLED = told(
    "orders.good-till-cancelled-meets-the-book",
    balances("balances before", ("1000", "0")),
    step("place", ORDER, status=201),
    step("fills", FILL),
    balances("balances after", ("498.995992", "0"), ("2.01", "0")),
)
IN_BASE = but(
    but(FILLED, "fills", {"fee_asset": ("BTC", "BTC"), "fee": ("0.00001", "0.00001")}),
    "balances after",
    {"free": ("499.996", "2.00998")},
)

AGAIN = replace(REST, steps=(*REST.steps, balances("balances in the end", ("1500", "0"))))
TOTAL = but(REST, "balances while it rests", {"total": ("1000", "2")})
CASES = (
    ("totals_add_up", TOTAL, PASSED, ""),
    (
        "totals_add_up",
        but(TOTAL, "balances while it rests", {"total": ("499.5", "2")}),
        FAILED,
        "USD: free 499.5 and held 500.5, but 499.5",
    ),
    ("totals_add_up", REST, Outcome.NOT_APPLICABLE, "reads no total"),
    ("totals_add_up", but(TOTAL, "balances while it rests", {"worked_out": "free"}), Outcome.NOT_APPLICABLE, "beside free and held"),
    ("totals_add_up", cut(REST, "balances while it rests"), UNSEEN, "did not get as far"),
    ("resting_orders_are_held_for", REST, PASSED, ""),
    (
        "resting_orders_are_held_for",
        but(REST, "balances while it rests", {"held": ("500.4", "0")}),
        FAILED,
        "fell by 500.5, held rose by 500.4",
    ),
    (
        "resting_orders_are_held_for",
        but(REST, "balances while it rests", {"free": ("501", "2"), "held": ("499", "0")}),
        FAILED,
        "499 USD is held for an order that needs 500",
    ),
    ("resting_orders_are_held_for", but(REST, "place", {"asked.symbol": "XBTZUSD"}), UNSEEN, "do not tell which assets XBTZUSD trades"),
    ("cancelling_gives_everything_back", REST, PASSED, ""),
    (
        "cancelling_gives_everything_back",
        AGAIN,
        FAILED,
        "cancelled once more, USD",
    ),
    (
        "cancelling_gives_everything_back",
        but(REST, "balances after", {"held": ("0.000001", "0")}),
        FAILED,
        "USD: free 1000 and held 0 became",
    ),
    (
        "cancelling_gives_everything_back",
        but(REST, "balances after", {"asset": ("USD", "DOGE"), "free": ("1000", "1")}),
        FAILED,
        "BTC: free 2 and held 0 became 0 and 0; DOGE: free 0 and held 0 became 1 and 0",
    ),
    ("cancelling_gives_everything_back", but(REST, "balances after", {"free": "1000"}), UNSEEN, "reads no asset, free and held"),
    ("cancelling_gives_everything_back", cut(REST, "cancel"), UNSEEN, "cancel"),
    ("fills_add_up", FILLED, PASSED, ""),
    ("fills_add_up", IN_BASE, PASSED, ""),
    (
        "fills_add_up",
        but(FILLED, "balances after", {"free": ("498.995993", "2.01")}),
        FAILED,
        "USD changed by -501.004007; the fills and fees say -501.004008",
    ),
    ("fills_add_up", but(FILLED, "balances after", {"free": ("498.995992", "2.02")}), FAILED, "BTC changed by 0.02"),
    ("fills_add_up", but(FILLED, "fills", {"fee": "0.6"}), UNSEEN, "no price, quantity and fee"),
    ("fees_are_as_documented", FILLED, PASSED, ""),
    ("fees_are_as_documented", but(FILLED, "fills", {"fee": ("0.60", "0.40")}), PASSED, ""),
    ("fees_are_as_documented", but(FILLED, "fills", {"fee": ("0", "0")}), FAILED, "was charged 0 USD; 0.002 of it is"),
    ("fees_are_as_documented", but(FILLED, "fills", {"taker_fee": ()}), UNSEEN, "does not say the taker fee"),
    ("fees_are_as_documented", but(IN_BASE, "fills", {"fee": ("0.000012", "0.000008")}), PASSED, ""),
    ("fees_are_as_documented", but(IN_BASE, "fills", {"fee": ("0.6", "0.4")}), FAILED, "was charged 0.6 BTC; 0.002 of it is 0.000012"),
    ("fees_are_as_documented", but(FILLED, "fills", {"fee_asset": ("XYZ", "XYZ")}), UNSEEN, "the fee is paid in XYZ"),
    ("fees_are_as_documented", but(FILLED, "fills", {"fee": "0.6"}), UNSEEN, "no price, quantity and fee"),
    ("no_balance_is_negative", REST, PASSED, ""),
    ("no_balance_is_negative", but(REST, "balances after", {"free": ("-0.01", "2")}), FAILED, "USD: free -0.01, held 0.0 (balances after)"),
    ("no_balance_is_negative", but(REST, "balances before", {"held": ("0", "-1")}), FAILED, "BTC: free 2, held -1"),
    ("no_balance_is_negative", told("orders.rest-and-cancel", step("place")), UNSEEN, "no balances were read"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_money_is_neither_made_nor_lost(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"balances.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary
