"""Finding an order in the history of orders, on whichever page it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import WHOLE, ScenarioStep
from certification.evidence.scenarios.paging import CURSOR
from certification.evidence.scenarios.venue import Venue

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_PAGES = 20
_LARGE = "100"


def history_with(venue: Venue, identity: Mapping[str, str], *, label: str) -> ScenarioStep:
    """The page of the history that the order stands on, or the last one, which says so where the list ends with it.

    Lists that grow at their end have the newest order on their last page.
    """
    usual = venue.usual_arguments("order_history")
    large = usual | venue.only("order_history", {"limit": _LARGE})
    page = venue.ask("order_history", large, label=label)
    if not is_accepted(page):
        large, page = usual, venue.ask("order_history", usual, label=label)
    pages, seen, wanted = venue.pages("order_history"), 0, identity.get("order_id", "")
    for number in range(1, _MOST_PAGES):
        if pages is None or not is_accepted(page) or wanted in texts(page, "order_id"):
            return page
        seen += pages.items(page)
        cursor = pages.following(page, number=number, seen=seen)
        if cursor is None:
            return replace(page, facts=(*page.facts, (WHOLE, "yes")))
        page = venue.ask("order_history", large | {CURSOR: cursor}, label=label)
    return page
