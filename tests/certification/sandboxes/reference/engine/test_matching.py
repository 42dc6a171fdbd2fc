from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from certification.sandboxes.reference.engine.exchange import MAX_OPEN_ORDERS, Exchange
from certification.sandboxes.reference.engine.instrument import Liquidity
from certification.sandboxes.reference.engine.order import (
    CancelReason,
    DepthChange,
    Order,
    OrderRequest,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
    Trade,
)
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError
from certification.sandboxes.reference.engine.rules import CORRECT

D = Decimal
BUY = OrderRequest(
    symbol="BTC-USD", side=Side.BUY, type=OrderType.LIMIT, time_in_force=TimeInForce.GTC, price=D(100), quantity=D(1), client_order_id=None
)
SELL = replace(BUY, side=Side.SELL)
MARKET = replace(BUY, type=OrderType.MARKET, time_in_force=TimeInForce.IOC, price=None)


@pytest.fixture
def exchange() -> Exchange:
    opened = Exchange()
    for account in ("ann", "ben", "cy"):
        opened.ledger.deposit(account, "USD", D(100_000))
        opened.ledger.deposit(account, "BTC", D(10))
    return opened


def place(exchange: Exchange, account: str, request: OrderRequest, now: int = 1) -> Order:
    return exchange.place(account, request, now).order


def test_an_order_that_meets_nothing_rests_and_holds_price_times_quantity_with_the_dearer_fee(exchange: Exchange) -> None:
    order = place(exchange, "ann", BUY)
    assert order.status is OrderStatus.OPEN
    assert order.held == D("100.2")
    assert exchange.ledger.balance("ann", "USD").available == D("99899.8")
    assert exchange.ledger.balance("ann", "USD").held == D("100.2")


def test_a_sale_holds_what_it_sells(exchange: Exchange) -> None:
    place(exchange, "ann", SELL)
    assert exchange.ledger.balance("ann", "BTC").held == D(1)


def test_orders_trade_at_the_price_of_the_one_that_waited(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, price=D(99)))
    bought = place(exchange, "ben", BUY)
    assert (bought.status, bought.notional) == (OrderStatus.FILLED, D(99))
    assert exchange.ledger.balance("ben", "USD").total == D(100_000) - D(99) - D("0.198")
    assert exchange.ledger.balance("ann", "USD").total == D(100_000) + D(99) - D("0.099")
    assert exchange.ledger.balance("exchange", "USD").total == D("0.297")


def test_both_sides_get_a_fill_that_says_who_took(exchange: Exchange) -> None:
    place(exchange, "ann", SELL)
    taken = place(exchange, "ben", BUY)
    (makers,), (takers,) = list(exchange.journal.fills("ann")), list(exchange.journal.fills("ben"))
    assert (makers.liquidity, makers.fee, makers.side) == (Liquidity.MAKER, D("0.1"), Side.SELL)
    assert (takers.liquidity, takers.fee, takers.order_id) == (Liquidity.TAKER, D("0.2"), taken.order_id)
    assert makers.trade_id == takers.trade_id


def test_better_prices_trade_first_and_then_older_orders(exchange: Exchange) -> None:
    late = place(exchange, "ann", replace(SELL, price=D(100)))
    later = place(exchange, "ben", replace(SELL, price=D(100)))
    best = place(exchange, "ann", replace(SELL, price=D(98)))
    place(exchange, "cy", replace(BUY, quantity=D("2.5")))
    filled = [exchange.journal.order(order.order_id) for order in (best, late, later)]
    assert [order.filled for order in filled if order] == [D(1), D(1), D("0.5")]


def test_an_order_filled_in_part_keeps_its_place(exchange: Exchange) -> None:
    first = place(exchange, "ann", SELL)
    second = place(exchange, "ben", SELL)
    place(exchange, "cy", replace(BUY, quantity=D("0.4")))
    place(exchange, "cy", replace(BUY, quantity=D("0.6")))
    assert exchange.order("ann", first.order_id).status is OrderStatus.FILLED
    assert exchange.order("ben", second.order_id).filled == 0


def test_the_rest_of_an_order_waits_and_holds_only_for_the_rest(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, quantity=D("0.25")))
    order = place(exchange, "ben", BUY)
    assert order.status is OrderStatus.PARTIALLY_FILLED
    assert exchange.ledger.balance("ben", "USD").held == D("75.15")
    assert list(exchange.books["BTC-USD"].levels(Side.BUY)) == [(D(100), D("0.75"))]


def test_what_an_ioc_order_does_not_fill_at_once_is_cancelled(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, quantity=D("0.25")))
    order = place(exchange, "ben", replace(BUY, time_in_force=TimeInForce.IOC))
    assert (order.filled, order.status, order.cancel_reason) == (D("0.25"), OrderStatus.CANCELLED, CancelReason.IMMEDIATE_OR_CANCEL)
    assert exchange.ledger.balance("ben", "USD").held == 0


