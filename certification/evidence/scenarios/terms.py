"""Stories of what a request says of itself: only try, and only until then."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.facts import texts
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
    for order_id in texts(after, "order_id"):
        if order_id not in texts(before, "order_id") and venue.has("cancel"):
            yield venue.ask("cancel", {"order_id": order_id, "symbol": venue.symbol}, label="cancel what was only tried")


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
