"""Stories of a trade that everybody must see alike, on tape, in candles, ticker and one's own fills, and of a market that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from certification.evidence.record import STATED_CANDLE_S, STATED_MAKER, STATED_SYMBOL, STATED_TAKER, ScenarioStep
from certification.evidence.scenarios.history import fills_of
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.venue import Venue, best, plain

if TYPE_CHECKING:
    from certification.profile import RoleName

_SHORT, _LONG = "5", "100"
_TRADES = 3
_PUBLIC: tuple[RoleName, ...] = ("depth", "trades", "ticker", "candles")


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
    if identity:
        yield from fills_of(venue, identity, label="fills")
    if venue.has("fees") and venue.fees is not None:
        told = venue.ask("fees", venue.only("fees", {"symbol": venue.symbol}), label="fees")
        stated = ((STATED_MAKER, plain(venue.fees.maker)), (STATED_TAKER, plain(venue.fees.taker)), (STATED_SYMBOL, venue.symbol))
        yield replace(told, facts=(*told.facts, *stated))
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
        told = venue.ask("candles", {"symbol": venue.symbol, "limit": _LONG}, label="candles")
        yield replace(told, facts=(*told.facts, (STATED_CANDLE_S, str(venue.candle_s)))) if venue.candle_s else told


def _three_trades(venue: Venue) -> Iterator[ScenarioStep]:
    """Three trades of growing size, and the ticker after each: one that is always a trade late shows by what it grew."""
    for number in range(1, _TRADES + 1):
        ask = best(venue.ask("depth", {"symbol": venue.symbol, "limit": _SHORT}, label="depth"), "asks")
        if ask is None:
            return
        quantity = plain(venue.quantity * number)
        taken = venue.place(label=f"take {number}", price=plain(ask), quantity=quantity, time_in_force="immediate_or_cancel")
        yield taken
        if identity := venue.identity_of(taken):
            yield from fills_of(venue, identity, label=f"fills {number}")
        yield venue.ask("ticker", {"symbol": venue.symbol}, label=f"ticker {number}")


def _no_totals(venue: Venue) -> str:
    """Why nothing can be said of a ticker's totals."""
    return "" if venue.reads("ticker", "volume") else "the profile reads no volume from the ticker"


def _unknown_symbol(role: RoleName, venue: Venue) -> Iterator[ScenarioStep]:
    """Ask for a market that is written like one and is none. No order is sent there: should it exist, it would be traded."""
    unknown = like(venue.symbol)
    if unknown != venue.symbol and venue.takes(role, "symbol"):
        yield venue.ask(role, {"symbol": venue.symbol, "limit": _SHORT}, label="known symbol")
        yield venue.ask(role, {"symbol": unknown, "limit": _SHORT}, label="unknown symbol")


def like(symbol: str) -> str:
    """A symbol of the same form that no exchange has: every letter is an X or a Q, in the same case."""
    letters = iter("XQ" * len(symbol))
    return "".join(
        (next(letters) if character.isupper() else next(letters).lower()) if character.isalpha() else character for character in symbol
    )


STORIES = (
    Story(id="market.after-a-trade", about="trades", needs=("depth", "place"), play=_after_a_trade, extra=True),
    Story(id="market.three-trades", about="ticker", needs=("depth", "place", "fills"), lacks=_no_totals, play=_three_trades, extra=True),
    *(Story(id=f"market.unknown-symbol.{role}", about=role, needs=(), play=partial(_unknown_symbol, role), extra=True) for role in _PUBLIC),
)
