"""How many calls each caller has left in the running window."""

from __future__ import annotations

from dataclasses import dataclass

from certification.sandboxes.reference.web.rules import CORRECT, WebRules

WINDOW_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A caller's standing after one more call."""

    limit: int
    remaining: int
    reset_s: int
    """Seconds until the window ends, rounded up."""
    exceeded: bool

    def headers(self) -> tuple[tuple[str, str], ...]:
        """As every answer shows it."""
        return (
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(self.remaining)),
            ("X-RateLimit-Reset", str(self.reset_s)),
        )


class Budgets:
    """Counts calls in windows of ten seconds of the exchange's clock."""

    def __init__(self, limit: int, rules: WebRules = CORRECT) -> None:
        self._limit = limit
        self._rules = rules
        self._window = 0
        self._spent: dict[str, int] = {}

    def spend(self, caller: str, now: int) -> Budget:
        """Count one call. A call beyond the budget is counted as none."""
        window, passed = divmod(now, WINDOW_MS)
        if window != self._window:
            self._window = window
            self._spent.clear()
        spent = self._spent.get(caller, 0)
        exceeded = spent >= self._limit
        if not exceeded:
            spent += 1
            self._spent[caller] = spent
        reset_s = -(-(WINDOW_MS - passed) // 1000)
        remaining = self._limit - spent if self._rules.budgets_count_down else self._limit
        return Budget(limit=self._limit, remaining=remaining, reset_s=reset_s, exceeded=exceeded)
