"""What the reference strategy decides: where it quotes, how much, and how it gets rid of what is left. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

_SIZE = 2
"""Quotes, in the profile's quantity: twice that, so that half of one can be filled and is still an order that the exchange takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the instrument trades."""

    price: Decimal
    """Where to begin where the book is empty."""
    price_step: Decimal
    quantity: Decimal
    quantity_step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The best prices of a book; ``None`` where a side is empty."""

    bid: Decimal | None
    ask: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One order that the strategy wants."""

    buys: bool
    price: Decimal
    quantity: Decimal

    @property
    def side(self) -> str:
        """``buy`` or ``sell``."""
        return "buy" if self.buys else "sell"


def two_sided(market: Market, terms: Terms, inventory: Decimal) -> tuple[Quote, Quote]:
    """A quote on each side, inside the spread where there is room, a step lower or higher where too much or too little is held."""
    step = terms.price_step
    bid = market.bid if market.bid is not None else (market.ask - 2 * step if market.ask is not None else terms.price)
    ask = market.ask if market.ask is not None else bid + 2 * step
    lean = step if inventory < 0 else -step if inventory > 0 else Decimal(0)
    if ask - bid >= 6 * step:  # room for both quotes, the lean, and a spread between them
        bid, ask = bid + 2 * step + lean, ask - 2 * step + lean
    size = _SIZE * terms.quantity
    return Quote(buys=True, price=bid, quantity=size), Quote(buys=False, price=ask, quantity=size)


def closing(market: Market, terms: Terms, inventory: Decimal) -> Quote | None:
    """The order that brings the inventory back to nothing at the best price of the other side; ``None`` where none can."""
    quantity = (abs(inventory) / terms.quantity_step).to_integral_value(ROUND_FLOOR) * terms.quantity_step
    price = market.bid if inventory > 0 else market.ask
    if not quantity or price is None:
        return None
    return Quote(buys=inventory < 0, price=price, quantity=quantity)
