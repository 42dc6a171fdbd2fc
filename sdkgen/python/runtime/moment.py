"""Instants in the ways that exchanges write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_PER_MS: Final = {"seconds": 1000, "decimal-seconds": 1000, "milliseconds": 1}
_FINER: Final = {"microseconds": 1000, "nanoseconds": 1_000_000}
_NUMBER: Final = re.compile(r"\d{1,24}(?:\.\d{1,24})?", re.ASCII)
_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(?:Z|\+00:?00)?", re.ASCII)


def instant_ms(text: str, written: str) -> int | None:
    """Milliseconds since 1970; ``None`` where the text is no instant in that format."""
    if written in _PER_MS or written in _FINER:
        if _NUMBER.fullmatch(text) is None:
            return None
        return int(Decimal(text) * _PER_MS.get(written, 1)) // _FINER.get(written, 1)
    matched = _ISO.fullmatch(text)
    if matched is None:
        return None
    import time  # noqa: PLC0415  # only one format needs it
    from calendar import timegm  # noqa: PLC0415  # as above

    try:
        second = timegm(time.strptime(matched[1].replace(" ", "T"), "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return None
    return second * 1000 + int(((matched[2] or "") + "000")[:3])
