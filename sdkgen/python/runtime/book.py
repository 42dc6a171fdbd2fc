"""An order book kept from messages: a snapshot, then changes by their numbering. Does no I/O."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .booksum import is_sum_of
from .jsontext import number_text
from .kinds import is_array, is_object
from .places import values_at, word, words_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .booksum import Texts
    from .channels import BookRule
    from .jsontext import JsonValue

_MOST_OLD: Final = 100
"""Messages with numbers that were there before, in a row, after which the book is taken anew."""
_MOST_EARLY: Final = 10_000
"""Changes that are kept until the snapshot comes; without end would be a leak."""
_LONGEST_NUMBER: Final = 40


class Level(NamedTuple):
    """So much at that price."""

    price: Decimal
    quantity: Decimal


class BookState(NamedTuple):
    """The book as it was after one message."""

    sequence: str | None
    """The number of the last message, where messages have one."""
    bids: tuple[Level, ...]
    """Best first."""
    asks: tuple[Level, ...]
    """Best first."""
    synced: bool
    """False from a gap or a reconnection until the next snapshot: don't trade on it."""
    resyncs: int
    """How often the book was taken anew."""


class Verdict(Enum):
    """What a message did to the book."""

    NOTHING = "nothing"
    CHANGED = "changed"
    BROKEN = "broken"
    """The book can't be trusted any more: take a new snapshot."""


class _Side:
    """One side's levels, sorted by price."""

    __slots__ = ("levels", "prices", "texts")

    def __init__(self) -> None:
        self.levels: dict[Decimal, Decimal] = {}
        self.prices: list[Decimal] = []
        self.texts: dict[Decimal, Texts] = {}
        """The same as the exchange wrote it last, where it sums the book up."""

    def put(self, price: Decimal, quantity: Decimal, texts: Texts | None) -> None:
        if quantity:
            if price not in self.levels:
                insort(self.prices, price)
            self.levels[price] = quantity
            if texts is not None:
                self.texts[price] = texts
        elif self.levels.pop(price, None) is not None:
            self.texts.pop(price, None)
            del self.prices[bisect_left(self.prices, price)]

    def drop(self, which: slice) -> None:
        for price in self.prices[which]:
            del self.levels[price]
            self.texts.pop(price, None)
        del self.prices[which]


class _UnfitError(Exception):
    """A message that is no book's."""


