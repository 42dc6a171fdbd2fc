"""A story of what streams tell everybody: trades, ticker and candles, while two accounts trade with each other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from certification.evidence.facts import is_accepted, numbers, texts
from certification.evidence.record import ScenarioStep
from certification.evidence.scenarios.history import fills_of
from certification.evidence.scenarios.listener import CLOSED, Listener
from certification.evidence.scenarios.story import Story
from certification.evidence.scenarios.streams.waiting import confirmed, named_for, settled
from certification.evidence.scenarios.venue import Actor, Venue, best, plain

if TYPE_CHECKING:
    from certification.profile_streams import StreamMessage, StreamRequest

TAPE = "streams.tape"
_CHANNELS: tuple[tuple[StreamRequest, StreamMessage], ...] = (("trades", "trade"), ("ticker", "ticker"), ("candles", "candle"))
_LAST: dict[str, str] = {"ticker": "last", "candle": "close"}
"""What tells the newest trade's price, in which kind of message."""
_PATIENCE_S = 8.0
"""Some tickers and candles are told once in a few seconds."""
_MOMENT_S = 3.0
"""How long a ticker may take to follow the book: some are told once a second."""
_LOOKS = 3
_LIMIT = "100"


def _heard(venue: Venue) -> tuple[tuple[StreamRequest, StreamMessage], ...]:
    """The channels that the profile says how to listen to."""
    streams = venue.listening
    return tuple(each for each in _CHANNELS if streams is not None and streams.can_send(each[0]) and streams.hears(each[1]))


def _tape(venue: Venue) -> Iterator[ScenarioStep]:
    """One order takes two offers of the other account, at two prices where there is room for them, and a second order one more."""
    newest = _NewestTicker()
    with venue.streams.open(Actor.FIRST) as listener:
        for channel, _ in _heard(venue):
            yield listener.send(channel, label=f"subscribe to {channel}")
            yield from named_for(channel, confirmed(venue, listener))
        yield from settled(venue, listener)
        if venue.has("trades"):
            yield venue.ask("trades", {"symbol": venue.symbol, "limit": _LIMIT}, label="trades before")
        for which, most in (("first", 2), ("second", 1)):
            depth = venue.ask("depth", {"symbol": venue.symbol, "limit": _LIMIT}, label=f"{which} depth")
            yield depth
            prices = _between(depth, venue.price_step)[:most]
            if not prices:
                return
            taken = yield from _traded(venue, which, prices)
            if not is_accepted(taken):
                return
            yield from newest.of(listener.until(_Awaited(venue, prices), patience_s=_PATIENCE_S))
        if venue.has("trades"):
            yield venue.ask("trades", {"symbol": venue.symbol, "limit": _LIMIT}, label="trades after")
        yield from _settled_book(venue, listener, newest)


def _between(depth: ScenarioStep, step: Decimal) -> tuple[Decimal, ...]:
    """Two prices between the best ones, or one, or none."""
    bid, ask = best(depth, "bids"), best(depth, "asks")
    if bid is None or ask is None:
        return ()
    return tuple(price for price in (bid + step, bid + 2 * step) if price < ask)


def _traded(venue: Venue, which: str, prices: tuple[Decimal, ...]) -> Generator[ScenarioStep, None, ScenarioStep]:
    for price in prices:
        yield venue.place(label=f"{which} offer", by=Actor.SECOND, side="sell", price=plain(price))
    whole = plain(venue.quantity * len(prices))
    taken = venue.place(label=f"{which} take", price=plain(prices[-1]), quantity=whole, time_in_force="immediate_or_cancel")
    yield taken
    identity = venue.identity_of(taken)
    if identity and venue.has("query"):
        yield venue.ask("query", identity, label=f"{which} query")
    if identity:
        yield from fills_of(venue, identity, label=f"{which} fills")
    return taken


class _Awaited:
    """Says of message after message whether all that some trades make has been heard by then: each of them, and their last price."""

    def __init__(self, venue: Venue, prices: tuple[Decimal, ...]) -> None:
        """Wait for a trade of the usual quantity at each of these prices, the last one last."""
        kinds = {kind for _, kind in _heard(venue)}
        self._left = dict.fromkeys(prices, venue.quantity) if "trade" in kinds else {}
        self._silent = kinds & _LAST.keys()
        self._last = prices[-1]

    def __call__(self, heard: ScenarioStep) -> bool:
        for kind in texts(heard, "kind"):
            if kind == CLOSED:
                return True
            if kind == "trade":
                self._subtract(heard)
            elif kind in _LAST and self._last in numbers(heard, _LAST[kind], null_is_none=True):
                self._silent -= {kind}
        return not self._left and not self._silent

    def _subtract(self, heard: ScenarioStep) -> None:
        for price, quantity in zip(numbers(heard, "price"), numbers(heard, "quantity"), strict=False):
            if price in self._left:
                self._left[price] -= quantity
        self._left = {price: quantity for price, quantity in self._left.items() if quantity > 0}


class _NewestTicker:
    """Remembers the last ticker of all that is heard."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.heard: ScenarioStep | None = None

    def of(self, steps: Iterator[ScenarioStep]) -> Iterator[ScenarioStep]:
        """The same steps."""
        for step in steps:
            if "ticker" in texts(step, "kind"):
                self.heard = step
            yield step


def _settled_book(venue: Venue, listener: Listener, newest: _NewestTicker) -> Iterator[ScenarioStep]:
    """What is still told, between two looks at the book; again where the book changed meanwhile."""
    for _ in range(_LOOKS):
        before = venue.ask("depth", {"symbol": venue.symbol, "limit": _LIMIT}, label="depth after")
        yield before
        yield from newest.of(settled(venue, listener))
        if not _follows_the_book(venue):
            return
        is_told = _best_of(before)
        if newest.heard is None or not is_told(newest.heard):
            yield from newest.of(listener.until(is_told, patience_s=_MOMENT_S))
        after = venue.ask("depth", {"symbol": venue.symbol, "limit": _LIMIT}, label="depth in the end")
        yield after
        if [best(before, side) for side in ("bids", "asks")] == [best(after, side) for side in ("bids", "asks")]:
            return


def _follows_the_book(venue: Venue) -> bool:
    return {"bid", "ask"} <= venue.streams.told.reads("ticker")


def _best_of(depth: ScenarioStep) -> Callable[[ScenarioStep], bool]:
    """Whether a ticker tells the best prices of a book."""
    bid, ask = best(depth, "bids"), best(depth, "asks")

    def wanted(heard: ScenarioStep) -> bool:
        told = (*numbers(heard, "bid", null_is_none=True)[:1], *numbers(heard, "ask", null_is_none=True)[:1])
        return CLOSED in texts(heard, "kind") or told == (bid, ask)

    return wanted


def _unsaid(venue: Venue) -> str:
    """Why nothing of a market's trades can be heard."""
    if venue.listening is None or _heard(venue):
        return ""
    return "the profile's trading.streams say of neither trades nor ticker nor candles how they are asked for and told"


STORIES = (
    Story(
        id=TAPE,
        about="place",
        subject="streams.trades",
        needs=("cancel", "depth"),
        lacks=_unsaid,
        play=_tape,
        extra=True,
    ),
)
