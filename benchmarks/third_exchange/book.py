"""The resting orders of one pair, best price first and, at one price, oldest first."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from decimal import Decimal

from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.orders import Order, Side, opposite


class Book:
    """Both sides of one pair."""

    def __init__(self, defects: Defects) -> None:
        self._defects = defects
        self._sides: dict[Side, list[Order]] = {"buy": [], "sell": []}

    def rest(self, order: Order) -> None:
        """Put an order into its place."""
        insort(self._sides[order.wish.side], order, key=self._rank)

    def remove(self, order: Order) -> None:
        """Take an order out."""
        self._sides[order.wish.side].remove(order)

    def requeue(self, order: Order, sequence: int) -> None:
        """Send an order to the back of its price."""
        self.remove(order)
        order.sequence = sequence
        self.rest(order)

    def against(self, side: Side, limit: Decimal | None) -> Iterator[Order]:
        """The resting orders that an order of this side and limit would meet, in turn; a market order has no limit."""
        for order in tuple(self._sides[opposite(side)]):
            if limit is not None and not _reaches(side, limit, _price(order)):
                return
            yield order

    def resting(self, side: Side) -> tuple[Order, ...]:
        """One side, best first."""
        return tuple(self._sides[side])

    def levels(self, side: Side) -> list[tuple[Decimal, Decimal, int]]:
        """Price, volume, and when the newest order came, of each price, best first."""
        summed: dict[Decimal, tuple[Decimal, int]] = {}
        for order in self._sides[side]:
            volume, newest = summed.get(_price(order), (Decimal(0), 0))
            summed[_price(order)] = (volume + order.remaining, max(newest, order.opened))
        return [(price, volume, newest) for price, (volume, newest) in summed.items()]

    def _rank(self, order: Order) -> tuple[Decimal, int]:
        best_first = -_price(order) if order.wish.side == "buy" else _price(order)
        return best_first, -order.sequence if self._defects.on("newest-first") else order.sequence


def _price(order: Order) -> Decimal:
    price = order.wish.price
    assert price is not None, "only limit orders rest"
    return price


def _reaches(side: Side, limit: Decimal, price: Decimal) -> bool:
    return price <= limit if side == "buy" else price >= limit