class BookKeeper:
    """One book."""

    def __init__(self, rule: BookRule, words: Mapping[str, str]) -> None:
        """Take how the book is kept, and the subscription's arguments."""
        self._rule = rule
        self._words = words
        self._bids, self._asks = _Side(), _Side()
        self._early: deque[JsonValue] = deque(maxlen=_MOST_EARLY)
        self._old = 0
        self.number: int | None = None
        self.synced = False
        self.resyncs = 0
        self.applied = 0
        """Changes since the last snapshot that left a sound book."""

    def state(self) -> BookState:
        """The book as it is."""
        bids, asks = self._bids, self._asks
        return BookState(
            None if self.number is None else str(self.number),
            tuple(Level(price, bids.levels[price]) for price in reversed(bids.prices)),
            tuple(Level(price, asks.levels[price]) for price in asks.prices),
            self.synced,
            self.resyncs,
        )

    def lose(self) -> None:
        """Throw the book away; a new snapshot is on its way."""
        if self.synced:
            self.resyncs += 1
        self.synced = False
        self._old = 0

    def forget(self) -> None:
        """What came before the snapshot is of another connection."""
        self._early.clear()

    def take(self, message: JsonValue) -> Verdict:
        """Apply a message of the stream."""
        rule = self._rule
        try:
            if rule.snapshot is not None and rule.snapshot.fits(message, self._words):
                if not rule.sequence:
                    # Without numbers the order of the messages is all there is: these are older than the snapshot.
                    self._early.clear()
                return self._begin(message, rule.bids, rule.asks, rule.sequence)
            if not rule.delta.fits(message, self._words):
                return Verdict.NOTHING
            if not self.synced:
                self._early.append(message)
                return Verdict.NOTHING
            return self._change(message)
        except _UnfitError:
            return Verdict.BROKEN

    def begin(self, answer: JsonValue) -> Verdict:
        """Apply the snapshot that an operation gave."""
        rule = self._rule
        try:
            return self._begin(answer, rule.operation_bids, rule.operation_asks, rule.operation_sequence)
        except _UnfitError:
            return Verdict.BROKEN

    def _begin(self, message: JsonValue, bids: str, asks: str, sequence: str) -> Verdict:
        self._bids, self._asks = _Side(), _Side()
        self._apply(message, bids, asks)
        self.number = _number(message, sequence) if sequence else None
        self.applied, self._old = 0, 0
        if not self._is_sound(message):
            return Verdict.BROKEN
        early = [*self._early]
        self._early.clear()
        for index, each in enumerate(early):
            # However many are older than the snapshot, that is as it should be.
            self._old = 0
            if self._change(each) is Verdict.BROKEN:
                # The next snapshot may be newer than the gap, and not than what follows it.
                self._early.extend(early[index:])
                return Verdict.BROKEN
        self._old = 0
        if self._is_crossed():
            return Verdict.BROKEN
        # Not before all that came ahead of it fits: a book that nobody saw is not lost.
        self.synced = True
        return Verdict.CHANGED

    def _change(self, message: JsonValue) -> Verdict:
        rule = self._rule
        if rule.sequence:
            number = _number(message, rule.sequence)
            order = self._order(message, number)
            if order is not Verdict.CHANGED:
                return order
            self.number = number
        if rule.side:
            self._apply_level(message)
        else:
            self._apply(message, rule.bids, rule.asks)
        if self._is_crossed() or not self._is_sound(message):
            return Verdict.BROKEN
        self.applied += 1
        return Verdict.CHANGED

    def _order(self, message: JsonValue, number: int) -> Verdict:
        """Whether a change is the next one, an old one, or one after a gap."""
        last = self.number
        if last is None:
            return Verdict.CHANGED
        follows = self._follows(message, number, last)
        if number <= last and not follows:
            self._old += 1
            return Verdict.BROKEN if self._old >= _MOST_OLD else Verdict.NOTHING
        self._old = 0
        return Verdict.CHANGED if follows else Verdict.BROKEN

    def _follows(self, message: JsonValue, number: int, last: int) -> bool:
        """Whether a change continues what is there. The first after a snapshot may have begun before it."""
        rule, is_first = self._rule, self.applied == 0
        match rule.numbering:
            case "consecutive":
                return number == last + 1
            case "previous":
                previous = _number(message, rule.previous)
                return previous == last or (is_first and number > last and previous < last)
            case "range":
                first = _number(message, rule.first)
                return number > last and (first == last + 1 or (is_first and first <= last))
            case _:
                return number > last

    def _apply(self, message: JsonValue, bids: str, asks: str) -> None:
        for place, side in ((bids, self._bids), (asks, self._asks)):
            for found in values_at(message, place):
                for level in _levels(found):
                    self._put(side, level)

    def _apply_level(self, message: JsonValue) -> None:
        """A change that is one level by itself."""
        rule = self._rule
        word = next(words_at(message, rule.side), "")
        if not word:
            raise _UnfitError
        side = self._bids if word == rule.bid else self._asks
        self._put(side, message)

    def _put(self, side: _Side, level: Any) -> None:
        price, quantity = _found(level, self._rule.price), _found(level, self._rule.quantity)
        exact = _exact(price), _exact(quantity)
        texts = (_written(price), _written(quantity)) if self._rule.checksum is not None else None
        side.put(*exact, texts)

    def _is_sound(self, message: JsonValue) -> bool:
        """Whether the book, without what nobody goes on telling of, is the one that the message sums up."""
        bids, asks, rule = self._bids, self._asks, self._rule.checksum
        if self._rule.depth:
            bids.drop(slice(0, max(0, len(bids.prices) - self._rule.depth)))
            asks.drop(slice(self._rule.depth, None))
        told = next(words_at(message, rule.place), "") if rule is not None else ""
        if rule is None or not told:
            return True
        best_bids = [bids.texts[price] for price in reversed(bids.prices[-rule.levels :])]
        return is_sum_of(told, rule, best_bids, [asks.texts[price] for price in asks.prices[: rule.levels]])

    def _is_crossed(self) -> bool:
        bids, asks = self._bids.prices, self._asks.prices
        return bool(bids) and bool(asks) and bids[-1] >= asks[0]


def _levels(found: Any) -> list[Any]:
    if found is None:
        return []
    if not is_array(found):
        raise _UnfitError
    return [*found]


def _found(level: Any, place: str) -> Any:
    if is_array(level) and place.isdecimal():
        return level[int(place)] if int(place) < len(level) else None
    return level[place] if is_object(level) and place in level else next(values_at(level, place), None)


def _exact(value: Any) -> Decimal:
    if type(value) is Decimal:
        exact = value
    elif type(value) is str:
        try:
            exact = Decimal(value)
        except InvalidOperation:
            raise _UnfitError from None
    elif type(value) is int:
        exact = Decimal(value)
    else:
        raise _UnfitError
    if not exact.is_finite() or exact < 0:
        raise _UnfitError
    return exact


def _written(value: Any) -> str:
    """A number's text as it came, an exponent written out."""
    text = word(value) or ""
    return number_text(Decimal(text)) if "e" in text or "E" in text else text


def _number(message: JsonValue, place: str) -> int:
    text = next(words_at(message, place), "")
    if not (text.removeprefix("-").isdecimal() and text.isascii()) or len(text) > _LONGEST_NUMBER:
        raise _UnfitError
    return int(text)
