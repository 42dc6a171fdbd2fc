"""Probes of faults in budgets of calls."""

from __future__ import annotations

from tests.certification.sandboxes.reference.probes.probe import Probe
from tests.simulators.reference_desk import Desk


def _budget_ignored(desk: Desk) -> bool:
    return [desk.ask("GET", "/v1/time").status for _ in range(6)][-1] == 200


def _counter_stands(desk: Desk) -> bool:
    return len({desk.ask("GET", "/v1/time").headers["X-RateLimit-Remaining"] for _ in range(3)}) == 1


def _exhausted(desk: Desk) -> int:
    """Seconds that a refusal says to wait, after which the clock has moved on by as much."""
    answers = [desk.ask("GET", "/v1/time") for _ in range(6)]
    wait = int(answers[-1].headers["Retry-After"])
    desk.now += wait * 1000
    return wait


def _refused_for_good(desk: Desk) -> bool:
    _exhausted(desk)
    desk.now += 3_600_000
    return desk.ask("GET", "/v1/time").status == 429


def _too_soon(desk: Desk) -> bool:
    return _exhausted(desk) < 10 and desk.ask("GET", "/v1/time").status == 429


PROBES: dict[str, Probe] = {
    "rate-limit-not-enforced": _budget_ignored,
    "wrong-remaining-counter": _counter_stands,
    "budget-never-recovers": _refused_for_good,
    "retry-after-too-short": _too_soon,
}
