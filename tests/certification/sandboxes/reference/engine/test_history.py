from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.sandboxes.reference.engine.candles import DAY_MS, Interval, candles, day_summary
from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.house import LEVELS, MAKER, House
from certification.sandboxes.reference.engine.journal import page
from certification.sandboxes.reference.engine.order import OrderRequest, OrderType, Side, TimeInForce, Trade

D = Decimal
START = 1_767_225_600_000


def trade(number: int, price: str, at: int, quantity: str = "1") -> Trade:
    return Trade(trade_id=number, symbol="BTC-USD", price=D(price), quantity=D(quantity), taker_side=Side.BUY, executed_at=at)


TRADES = (trade(1, "10", 0), trade(2, "12", 59_999), trade(3, "9", 60_000), trade(4, "11", 400_000, "0.5"))


def test_candles_sum_up_the_trades_of_their_interval() -> None:
    first, second, third = candles(reversed(TRADES), Interval.MINUTE, 10)
    assert [first.open, first.high, first.low, first.close, first.volume, first.trades] == [10, 12, 10, 12, 2, 2]
    assert [second.started_at, second.open, second.close] == [60_000, 9, 9]
    assert (third.started_at, third.volume) == (360_000, D("0.5"))


def test_the_newest_candles_are_kept() -> None:
    assert [candle.started_at for candle in candles(reversed(TRADES), Interval.FIVE_MINUTES, 1)] == [300_000]
    assert len(candles(reversed(TRADES), Interval.HOUR, 9)) == 1


def test_the_day_ends_after_24_hours() -> None:
    day = day_summary(reversed(TRADES), 60_000 + DAY_MS)
    assert [day.last, day.volume, day.notional, day.trades] == [11, D("0.5"), D("5.5"), 1]
    assert day_summary((), 0).last is None


@given(st.integers(0, 30), st.integers(1, 10))
def test_pages_show_everything_once_and_in_order(count: int, limit: int) -> None:
    numbers = list(range(count, 0, -1))
    seen: list[int] = []
    cursor = None
    for _ in range(count + 1):
        found = page(numbers, lambda number: number, limit=limit, cursor=cursor)
        seen += found.items
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == numbers


def test_items_that_arrive_between_pages_neither_repeat_nor_hide_any() -> None:
    first = page([3, 2, 1], lambda number: number, limit=2, cursor=None)
    second = page([5, 4, 3, 2, 1], lambda number: number, limit=2, cursor=first.next_cursor)
    assert (first.items, second.items, second.next_cursor) == ((3, 2), (1,), None)


def test_the_house_fills_every_book_and_leaves_a_history() -> None:
    exchange = Exchange()
    House(exchange, seed=0).open(START)
    for symbol, book in exchange.books.items():
        assert all(len(list(book.levels(side))) == LEVELS for side in Side)
        assert len(list(exchange.journal.trades(symbol))) > 60
        instants = [each.executed_at for each in exchange.journal.trades(symbol)]
        assert all(later >= earlier for later, earlier in pairwise(instants))
        assert max(instants) < START
    assert exchange.drain_events() == ()


def test_a_seed_decides_on_the_history() -> None:
    def history(seed: int) -> list[Trade]:
        exchange = Exchange()
        House(exchange, seed).open(START)
        return list(exchange.journal.trades("BTC-USD"))

    assert history(1) == history(1)
    assert history(1) != history(2)


def test_the_house_fills_a_book_again_but_never_meets_somebodys_order() -> None:
    exchange = Exchange()
    house = House(exchange, seed=0)
    house.open(START)
    exchange.ledger.deposit("ann", "USD", D(100_000_000))
    best = exchange.books["BTC-USD"].best_price(Side.SELL)
    assert best is not None
    request = OrderRequest(
        symbol="BTC-USD",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        price=best,
        quantity=D(5),
        client_order_id=None,
    )
    waiting = exchange.place("ann", request, START).order
    assert waiting.is_open
    house.quote(START)
    assert exchange.order("ann", waiting.order_id).filled == waiting.filled
    exchange.cancel("ann", waiting.order_id, START)
    house.quote(START)
    assert exchange.books["BTC-USD"].best_price(Side.SELL) == best
    assert len(exchange.open_orders(MAKER, "BTC-USD")) == 2 * LEVELS


@pytest.mark.parametrize("interval", list(Interval))
def test_intervals_are_whole_minutes(interval: Interval) -> None:
    assert interval.milliseconds % 60_000 == 0
