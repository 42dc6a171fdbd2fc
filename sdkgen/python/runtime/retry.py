"""Whether a call is sent again, decided by what is known of its last attempt. Does no I/O."""

from __future__ import annotations

from enum import Enum
from typing import Final

from .errors import ApiError, DecodeError, Refusal, SdkError, TransportError

_REFUSED_FOR_LOAD: Final = frozenset({418, 429})
_UNCERTAIN: Final = frozenset({408, 500, 502, 503, 504})
_CEILING_S: Final = 8.0
_FIRST_S: Final = 0.25
_HIGHEST_POWER: Final = 10


class Known(Enum):
    """What is known of an attempt that failed."""

    NOT_DONE = "not carried out"
    CLOCK = "not carried out, because of the timestamp"
    NOBODY_KNOWS = "nobody knows"
    UNREADABLE = "carried out, and the answer can't be read"
    FINAL = "the answer is final"


def known_of(error: SdkError) -> Known:
    """What an error says about its attempt."""
    match error:
        case TransportError():
            return Known.NOBODY_KNOWS if error.sent else Known.NOT_DONE
        case ApiError():
            return _told_by(error)
        case DecodeError():
            return Known.UNREADABLE
        case _:
            return Known.FINAL


def _told_by(error: ApiError) -> Known:
    """The first rule that fits decides."""
    if error.status in _REFUSED_FOR_LOAD or error.refusal in {Refusal.RATE_LIMIT, Refusal.UNAVAILABLE}:
        return Known.NOT_DONE
    if error.refusal is Refusal.CLOCK:
        return Known.CLOCK
    if error.status in _UNCERTAIN or error.refusal is Refusal.UNKNOWN_OUTCOME:
        return Known.NOBODY_KNOWS
    return Known.FINAL


def is_sent_again(known: Known, *, repeatable: bool, clock_is_known: bool) -> bool:
    """Whether one more attempt may be made, if there are any left."""
    match known:
        case Known.NOT_DONE:
            return True
        case Known.CLOCK:
            return clock_is_known
        case Known.NOBODY_KNOWS:
            return repeatable
        case Known.UNREADABLE | Known.FINAL:
            return False


def pause_s(attempt: int, random: float) -> float:
    """Seconds before the next attempt, "full jitter"; ``attempt`` counts from 1, ``random`` is between 0 and 1."""
    return random * min(_CEILING_S, _FIRST_S * (1 << min(attempt - 1, _HIGHEST_POWER)))
