"""Stories of requests that come again, to the byte: within their window, and after it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from certification.evidence.facts import is_accepted
from certification.evidence.model.terms import Nonces, Replays
from certification.evidence.record import STATED_REPLAYS, ScenarioStep
from certification.evidence.scenarios.clock import ahead_ms as clocks_apart_ms
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.tamper import Tamper
from certification.evidence.scenarios.venue import Venue
from certification.evidence.scenarios.withdrawals import asked, call_back
from certification.evidence.scenarios.withdrawals import unsaid as no_withdrawals

_LEFT_MS = 1_500
"""How much of its window a request has left when it is sent first."""
_LISTED = "50"
_AHEAD_MS = 2_000
"""How far ahead a forged nonce is, beside what the pace takes: until then an exchange that takes it in refuses its owner."""
_CALLS_BETWEEN = 2
"""Calls that may have to wait for their turn between the making of that nonce and its owner's next one."""
_AFTER_MS = 1_000
"""How long after its window it is sent again."""


def _order(venue: Venue) -> Iterator[ScenarioStep]:
    """The same signed order twice; where the profile promises that it counts once, without a client's id to hold it by."""
    named = {} if venue.replays is Replays.REFUSED else {"client_order_id": venue.new_client_id()}
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="list before")
    send = venue.sealed("place", venue.order() | venue.only("place", named))
    yield _stating(venue, send("send"))
    yield send("send again")
    yield venue.ask("open_orders", {"symbol": venue.symbol}, label="list")


def _withdrawal(venue: Venue) -> Iterator[ScenarioStep]:
    """The same of a withdrawal."""
    named = {} if venue.replays is Replays.REFUSED else {"client_withdrawal_id": venue.new_client_id()}
    yield venue.ask("withdrawals", venue.only("withdrawals", {"limit": _LISTED}), label="list before")
    send = venue.sealed("withdraw", asked(venue) | venue.only("withdraw", named))
    first = _stating(venue, send("send"))
    yield first
    again = send("send again")
    yield again
    yield venue.ask("withdrawals", venue.only("withdrawals", {"limit": _LISTED}), label="list")
    yield from call_back(venue, first, again)


def _stating(venue: Venue, step: ScenarioStep) -> ScenarioStep:
    return step if venue.replays is None else replace(step, facts=(*step.facts, (STATED_REPLAYS, venue.replays.value)))


def _no_id(venue: Venue) -> str:
    """Why an order may not be sent twice: without an id, and without a promise, it would be two orders by right."""
    return "" if venue.replays is Replays.REFUSED or venue.takes("place", "client_order_id") else "the role place takes no client order id"


def _no_withdrawal_id(venue: Venue) -> str:
    if lacking := no_withdrawals(venue):
        return lacking
    named = venue.replays is Replays.REFUSED or venue.takes("withdraw", "client_withdrawal_id")
    return "" if named else "the role withdraw takes no client withdrawal id"


def _no_window(venue: Venue) -> str:
    if venue.window_ms is None:
        return "requests do not say how long they count (no placement of the recipe has the value window)"
    if not venue.has("time"):
        return "the profile maps no trading role time, so when a window is over by the exchange's clock is not known"
    return "" if venue.window_ms > _LEFT_MS else f"a window of {venue.window_ms} ms is too short to send a request twice"


def _after_its_window(venue: Venue) -> Iterator[ScenarioStep]:
    """A call that reads, sent shortly before its window ends, and once more after it."""
    ahead = clocks_apart_ms(venue)
    if ahead is None:  # where the clocks differ, a request that is late by ours may be in time by the exchange's
        return
    send = venue.sealed("balances", age_ms=(venue.window_ms or 0) - _LEFT_MS - ahead)
    first = send("within its window")
    yield first
    if is_accepted(first):
        venue.wait((_LEFT_MS + _AFTER_MS) / 1000)
        yield send("after its window")
        yield venue.ask("balances", label="signed anew")


def _nonces(venue: Venue) -> Iterator[ScenarioStep]:
    """A call signed before another one and sent after it; then a forged one that is dated ahead, and a right one after it.

    Nothing where requests carry no nonce.
    """
    if not venue.signs_nonces:
        return
    older = venue.sealed("open_orders", venue.only("open_orders", {"symbol": venue.symbol}))
    venue.let_time_pass()
    yield venue.ask("balances", label="newer nonce")
    yield older("older nonce")
    ahead_ms = _AHEAD_MS + math.ceil(_CALLS_BETWEEN * venue.interval_s * 1000)
    forged = venue.sealed("balances", age_ms=-ahead_ms, tamper=Tamper.WRONG_SIGNATURE)("forged, with a nonce ahead")
    yield forged
    after = venue.ask("balances", label="after the forgery")
    yield after
    if not is_accepted(after):
        venue.wait(ahead_ms / 1000)  # the stories after this one must be heard again
        yield venue.ask("balances", label="when that nonce has passed")


def _no_growing_nonces(venue: Venue) -> str:
    unsaid = venue.signs_nonces and venue.nonces is not Nonces.GROWING
    return "the profile does not say that nonces only grow (trading.nonces)" if unsaid else ""


STORIES = (
    Story(id="repeats.nonces", about="balances", needs=("open_orders",), lacks=_no_growing_nonces, play=_nonces, extra=True),
    Story(id="repeats.same-bytes.order", about="place", needs=("open_orders",), lacks=_no_id, play=_order, extra=True),
    Story(id="repeats.after-its-window", about="balances", needs=(), lacks=_no_window, play=_after_its_window, extra=True),
    Story(
        id="repeats.same-bytes.withdrawal", about="withdraw", needs=("withdrawals",), lacks=_no_withdrawal_id, play=_withdrawal, extra=True
    ),
)
