"""Which broken proofs of identity a story tries on a role, where the sandbox may not be sent all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from certification.evidence.record import SPARED, ScenarioStep
from certification.evidence.scenarios.tamper import Tamper

if TYPE_CHECKING:
    from certification.evidence.scenarios.venue import Venue
    from certification.profile import RoleName

PRIVATE: tuple[RoleName, ...] = ("balances", "place", "query", "cancel", "open_orders", "order_history", "fills")
FIRST = (Tamper.UNSIGNED, Tamper.WRONG_SIGNATURE, Tamper.STALE_TIMESTAMP, Tamper.CHANGED_AFTER_SIGNING)
"""What is tried on every role before anything else: where one of these is accepted, anybody can call. The others go round the roles."""


def shared_out(kinds: Sequence[Tamper], most: int | None, turn: int) -> tuple[Tamper, ...]:
    """Those of the kinds that are tried where ``most`` may be, in the order of ``Tamper``.

    Args:
        kinds: in which the call's proof can be broken.
        most: how many may be tried; ``None`` for all.
        turn: the role's place among those that are tried: each goes on, backwards, where the role before it ended, so that few roles try
            most kinds.
    """
    if most is None or len(kinds) <= most:
        return tuple(kinds)
    first = [kind for kind in kinds if kind in FIRST]
    others = [kind for kind in kinds if kind not in FIRST]
    room = max(0, most - len(first))
    begun = -turn * max(1, room) % len(others) if others else 0
    chosen = {*first[:most], *(others[begun:] + others[:begun])[:room]}
    return tuple(kind for kind in kinds if kind in chosen)


def turn_of(venue: Venue, role: RoleName) -> int:
    """A role's place among the private ones that the profile maps."""
    mapped = [each for each in PRIVATE if venue.has(each)]
    return mapped.index(role) if role in mapped else len(mapped)


def spared(kinds: Sequence[Tamper], tried: Sequence[Tamper]) -> tuple[ScenarioStep, ...]:
    """A step that tells which kinds were not tried, for the sandbox's sake; none where all were."""
    left = tuple(("kind", kind.value) for kind in kinds if kind not in tried)
    return (ScenarioStep(label=SPARED, call=None, facts=left),) if left else ()
