"""How an exchange says that it refuses, as data: where its answers hold code and message, and what its codes mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Refusal(StrEnum):
    """What an exchange's own error code means, in words that all exchanges share."""

    INVALID_REQUEST = "invalid_request"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    CLOCK = "clock"
    """The request's timestamp is outside the window, or its nonce was used."""
    RATE_LIMIT = "rate_limit"
    UNKNOWN_SYMBOL = "unknown_symbol"
    INVALID_ORDER = "invalid_order"
    """Price, size or notional break a filter; the order would cross where it must not."""
    INSUFFICIENT_FUNDS = "insufficient_funds"
    UNKNOWN_ORDER = "unknown_order"
    DUPLICATE_ORDER = "duplicate_order"
    """The client order id was used: the first order stands."""
    MARKET_CLOSED = "market_closed"
    UNAVAILABLE = "unavailable"
    """Maintenance or overload; nothing was carried out."""
    UNKNOWN_OUTCOME = "unknown_outcome"
    """The exchange does not know itself whether the request was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Where an answer says that, and why, the exchange refused."""

    success: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Place -> texts that mean success there (OKX: ``code: ['0']``). An answer with status 2xx whose place holds another text is an
    error; one that does not have the place is none."""
    code: tuple[str, ...] = ()
    """Places of the exchange's code in an error answer; the first that is there counts. Empty means the runtimes' usual places."""
    message: tuple[str, ...] = ()
    """Places of its message, likewise."""
    codes: dict[str, Refusal] = field(default_factory=dict)
    """The exchange's code -> what it means."""
