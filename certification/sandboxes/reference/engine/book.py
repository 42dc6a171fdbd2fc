"""One instrument's order book: levels in the order of their prices, orders within a level in the order of their arrival."""

from __future__ import annotations

from bisect import bisect_left, insort
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from certification.sandboxes.reference.engine.order import ZERO, Order, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

Level = tuple[Decimal, Decimal]
"""Price and total quantity."""
SUMMED_UP = 10
"""How many levels of each side a checksum covers."""


class _BookSide:
    """The resting orders of one side."""

    def __init__(self, side: Side) -> None:
        self._sign = -1 if side is Side.BUY else 1
        self._keys: list[Decimal] = []
        """Prices, best first: those of bids are negated."""
        self._orders: dict[Decimal, dict[int, Order]] = {}
        self._totals: dict[Decimal, Decimal] = {}

    def put(self, order: Order, price: Decimal) -> None:
        """Enter an order, or replace it where it stands without losing its place."""
        key = self._sign * price
        if key not in self._orders:
            insort(self._keys, key)
            self._orders[key], self._totals[key] = {}, ZERO
        before = self._orders[key].get(order.order_id)
        self._totals[key] += order.remaining - (before.remaining if before else ZERO)
        self._orders[key][order.order_id] = order

    def remove(self, order_id: int, price: Decimal) -> None:
        key = self._sign * price
        self._totals[key] -= self._orders[key].pop(order_id).remaining
        if not self._orders[key]:
            del self._orders[key], self._totals[key], self._keys[bisect_left(self._keys, key)]

    def total(self, price: Decimal) -> Decimal:
        return self._totals.get(self._sign * price, ZERO)

    def levels(self) -> Iterator[Level]:
        return ((self._sign * key, self._totals[key]) for key in self._keys)

    def orders(self) -> Iterator[Order]:
        return (order for key in self._keys for order in self._orders[key].values())

    def best_order(self, *, oldest: bool) -> Order | None:
        if not self._keys:
            return None
        orders = self._orders[self._keys[0]].values()
        return next(iter(orders) if oldest else reversed(orders))

    def best_price(self) -> Decimal | None:
        return self._sign * self._keys[0] if self._keys else None


class Book:
    """Both sides of one instrument."""

    def __init__(self) -> None:
        self._sides = {side: _BookSide(side) for side in Side}
        self.sequence = 0
        """How many commands have changed it."""

    def put(self, order: Order) -> None:
        """Enter an order, or put a newer state of it into its place."""
        self._sides[order.request.side].put(order, _price(order))

    def remove(self, order: Order) -> None:
        """Take an order out."""
        self._sides[order.request.side].remove(order.order_id, _price(order))

    def best_price(self, side: Side) -> Decimal | None:
        """The price that trades first; ``None`` where the side is empty."""
        return self._sides[side].best_price()

    def best_order(self, side: Side, *, oldest: bool = True) -> Order | None:
        """The order that trades first: at the best price, the oldest (or, where a rule is not kept, the newest)."""
        return self._sides[side].best_order(oldest=oldest)

    def orders(self, side: Side) -> Iterator[Order]:
        """Every resting order, in the order in which they would trade."""
        return self._sides[side].orders()

    def levels(self, side: Side) -> Iterator[Level]:
        """Price and total of every level, best first."""
        return self._sides[side].levels()

    def best(self, side: Side) -> tuple[Level, ...]:
        """The levels that a checksum covers."""
        return tuple(islice(self._sides[side].levels(), SUMMED_UP))

    def total(self, side: Side, price: Decimal) -> Decimal:
        """What rests at one price; zero where nothing does."""
        return self._sides[side].total(price)


def _price(order: Order) -> Decimal:
    if order.request.price is None:
        message = "an order without a price can't rest"
        raise ValueError(message)
    return order.request.price
