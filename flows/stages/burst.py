"""Where an exchange's limit of calls may be broken on purpose: on a sandbox that no one else calls meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from certification.profile import ExchangeProfile, RateBudget

SMALL_BUDGET = RateBudget(name="burst", requests=120, per_seconds=10)
"""What the embedded reference allows in the sandbox whose limit is broken on purpose: enough to count, quick to exhaust."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstGround:
    """A sandbox whose limit may be broken."""

    profile: ExchangeProfile
    """With the limit that holds there."""
    rate_limit: int | None
    """What the embedded reference is told to allow; ``None`` where the sandbox has a limit of its own."""
    fresh: bool
    """Whether nothing has called it before."""


def burst_ground(profile: ExchangeProfile, url: str | None) -> BurstGround | None:
    """Where the limit may be broken; ``None`` where the sandbox at ``url``, or else the profile's own, may be called by others too."""
    spec = profile.sandbox
    if url or spec is None:
        return None
    if spec.is_exclusive:
        return BurstGround(profile=profile, rate_limit=None, fresh=spec.image is not None)
    if spec.reference:
        tight = profile.model_copy(update={"rate_limit": (SMALL_BUDGET,)})
        return BurstGround(profile=tight, rate_limit=SMALL_BUDGET.requests, fresh=True)
    return None
