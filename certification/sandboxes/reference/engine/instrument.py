"""What can be traded, in which steps, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

FEE_STEP = Decimal("0.00000001")
"""Fees are cut off, never rounded up, to this step: what is held for an order always covers the fees of its parts."""


class Liquidity(StrEnum):
    """Which side of a trade an order was on."""

    MAKER = "maker"
    TAKER = "taker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One market: ``base`` is bought and sold for ``quote``."""

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    """Prices are multiples of it."""
    lot_size: Decimal
    """Quantities are multiples of it."""
    min_notional: Decimal
    """The least price times quantity of a limit order, in quote."""
    max_price: Decimal
    max_quantity: Decimal
    maker_fee: Decimal
    """Share of the notional, taken in quote."""
    taker_fee: Decimal

    def fee(self, notional: Decimal, liquidity: Liquidity, *, rounding: str = ROUND_DOWN) -> Decimal:
        """What one fill costs, in quote; rounded as it should be, never more than the exact share."""
        rate = self.maker_fee if liquidity is Liquidity.MAKER else self.taker_fee
        return (notional * rate).quantize(FEE_STEP, rounding=rounding)

    def cost(self, notional: Decimal) -> Decimal:
        """The most that buying for ``notional`` can cost, fee included."""
        return notional * (1 + max(self.maker_fee, self.taker_fee))


def _instrument(symbol: str, tick: str, lot: str, min_notional: str) -> Instrument:
    base, _, quote = symbol.partition("-")
    return Instrument(
        symbol=symbol,
        base=base,
        quote=quote,
        tick_size=Decimal(tick),
        lot_size=Decimal(lot),
        min_notional=Decimal(min_notional),
        max_price=Decimal(10_000_000),
        max_quantity=Decimal(10_000),
        maker_fee=Decimal("0.0010"),
        taker_fee=Decimal("0.0020"),
    )


INSTRUMENTS = (
    _instrument("BTC-USD", "0.01", "0.00001", "5"),
    _instrument("ETH-BTC", "0.000001", "0.0001", "0.0001"),
    _instrument("ETH-USD", "0.01", "0.0001", "5"),
)
"""In the order of their symbols."""
