"""Keeps an order book through a thousand faults of its stream: ``python -m benchmarks.books [--faults N] [--seeds N] [--language …]``.

Each SDK of the reference exchange listens, through its harness, to a server that drops, skips, repeats, swaps, thins and garbles what it
sends, and in the end sends the truth: then the book must be the server's, level by level. Exit code 1 where it is not. With
``--unnumbered`` the SDKs know of no numbers, as on exchanges that have none: then the levels that a checksum covers must be the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.driven import Driven, conversation, driven
from benchmarks.table import Table, show
from sdkgen.language import Language
from tests.simulators.stream_server import stream_server
from tests.simulators.wild_exchange import LAST_PRICE, SUMMED_UP, WildExchange

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

_LONGEST_S = 1200.0
_LAST_WORDS_MS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one book."""

    equal: bool
    resyncs: int
    exchange: WildExchange
    elapsed_s: float

    def row(self, name: str) -> tuple[str, ...]:
        """Its line of the table."""
        told = self.exchange
        numbers = (sum(told.happened.values()), told.connections, self.resyncs, told.book.sequence)
        return (name, *map(str, numbers), f"{self.elapsed_s:.0f} s", "equal" if self.equal else "NOT EQUAL")


def kept(sdk: Driven, *, faults: int, seed: int, numbered: bool = True) -> Kept:
    """Have one SDK keep a book through so many faults."""
    exchange = WildExchange(seed=seed, faults=faults)
    begun = time.monotonic()
    with stream_server(exchange) as url:
        book = asyncio.run(_book(sdk, exchange, url, seed, numbered=numbered))
    most = None if numbered else SUMMED_UP
    levels = {side: _plain(book[side])[:most] for side in ("bids", "asks")}
    right = {side: told[:most] for side, told in exchange.book.levels().items()}
    number = str(exchange.book.sequence) if numbered else None
    equal = levels == right and book["synced"] is True and book["sequence"] == number
    resyncs = book["resyncs"]
    assert isinstance(resyncs, int)
    return Kept(equal=equal, resyncs=resyncs, exchange=exchange, elapsed_s=time.monotonic() - begun)


async def _book(sdk: Driven, exchange: WildExchange, url: str, seed: int, *, numbered: bool) -> dict[str, JsonValue]:
    """The book, once the exchange has told everything."""
    settings: dict[str, JsonValue] = {"base_url": url, "stream_url": url, "timeout_ms": 5000, "seed": seed}
    async with conversation(sdk) as talk:
        await talk.ask({"configure": settings})
        opened = await talk.ask({"book": {"symbol": "BTC-USD"}})
        assert opened == {"subscribed": {"stream": 1}}, opened
        await asyncio.to_thread(exchange.finished.wait, _LONGEST_S)
        number = str(exchange.book.sequence) if numbered else None
        awaited: dict[str, JsonValue] = {"stream": 1, "sequence": number, "price": LAST_PRICE, "timeout_ms": _LAST_WORDS_MS}
        answer = await talk.ask({"book_at": awaited})
        book = answer.get("book")
        assert isinstance(book, dict), answer
        return book


def _plain(levels: JsonValue) -> list[list[str]]:
    """Without trailing zeros."""
    assert isinstance(levels, list)
    return [[format(Decimal(str(number)).normalize(), "f") for number in level] for level in levels if isinstance(level, list)]


def main(arguments: list[str] | None = None) -> int:
    """Print a table with a line for each SDK and seed."""
    languages = tuple(language.value for language in Language)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.books", description=__doc__)
    parser.add_argument("--faults", type=int, default=1000, help="how many faults (default 1000)")
    parser.add_argument("--seeds", type=int, default=1, help="how often, each time with other faults (default 1)")
    parser.add_argument("--language", action="append", choices=languages, help="only this one; may be repeated (default: all)")
    parser.add_argument("--unnumbered", action="store_true", help="messages have no numbers: checksums are all that tells of a loss")
    given = parser.parse_args(arguments)
    numbered = not given.unnumbered
    with tempfile.TemporaryDirectory(prefix="certify-books-") as folder:
        sdks = driven(tuple(given.language or languages), Path(folder), numbered=numbered)
        seeds = range(1, given.seeds + 1)
        ends = [(sdk.name, kept(sdk, faults=given.faults, seed=seed, numbered=numbered)) for sdk in sdks for seed in seeds]
    columns = ("SDK", "faults", "connections", "resyncs", "changes", "took", "book")
    show(Table(title="Books through faults of their streams", columns=columns, rows=tuple(end.row(name) for name, end in ends)))
    return 0 if all(end.equal for _, end in ends) else 1


if __name__ == "__main__":
    sys.exit(main())
