"""Instants that an exchange tells as a number of seconds, milliseconds, microseconds or nanoseconds since 1970."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_UNITS = ((10**17, 10**9), (10**14, 10**6), (10**11, 1000), (10**8, 1))
"""From what number on an instant counts so many units a second."""


def units_a_second(instant: Decimal) -> int | None:
    """How many units an instant counts a second; ``None`` where it is too small to be one of our time."""
    return next((units for least, units in _UNITS if instant >= least), None)


def in_seconds(text: str) -> Decimal | None:
    """The instant in seconds; ``None`` where the text is no number, or none of an instant."""
    try:
        instant = Decimal(text)
    except InvalidOperation:
        return None
    units = units_a_second(instant) if instant.is_finite() else None
    return None if units is None else instant / units
