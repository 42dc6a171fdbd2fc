"""What is waited for on streams, and how an account comes to hear of its own orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.listener import CLOSED, Listener
from certification.evidence.scenarios.venue import Venue

if TYPE_CHECKING:
    from certification.profile_streams import StreamRequest

DEPTH, ORDERS = "streams.depth", "streams.orders"
"""What findings of the book's channel and of own orders' name."""
_SUBSCRIBING_S = 1.0
"""How long a stream that confirms nothing is given to begin."""
_SETTLING_S = 1.0
GONE = frozenset({"cancelled", "filled", "rejected", "expired"})
"""What is said of an order that has ended."""


def logged_in(venue: Venue, listener: Listener, channel: StreamRequest = "orders") -> Iterator[ScenarioStep]:
    """Log in and ask for a private channel, as far as the answers to that."""
    if not venue.streams.without_login:
        yield listener.send("login", label="log in")
        yield from listener.until(of_kind("logged_in", "refused"))
    yield listener.send(channel, label=f"subscribe to {channel}")
    yield from listener.until(of_kind("subscribed", "refused"))


def confirmed(venue: Venue, listener: Listener) -> Iterator[ScenarioStep]:
    """The word that a subscription stands; where the exchange gives none, time enough for it to begin."""
    if venue.streams.hears("subscribed"):
        yield from listener.until(of_kind("subscribed", "refused"))
    else:
        venue.wait(_SUBSCRIBING_S)


def settled(venue: Venue, listener: Listener) -> Iterator[ScenarioStep]:
    """What was still under way: all until a ping is answered, or of a moment where nobody says how to ping."""
    if venue.streams.can_send("ping") and venue.streams.hears("pong"):
        yield listener.send("ping", label="ping")
        yield from listener.until(of_kind("pong"))
    else:
        yield from listener.until(lambda _: False, patience_s=_SETTLING_S)


def heard_of(placed: ScenarioStep, heard: Iterator[ScenarioStep]) -> Iterator[ScenarioStep]:
    """What is heard of an order; nothing is waited for where it was refused."""
    if is_accepted(placed):
        yield from heard


def named_for(label: str, heard: Iterator[ScenarioStep]) -> Iterator[ScenarioStep]:
    """What was heard, each named for what it answers."""
    for step in heard:
        yield ScenarioStep(label=f"answer to {label}", call=step.call, facts=step.facts)


def of_kind(*kinds: str) -> Callable[[ScenarioStep], bool]:
    """Whether a message is of one of these kinds, or the connection ended."""
    return lambda heard: bool({*kinds, CLOSED} & set(texts(heard, "kind")))


def about(placed: ScenarioStep, *statuses: str) -> Callable[[ScenarioStep], bool]:
    """Whether a message says that the order has one of these statuses."""

    def wanted(heard: ScenarioStep) -> bool:
        rows = zip(texts(heard, "order_id"), texts(heard, "status"), strict=False)
        return any(order_id in texts(placed, "order_id") and status in statuses for order_id, status in rows)

    return wanted
