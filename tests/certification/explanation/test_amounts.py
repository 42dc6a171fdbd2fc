"""What two amounts tell by how they differ."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.explanation.amounts import Pair, factor, one_step, pairs_in, scale, through_float


def pair(seen: str, due: str, what: str = "fee") -> Pair:
    return Pair(what=what, seen=Decimal(seen), due=Decimal(due))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("order 2 has fee 0.6; by the model 1.2, after first buys", pair("0.6", "1.2")),
        ("the fills of order 2 have notional 599.9 in all; by the model 600", pair("599.9", "600", "notional")),
        ("price 1.5 where 1.50000001 was asked (query)", pair("1.5", "1.50000001", "price")),
        ("a fill of 0.01 at 60005 was charged 0.60005 USD; 0.002 of it is 1.2001", pair("0.60005", "1.2001", "USD")),
        ("USD changed by -601.24; the fills and fees say -601.25", pair("-601.24", "-601.25", "USD")),
        ("first owns 10.5 BTC; by the model 10.4", pair("10.5", "10.4", "BTC")),
    ],
)
def test_a_sentence_that_holds_two_amounts_against_each_other_is_read(sentence: str, expected: Pair) -> None:
    assert pairs_in(sentence) == (expected,)


def test_a_sentence_of_other_things_holds_no_pair() -> None:
    assert pairs_in("a call without any signature was accepted with 200") == ()


@given(st.integers(min_value=2**53 + 1, max_value=2**63))
def test_a_large_id_that_went_through_a_float_is_known(identity: int) -> None:
    lost = int(float(identity))
    assert through_float(Decimal(lost), Decimal(identity)) is (lost != identity)


@given(st.decimals(min_value=0, max_value=10**9, places=8), st.decimals(min_value=0, max_value=10**9, places=8))
def test_a_sum_made_in_floats_is_known_and_an_exact_one_is_not(one: Decimal, other: Decimal) -> None:
    exact, floated = one + other, Decimal(repr(float(one) + float(other)))
    assert not through_float(exact, exact)
    if len(floated.as_tuple().digits) > 15 and floated != exact:  # fewer digits could be a rounding
        assert through_float(floated, exact)


@pytest.mark.parametrize(
    ("seen", "due"),
    [
        ("0.60005", "1.2001"),
        ("9963283.51841578", "9963283.51841579"),
        ("1e400", "2e400"),
        ("NaN", "1"),
        ("9007199254740995", "9007199254740999"),
    ],
)
def test_other_differences_are_no_float(seen: str, due: str) -> None:
    assert not through_float(Decimal(seen), Decimal(due))


def test_factor_scale_and_step() -> None:
    assert factor(pair("2.4", "1.2")) == 2
    assert factor(pair("1", "0")) is None
    assert (scale(pair("1500", "1.5")), scale(pair("0.015", "1.5")), scale(pair("15", "1.5"))) == (3, -2, 0)
    assert one_step(pair("4.84422561", "4.84422560"))
    assert not one_step(pair("4.84422563", "4.84422560"))
    assert not one_step(pair("4.85", "4.84"))
    assert pair("1", "3").excess == -2
