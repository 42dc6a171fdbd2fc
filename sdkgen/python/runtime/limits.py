"""The rate limits that a client keeps to by itself: a window of weight each, corrected by what the exchange's headers say."""

from __future__ import annotations

import re
from math import ceil, floor
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .behaviour import RateLimit

_YEAR_MS: Final = 1000 * 60 * 60 * 24 * 366
"""A reset header that says more than this counts from 1970."""
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


class Place(NamedTuple):
    """A call's place in the windows."""

    at: float
    """The instant of the monotonic clock from which on it may be sent."""
    taken: tuple[tuple[_Window, float, int], ...]
    """Window, the beginning of the turn it counts in, and the weight it takes there."""


class NoRoom(NamedTuple):
    """There is none for so long."""

    seconds: float


class _Window:
    """One limit's present turn, or its next where all of the present one is promised already."""

    __slots__ = ("ends", "limit", "starts", "used")

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self.starts = self.ends = float("-inf")
        self.used = 0

    def earliest(self, at: float, weight: int) -> float:
        """When so much fits, not before ``at``."""
        if at >= self.ends:
            return at
        # What weighs more than a whole window goes out alone in one.
        fits = self.used + weight <= self.limit.requests or self.used == 0
        return max(at, self.starts) if fits else self.ends

    def take(self, at: float, weight: int) -> None:
        if at >= self.ends:
            self.starts, self.ends, self.used = at, at + self.limit.per_ms / 1000, 0
        self.used += weight

    def correct(self, headers: Mapping[str, str], now: float, now_ms: int) -> None:
        """Make the count as strict as the exchange says it is. A late answer begins a window, where it tells of any use."""
        if now < self.starts:
            return
        limit = self.limit
        used, remaining = _number(headers, limit.used_header), _number(headers, limit.remaining_header)
        reset = _number(headers, limit.reset_header)
        told = max(0 if used is None else ceil(used), 0 if remaining is None else limit.requests - floor(remaining))
        if now >= self.ends:
            if told == 0:
                return
            self.starts, self.ends, self.used = now, now + limit.per_ms / 1000, 0
        self.used = max(self.used, told)
        if reset is not None:
            left_ms = reset * limit.reset_unit_ms
            left_ms = left_ms - now_ms if left_ms > _YEAR_MS else left_ms
            self.ends = now + min(max(left_ms, 0), limit.per_ms) / 1000


class Limits:
    """All limits of one client, for any number of threads and tasks. Nothing waits here: it says how long to wait."""

    def __init__(self, limits: tuple[RateLimit, ...], monotonic: Callable[[], float], clock: Callable[[], int]) -> None:
        """Take the limits, the clock that waits are counted by (seconds) and the clock of the day (milliseconds since 1970)."""
        self._windows = tuple(_Window(limit) for limit in limits)
        self._monotonic = monotonic
        self._clock = clock
        self._lock = Lock()
        self._last = float("-inf")
        self._blocked = float("-inf")

    def weight(self, operation: str, *, signed: bool) -> int:
        """The largest weight that a call has in any limit."""
        return max((window.limit.weight_of(operation, signed=signed) for window in self._windows), default=0)

    def take(self, operation: str, longest: float, *, signed: bool) -> Place | NoRoom:
        """A place in the windows behind all that came before, or how long it would take, where that is longer than asked."""
        with self._lock:
            now = self._monotonic()
            weights = [(window, window.limit.weight_of(operation, signed=signed)) for window in self._windows]
            counted = [(window, weight) for window, weight in weights if weight > 0]
            if not counted and now >= self._blocked:
                return Place(now, ())
            at = max(now, self._blocked, self._last if counted else now)
            settled = False
            while not settled:
                later = max((window.earliest(at, weight) for window, weight in counted), default=at)
                settled, at = later <= at, later
            if at - now > longest:
                return NoRoom(at - now)
            for window, weight in counted:
                window.take(at, weight)
            if counted:
                self._last = at
            return Place(at, tuple((window, window.starts, weight) for window, weight in counted))

    def give_back(self, place: Place) -> None:
        """The call will not be sent after all."""
        with self._lock:
            for window, starts, weight in place.taken:
                if window.starts == starts:
                    window.used = max(0, window.used - weight)

    def wait(self, place: Place) -> float:
        """How many seconds remain until the call may be sent."""
        return max(place.at, self._blocked) - self._monotonic()

    def correct(self, place: Place, headers: Mapping[str, str]) -> None:
        """Take what an answer's headers say of the limits that the call counts in."""
        if not place.taken:
            return
        with self._lock:
            now, now_ms = self._monotonic(), self._clock()
            for window, _, _ in place.taken:
                window.correct(headers, now, now_ms)

    def block(self, seconds: float) -> None:
        """Let nothing out for so long: the exchange asked for it."""
        with self._lock:
            self._blocked = max(self._blocked, self._monotonic() + seconds)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(name, "").strip() if name else ""
    return float(text) if _NUMBER.fullmatch(text) else None