@pytest.mark.parametrize(("quantity", "filled"), [("1", "0"), ("0.25", "0.25")])
def test_a_fok_order_fills_whole_or_not_at_all(exchange: Exchange, quantity: str, filled: str) -> None:
    place(exchange, "ann", replace(SELL, quantity=D("0.25")))
    order = place(exchange, "ben", replace(BUY, time_in_force=TimeInForce.FOK, quantity=D(quantity)))
    assert order.filled == D(filled)
    assert order.cancel_reason is (None if filled == quantity else CancelReason.FILL_OR_KILL)


def test_a_fok_order_does_not_count_its_own_accounts_orders(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, quantity=D("0.5")))
    place(exchange, "ben", replace(SELL, quantity=D("0.5")))
    order = place(exchange, "ben", replace(BUY, time_in_force=TimeInForce.FOK))
    assert (order.filled, order.cancel_reason) == (D(0), CancelReason.FILL_OR_KILL)


def test_a_post_only_order_never_takes(exchange: Exchange) -> None:
    place(exchange, "ann", SELL)
    taking = place(exchange, "ben", replace(BUY, time_in_force=TimeInForce.POST_ONLY))
    waiting = place(exchange, "ben", replace(BUY, time_in_force=TimeInForce.POST_ONLY, price=D(99)))
    assert (taking.filled, taking.cancel_reason) == (D(0), CancelReason.POST_ONLY)
    assert waiting.status is OrderStatus.OPEN


def test_a_market_order_walks_the_book_and_its_rest_is_cancelled(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, price=D(100)))
    place(exchange, "ann", replace(SELL, price=D(110)))
    order = place(exchange, "ben", replace(MARKET, quantity=D(3)))
    assert (order.filled, order.notional, order.cancel_reason) == (D(2), D(210), CancelReason.NO_LIQUIDITY)


def test_a_market_order_that_can_not_be_paid_for_changes_nothing(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, price=D(99_900), quantity=D(2)))
    exchange.drain_events()
    with pytest.raises(RefusalError) as refusal:
        place(exchange, "ben", replace(MARKET, quantity=D("1.01")))
    assert refusal.value.code is RefusalCode.INSUFFICIENT_FUNDS
    assert exchange.drain_events() == ()
    with pytest.raises(RefusalError):
        place(exchange, "ben", replace(MARKET, side=Side.SELL, quantity=D(11)))


def test_an_order_that_would_meet_its_own_account_ends_there(exchange: Exchange) -> None:
    place(exchange, "ann", replace(SELL, price=D(99), quantity=D("0.5")))
    place(exchange, "ben", replace(SELL, price=D(100)))
    order = place(exchange, "ben", BUY)
    assert (order.filled, order.cancel_reason) == (D("0.5"), CancelReason.SELF_TRADE)
    assert exchange.ledger.balance("ben", "USD").held == 0


def test_cancelling_gives_the_hold_back_and_empties_the_book(exchange: Exchange) -> None:
    order = place(exchange, "ann", BUY)
    cancelled = exchange.cancel("ann", order.order_id, 7)
    assert (cancelled.status, cancelled.cancel_reason, cancelled.updated_at) == (OrderStatus.CANCELLED, CancelReason.CLIENT, 7)
    assert exchange.ledger.balance("ann", "USD").held == 0
    assert exchange.open_orders("ann") == ()
    assert list(exchange.books["BTC-USD"].levels(Side.BUY)) == []
    with pytest.raises(RefusalError) as refusal:
        exchange.cancel("ann", order.order_id, 8)
    assert refusal.value.code is RefusalCode.ORDER_NOT_OPEN


def test_cancelling_all_takes_one_instrument_or_every_one(exchange: Exchange) -> None:
    exchange.ledger.deposit("ann", "ETH", D(5))
    bitcoin = [place(exchange, "ann", BUY), place(exchange, "ann", BUY)]
    ether = place(exchange, "ann", replace(SELL, symbol="ETH-USD"))
    assert [order.order_id for order in exchange.cancel_all("ann", "BTC-USD", 2)] == [order.order_id for order in bitcoin]
    assert [order.order_id for order in exchange.cancel_all("ann", None, 2)] == [ether.order_id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"price": D("100.001")}, RefusalCode.PRICE_OFF_TICK),
        ({"quantity": D("0.000001")}, RefusalCode.QUANTITY_OFF_LOT),
        ({"quantity": D(0)}, RefusalCode.QUANTITY_OUT_OF_RANGE),
        ({"quantity": D(10_001)}, RefusalCode.QUANTITY_OUT_OF_RANGE),
        ({"price": D(0)}, RefusalCode.PRICE_OUT_OF_RANGE),
        ({"price": D("10000000.01")}, RefusalCode.PRICE_OUT_OF_RANGE),
        ({"quantity": D("0.04999")}, RefusalCode.NOTIONAL_TOO_SMALL),
        ({"quantity": D(1000)}, RefusalCode.INSUFFICIENT_FUNDS),
        ({"symbol": "XXX-USD"}, RefusalCode.INSTRUMENT_NOT_FOUND),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_and_changes_nothing(exchange: Exchange, changes: dict[str, Any], code: RefusalCode) -> None:
    with pytest.raises(RefusalError) as refusal:
        place(exchange, "ann", replace(BUY, **changes))
    assert refusal.value.code is code
    assert exchange.ledger.balance("ann", "USD").available == D(100_000)
    assert exchange.drain_events() == ()


