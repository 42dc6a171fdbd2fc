"""Stories of reading: clocks, books at rest, pages, and limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import STATED_PAGE, ScenarioStep
from certification.evidence.scenarios.burst import BURST
from certification.evidence.scenarios.history import listed
from certification.evidence.scenarios.paging import CURSOR
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Venue, best, plain

if TYPE_CHECKING:
    from certification.profile import RoleName

PAGED: tuple[RoleName, ...] = ("order_history", "fills", "trades", "statement")
_PAGE = 3
_MOST_PAGES = 40
_MOST_S = 30.0
"""How long filling a whole page may take at the pace of the exchange's own budget."""
_LOOKS = 8


def _clock(venue: Venue) -> Iterator[ScenarioStep]:
    yield venue.ask("time", label="first")
    venue.let_time_pass()
    yield venue.ask("time", label="second")
    for number in range(3, _LOOKS + 1):
        yield venue.ask("time", label=f"look {number}")


def _pages(role: RoleName, venue: Venue) -> Iterator[ScenarioStep]:
    """The same list at once and in small pages, after enough has been done to fill several of them."""
    whose = _whose(role, venue)
    for _ in range(_rounds(role, venue, whose)):
        yield from _one_more(role, venue)
    usual, small = venue.usual_arguments(role) | whose, venue.only(role, {"limit": str(_PAGE)})
    at_once = listed(venue, role, whose, label="at once")
    size = venue.page_size(role)
    yield replace(at_once, facts=(*at_once.facts, (STATED_PAGE, str(size)))) if size and not venue.takes(role, "limit") else at_once
    pages = venue.pages(role)
    if pages is None or not is_accepted(at_once):
        return
    cursor, seen = pages.first(at_once), 0
    for number in range(1, _MOST_PAGES + 1):
        page = venue.ask(role, usual | small | ({CURSOR: cursor} if cursor is not None else {}), label=f"page {number}")
        yield page
        seen += pages.items(page)
        cursor = pages.following(page, number=number, seen=seen) if is_accepted(page) else None
        if cursor is None:
            if is_accepted(page):
                yield ScenarioStep(label="the end", call=None, facts=(("pages", str(number)),))
            return


def _rounds(role: RoleName, venue: Venue, whose: dict[str, str]) -> int:
    """How often something is added to the list: so that small pages fill, or, where pages have one size, one and a little more."""
    few, size = _PAGE * 2 + 1, venue.page_size(role)
    if size is None or venue.takes(role, "limit"):
        return few
    there = sum(1 for name, _ in listed(venue, role, whose, label="there already").facts if name == "item_id")
    many = max(few, size - there + 2)
    return many if many * 2 * venue.interval_s <= _MOST_S else few


def _whose(role: RoleName, venue: Venue) -> dict[str, str]:
    """Which of several lists is read: where each asset has a statement of its own, the one of what prices are in."""
    if role != "statement" or not venue.takes(role, "account") or not venue.has("balances"):
        return {}
    balances = venue.ask("balances", label="balances")
    accounts = dict(zip(texts(balances, "asset"), texts(balances, "account"), strict=False))
    return {"account": accounts[venue.quote]} if venue.quote in accounts else {}


def _one_more(role: RoleName, venue: Venue) -> Iterator[ScenarioStep]:
    """One more entry of the list: a cancelled order for the history, a trade for fills and trades."""
    if not venue.has("place"):
        return
    if role == "order_history" and venue.has("cancel"):
        placed = venue.place(label="place")
        yield placed
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
    elif venue.has("depth"):
        ask = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "asks")
        if ask is not None:
            yield venue.place(label="trade", price=plain(ask), time_in_force="immediate_or_cancel")


def _burst(venue: Venue) -> Iterator[ScenarioStep]:
    """More calls than the budget allows, then one after the wait that the refusal asked for. Never on somebody's shared server."""
    burst = venue.burst
    if burst is None:
        return
    venue.wait(burst.rest_s)
    arguments = venue.only(burst.role, {"symbol": venue.symbol})
    for number in range(burst.calls):
        step = venue.ask(burst.role, arguments, label=f"call {number + 1}", paced=False)
        yield step if number else replace(step, facts=(*step.facts, *burst.facts()))
        if step.call is not None and step.call.status == 429:  # noqa: PLR2004 - RFC 6585, section 4
            venue.wait_as_told(step)
            yield venue.ask(burst.role, arguments, label="after the wait", paced=False)
            return


STORIES = (
    Story(id="clock.moves", about="time", needs=(), play=_clock),
    *(
        Story(id=f"pagination.{role.replace('_', '-')}", about=role, needs=(), play=partial(_pages, role), extra=role == "statement")
        for role in PAGED
    ),
    Story(id=BURST, about="time", needs=(), play=_burst),
)
