"""The calls that broke a limit on purpose, and what their answers counted."""

from __future__ import annotations

from decimal import Decimal

from certification.evidence.facts import UnclearError, texts
from certification.evidence.record import Scenario, ScenarioStep

BURST = "limits.burst"
"""The story that breaks a limit on purpose, where nobody else calls."""
KEY_BURST = "limits.key"
"""The same of one key's own limit."""
FIRST = "call 1"
"""The label of the first call of either."""
GRANTED = Decimal("0.9")
"""The share of a documented budget that must be let in."""


def calls_of(scenario: Scenario) -> list[ScenarioStep]:
    """The calls of the burst.

    Raises:
        UnclearError: there are none.
    """
    calls = [candidate for candidate in scenario.steps if candidate.label.startswith("call ")]
    if not calls:
        raise UnclearError("no call was made")
    return calls


def counted(calls: list[ScenarioStep], name: str) -> list[int]:
    """The whole numbers that the calls' answers told under a name, in order."""
    return [int(value) for candidate in calls for value in texts(candidate, name) if value.isdecimal()]
