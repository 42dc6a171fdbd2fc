"""Trades summed up: candles by interval and the ticker of the last day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby, islice, takewhile
from typing import TYPE_CHECKING

from certification.sandboxes.reference.engine.order import ZERO, Trade

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY_MS = 24 * 60 * 60 * 1000


class Interval(StrEnum):
    """How long a candle lasts."""

    MINUTE = "1m"
    FIVE_MINUTES = "5m"
    HOUR = "1h"

    @property
    def milliseconds(self) -> int:
        """Its length."""
        return {Interval.MINUTE: 60_000, Interval.FIVE_MINUTES: 300_000, Interval.HOUR: 3_600_000}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """The trades of one interval."""

    started_at: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    """In base."""
    trades: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """The trades of the last 24 hours."""

    last: Decimal | None
    volume: Decimal
    """In base."""
    notional: Decimal
    """In quote."""
    trades: int


def candles(newest_first: Iterable[Trade], interval: Interval, limit: int) -> tuple[Candle, ...]:
    """The newest ``limit`` candles that have a trade, oldest first."""
    length = interval.milliseconds
    groups = groupby(newest_first, key=lambda trade: trade.executed_at // length * length)
    chosen = [_candle(started_at, tuple(trades)) for started_at, trades in islice(groups, limit)]
    return tuple(reversed(chosen))


def _candle(started_at: int, newest_first: tuple[Trade, ...]) -> Candle:
    prices = [trade.price for trade in newest_first]
    return Candle(
        started_at=started_at,
        open=prices[-1],
        high=max(prices),
        low=min(prices),
        close=prices[0],
        volume=sum((trade.quantity for trade in newest_first), ZERO),
        trades=len(newest_first),
    )


def day_summary(newest_first: Iterable[Trade], now: int) -> DaySummary:
    """What was traded in the 24 hours before ``now``."""
    trades = tuple(takewhile(lambda trade: trade.executed_at > now - DAY_MS, newest_first))
    return DaySummary(
        last=trades[0].price if trades else None,
        volume=sum((trade.quantity for trade in trades), ZERO),
        notional=sum((trade.price * trade.quantity for trade in trades), ZERO),
        trades=len(trades),
    )
