"""How fast an exchange is asked: no faster than its budgets allow, by what each call weighs, and not at all while it says to wait.

Imports nothing that a contract test's job has not: it is used there too.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from certification.evidence.statuses import THROTTLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from certification.profile import RateBudget
    from sdkgen.api.model import Operation
    from sdkgen.behaviour import RateLimit

_MOST_WAIT_S = 30.0
_PATIENCE_S = 60.0
"""How long is waited in all because of refusals: an exchange that refuses everything must not keep us for ever."""


def limits_on(operation: Operation, limits: tuple[RateLimit, ...]) -> tuple[tuple[RateLimit, int], ...]:
    """The limits that an operation's calls count against, each with what a call weighs."""
    weighed = ((limit, limit.weights.get(operation.id, limit.weight)) for limit in limits if operation.signed or not limit.signed_only)
    return tuple((limit, weight) for limit, weight in weighed if weight > 0)


def interval_of(operation: Operation, budgets: Iterable[RateBudget], limits: tuple[RateLimit, ...]) -> float:
    """The least seconds from a call of this operation to the next call, so that neither any budget nor any weighed limit is broken."""
    counted = max((budget.per_seconds / budget.requests for budget in budgets), default=0.0)
    weighed = max((weight * limit.per_ms / 1000 / limit.requests for limit, weight in limits_on(operation, limits)), default=0.0)
    return max(counted, weighed)


class Pace:
    """Follows the calls to one exchange."""

    def __init__(self, intervals: Mapping[str, float], *, usual_s: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> None:
        """Keep these distances.

        Args:
            intervals: by operation, the seconds after a call of it.
            usual_s: after any other call.
            sleep: what lets time pass.
        """
        self._intervals = intervals
        self._usual_s = usual_s
        self._sleep = sleep
        self._next_at = 0.0
        self._patience_s = _PATIENCE_S

    def before(self, operation: str) -> None:
        """Wait until this call may be made."""
        now = time.monotonic()
        if self._next_at > now:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._intervals.get(operation, self._usual_s)

    def refused(self, status: int | None, retry_after: str) -> bool:
        """Take an answer in; whether it says to come back soon enough, and the next call will wait until then.

        Where it asks for more patience than is left, a part of it is waited before whatever comes next, and the call is given up: one
        that comes too early again may prolong what it is refused for.

        Args:
            status: of the answer.
            retry_after: its header of that name, empty where it has none; a date is not followed.
        """
        if status not in THROTTLED or not (retry_after.isascii() and retry_after.isdigit()):
            return False
        told_s = float(retry_after)
        wait_s = told_s if told_s <= self._patience_s else min(self._patience_s, _MOST_WAIT_S)
        if not wait_s:
            return False
        self._patience_s -= wait_s
        self._next_at = max(self._next_at, time.monotonic() + wait_s)
        return wait_s == told_s
