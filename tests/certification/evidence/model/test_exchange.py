"""What the model predicts, by hand-worked examples."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.model import ABILITIES, TERMS
from certification.evidence.model.action import Action, Cancel, Manner, Place, Repeat, Side, read_action, sentence, write_action
from certification.evidence.model.chance import Draw, by_chance
from certification.evidence.model.exchange import TRADERS, ZERO, Fate, ModelExchange
from certification.evidence.model.terms import FeeAsset, HeldForBuys, Rounding, SelfTrade, Terms, read_terms

USD, BTC = "USD", "BTC"
ROUND = replace(TERMS, prices=tuple(Decimal(price) for price in (100, 101, 102)), maker_fee=Decimal("0.01"), taker_fee=Decimal("0.02"))


def order(key: str, who: str, side: Side, quantity: str, *, level: int = 1, manner: Manner = Manner.REST) -> Place:
    return Place(key=key, who=who, side=side, manner=manner, level=level, quantity=Decimal(quantity))


def after(*actions: Action, **terms: Any) -> ModelExchange:
    model = ModelExchange(replace(ROUND, **terms))
    for action in actions:
        assert model.allows(action), action
        model.do(action)
    return model


BUY, SELL = order("a", "first", Side.BUY, "2"), order("b", "second", Side.SELL, "1.5")


def test_a_match_moves_money_and_charges_each_side_its_fee() -> None:
    model = after(BUY, SELL)
    assert model.changed == ("b", "a")
    assert (model.orders["a"].fate, model.orders["b"].fate) == (Fate.OPEN, Fate.FILLED)
    assert (model.owned("first", BTC), model.owned("first", USD)) == (Decimal("1.5"), Decimal("-151.5") - Decimal("1.515"))
    assert (model.owned("second", BTC), model.owned("second", USD)) == (Decimal("-1.5"), Decimal("151.5") - Decimal("3.03"))
    assert model.held("first", USD) == Decimal("0.5") * 101 * Decimal("1.02")
    assert model.held("second", BTC) == 0
    assert (model.level(Side.BUY, Decimal(101)), model.level(Side.SELL, Decimal(101))) == (Decimal("0.5"), ZERO)


@pytest.mark.parametrize(
    ("held", "due"), [(HeldForBuys.NOTIONAL, Decimal(202)), (HeldForBuys.NOTIONAL_AND_FEE, Decimal("206.04")), (None, None)]
)
def test_what_a_buy_holds_is_what_the_profile_says(held: HeldForBuys | None, due: Decimal | None) -> None:
    model = after(BUY, held_for_buys=held)
    assert model.held("first", USD) == due
    model.do(Cancel(key="a"))
    assert model.held("first", USD) == 0


@pytest.mark.parametrize(
    ("rounding", "step", "due"),
    [
        (Rounding.DOWN, "0.01", "0.01"),
        (Rounding.UP, "0.01", "0.02"),
        (Rounding.NEAREST, "0.01", "0.02"),
        (Rounding.DOWN, "0.5", "0"),
        (Rounding.DOWN, "0", "0.015"),
    ],
)
def test_fees_are_rounded_as_the_profile_says(rounding: Rounding, step: str, due: str) -> None:
    terms = replace(ROUND, fee_rounding=rounding, fee_step=Decimal(step))
    assert terms.fee(Decimal("1.5"), taker=False) == Decimal(due)


def test_a_held_fee_is_rounded_by_a_rule_of_its_own() -> None:
    terms = replace(ROUND, fee_rounding=Rounding.DOWN, fee_step=Decimal("0.01"))
    dear = max(terms.maker_fee, terms.taker_fee)
    exact = Decimal("0.123") * dear
    assert terms.held_fee(Decimal("0.123")) == exact
    rounded = replace(terms, held_rounding=Rounding.UP)
    assert rounded.held_fee(Decimal("0.123")) == Decimal("0.01")
    assert read_terms(dict(rounded.facts())) == rounded
    assert read_terms(dict(terms.facts())) == terms


def test_a_fee_can_be_taken_from_what_is_received() -> None:
    model = after(BUY, SELL, fee_asset=FeeAsset.RECEIVED)
    assert model.owned("first", BTC) == Decimal("1.5") * Decimal("0.99")
    assert model.owned("first", USD) == Decimal("-151.5")
    assert [fill.fee_asset for key in "ab" for fill in model.orders[key].fills] == [BTC, USD]


def test_better_prices_fill_first_and_older_orders_before_newer() -> None:
    cheap, older, newer = (order(key, "first", Side.SELL, "1", level=level) for key, level in (("c", 0), ("o", 1), ("n", 1)))
    model = after(older, newer, cheap, order("t", "second", Side.BUY, "1.5", level=2))
    assert [fill.price for fill in model.orders["t"].fills] == [100, 101]
    assert (model.orders["o"].filled, model.orders["n"].filled) == (Decimal("0.5"), ZERO)
    assert model.orders["t"].fate is Fate.FILLED


@pytest.mark.parametrize(
    ("manner", "quantity", "fate", "filled"),
    [
        (Manner.IMMEDIATE, "3", Fate.ENDED, 2),
        (Manner.WHOLE, "3", Fate.ENDED, 0),
        (Manner.WHOLE, "2", Fate.FILLED, 2),
        (Manner.PASSIVE, "1", Fate.ENDED, 0),
        (Manner.MARKET, "1", Fate.FILLED, 1),
        (Manner.REST, "3", Fate.OPEN, 2),
    ],
)
def test_each_manner_of_trading_ends_as_its_name_says(manner: Manner, quantity: str, fate: Fate, filled: int) -> None:
    model = after(BUY, order("t", "second", Side.SELL, quantity, manner=manner))
    assert (model.orders["t"].fate, model.orders["t"].filled) == (fate, Decimal(filled))
    assert model.orders["t"].may_be_refused == (fate is Fate.ENDED and not filled)
    assert ("t" in model.open_keys("second")) == (fate is Fate.OPEN)


@pytest.mark.parametrize(
    ("rule", "fates"),
    [
        (SelfTrade.CANCEL_NEWEST, (Fate.OPEN, Fate.ENDED)),
        (SelfTrade.CANCEL_OLDEST, (Fate.ENDED, Fate.OPEN)),
        (SelfTrade.CANCEL_BOTH, (Fate.ENDED, Fate.ENDED)),
        (SelfTrade.ALLOWED, (Fate.OPEN, Fate.FILLED)),
    ],
)
def test_an_order_that_meets_its_own_accounts_ends_as_the_profile_says(rule: SelfTrade, fates: tuple[Fate, Fate]) -> None:
    model = after(BUY, replace(SELL, who="first"), self_trade=rule)
    assert (model.orders["a"].fate, model.orders["b"].fate) == fates
    assert bool(model.orders["a"].fills) == (rule is SelfTrade.ALLOWED)


def test_what_can_not_be_predicted_is_not_allowed() -> None:
    model = after(BUY)
    own = replace(SELL, who="first")
    assert not model.allows(BUY)
    assert not model.allows(replace(own, manner=Manner.WHOLE))
    assert not model.allows(replace(own, manner=Manner.MARKET))
    assert not model.allows(order("m", "second", Side.SELL, "2.1", manner=Manner.MARKET))
    assert not model.allows(Cancel(key="z"))
    assert not model.allows(Repeat(key="z"))
    assert model.allows(replace(own, manner=Manner.PASSIVE))
    untold = after(BUY, self_trade=None)
    assert not untold.allows(own)
    quiet = after(BUY, crossing=False)
    assert not quiet.allows(SELL)
    assert not quiet.allows(order("m", "second", Side.SELL, "1", manner=Manner.MARKET))


def test_cancelling_twice_and_repeating_change_nothing() -> None:
    model = after(BUY, Repeat(key="a"), Cancel(key="a"))
    assert (model.changed, model.orders["a"].fate) == (("a",), Fate.ENDED)
    assert not model.allows(Repeat(key="a"))
    ended = after(BUY, SELL, Cancel(key="b"))
    assert (ended.changed, ended.orders["b"].fate) == ((), Fate.FILLED)
    assert ended.owner(Cancel(key="b")) == "second"


@given(st.integers(0, 2**31), st.integers(0, 50))
@settings(max_examples=60)
def test_nothing_is_made_or_lost_but_fees(seed: int, number: int) -> None:
    actions = by_chance(TERMS, ABILITIES, Draw(seed=seed, number=number, length=25))
    assert actions == by_chance(TERMS, ABILITIES, Draw(seed=seed, number=number, length=25))
    model = ModelExchange(TERMS)
    for action in actions:
        assert model.allows(action)
        model.do(action)
        assert read_action(write_action(action)) == action
        assert model.owner(action) in sentence(action, TERMS.prices, model.owner(action))
    fees = sum(fill.fee for each in model.orders.values() for fill in each.fills)
    assert sum(model.owned(who, BTC) for who in TRADERS) == 0
    assert sum(model.owned(who, USD) for who in TRADERS) == -fees
    assert all(0 <= each.filled <= each.placed.quantity for each in model.orders.values())


@pytest.mark.parametrize("text", ["[]", "7", '["place", 1]', '["cancel"]'])
def test_what_is_no_action_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no action"):
        read_action(text)


@pytest.mark.parametrize(
    "terms",
    [TERMS, replace(TERMS, held_for_buys=None, self_trade=None, crossing=False, tells_partial=True, fee_rounding=Rounding.NEAREST)],
    ids=["all", "few"],
)
def test_terms_survive_a_record(terms: Terms) -> None:
    assert read_terms(dict(terms.facts())) == terms
