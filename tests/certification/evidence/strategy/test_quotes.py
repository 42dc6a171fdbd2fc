"""Where the reference strategy quotes: inside the spread, leaning against what it holds, and never across the market."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.strategy.quotes import Market, Terms, closing, two_sided

TERMS = Terms(price=Decimal(50), price_step=Decimal("0.5"), quantity=Decimal("0.01"), quantity_step=Decimal("0.001"))


@pytest.mark.parametrize(
    ("market", "inventory", "expected"),
    [
        pytest.param(Market(bid=Decimal(90), ask=Decimal(110)), "0", ("91.0", "109.0"), id="inside the spread"),
        pytest.param(Market(bid=Decimal(90), ask=Decimal(110)), "1", ("90.5", "108.5"), id="lower where too much is held"),
        pytest.param(Market(bid=Decimal(90), ask=Decimal(110)), "-1", ("91.5", "109.5"), id="higher where too little is held"),
        pytest.param(Market(bid=Decimal(90), ask=Decimal("90.5")), "1", ("90", "90.5"), id="at the best where there is no room"),
        pytest.param(Market(bid=None, ask=None), "0", ("50", "51.0"), id="an empty book"),
        pytest.param(Market(bid=None, ask=Decimal(60)), "0", ("59.0", "60"), id="nobody buys"),
        pytest.param(Market(bid=Decimal(60), ask=None), "0", ("60", "61.0"), id="nobody sells"),
    ],
)
def test_quotes_stand_on_both_sides(market: Market, inventory: str, expected: tuple[str, str]) -> None:
    buy, sell = two_sided(market, TERMS, Decimal(inventory))
    assert (buy.price, sell.price) == tuple(map(Decimal, expected))
    assert (buy.side, sell.side) == ("buy", "sell")
    assert buy.quantity == sell.quantity == Decimal("0.02")


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from((-1, 0, 1)))
def test_quotes_never_meet_the_market_or_each_other(bid: int, spread: int, inventory: int) -> None:
    market = Market(bid=bid * TERMS.price_step, ask=(bid + spread) * TERMS.price_step)
    buy, sell = two_sided(market, TERMS, Decimal(inventory))
    assert market.bid is not None
    assert market.ask is not None
    assert market.bid <= buy.price < sell.price <= market.ask


@pytest.mark.parametrize(
    ("inventory", "expected"),
    [
        pytest.param("0.0259", (False, "90", "0.025"), id="sells at the best bid, whole steps"),
        pytest.param("-0.02", (True, "110", "0.02"), id="buys back at the best ask"),
        pytest.param("0.0009", None, id="less than a step stays"),
    ],
)
def test_what_is_left_is_closed_at_the_best_price(inventory: str, expected: tuple[bool, str, str] | None) -> None:
    quote = closing(Market(bid=Decimal(90), ask=Decimal(110)), TERMS, Decimal(inventory))
    found = None if quote is None else (quote.buys, f"{quote.price:f}", f"{quote.quantity.normalize():f}")
    assert found == expected


def test_nothing_is_closed_in_an_empty_book() -> None:
    assert closing(Market(bid=None, ask=None), TERMS, Decimal(1)) is None
