"""What the second exchange keeps of instruments, orders, trades and fills."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    """Who buys and who sells."""

    BUY = "BUY"
    SELL = "SELL"


class Status(StrEnum):
    """What became of an order."""

    NEW = "NEW"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


OPEN = frozenset({Status.NEW, Status.PARTIALLY_FILLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A market and its filters."""

    symbol: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_price: Decimal
    max_price: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    min_notional: Decimal
    middle: Decimal
    """The price around which the house quotes."""
    house_step: Decimal
    house_quantity: Decimal


MAKER_FEE = Decimal("0.0005")
TAKER_FEE = Decimal("0.0015")
INSTRUMENTS = (
    Instrument(
        symbol="BTCUSDT",
        base="BTC",
        quote="USDT",
        tick=Decimal("0.01"),
        step=Decimal("0.00001"),
        min_price=Decimal("0.01"),
        max_price=Decimal(1000000),
        min_quantity=Decimal("0.00001"),
        max_quantity=Decimal(9000),
        min_notional=Decimal(5),
        middle=Decimal(60000),
        house_step=Decimal(7),
        house_quantity=Decimal("0.4"),
    ),
    Instrument(
        symbol="ETHUSDT",
        base="ETH",
        quote="USDT",
        tick=Decimal("0.01"),
        step=Decimal("0.0001"),
        min_price=Decimal("0.01"),
        max_price=Decimal(1000000),
        min_quantity=Decimal("0.0001"),
        max_quantity=Decimal(9000),
        min_notional=Decimal(5),
        middle=Decimal(3000),
        house_step=Decimal("0.5"),
        house_quantity=Decimal(5),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order as it is asked for, its form already looked at."""

    symbol: str
    side: Side
    kind: str
    time_in_force: str
    price: Decimal | None
    quantity: Decimal
    client_id: str


@dataclass(slots=True, kw_only=True)
class Order:
    """An order as it stands."""

    id: int
    account: str
    wish: Wish
    created_at: int
    updated_at: int
    status: Status = Status.NEW
    filled: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)
    """Price times quantity over its fills."""
    last_fill: Decimal = Decimal(0)
    locked: Decimal = Decimal(0)
    fills: list[Fill] = field(default_factory=list)

    @property
    def left(self) -> Decimal:
        """What is still to be filled."""
        return self.wish.quantity - self.filled

    @property
    def limit(self) -> Decimal:
        """Its limit; nothing for a market order."""
        return self.wish.price or Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Two orders that met."""

    id: int
    symbol: str
    price: Decimal
    quantity: Decimal
    at: int
    buyer_is_maker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One account's side of a trade."""

    trade: Trade
    order_id: int
    account: str
    side: Side
    maker: bool
    fee: Decimal
    fee_asset: str


class RefusedError(Exception):
    """A request that is not carried out: status, code and what is said."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
