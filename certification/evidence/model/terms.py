"""The terms on which a market trades, as far as predictions need them: steps, fees, holds, and what becomes of self-trades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum


class Rounding(StrEnum):
    """How a fee becomes a multiple of its step."""

    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"
    """Halves go up."""


class FeeAsset(StrEnum):
    """What a fee is paid in."""

    QUOTE = "quote"
    RECEIVED = "received"
    """What the order receives: base for a buy, quote for a sale."""


class HeldForBuys(StrEnum):
    """What a resting buy order holds of the quote asset."""

    NOTIONAL = "notional"
    """Its price times what is not filled."""
    NOTIONAL_AND_FEE = "notional_and_fee"
    """The dearer of both fees on top."""


class SelfTrade(StrEnum):
    """What becomes of an order that meets one of its own account."""

    CANCEL_NEWEST = "cancel_newest"
    CANCEL_OLDEST = "cancel_oldest"
    CANCEL_BOTH = "cancel_both"
    ALLOWED = "allowed"


_ROUNDED = {Rounding.DOWN: ROUND_DOWN, Rounding.UP: ROUND_UP, Rounding.NEAREST: ROUND_HALF_UP}


class AmendedPlace(StrEnum):
    """What becomes of an order's place among those of its price when its quantity alone is amended."""

    KEPT_WHEN_SMALLER = "kept_when_smaller"
    """It goes to the end where it grows."""
    LOST = "lost"
    """It goes to the end."""


class Replays(StrEnum):
    """What becomes of the very same signed bytes when they come again within their window."""

    REFUSED = "refused"
    """A signed request that is to change something counts once; the same bytes again are refused."""
    HARMLESS = "harmless"
    """They may be accepted, and do nothing a second time: an order or withdrawal with a client's id is there once."""


class CancelledAgain(StrEnum):
    """How the cancellation of an order that is cancelled already is answered."""

    REFUSED = "refused"
    """As one that can't be done: there is nothing left to cancel."""
    ACCEPTED = "accepted"
    """As the first one was."""


class Nonces(StrEnum):
    """What an exchange promises of the nonces that it takes."""

    GROWING = "growing"
    """A request counts only with a nonce greater than every one before, whatever was called; a forged one spends none."""


class WithdrawalFee(StrEnum):
    """Where a withdrawal's fee is taken from."""

    ADDED = "added"
    """On top of the amount: both leave the account."""
    INCLUDED = "included"
    """Out of the amount: it alone leaves the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is known of a market before anything is traded."""

    base: str
    quote: str
    quantity: Decimal
    """A small quantity that is allowed."""
    quantity_step: Decimal
    maker_fee: Decimal
    taker_fee: Decimal
    fee_step: Decimal
    """0 where fees are not rounded."""
    fee_rounding: Rounding
    fee_asset: FeeAsset
    held_for_buys: HeldForBuys | None
    """``None`` where nobody says: then holds are only known to be nothing while nothing rests."""
    held_rounding: Rounding | None = None
    """How the fee in it becomes a multiple of ``fee_step``; ``None`` where it is not rounded."""
    self_trade: SelfTrade | None
    """``None`` where nobody says: then no order is made to meet one of its own account."""
    tells_partial: bool = False
    """Whether the exchange has a word of its own for an order that rests and is filled in part."""
    prices: tuple[Decimal, ...]
    """The prices that orders have, rising: no stranger's order stands between the first and the last."""
    crossing: bool
    """Whether orders may meet there; else all of them are buys that rest."""

    def fee(self, amount: Decimal, *, taker: bool) -> Decimal:
        """The fee of one fill on what it is a share of."""
        return self._stepped(amount * (self.taker_fee if taker else self.maker_fee), self.fee_rounding)

    def held_fee(self, amount: Decimal) -> Decimal:
        """What a resting buy of that amount holds for its fee: the dearer of both."""
        return self._stepped(amount * max(self.maker_fee, self.taker_fee), self.held_rounding)

    def _stepped(self, exact: Decimal, rounding: Rounding | None) -> Decimal:
        if not self.fee_step or rounding is None:
            return exact
        return (exact / self.fee_step).quantize(Decimal(1), rounding=_ROUNDED[rounding]) * self.fee_step

    def facts(self) -> tuple[tuple[str, str], ...]:
        """The terms as facts of a step; ``read_terms`` reads them again."""
        return tuple(sorted((f"terms.{field.name}", _text(getattr(self, field.name))) for field in fields(self)))


def read_terms(facts: Mapping[str, str]) -> Terms:
    """The terms that ``Terms.facts`` wrote.

    Raises:
        KeyError, ValueError, ArithmeticError: they are not all there, or not what was written.
    """
    told = {name.removeprefix("terms."): text for name, text in facts.items() if name.startswith("terms.")}
    numbers = {name: Decimal(told[name]) for name in ("quantity", "quantity_step", "maker_fee", "taker_fee", "fee_step")}
    return Terms(
        base=told["base"],
        quote=told["quote"],
        **numbers,
        fee_rounding=Rounding(told["fee_rounding"]),
        fee_asset=FeeAsset(told["fee_asset"]),
        held_for_buys=HeldForBuys(told["held_for_buys"]) if told["held_for_buys"] else None,
        held_rounding=Rounding(told["held_rounding"]) if told.get("held_rounding") else None,
        self_trade=SelfTrade(told["self_trade"]) if told["self_trade"] else None,
        tells_partial=told.get("tells_partial") == "yes",
        prices=tuple(Decimal(price) for price in told["prices"].split()),
        crossing=told["crossing"] == "yes",
    )


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case tuple():
            return " ".join(_text(each) for each in value)
        case _:
            return str(value)
