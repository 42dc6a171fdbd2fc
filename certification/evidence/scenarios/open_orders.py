"""A story of as many open orders as an account may have, one more, and one in the stead of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import STATED_MOST, ScenarioStep
from certification.evidence.scenarios.burst import OPEN_ORDERS
from certification.evidence.scenarios.story import NO_OPEN_LIMIT, Story
from certification.evidence.scenarios.venue import Venue, plain

_LEVELS = 5


def _open_orders(venue: Venue) -> Iterator[ScenarioStep]:
    most = venue.most_open_orders or 0
    before = venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    yield before
    resting: dict[str, str] = {}
    for number in range(1, most + 2 - len(texts(before, "order_id"))):
        placed = venue.place(label=f"order {number}", price=plain(venue.price - number % _LEVELS * venue.price_step))
        yield placed if number > 1 else replace(placed, facts=(*placed.facts, (STATED_MOST, str(most))))
        if not is_accepted(placed):
            break
        resting = resting or venue.identity_of(placed)
    if resting:
        yield venue.ask("cancel", resting, label="cancel one")
        yield venue.place(label="place in its stead")


def _unsaid(venue: Venue) -> str:
    return "" if venue.most_open_orders is not None else NO_OPEN_LIMIT


STORIES = (Story(id=OPEN_ORDERS, about="place", needs=("cancel", "open_orders"), lacks=_unsaid, play=_open_orders, extra=True),)
