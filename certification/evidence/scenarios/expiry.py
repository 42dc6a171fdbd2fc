"""Stories of orders that are to end by themselves: what becomes of them, of what they held, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import LEFT_MS, STATED_EXPIRED, ScenarioStep
from certification.evidence.scenarios.clock import ahead_ms
from certification.evidence.scenarios.settling import balances_settled
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.streams.waiting import GONE, ORDERS, about, logged_in
from certification.evidence.scenarios.venue import Actor, SilentVenueError, Venue, best, between, plain
from sdkgen.signing.sign import instant_text

LONGEST_WAIT_S = 30
_AFTER_S = 0.25
"""How much later than its end an order is looked at first."""
_AGAIN_S = 1.0
_LOOKS = 10
_RESTING = frozenset({"open", "partially_filled"})
_WORD = "good_till_time"
_OVER_MS = 60_000


def unsaid(venue: Venue) -> str:
    """Why no order can be made to expire; empty where one can."""
    if venue.expiry is None:
        return "the profile does not say how orders expire (trading.expiry)"
    if not venue.takes("place", "expires"):
        return "the role place has no place for the argument expires"
    if venue.expiry.seconds > LONGEST_WAIT_S:
        return f"an order lives {venue.expiry.seconds} s there at least, which is not waited for"
    return ""


def _order(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that rests, and ends at the instant that it was given; then what can still be done with it, which is nothing."""
    yield venue.ask("balances", label="balances before")
    placed, life = _placed(venue)
    yield placed
    if not is_accepted(placed):
        return
    identity = venue.identity_of(placed)
    query = venue.ask("query", identity, label="query while it lives")
    yield replace(query, facts=(*query.facts, (LEFT_MS, str(life.left_ms(venue)))))
    yield venue.ask("balances", label="balances while it lives")
    yield _after_its_time(venue, identity, life)
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="open orders after")
    yield venue.ask("balances", label="balances after")
    yield venue.ask("cancel", identity, label="cancel after its time")
    yield venue.ask("query", identity, label="query in the end")
    yield venue.ask("balances", label="balances in the end")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """When an order ends, in milliseconds since 1970 by our clock."""

    ends_ms: int

    def left_ms(self, venue: Venue) -> int:
        """How much of it is left, negative after its end."""
        return self.ends_ms - venue.now_ms()


def _placed(venue: Venue, **changes: str) -> tuple[ScenarioStep, _Life]:
    """An order that is to expire, and when it does.

    Raises:
        SilentVenueError: the profile does not say how orders expire, or no answer came.
    """
    if venue.expiry is None:
        raise SilentVenueError(unsaid(venue))
    ahead = ahead_ms(venue) or 0
    # A whole second of the exchange's time, which every way of writing can say: cut off, an order would end before we think.
    ends_ms = -(-(venue.now_ms() + ahead) // 1000) * 1000 + venue.expiry.seconds * 1000
    life = _Life(ends_ms=ends_ms - ahead)
    ends = instant_text(venue.expiry.written, ends_ms)
    in_force = _WORD if venue.can_place(_WORD) else venue.order()["time_in_force"]
    return venue.ask("place", _order_of(venue) | changes | {"expires": ends, "time_in_force": in_force}, label="place"), life


def _order_of(venue: Venue) -> dict[str, str]:
    """The usual order, with a client's id of its own where orders carry one."""
    return venue.order() | venue.only("place", {"client_order_id": venue.new_client_id()})


def _after_its_time(venue: Venue, identity: dict[str, str], life: _Life) -> ScenarioStep:
    """The order as it is after its end; where it still rests then, as it is ten seconds later."""
    venue.wait(max(0, life.left_ms(venue)) / 1000 + _AFTER_S)
    look = _ended(venue, identity, label="query after its time")
    stated = ((STATED_EXPIRED, "yes"),) if "expired" in venue.words("query", "status") else ()
    return replace(look, facts=(*look.facts, *stated))


def _ended(venue: Venue, identity: dict[str, str], *, label: str) -> ScenarioStep:
    """The order; where it still rests, as it is ten seconds later."""
    look = venue.ask("query", identity, label=label)
    for _ in range(_LOOKS):
        if not is_accepted(look) or not _RESTING & set(texts(look, "status")):
            break
        venue.wait(_AGAIN_S)
        look = venue.ask("query", identity, label=label)
    return look


def _past(venue: Venue) -> Iterator[ScenarioStep]:
    """An order whose end is over when it comes, at a price at which it would be filled; then one whose end lies ahead."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
    yield depth
    ask = best(depth, "asks")
    if ask is None or venue.expiry is None:
        return
    over = instant_text(venue.expiry.written, (venue.now_ms() + (ahead_ms(venue) or 0)) // 1000 * 1000 - _OVER_MS)
    in_force = _WORD if venue.can_place(_WORD) else venue.order()["time_in_force"]
    late = venue.place(label="place with its end behind", price=plain(ask), expires=over, time_in_force=in_force)
    yield late
    if identity := venue.identity_of(late):
        yield _ended(venue, identity, label="query with its end behind")
    yield _placed(venue)[0]


def _filled_in_part(venue: Venue) -> Iterator[ScenarioStep]:
    """An order that the other account fills in part before its end."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "5"}, label="depth")
    yield depth
    price = between(venue, depth)
    if price is None:
        return
    before = venue.ask("balances", label="balances before")
    yield before
    placed, life = _placed(venue, price=plain(price), quantity=plain(venue.quantity * 2))
    yield placed
    if not is_accepted(placed):
        return
    yield venue.place(label="sell to it", by=Actor.SECOND, side="sell", price=plain(price), time_in_force="immediate_or_cancel")
    identity = venue.identity_of(placed)
    yield venue.ask("query", identity, label="query while it lives")
    yield _after_its_time(venue, identity, life)
    yield balances_settled(venue, before, label="balances after")


def _told(venue: Venue) -> Iterator[ScenarioStep]:
    """The same, listened to."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield from logged_in(venue, listener)
        placed, life = _placed(venue)
        yield placed
        if not is_accepted(placed):
            return
        yield _after_its_time(venue, venue.identity_of(placed), life)
        yield from listener.until(about(placed, *GONE))


STORIES = (
    Story(id="expiry.past", about="place", needs=("depth", "query"), lacks=unsaid, play=_past, extra=True),
    Story(id="expiry.filled-in-part", about="place", needs=("depth", "query", "balances"), lacks=unsaid, play=_filled_in_part, extra=True),
    Story(
        id="expiry.order",
        about="place",
        needs=("query", "cancel", "open_orders", "balances"),
        lacks=unsaid,
        play=_order,
        extra=True,
    ),
    Story(
        id="expiry.told",
        about="place",
        subject=ORDERS,
        needs=("query", "cancel"),
        sends=("login", "orders"),
        hears=("order",),
        lacks=unsaid,
        play=_told,
        extra=True,
    ),
)
