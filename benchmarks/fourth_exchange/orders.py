"""Orders as they are wished and as they are, trades, and what each side of a trade sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from benchmarks.fourth_exchange.products import Product

Side = Literal["buy", "sell"]
Kind = Literal["limit", "market"]
Force = Literal["GTC", "GTT", "IOC", "FOK"]
Prevention = Literal["cn", "co", "cb"]
Reason = Literal["filled", "canceled", "expired"]
OPPOSITE: dict[Side, Side] = {"buy": "sell", "sell": "buy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order that nobody has accepted yet: a limit order has a price and a size, a market order a size or funds."""

    product: Product
    side: Side
    kind: Kind
    size: Decimal | None = None
    funds: Decimal | None = None
    price: Decimal | None = None
    force: Force = "GTC"
    expires: int | None = None
    post_only: bool = False
    stp: Prevention = "cn"
    client_oid: str | None = None

    def crosses(self, price: Decimal) -> bool:
        """Whether the wish may trade at this price."""
        return self.price is None or (price <= self.price if self.side == "buy" else price >= self.price)


@dataclass(slots=True, kw_only=True)
class Order:
    """An accepted order; `rank` decides among orders of one price, `hold` is what it keeps from being spent, `last` its last fill."""

    id: str
    number: int
    owner: str
    wish: Wish
    created: int
    rank: int
    price: Decimal | None
    size: Decimal | None
    filled: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    hold: Decimal = Decimal(0)
    last: Decimal = Decimal(0)
    open: bool = True
    reason: Reason | None = None
    done: int | None = None

    @property
    def limit(self) -> Decimal:
        """The price of a limit order."""
        assert self.price is not None
        return self.price

    @property
    def remaining(self) -> Decimal:
        """What is left of the size; nothing of an order by funds."""
        return Decimal(0) if self.size is None else self.size - self.filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A trade: `id` counts the trades of its product from 1, `side` is the taker's."""

    id: int
    product: Product
    price: Decimal
    size: Decimal
    side: Side
    maker: str
    taker: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One order's part in a trade."""

    number: int
    trade: Trade
    order: Order
    liquidity: Literal["M", "T"]
    fee: Decimal
