"""The spread of a market, written by hand for the reference exchange."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openxapi_reference import Client


def spread(client: Client, symbol: str) -> Decimal | None:
    """How far the best prices of a market lie apart; ``None`` where nobody buys, or nobody sells."""
    book = client.market.get_depth(symbol=symbol)
    return Decimal(book.asks[0][0]) - Decimal(book.bids[0][0]) if book.asks and book.bids else None
