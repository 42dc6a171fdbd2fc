"""How an exchange sums up its order book, so that a client sees whether its own is the same: which texts are joined, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sdkgen.errors import RecipeError

_MOST_LEVELS = 1_000


class Joining(StrEnum):
    """In which order the levels' texts are joined. Of each level the price comes first, then the quantity; each side is best first."""

    ASKS_BIDS = "asks_bids"
    """All asks, then all bids (Kraken)."""
    BIDS_ASKS = "bids_asks"
    """All bids, then all asks (CoinEx)."""
    IN_TURN = "in_turn"
    """The best bid, the best ask, the second bid, the second ask; where one side ends, the other goes on alone (OKX, Bitget, Aevo)."""


class Written(StrEnum):
    """How each price and quantity is written there."""

    AS_SENT = "as_sent"
    """With every character of the message that told it last."""
    DIGITS = "digits"
    """Without the point, and without the zeros that it then begins with (Kraken)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """A CRC-32 (the one of zip and PNG) over the best levels of a book, told with its messages.

    It is that of the book with all of the message applied. Signed or unsigned makes no difference: the 32 bits are the same. Sources:
    ``docs.kraken.com/exchange/guides/websockets/book-checksum-v2``, ``www.okx.com/docs-v5`` (order book channel, checksum), Bitget's
    page of its depth channel.
    """

    place: str
    """Where a message holds it; one that has none there is not looked at."""
    levels: int
    """How many of each side it covers; a shorter side is taken whole."""
    joining: Joining
    written: Written
    separator: str
    """What stands between two texts; empty where nothing does."""

    def __post_init__(self) -> None:
        """Refuse what can't be summed up.

        Raises:
            RecipeError: no place, or no levels, or more than anybody sends.
        """
        if not self.place:
            raise RecipeError("behaviour.streams.book.checksum.place: say where a message holds the checksum")
        if not 0 < self.levels <= _MOST_LEVELS:
            raise RecipeError(f"behaviour.streams.book.checksum.levels: {self.levels} is no number of levels from 1 to {_MOST_LEVELS:,}")
