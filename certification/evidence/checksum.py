"""The checksum that an exchange tells with its book: how a profile's rule for it becomes facts of a step, and what it should be."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from certification.evidence.facts import texts
from certification.evidence.places import read
from certification.evidence.record import ScenarioStep
from sdkgen.checksum import Checksum, Joining, Written

if TYPE_CHECKING:
    from sdkgen.stream_protocol import Book

Level = tuple[str, str]
"""Price and quantity, as they were written."""
TOLD, CUT = "checksum", "cut"
"""Names of facts: the checksum that a message tells, and that more stood in a message than was kept of it."""
_DEPTH = "stated.depth"
_PLACE, _LEVELS, _JOINING, _WRITTEN, _SEPARATOR = (
    f"stated.checksum.{name}" for name in ("place", "levels", "joining", "written", "separator")
)
_WORD = 1 << 32


def book_facts(book: Book | None, document: Any) -> tuple[tuple[str, str], ...]:
    """What a message of the book tells of its checksum, and how the profile says that it is made."""
    if book is None:
        return ()
    depth = ((_DEPTH, str(book.depth)),) if book.depth else ()
    rule = book.checksum
    if rule is None:
        return depth
    stated = {_PLACE: rule.place, _LEVELS: rule.levels, _JOINING: rule.joining, _WRITTEN: rule.written, _SEPARATOR: rule.separator}
    return (*depth, *((name, str(value)) for name, value in stated.items()), *((TOLD, told) for told in read(document, rule.place)[:1]))


def stated_depth(step: ScenarioStep) -> int | None:
    """How many levels of each side the stream goes on telling of; ``None`` for all."""
    return next((int(depth) for depth in texts(step, _DEPTH)), None)


def stated_checksum(step: ScenarioStep) -> Checksum | None:
    """How the profile says that the book is summed up; ``None`` where it does not."""
    if not texts(step, _LEVELS):
        return None
    place, levels, joining, written, separator = (texts(step, name)[0] for name in (_PLACE, _LEVELS, _JOINING, _WRITTEN, _SEPARATOR))
    return Checksum(place=place, levels=int(levels), joining=Joining(joining), written=Written(written), separator=separator)


def summed(rule: Checksum, bids: Iterable[Level], asks: Iterable[Level]) -> str:
    """The text that the checksum is of. Both sides are best first."""
    levels = _joined(rule.joining, [*bids][: rule.levels], [*asks][: rule.levels])
    return rule.separator.join(_written(rule, text) for level in levels for text in level)


def _joined(joining: Joining, bids: list[Level], asks: list[Level]) -> list[Level]:
    match joining:
        case Joining.ASKS_BIDS:
            return asks + bids
        case Joining.BIDS_ASKS:
            return bids + asks
        case Joining.IN_TURN:
            return [level for level in chain.from_iterable(zip_longest(bids, asks)) if level is not None]


def _written(rule: Checksum, text: str) -> str:
    return text.replace(".", "").lstrip("0") if rule.written is Written.DIGITS else text


def is_of(told: str, text: str) -> bool:
    """Whether a checksum, signed or not, is that of the text."""
    right = zlib.crc32(text.encode())
    return told in {str(right), str(right - _WORD)}
