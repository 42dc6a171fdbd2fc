"""The exchange's clock beside ours: how far ahead it is, so that an instant can be said in its own time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.evidence.facts import texts

if TYPE_CHECKING:
    from certification.evidence.record import ScenarioStep
    from certification.evidence.scenarios.venue import Venue

_DIGITS_OF_MS = 13
"""Of milliseconds since 1970, from the year 2001 to 2286."""
_DIGITS = range(10, 20)
"""From seconds to nanoseconds."""


def ahead_ms(venue: Venue) -> int | None:
    """How many milliseconds the exchange's clock is ahead of ours, negative where it is behind; ``None`` where nothing tells.

    Raises:
        SilentVenueError: no answer came.
    """
    if not venue.has("time"):
        return None
    asked = venue.now_ms()
    told = instant_ms(venue.ask("time", label="clock"))
    return None if told is None else told - (asked + venue.now_ms()) // 2


def instant_ms(step: ScenarioStep) -> int | None:
    """The instant that an answer tells, in milliseconds since 1970; ``None`` where it is no number of a second's powers of ten."""
    whole = next(iter(texts(step, "time")), "").partition(".")[0]
    if not whole.isdecimal() or len(whole) not in _DIGITS:
        return None
    return int(whole.ljust(_DIGITS_OF_MS, "0")[:_DIGITS_OF_MS]) if _is_power(len(whole)) else None


def _is_power(digits: int) -> bool:
    return digits % 3 == 1  # seconds have 10 digits, and each step of a thousand has three more
