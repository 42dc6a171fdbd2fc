"""What one match does to both sides: their orders, their balances, their fills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from certification.sandboxes.reference.engine.instrument import Instrument, Liquidity
from certification.sandboxes.reference.engine.ledger import Cause, EntryKind, Ledger
from certification.sandboxes.reference.engine.order import ZERO, Order, OrderStatus, OrderType, Side
from certification.sandboxes.reference.engine.rules import LATE_MS, EngineRules

FEE_ACCOUNT = "exchange"
"""Where fees go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two orders that trade."""

    price: Decimal
    quantity: Decimal
    executed_at: int

    @property
    def notional(self) -> Decimal:
        """In quote."""
        return self.price * self.quantity


def required_hold(order: Order, instrument: Instrument) -> Decimal:
    """What an order must hold while it waits: a sale its base, a buy its limit price and the dearer of both fees."""
    if order.request.side is Side.SELL:
        return order.remaining
    if order.request.price is None:
        return ZERO
    return instrument.cost(order.request.price * order.remaining)


class Settlement:
    """Moves assets between accounts as orders open, trade and close."""

    def __init__(self, ledger: Ledger, rules: EngineRules) -> None:
        self._ledger = ledger
        self._rules = rules
        self._opened_at: dict[str, int] = {}
        """By account, when it last made an order, in ms since 1970."""

    def open(self, order: Order, instrument: Instrument) -> Order:
        """Set aside what a limit order needs; a market order pays as it trades.

        Raises:
            RefusalError: the owner has not enough; nothing changed.
        """
        if order.request.type is OrderType.MARKET:
            return order
        hold = required_hold(order, instrument)
        unseen = not self._rules.holds_are_known_at_once and order.created_at - self._opened_at.get(order.account, 0) < LATE_MS
        if unseen or not self._rules.limit_orders_are_paid_for:
            hold = min(hold, self._ledger.balance(order.account, _held_asset(order, instrument)).available)
        self._ledger.hold(order.account, _held_asset(order, instrument), hold)
        self._opened_at[order.account] = order.created_at
        return replace(order, held=hold)

    def close(self, order: Order, instrument: Instrument) -> Order:
        """Give back what an order that no longer waits still holds."""
        self._ledger.release(order.account, _held_asset(order, instrument), order.held)
        return replace(order, held=ZERO)

    def fill(self, order: Order, instrument: Instrument, match: Match, liquidity: Liquidity) -> tuple[Order, Decimal]:
        """One side's part: its new state, and the fee that it owes. Its whole hold is free meanwhile; ``hold_rest`` ends that."""
        fee = self._fee(instrument, match.notional, liquidity)
        filled = order.filled + match.quantity
        done = filled == order.request.quantity
        after = replace(
            order,
            status=OrderStatus.FILLED if done else OrderStatus.PARTIALLY_FILLED,
            filled=filled,
            notional=order.notional + match.notional,
            fees=order.fees + fee,
            updated_at=match.executed_at,
        )
        return self.close(after, instrument), fee

    def pay(self, buyer: Order, seller: Order, instrument: Instrument, match: Match) -> None:
        """Move base one way and quote the other. Both holds are free."""
        buys, sells = (
            (order.account, Cause(kind=EntryKind.TRADE, at=match.executed_at, reference=order.order_id)) for order in (buyer, seller)
        )
        self._ledger.transfer(instrument.base, match.quantity, payer=sells, receiver=buys)
        self._ledger.transfer(instrument.quote, match.notional, payer=buys, receiver=sells)
        if not self._rules.buyers_pay_in_full:
            self._ledger.deposit(buyer.account, instrument.quote, instrument.tick_size, buys[1])

    def pay_fee(self, order: Order, instrument: Instrument, fee: Decimal) -> None:
        """Move a fee to the exchange. It is in quote, out of what was held for it or of what was just received."""
        cause = Cause(kind=EntryKind.FEE, at=order.updated_at, reference=order.order_id)
        self._ledger.transfer(instrument.quote, fee, payer=(order.account, cause), receiver=(FEE_ACCOUNT, cause))

    def hold_rest(self, order: Order, instrument: Instrument) -> Order:
        """Set aside again what the rest of a limit order needs, if it is still open."""
        return self.open(order, instrument) if order.is_open and self._rules.rest_is_held_after_a_fill else order

    def _fee(self, instrument: Instrument, notional: Decimal, liquidity: Liquidity) -> Decimal:
        if not self._rules.fees_are_charged:
            return ZERO
        if liquidity is Liquidity.TAKER and not self._rules.takers_pay_the_taker_fee:
            liquidity = Liquidity.MAKER
        elif liquidity is Liquidity.MAKER and not self._rules.makers_pay_the_maker_fee:
            liquidity = Liquidity.TAKER
        return instrument.fee(notional, liquidity, rounding=ROUND_DOWN if self._rules.fees_are_cut_off else ROUND_UP)


def _held_asset(order: Order, instrument: Instrument) -> str:
    return instrument.quote if order.request.side is Side.BUY else instrument.base
