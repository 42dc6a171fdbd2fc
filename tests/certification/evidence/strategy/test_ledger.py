"""Three accounts of the same trading: fills, balances and the public book of trades, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.evidence.record import AssetChange, ScenarioStep
from certification.evidence.strategy.ledger import (
    Fill,
    Statement,
    TapeEntry,
    UntoldError,
    changes_by,
    fills_in,
    holdings_in,
    on_the_tape,
    reckoned,
    tape_in,
)

BOUGHT = Fill(order_id="1", trade_id="t1", buys=True, price=Decimal("100.5"), quantity=Decimal(2), fee=Decimal("0.201"), fee_asset="USD")
SOLD = Fill(order_id="2", trade_id="t2", buys=False, price=Decimal(101), quantity=Decimal(2), fee=Decimal("0.001"), fee_asset="BTC")
TAPE = {"t1": TapeEntry(price=Decimal("100.50"), quantity=Decimal(2)), "t2": TapeEntry(price=Decimal(101), quantity=Decimal("2.0"))}


def step(*facts: tuple[str, str]) -> ScenarioStep:
    return ScenarioStep(label="answer", call=None, facts=facts)


def test_fills_change_what_the_account_has_by_price_quantity_and_fee() -> None:
    changes = changes_by((BOUGHT, SOLD), base="BTC", quote="USD")
    assert changes == {"BTC": Decimal("-0.001"), "USD": Decimal("0.799")}
    assert changes_by((), base="BTC", quote="USD") == {"BTC": 0, "USD": 0}


def test_a_fee_in_a_third_asset_is_an_account_of_its_own() -> None:
    paid = Fill(order_id="3", trade_id="t3", buys=True, price=Decimal(1), quantity=Decimal(1), fee=Decimal("0.5"), fee_asset="FTT")
    assert changes_by((paid,), base="BTC", quote="USD")["FTT"] == Decimal("-0.5")


def test_three_accounts_that_agree() -> None:
    statement = Statement(before={"USD": Decimal(10), "BTC": Decimal(1)}, after={"USD": Decimal("10.799"), "BTC": Decimal("0.999")})
    changes = reckoned((BOUGHT, SOLD), statement, TAPE, base="BTC", quote="USD")
    assert [(change.asset, change.agrees) for change in changes] == [("BTC", True), ("USD", True)]


@pytest.mark.parametrize(
    ("asset", "after", "tape"),
    [
        pytest.param("USD", {"USD": Decimal("10.8"), "BTC": Decimal("0.999")}, TAPE, id="the balance is a little more"),
        pytest.param("BTC", {"USD": Decimal("10.799")}, TAPE, id="an asset is gone from the statement"),
        pytest.param("USD", {"USD": Decimal("10.799"), "BTC": Decimal("0.999")}, {"t1": TAPE["t1"]}, id="a fill is not among the trades"),
        pytest.param(
            "USD",
            {"USD": Decimal("10.799"), "BTC": Decimal("0.999")},
            TAPE | {"t2": TapeEntry(price=Decimal("101.01"), quantity=Decimal(2))},
            id="a trade has another price",
        ),
    ],
)
def test_one_account_that_differs_is_seen(asset: str, after: dict[str, Decimal], tape: dict[str, TapeEntry]) -> None:
    statement = Statement(before={"USD": Decimal(10), "BTC": Decimal(1)}, after=after)
    changes = {change.asset: change for change in reckoned((BOUGHT, SOLD), statement, tape, base="BTC", quote="USD")}
    assert not changes[asset].agrees


def test_what_can_not_be_told_is_said() -> None:
    with pytest.raises(UntoldError, match="none of the fills is found"):
        on_the_tape((BOUGHT,), {"other": TapeEntry(price=Decimal(1), quantity=Decimal(1))})
    with pytest.raises(UntoldError, match="the balances name no USD"):
        Statement(before={}, after={}).change("USD")
    with pytest.raises(UntoldError, match="asset"):
        holdings_in(step(("free", "1"), ("held", "1")))
    with pytest.raises(UntoldError, match="price, quantity and fee"):
        fills_in(step(("price", "1"), ("quantity", "1")), buys=True, quote="USD")
    with pytest.raises(UntoldError, match="which side"):
        fills_in(step(("price", "1"), ("quantity", "1"), ("fee", "0")), buys=None, quote="USD")


def test_fills_are_read_with_what_the_answer_says_and_what_was_asked() -> None:
    row = (("price", "1.10"), ("quantity", "2"), ("fee", "0.01"))
    (bare,) = fills_in(step(*row), buys=False, quote="USD")
    assert (bare.buys, bare.fee_asset, bare.trade_id, bare.order_id) == (False, "USD", "", "")
    (full,) = fills_in(step(*row, ("side", "buy"), ("fee_asset", "BTC"), ("trade_id", "7"), ("order_id", "9")), buys=False, quote="USD")
    assert (full.buys, full.fee_asset, full.trade_id, full.order_id) == (True, "BTC", "7", "9")
    assert full.told() == "filled: buy 2 at 1.10, fee 0.01 BTC"


def test_holdings_are_free_and_held_together_or_the_total() -> None:
    both = step(("asset", "USD"), ("asset", "BTC"), ("free", "1"), ("free", "2"), ("held", "0.5"), ("held", "0"), ("total", "9"))
    assert holdings_in(both) == {"USD": Decimal("1.5"), "BTC": Decimal(2)}
    assert holdings_in(step(("asset", "USD"), ("asset", "USD"), ("total", "9"), ("total", "1"))) == {"USD": Decimal(10)}


def test_trades_without_ids_are_no_tape() -> None:
    assert tape_in(step(("price", "1"), ("quantity", "1"))) == {}
    assert tape_in(step(("item_id", "a"), ("price", "1"), ("quantity", "2"))) == {"a": TapeEntry(price=Decimal(1), quantity=Decimal(2))}


FILLS = st.lists(
    st.builds(
        Fill,
        order_id=st.just("1"),
        trade_id=st.uuids().map(str),
        buys=st.booleans(),
        price=st.decimals("0.01", "99999.99", places=2),
        quantity=st.decimals("0.00001", "10", places=5),
        fee=st.decimals("-1", "1", places=9),
        fee_asset=st.sampled_from(("BTC", "USD", "FTT")),
    ),
    min_size=1,
    max_size=8,
).map(tuple)


@given(FILLS)
def test_an_exact_statement_always_agrees_and_a_digit_never_hides(fills: tuple[Fill, ...]) -> None:
    changes = changes_by(fills, base="BTC", quote="USD")
    tape = {fill.trade_id: TapeEntry(price=fill.price, quantity=fill.quantity) for fill in fills}
    before = dict.fromkeys(changes, Decimal("123456.789"))
    after = {asset: before[asset] + change for asset, change in changes.items()}
    exact = reckoned(fills, Statement(before=before, after=after), tape, base="BTC", quote="USD")
    assert all(change.agrees for change in exact)
    wrong = after | {"USD": after["USD"] + Decimal("0.000000001")}
    off: tuple[AssetChange, ...] = reckoned(fills, Statement(before=before, after=wrong), tape, base="BTC", quote="USD")
    assert [change.asset for change in off if not change.agrees] == ["USD"]
