"""The open orders of one product, by price and then by rank."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from benchmarks.fourth_exchange.orders import OPPOSITE, Order, Side, Wish
from benchmarks.fourth_exchange.products import Product


@dataclass(slots=True)
class Book:
    """Both sides, best first; `sequence` counts the changes that were told."""

    product: Product
    sides: dict[Side, list[Order]] = field(default_factory=lambda: {"buy": [], "sell": []})
    newest_first: bool = False
    sequence: int = 0
    told: dict[tuple[Side, Decimal], Decimal] = field(default_factory=dict)

    def add(self, order: Order) -> None:
        """Let an order rest."""
        sign = -1 if order.wish.side == "buy" else 1
        insort(self.sides[order.wish.side], order, key=lambda each: (sign * each.limit, -each.rank if self.newest_first else each.rank))

    def remove(self, order: Order) -> None:
        """Take an order away."""
        self.sides[order.wish.side].remove(order)

    def against(self, wish: Wish) -> list[Order]:
        """The orders that the wish may trade with, best first."""
        return [order for order in self.sides[OPPOSITE[wish.side]] if wish.crosses(order.limit)]

    def best(self, side: Side) -> Decimal | None:
        """The best price of a side."""
        return self.sides[side][0].limit if self.sides[side] else None

    def levels(self, side: Side) -> list[tuple[Decimal, Decimal, int]]:
        """Price, size and number of orders of each level, best first."""
        found = []
        for price, orders in groupby(self.sides[side], key=lambda each: each.limit):
            sizes = [order.remaining for order in orders]
            found.append((price, sum(sizes, Decimal(0)), len(sizes)))
        return found

    def changes(self) -> list[tuple[Side, Decimal, Decimal]]:
        """The levels that are not as they were told last, with their sizes now; they count as told from here on."""
        now = {(side, price): size for side in self.sides for price, size, _ in self.levels(side)}
        changed = [(*level, size) for level, size in now.items() if self.told.get(level) != size]
        changed += [(*level, Decimal(0)) for level in self.told if level not in now]
        self.told = now
        if changed:
            self.sequence += 1
        return changed