def test_bounds_themselves_are_within(exchange: Exchange) -> None:
    exchange.ledger.deposit("ann", "USD", D(200_000_000_000))
    assert place(exchange, "ann", replace(BUY, price=D(10_000_000), quantity=D(10_000))).is_open
    assert place(exchange, "ann", replace(BUY, quantity=D("0.05"))).is_open


def test_the_same_client_order_id_with_the_same_content_is_the_same_order(exchange: Exchange) -> None:
    request = replace(BUY, client_order_id="mine")
    first = exchange.place("ann", request, 1)
    again = exchange.place("ann", replace(request, price=D("100.00")), 2)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.order == first.order
    assert len(exchange.open_orders("ann")) == 1


def test_the_same_client_order_id_with_other_content_is_refused(exchange: Exchange) -> None:
    place(exchange, "ann", replace(BUY, client_order_id="mine"))
    with pytest.raises(RefusalError) as refusal:
        place(exchange, "ann", replace(BUY, client_order_id="mine", quantity=D(2)))
    assert refusal.value.code is RefusalCode.CLIENT_ORDER_ID_REUSED
    assert place(exchange, "ben", replace(BUY, client_order_id="mine", quantity=D(2))).is_open


def test_a_repeated_order_is_shown_as_it_is_now(exchange: Exchange) -> None:
    request = replace(BUY, client_order_id="mine")
    order = place(exchange, "ann", request)
    exchange.cancel("ann", order.order_id, 2)
    assert place(exchange, "ann", request).status is OrderStatus.CANCELLED


def test_another_accounts_order_is_as_if_it_were_not_there(exchange: Exchange) -> None:
    order = place(exchange, "ann", replace(BUY, client_order_id="mine"))
    attempts: tuple[Callable[[], Order], ...] = (
        lambda: exchange.order("ben", order.order_id),
        lambda: exchange.cancel("ben", order.order_id, 2),
        lambda: exchange.order_by_client_id("ben", "mine"),
    )
    for attempt in attempts:
        with pytest.raises(RefusalError) as refusal:
            attempt()
        assert refusal.value.code is RefusalCode.ORDER_NOT_FOUND
    assert exchange.order_by_client_id("ann", "mine") == order


def test_order_ids_do_not_survive_a_binary_float(exchange: Exchange) -> None:
    ids = [place(exchange, "ann", replace(BUY, price=D(50))).order_id for _ in range(3)]
    assert all(int(float(order_id)) != order_id for order_id in ids)
    assert ids == sorted(set(ids))


def test_an_account_has_at_most_so_many_open_orders(exchange: Exchange) -> None:
    for _ in range(MAX_OPEN_ORDERS):
        place(exchange, "ann", replace(BUY, quantity=D("0.05")))
    with pytest.raises(RefusalError) as refusal:
        place(exchange, "ann", replace(BUY, quantity=D("0.05")))
    assert refusal.value.code is RefusalCode.TOO_MANY_OPEN_ORDERS


def test_every_command_that_changes_a_book_numbers_one_change(exchange: Exchange) -> None:
    place(exchange, "ann", SELL)
    place(exchange, "ann", replace(SELL, price=D(101)))
    place(exchange, "ben", replace(BUY, price=D(101), quantity=D("1.5")))
    changes = [event for event in exchange.drain_events() if isinstance(event, DepthChange)]
    assert [change.sequence for change in changes] == [1, 2, 3]
    assert changes[2].asks == ((D(100), D(0)), (D(101), D("0.5")))
    assert exchange.books["BTC-USD"].sequence == 3


def test_events_tell_trades_and_orders_in_order(exchange: Exchange) -> None:
    waiting = place(exchange, "ann", SELL, 1)
    exchange.drain_events()
    taken = place(exchange, "ben", BUY, 2)
    trade, maker, taker, _ = exchange.drain_events()
    assert isinstance(trade, Trade)
    assert (trade.price, trade.taker_side, trade.executed_at) == (D(100), Side.BUY, 2)
    assert isinstance(maker, Order)
    assert (maker.order_id, maker.status) == (waiting.order_id, OrderStatus.FILLED)
    assert taker == taken


def test_fees_are_cut_off_and_never_rounded_up() -> None:
    instrument = Exchange().instruments["BTC-USD"]
    assert instrument.fee(D("0.0000199999"), Liquidity.MAKER) == D("0.00000001")
    assert instrument.fee(D("0.0000099999"), Liquidity.MAKER) == 0


def test_rules_are_all_kept_unless_one_is_turned_off() -> None:
    assert Exchange().rules == CORRECT
