"""The public operations: what everybody may see of the exchange."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from certification.sandboxes.reference.engine.candles import Interval, candles, day_summary
from certification.sandboxes.reference.engine.exchange import Exchange
from certification.sandboxes.reference.engine.order import Side
from certification.sandboxes.reference.web import views
from certification.sandboxes.reference.web.answer import Answer
from certification.sandboxes.reference.web.contract import Arguments
from certification.sandboxes.reference.web.paging import Paging
from certification.sandboxes.reference.web.rules import WebRules

PublicHandler = Callable[[Arguments, int], Answer]
"""Arguments and the time now, in; the answer out."""


class Market:
    """Answers the operations tagged ``market``."""

    def __init__(self, exchange: Exchange, paging: Paging, rules: WebRules) -> None:
        self._exchange = exchange
        self._rules = rules
        self._shown_time: int | None = None
        self._paging = paging
        self.handlers: dict[str, PublicHandler] = {
            "getTime": self._time,
            "listInstruments": self._instruments,
            "getInstrument": self._instrument,
            "getDepth": self._depth,
            "listTrades": self._trades,
            "getCandles": self._candles,
            "getTicker": self._ticker,
        }

    def _time(self, _: Arguments, now: int) -> Answer:
        if self._shown_time is None or self._rules.clocks_go_on:
            self._shown_time = now
        return Answer(status=200, document=views.server_time(self._shown_time))

    def _instruments(self, _: Arguments, __: int) -> Answer:
        return Answer(status=200, document=[views.instrument(each) for each in self._exchange.instruments.values()])

    def _instrument(self, arguments: Arguments, _: int) -> Answer:
        return Answer(status=200, document=views.instrument(self._exchange.instrument(arguments.path["symbol"])))

    def _depth(self, arguments: Arguments, _: int) -> Answer:
        symbol = self._exchange.instrument(arguments.path["symbol"]).symbol
        book = self._exchange.books[symbol]
        limit = arguments.query["limit"] if self._rules.depth_keeps_its_limit else None
        bids, asks = (tuple(islice(book.levels(side), limit)) for side in (Side.BUY, Side.SELL))
        return Answer(status=200, document=views.depth(symbol, book.sequence, bids, asks))

    def _trades(self, arguments: Arguments, _: int) -> Answer:
        symbol = self._exchange.instrument(arguments.path["symbol"]).symbol
        found = self._paging.page(self._exchange.journal.trades(symbol), lambda trade: trade.trade_id, arguments.query)
        return Answer(status=200, document=views.page(found, views.trade))

    def _candles(self, arguments: Arguments, _: int) -> Answer:
        symbol = self._exchange.instrument(arguments.path["symbol"]).symbol
        interval = Interval(arguments.query["interval"])
        found = candles(self._exchange.journal.trades(symbol), interval, arguments.query["limit"])
        return Answer(status=200, document=[views.candle(each) for each in found])

    def _ticker(self, arguments: Arguments, now: int) -> Answer:
        symbol = self._exchange.instrument(arguments.path["symbol"]).symbol
        book = self._exchange.books[symbol]
        bid, ask = (next(book.levels(side), None) for side in (Side.BUY, Side.SELL))
        day = day_summary(self._exchange.journal.trades(symbol), now)
        return Answer(status=200, document=views.ticker(symbol, bid, ask, day, now))
