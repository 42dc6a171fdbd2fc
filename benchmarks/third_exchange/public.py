"""What everybody may ask: time, assets, pairs, ticker, candles, trades, depth."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate

from benchmarks.third_exchange.assets import ASSETS, PAIRS, Pair
from benchmarks.third_exchange.engine import OPEN_ORDERS, Engine
from benchmarks.third_exchange.form import MICROSECONDS, Form
from benchmarks.third_exchange.orders import Print, Side
from benchmarks.third_exchange.refusals import INVALID_ARGUMENTS, RefusedError
from benchmarks.third_exchange.statistics import INTERVALS, candles, last_day
from benchmarks.third_exchange.written import seconds

Call = Callable[[Form], object]


class Public:
    """The public calls by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._defects = engine.defects
        self.calls: dict[str, Call] = {
            "Time": self._time,
            "SystemStatus": self._status,
            "Assets": self._assets,
            "AssetPairs": self._pairs,
            "Ticker": self._ticker,
            "OHLC": self._candles,
            "Trades": self._trades,
            "Depth": self._depth,
        }

    def _time(self, _form: Form) -> object:
        now = self._engine.now()
        unix = now // 1000 if self._defects.on("time-in-milliseconds") else seconds(now)
        return {"unixtime": unix, "rfc1123": formatdate(now // MICROSECONDS, usegmt=True)}

    def _status(self, _form: Form) -> object:
        return {"status": "online", "timestamp": seconds(self._engine.now())}

    def _assets(self, form: Form) -> object:
        wanted = [form.asset()] if form.given("asset") else list(ASSETS.values())
        return {
            asset.name: {
                "altname": asset.alt,
                "decimals": asset.decimals,
                "withdrawal_fee": f"{asset.withdrawal_fee:f}",
                "status": "enabled",
            }
            for asset in wanted
        }

    def _pairs(self, form: Form) -> object:
        wanted = [form.pair()] if form.given("pair") else list(PAIRS.values())
        return {pair.name: self._described(pair) for pair in wanted}

    def _described(self, pair: Pair) -> dict[str, object]:
        described: dict[str, object] = {
            "altname": pair.alt,
            "wsname": pair.stream,
            "base": pair.base.name,
            "quote": pair.quote.name,
            "pair_decimals": pair.price_decimals,
            "lot_decimals": pair.lot_decimals,
            "cost_decimals": pair.quote.decimals,
            "tick_size": f"{pair.tick:f}",
            "ordermin": f"{pair.minimum:f}",
            "costmin": f"{pair.cost_minimum:f}",
            "fee_maker": "0.16",
            "fee_taker": "0.26",
            "order_limit": OPEN_ORDERS,
            "status": "online",
        }
        if pair.alt == "ETHXBT" and self._defects.on("pair-without-minimum"):
            del described["ordermin"]
        return described

    def _ticker(self, form: Form) -> object:
        return {pair.name: self._tick(pair) for pair in ([form.pair()] if form.given("pair") else PAIRS.values())}

    def _tick(self, pair: Pair) -> dict[str, object]:
        prints = self._engine.prints[pair.name]
        day, last = last_day(prints, self._engine.now()), prints[-1]
        if self._defects.on("ticker-high-without-last") and len(prints) > 1:
            day = last_day(prints[:-1], self._engine.now())
        return {
            "a": self._best(pair, "sell"),
            "b": self._best(pair, "buy"),
            "c": [pair.price(last.price), pair.volume(last.volume)],
            "v": pair.volume(day.volume),
            "p": pair.price(day.average),
            "t": day.count,
            "l": pair.price(day.low),
            "h": pair.price(day.high),
            "o": pair.price(day.open),
        }

    def _best(self, pair: Pair, side: Side) -> list[str] | None:
        levels = self._engine.books[pair.name].levels(side)
        return [pair.price(levels[0][0]), pair.volume(levels[0][1])] if levels else None

    def _candles(self, form: Form) -> object:
        pair = form.pair()
        interval = form.whole("interval", 1, 1440, 1)
        if interval not in INTERVALS:
            raise RefusedError(INVALID_ARGUMENTS, "interval")
        since = form.moment("since") or 0
        made = [
            each for each in candles(self._engine.prints[pair.name], interval, self._engine.now()) if each.begin * MICROSECONDS >= since
        ]
        double = 2 if self._defects.on("candle-counts-both-sides") else 1
        rows = [
            [
                each.begin,
                pair.price(each.open),
                pair.price(each.high),
                pair.price(each.low),
                pair.price(each.close),
                None if not each.count and self._defects.on("candle-average-null") else pair.price(each.average),
                pair.volume(each.volume * double),
                each.count,
            ]
            for each in made
        ]
        return {pair.name: rows, "last": made[-1].begin if made else int(since / MICROSECONDS)}

    def _trades(self, form: Form) -> object:
        pair, count = form.pair(), form.whole("count", 1, 1000, 1000)
        prints = self._engine.prints[pair.name]
        if form.given("since"):
            since = form.whole("since", 0, 10**18, 0)
            shown = [each for each in prints if each.number > since or (each.number == since and self._defects.on("since-repeats"))][:count]
        else:
            since, shown = 0, prints[-count:]
        if self._defects.on("public-trades-newest-first"):
            shown = shown[::-1]
        last = max((each.number for each in shown), default=since)
        return {pair.name: [self._row(each) for each in shown], "last": last if self._defects.on("last-as-number") else str(last)}

    def _row(self, each: Print) -> list[object]:
        side = "b" if each.side == "buy" else "s"
        return [each.pair.price(each.price), each.pair.volume(each.volume), seconds(each.time), side, each.kind[0], each.number]

    def _depth(self, form: Form) -> object:
        pair, count = form.pair(), form.whole("count", 1, 500, 100)
        return {pair.name: {"asks": self._rows(pair, "sell", count), "bids": self._rows(pair, "buy", count)}}

    def _rows(self, pair: Pair, side: Side, count: int) -> list[list[object]]:
        levels = self._engine.books[pair.name].levels(side)
        if self._defects.on("depth-count-ignored"):
            count = 500
        if side == "buy" and self._defects.on("bids-lowest-first"):
            levels = levels[::-1]
        rows: list[list[object]] = [[pair.price(price), pair.volume(volume), seconds(newest)] for price, volume, newest in levels[:count]]
        return [row[:2] for row in rows] if self._defects.on("depth-without-time") else rows
