"""Parts of a profile's trading beyond placing and cancelling: fees, other markets, orders that expire, assets that leave."""

from __future__ import annotations

from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from certification.evidence.model.terms import FeeAsset, Rounding, WithdrawalFee
from sdkgen.signing.recipe import TimestampFormat

STRICT = ConfigDict(extra="forbid", frozen=True)
"""Every part of a profile is frozen, and a misspelt field is an error."""


class Fees(BaseModel):
    """How fills are charged, to the last digit: each fill by itself."""

    model_config = STRICT

    maker: Decimal
    """The share of a fill that the side that rested pays, such as ``0.001``."""
    taker: Decimal
    """The same of the side that took it."""
    asset: FeeAsset
    """``quote``, or ``received``: base for buys, quote for sales."""
    step: Decimal = Field(ge=0)
    """A fee is a multiple of it, such as ``0.00000001``; 0 where fees are not rounded."""
    rounding: Rounding = Rounding.DOWN
    """``down``, ``up`` or ``nearest``."""


class Market(BaseModel):
    """Another market, where an order may rest and be cancelled while this one's stream is listened to."""

    model_config = STRICT

    symbol: str
    price: Decimal
    """A price at which a buy order rests."""
    quantity: Decimal


class Expiry(BaseModel):
    """How an order is told to end by itself. Its role ``place`` has a place for the argument ``expires``."""

    model_config = STRICT

    seconds: int = Field(ge=2, le=86_400)
    """How long an order of the test lives: at least what the exchange takes. One of more than 30 s is not waited for."""
    written: TimestampFormat = TimestampFormat.MILLISECONDS
    """How the instant is written, as for a recipe's ``timestamp``."""


class Deadline(BaseModel):
    """How a request says until when it may be carried out. The role ``place`` has a place for the argument ``deadline``."""

    model_config = STRICT

    written: TimestampFormat = TimestampFormat.MILLISECONDS
    """How the instant is written, as for a recipe's ``timestamp``."""


class Withdrawals(BaseModel):
    """A withdrawal that a sandbox takes. Without this part none is ever asked for."""

    model_config = STRICT

    asset: str
    network: str | None = None
    """On which network, where the role ``withdraw`` has a place for it."""
    address: str
    """One that the sandbox takes, worth nothing anywhere."""
    wrong_address: str | None = None
    """One of the same form that must be refused, such as a misspelt one; ``None`` where the exchange's addresses hold no proof."""
    amount: Decimal = Field(gt=0)
    amount_step: Decimal | None = Field(default=None, gt=0)
    """Amounts are multiples of it, such as ``0.00000001``."""
    least: Decimal | None = Field(default=None, gt=0)
    """The least amount that may be withdrawn; ``None`` where none is documented."""
    fee: WithdrawalFee | None = None
    """``added`` or ``included``; ``None`` where nothing is documented, so that either is right."""


class LeftOut(BaseModel):
    """An operation that the contract test does not call."""

    model_config = STRICT

    operation: str
    reason: str = Field(min_length=10)
    """It stands in the report."""


class ContractTest(BaseModel):
    """What the contract test may do on a sandbox that is somebody's: one that has an address of its own.

    Sandboxes that a run starts for itself (an image, the embedded reference) are nobody's: there withdrawals are called like all else.
    """

    model_config = STRICT

    leave_out: tuple[LeftOut, ...] = ()
    """Operations that are never called, on no sandbox. They are not observed, so no level that asks for every operation is reached, unless
    a story calls them."""
    withdrawals: bool = False
    """Whether the operation of the role ``withdraw`` is called with whatever the tester makes up; else its stories alone call it."""


def is_this_machine(url: str) -> bool:
    """Whether an address leads to the machine that it is called from."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
