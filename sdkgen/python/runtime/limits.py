"""The rate limits that a client keeps to by itself: a window of weight each, corrected by what the exchange's headers say."""

from __future__ import annotations

import re
from itertools import pairwise
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
    taken: tuple[tuple[_Window, _Turn, int], ...]
    """Window, the turn that it counts in, and the weight that it takes there."""


class NoRoom(NamedTuple):
    """There is none for so long."""

    seconds: float


class _Turn:
    """A window that has begun, or one that is still to come, where calls that wait have their place."""

    __slots__ = ("ends", "starts", "used")

    def __init__(self, starts: float, ends: float) -> None:
        self.starts = starts
        self.ends = ends
        self.used = 0


class _Window:
    """One limit's turns that are not over yet, each after the one before. Who comes next has a place in the last one, or in a new one."""

    __slots__ = ("limit", "turns")

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self.turns: list[_Turn] = []

    def forget(self, now: float) -> None:
        """Leave out what is over."""
        while self.turns and self.turns[0].ends <= now:
            del self.turns[0]

    def earliest(self, at: float, weight: int) -> float:
        """When so much fits, not before ``at``."""
        if not self.turns or at >= self.turns[-1].ends:
            return at
        last = self.turns[-1]
        # What weighs more than a whole window goes out alone in one.
        fits = last.used + weight <= self.limit.requests or last.used == 0
        return max(at, last.starts) if fits else last.ends

    def take(self, at: float, weight: int) -> _Turn:
        """The turn in which so much is taken."""
        if not self.turns or at >= self.turns[-1].ends:
            self.turns.append(_Turn(at, at + self.limit.per_ms / 1000))
        self.turns[-1].used += weight
        return self.turns[-1]

    def correct(self, headers: Mapping[str, str], now: float, now_ms: int) -> None:
        """Make the count as strict as the exchange says it is. A late answer begins a window, where it tells of any use."""
        limit = self.limit
        used, remaining = _number(headers, limit.used_header), _number(headers, limit.remaining_header)
        reset = _number(headers, limit.reset_header)
        told = max(0 if used is None else ceil(used), 0 if remaining is None else limit.requests - floor(remaining))
        self.forget(now)
        if not self.turns or now < self.turns[0].starts:
            if told == 0:
                return
            self.turns.insert(0, _Turn(now, now + limit.per_ms / 1000))
        running = self.turns[0]
        running.used = max(running.used, told)
        if reset is not None:
            left_ms = reset * limit.reset_unit_ms
            left_ms = left_ms - now_ms if left_ms > _YEAR_MS else left_ms
            running.ends = now + min(max(left_ms, 0), limit.per_ms) / 1000
        for before, after in pairwise(self.turns):
            late = max(0.0, before.ends - after.starts)
            after.starts, after.ends = after.starts + late, after.ends + late


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
            for window, _ in counted:
                window.forget(now)
            if not counted and now >= self._blocked:
                return Place(now, ())
            at = max(now, self._blocked, self._last if counted else now)
            settled = False
            while not settled:
                later = max((window.earliest(at, weight) for window, weight in counted), default=at)
                settled, at = later <= at, later
            if at - now > longest:
                return NoRoom(at - now)
            if counted:
                self._last = at
            return Place(at, tuple((window, window.take(at, weight), weight) for window, weight in counted))

    def give_back(self, place: Place) -> None:
        """The call will not be sent after all."""
        with self._lock:
            for _, turn, weight in place.taken:
                turn.used = max(0, turn.used - weight)

    def wait(self, place: Place) -> float:
        """How many seconds remain until the call may be sent."""
        return max(place.at, self._blocked, *(turn.starts for _, turn, _ in place.taken)) - self._monotonic()

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
