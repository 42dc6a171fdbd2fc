"""Stories of listening to the book: as it changes, once more after an end, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from certification.evidence.facts import numbers, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.listener import Listener
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.streams.waiting import DEPTH, confirmed, heard_of, named_for, of_kind, settled
from certification.evidence.scenarios.venue import Actor, Venue, plain

_ROUNDS = 4
_DEEP = "50"
_NEAR = 5
"""Levels that every stream of a book tells of."""
_LONGEST_S, _MOMENT_S = 6.0, 0.3


def _book(venue: Venue) -> Iterator[ScenarioStep]:
    """The book from its snapshot on, told or asked for, through changes that we make ourselves, and the same book asked for."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe to depth")
        yield from _begun(venue, listener)
        for distance in range(_ROUNDS):
            placed = venue.place(label="place", price=plain(venue.price - distance * venue.price_step))
            yield placed
            yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield from _among_the_best(venue)
        yield from _elsewhere(venue)
        last = venue.price - _ROUNDS * venue.price_step
        resting = venue.place(label="place to rest", price=plain(last))
        yield resting
        depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth")
        yield depth
        yield from heard_of(resting, listener.until(partial(_as_new, depth, last)))


def _among_the_best(venue: Venue) -> Iterator[ScenarioStep]:
    """Where a checksum covers the best levels alone: an order among them, deep enough to rest; a level of its own where there is room."""
    rule = venue.streams.checksum
    if rule is None:
        return
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth of the best")
    yield depth
    bids = sorted(numbers(depth, "bids.price"), reverse=True)[: rule.levels]
    if bids:
        placed = venue.place(label="place among the best", price=plain(_in_the_middle(bids, venue.price_step)))
        yield placed
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel among the best")


def _elsewhere(venue: Venue) -> Iterator[ScenarioStep]:
    """An order in another market, which is none of this stream's business."""
    also = venue.also
    if also is None:
        return
    placed = venue.place(label="place elsewhere", symbol=also.symbol, price=plain(also.price), quantity=plain(also.quantity))
    yield placed
    yield venue.ask("cancel", venue.identity_of(placed) | {"symbol": also.symbol}, label="cancel elsewhere")


def _begun(venue: Venue, listener: Listener) -> Iterator[ScenarioStep]:
    """The book's beginning: the stream's own snapshot, or where it sends none the answer to a request."""
    if venue.streams.hears("snapshot"):
        yield from listener.until(of_kind("snapshot", "refused"))
        return
    yield from confirmed(venue, listener)
    answered = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="snapshot")
    yield replace(answered, facts=(*answered.facts, ("kind", "snapshot")))


def _as_new(depth: ScenarioStep, price: Decimal, heard: ScenarioStep) -> bool:
    """Whether the stream has come as far as the book that was asked for: its sequence, or the price of the last order."""
    sequence, told = texts(depth, "sequence"), texts(heard, "sequence")
    if sequence and told and sequence[0].isdecimal() and told[0].isdecimal():
        return int(told[0]) >= int(sequence[0])
    return not sequence and price in numbers(heard, "bids.price")


def _left_alone(venue: Venue) -> Iterator[ScenarioStep]:
    """An order comes and goes while the book is listened to, and again when it is no more; then the book is asked for anew.

    Silence is listened to for longer than it took to hear of the first order: some streams sum up what happened in a moment.
    """
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe to depth")
        yield from named_for("depth", confirmed(venue, listener))
        if venue.streams.hears("snapshot"):
            yield from named_for("depth", listener.until(of_kind("snapshot", "delta", "refused")))
        depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _DEEP}, label="depth")
        yield depth
        price = _behind_the_best(depth, venue)
        began_ms = venue.now_ms()
        yield from _listened_to(venue, listener, price)
        took_s = (venue.now_ms() - began_ms) / 1000
        yield listener.send("leave_depth", label="unsubscribe")
        yield from named_for("unsubscribe", listener.until(of_kind("unsubscribed", "subscribed", "refused")))
        placed = venue.place(label="place", price=plain(price))
        yield placed
        yield from named_for("silence", listener.until(_never, patience_s=min(took_s, _LONGEST_S) + _MOMENT_S))
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        yield from named_for("silence", settled(venue, listener))
        yield listener.send("depth", label="subscribe again")
        kinds = ("snapshot", "refused") if venue.streams.hears("snapshot") else ("subscribed", "refused")
        yield from named_for("again", listener.until(of_kind(*kinds)))


