from __future__ import annotations

from dataclasses import replace

import pytest

from certification.evidence.record import STATED_CANDLE_S, STATED_MAKER, STATED_SYMBOL, STATED_TAKER, Scenario
from certification.evidence.scenarios.market import like
from certification.model import Outcome
from tests.simulators.told import Facts, answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
DEPTH: Facts = {"bids.price": ("99", "98"), "asks.price": ("101", "102")}
TAPE: Facts = {
    "item_id": ("t4", "t3", "t2", "t1"),
    "time": ("1250", "1210", "1150", "1050"),
    "price": ("101", "100", "97", "99"),
    "quantity": ("1", "2", "3", "4"),
}
CANDLES: Facts = {
    "time": ("1000", "1100", "1200"),
    "open": ("99", "97", "100"),
    "high": ("99", "97", "101"),
    "low": ("99", "97", "100"),
    "close": ("99", "97", "101"),
    "volume": ("9", "3", "3"),
}
STORY = told(
    "market.after-a-trade",
    step("take", status=201),
    step("fills", {"trade_id": ("t4",), "price": ("101",)}),
    step("depth before", DEPTH),
    step("trades before", TAPE),
    step("ticker", {"bid": "99.0", "ask": "101", "last": "101.00"}),
    step("candles", CANDLES),
    step("depth after", DEPTH),
    step("trades after", TAPE),
)

BEST = step("best", {"bid": "98", "ask": "101"})


def both(name: str, values: tuple[str, ...]) -> Scenario:
    return but(but(STORY, "trades before", {name: values}), "trades after", {name: values})


def begun(*times: str, every_s: str = "") -> Scenario:
    same = {name: ("1",) * len(times) for name in ("open", "high", "low", "close", "volume")}
    stated = {STATED_CANDLE_S: every_s} if every_s else {}
    return but(STORY, "candles", {"time": times, **same, **stated})


MIXED = but(
    both("time", ("1795381250000.5", "1795381210000", "1795381150000", "1795381050000")),
    "candles",
    {"time": ("1795381000", "1795381100", "1795381200")},
)
"""Trades told in milliseconds, and candles in seconds."""


FEES = told(
    STORY.id,
    step(
        "fees",
        {
            STATED_MAKER: "0.004",
            STATED_TAKER: "0.006",
            STATED_SYMBOL: "BTC",
            "symbol": ("ETH", "BTC"),
            "maker_fee": ("0.1", "0.0040"),
            "taker_fee": ("0.2", "0.006"),
        },
    ),
)
PERCENT = but(FEES, "fees", {"symbol": (), "maker_fee": "0.40", "taker_fee": "0.60"})

