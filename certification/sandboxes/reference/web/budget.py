"""How many calls each caller has left: so many in any ten seconds."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from enum import Enum

from certification.sandboxes.reference.web.rules import CORRECT, WebRules

WINDOW_MS = 10_000


class Payer(Enum):
    """Whose budget pays for a call, and how many calls it has in a window unless said otherwise."""

    ADDRESS = 3_000
    """The caller's address: public calls, and calls that prove nothing."""
    ACCOUNT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A caller's standing after one more call."""

    limit: int
    remaining: int
    reset_s: int
    """Seconds until the oldest counted call counts no longer, rounded up."""
    exceeded: bool

    def headers(self) -> tuple[tuple[str, str], ...]:
        """As every answer shows it."""
        return (
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(self.remaining)),
            ("X-RateLimit-Reset", str(self.reset_s)),
        )


class Budgets:
    """Counts calls by the exchange's clock. The window slides, so that no burst fits between two of them."""

    def __init__(self, limit: int | None = None, rules: WebRules = CORRECT) -> None:
        """``limit`` replaces the limits of all payers."""
        self._limit = limit
        self._rules = rules
        self._barred: set[tuple[Payer, str]] = set()
        self._counted: defaultdict[tuple[Payer, str], deque[int]] = defaultdict(deque)

    def spend(self, payer: Payer, name: str, now: int) -> Budget:
        """Count one call. A call beyond the budget is refused and not counted."""
        limit = payer.value if self._limit is None else self._limit
        counted = self._counted[payer, name]
        while counted and counted[0] <= now - WINDOW_MS:
            counted.popleft()
        exceeded = len(counted) >= limit or (payer, name) in self._barred
        if exceeded and not self._rules.budgets_recover:
            self._barred.add((payer, name))
        if not exceeded or not self._rules.budgets_are_enforced:
            counted.append(now)
        left = max(0, limit - len(counted)) if self._rules.budgets_count_down else limit
        reset_s = -(-(counted[0] + WINDOW_MS - now) // 1000) if counted else 1
        return Budget(limit=limit, remaining=left, reset_s=reset_s, exceeded=exceeded and self._rules.budgets_are_enforced)
