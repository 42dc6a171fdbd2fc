"""Everything that anybody may read."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from benchmarks.fourth_exchange.engine import Engine
from benchmarks.fourth_exchange.form import SECOND, amount, instant, iso, one_of, page
from benchmarks.fourth_exchange.orders import Order, Trade
from benchmarks.fourth_exchange.products import PRODUCTS, Product
from benchmarks.fourth_exchange.refusals import invalid, missing
from benchmarks.fourth_exchange.rest import Answer, Asked, Call

_DEEPEST = 50
_MOST_CANDLES = 300
_DAY = 86_400 * SECOND


class Market:
    """The public calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.calls = (
            Call(method="GET", path="/time", run=self._time),
            Call(method="GET", path="/products", run=self._products),
            Call(method="GET", path="/products/{product}", run=self._one),
            Call(method="GET", path="/products/{product}/book", run=self._book),
            Call(method="GET", path="/products/{product}/ticker", run=self._ticker),
            Call(method="GET", path="/products/{product}/trades", run=self._trades),
            Call(method="GET", path="/products/{product}/candles", run=self._candles),
            Call(method="GET", path="/products/{product}/stats", run=self._stats),
        )

    def _time(self, _asked: Asked) -> Answer:
        now = self._engine.now()
        return Answer(content={"iso": iso(now), "epoch_ms": now // (SECOND if self._engine.wrong("time-in-seconds") else 1000)})

    def _products(self, _asked: Asked) -> Answer:
        products = [_told(product) for product in PRODUCTS.values()]
        if self._engine.wrong("product-without-minimum"):
            del products[-1]["base_min_size"]
        return Answer(content=products)

    def _one(self, asked: Asked) -> Answer:
        return Answer(content=_told(named(asked.path)))

    def _book(self, asked: Asked) -> Answer:
        product = named(asked.path)
        level = one_of(asked.query, "level", ("1", "2", "3"), "1")
        book = self._engine.books[product.id]
        said: dict[str, object] = {"sequence": book.sequence, "time": iso(self._engine.now())}
        if level == "3":
            return Answer(content=said | {"bids": _orders(book.sides["buy"]), "asks": _orders(book.sides["sell"])})
        depth = 1 if level == "1" and not self._engine.wrong("book-level-ignored") else _DEEPEST
        bids, asks = (_levels(product, book.levels(side)[:depth]) for side in book.sides)
        if self._engine.wrong("bids-worst-first"):
            bids.reverse()
        return Answer(content=said | {"bids": bids, "asks": asks})

    def _ticker(self, asked: Asked) -> Answer:
        return Answer(content=self._engine.news.quote(named(asked.path)))

    def _trades(self, asked: Asked) -> Answer:
        trades, after = page(self._engine.trades[named(asked.path).id], lambda trade: trade.id, asked.query)
        told = [_trade(trade) for trade in trades]
        if self._engine.wrong("trade-id-as-text"):
            told = [each | {"trade_id": str(each["trade_id"])} for each in told]
        return Answer(content=told, after=after)

    def _candles(self, asked: Asked) -> Answer:
        product = named(asked.path)
        width = int(one_of(asked.query, "granularity", ("60", "300", "900", "3600", "21600", "86400"), "60"))
        ends = {name: instant(asked.query[name]) for name in ("start", "end") if name in asked.query}
        for name, at in ends.items():
            if at is None:
                raise invalid(name, "must be an ISO 8601 instant in UTC")
        end = ends.get("end")
        end = self._engine.now() if end is None else end
        start = ends.get("start")
        start = end - _MOST_CANDLES * width * SECOND if start is None else start
        if start > end or end - start > _MOST_CANDLES * width * SECOND:
            raise invalid("start", f"must be before end, by {_MOST_CANDLES} candles at most")
        trades = [trade for trade in self._engine.trades[product.id] if start <= _bucket(trade, width) * SECOND <= end]
        candles = [_candle(product, at, list(group)) for at, group in groupby(trades, key=lambda trade: _bucket(trade, width))]
        if self._engine.wrong("candle-fields-swapped"):
            candles = [[at, first, high, low, last, volume] for at, low, high, first, last, volume in candles]
        newest = candles[::-1][:_MOST_CANDLES]
        return Answer(content=newest[::-1] if self._engine.wrong("candles-oldest-first") else newest)

    def _stats(self, asked: Asked) -> Answer:
        product = named(asked.path)
        since = self._engine.now() - _DAY
        trades = [trade for trade in self._engine.trades[product.id] if trade.at > since]
        prices = [trade.price for trade in trades] or [self._engine.trades[product.id][-1].price]
        figures = {"open": prices[0], "high": max(prices), "low": min(prices), "last": prices[-1]}
        of = Decimal(1) if not self._engine.wrong("stats-volume-in-quote") else figures["last"]
        volume = sum((trade.size * of for trade in trades), Decimal(0))
        said = {name: amount(price, product.quote_increment) for name, price in figures.items()}
        return Answer(content=said | {"volume": amount(volume, product.base_increment)})


def named(fields: object, name: str = "product") -> Product:
    """The product that a path, a query or a body names.

    Raises:
        Refusal: there is no such product.
    """
    value = fields.get(name) if hasattr(fields, "get") else None
    if not isinstance(value, str) or value not in PRODUCTS:
        raise missing("product")
    return PRODUCTS[value]


def _told(product: Product) -> dict[str, str]:
    return {
        "id": product.id,
        "base_currency": product.base,
        "quote_currency": product.quote,
        "base_increment": str(product.base_increment),
        "quote_increment": str(product.quote_increment),
        "base_min_size": str(product.base_min_size),
        "base_max_size": str(product.base_max_size),
        "min_market_funds": str(product.min_market_funds),
        "status": "online",
    }


def _levels(product: Product, levels: list[tuple[Decimal, Decimal, int]]) -> list[list[object]]:
    return [[amount(price, product.quote_increment), amount(size, product.base_increment), count] for price, size, count in levels]


def _orders(orders: list[Order]) -> list[list[str]]:
    return [
        [amount(order.limit, order.wish.product.quote_increment), amount(order.remaining, order.wish.product.base_increment), order.id]
        for order in orders
    ]


def _trade(trade: Trade) -> dict[str, object]:
    return {
        "trade_id": trade.id,
        "price": amount(trade.price, trade.product.quote_increment),
        "size": amount(trade.size, trade.product.base_increment),
        "side": trade.side,
        "time": iso(trade.at),
    }


def _bucket(trade: Trade, width: int) -> int:
    return trade.at // SECOND // width * width


def _candle(product: Product, at: int, trades: list[Trade]) -> list[object]:
    prices = [trade.price for trade in trades]
    told = [amount(price, product.quote_increment) for price in (min(prices), max(prices), prices[0], prices[-1])]
    return [at, *told, amount(sum((trade.size for trade in trades), Decimal(0)), product.base_increment)]
