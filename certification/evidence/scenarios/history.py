"""Finding what is an order's in lists: itself in the history, on whichever page it stands, and its fills among others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import WHOLE, ScenarioStep
from certification.evidence.scenarios.paging import CURSOR
from certification.evidence.scenarios.venue import NOTHING_GIVEN, Actor, Venue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certification.profile import RoleName

_MOST_PAGES = 20
_LARGE = "100"
_MANY = (_LARGE, "50", "20")
"""How many items of a list are asked for; the next where the exchange gives no so many at once."""


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


def listed(
    venue: Venue, role: RoleName, arguments: Mapping[str, str] = NOTHING_GIVEN, *, label: str, by: Actor = Actor.FIRST
) -> ScenarioStep:
    """As many items of a list at once as the exchange gives, up to a hundred.

    Raises:
        SilentVenueError: no answer came.
    """
    usual = {**venue.usual_arguments(role), **venue.only(role, arguments)}
    for limit in _MANY if venue.takes(role, "limit") else ():
        step = venue.ask(role, usual | {"limit": limit}, label=label, actor=by)
        if is_accepted(step):
            return step
    return venue.ask(role, usual, label=label, actor=by)


def fills_of(venue: Venue, identity: Mapping[str, str], *, label: str, by: Actor = Actor.FIRST) -> Iterator[ScenarioStep]:
    """The fills of one order; nothing where neither a request nor the answer tells them from those of others.

    Raises:
        SilentVenueError: no answer came.
    """
    if not venue.has("fills"):
        return
    if venue.only("fills", {name: identity[name] for name in ("order_id", "client_order_id") if name in identity}):
        yield venue.ask("fills", {"symbol": venue.symbol, **venue.only("fills", identity)}, label=label, actor=by)
    elif "order_id" in identity:
        found = venue.rows(listed(venue, "fills", label=label, by=by), "fills", "order_id", identity["order_id"])
        yield from () if found is None else (found,)
