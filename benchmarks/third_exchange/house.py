"""The house: it quotes every pair around a fixed price, and has traded for two hours before anybody came."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from benchmarks.third_exchange.assets import PAIRS, Pair
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.form import MICROSECONDS
from benchmarks.third_exchange.orders import Order, Side, Wish

_HOUSE, _CROWD = "house", "crowd"
_LEVELS = 12
_SPACING = 180 * MICROSECONDS
_PATIENCE = MICROSECONDS
_FUNDS = {"XXBT": Decimal(10_000_000), "XETH": Decimal(10_000_000), "ZUSD": Decimal(1_000_000_000_000)}


class House:
    """Keeps a ladder of quotes; one that was filled comes back a second later, unless it would meet another order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._quotes: dict[tuple[str, Side, int], Order] = {}

    def begin(self, trades: int) -> None:
        """Quote, and trade with the crowd up to now."""
        self._engine.offset = -trades * _SPACING
        self._engine.unlimited |= {_HOUSE, _CROWD}
        for account in (_HOUSE, _CROWD):
            self._engine.ledger.open(account, dict(_FUNDS), self._engine.now())
        self.turn()
        for turn in range(trades):
            self._engine.offset += _SPACING
            for pair in PAIRS.values():
                side: Side = "buy" if turn % 5 in {0, 2, 3} else "sell"
                self._engine.place(_CROWD, Wish(pair=pair, side=side, kind="market", volume=pair.lot * (1 + turn % 3)))
            self.turn()

    def turn(self) -> None:
        """What has to happen as time goes by: orders expire, quotes come back."""
        self._engine.expire()
        for pair in PAIRS.values():
            for side in get_args(Side):
                for level in range(_LEVELS):
                    self._quote(pair, side, level)

    def _quote(self, pair: Pair, side: Side, level: int) -> None:
        quoted = self._quotes.get((pair.name, side, level))
        if quoted is not None and (quoted.status == "open" or self._engine.now() - (quoted.closed or 0) < _PATIENCE):
            return
        away = pair.step * (level + 1)
        price = pair.middle - away if side == "buy" else pair.middle + away
        if any(self._engine.books[pair.name].against(side, price)):
            return
        wish = Wish(pair=pair, side=side, kind="limit", volume=pair.lot * (1 + level % 4), price=price, post=True)
        self._quotes[pair.name, side, level] = self._engine.place(_HOUSE, wish)
