"""Probes of faults in what anybody is told of a market."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.certification.sandboxes.reference.probes.probe import BTC, Probe
from tests.simulators.reference_desk import Desk


def _unsorted(desk: Desk) -> bool:
    bids = [Decimal(price) for price, _ in desk.ask("GET", f"{BTC}/depth")["bids"]]
    return bids != sorted(bids, reverse=True)


def _crossed(desk: Desk) -> bool:
    depth = desk.ask("GET", f"{BTC}/depth")
    return Decimal(depth["bids"][0][0]) >= Decimal(depth["asks"][0][0])


def _tape_short(desk: Desk) -> bool:
    desk.place(type="market", price=None, quantity="0.01234")
    return bool(desk.ask("GET", f"{BTC}/trades")["items"][0]["quantity"] != "0.01234")


def _candles(desk: Desk) -> list[list[Any]]:
    for price in ("59999.13", "60001.17"):
        desk.place(price=price)
        desk.place("second", side="sell", price=price)
    document: list[list[Any]] = desk.ask("GET", f"{BTC}/candles", {"interval": "1h"}).document
    return document


def _high_low(desk: Desk) -> bool:
    return any(Decimal(each[2]) < max(Decimal(each[1]), Decimal(each[4])) for each in _candles(desk))


def _volume_double(desk: Desk) -> bool:
    def volume() -> Decimal:
        return sum((Decimal(each[5]) for each in desk.ask("GET", f"{BTC}/candles", {"interval": "1h"}).document), Decimal(0))

    before = volume()
    desk.place(type="market", price=None)
    return volume() - before != Decimal("0.01")


def _ticker_ask(desk: Desk) -> bool:
    ticker = desk.ask("GET", f"{BTC}/ticker")
    return bool(ticker["a"] == ticker["b"])


def _ticker_last(desk: Desk) -> bool:
    desk.place(type="market", price=None)
    ticker = desk.ask("GET", f"{BTC}/ticker")
    return bool(ticker["last"] == ticker["b"])


def _deeper(desk: Desk) -> bool:
    return len(desk.ask("GET", f"{BTC}/depth", {"limit": 5})["bids"]) > 5


PROBES: dict[str, Probe] = {
    "unsorted-depth": _unsorted,
    "crossed-book": _crossed,
    "tape-misses-a-trade": _tape_short,
    "candle-below-its-trades": _high_low,
    "candle-volume-doubled": _volume_double,
    "ticker-ask-wrong": _ticker_ask,
    "ticker-last-wrong": _ticker_last,
    "depth-limit-ignored": _deeper,
}
