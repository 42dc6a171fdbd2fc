"""Stories of what a request says of itself: only try, and only until then."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.facts import numbers, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.clock import ahead_ms
from certification.evidence.scenarios.story import NO_DEADLINE, Story
from certification.evidence.scenarios.venue import Venue
from sdkgen.signing.sign import instant_text

_PAST_MS, _AHEAD_MS = -10_000, 20_000


def _dry_run(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that is only tried; what came of it nevertheless is cancelled."""
    yield venue.ask("balances", label="balances before")
    before = venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    yield before
    named = venue.only("dry_run", {"client_order_id": venue.new_client_id()})
    yield venue.ask("dry_run", venue.order() | named, label="dry run")
    after = venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after")
    yield after
    yield venue.ask("balances", label="balances after")
    for order_id in come_of_it(venue, before, after, named.get("client_order_id", "")) if venue.has("cancel") else ():
        yield venue.ask("cancel", {"order_id": order_id, "symbol": venue.symbol}, label="cancel what was only tried")


def come_of_it(venue: Venue, before: ScenarioStep, after: ScenarioStep, client_id: str) -> tuple[str, ...]:
    """The ids of orders that are new and ours: by the client's id, or where none is told by price and quantity."""
    ids, names = texts(after, "order_id"), texts(after, "client_order_id")
    new = {order_id for order_id in ids if order_id not in texts(before, "order_id")}
    if venue.ours:
        return tuple(order_id for order_id in ids if order_id in new)
    if client_id and len(names) == len(ids):
        return tuple(order_id for order_id, name in zip(ids, names, strict=True) if order_id in new and name == client_id)
    rows = zip(ids, numbers(after, "price"), numbers(after, "quantity"), strict=False)
    return tuple(order_id for order_id, *terms in rows if order_id in new and terms == [venue.price, venue.quantity])


def _deadline(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that comes after its own deadline, and one that comes before."""
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders before")
    yield venue.place(label="place after its deadline", deadline=_instant(venue, _PAST_MS))
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after")
    yield venue.place(label="place before its deadline", deadline=_instant(venue, _AHEAD_MS))


def _instant(venue: Venue, away_ms: int) -> str:
    """An instant of the exchange's time, that far from now."""
    written = venue.deadline_written
    return instant_text(written, venue.now_ms() + (ahead_ms(venue) or 0) + away_ms) if written is not None else ""


def _no_deadline(venue: Venue) -> str:
    if venue.deadline_written is None:
        return NO_DEADLINE
    return "" if venue.takes("place", "deadline") else "the role place has no place for the argument deadline"


STORIES = (
    Story(id="terms.dry-run", about="dry_run", needs=("open_orders", "balances"), play=_dry_run, extra=True),
    Story(id="terms.deadline", about="place", needs=("open_orders",), lacks=_no_deadline, play=_deadline, extra=True),
)
