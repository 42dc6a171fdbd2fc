"""Orders, fills and prints as the matching engine keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from benchmarks.third_exchange.assets import Pair

Side = Literal["buy", "sell"]
Kind = Literal["limit", "market"]
Force = Literal["GTC", "IOC", "FOK", "GTD"]
Status = Literal["open", "closed", "canceled", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a caller asks for; every field has passed the parsing of its form, none the exchange's filters."""

    pair: Pair
    side: Side
    kind: Kind
    volume: Decimal
    price: Decimal | None = None
    force: Force = "GTC"
    post: bool = False
    expires: int | None = None
    client_id: str | None = None
    user: int | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """An order through its life; times are microseconds since 1970."""

    id: str
    account: str
    wish: Wish
    sequence: int
    opened: int
    status: Status = "open"
    closed: int | None = None
    reason: str | None = None
    filled: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    fills: list[Fill] = field(default_factory=list)

    @property
    def remaining(self) -> Decimal:
        """What is still to be filled."""
        return self.wish.volume - self.filled

    @property
    def held_asset(self) -> str:
        """The asset that it holds while it is open."""
        return (self.wish.pair.quote if self.wish.side == "buy" else self.wish.pair.base).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One side's part in a trade."""

    id: str
    number: int
    order: Order
    time: int
    price: Decimal
    volume: Decimal
    cost: Decimal
    fee: Decimal
    maker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One trade as everybody sees it; the side and type are the taker's."""

    number: int
    pair: Pair
    time: int
    price: Decimal
    volume: Decimal
    side: Side
    kind: Kind


def opposite(side: Side) -> Side:
    """The other side."""
    return "sell" if side == "buy" else "buy"
