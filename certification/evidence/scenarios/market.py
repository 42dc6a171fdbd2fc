"""The story of a trade that everybody must see alike: on the tape, in the candles, in the ticker and in one's own fills."""

from __future__ import annotations

from collections.abc import Iterator

from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Venue, best, plain

_SHORT, _LONG = "5", "100"


def _after_a_trade(venue: Venue) -> Iterator[ScenarioStep]:
    """Take from the book, then look at all that tells of it, between two looks at what else may change meanwhile."""
    found = venue.ask("depth", {"symbol": venue.symbol, "limit": _SHORT}, label="depth to take from")
    yield found
    ask = best(found, "asks")
    if ask is None:
        return
    taken = venue.place(label="take", price=plain(ask), time_in_force="immediate_or_cancel")
    yield taken
    identity = venue.identity_of(taken)
    if identity and venue.has("fills"):
        yield venue.ask("fills", {"symbol": venue.symbol, **venue.only("fills", identity)}, label="fills")
    for when in ("before", "after"):
        yield venue.ask("depth", {"symbol": venue.symbol, "limit": _SHORT}, label=f"depth {when}")
        yield venue.ask("trades", {"symbol": venue.symbol, "limit": _LONG}, label=f"trades {when}")
        if when == "before":
            yield from _summaries(venue)


def _summaries(venue: Venue) -> Iterator[ScenarioStep]:
    if venue.has("ticker"):
        yield venue.ask("ticker", {"symbol": venue.symbol}, label="ticker")
    if venue.has("best"):
        yield venue.ask("best", {"symbol": venue.symbol}, label="best")
    if venue.has("candles"):
        yield venue.ask("candles", {"symbol": venue.symbol, "limit": _LONG}, label="candles")


STORIES = (Story(id="market.after-a-trade", about="trades", needs=("depth", "place"), play=_after_a_trade, extra=True),)
