"""A story of listening to one's own balances: what is held for an order, given back with it, and changed by a fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from certification.evidence.amounts import NAMES, changed, is_told
from certification.evidence.facts import texts
from certification.evidence.record import STATED_NAME, ScenarioStep
from certification.evidence.scenarios.listener import CLOSED
from certification.evidence.scenarios.story import NO_BALANCES, Story
from certification.evidence.scenarios.streams.waiting import logged_in
from certification.evidence.scenarios.venue import Actor, Venue, best, plain


def _balances(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that rests and is cancelled, and one that is filled; each time balances are asked for, and heard."""
    names = tuple(name for name in NAMES if name in venue.streams.told.reads("balance"))
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener, "balances")
        before = venue.ask("balances", label="balances before")
        yield ScenarioStep(label=before.label, call=before.call, facts=(*before.facts, *((STATED_NAME, name) for name in names)))
        placed = venue.place(label="place")
        yield placed
        resting = venue.ask("balances", label="balances while it rests")
        yield resting
        yield from listener.until(_all_told(before, resting, names))
        yield venue.ask("cancel", venue.identity_of(placed), label="cancel")
        after = venue.ask("balances", label="balances after")
        yield after
        yield from listener.until(_all_told(resting, after, names))
        ask = best(venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth"), "asks")
        if ask is not None:
            yield venue.place(label="take", price=plain(ask), time_in_force="immediate_or_cancel")
            filled = venue.ask("balances", label="balances after a fill")
            yield filled
            yield from listener.until(_all_told(after, filled, names))


def _all_told(before: ScenarioStep, after: ScenarioStep, names: tuple[str, ...]) -> Callable[[ScenarioStep], bool]:
    """Says of message after message whether every asset that changed has been told by then."""
    left = changed(before, after, names)

    def wanted(heard: ScenarioStep) -> bool:
        for asset in [asset for asset, row in left.items() if is_told(heard, asset, row)]:
            del left[asset]
        return not left or CLOSED in texts(heard, "kind")

    return wanted


def _unsaid(venue: Venue) -> str:
    streams = venue.listening
    return "" if streams is None or (streams.can_send("balances") and streams.hears("balance")) else NO_BALANCES


STORIES = (
    Story(
        id="streams.balances",
        about="balances",
        subject="streams.balances",
        needs=("place", "cancel", "depth"),
        sends=("login", "balances"),
        hears=("balance",),
        lacks=_unsaid,
        play=_balances,
        extra=True,
    ),
)
