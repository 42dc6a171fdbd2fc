"""Stories of speaking to streams: logins in each wrong way, subscriptions to nothing, pings."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.listener import NO_CHANGES, Changes
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.streams.waiting import DEPTH, ORDERS, named_for, of_kind
from certification.evidence.scenarios.venue import Actor, Venue


def _login(venue: Venue) -> Iterator[ScenarioStep]:
    """A login in each wrong way, none at all, and the right one last: each on a connection of its own. Balances without one, too."""
    yield from _without_login(venue) if venue.streams.without_login else _with_login(venue)
    if venue.streams.can_send("balances") and venue.streams.hears("balance"):
        label = "no login for balances"
        changes = Changes(made_up=venue.streams.keyed, unsigned=venue.streams.without_login and not venue.streams.keyed)
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("balances", label=label, changes=changes)
            yield from named_for(label, listener.until(of_kind("balance", "subscribed", "refused")))


def _with_login(venue: Venue) -> Iterator[ScenarioStep]:
    for label, changes in (("wrong signature", Changes(misspelt=True)), ("stale timestamp", Changes(stale=True))):
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("login", label=label, changes=changes)
            yield from named_for(label, listener.until(of_kind("logged_in", "refused")))
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("orders", label="no login")
        yield from named_for("no login", listener.until(of_kind("subscribed", "refused")))
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("login", label="as it should be")
        yield from named_for("as it should be", listener.until(of_kind("logged_in", "refused")))


_KEYS = (("wrong signature", Changes(misspelt=True)), ("no login", Changes(made_up=True)), ("as it should be", NO_CHANGES))
"""Where a listen key takes the place of a login: one letter wrong, made up, and the right one."""
_SIGNED = (
    ("wrong signature", Changes(misspelt=True)),
    ("stale timestamp", Changes(stale=True)),
    ("no login", Changes(unsigned=True)),
    ("as it should be", NO_CHANGES),
)
"""Where the subscription itself is signed."""


def _without_login(venue: Venue) -> Iterator[ScenarioStep]:
    """The same where the subscription to own orders itself proves who listens."""
    for label, changes in _KEYS if venue.streams.keyed else _SIGNED:
        with venue.streams.open(Actor.FIRST) as listener:
            yield listener.send("orders", label=label, changes=changes)
            yield from named_for(label, listener.until(of_kind("subscribed", "refused")))


def _wrong_subscription(venue: Venue) -> Iterator[ScenarioStep]:
    """An instrument that does not exist; then one that does, whose answer shows that the first was passed over."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe to nothing", changes=Changes(symbol=_unknown(venue.streams.symbol)))
        yield from named_for("nothing", listener.until(of_kind("subscribed", "refused", "snapshot")))
        yield listener.send("depth", label="subscribe to depth")
        answers = ("snapshot", "delta") if venue.streams.hears("snapshot") else ("subscribed", "delta")
        yield from named_for("depth", listener.until(of_kind(*answers)))


def _unknown(symbol: str) -> str:
    """A name like the instrument's, which no instrument has."""
    return f"{symbol}{symbol[-1:]}"


def _ping(venue: Venue) -> Iterator[ScenarioStep]:
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("ping", label="ping")
        yield from named_for("ping", listener.until(of_kind("pong", "refused")))


STORIES = (
    Story(
        id="streams.login",
        about="place",
        subject=ORDERS,
        needs=(),
        sends=("login", "orders"),
        hears=("logged_in", "refused"),
        play=_login,
    ),
    Story(id="streams.ping", about="depth", subject="streams.control", needs=(), sends=("ping",), hears=("pong",), play=_ping, extra=True),
    Story(
        id="streams.wrong-subscription",
        about="depth",
        subject=DEPTH,
        needs=(),
        sends=("depth",),
        hears=("refused",),
        play=_wrong_subscription,
    ),
)
