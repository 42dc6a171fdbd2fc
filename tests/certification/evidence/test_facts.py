"""What a step's facts are read as."""

from __future__ import annotations

from decimal import Decimal

import pytest

from certification.evidence.facts import UnclearError, holdings, number, numbers, text, text_or_empty, texts
from certification.evidence.record import ScenarioStep


def step(**facts: str) -> ScenarioStep:
    return ScenarioStep(label="look", call=None, facts=tuple(facts.items()))


def test_a_fact_has_as_many_values_as_were_read_in_their_order() -> None:
    twice = ScenarioStep(label="look", call=None, facts=(("price", "2"), ("status", "open"), ("price", "1.10")))
    assert (texts(twice, "price"), text(twice, "price"), texts(twice, "fee")) == (("2", "1.10"), "2", ())
    assert numbers(twice, "price") == (Decimal(2), Decimal("1.10"))


def test_a_null_is_no_word_and_no_number() -> None:
    assert text_or_empty(step(price="null"), "price") == text_or_empty(step(), "price") == ""
    assert numbers(step(price="null"), "price", null_is_none=True) == ()
    with pytest.raises(UnclearError, match="'price' in the answer to 'look' is no number"):
        numbers(step(price="null"), "price")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+400", "1E-400"])
def test_what_nothing_trades_in_is_no_amount(amount: str) -> None:
    with pytest.raises(UnclearError, match="no amount that anything trades in"):
        numbers(step(price=amount), "price")


def test_a_fact_that_was_not_read_is_said_to_be_missing_from_the_profile() -> None:
    with pytest.raises(UnclearError, match="the profile reads no 'fee' from the answer to 'look'"):
        number(step(), "fee")


def test_holdings_are_read_whole_or_not_at_all() -> None:
    assert holdings(step(asset="BTC", free="1", held="0.5")) == {"BTC": (Decimal(1), Decimal("0.5"))}
    with pytest.raises(UnclearError, match="no asset, free and held"):
        holdings(step(asset="BTC", free="1"))
