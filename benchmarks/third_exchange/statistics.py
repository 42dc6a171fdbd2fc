"""What prints sum up to: candles and the last day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from benchmarks.third_exchange.form import MICROSECONDS
from benchmarks.third_exchange.orders import Print

INTERVALS = (1, 5, 15, 60, 240, 1440)
_CANDLES = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Prints between two moments; `begin` in seconds."""

    begin: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    average: Decimal
    volume: Decimal
    count: int


def summary(begin: int, prints: Iterable[Print], before: Decimal) -> Summary:
    """The prints in one; where there is none, the price before stands still."""
    given = tuple(prints)
    if not given:
        return Summary(begin=begin, open=before, high=before, low=before, close=before, average=before, volume=Decimal(0), count=0)
    prices = [each.price for each in given]
    volume = sum((each.volume for each in given), Decimal(0))
    return Summary(
        begin=begin,
        open=prices[0],
        high=max(prices),
        low=min(prices),
        close=prices[-1],
        average=sum((each.price * each.volume for each in given), Decimal(0)) / volume,
        volume=volume,
        count=len(given),
    )


def candles(prints: list[Print], minutes: int, now: int) -> Iterator[Summary]:
    """The last candles up to the running one, oldest first, none left out since the first print."""
    length = minutes * 60
    buckets: dict[int, list[Print]] = {}
    for each in prints:
        buckets.setdefault(each.time // MICROSECONDS // length * length, []).append(each)
    if not buckets:
        return
    last = now // MICROSECONDS // length * length
    first, before = min(buckets), prints[0].price
    for begin in range(first, last + 1, length):
        made = summary(begin, buckets.get(begin, ()), before)
        before = made.close
        if begin > last - _CANDLES * length:
            yield made


def running(prints: list[Print], minutes: int, now: int) -> Summary:
    """The candle that is not over yet."""
    length = minutes * 60
    begin = now // MICROSECONDS // length * length
    current = list(takewhile(lambda each: each.time >= begin * MICROSECONDS, reversed(prints)))[::-1]
    return summary(begin, current, prints[max(0, len(prints) - len(current) - 1)].price)


def last_day(prints: list[Print], now: int) -> Summary:
    """The last 24 hours."""
    since = now - 86_400 * MICROSECONDS
    return summary(since // MICROSECONDS, (each for each in prints if each.time >= since), prints[-1].price)
