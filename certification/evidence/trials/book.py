"""An order book kept by an SDK's stream client while messages are lost, doubled and swapped, held against the sandbox's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING

from certification.evidence.facts import numbers
from certification.evidence.record import Trial
from certification.evidence.scenarios.venue import plain
from certification.sandboxes.mock.trouble import Case, Trouble
from sdkgen.stream_protocol import Sequence

if TYPE_CHECKING:
    from certification.evidence.record import ScenarioStep
    from certification.evidence.scenarios.venue import Venue
    from certification.evidence.sdk.harness import Result
    from sdkgen.stream_protocol import Book

_TROUBLES = (Trouble.NONE, Trouble.CUT_STREAM, Trouble.GAP, Trouble.TWICE, Trouble.SWAPPED, Trouble.CUT_STREAM, Trouble.GAP, Trouble.NONE)
"""The last meets none: what leaves the book before it must leave the SDK's by a change, and not by a new snapshot."""
_LOST = frozenset({Trouble.GAP, Trouble.SWAPPED})
"""What only numbers or checksums tell of."""
_NEEDS_RESYNC = _LOST | {Trouble.CUT_STREAM}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookOrder:
    """An order that changes the book; the message that tells of it meets the trouble."""

    arguments: tuple[tuple[str, str], ...]
    """Neutral name and text."""
    price: str
    trouble: Trouble

    def case(self) -> Case:
        """What the relay does to the first message that holds the price."""
        return Case(marker=self.price, troubles=(self.trouble,))


def book_orders(venue: Venue, book: Book, *, first: int) -> tuple[BookOrder, ...]:
    """Orders whose messages meet trouble, each followed by one that meets none, so that what is missing shows.

    Where a checksum alone tells of a loss, they stand among the levels that it covers; where nothing does, no message is lost.

    Args:
        venue: whose prices and arguments.
        book: how clients keep it.
        first: steps below the profile's price at which the first one stands; each further one stands a step lower.
    """
    prices = tuple(venue.price - (first + number) * venue.price_step for number in range(2 * len(_TROUBLES)))
    is_seen = bool(book.sequence) and book.numbering is not Sequence.GROWING
    if not is_seen and book.checksum is not None:
        covered = _covered(venue, book.checksum.levels, len(prices))
        prices, is_seen = covered or prices, bool(covered)
    troubles = tuple(trouble if is_seen or trouble not in _LOST else Trouble.NONE for each in _TROUBLES for trouble in (each, Trouble.NONE))
    return tuple(_order(venue, plain(price), trouble) for price, trouble in zip(prices, troubles, strict=True))


def _covered(venue: Venue, levels: int, wanted: int) -> tuple[Decimal, ...]:
    """Prices below the best bid where nothing stands, lowest first: each is among the best levels when it comes. Empty without room."""
    depth = venue.ask("depth", {"symbol": venue.symbol, "limit": "50"}, label="depth before")
    there = set(numbers(depth, "bids.price"))
    if not there:
        return ()
    best, step = max(there), venue.price_step
    free = (price for at in range(1, wanted + levels) if (price := best - at * step) not in there and price > 0)
    prices = tuple(islice(free, wanted))
    room = len(prices) == wanted and sum(price >= prices[-1] for price in there) < levels
    return tuple(reversed(prices)) if room else ()


def _order(venue: Venue, price: str, trouble: Trouble) -> BookOrder:
    return BookOrder(arguments=tuple((venue.order() | {"price": price}).items()), price=price, trouble=trouble)


def book_trials(result: Result, depth: ScenarioStep, met: frozenset[Trouble], *, deepest: int = 0) -> Iterator[Trial]:
    """Whether the book that the SDK kept is the sandbox's, and whether it noticed what it could not know.

    Args:
        result: the SDK's book, after the last change came.
        depth: the sandbox's own, asked without the SDK and without the relay.
        met: the troubles that messages really met.
        deepest: how many levels of a side the stream goes on telling of; 0 for all.
    """
    told = _told(result)
    for side in ("bids", "asks"):
        theirs = tuple(zip(numbers(depth, f"{side}.price"), numbers(depth, f"{side}.quantity"), strict=False))[: deepest or None]
        ours = _levels(result, side)
        held = ours is not None and result.member("synced") is True and bool(theirs) and ours[: len(theirs)] == theirs
        wrong = _first_difference(ours or (), theirs)
        yield Trial(id=f"streams.{side}-equal-the-exchanges", held=held, told=told if held else f"{told}; {wrong}")
    resyncs = result.member("resyncs")
    needed = bool(met & _NEEDS_RESYNC)
    yield Trial(
        id="streams.gaps-are-noticed",
        held=isinstance(resyncs, int) and (resyncs > 0 or not needed),
        told=f"messages met {', '.join(sorted(trouble.value for trouble in met))}; the SDK took {resyncs} new snapshots",
    )


def _told(result: Result) -> str:
    if result.kind != "book":
        return f"the SDK gives no book: {result.failure()}"
    return f"the SDK's book is {'synced' if result.member('synced') is True else 'not synced'} at {result.member('sequence')}"


def _levels(result: Result, side: str) -> tuple[tuple[Decimal, Decimal], ...] | None:
    """Price and quantity of each level; ``None`` where the SDK gave none that could be read."""
    levels = result.member(side)
    if not isinstance(levels, list):
        return None
    try:
        return tuple((Decimal(str(level[0])), Decimal(str(level[1]))) for level in levels if isinstance(level, list))
    except (InvalidOperation, IndexError):
        return None


def _first_difference(ours: tuple[tuple[Decimal, Decimal], ...], theirs: tuple[tuple[Decimal, Decimal], ...]) -> str:
    for place, level in enumerate(theirs):
        if place >= len(ours):
            return f"level {place + 1} is missing: the sandbox has {level[1]:f} at {level[0]:f}"
        if ours[place] != level:
            return f"level {place + 1} is {ours[place][1]:f} at {ours[place][0]:f}, on the sandbox {level[1]:f} at {level[0]:f}"
    return "the levels agree"
