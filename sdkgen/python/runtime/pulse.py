"""Signs of life on a connection: sent when it was quiet for a while, and missed when it was for too long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORTEST_S: Final = 0.001


class Pulse:
    """Watches one connection from ``start`` to ``stop``."""

    def __init__(self, every_ms: int, silence_ms: int, beat: Callable[[], None], die: Callable[[], None]) -> None:
        """Take how long quiet lasts before a sign of life is sent, how long before the connection is dead, and what then happens."""
        self._every = every_ms / 1000
        self._silence = silence_ms / 1000
        self._beat = beat
        self._die = die
        self._alive = self._beaten = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """A connection stands."""
        self.stop()
        self._alive = self._beaten = asyncio.get_running_loop().time()
        self._watch()

    def feel(self) -> None:
        """Something came."""
        self._alive = asyncio.get_running_loop().time()

    def stop(self) -> None:
        """The connection ended."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now - self._alive >= self._silence:
            self._die()
            return
        if now - max(self._alive, self._beaten) >= self._every:
            self._beaten = now
            self._beat()
        due = min(self._alive + self._silence, max(self._alive, self._beaten) + self._every)
        self._timer = loop.call_at(max(due, now + _SHORTEST_S), self._watch)
