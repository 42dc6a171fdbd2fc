"""The house: it quotes every product around a fixed price, and has traded for two hours before anybody came."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from benchmarks.fourth_exchange.engine import Engine
from benchmarks.fourth_exchange.form import SECOND
from benchmarks.fourth_exchange.orders import Order, Side, Wish
from benchmarks.fourth_exchange.products import CURRENCIES, PRODUCTS, Product

_LEVELS = 8
_APART = 200 * SECOND


class House:
    """Keeps a ladder of quotes; one that is gone comes back a second later, unless it would meet another order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._quotes: dict[tuple[str, Side, int], Order] = {}

    def begin(self, trades: int) -> None:
        """Quote, and trade with the crowd up to now."""
        self._engine.offset = -trades * _APART
        for owner in ("house", "crowd"):
            self._engine.unlimited.add(owner)
            self._engine.ledger.open(owner, {name: Decimal(10_000_000_000) for name in CURRENCIES}, self._engine.now())
        self.turn()
        for turn in range(trades):
            self._engine.offset += _APART
            for product in PRODUCTS.values():
                side: Side = "buy" if turn % 7 in {0, 2, 3, 6} else "sell"
                wish = Wish(product=product, side=side, kind="market", size=product.lot * (1 + turn % 4) / 2)
                self._engine.place("crowd", wish)
            self.turn()

    def turn(self) -> None:
        """What has to happen as time goes by: orders expire, quotes come back."""
        self._engine.expire()
        for product in PRODUCTS.values():
            for side in get_args(Side):
                for level in range(_LEVELS):
                    self._quote(product, side, level)

    def _quote(self, product: Product, side: Side, level: int) -> None:
        last = self._quotes.get((product.id, side, level))
        if last is not None and (last.open or self._engine.now() - (last.done or 0) < SECOND):
            return
        away = product.spacing * (level + 1)
        price = product.middle - away if side == "buy" else product.middle + away
        wish = Wish(product=product, side=side, kind="limit", size=product.lot * (1 + level % 3), price=price, post_only=True)
        if not self._engine.books[product.id].against(wish):
            self._quotes[product.id, side, level] = self._engine.place("house", wish)