CASES = (
    ("told_fees_are_the_documented_ones", FEES, PASSED, ""),
    ("told_fees_are_the_documented_ones", PERCENT, PASSED, ""),
    ("told_fees_are_the_documented_ones", but(PERCENT, "fees", {"taker_fee": "0.006"}), FAILED, "0.006 (0.006 is documented)"),
    ("told_fees_are_the_documented_ones", but(FEES, "fees", {"taker_fee": ("0.2", "0.004")}), FAILED, "0.004 (0.006 is documented)"),
    ("told_fees_are_the_documented_ones", but(FEES, "fees", {"symbol": ("ETH", "XRP")}), UNSEEN, "reads no maker_fee"),
    ("told_fees_are_the_documented_ones", but(FEES, "fees", status=401), UNSEEN, "401"),
    ("told_fees_are_the_documented_ones", STORY, MOOT, "maps no fees"),
    ("candles_begin_with_their_interval", begun("1795381200000", "1795381500000", "1795382100000"), PASSED, ""),
    ("candles_begin_with_their_interval", begun("1795381200123", "1795381500000", "1795382100000"), FAILED, "no multiples of a second"),
    ("candles_begin_with_their_interval", begun("1795381200000", "1795381500001"), UNSEEN, "too few candles"),
    ("candles_begin_with_their_interval", STORY, UNSEEN, "nothing tells how far apart"),
    ("candles_begin_with_their_interval", begun("1795381200", "1795381500", "1795381501"), UNSEEN, "nothing tells how far apart"),
    ("candles_begin_with_their_interval", begun("1795381200000000001", "1795381201000000000", "1795381202000000000"), FAILED, "a second"),
    ("candles_begin_with_their_interval", begun("1795381200000", "1795381500000", "1795382400000", every_s="300"), PASSED, ""),
    ("candles_begin_with_their_interval", begun("1795381200000", "1795381801000", every_s="300"), FAILED, "no multiples of 300 s apart"),
    ("candles_begin_with_their_interval", begun("1795381200", "1795381800", every_s="300"), PASSED, ""),
    ("candles_begin_with_their_interval", begun("1795381200", "1795381801.5", every_s="300"), FAILED, "at 1795381200 and 1795381801.5"),
    ("candles_begin_with_their_interval", begun("1795381200000", every_s="300"), UNSEEN, "too few candles"),
    ("own_fills_stand_on_the_tape", STORY, PASSED, ""),
    ("own_fills_stand_on_the_tape", but(STORY, "fills", {"trade_id": "t5"}), FAILED, "trade t5 of an own fill is not on the tape"),
    (
        "own_fills_stand_on_the_tape",
        but(STORY, "fills", {"price": "100"}),
        FAILED,
        "trade t4 is at 101 on the tape, and at 100 in the fill",
    ),
    ("own_fills_stand_on_the_tape", but(STORY, "fills", {"trade_id": ()}), MOOT, "reads no trade_id"),
    ("own_fills_stand_on_the_tape", cut(STORY, "fills"), MOOT, "maps no fills"),
    ("own_fills_stand_on_the_tape", but(STORY, "trades after", {"item_id": ()}), UNSEEN, "reads no item_id"),
    ("tickers_agree_with_the_book", STORY, PASSED, ""),
    ("tickers_agree_with_the_book", but(STORY, "ticker", {"ask": "99"}), FAILED, "the ticker's ask is 99, the book's 101"),
    ("tickers_agree_with_the_book", replace(STORY, steps=(*STORY.steps, BEST)), FAILED, "the ticker's bid is 98"),
    ("tickers_agree_with_the_book", but(STORY, "depth after", {"bids.price": ("98", "97")}), UNSEEN, "the book changed meanwhile"),
    ("tickers_agree_with_the_book", but(STORY, "depth after", {"bids.price": ()}), UNSEEN, "one side of the book is empty"),
    ("tickers_agree_with_the_book", but(STORY, "ticker", {"bid": ()}), UNSEEN, "reads no bid and ask"),
    ("tickers_agree_with_the_book", cut(STORY, "ticker"), MOOT, "maps no ticker"),
    ("tickers_tell_the_last_trade", STORY, PASSED, ""),
    ("tickers_tell_the_last_trade", but(STORY, "ticker", {"last": "100"}), FAILED, "last price is 100, the newest trade's 101"),
    ("tickers_tell_the_last_trade", but(STORY, "ticker", {"last": ()}), UNSEEN, "reads no last price"),
    (
        "tickers_tell_the_last_trade",
        but(STORY, "trades after", {"item_id": ("t5", "t4", "t3", "t2")}),
        UNSEEN,
        "others traded meanwhile",
    ),
    ("candles_hold_their_trades", STORY, PASSED, ""),
    (
        "candles_hold_their_trades",
        but(STORY, "candles", {"high": ("99", "97", "100")}),
        FAILED,
        "the candle of 1200 has low 100 and high 100; its trades go from 100 to 101",
    ),
    ("candles_hold_their_trades", but(STORY, "candles", {"close": ("99", "96", "101")}), FAILED, "the candle of 1100"),
    ("candles_hold_their_trades", both("time", ("1250000", "1210000", "1150000", "1050000")), UNSEEN, "different units"),
    ("candles_hold_their_trades", but(STORY, "candles", {"volume": ()}), UNSEEN, "reads no time, open, high, low, close and volume"),
    ("candles_hold_their_trades", cut(STORY, "candles"), MOOT, "maps no candles"),
    ("candles_add_up", STORY, PASSED, ""),
    (
        "candles_add_up",
        but(STORY, "candles", {"volume": ("9", "6", "3")}),
        FAILED,
        "the candle of 1100 has the volume 6; its trades add up to 3",
    ),
    ("candles_add_up", MIXED, PASSED, ""),
    ("candles_add_up", but(MIXED, "candles", {"volume": ("9", "3", "4")}), FAILED, "add up to 3"),
    ("candles_add_up", both("time", ("1300", "1300", "1300", "1300")), UNSEEN, "holds no candle's trades whole"),
)


