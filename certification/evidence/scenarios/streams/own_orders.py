"""Stories of listening to own orders as they become."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.facts import RESTING, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.history import fills_of
from certification.evidence.scenarios.story import NOT_TOLD_FIRST, Story
from certification.evidence.scenarios.streams.waiting import GONE, ORDERS, about, heard_of, logged_in, named_for, of_kind
from certification.evidence.scenarios.venue import Actor, Venue, best, inside_the_spread, plain

_DEEP = "50"
_MOMENT_S = 0.3
"""How long more is listened to what is told of one placing."""


def _own_orders(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that rests and is cancelled, and one that is filled, each heard of as it happens."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        placed = venue.place(label="place")
        yield placed
        yield from heard_of(placed, listener.until(about(placed, "open")))
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield from heard_of(placed, listener.until(about(placed, *GONE)))
        ask = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "asks")
        if ask is not None:
            taken = venue.place(label="take", price=plain(ask), time_in_force="immediate_or_cancel")
            yield taken
            yield from heard_of(taken, listener.until(about(taken, *GONE)))
            if not texts(taken, "status") and venue.has("query"):
                yield venue.ask("query", venue.identity_of(taken), label="query taken")


def _open_orders(venue: Venue) -> Iterator[ScenarioStep]:
    """An order rests already when somebody begins to listen: the beginning tells of it."""
    placed = venue.place(label="place")
    yield placed
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        yield from listener.until(of_kind("open_orders"))


def _no_beginning(venue: Venue) -> str:
    return "" if venue.listening is None or venue.listening.hears("open_orders") else NOT_TOLD_FIRST


def _filled_at_rest(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that rests between the best prices, on its own, and is filled by the other account, half by half."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth")
    yield depth
    inside = inside_the_spread(venue, depth)
    if inside is None:
        return
    price = plain(inside)
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        resting = venue.place(label="rest", price=price, quantity=plain(venue.quantity * 2))
        yield resting
        yield venue.place(label="sell half to it", by=Actor.SECOND, side="sell", price=price, time_in_force="immediate_or_cancel")
        yield venue.ask("query", venue.identity_of(resting), label="query half")
        yield venue.place(label="sell to it", by=Actor.SECOND, side="sell", price=price, time_in_force="immediate_or_cancel")
        yield venue.ask("query", venue.identity_of(resting), label="query")
        yield from heard_of(resting, listener.until(about(resting, *GONE)))


def _filled_and_rests(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that takes what the other account offers between the best prices, rests with the other half, and is cancelled."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth")
    yield depth
    inside = inside_the_spread(venue, depth)
    if inside is None:
        return
    price = plain(inside)
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        yield venue.place(label="offer half", by=Actor.SECOND, side="sell", price=price)
        placed = venue.place(label="take half and rest", price=price, quantity=plain(venue.quantity * 2))
        yield placed
        identity = venue.identity_of(placed)
        yield venue.ask("query", identity, label="query while it rests")
        yield from fills_of(venue, identity, label="fills")
        yield from named_for("placing", heard_of(placed, listener.until(about(placed, *RESTING, *GONE))))
        yield from named_for("placing", heard_of(placed, listener.until(lambda _: False, patience_s=_MOMENT_S)))
        yield venue.ask("cancel", identity, label="cancel")
        yield from heard_of(placed, listener.until(about(placed, *GONE)))


def _other_account(venue: Venue) -> Iterator[ScenarioStep]:
    """The second account listens while the first trades; its own order comes last, so that nothing before it can still be under way."""
    with venue.streams.open(Actor.SECOND) as listener:
        yield from logged_in(venue, listener)
        theirs = venue.place(label="first places")
        yield theirs
        yield venue.ask("cancel", venue.identity_of(theirs), label="first cancels")
        own = venue.place(label="second places", by=Actor.SECOND)
        yield own
        yield venue.ask("cancel", venue.identity_of(own), label="second cancels", actor=Actor.SECOND)
        yield from heard_of(own, listener.until(about(own, *GONE)))


STORIES = (
    Story(
        id="streams.own-orders",
        about="place",
        subject=ORDERS,
        needs=("cancel", "depth"),
        sends=("login", "orders"),
        hears=("order",),
        play=_own_orders,
    ),
    Story(
        id="streams.open-orders",
        about="place",
        subject=ORDERS,
        needs=("cancel",),
        sends=("login", "orders"),
        lacks=_no_beginning,
        play=_open_orders,
        extra=True,
    ),
    Story(
        id="streams.filled-at-rest",
        about="place",
        subject=ORDERS,
        needs=("depth", "query"),
        sends=("login", "orders"),
        hears=("order",),
        play=_filled_at_rest,
    ),
    Story(
        id="streams.filled-and-rests",
        about="place",
        subject=ORDERS,
        needs=("depth", "query", "cancel"),
        sends=("login", "orders"),
        hears=("order",),
        play=_filled_and_rests,
        extra=True,
    ),
    Story(
        id="streams.other-account",
        about="place",
        subject=ORDERS,
        needs=("cancel",),
        sends=("login", "orders"),
        hears=("order",),
        play=_other_account,
    ),
)