def _unconfirmed(venue: Venue) -> str:
    """Why nobody can tell when a subscription has ended. Some exchanges confirm beginning and end in the same words."""
    streams = venue.listening
    if streams is None or streams.hears("unsubscribed") or streams.hears("subscribed"):
        return ""
    return "the profile's trading.streams do not say how the end of a subscription is confirmed (heard: unsubscribed)"


def _listened_to(venue: Venue, listener: Listener, price: Decimal) -> Iterator[ScenarioStep]:
    """An order that is heard of before it is cancelled, and its end."""
    placed = venue.place(label="place while listening", price=plain(price))
    yield placed
    yield from named_for("listening", heard_of(placed, listener.until(_of_bids_at(price))))
    yield venue.ask("cancel", venue.identity_of(placed), label="cancel while listening")
    yield from named_for("listening", heard_of(placed, listener.until(_of_bids_at(price))))


def _behind_the_best(depth: ScenarioStep, venue: Venue) -> Decimal:
    """A price among the best bids, where the stream tells of it, and behind the best of them, where it rests."""
    bids = sorted(numbers(depth, "bids.price"), reverse=True)[:_NEAR]
    if len(bids) <= 1:
        return bids[0] - venue.price_step if bids else venue.price
    return _in_the_middle(bids, venue.price_step)


def _in_the_middle(bids: list[Decimal], step: Decimal) -> Decimal:
    """A price of its own above the middle one of some bids, best first, where there is room for it; else that one."""
    middle = bids[len(bids) // 2]
    between = middle + step
    return between if between < bids[0] and between not in bids else middle


def _never(_: ScenarioStep) -> bool:
    return False


def _connect_again(venue: Venue) -> Iterator[ScenarioStep]:
    """Two connections, one after the other, each asking for the book; where it begins with no snapshot, we make a change to be told of."""
    begins = venue.streams.hears("snapshot")
    for label in ("first connection", "second connection"):
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("depth", label=label)
            if begins:
                yield from named_for(label, listener.until(of_kind("snapshot", "refused")))
                continue
            yield from named_for(label, confirmed(venue, listener))
            placed = venue.place(label="place")
            yield placed
            # Heard before it is cancelled: a stream that sums up what happened in a moment would tell of nothing.
            yield from named_for(label, listener.until(_of_bids_at(venue.price)))
            if identity := venue.identity_of(placed):
                yield venue.ask("cancel", identity, label="cancel")


def _of_bids_at(price: Decimal) -> Callable[[ScenarioStep], bool]:
    """Whether a message tells of what is bid at a price, or that there will be none."""
    none_comes = of_kind("refused")
    return lambda heard: none_comes(heard) or price in numbers(heard, "bids.price")


def _no_book(venue: Venue) -> str:
    """Why nothing of a book could be heard on any connection."""
    listening = venue.listening
    if listening is None or listening.hears("snapshot"):
        return ""
    if not listening.hears("delta"):
        return "the profile's trading.streams do not say how snapshot or delta are told"
    roles = [role for role in ("place", "cancel") if not venue.has(role)]
    return f"the profile maps no trading role {' and no '.join(roles)}" if roles else ""


STORIES = (
    Story(
        id="streams.connect-again",
        about="depth",
        subject=DEPTH,
        needs=(),
        sends=("depth",),
        lacks=_no_book,
        play=_connect_again,
        extra=True,
    ),
    Story(
        id="streams.book",
        about="depth",
        subject=DEPTH,
        needs=("place", "cancel"),
        sends=("depth",),
        hears=("delta",),
        play=_book,
    ),
    Story(
        id="streams.left-alone",
        about="depth",
        subject=DEPTH,
        needs=("place", "cancel"),
        sends=("depth", "leave_depth"),
        hears=("delta",),
        lacks=_unconfirmed,
        play=_left_alone,
        extra=True,
    ),
)
