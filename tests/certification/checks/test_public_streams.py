"""What streams tell everybody of a market, held to the orders that made it."""

from __future__ import annotations

import pytest

from certification.evidence.record import STATED_AT_LEAST_ONCE, Scenario
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
ROW = ("trade_id", "price", "quantity", "side", "time")


def trades(*rows: str) -> dict[str, tuple[str, ...]]:
    """``5 101 1 buy 1700000000``: one trade each."""
    return {name: tuple(row.split()[at] for row in rows) for at, name in enumerate(ROW)}


def offer(price: str) -> dict[str, str]:
    return {"asked.price": price, "asked.quantity": "1"}


TAPE = {"item_id": "1", "price": "90", "quantity": "7", "time": "1600000000"}
AFTER = {
    "item_id": ("1", "5", "6", "7"),
    "price": ("90", "101", "102", "101"),
    "quantity": ("7", "1.0", "1", "1"),
    "time": ("1600000000", "1700000000", "1700000000", "1700000001"),
}
BOOK = {"bids.price": ("99", "100"), "asks.price": ("105", "104")}
HEARD = told(
    "streams.tape",
    step("subscribe to trades", status=None),
    step("subscribe to ticker", status=None),
    step("subscribe to candles", status=None),
    step("answer to trades", {"kind": "subscribed"}, status=None),
    step("begins with", {"kind": "trade", **trades("1 90 7 sell 1600000000000")}, status=None),
    step("candle", {"kind": "candle", "time": "60", "open": "90", "high": "90", "low": "90", "close": "90", "volume": "7"}, status=None),
    step("trades before", TAPE),
    step("first offer", offer("101")),
    step("first offer", offer("102")),
    step("first take"),
    step("first query", {"filled": "2"}),
    step("first fills", {"trade_id": ("5", "6")}),
    step("first ticker", {"kind": "ticker", "last": "102", "bid": "100", "ask": "101"}, status=None),
    step("first trades", {"kind": "trade", **trades("5 101 1 buy 1700000000000", "6 102 1 buy 1700000000000")}, status=None),
    step(
        "first candle",
        {"kind": "candle", "time": "60", "open": "90", "high": "102", "low": "90", "close": "102", "volume": "9"},
        status=None,
    ),
    step("second offer", offer("101")),
    step("second take", {"filled": "1"}),
    step("second fills", {"trade_id": "7"}),
    step("second trades", {"kind": "trade", **trades("7 101 1 buy 1700000001000")}, status=None),
    step(
        "second candle",
        {"kind": "candle", "time": "60", "open": "90", "high": "102", "low": "90", "close": "101", "volume": "10"},
        status=None,
    ),
    step("trades after", AFTER),
    step("depth after", BOOK),
    step("second ticker", {"kind": "ticker", "last": "101.0", "bid": "100.0", "ask": "104"}, status=None),
    step("depth in the end", BOOK),
)
AGAIN = but(HEARD, "second trades", trades("7 101 1 buy 1", "7 101 1 buy 1"))
NAMELESS = cut(HEARD, "begins with")
for _label in ("first trades", "second trades", "first fills", "second fills"):
    NAMELESS = but(NAMELESS, _label, {"trade_id": ()})
MORE = but(NAMELESS, "second trades", {"quantity": "2"})
DISTURBED = but(HEARD, "trades after", {"quantity": ("7", "1", "1", "2")})
STALE = but(HEARD, "first candle", {"close": "90", "volume": "7"})
UNTOLD = but(STALE, "second candle", {"volume": "12"})
NEXT = {"time": "120", "open": "101", "high": "101", "low": "101", "close": "101", "volume": "1"}

