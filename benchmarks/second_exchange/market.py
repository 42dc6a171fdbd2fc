"""The public half of the second exchange: clock, instruments, depth, trades, candles and tickers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from benchmarks.second_exchange.answers import Json, text_of
from benchmarks.second_exchange.engine import Book, Engine
from benchmarks.second_exchange.orders import INSTRUMENTS, Instrument, RefusedError, Side, Trade
from benchmarks.second_exchange.parameters import Arguments

INTERVALS = {"1m": 60_000, "5m": 300_000, "1h": 3_600_000, "1d": 86_400_000}
_DAY_MS = 86_400_000
_STEP_BACK = 3
_OVER = 20


class Market:
    """Answers of the public operations."""

    def __init__(self, engine: Engine, weight_limit: int) -> None:
        self._engine = engine
        self._defects = engine.defects
        self._weight_limit = weight_limit
        self._asked = 0

    def ping(self, _arguments: Arguments) -> Json:
        """Nothing, quickly."""
        return {}

    def time(self, _arguments: Arguments) -> Json:
        """The clock."""
        self._asked += 1
        back = 5000 if "time-goes-back" in self._defects and self._asked % _STEP_BACK == 0 else 0
        return {"serverTime": self._engine.now() - back}

    def info(self, arguments: Arguments) -> Json:
        """Instruments and their filters."""
        symbol = arguments.maybe("symbol")
        chosen = INSTRUMENTS if symbol is None else (self._engine.book(symbol).instrument,)
        limits: Json = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "SECOND", "intervalNum": 10, "limit": self._weight_limit}]
        return {
            "timezone": "UTC",
            "serverTime": self._engine.now(),
            "rateLimits": limits,
            "symbols": [self._instrument(one) for one in chosen],
        }

    def _instrument(self, one: Instrument) -> Json:
        price: dict[str, Json] = {"filterType": "PRICE_FILTER", "minPrice": text_of(one.min_price), "maxPrice": text_of(one.max_price)}
        if "filter-without-tick" not in self._defects:
            price["tickSize"] = text_of(one.tick)
        return {
            "symbol": one.symbol,
            "status": "TRADING",
            "baseAsset": one.base,
            "quoteAsset": one.quote,
            "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
            "filters": [
                price,
                {
                    "filterType": "LOT_SIZE",
                    "minQty": text_of(one.min_quantity),
                    "maxQty": text_of(one.max_quantity),
                    "stepSize": text_of(one.step),
                },
                {"filterType": "NOTIONAL", "minNotional": text_of(one.min_notional)},
            ],
        }

    def depth(self, arguments: Arguments) -> Json:
        """The book's best levels."""
        book = self._engine.book(arguments.text("symbol"))
        if "limit-of-one-fails" in self._defects and arguments.maybe("limit") == "1":
            raise RefusedError(500, -1000, "An unknown error occurred while processing the request.")
        limit = arguments.number("limit", 100) + (_OVER if "limit-ignored" in self._defects else 0)
        ahead = 3 if "snapshot-id-ahead" in self._defects else 0
        return {
            "lastUpdateId": book.update + ahead,
            "bids": [self._level(*each) for each in self._levels(book, Side.BUY)[:limit]],
            "asks": [self._level(*each) for each in self._levels(book, Side.SELL)[:limit]],
        }

    def _level(self, price: Decimal, quantity: Decimal) -> Json:
        return [text_of(price), quantity if "depth-quantities-as-numbers" in self._defects else text_of(quantity)]

    def _levels(self, book: Book, side: Side) -> list[tuple[Decimal, Decimal]]:
        ghosts = [each for each in self._engine.ghosts if each.wish.symbol == book.instrument.symbol and each.wish.side is side]
        resting = sorted([*book.sides[side], *ghosts], key=lambda each: each.limit, reverse=side is Side.BUY)
        whole = "depth-ignores-partial-fills" in self._defects
        rows = [(each.limit, each.wish.quantity if whole else each.left) for each in resting]
        if "depth-not-aggregated" in self._defects:
            return rows
        return [(price, sum((row[1] for row in same), Decimal(0))) for price, same in groupby(rows, key=lambda row: row[0])]

    def trades(self, arguments: Arguments) -> Json:
        """Trades from an id on, or the newest, oldest first; prices and quantities are JSON numbers."""
        told = self._engine.book(arguments.text("symbol")).trades
        if "tape-behind" in self._defects:
            told = told[:-1]
        if "tape-misses-trades" in self._defects:
            told = [trade for trade in told if trade.id % 3]
        first, limit = arguments.maybe("fromId"), arguments.number("limit", 100)
        chosen = told[-limit:] if first is None else [trade for trade in told if trade.id >= int(first)][:limit]
        return [self._trade(trade) for trade in chosen]

    def _trade(self, trade: Trade) -> Json:
        return {
            "id": trade.id,
            "price": trade.price,
            "qty": trade.quantity,
            "quoteQty": text_of(trade.price * trade.quantity),
            "time": str(trade.at) if "trade-time-as-text" in self._defects else trade.at,
            "isBuyerMaker": trade.buyer_is_maker,
        }

    def klines(self, arguments: Arguments) -> Json:
        """Candles, oldest first; intervals without a trade are left out."""
        book = self._engine.book(arguments.text("symbol"))
        length = INTERVALS[arguments.text("interval")]
        groups = groupby(book.trades, key=lambda trade: trade.at // length * length)
        candles = [self._candle(start, length, list(trades)) for start, trades in groups]
        return list(candles[-arguments.number("limit", 100) :])

    def _candle(self, start: int, length: int, trades: list[Trade]) -> Json:
        prices = [trade.price for trade in trades]
        volume = _volume(trades) * (2 if "volume-doubled" in self._defects else 1)
        high = prices[0] if "kline-high-too-low" in self._defects else max(prices)
        return [
            trades[0].at if "candles-begin-anywhere" in self._defects else start,
            text_of(prices[0]),
            text_of(high),
            text_of(min(prices)),
            None if "kline-close-null" in self._defects else text_of(prices[-1]),
            text_of(volume),
            start + length - 1,
            text_of(sum((trade.price * trade.quantity for trade in trades), Decimal(0))),
            len(trades),
        ]

    def ticker(self, arguments: Arguments) -> Json:
        """The last day."""
        symbol = arguments.text("symbol")
        if "unknown-symbol-fails" in self._defects and symbol not in self._engine.books:
            raise RefusedError(500, -1000, "An unknown error occurred while processing the request.")
        book = self._engine.book(symbol)
        if "ticker-of-another-market" in self._defects:
            book = next(other for name, other in self._engine.books.items() if name != symbol)
        since = self._engine.now() - _DAY_MS
        trades = [trade for trade in book.trades if trade.at > since]
        prices = [trade.price for trade in trades] or [book.instrument.middle]
        return {
            "symbol": symbol,
            "lastPrice": prices[0] if "last-price-stuck" in self._defects else prices[-1],
            "openPrice": prices[0],
            "highPrice": max(prices),
            "lowPrice": min(prices),
            "volume": text_of(_volume(trades)),
            "quoteVolume": text_of(sum((trade.price * trade.quantity for trade in trades), Decimal(0))),
            "closeTime": self._engine.now(),
            "count": len(trades),
        }

    def best(self, arguments: Arguments) -> Json:
        """Best bid and ask."""
        book = self._engine.book(arguments.text("symbol"))
        bid, ask = (next(iter(self._levels(book, side)), (Decimal(0), Decimal(0))) for side in (Side.BUY, Side.SELL))
        if "book-ticker-swapped" in self._defects:
            bid, ask = ask, bid
        return {
            "symbol": book.instrument.symbol,
            "bidPrice": text_of(bid[0]),
            "bidQty": text_of(bid[1]),
            "askPrice": text_of(ask[0]),
            "askQty": text_of(ask[1]),
        }


def _volume(trades: Iterable[Trade]) -> Decimal:
    return sum((trade.quantity for trade in trades), Decimal(0))
