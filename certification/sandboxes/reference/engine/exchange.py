"""The exchange itself: takes orders in, matches them by price and time, and keeps balances, books and history together."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from certification.sandboxes.reference.engine.admission import admit, admit_expiry, admit_market_funds
from certification.sandboxes.reference.engine.book import Book
from certification.sandboxes.reference.engine.instrument import INSTRUMENTS, Instrument
from certification.sandboxes.reference.engine.ledger import Ledger
from certification.sandboxes.reference.engine.matching import Matcher
from certification.sandboxes.reference.engine.order import ZERO, CancelReason, Event, Order, OrderRequest, OrderStatus
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError
from certification.sandboxes.reference.engine.rules import CORRECT, LATE_MS, EngineRules
from certification.sandboxes.reference.engine.settlement import Settlement
from certification.sandboxes.reference.engine.tape import Tape
from certification.sandboxes.reference.engine.withdrawals import Withdrawals

FIRST_ORDER_ID = 2**53 + 1
"""Order ids are odd numbers from here on: not one of them survives a binary float."""
MAX_OPEN_ORDERS = 500
"""Per account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order that was taken in, or that had been before."""

    order: Order
    repeated: bool
    """Whether the same request, with the same client order id, had come before."""


class Exchange:
    """One exchange. Not for several threads at once; instants come from the caller and never go back."""

    def __init__(self, *, instruments: Iterable[Instrument] = INSTRUMENTS, rules: EngineRules = CORRECT) -> None:
        self.instruments = {instrument.symbol: instrument for instrument in instruments}
        self.rules = rules
        self.ledger = Ledger()
        self._tape = Tape(rules)
        self.journal = self._tape.journal
        self.books = {symbol: Book() for symbol in self.instruments}
        self._settlement = Settlement(self.ledger, rules)
        self._matcher = Matcher(self._settlement, self._tape, rules)
        self.withdrawals = Withdrawals(self.ledger, rules)
        self._next_order_id = FIRST_ORDER_ID
        self._deadlines: list[tuple[int, int]] = []
        """Of open orders that expire: instant and order, the next one first."""

    def advance(self, now: int) -> None:
        """Let everything happen that was due by ``now``: orders expire, withdrawals are sent."""
        self.withdrawals.advance(now)
        while self._deadlines and self._deadlines[0][0] <= now:
            _, order_id = heapq.heappop(self._deadlines)
            order = self.journal.order(order_id)
            outlives = order is not None and order.filled and not self.rules.part_filled_orders_expire
            if order is not None and order.is_open and self.rules.orders_expire and not outlives:
                self._take_out(order, self._matcher.expire)

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of that symbol.

        Raises:
            RefusalError: there is none.
        """
        if symbol not in self.instruments:
            raise RefusalError(RefusalCode.INSTRUMENT_NOT_FOUND, "there is no such instrument; GET /v1/instruments lists them")
        return self.instruments[symbol]

    def place(self, account: str, request: OrderRequest, now: int) -> Placed:
        """Take an order in, match it, and let the rest wait where it may.

        Raises:
            RefusalError: it breaks a rule of the instrument, can't be paid for, or reuses a client order id for something else.
        """
        self.advance(now)
        repeated = self._repeated(account, request, now)
        if repeated is not None:
            return Placed(order=repeated, repeated=True)
        instrument = self.instrument(request.symbol)
        if request.price is not None and not self.rules.prices_are_never_rounded:
            request = replace(request, price=request.price - request.price % instrument.tick_size)
        admit(request, instrument, self.rules)
        if self.rules.expiries_lie_ahead:
            admit_expiry(request, now)
        book = self.books[request.symbol]
        if self.rules.market_orders_are_paid_for:
            admit_market_funds(account, request, instrument, book, self.ledger)
        if self._tape.open_count(account) >= MAX_OPEN_ORDERS:
            raise RefusalError(RefusalCode.TOO_MANY_OPEN_ORDERS, f"an account has at most {MAX_OPEN_ORDERS} open orders; cancel some")
        order = self._settlement.open(self._new_order(account, request, now), instrument)
        self._next_order_id += 2
        order = self._matcher.run(order, instrument, book, now)
        self._tape.enter(order)
        self._tape.close_command(request.symbol, book)
        if order.is_open and request.expires_at is not None:
            heapq.heappush(self._deadlines, (request.expires_at, order.order_id))
        return Placed(order=order, repeated=False)

    def cancel(self, account: str, order_id: int, now: int) -> Order:
        """Take an open order out of the book.

        Raises:
            RefusalError: the account has no such order, or it is not open.
        """
        self.advance(now)
        order = self._order_of(account, order_id, owner_only=self.rules.owners_alone_cancel)
        if not self._stays_ended(order):
            order = replace(order, status=OrderStatus.CANCELLED, cancel_reason=CancelReason.CLIENT)
            self._tape.enter(order)
            return order
        if not order.is_open:
            raise RefusalError(RefusalCode.ORDER_NOT_OPEN, f"the order is {order.status.value}; only open orders can be cancelled")
        return self._take_out(order, lambda left, instrument: self._matcher.end(left, instrument, CancelReason.CLIENT, now))

    def _take_out(self, order: Order, end: Callable[[Order, Instrument], Order]) -> Order:
        """Take an open order out of the book, and end it."""
        instrument, book = self.instruments[order.request.symbol], self.books[order.request.symbol]
        self._tape.touch(order)
        if self.rules.cancelled_orders_leave_the_book:
            book.remove(order)
        order = end(order, instrument)
        self._tape.enter(order)
        self._tape.close_command(order.request.symbol, book)
        return order

    def _stays_ended(self, order: Order) -> bool:
        """Whether a cancellation can do nothing to an order that has ended, or has not ended yet."""
        if order.status is OrderStatus.FILLED:
            return self.rules.filled_orders_stay_filled
        return order.status is not OrderStatus.EXPIRED or self.rules.expired_orders_stay_expired

    def cancel_all(self, account: str, symbol: str | None, now: int) -> tuple[Order, ...]:
        """Cancel every open order of an account, on one instrument or on all; the oldest first.

        Raises:
            RefusalError: there is no such instrument.
        """
        orders = tuple(reversed(self.open_orders(account, symbol)))
        if not self.rules.cancel_all_keeps_to_its_market:
            orders = tuple(reversed(self.open_orders(account)))
        if not self.rules.cancel_all_takes_part_filled:
            orders = tuple(order for order in orders if order.status is not OrderStatus.PARTIALLY_FILLED)
        if not self.rules.cancel_all_keeps_to_its_account:
            orders += tuple(order for other in self._tape.traders() if other != account for order in self.open_orders(other, symbol))
        return tuple(self.cancel(order.account, order.order_id, now) for order in orders if order.is_open)

    def order(self, account: str, order_id: int) -> Order:
        """One order of an account.

        Raises:
            RefusalError: it has no such order.
        """
        return self._order_of(account, order_id, owner_only=self.rules.owners_alone_read)

    def order_by_client_id(self, account: str, client_order_id: str) -> Order:
        """One order of an account, by the id that its owner gave it.

        Raises:
            RefusalError: it has no such order.
        """
        order = self.journal.order_by_client_id(account, client_order_id)
        if order is None:
            raise _no_such_order()
        return order

    def open_orders(self, account: str, symbol: str | None = None) -> tuple[Order, ...]:
        """An account's open orders, newest first.

        Raises:
            RefusalError: there is no such instrument.
        """
        if symbol is not None:
            self.instrument(symbol)
        return tuple(order for order in self._tape.open_orders(account) if symbol in {None, order.request.symbol})

    def drain_events(self) -> tuple[Event, ...]:
        """What happened since the last call, in order."""
        return self._tape.drain()

    def _repeated(self, account: str, request: OrderRequest, now: int) -> Order | None:
        if request.client_order_id is None or not self.rules.client_order_ids_are_unique:
            return None
        known = self.journal.order_by_client_id(account, request.client_order_id)
        if known is not None and not self.rules.client_order_ids_are_known_at_once and now - known.created_at < LATE_MS:
            return None
        if known is not None and known.request != request and self.rules.client_order_ids_bind_the_content:
            raise RefusalError(
                RefusalCode.CLIENT_ORDER_ID_REUSED, "the client order id belongs to an order with other content; choose another"
            )
        return known

    def _new_order(self, account: str, request: OrderRequest, now: int) -> Order:
        return Order(
            order_id=self._next_order_id,
            account=account,
            request=request,
            status=OrderStatus.OPEN,
            filled=ZERO,
            notional=ZERO,
            fees=ZERO,
            held=ZERO,
            created_at=now,
            updated_at=now,
        )

    def _order_of(self, account: str, order_id: int, *, owner_only: bool) -> Order:
        order = self.journal.order(order_id)
        if order is None or (owner_only and order.account != account):
            raise _no_such_order()
        return order


def _no_such_order() -> RefusalError:
    return RefusalError(RefusalCode.ORDER_NOT_FOUND, "the account has no such order")
