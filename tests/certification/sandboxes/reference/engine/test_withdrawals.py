"""What leaves the reference exchange: held, sent after a minute, or called back; and orders that end by themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.order import OrderRequest, OrderStatus, OrderType, Side, TimeInForce
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError
from certification.sandboxes.reference.engine.withdrawals import (
    ASSETS,
    OUTSIDE,
    PENDING_MS,
    WithdrawalRequest,
    WithdrawalStatus,
    address_of,
    is_address,
)

D = Decimal
PLACE = "0123456789abcdefghij"
SOME = WithdrawalRequest(asset="BTC", amount=D("0.5"), address=address_of("BTC", PLACE), client_withdrawal_id="rent")
ENDING = OrderRequest(
    symbol="BTC-USD",
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTD,
    price=D(100),
    quantity=D(1),
    expires_at=5000,
)


@pytest.fixture
def exchange() -> Exchange:
    opened = Exchange()
    for account in ("ann", "ben"):
        opened.ledger.deposit(account, "USD", D(100_000))
        opened.ledger.deposit(account, "BTC", D(10))
    return opened


def held(exchange: Exchange, account: str = "ann", asset: str = "BTC") -> tuple[Decimal, Decimal]:
    balance = exchange.ledger.balance(account, asset)
    return balance.available, balance.held


def test_a_withdrawal_holds_amount_and_fee_until_it_is_sent(exchange: Exchange) -> None:
    made = exchange.withdrawals.request("ann", SOME, 1)
    assert held(exchange) == (D("9.49995"), D("0.50005"))
    exchange.advance(PENDING_MS)
    assert exchange.withdrawals.withdrawal("ann", made.withdrawal.withdrawal_id) == made.withdrawal
    exchange.advance(PENDING_MS + 1)
    sent = exchange.withdrawals.withdrawal("ann", made.withdrawal.withdrawal_id)
    assert (sent.status, sent.updated_at) == (WithdrawalStatus.SENT, PENDING_MS + 1)
    assert held(exchange) == (D("9.49995"), D(0))
    assert exchange.ledger.balance(OUTSIDE, "BTC").total == D("0.50005")
    with pytest.raises(RefusalError) as refused:
        exchange.withdrawals.cancel("ann", sent.withdrawal_id, PENDING_MS + 2)
    assert refused.value.code is RefusalCode.WITHDRAWAL_NOT_PENDING


def test_calling_back_gives_back_once_and_is_answered_alike(exchange: Exchange) -> None:
    number = exchange.withdrawals.request("ann", SOME, 1).withdrawal.withdrawal_id
    cancelled = exchange.withdrawals.cancel("ann", number, 2)
    assert exchange.withdrawals.cancel("ann", number, 3) == cancelled
    assert held(exchange) == (D(10), D(0))
    exchange.advance(PENDING_MS * 2)
    assert held(exchange) == (D(10), D(0))


def test_a_repeat_is_the_first_and_another_under_its_id_is_refused(exchange: Exchange) -> None:
    first = exchange.withdrawals.request("ann", SOME, 1)
    again = exchange.withdrawals.request("ann", replace(SOME, amount=D("0.50")), 2)
    assert (again.repeated, again.withdrawal) == (True, first.withdrawal)
    with pytest.raises(RefusalError) as refused:
        exchange.withdrawals.request("ann", replace(SOME, amount=D(1)), 3)
    assert refused.value.code is RefusalCode.WITHDRAWAL_ID_REUSED
    assert not exchange.withdrawals.request("ben", replace(SOME, amount=D(1)), 3).repeated
    assert [each.withdrawal_id for each in exchange.withdrawals.of("ann")] == [first.withdrawal.withdrawal_id]


def test_without_a_clients_id_every_request_is_a_withdrawal(exchange: Exchange) -> None:
    unnamed = replace(SOME, client_withdrawal_id=None)
    ids = {exchange.withdrawals.request("ann", unnamed, 1).withdrawal.client_withdrawal_id for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"amount": D(10)}, RefusalCode.INSUFFICIENT_FUNDS, id="the fee is not there"),
        pytest.param({"amount": D("0.123456789")}, RefusalCode.AMOUNT_OFF_STEP, id="a digit too many"),
        pytest.param({"amount": D("0.00009999")}, RefusalCode.AMOUNT_OUT_OF_RANGE, id="too little"),
        pytest.param({"amount": D(1_000_001)}, RefusalCode.AMOUNT_OUT_OF_RANGE, id="too much"),
        pytest.param({"address": address_of("ETH", PLACE)}, RefusalCode.ADDRESS_INVALID, id="of another asset"),
        pytest.param({"asset": "DOGE"}, RefusalCode.ASSET_NOT_FOUND, id="unknown"),
    ],
)
def test_what_can_not_leave_is_refused_and_nothing_changes(exchange: Exchange, changes: dict[str, object], code: RefusalCode) -> None:
    with pytest.raises(RefusalError) as refused:
        exchange.withdrawals.request("ann", replace(SOME, **changes), 1)  # type: ignore[arg-type]
    assert refused.value.code is code
    assert held(exchange) == (D(10), D(0))
    assert list(exchange.withdrawals.of("ann")) == []


def test_another_accounts_withdrawal_is_not_there(exchange: Exchange) -> None:
    number = exchange.withdrawals.request("ann", SOME, 1).withdrawal.withdrawal_id
    with pytest.raises(RefusalError, match="no such withdrawal"):
        exchange.withdrawals.withdrawal("ben", number)
    with pytest.raises(RefusalError) as refused:
        exchange.withdrawals.cancel("ben", number, 2)
    assert refused.value.code is RefusalCode.WITHDRAWAL_NOT_FOUND


@given(
    asset=st.sampled_from(sorted(ASSETS)),
    place=st.text("abcdef0123456789", min_size=20, max_size=40),
    at=st.integers(0),
    to=st.sampled_from("xyz"),
)
def test_a_misspelt_address_is_none(asset: str, place: str, at: int, to: str) -> None:
    address = address_of(asset, place)
    assert is_address(asset, address)
    spot = at % len(address)
    assert not is_address(asset, address[:spot] + to + address[spot + 1 :])


def test_an_order_ends_at_its_instant_and_frees_its_funds(exchange: Exchange) -> None:
    order = exchange.place("ann", ENDING, 1).order
    exchange.advance(4999)
    assert exchange.order("ann", order.order_id).is_open
    exchange.drain_events()
    exchange.advance(7000)
    ended = exchange.order("ann", order.order_id)
    assert (ended.status, ended.updated_at, ended.held) == (OrderStatus.EXPIRED, 5000, D(0))
    assert held(exchange, asset="USD") == (D(100_000), D(0))
    assert exchange.open_orders("ann") == ()
    assert exchange.books["BTC-USD"].best_price(Side.BUY) is None
    assert ended in exchange.drain_events()
    with pytest.raises(RefusalError) as refused:
        exchange.cancel("ann", order.order_id, 7001)
    assert refused.value.code is RefusalCode.ORDER_NOT_OPEN


def test_an_order_whose_time_is_over_meets_nobody(exchange: Exchange) -> None:
    exchange.place("ann", ENDING, 1)
    sale = replace(ENDING, side=Side.SELL, time_in_force=TimeInForce.IOC, expires_at=None)
    assert exchange.place("ben", sale, 5000).order.filled == 0


def test_an_order_that_was_filled_or_cancelled_does_not_expire(exchange: Exchange) -> None:
    filled = exchange.place("ann", ENDING, 1).order
    exchange.place("ben", replace(ENDING, side=Side.SELL, time_in_force=TimeInForce.GTC, expires_at=None), 2)
    cancelled = exchange.place("ann", ENDING, 3).order
    exchange.cancel("ann", cancelled.order_id, 4)
    exchange.advance(9000)
    statuses = [exchange.order("ann", each.order_id).status for each in (filled, cancelled)]
    assert statuses == [OrderStatus.FILLED, OrderStatus.CANCELLED]


@pytest.mark.parametrize(
    ("in_force", "expires_at"),
    [(TimeInForce.GTD, None), (TimeInForce.GTC, 5000), (TimeInForce.GTD, 1000), (TimeInForce.GTD, 10**15)],
)
def test_only_an_order_that_is_to_end_says_when_and_not_too_soon(exchange: Exchange, in_force: TimeInForce, expires_at: int | None) -> None:
    with pytest.raises(RefusalError) as refused:
        exchange.place("ann", replace(ENDING, time_in_force=in_force, expires_at=expires_at), 1)
    assert refused.value.code is RefusalCode.EXPIRY_INVALID
