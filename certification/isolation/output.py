"""What a job prints, kept within a limit."""

from __future__ import annotations

import threading

_LONGEST_LINE = 500


class Output:
    """Both streams of a job under one limit; for a service the newest of each."""

    def __init__(self, limit: int, *, keep_newest: bool = False) -> None:
        self.stdout, self.stderr = bytearray(), bytearray()
        self.overflow = threading.Event()
        """Set once more came than may be kept (never for the newest)."""
        self._limit = limit
        self._keep_newest = keep_newest
        self._total = 0
        self._lock = threading.Lock()

    def add(self, kept: bytearray, chunk: bytes) -> None:
        """Keep of the chunk what the limit allows; ``kept`` is one of our two streams."""
        if self._keep_newest:
            kept += chunk
            del kept[: -self._limit]
            return
        with self._lock:
            kept += chunk[: max(0, self._limit - self._total)]
            self._total += len(chunk)
            if self._total > self._limit:
                self.overflow.set()

    def last_line(self) -> str:
        """The last line, errors first."""
        return last_line(bytes(self.stderr) or bytes(self.stdout))


def last_line(printed: bytes) -> str:
    """The last line, cut to what a message can hold, without control characters; empty where nothing was printed."""
    lines = printed.decode(errors="replace").strip().splitlines()
    return "".join(character if character.isprintable() else "?" for character in lines[-1][-_LONGEST_LINE:]) if lines else ""
