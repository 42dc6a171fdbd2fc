"""The public stream channels: what a subscriber is sent at first and after each change."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Literal, Protocol

from benchmarks.third_exchange.assets import Pair
from benchmarks.third_exchange.engine import Engine, Moved
from benchmarks.third_exchange.orders import Print, Side
from benchmarks.third_exchange.statistics import last_day, running
from benchmarks.third_exchange.written import seconds

Level = tuple[Decimal, Decimal]
Message = dict[str, object]
_SUMMED = 10
_TRADES = 50


class Feed(Protocol):
    """One subscription."""

    def snapshot(self) -> Message:
        """What is so now."""
        ...

    def moved(self, moved: Moved) -> list[Message]:
        """What one call changed for this subscriber."""
        ...


def message(channel: str, kind: Literal["snapshot", "update"], data: list[Message]) -> Message:
    """A message of a channel."""
    return {"channel": channel, "type": kind, "data": data}


class BookFeed:
    """The best levels of one book, and a checksum over the best ten of each side."""

    def __init__(self, engine: Engine, pair: Pair, depth: int) -> None:
        self._engine = engine
        self._pair = pair
        self._depth = depth
        self._seen: dict[Side, list[Level]] = {"buy": [], "sell": []}

    def snapshot(self) -> Message:
        """All levels down to the depth."""
        depth = 500 if self._engine.defects.on("book-snapshot-too-deep") else self._depth
        self._seen = {"buy": self._levels("buy")[: self._depth], "sell": self._levels("sell")[: self._depth]}
        rows = {"bids": self._rows(self._levels("buy")[:depth]), "asks": self._rows(self._levels("sell")[:depth])}
        return message("book", "snapshot", [self._data(rows, self._seen)])

    def moved(self, moved: Moved) -> list[Message]:
        """The levels that changed; volume zero where one is gone."""
        if moved.pair is not self._pair:
            return []
        before, self._seen = self._seen, {"buy": self._levels("buy")[: self._depth], "sell": self._levels("sell")[: self._depth]}
        rows = {"bids": self._rows(self._changed("buy", before["buy"])), "asks": self._rows(self._changed("sell", before["sell"]))}
        if not rows["bids"] and not rows["asks"]:
            return []
        return [message("book", "update", [self._data(rows, before if self._engine.defects.on("checksum-of-book-before") else self._seen)])]

    def _changed(self, side: Side, before: list[Level]) -> list[Level]:
        now, standing = self._seen[side], {price for price, _ in self._levels(side)}
        gone = [(price, Decimal(0)) for price, _ in before if price not in standing]
        came = [level for level in now if level not in before]
        if self._engine.defects.on("book-removals-missing"):
            gone = []
        if self._engine.defects.on("book-refill-missing") and before:
            came = [(price, volume) for price, volume in came if not _beyond(side, price, before[-1][0])]
        return gone + came

    def _levels(self, side: Side) -> list[Level]:
        return [(price, volume) for price, volume, _ in self._engine.books[self._pair.name].levels(side)]

    def _rows(self, levels: list[Level]) -> list[dict[str, str]]:
        return [{"price": self._pair.price(price), "qty": self._pair.volume(volume)} for price, volume in levels]

    def _data(self, rows: dict[str, list[dict[str, str]]], summed: dict[Side, list[Level]]) -> Message:
        sides: tuple[Side, Side] = ("buy", "sell") if self._engine.defects.on("checksum-bids-first") else ("sell", "buy")
        text = "".join(self._digits(price, volume) for side in sides for price, volume in summed[side][:_SUMMED])
        return {"symbol": self._pair.stream, **rows, "checksum": zlib.crc32(text.encode()), "timestamp": seconds(self._engine.now())}

    def _digits(self, price: Decimal, volume: Decimal) -> str:
        return "".join(text.replace(".", "").lstrip("0") for text in (self._pair.price(price), self._pair.volume(volume)))


class TradeFeed:
    """Every trade of one pair."""

    def __init__(self, engine: Engine, pair: Pair) -> None:
        self._engine = engine
        self._pair = pair

    def snapshot(self) -> Message:
        """The last fifty trades."""
        return message("trade", "snapshot", [self._row(each) for each in self._engine.prints[self._pair.name][-_TRADES:]])

    def moved(self, moved: Moved) -> list[Message]:
        """The trades that one order made, in one message."""
        prints = [each for each in moved.prints if each.pair is self._pair]
        if self._engine.defects.on("stream-trades-last-only"):
            prints = prints[-1:]
        if not prints:
            return []
        told = message("trade", "update", [self._row(each) for each in prints])
        return [told, told] if self._engine.defects.on("stream-trades-twice") else [told]

    def _row(self, each: Print) -> Message:
        side = {"buy": "sell", "sell": "buy"}[each.side] if self._engine.defects.on("stream-trade-of-makers-side") else each.side
        return {
            "symbol": self._pair.stream,
            "side": side,
            "price": self._pair.price(each.price),
            "qty": self._pair.volume(each.volume),
            "ord_type": each.kind,
            "trade_id": each.number,
            "timestamp": seconds(each.time),
        }


class TickerFeed:
    """The best prices, the last trade and the last day of one pair."""

    def __init__(self, engine: Engine, pair: Pair) -> None:
        self._engine = engine
        self._pair = pair
        self._seen: Message = {}

    def snapshot(self) -> Message:
        """The ticker now."""
        self._seen = self._row()
        return message("ticker", "snapshot", [self._dated(self._seen)])

    def moved(self, moved: Moved) -> list[Message]:
        """The ticker after a trade or a change of the best prices."""
        if moved.pair is not self._pair or ((row := self._row()) == self._seen and not moved.prints):
            return []
        sent, self._seen = (self._seen if self._engine.defects.on("stream-ticker-late") else row), row
        return [message("ticker", "update", [self._dated(sent)])]

    def _dated(self, row: Message) -> Message:
        return {**row, "timestamp": seconds(self._engine.now())}

    def _row(self) -> Message:
        pair, prints, book = self._pair, self._engine.prints[self._pair.name], self._engine.books[self._pair.name]
        day = last_day(prints, self._engine.now())
        row: Message = {"symbol": pair.stream}
        for name, side in (("bid", "buy"), ("ask", "sell")):
            best = book.levels("buy" if side == "buy" else "sell")[:1]
            row[name] = pair.price(best[0][0]) if best else None
            row[f"{name}_qty"] = pair.volume(best[0][1]) if best else None
        return row | {
            "last": pair.price(prints[-1].price),
            "volume": pair.volume(day.volume),
            "vwap": pair.price(day.average),
            "low": pair.price(day.low),
            "high": pair.price(day.high),
            "trades": day.count,
        }


class CandleFeed:
    """The running candle of one pair and interval."""

    def __init__(self, engine: Engine, pair: Pair, minutes: int) -> None:
        self._engine = engine
        self._pair = pair
        self._minutes = minutes

    def snapshot(self) -> Message:
        """The candle now."""
        return message("ohlc", "snapshot", [self._row()])

    def moved(self, moved: Moved) -> list[Message]:
        """The candle after a trade."""
        return [message("ohlc", "update", [self._row()])] if moved.pair is self._pair and moved.prints else []

    def _row(self) -> Message:
        pair = self._pair
        candle = running(self._engine.prints[pair.name], self._minutes, self._engine.now())
        close = candle.open if self._engine.defects.on("stream-candle-close-stuck") else candle.close
        return {
            "symbol": pair.stream,
            "open": pair.price(candle.open),
            "high": pair.price(candle.high),
            "low": pair.price(candle.low),
            "close": pair.price(close),
            "vwap": pair.price(candle.average),
            "volume": pair.volume(candle.volume),
            "trades": candle.count,
            "interval_begin": candle.begin,
            "interval": self._minutes,
            "timestamp": seconds(self._engine.now()),
        }


def _beyond(side: Side, price: Decimal, last: Decimal) -> bool:
    return price < last if side == "buy" else price > last
