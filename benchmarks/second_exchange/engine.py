"""The matching engine of the second exchange: books in price-time priority, and what every action changes."""

from __future__ import annotations

import bisect
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.ledger import Ledger
from benchmarks.second_exchange.orders import (
    INSTRUMENTS,
    MAKER_FEE,
    OPEN,
    TAKER_FEE,
    Fill,
    Instrument,
    Order,
    RefusedError,
    Side,
    Status,
    Trade,
    Wish,
)

FIRST_ORDER_ID = 9_100_000_000_000_000_001
HOUSE = "house"
_SMALLEST = Decimal("0.00000001")
_FORTUNE = Decimal(10) ** 12
_LEVELS = 12
_PAST, _PAST_STEP_MS = 60, 41_000

Levels = dict[tuple[Side, Decimal], Decimal]
"""Levels of a book that changed, and what stands there now (or, with a defect on, by how much)."""
BookListener = Callable[[str, int, int, Levels], None]
"""Symbol, first and last update, changed levels."""
OrderListener = Callable[[Order, Fill | None], None]


class Book:
    """One instrument's resting orders, best first."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.sides: dict[Side, list[Order]] = {Side.BUY: [], Side.SELL: []}
        self.trades: list[Trade] = []
        self.update = 1000
        self.touched: list[tuple[Side, Decimal]] = []
        self.shown: dict[tuple[Side, Decimal], Decimal] = {}
        """What each level was when it was last told."""

    def rest(self, order: Order) -> None:
        """Put an order behind those of its price."""
        bisect.insort_right(self.sides[order.wish.side], order, key=_rank)
        self.touch(order)

    def remove(self, order: Order) -> None:
        """Take an order out."""
        self.sides[order.wish.side].remove(order)
        self.touch(order)

    def touch(self, order: Order) -> None:
        """Remember that a level changed."""
        key = (order.wish.side, order.limit)
        if key not in self.touched:
            self.touched.append(key)

    def quantity(self, side: Side, price: Decimal) -> Decimal:
        """What rests at a price."""
        return sum((order.left for order in self.sides[side] if order.limit == price), Decimal(0))


def _rank(order: Order) -> Decimal:
    return -order.limit if order.wish.side is Side.BUY else order.limit


class Engine:
    """All books, orders and balances."""

    def __init__(self, defects: Defects) -> None:
        self.defects = defects
        self.ledger = Ledger(defects)
        self.books = {instrument.symbol: Book(instrument) for instrument in INSTRUMENTS}
        self.orders: dict[int, Order] = {}
        self.fills: list[Fill] = []
        self.book_listeners: list[BookListener] = []
        self.order_listeners: list[OrderListener] = []
        self._client_ids: dict[tuple[str, str], int] = {}
        self._last_time = 0
        self._ghosts: list[Order] = []
        """With a defect on: cancelled orders that stay in the depth."""
        self.ledger.open(HOUSE, dict.fromkeys({asset for one in INSTRUMENTS for asset in (one.base, one.quote)}, _FORTUNE))
        for book in self.books.values():
            book.trades += self._yesterday(book.instrument)
            self.quote(book)

    def _yesterday(self, one: Instrument) -> list[Trade]:
        """What was traded before anybody came, so that candles and lists are not empty."""
        now = self.now()
        return [
            Trade(
                id=number,
                symbol=one.symbol,
                price=one.middle + one.tick * (number * 37 % 101 - 50),
                quantity=one.step * (number * 13 % 29 + 100),
                at=now - (_PAST - number + 1) * _PAST_STEP_MS,
                buyer_is_maker=number % 2 == 0,
            )
            for number in range(1, _PAST + 1)
        ]

    @property
    def ghosts(self) -> tuple[Order, ...]:
        """Orders that stay in the depth although they were cancelled."""
        return tuple(self._ghosts)

    def now(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def book(self, symbol: str) -> Book:
        """The book of an instrument.

        Raises:
            RefusedError: there is none.
        """
        found = self.books.get(symbol)
        if found is None:
            raise RefusedError(400, -1121, "Invalid symbol.")
        return found

    def place(self, account: str, wish: Wish) -> Order:
        """Take, match and rest an order.

        Raises:
            RefusedError: a filter, the balance or a used client order id forbids it.
        """
        book = self.book(wish.symbol)
        if account != HOUSE:
            wish = self._filtered(account, book.instrument, wish)
        if wish.client_id and (account, wish.client_id) in self._client_ids:
            raise RefusedError(400, -2026, "Duplicate order sent.")
        if wish.kind == "LIMIT_MAKER" and any(True for _ in self._crossed(book, wish)):
            raise RefusedError(400, -2010, "Order would immediately match and take.")
        now = self.now()
        identity = FIRST_ORDER_ID + 2 * len(self.orders)
        order = Order(id=identity, account=account, wish=wish, created_at=now, updated_at=now)
        self._cover_market(book, order)
        self.ledger.lock(order, book.instrument)
        self.orders[identity] = order
        if wish.client_id:
            self._client_ids[account, wish.client_id] = identity
        self._run(book, order)
        return order

    def _run(self, book: Book, order: Order) -> None:
        killed = order.wish.time_in_force == "FOK" and self._reachable(book, order.wish) < order.wish.quantity
        stopped = killed or self._match(book, order)
        if order.left == 0:
            order.status = Status.FILLED
        elif stopped or order.wish.kind == "MARKET" or order.wish.time_in_force in {"IOC", "FOK"}:
            self._end(book, order, Status.EXPIRED)
        else:
            book.rest(order)
        if order.status is not Status.EXPIRED and not order.fills:
            self._tell_order(order, None)
        if order.account != HOUSE:
            self.quote(book)
        self.flush(book)

    def cancel(self, order: Order) -> None:
        """Take an open order out of its book."""
        book = self.book(order.wish.symbol)
        if "depth-keeps-cancelled" in self.defects:
            self._ghosts.append(order)
        if "cancel-acknowledged-only" in self.defects:
            return
        if order.status is Status.CANCELED:
            self.ledger.free_again(order, book.instrument)
        elif order.status in OPEN:
            book.remove(order)
            self._end(book, order, Status.CANCELED)
            if "client-id-free-after-cancel" in self.defects:
                self._client_ids.pop((order.account, order.wish.client_id), None)
        self.quote(book)
        self.flush(book)

    def find(self, account: str, symbol: str, identity: int | None, client_id: str | None) -> Order | None:
        """An account's own order."""
        if identity is None and client_id is not None:
            identity = self._client_ids.get((account, client_id))
        if client_id is not None and identity is None and "others-found-by-client-id" in self.defects:
            named = [each for each in self.orders.values() if each.wish.client_id == client_id]
            return named[0] if named else None
        order = self.orders.get(identity) if identity is not None else None
        if order is None or order.account != account or order.wish.symbol != symbol:
            return None
        return order if client_id is None or order.wish.client_id == client_id else None

    def quote(self, book: Book) -> None:
        """Let the house fill its own levels up again, where that crosses nobody."""
        one = book.instrument
        for side, sign in ((Side.BUY, -1), (Side.SELL, 1)):
            for level in range(1, _LEVELS + 1):
                price = one.middle + sign * level * one.house_step
                standing = sum((each.left for each in book.sides[side] if each.limit == price and each.account == HOUSE), Decimal(0))
                wish = Wish(
                    symbol=one.symbol,
                    side=side,
                    kind="LIMIT_MAKER",
                    time_in_force="GTC",
                    price=price,
                    quantity=one.house_quantity - standing,
                    client_id="",
                )
                if standing < one.house_quantity and not any(True for _ in self._crossed(book, wish)):
                    self.place(HOUSE, wish)

    def flush(self, book: Book) -> None:
        """Tell what changed since the last time, under numbers that follow on."""
        levels: Levels = {}
        for key in book.touched:
            now, before = book.quantity(*key), book.shown.get(key, Decimal(0))
            if now == before:
                continue
            levels[key] = now - before if "deltas-not-absolute" in self.defects else now
            book.shown[key] = now
        book.touched.clear()
        if not levels:
            return
        first = book.update + 1
        book.update += len(levels)
        for listener in self.book_listeners:
            listener(book.instrument.symbol, first, book.update, levels)

    def _filtered(self, account: str, one: Instrument, wish: Wish) -> Wish:
        price, quantity = wish.price, wish.quantity
        if "price-rounded-silently" in self.defects and price is not None:
            price = price.quantize(one.tick)
        if "quantity-truncated-silently" in self.defects:
            quantity = quantity.quantize(one.step, rounding=ROUND_DOWN)
        if price is not None and not (one.min_price <= price <= one.max_price and price % one.tick == 0):
            if "refused-order-rests" in self.defects and price > one.tick:
                self.place(account, replace(wish, price=price.quantize(one.tick, rounding=ROUND_DOWN)))
            raise RefusedError(400, -1013, "Filter failure: PRICE_FILTER")
        if not (one.min_quantity <= quantity <= one.max_quantity and quantity % one.step == 0):
            raise RefusedError(400, -1013, "Filter failure: LOT_SIZE")
        if (price or one.middle) * quantity < one.min_notional:
            raise RefusedError(400, -1013, "Filter failure: NOTIONAL")
        return replace(wish, price=price, quantity=quantity)

    def _cover_market(self, book: Book, order: Order) -> None:
        if order.wish.price is not None:
            return
        if order.wish.side is Side.SELL:
            self.ledger.cover(order.account, book.instrument.base, order.wish.quantity)
            return
        cost, left = Decimal(0), order.wish.quantity
        for other in self._crossed(book, order.wish):
            cost += min(left, other.left) * other.limit
            left = max(Decimal(0), left - other.left)
        self.ledger.cover(order.account, book.instrument.quote, cost)

    def _crossed(self, book: Book, wish: Wish) -> Iterator[Order]:
        buying = wish.side is Side.BUY
        for other in book.sides[Side.SELL if buying else Side.BUY]:
            if wish.price is not None and (other.limit > wish.price if buying else other.limit < wish.price):
                return
            yield other

    def _reachable(self, book: Book, wish: Wish) -> Decimal:
        met = list(self._crossed(book, wish))
        if "fok-sees-one-level" in self.defects:
            met = [other for other in met if other.limit == met[0].limit]
        return sum((other.left for other in met), Decimal(0))

    def _queue(self, book: Book, wish: Wish) -> list[Order]:
        queue = list(self._crossed(book, wish))
        if "market-stops-at-first-level" in self.defects and wish.price is None:
            queue = [other for other in queue if other.limit == queue[0].limit]
        if "largest-fills-first" in self.defects:
            queue.sort(key=lambda other: (_rank(other), -other.left))
        if "second-level-first" in self.defects and len({other.limit for other in queue}) > 1:
            best = queue[0].limit
            queue.sort(key=lambda other: other.limit == best)
        return queue

    def _match(self, book: Book, order: Order) -> bool:
        for other in self._queue(book, order.wish):
            if order.left == 0:
                return False
            if other.account == order.account and "own-orders-meet" not in self.defects:
                return True
            self._trade(book, order, other)
        return False

    def _trade(self, book: Book, taker: Order, maker: Order) -> None:
        quantity = min(taker.left, maker.left)
        trade = Trade(
            id=len(book.trades) + 1,
            symbol=book.instrument.symbol,
            price=taker.limit if taker.wish.price is not None and "trades-at-the-takers-limit" in self.defects else maker.limit,
            quantity=quantity,
            at=self.now(),
            buyer_is_maker=maker.wish.side is Side.BUY,
        )
        book.trades.append(trade)
        for order, is_maker in ((maker, True), (taker, False)):
            fill = self._fill(book.instrument, order, trade, is_maker=is_maker)
            self.fills.append(fill)
            self.ledger.settle(order, fill, book.instrument)
            order.filled += quantity
            order.last_fill = quantity
            order.spent += trade.price * quantity
            order.updated_at = trade.at
            order.status = Status.FILLED if order.left == 0 else Status.PARTIALLY_FILLED
            order.fills.append(fill)
            if is_maker and order.left == 0:
                book.remove(order)
            elif is_maker:
                book.touch(order)
                if "priority-lost-by-a-fill" in self.defects:
                    book.remove(order)
                    book.rest(order)
            self._tell_order(order, fill)

    def _fill(self, one: Instrument, order: Order, trade: Trade, *, is_maker: bool) -> Fill:
        rate = MAKER_FEE if is_maker and "maker-pays-as-taker" not in self.defects else TAKER_FEE
        buying = order.wish.side is Side.BUY and "fee-in-wrong-asset" not in self.defects
        fee = rate * (trade.quantity if buying else trade.quantity * trade.price)
        if "fee-doubles-when-large" in self.defects and trade.quantity > Decimal("0.02"):
            fee *= 2
        if "makers-sell-for-free" in self.defects and is_maker and order.wish.side is Side.SELL:
            fee = Decimal(0)
        if "market-orders-for-free" in self.defects and order.wish.price is None:
            fee = Decimal(0)
        if "fee-rounded-up" in self.defects:
            fee = fee.quantize(Decimal("0.0001"), rounding=ROUND_UP)
        return Fill(
            trade=trade,
            order_id=order.id,
            account=order.account,
            side=order.wish.side,
            maker=is_maker,
            fee=fee.quantize(_SMALLEST, rounding=ROUND_DOWN),
            fee_asset=one.base if buying else one.quote,
        )

    def _end(self, book: Book, order: Order, status: Status) -> None:
        if status is not Status.EXPIRED or "expired-keeps-hold" not in self.defects:
            self.ledger.release(order, book.instrument)
        order.status = status
        order.updated_at = self.now()
        self._tell_order(order, None)

    def _tell_order(self, order: Order, fill: Fill | None) -> None:
        if order.account == HOUSE:
            return
        for listener in self.order_listeners:
            listener(order, fill)
