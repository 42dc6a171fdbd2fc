"""The matching engine: admits orders, matches them by price and time, settles, and tells who listens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Literal

from benchmarks.third_exchange import filters
from benchmarks.third_exchange.assets import PAIRS, Pair
from benchmarks.third_exchange.book import Book
from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.ledger import Ledger
from benchmarks.third_exchange.names import Names
from benchmarks.third_exchange.orders import Fill, Order, Print, Status, Wish
from benchmarks.third_exchange.refusals import DEADLINE, DUPLICATE, INSUFFICIENT_FUNDS, ORDERS_LIMIT, POST_ONLY, UNKNOWN_ORDER, RefusedError
from benchmarks.third_exchange.settlement import Settlement

OPEN_ORDERS = 60
Transition = Literal["new", "trade", "canceled", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened to one order; `fill` on a trade."""

    order: Order
    transition: Transition
    fill: Fill | None
    time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """All that one call changed: orders, prints, the book of a pair, and the purses of accounts."""

    told: tuple[Told, ...]
    prints: tuple[Print, ...]
    pair: Pair | None
    accounts: tuple[str, ...]


class Engine:
    """Books, orders and trades of every pair; its caller is one thread."""

    def __init__(self, defects: Defects, clock: Callable[[], int]) -> None:
        self.defects = defects
        self._clock = clock
        self.names = Names()
        self.ledger = Ledger(self.names, defects)
        self.books = {name: Book(defects) for name in PAIRS}
        self.orders: dict[str, Order] = {}
        self._mine: dict[str, list[Order]] = defaultdict(list)
        self._open: dict[str, Order] = {}
        self.fills: list[Fill] = []
        self.prints: dict[str, list[Print]] = {name: [] for name in PAIRS}
        self.listeners: list[Callable[[Moved], None]] = []
        self.offset = 0
        self.unlimited: set[str] = set()
        self._settlement = Settlement(self.ledger, defects)
        self._sequence = count(1)
        self._number = count(1)
        self._told: list[Told] = []
        self._printed: list[Print] = []
        self._latest = 0

    def now(self) -> int:
        """Microseconds since 1970, never the same twice."""
        self._latest = max(self._latest + 1, self._clock() + self.offset)
        return self._latest

    def open_orders(self, account: str) -> list[Order]:
        """What the account has resting, oldest first."""
        return [order for order in self._open.values() if order.account == account]

    def orders_of(self, account: str) -> list[Order]:
        """Every order that the account ever placed, oldest first."""
        return self._mine[account]

    def place(self, account: str, wish: Wish, deadline: int | None = None, *, dry: bool = False) -> Order:
        """Admit an order and match it; `dry` only tells whether it would be admitted.

        Raises:
            RefusedError: it is not admitted; nothing has changed.
        """
        moment = self.now()
        if deadline is not None and deadline < moment and not self.defects.on("deadline-ignored"):
            raise RefusedError(DEADLINE)
        wish = filters.passed(wish, moment, self.defects)
        self._admit(account, wish)
        needed = self._needed(account, wish)
        order = Order(id=self.names.next("O"), account=account, wish=wish, sequence=next(self._sequence), opened=moment)
        purse = self.ledger.purse(account, order.held_asset)
        if self._short(wish, needed, purse.total, purse.available):
            raise RefusedError(INSUFFICIENT_FUNDS)
        if dry and not self.defects.on("validate-places"):
            return order
        self.orders[order.id] = self._open[order.id] = order
        self._mine[account].append(order)
        self._settlement.hold(order, needed)
        self._told.append(Told(order=order, transition="new", fill=None, time=moment))
        self._match(order)
        self._publish(wish.pair)
        return order

    def cancel(self, order: Order) -> None:
        """Take an open order out.

        Raises:
            RefusedError: it is open no more.
        """
        if order.status != "open":
            raise RefusedError(UNKNOWN_ORDER)
        self._end(order, "canceled", "User requested")
        self._publish(order.wish.pair)

    def expire(self) -> None:
        """End the orders whose time has come."""
        moment = self.now()
        for order in [each for each in self._open.values() if each.wish.expires is not None]:
            if order.filled and self.defects.on("part-filled-never-expires"):
                continue
            if order.wish.expires is not None and order.wish.expires <= moment:
                self._end(order, "expired", None)
                self._publish(order.wish.pair)

    def announce(self, account: str) -> None:
        """Tell that this account's money moved without an order."""
        for listen in tuple(self.listeners):
            listen(Moved(told=(), prints=(), pair=None, accounts=(account,)))

    def _admit(self, account: str, wish: Wish) -> None:
        mine = self._mine[account]
        if wish.client_id is not None and any(self._same(order, wish.client_id) for order in mine):
            raise RefusedError(DUPLICATE)
        counted = mine if self.defects.on("order-limit-counts-closed") else self.open_orders(account)
        limited = account not in self.unlimited and not self.defects.on("order-limit-ignored")
        if limited and sum(order.wish.pair is wish.pair for order in counted) >= OPEN_ORDERS:
            raise RefusedError(ORDERS_LIMIT)
        if wish.post and not self.defects.on("post-takes") and any(self.books[wish.pair.name].against(wish.side, wish.price)):
            raise RefusedError(POST_ONLY)

    def _same(self, order: Order, client_id: str) -> bool:
        if self.defects.on("client-id-twice") or (order.status == "canceled" and self.defects.on("client-id-after-cancel")):
            return False
        if self.defects.on("client-id-other-case"):
            return (order.wish.client_id or "").lower() == client_id.lower()
        return order.wish.client_id == client_id

    def _short(self, wish: Wish, needed: Decimal, total: Decimal, available: Decimal) -> bool:
        if wish.side == "sell" and self.defects.on("sells-what-is-held"):
            return needed > total
        if wish.side == "buy" and self.defects.on("funds-check-without-fee"):
            return needed / Decimal("1.0026") > available
        return needed > available

    def _needed(self, account: str, wish: Wish) -> Decimal:
        """What the order holds when it comes: the volume of a sell, the cost and fee of a buy."""
        if wish.side == "sell":
            return wish.volume
        if wish.price is not None:
            return self._settlement.reserve(wish, wish.volume)
        needed, left = Decimal(0), wish.volume
        for resting in self.books[wish.pair.name].against(wish.side, None):
            if not left or resting.account == account:
                break
            part = min(left, resting.remaining)
            needed, left = needed + wish.pair.reserve(part, resting.wish.price or Decimal(0)), left - part
        return needed

    def _match(self, order: Order) -> None:
        wish, book = order.wish, self.books[order.wish.pair.name]
        if wish.force == "FOK" and not self.defects.on("fok-fills-in-part") and self._reachable(order) < wish.volume:
            self._end(order, "canceled", "Fill or kill")
            return
        moment = self.now()
        for resting in book.against(wish.side, wish.price):
            if resting.account == order.account and not self.defects.on("trades-with-itself"):
                self._end(order, "canceled", "Self trade")
                return
            self._trade(order, resting, moment)
            if not order.remaining:
                return
        if wish.kind == "market" or wish.force == "FOK" or (wish.force == "IOC" and not self.defects.on("ioc-rests")):
            self._end(order, "canceled", "No liquidity" if wish.kind == "market" else "Immediate or cancel")
        else:
            book.rest(order)

    def _reachable(self, order: Order) -> Decimal:
        reachable = Decimal(0)
        for resting in self.books[order.wish.pair.name].against(order.wish.side, order.wish.price):
            if resting.account == order.account:
                break
            reachable += resting.remaining
        return reachable

    def _trade(self, taker: Order, maker: Order, moment: int) -> None:
        pair, book = taker.wish.pair, self.books[taker.wish.pair.name]
        price = maker.wish.price
        assert price is not None, "only limit orders rest"
        if taker.wish.price is not None and self.defects.on("fills-at-takers-price"):
            price = taker.wish.price
        volume, number = min(taker.remaining, maker.remaining), next(self._number)
        for order in (taker, maker):
            fill = self._settlement.settle(
                order, self.names.next("T"), number=number, moment=moment, price=price, volume=volume, maker=order is maker
            )
            self.fills.append(fill)
            if not order.remaining:
                self._close(order, moment)
            self._told.append(Told(order=order, transition="trade", fill=fill, time=moment))
        if not maker.remaining:
            book.remove(maker)
        elif self.defects.on("part-filled-loses-place"):
            book.requeue(maker, next(self._sequence))
        printed = Print(number=number, pair=pair, time=moment, price=price, volume=volume, side=taker.wish.side, kind=taker.wish.kind)
        self.prints[pair.name].append(printed)
        self._printed.append(printed)

    def _close(self, order: Order, moment: int) -> None:
        order.status, order.closed = "closed", moment
        del self._open[order.id]
        self._settlement.release(order)

    def _end(self, order: Order, status: Status, reason: str | None) -> None:
        book = self.books[order.wish.pair.name]
        if any(resting is order for resting in book.resting(order.wish.side)):
            book.remove(order)
        order.status, order.closed, order.reason = status, self.now(), reason
        del self._open[order.id]
        self._settlement.release(order)
        transition: Transition = "expired" if status == "expired" else "canceled"
        self._told.append(Told(order=order, transition=transition, fill=None, time=order.closed))

    def _publish(self, pair: Pair) -> None:
        accounts = tuple(dict.fromkeys(told.order.account for told in self._told))
        moved = Moved(told=tuple(self._told), prints=tuple(self._printed), pair=pair, accounts=accounts)
        self._told.clear()
        self._printed.clear()
        for listen in tuple(self.listeners):
            listen(moved)
