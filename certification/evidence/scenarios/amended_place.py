"""The story of an amended order's place among those of its price: one that becomes smaller, and one that grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from certification.evidence.facts import is_accepted
from certification.evidence.record import STATED_PLACE, ScenarioStep
from certification.evidence.scenarios.story import NO_AMENDED_PLACE, Story
from certification.evidence.scenarios.venue import Actor, Venue, between, plain


def _places(venue: Venue) -> Iterator[ScenarioStep]:
    """Twice two orders of the second account at one price, the older of which is amended; then the first sells to them."""
    for change, before, after in (("shrinks", 2, 1), ("grows", 1, 2)):
        depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
        yield depth
        price = between(venue, depth)
        if price is None:
            return
        at = plain(price)
        older = venue.place(label=f"older that {change}", by=Actor.SECOND, price=at, quantity=plain(venue.quantity * before))
        newer = venue.place(label=f"newer than what {change}", by=Actor.SECOND, price=at)
        yield from (older, newer)
        named = (venue.identity_of(older), venue.identity_of(newer))
        if not all(named):
            return
        wanted = {"price": at, "quantity": plain(venue.quantity * after)}
        amended = venue.ask("amend", named[0] | wanted, label=f"it {change}", actor=Actor.SECOND)
        stated = venue.amended_place.value if venue.amended_place is not None else ""
        yield replace(amended, facts=(*amended.facts, (STATED_PLACE, stated)))
        yield venue.place(label=f"sell when it {change}", side="sell", price=at, time_in_force="immediate_or_cancel")
        yield venue.ask("query", named[1], label=f"newer after it {change}", actor=Actor.SECOND)
        for identity in named if is_accepted(amended) else ():
            # What is left must not be met by the next two.
            yield venue.ask("cancel", identity, label="cancel", actor=Actor.SECOND)


def _unsaid(venue: Venue) -> str:
    return "" if venue.amended_place is not None else NO_AMENDED_PLACE


STORIES = (Story(id="places.amended", about="amend", needs=("place", "query", "cancel", "depth"), lacks=_unsaid, play=_places, extra=True),)
