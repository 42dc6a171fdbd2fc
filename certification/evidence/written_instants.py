"""Instants that are written out (ISO 8601) instead of counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,12}))?(Z|[+-]\d\d:?\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_milliseconds(text: str) -> str | None:
    """An instant of ISO 8601 with its offset, as milliseconds since 1970 with every digit of its fraction; ``None`` of any other text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    whole, fraction, offset = found.groups()
    try:
        seconds = (datetime.fromisoformat(whole + offset) - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    exact = Decimal(f"{seconds}.{fraction}") if fraction else Decimal(seconds)
    return f"{exact.scaleb(3):f}" if seconds >= 0 else None
