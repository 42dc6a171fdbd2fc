"""The house: a deterministic account that quotes every instrument, so that books are never empty and market orders fill."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from certification.sandboxes.reference.engine.admission import crosses
from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.order import OrderRequest, OrderType, Side, TimeInForce

MAKER = "house-maker"
TAKER = "house-taker"
DEPOSIT = Decimal(1_000_000_000)
"""What each house account starts with, of every asset."""
LEVELS = 10
"""Quotes on each side of each instrument."""
HISTORY_STEPS = 48
HISTORY_STEP_MS = 4 * 60_000
"""The house trades with itself every four minutes over about three hours before the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Market:
    """How the house quotes one instrument: levels of growing size at equal steps around a middle."""

    symbol: str
    middle: Decimal
    step: Decimal
    size: Decimal
    """Of the best level; the second has twice that, and so on."""


_MARKETS = (
    _Market(symbol="BTC-USD", middle=Decimal(60_000), step=Decimal(5), size=Decimal("0.5")),
    _Market(symbol="ETH-BTC", middle=Decimal("0.05"), step=Decimal("0.00001"), size=Decimal(5)),
    _Market(symbol="ETH-USD", middle=Decimal(3000), step=Decimal("0.5"), size=Decimal(5)),
)


class House:
    """Keeps the books of an exchange filled. Works through the same door as everybody: its orders are orders."""

    def __init__(self, exchange: Exchange, seed: int) -> None:
        self._exchange = exchange
        self._seed = seed
        self._quotes: dict[tuple[str, Side, Decimal], int] = {}

    def open(self, now: int) -> None:
        """Bring in the house's assets, trade a history up to ``now``, and leave every quote in place."""
        for asset in sorted({asset for each in self._exchange.instruments.values() for asset in (each.base, each.quote)}):
            for account in (MAKER, TAKER):
                self._exchange.ledger.deposit(account, asset, DEPOSIT)
        for step in range(HISTORY_STEPS):
            instant = now - (HISTORY_STEPS - step) * HISTORY_STEP_MS
            self.quote(instant)
            for market in _MARKETS:
                self._exchange.place(TAKER, self._impulse(market, step), instant)
        self.quote(now)
        self._exchange.drain_events()

    def quote(self, now: int) -> None:
        """Make every quote whole again, except where it would meet somebody's order."""
        for market in _MARKETS:
            for side in Side:
                for level in range(1, LEVELS + 1):
                    self._quote_level(market, side, level, now)

    def _quote_level(self, market: _Market, side: Side, level: int, now: int) -> None:
        distance = market.step * level
        price = market.middle - distance if side is Side.BUY else market.middle + distance
        order_id = self._quotes.get((market.symbol, side, price))
        standing = None if order_id is None else self._exchange.journal.order(order_id)
        if standing is not None and standing.is_open:
            if not standing.filled:
                return
            self._exchange.cancel(MAKER, standing.order_id, now)
        request = OrderRequest(
            symbol=market.symbol,
            side=side,
            type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            price=price,
            quantity=market.size * level,
        )
        opposite = self._exchange.books[market.symbol].best_price(side.opposite)
        if opposite is None or not crosses(request, opposite):
            self._quotes[market.symbol, side, price] = self._exchange.place(MAKER, request, now).order.order_id

    def _impulse(self, market: _Market, step: int) -> OrderRequest:
        digest = hashlib.sha256(f"{self._seed}:{market.symbol}:{step}".encode()).digest()
        tenths = 1 + digest[0] % 35
        return OrderRequest(
            symbol=market.symbol,
            side=Side.BUY if digest[1] % 2 else Side.SELL,
            type=OrderType.MARKET,
            time_in_force=TimeInForce.IOC,
            price=None,
            quantity=market.size * tenths / 10,
        )
