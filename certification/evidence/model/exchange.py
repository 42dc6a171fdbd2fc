"""The model itself: two traders and a book of their own orders, matched by price, then by time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from certification.evidence.model.action import Action, Cancel, Manner, Place, Repeat, Side
from certification.evidence.model.terms import FeeAsset, HeldForBuys, SelfTrade, Terms

ZERO = Decimal(0)
TRADERS = ("first", "second")


class Fate(StrEnum):
    """What has become of an order."""

    OPEN = "open"
    FILLED = "filled"
    ENDED = "ended"
    """Cancelled, or never taken in: it does not rest and was not filled whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One order's part in one match."""

    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    taker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as it is predicted to be."""

    placed: Place
    price: Decimal | None
    """``None`` for a market order."""
    fate: Fate = Fate.OPEN
    fills: tuple[Fill, ...] = ()

    @property
    def filled(self) -> Decimal:
        """In base."""
        return sum((fill.quantity for fill in self.fills), ZERO)

    @property
    def remaining(self) -> Decimal:
        """What is not filled."""
        return self.placed.quantity - self.filled

    @property
    def may_be_refused(self) -> bool:
        """Whether an exchange may as well refuse it as take it in and end it: nothing of it was filled, and nothing rests."""
        return self.fate is Fate.ENDED and not self.fills


class ModelExchange:
    """Predicts what becomes of each action. Balances are changes since the beginning: only those can be known."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.orders: dict[str, Order] = {}
        self._owned = {who: dict.fromkeys((terms.base, terms.quote), ZERO) for who in TRADERS}
        self._queue: list[str] = []
        """Keys of open orders, oldest first."""
        self.changed: tuple[str, ...] = ()
        """Keys of the orders that the last action changed."""

    def owner(self, action: Action) -> str:
        """Who acts."""
        return action.who if isinstance(action, Place) else self.orders[action.key].placed.who

    def allows(self, action: Action) -> bool:
        """Whether what becomes of the action can be predicted by what is known."""
        match action:
            case Place():
                return action.key not in self.orders and self._predictable(action)
            case Cancel():
                return action.key in self.orders and not self.orders[action.key].may_be_refused
            case Repeat():
                return action.key in self.orders and self.orders[action.key].fate is Fate.OPEN
            case _ as never:
                assert_never(never)

    def do(self, action: Action) -> None:
        """Take the action in. It must be one that ``allows`` allows."""
        self.changed = ()
        match action:
            case Place():
                self._place(action)
            case Cancel():
                if self.orders[action.key].fate is Fate.OPEN:
                    self._end(action.key)
            case Repeat():
                return
            case _ as never:
                assert_never(never)

    def open_keys(self, who: str) -> tuple[str, ...]:
        """An account's orders that rest, oldest first."""
        return tuple(key for key in self._queue if self.orders[key].placed.who == who)

    def owned(self, who: str, asset: str) -> Decimal:
        """By how much an account's holding of an asset has grown, free and held together."""
        return self._owned[who][asset]

    def held(self, who: str, asset: str) -> Decimal | None:
        """How much of an asset its open orders hold; ``None`` where that is not known."""
        keys = self.open_keys(who)
        if asset == self.terms.base:
            return sum((self.orders[key].remaining for key in keys if self.orders[key].placed.side is Side.SELL), ZERO)
        buys = tuple(self._notional(key) for key in keys if self.orders[key].placed.side is Side.BUY)
        bought = sum(buys, ZERO)
        if self.terms.held_for_buys is HeldForBuys.NOTIONAL_AND_FEE:
            return bought + sum((self.terms.held_fee(each) for each in buys), ZERO)
        return bought if self.terms.held_for_buys or not bought else None

    def level(self, side: Side, price: Decimal) -> Decimal:
        """What rests at a price."""
        orders = (self.orders[key] for key in self._queue)
        return sum((order.remaining for order in orders if order.placed.side is side and order.price == price), ZERO)

    def _notional(self, key: str) -> Decimal:
        order = self.orders[key]
        return (order.price or ZERO) * order.remaining

    def _predictable(self, action: Place) -> bool:
        met = tuple(self._met(action))
        own = any(order.placed.who == action.who for order in met)
        enough = sum((order.remaining for order in met), ZERO) >= action.quantity
        if action.manner is Manner.MARKET:
            return self.terms.crossing and enough and not own
        if met and not self.terms.crossing:
            return False
        return not own or action.manner is Manner.PASSIVE or (self.terms.self_trade is not None and action.manner is not Manner.WHOLE)

    def _met(self, action: Place) -> Iterator[Order]:
        """The orders that it would meet, in the order of price and time, as far as its quantity reaches."""
        limit = None if action.manner is Manner.MARKET else self.terms.prices[action.level]
        missing = action.quantity
        for order in self._opposite(action.side):
            if missing <= 0 or order.price is None or (limit is not None and not _crosses(action.side, limit, order.price)):
                return
            yield order
            missing -= order.remaining

    def _opposite(self, side: Side) -> list[Order]:
        others = [self.orders[key] for key in self._queue if self.orders[key].placed.side is not side]
        return sorted(others, key=lambda order: (order.price or ZERO) * (1 if side is Side.BUY else -1))

    def _place(self, action: Place) -> None:
        market = action.manner is Manner.MARKET
        self.orders[action.key] = Order(placed=action, price=None if market else self.terms.prices[action.level])
        self.changed = (action.key,)
        met = tuple(self._met(action))
        if action.manner is Manner.PASSIVE and met:
            self._end(action.key)
            return
        if action.manner is Manner.WHOLE and sum((order.remaining for order in met), ZERO) < action.quantity:
            self._end(action.key)
            return
        for maker in met:
            if self.orders[action.key].fate is Fate.OPEN:
                self._meet(action.key, maker.placed.key)
        if self.orders[action.key].fate is not Fate.OPEN:
            return
        if action.manner in {Manner.REST, Manner.PASSIVE}:
            self._queue.append(action.key)
        else:
            self._end(action.key)

    def _meet(self, taker: str, maker: str) -> None:
        if self.orders[taker].placed.who != self.orders[maker].placed.who or self.terms.self_trade is SelfTrade.ALLOWED:
            self._trade(taker, maker)
            return
        if self.terms.self_trade in {SelfTrade.CANCEL_OLDEST, SelfTrade.CANCEL_BOTH}:
            self._end(maker)
        if self.terms.self_trade is not SelfTrade.CANCEL_OLDEST:
            self._end(taker)

    def _trade(self, taker: str, maker: str) -> None:
        price = self.orders[maker].price or ZERO
        quantity = min(self.orders[taker].remaining, self.orders[maker].remaining)
        for key, is_taker in ((taker, True), (maker, False)):
            order = self.orders[key]
            fill = self._fill(order, price, quantity, taker=is_taker)
            sign = 1 if order.placed.side is Side.BUY else -1
            owned = self._owned[order.placed.who]
            owned[self.terms.base] += sign * quantity
            owned[self.terms.quote] -= sign * price * quantity
            owned[fill.fee_asset] -= fill.fee
            done = order.remaining == quantity
            self.orders[key] = replace(order, fills=(*order.fills, fill), fate=Fate.FILLED if done else Fate.OPEN)
            if done and key in self._queue:
                self._queue.remove(key)
        self.changed = tuple(dict.fromkeys((*self.changed, maker)))

    def _fill(self, order: Order, price: Decimal, quantity: Decimal, *, taker: bool) -> Fill:
        in_base = self.terms.fee_asset is FeeAsset.RECEIVED and order.placed.side is Side.BUY
        fee = self.terms.fee(quantity if in_base else price * quantity, taker=taker)
        asset = self.terms.base if in_base else self.terms.quote
        return Fill(price=price, quantity=quantity, fee=fee, fee_asset=asset, taker=taker)

    def _end(self, key: str) -> None:
        self.orders[key] = replace(self.orders[key], fate=Fate.ENDED)
        self.changed = tuple(dict.fromkeys((*self.changed, key)))
        if key in self._queue:
            self._queue.remove(key)


def _crosses(side: Side, limit: Decimal, price: Decimal) -> bool:
    return price <= limit if side is Side.BUY else price >= limit