ONCE, AS_THEY_WERE = "public_trades_are_told_once", "public_trades_are_told_as_they_were"
LAST, BEST, CANDLES = "streamed_tickers_tell_the_last_trade", "streamed_tickers_agree_with_the_book", "streamed_candles_follow_trades"
CASES = (
    (ONCE, HEARD, PASSED, ""),
    (ONCE, but(HEARD, "first trades", trades("6 102 1 buy 1")), FAILED, "2 was traded at 101, and 1 of it was told"),
    (ONCE, AGAIN, FAILED, "trade 7 was told 2 times"),
    (ONCE, but(AGAIN, "first candle", {STATED_AT_LEAST_ONCE: "true"}), PASSED, ""),
    (ONCE, NAMELESS, PASSED, ""),
    (ONCE, MORE, FAILED, "more was told than was traded"),
    (
        ONCE,
        but(but(NAMELESS, "second trades", {"quantity": "2"}), "trades after", {"quantity": ("7", "1", "1", "2")}),
        UNSEEN,
        "others traded",
    ),
    (ONCE, cut(HEARD, "subscribe to trades"), MOOT, "does not say how the channel of trades is asked for"),
    (ONCE, but(HEARD, "answer to trades", {"kind": "refused"}), UNSEEN, "was refused"),
    (ONCE, but(HEARD, "first query", {"filled": "1"}), UNSEEN, "did not take all"),
    (ONCE, cut(HEARD, "second offer"), UNSEEN, "no room"),
    (ONCE, but(but(HEARD, "first trades", trades("6 102 1 buy 1")), "second ticker", {"kind": "closed"}), UNSEEN, "connection ended"),
    (AS_THEY_WERE, HEARD, PASSED, ""),
    (AS_THEY_WERE, but(HEARD, "second trades", {"side": "sell"}), FAILED, "a buy order's trade is told as one of the side sell"),
    (AS_THEY_WERE, but(NAMELESS, "second trades", {"side": "sell"}), FAILED, "of the side sell"),
    (AS_THEY_WERE, but(HEARD, "second trades", {"price": "101.1"}), FAILED, "trade 7 is told with the price 101.1, and answered with 101"),
    (AS_THEY_WERE, but(HEARD, "second trades", {"quantity": "3"}), FAILED, "with the quantity 3, and answered with 1"),
    (
        AS_THEY_WERE,
        but(HEARD, "second trades", {"time": "1700000009000"}),
        FAILED,
        "with the time 1700000009000, and answered with 1700000001",
    ),
    (AS_THEY_WERE, but(HEARD, "second trades", {"time": "today"}), PASSED, ""),
    (AS_THEY_WERE, cut(HEARD, "trades after"), PASSED, ""),
    (AS_THEY_WERE, cut(cut(HEARD, "first trades"), "second trades"), UNSEEN, "none of our trades"),
    (LAST, HEARD, PASSED, ""),
    (LAST, but(HEARD, "second ticker", {"last": "102"}), FAILED, "the last ticker's price is 102, the newest trade's 101"),
    (LAST, cut(cut(HEARD, "first ticker"), "second ticker"), FAILED, "no ticker with a last price was told"),
    (LAST, DISTURBED, UNSEEN, "others traded meanwhile"),
    (BEST, HEARD, PASSED, ""),
    (BEST, but(HEARD, "second ticker", {"ask": "101"}), FAILED, "the last ticker's ask is 101, the book's 104"),
    (BEST, but(HEARD, "second ticker", {"ask": "null"}), PASSED, ""),
    (BEST, but(HEARD, "depth in the end", {"asks.price": "103"}), UNSEEN, "the book changed meanwhile"),
    (BEST, but(HEARD, "depth in the end", {"asks.price": ()}), UNSEEN, "one side of the book is empty"),
    (BEST, but(but(HEARD, "second ticker", {"ask": ()}), "first ticker", {"ask": ()}), MOOT, "follow the book"),
    (CANDLES, HEARD, PASSED, ""),
    (CANDLES, but(HEARD, "second candle", {"close": "102"}), FAILED, "the last candle's close is 102, the newest trade's price 101"),
    (CANDLES, but(HEARD, "second candle", {"high": "100"}), FAILED, "the last candle's high is 100"),
    (CANDLES, but(HEARD, "second candle", {"low": "102"}), FAILED, "the last candle's low is 102"),
    (CANDLES, but(HEARD, "second candle", {"volume": "11"}), FAILED, "a candle's volume grew by 2 where 1 was traded"),
    (CANDLES, but(HEARD, "second candle", NEXT), PASSED, ""),
    (CANDLES, UNTOLD, PASSED, ""),
    (CANDLES, but(but(HEARD, "candle", {"close": "102"}), "second candle", {"volume": "12"}), PASSED, ""),
    (CANDLES, cut(but(HEARD, "second candle", {"volume": "12"}), "candle"), PASSED, ""),
    (CANDLES, cut(but(HEARD, "second candle", {"volume": "12"}), "first candle"), PASSED, ""),
    (CANDLES, but(HEARD, "second candle", {"time": ()}), UNSEEN, "reads no time"),
    (CANDLES, cut(HEARD, "second candle"), FAILED, "no candle was told"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "words"), CASES)
def test_streams_tell_everybody_what_was_traded(check: str, scenario: Scenario, outcome: Outcome, words: str) -> None:
    (answer,) = answers(f"streams.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert words in answer.summary
