"""What a subscriber may ask for, and the feed that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.third_exchange.assets import STREAM_NAMES, Pair
from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.engine import Engine
from benchmarks.third_exchange.feeds import BookFeed, CandleFeed, Feed, Message, TickerFeed, TradeFeed
from benchmarks.third_exchange.private_feeds import BalancesFeed, ExecutionsFeed
from benchmarks.third_exchange.statistics import INTERVALS

DEPTHS = (10, 25, 100)
_PUBLIC = ("book", "ticker", "trade", "ohlc")
_PRIVATE = ("executions", "balances")


class WrongError(Exception):
    """A subscription that there is not; `symbol` where the symbol is at fault."""

    def __init__(self, text: str, symbol: str | None = None) -> None:
        self.text = text
        self.symbol = symbol
        super().__init__(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One channel of one pair or account; `option` is a book's depth or a candle's minutes."""

    channel: str
    symbol: str | None = None
    option: int | None = None
    account: str | None = None

    def shown(self) -> Message:
        """As an acknowledgement says it."""
        shown: Message = {"channel": self.channel}
        if self.symbol is not None:
            shown["symbol"] = self.symbol
        if self.option is not None:
            shown["depth" if self.channel == "book" else "interval"] = self.option
        return shown

    def feed(self, engine: Engine) -> Feed:
        """The feed that answers it."""
        if self.account is not None:
            return ExecutionsFeed(engine, self.account) if self.channel == "executions" else BalancesFeed(engine, self.account)
        pair = self._pair()
        match self.channel:
            case "book":
                return BookFeed(engine, pair, self.option or DEPTHS[0])
            case "ohlc":
                return CandleFeed(engine, pair, self.option or INTERVALS[0])
            case "ticker":
                return TickerFeed(engine, pair)
            case _:
                return TradeFeed(engine, pair)

    def _pair(self) -> Pair:
        return STREAM_NAMES[self.symbol or ""]


def wanted(params: Any, account: Callable[[str], str | None], defects: Defects) -> tuple[Subscription, ...]:
    """The subscriptions that the parameters of a request name.

    Raises:
        WrongError: one of them is not right; none counts.
    """
    if not isinstance(params, dict):
        raise WrongError("Malformed request")
    channel = params.get("channel")
    if channel in _PRIVATE:
        token = params.get("token")
        owner = account(token) if isinstance(token, str) else None
        if owner is None and isinstance(token, str) and defects.on("token-unchecked"):
            owner = "first"
        if owner is None:
            raise WrongError("Invalid token")
        return (Subscription(channel=channel, account=owner),)
    if channel not in _PUBLIC:
        raise WrongError("Unknown channel")
    symbols = params.get("symbol")
    if not isinstance(symbols, list) or not symbols:
        raise WrongError("Malformed request")
    for symbol in symbols:
        if not isinstance(symbol, str) or symbol not in STREAM_NAMES:
            raise WrongError(f"Currency pair not supported {symbol}", str(symbol))
    option = _option(channel, params)
    return tuple(Subscription(channel=channel, symbol=symbol, option=option) for symbol in dict.fromkeys(symbols))


def _option(channel: str, params: dict[str, Any]) -> int | None:
    match channel:
        case "book":
            return _among(params.get("depth", DEPTHS[0]), DEPTHS, "Depth not supported")
        case "ohlc":
            return _among(params.get("interval", INTERVALS[0]), INTERVALS, "Interval not supported")
        case _:
            return None


def _among(value: object, choices: tuple[int, ...], error: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in choices:
        raise WrongError(error)
    return value
