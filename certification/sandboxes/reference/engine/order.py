"""Orders, trades and fills: what a client asks for and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from certification.sandboxes.reference.engine.instrument import Liquidity

ZERO = Decimal(0)


class Side(StrEnum):
    """What the owner of an order does with the base asset."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        """The side that this one trades with."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """How an order names its price."""

    LIMIT = "limit"
    MARKET = "market"


class TimeInForce(StrEnum):
    """How long an order may wait."""

    GTC = "GTC"
    """Until it is filled or cancelled."""
    IOC = "IOC"
    """What does not fill at once is cancelled."""
    FOK = "FOK"
    """All at once or nothing."""
    POST_ONLY = "POST_ONLY"
    """Like GTC, but cancelled instead of taking."""
    GTD = "GTD"
    """Like GTC, but only until a given instant."""


class OrderStatus(StrEnum):
    """How far an order is."""

    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Its time was over before it was filled."""


class CancelReason(StrEnum):
    """Why an order (or the rest of it) was cancelled."""

    CLIENT = "client"
    IMMEDIATE_OR_CANCEL = "immediate_or_cancel"
    FILL_OR_KILL = "fill_or_kill"
    POST_ONLY = "post_only"
    """It would have taken."""
    NO_LIQUIDITY = "no_liquidity"
    """A market order met an empty book."""
    SELF_TRADE = "self_trade"
    """It would have met an order of its own account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What a client asks for. Two requests are the same when all their values are, ``1.0`` and ``1.00`` included."""

    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    price: Decimal | None
    """``None`` for a market order, and only there."""
    quantity: Decimal
    client_order_id: str | None = None
    expires_at: int | None = None
    """Of an order that waits until an instant only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as it is at one moment."""

    order_id: int
    account: str
    request: OrderRequest
    status: OrderStatus
    filled: Decimal
    notional: Decimal
    """The sum of price times quantity over its fills, in quote."""
    fees: Decimal
    """In quote."""
    held: Decimal
    """What of its owner's balance it holds now: quote for a buy, base for a sale."""
    created_at: int
    """Milliseconds since 1970, like every instant here."""
    updated_at: int
    cancel_reason: CancelReason | None = None

    @property
    def client_order_id(self) -> str:
        """The owner's id for it, or one that no owner can choose."""
        return self.request.client_order_id or f"_{self.order_id}"

    @property
    def remaining(self) -> Decimal:
        """What is not filled, whether it still can be or not."""
        return self.request.quantity - self.filled

    @property
    def is_open(self) -> bool:
        """Whether it rests in the book."""
        return self.status in {OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One match, as the public sees it."""

    trade_id: int
    symbol: str
    price: Decimal
    quantity: Decimal
    taker_side: Side
    executed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One match, as one of its two sides sees it."""

    fill_id: int
    trade_id: int
    order_id: int
    account: str
    symbol: str
    side: Side
    liquidity: Liquidity
    price: Decimal
    quantity: Decimal
    fee: Decimal
    """In quote."""
    executed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthChange:
    """The levels that one command changed; a total of zero means that the level is gone."""

    symbol: str
    sequence: int
    """One more than that of the change before."""
    bids: tuple[tuple[Decimal, Decimal], ...]
    """Price and new total."""
    asks: tuple[tuple[Decimal, Decimal], ...]
    best_bids: tuple[tuple[Decimal, Decimal], ...]
    """The best levels after the change, as many as a checksum covers."""
    best_asks: tuple[tuple[Decimal, Decimal], ...]


Event = DepthChange | Trade | Order
"""What a command made happen, in order: every order that changed appears as it became."""