@pytest.mark.parametrize(("check", "scenario", "outcome", "said"), CASES)
def test_what_everybody_sees_agrees(check: str, scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers(f"market.{check}", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary


UNKNOWN = told("market.unknown-symbol.ticker", step("known symbol", {"bid": "9"}), step("unknown symbol", status=404))


@pytest.mark.parametrize(
    ("scenario", "outcome", "said"),
    [
        pytest.param(UNKNOWN, PASSED, "", id="refused"),
        pytest.param(but(UNKNOWN, "unknown symbol", {"refusal": "unknown_symbol"}, status=200), PASSED, "", id="refused inside the answer"),
        pytest.param(but(UNKNOWN, "unknown symbol", status=200), PASSED, "", id="nothing"),
        pytest.param(but(UNKNOWN, "unknown symbol", {"bid": "9"}, status=200), FAILED, "has the bid 9", id="prices"),
        pytest.param(but(UNKNOWN, "unknown symbol", status=500), FAILED, "was answered 500", id="crash"),
        pytest.param(but(UNKNOWN, "unknown symbol", status=429), UNSEEN, "says nothing about what was asked", id="throttled"),
        pytest.param(but(UNKNOWN, "known symbol", {"bid": ()}), UNSEEN, "of a market that exists either", id="silent"),
        pytest.param(cut(cut(UNKNOWN, "unknown symbol"), "known symbol"), MOOT, "takes no symbol", id="no symbol"),
    ],
)
def test_a_market_that_does_not_exist_is_refused(scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers("market.unknown_symbols_are_refused", scenario)
    assert answer.outcome is outcome, answer
    assert said in answer.summary


@pytest.mark.parametrize(("symbol", "unknown"), [("BTC-USD", "XQX-QXQ"), ("btcusdt_240628", "xqxqxqx_240628"), ("12345", "12345")])
def test_an_unknown_symbol_has_the_form_of_a_known_one(symbol: str, unknown: str) -> None:
    assert like(symbol) == unknown


def growing(first: str, second: str, third: str) -> Scenario:
    """Three trades of one, two and three, and what the ticker's volume is after each."""
    steps = (
        each
        for number, volume in ((1, first), (2, second), (3, third))
        for each in (
            step(f"fills {number}", {"price": "10", "quantity": str(number)}),
            step(f"ticker {number}", {"last": "10", "high": "11", "low": "9", "volume": volume}),
        )
    )
    return told("market.three-trades", *steps)


GREW = growing("11", "13", "16")


@pytest.mark.parametrize(
    ("scenario", "outcome", "said"),
    [
        pytest.param(GREW, Outcome.PASSED, "", id="by each trade"),
        pytest.param(growing("10", "11", "13"), Outcome.FAILED, "by 2 after a trade of 3: it lacks the last one", id="by the one before"),
        pytest.param(growing("11", "11", "11"), Outcome.NOT_OBSERVED, "told seldom", id="not at all"),
        pytest.param(growing("11", "20", "30"), Outcome.NOT_OBSERVED, "others traded", id="by others' trades"),
        pytest.param(but(GREW, "ticker 2", {"high": "9.5"}), Outcome.FAILED, "at 10 is above the ticker's high", id="high"),
        pytest.param(but(GREW, "ticker 2", {"low": "10.5"}), Outcome.FAILED, "at 10 is below the ticker's low", id="low"),
        pytest.param(but(GREW, "ticker 2", {"high": "9.5", "last": "9.5"}), Outcome.PASSED, "", id="a ticker of before"),
        pytest.param(but(GREW, "fills 3", status=500), Outcome.NOT_OBSERVED, "answered 500", id="untold"),
    ],
)
def test_a_tickers_totals_grow_by_each_trade(scenario: Scenario, outcome: Outcome, said: str) -> None:
    (answer,) = answers("market.ticker_totals_hold_the_last_trade", scenario)
    assert said in answer.summary
    assert answer.outcome is outcome
