"""What the engine writes down while it works: orders as they become, trades, fills, changed levels, and the events of all that."""

from __future__ import annotations

from decimal import Decimal

from certification.sandboxes.reference.engine.book import Book
from certification.sandboxes.reference.engine.instrument import Instrument, Liquidity
from certification.sandboxes.reference.engine.journal import Journal
from certification.sandboxes.reference.engine.order import CancelReason, DepthChange, Event, Fill, Order, OrderStatus, Side, Trade
from certification.sandboxes.reference.engine.rules import EngineRules
from certification.sandboxes.reference.engine.settlement import Match


class Tape:
    """Keeps the journal and the list of open orders in step, and collects events until somebody takes them."""

    def __init__(self, rules: EngineRules) -> None:
        self.journal = Journal()
        self._rules = rules
        self._open: dict[str, dict[int, None]] = {}
        self._next_trade_id = 1
        self._next_fill_id = 1
        self._events: list[Event] = []
        self._touched: dict[tuple[Side, Decimal], None] = {}

    def open_count(self, account: str) -> int:
        """How many open orders an account has."""
        return len(self._open.get(account, ()))

    def traders(self) -> tuple[str, ...]:
        """Every account that has placed an order."""
        return tuple(self._open)

    def open_orders(self, account: str) -> tuple[Order, ...]:
        """An account's open orders, newest first."""
        orders = (self.journal.order(order_id) for order_id in reversed(self._open.get(account, {})))
        return tuple(order for order in orders if order is not None)

    def enter(self, order: Order) -> None:
        """Write an order's newest state down."""
        self.journal.enter(order)
        expired = order.status is OrderStatus.EXPIRED
        if not expired or self._rules.expired_orders_are_told:
            self._events.append(order)
        ours = self._open.setdefault(order.account, {})
        if order.is_open:
            ours.setdefault(order.order_id)
        elif expired and not self._rules.expired_orders_leave_the_open_ones:
            return
        elif order.cancel_reason is not CancelReason.CLIENT or self._rules.cancelled_orders_leave_the_open_ones:
            ours.pop(order.order_id, None)

    def trade(self, taker: Order, maker: Order, instrument: Instrument, match: Match, fees: tuple[Decimal, Decimal]) -> None:
        """Write a match down: the trade, and a fill for each side. ``fees`` are the taker's and the maker's."""
        trade = Trade(
            trade_id=self._next_trade_id,
            symbol=instrument.symbol,
            price=match.price,
            quantity=match.quantity,
            taker_side=taker.request.side,
            executed_at=match.executed_at,
        )
        self._next_trade_id += 1
        self.journal.add_trade(trade)
        self._events.append(trade)
        self._fill(maker, trade, Liquidity.MAKER, fees[1])
        self._fill(taker, trade, Liquidity.TAKER, fees[0])

    def touch(self, order: Order) -> None:
        """Remember that the level of an order changes."""
        if order.request.price is not None:
            self._touched[order.request.side, order.request.price] = None

    def close_command(self, symbol: str, book: Book) -> None:
        """End a command on one instrument: its changed levels make one event, with the next sequence number."""
        if not self._touched:
            return
        book.sequence += 1
        changes = {side: tuple((price, book.total(side, price)) for at, price in self._touched if at is side) for side in Side}
        self._touched.clear()
        change = DepthChange(
            symbol=symbol,
            sequence=book.sequence,
            bids=changes[Side.BUY],
            asks=changes[Side.SELL],
            best_bids=book.best(Side.BUY),
            best_asks=book.best(Side.SELL),
        )
        self._events.append(change)

    def drain(self) -> tuple[Event, ...]:
        """The events since the last call, in order."""
        events = tuple(self._events)
        self._events.clear()
        return events

    def _fill(self, order: Order, trade: Trade, liquidity: Liquidity, fee: Decimal) -> None:
        fill = Fill(
            fill_id=self._next_fill_id,
            trade_id=trade.trade_id,
            order_id=order.order_id,
            account=order.account,
            symbol=trade.symbol,
            side=order.request.side,
            liquidity=liquidity,
            price=trade.price,
            quantity=trade.quantity,
            fee=fee,
            executed_at=trade.executed_at,
        )
        self._next_fill_id += 1
        self.journal.add_fill(fill)
