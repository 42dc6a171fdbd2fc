"""Stories of a connection: how long it is silent, what becomes of it when nonsense is sent, and how much may be asked for on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from certification.evidence.facts import texts
from certification.evidence.record import HEARD_MS, STATED_HEARTBEAT_S, STATED_MALFORMED, STATED_MOST, ScenarioStep
from certification.evidence.scenarios.burst import CROWD
from certification.evidence.scenarios.listener import CLOSED
from certification.evidence.scenarios.spoken import filled
from certification.evidence.scenarios.story import NO_CROWD, NO_HEARTBEAT, NO_MALFORMED, Story
from certification.evidence.scenarios.streams.waiting import confirmed, named_for, of_kind
from certification.evidence.scenarios.venue import Actor, Venue
from sdkgen.api.json_text import dumps_exact

if TYPE_CHECKING:
    from certification.profile_streams import StreamMessage, StreamRequest

CONTROL = "streams.control"
_BEATS = 2
_SLACK_S = 3.0
"""How much longer than for two heartbeats one is waited for: both sides may be busy."""
_SELDOM_S = 2
"""One heartbeat is enough where they come so seldom."""
_ANSWERS: tuple[StreamMessage, ...] = ("subscribed", "refused")
_NO_JSON = '{"op": "subscribe", '


def _heartbeat(venue: Venue) -> Iterator[ScenarioStep]:
    """A subscription, and then nothing is said until heartbeats have come, or long enough has passed for some."""
    promised = venue.streams.told.heartbeat_s
    if promised is None:
        return
    channel: StreamRequest = "heartbeat" if venue.streams.can_send("heartbeat") else "depth"
    patience_s = float(promised) * 2 + _SLACK_S
    with venue.streams.open(Actor.FIRST) as listener:
        asked = listener.send(channel, label="subscribe")
        yield replace(asked, facts=(*asked.facts, (STATED_HEARTBEAT_S, f"{promised:f}")))
        yield from named_for("subscribe", confirmed(venue, listener))
        yield _timed(venue, ScenarioStep(label="listen", call=None))
        for _ in range(_BEATS if promised <= _SELDOM_S else 1):
            heard = tuple(_timed(venue, each) for each in listener.until(of_kind("heartbeat"), patience_s=patience_s, strangers=True))
            yield from heard
            if not any("heartbeat" in texts(each, "kind") for each in heard):
                break
        yield _timed(venue, ScenarioStep(label="stop listening", call=None))


def _timed(venue: Venue, heard: ScenarioStep) -> ScenarioStep:
    """With the instant, in milliseconds, by our clock."""
    return replace(heard, facts=tuple(sorted((*heard.facts, (HEARD_MS, str(venue.now_ms()))), key=lambda fact: fact[0])))


def _unsaid_heartbeat(venue: Venue) -> str:
    listening = venue.listening
    if listening is None or (listening.told.heartbeat_s is not None and listening.hears("heartbeat")):
        return ""
    return NO_HEARTBEAT


def _malformed(venue: Venue) -> Iterator[ScenarioStep]:
    """Half a JSON document, then a right subscription: the one is refused, or ends the connection; the other is answered if it lasts."""
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe before")
        yield from named_for("subscribe before", confirmed(venue, listener))
        nonsense = listener.say(_NO_JSON, label="no JSON")
        yield replace(nonsense, facts=(*nonsense.facts, (STATED_MALFORMED, str(venue.streams.told.malformed))))
        yield from named_for("no JSON", listener.until(of_kind("refused")))
        if venue.streams.can_send("unknown_channel"):
            yield listener.send("unknown_channel", label="unknown channel")
            yield from named_for("unknown channel", listener.until(of_kind("subscribed", "refused")))
    with venue.streams.open(Actor.FIRST) as listener:
        yield listener.send("depth", label="subscribe anew")
        yield from named_for("subscribe anew", confirmed(venue, listener))


def _unsaid_malformed(venue: Venue) -> str:
    listening = venue.listening
    return "" if listening is None or listening.told.malformed is not None else NO_MALFORMED


def _crowd(venue: Venue) -> Iterator[ScenarioStep]:
    """Subscriptions on one connection until one is refused; one at a time, each with its answer."""
    crowd = venue.streams.told.crowd
    if crowd is None:
        return
    with venue.streams.open(Actor.FIRST) as listener:
        pairs = ((template, symbol) for symbol in crowd.symbols for template in crowd.send)
        for number, (template, symbol) in enumerate(pairs, start=1):
            asked = listener.say(dumps_exact(filled(template, {"symbol": symbol, "id": str(number)})), label=f"subscription {number}")
            yield replace(asked, facts=(*asked.facts, (STATED_MOST, str(crowd.most))))
            heard = tuple(each for each in listener.until(of_kind(*_ANSWERS)) if {*_ANSWERS, CLOSED} & set(texts(each, "kind")))
            yield from named_for(f"subscription {number}", iter(heard))
            if number > crowd.most and not any("subscribed" in texts(each, "kind") for each in heard):
                return


def _unsaid_crowd(venue: Venue) -> str:
    listening = venue.listening
    return "" if listening is None or listening.told.crowd is not None else NO_CROWD


STORIES = (
    Story(id="streams.heartbeat", about="depth", subject=CONTROL, needs=(), lacks=_unsaid_heartbeat, play=_heartbeat, extra=True),
    Story(
        id="streams.malformed",
        about="depth",
        subject=CONTROL,
        needs=(),
        sends=("depth",),
        hears=_ANSWERS,
        lacks=_unsaid_malformed,
        play=_malformed,
        extra=True,
    ),
    Story(id=CROWD, about="depth", subject=CONTROL, needs=(), hears=_ANSWERS, lacks=_unsaid_crowd, play=_crowd, extra=True),
)
