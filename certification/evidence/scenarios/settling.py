"""Balances after an order's end: what it held need not be free again in the moment in which it is answered."""

from __future__ import annotations

from certification.evidence.facts import UnclearError, holdings
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.venue import Actor, Venue

_LOOKS, _AGAIN_S = 3, 0.5


def balances_settled(venue: Venue, before: ScenarioStep, *, label: str, by: Actor = Actor.FIRST) -> ScenarioStep:
    """Balances; where more of an asset is held than before, as they are a little later.

    Raises:
        SilentVenueError: no answer came.
    """
    look = venue.ask("balances", label=label, actor=by)
    for _ in range(_LOOKS):
        if not _more_is_held(before, look):
            break
        venue.wait(_AGAIN_S)
        look = venue.ask("balances", label=label, actor=by)
    return look


def _more_is_held(before: ScenarioStep, now: ScenarioStep) -> bool:
    try:
        was, is_so = holdings(before), holdings(now)
    except UnclearError:
        return False
    return any(held > was[asset][1] for asset, (_, held) in is_so.items() if asset in was)
