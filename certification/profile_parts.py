"""Parts of a profile's trading beyond placing and cancelling: orders that expire, requests that come again, assets that leave."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from certification.evidence.model.terms import WithdrawalFee
from sdkgen.signing.recipe import TimestampFormat

STRICT = ConfigDict(extra="forbid", frozen=True)
"""Every part of a profile is frozen, and a misspelt field is an error."""


class Expiry(BaseModel):
    """How an order is told to end by itself. Its role ``place`` has a place for the argument ``expires``."""

    model_config = STRICT

    seconds: int = Field(ge=2, le=86_400)
    """How long an order of the test lives: at least what the exchange takes. One of more than 30 s is not waited for."""
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
    fee: WithdrawalFee | None = None
    """``added`` or ``included``; ``None`` where nothing is documented, so that either is right."""
