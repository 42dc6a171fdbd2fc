"""The exchange itself: takes orders in, matches them by price and time, and keeps balances, books and history together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from certification.sandboxes.reference.engine.admission import admit, admit_market_funds, crosses, reachable
from certification.sandboxes.reference.engine.book import Book
from certification.sandboxes.reference.engine.instrument import INSTRUMENTS, Instrument, Liquidity
from certification.sandboxes.reference.engine.journal import Journal
from certification.sandboxes.reference.engine.ledger import Ledger
from certification.sandboxes.reference.engine.order import (
    ZERO,
    CancelReason,
    DepthChange,
    Event,
    Fill,
    Order,
    OrderRequest,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
    Trade,
)
from certification.sandboxes.reference.engine.refusal import RefusalCode, RefusalError
from certification.sandboxes.reference.engine.rules import CORRECT, EngineRules
from certification.sandboxes.reference.engine.settlement import Match, Settlement

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
        self.journal = Journal()
        self.books = {symbol: Book() for symbol in self.instruments}
        self._open: dict[str, dict[int, None]] = {}
        self._settlement = Settlement(self.ledger, rules)
        self._next_order_id = FIRST_ORDER_ID
        self._next_trade_id = 1
        self._next_fill_id = 1
        self._events: list[Event] = []
        self._touched: dict[tuple[Side, Decimal], None] = {}

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
        repeated = self._repeated(account, request)
        if repeated is not None:
            return Placed(order=repeated, repeated=True)
        instrument = self.instrument(request.symbol)
        admit(request, instrument, self.rules)
        admit_market_funds(account, request, instrument, self.books[request.symbol], self.ledger)
        if len(self._open.get(account, ())) >= MAX_OPEN_ORDERS:
            raise RefusalError(RefusalCode.TOO_MANY_OPEN_ORDERS, f"an account has at most {MAX_OPEN_ORDERS} open orders; cancel some")
        order = self._settlement.open(self._new_order(account, request, now), instrument)
        self._next_order_id += 2
        order = self._match(order, instrument, now) if self._may_match(order) else order
        order = self._rest_or_end(order, instrument, now)
        self._enter(order)
        self._publish_depth(request.symbol)
        return Placed(order=order, repeated=False)

    def cancel(self, account: str, order_id: int, now: int) -> Order:
        """Take an open order out of the book.

        Raises:
            RefusalError: the account has no such order, or it is not open.
        """
        order = self._order_of(account, order_id, owner_only=self.rules.owners_alone_cancel)
        if not order.is_open:
            raise RefusalError(RefusalCode.ORDER_NOT_OPEN, f"the order is {order.status.value}; only open orders can be cancelled")
        order = self._take_out(order, now)
        self._publish_depth(order.request.symbol)
        return order

    def cancel_all(self, account: str, symbol: str | None, now: int) -> tuple[Order, ...]:
        """Cancel every open order of an account, on one instrument or on all; the oldest first.

        Raises:
            RefusalError: there is no such instrument.
        """
        orders = tuple(reversed(self.open_orders(account, symbol)))
        return tuple(self.cancel(account, order.order_id, now) for order in orders if order.is_open)

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
        orders = (self.journal.order(order_id) for order_id in reversed(self._open.get(account, {})))
        return tuple(order for order in orders if order is not None and symbol in {None, order.request.symbol})

    def drain_events(self) -> tuple[Event, ...]:
        """What happened since the last call, in order."""
        events = tuple(self._events)
        self._events.clear()
        return events

    def _repeated(self, account: str, request: OrderRequest) -> Order | None:
        if request.client_order_id is None or not self.rules.client_order_ids_are_unique:
            return None
        known = self.journal.order_by_client_id(account, request.client_order_id)
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

    def _may_match(self, order: Order) -> bool:
        request = order.request
        if request.time_in_force is TimeInForce.FOK and self.rules.fok_fills_whole_or_not:
            return reachable(order.account, request, self.books[request.symbol]) == request.quantity
        return request.time_in_force is not TimeInForce.POST_ONLY or not self.rules.post_only_never_takes

    def _match(self, order: Order, instrument: Instrument, now: int) -> Order:
        book = self.books[instrument.symbol]
        while order.remaining:
            maker = book.best_order(order.request.side.opposite, oldest=self.rules.older_orders_fill_first)
            if maker is None or maker.request.price is None or not crosses(order.request, maker.request.price):
                break
            if maker.account == order.account:
                return self._end(order, instrument, CancelReason.SELF_TRADE, now)
            order = self._trade(order, maker, instrument, now)
        return order

    def _trade(self, taker: Order, maker: Order, instrument: Instrument, now: int) -> Order:
        match = Match(price=self._fill_price(taker, maker, instrument), quantity=min(taker.remaining, maker.remaining))
        self._touch(maker)
        self.books[instrument.symbol].remove(maker) if maker.remaining == match.quantity else None
        taker_after, taker_fee = self._settlement.fill(taker, instrument, match, Liquidity.TAKER, now)
        maker_after, maker_fee = self._settlement.fill(maker, instrument, match, Liquidity.MAKER, now)
        buyer, seller = (taker_after, maker_after) if taker.request.side is Side.BUY else (maker_after, taker_after)
        self._settlement.pay(buyer, seller, instrument, match)
        self._settlement.pay_fee(taker_after, instrument, taker_fee)
        self._settlement.pay_fee(maker_after, instrument, maker_fee)
        self._record(taker_after, maker_after, instrument, match, (taker_fee, maker_fee))
        maker_after = self._settlement.hold_rest(maker_after, instrument)
        if maker_after.is_open:
            self.books[instrument.symbol].put(maker_after)
        self._enter(maker_after)
        return self._settlement.hold_rest(taker_after, instrument)

    def _fill_price(self, taker: Order, maker: Order, instrument: Instrument) -> Decimal:
        price = maker.request.price or ZERO
        if self.rules.limits_bind_the_fill_price or taker.request.price is None:
            return price
        worse = instrument.tick_size if taker.request.side is Side.BUY else -instrument.tick_size
        return taker.request.price + worse

    def _record(self, taker: Order, maker: Order, instrument: Instrument, match: Match, fees: tuple[Decimal, Decimal]) -> None:
        trade = Trade(
            trade_id=self._next_trade_id,
            symbol=instrument.symbol,
            price=match.price,
            quantity=match.quantity,
            taker_side=taker.request.side,
            executed_at=taker.updated_at,
        )
        self._next_trade_id += 1
        self.journal.add_trade(trade)
        self._events.append(trade)
        for order, liquidity, fee in ((maker, Liquidity.MAKER, fees[1]), (taker, Liquidity.TAKER, fees[0])):
            self.journal.add_fill(
                Fill(
                    fill_id=self._next_fill_id,
                    trade_id=trade.trade_id,
                    order_id=order.order_id,
                    account=order.account,
                    symbol=instrument.symbol,
                    side=order.request.side,
                    liquidity=liquidity,
                    price=match.price,
                    quantity=match.quantity,
                    fee=fee,
                    executed_at=trade.executed_at,
                )
            )
            self._next_fill_id += 1

    def _rest_or_end(self, order: Order, instrument: Instrument, now: int) -> Order:
        reason = self._why_it_ends(order) if order.is_open else None
        if reason is not None:
            return self._end(order, instrument, reason, now)
        if order.is_open:
            self.books[instrument.symbol].put(order)
            self._touch(order)
        return order

    def _why_it_ends(self, order: Order) -> CancelReason | None:
        request = order.request
        if request.type is OrderType.MARKET:
            return CancelReason.NO_LIQUIDITY
        if request.time_in_force is TimeInForce.FOK:
            return CancelReason.FILL_OR_KILL
        if request.time_in_force is TimeInForce.IOC and self.rules.ioc_never_rests:
            return CancelReason.IMMEDIATE_OR_CANCEL
        best = self.books[request.symbol].best_price(request.side.opposite)
        if best is not None and request.time_in_force is TimeInForce.POST_ONLY and crosses(request, best):
            return CancelReason.POST_ONLY
        return None

    def _end(self, order: Order, instrument: Instrument, reason: CancelReason, now: int) -> Order:
        """Cancel what is not filled and give its hold back."""
        order = replace(order, status=OrderStatus.CANCELLED, cancel_reason=reason, updated_at=now)
        if reason is CancelReason.CLIENT and not self.rules.cancel_releases_the_hold:
            return order
        return self._settlement.close(order, instrument)

    def _take_out(self, order: Order, now: int) -> Order:
        self._touch(order)
        self.books[order.request.symbol].remove(order)
        order = self._end(order, self.instruments[order.request.symbol], CancelReason.CLIENT, now)
        self._enter(order)
        return order

    def _enter(self, order: Order) -> None:
        self.journal.enter(order)
        self._events.append(order)
        ours = self._open.setdefault(order.account, {})
        if order.is_open:
            ours.setdefault(order.order_id)
        elif order.cancel_reason is not CancelReason.CLIENT or self.rules.cancelled_orders_leave_the_open_ones:
            ours.pop(order.order_id, None)

    def _touch(self, order: Order) -> None:
        if order.request.price is not None:
            self._touched[order.request.side, order.request.price] = None

    def _publish_depth(self, symbol: str) -> None:
        if not self._touched:
            return
        book = self.books[symbol]
        book.sequence += 1
        changes = {side: tuple((price, book.total(side, price)) for at, price in self._touched if at is side) for side in Side}
        self._touched.clear()
        self._events.append(DepthChange(symbol=symbol, sequence=book.sequence, bids=changes[Side.BUY], asks=changes[Side.SELL]))

    def _order_of(self, account: str, order_id: int, *, owner_only: bool) -> Order:
        order = self.journal.order(order_id)
        if order is None or (owner_only and order.account != account):
            raise _no_such_order()
        return order


def _no_such_order() -> RefusalError:
    return RefusalError(RefusalCode.ORDER_NOT_FOUND, "the account has no such order")
