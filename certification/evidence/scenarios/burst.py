"""How a rate limit is broken on purpose: with what, how often, and what the exchange promises until then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.pace import limits_on

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile, RoleName
    from sdkgen.api.model import Api
    from sdkgen.behaviour import RateLimit

BURST = "limits.burst"
"""The id of the story that breaks a limit."""
KEY_BURST = "limits.key"
"""The id of the story that breaks one key's."""
BURSTS = frozenset({BURST, KEY_BURST})
"""The stories that are only played where nobody else calls."""
OPEN_ORDERS, CROWD = "limits.open-orders", "streams.crowd"
"""The ids of the stories that reach the limits of open orders and of subscriptions."""
CROWDS = frozenset({OPEN_ORDERS, CROWD})
"""Stories that are not played where somebody else may be in the way, but break no limit of calls."""
_PUBLIC: tuple[RoleName, ...] = ("time", "instrument", "depth", "trades")
_MOST_CALLS = 5_000
_MOST_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """More calls than a budget allows."""

    role: RoleName = "time"
    """Whose operation is called: the heaviest public one."""
    requests: int
    """What the budget allows in a window, or at once."""
    per_seconds: Decimal
    """How long the window is, or in what time all of it comes back."""
    sinks: bool = False
    """Whether it comes back bit by bit, not window by window."""
    weight: int = 1
    """What one call uses of it."""
    rest_s: float = 0.0
    """How long nothing is asked beforehand, so that nothing counts any more."""

    @property
    def calls(self) -> int:
        """How many are made at most: what comes back meanwhile is used up too, or a budget on each side of a window's border."""
        return (4 if self.sinks else 2) * self.requests // self.weight + 1

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What a check must know of it."""
        return (
            ("budget.per_seconds", f"{self.per_seconds:f}"),
            ("budget.requests", str(self.requests)),
            ("budget.weight", str(self.weight)),
        )


def burst_of(profile: ExchangeProfile, api: Api, *, fresh: bool) -> Burst | None:
    """How the profile's limit is broken; ``None`` where it states none, or it would take too many calls or too long.

    Args:
        profile: its behaviour's limits say most; without any that count public calls, its budget does.
        api: the description, which knows what a role's operation is.
        fresh: whether nobody has called the sandbox before.
    """
    found = min(_told(profile, api), key=lambda burst: burst.calls, default=None) or _budgeted(profile)
    if found is None or found.calls > _MOST_CALLS or found.per_seconds > _MOST_SECONDS:
        return None
    rest_s = 0.0 if fresh else float(found.per_seconds)
    return replace(found, rest_s=rest_s)


def _budgeted(profile: ExchangeProfile) -> Burst | None:
    tightest = min(profile.rate_limit, key=lambda budget: budget.requests, default=None)
    return Burst(requests=tightest.requests, per_seconds=Decimal(tightest.per_seconds)) if tightest else None


def _told(profile: ExchangeProfile, api: Api) -> list[Burst]:
    """The burst of each public role, against the limit that it exhausts first."""
    operations = {operation.id: operation for operation in api.operations}
    roles = profile.trading.roles if profile.trading else {}
    bursts = []
    for role in _PUBLIC:
        operation = operations.get(roles[role].operation) if role in roles else None
        limits = limits_on(operation, profile.behaviour.limits) if operation and not operation.signed else ()
        first = min(limits, key=lambda limit: (at_once(limit[0]) // limit[1], limit[0].per_ms), default=None)
        if first is not None:
            limit, weight = first
            back_s = Decimal(limit.per_ms) / 1000 * at_once(limit) / limit.requests
            bursts.append(Burst(role=role, requests=at_once(limit), per_seconds=back_s, sinks=limit.at_once is not None, weight=weight))
    return bursts


def at_once(limit: RateLimit) -> int:
    """How much of a limit a client that rested may use at once."""
    return limit.requests if limit.at_once is None else limit.at_once
