"""Which orders are tried beyond an instrument's least and greatest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.evidence.facts import texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.smallest import orders_too_small
from tests.simulators.told import step


class Market:
    """Answers for one instrument, and keeps what was placed."""

    symbol = "BTC-USD"
    price, price_step, quantity_step = Decimal(50_000), Decimal("0.01"), Decimal("0.000001")

    def __init__(self, **told: str) -> None:
        self._told = told

    def has(self, role: str) -> bool:
        return role in {"instrument", "depth"}

    def ask(self, role: str, _arguments: dict[str, str], *, label: str) -> ScenarioStep:
        return step(label, self._told if role == "instrument" else {"bids.price": ("63990", "63980"), "asks.price": "64010"})

    def place(self, *, label: str, price: str = "50000", quantity: str = "0.01") -> ScenarioStep:
        return step(label, {"asked.price": price, "asked.quantity": quantity})


def tried(**told: str) -> dict[str, tuple[str, str]]:
    steps = list(orders_too_small(Market(**told)))  # type: ignore[arg-type]  # of a venue, only this is needed
    return {each.label: (texts(each, "asked.price")[0], texts(each, "asked.quantity")[0]) for each in steps[1:]}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"min_quantity": "0.0001"}, {"place below the least quantity": ("50000", "0.000099")}),
        ({"max_quantity": "100"}, {"place above the greatest quantity": ("0.01", "100.000001")}),
        ({"min_notional": "5"}, {"place below the least notional": ("50000", "0.000001")}),
        (
            {"min_quantity": "0.0001", "max_quantity": "100", "min_notional": "5"},
            {
                "place below the least quantity": ("50505.06", "0.000099"),
                "place above the greatest quantity": ("0.05", "100.000001"),
                "place below the least notional": ("49999.99", "0.000100"),
            },
        ),
        (
            {"min_quantity": "0.0000015", "min_notional": "1"},
            {"place below the least quantity": ("50000", "0.000001"), "place below the least notional": ("50000", "0.000002")},
        ),
        ({}, {}),
    ],
)
def test_each_order_breaks_one_rule_alone(told: dict[str, str], expected: dict[str, tuple[str, str]]) -> None:
    assert tried(**told) == expected
