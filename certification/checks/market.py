"""What everybody sees of a market: tape, candles and ticker tell of the same trades and the same book."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step
from certification.evidence.facts import UnclearError, is_accepted, is_refused, number, numbers, text_or_empty, texts
from certification.evidence.instants import units_a_second
from certification.evidence.record import STATED_CANDLE_S, STATED_MAKER, STATED_SYMBOL, STATED_TAKER, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_STORY = "market.after-a-trade"
_PAIR, _FEW = 2, 3
_Trade = tuple[str, Decimal, Decimal, Decimal]
"""Id, time, price and quantity."""


def _trades(scenario: Scenario) -> tuple[_Trade, ...]:
    """The tape, which stood still meanwhile.

    Raises:
        UnclearError: it did not, or it can't be read.
    """
    first, second = (_tape(accepted_step(scenario, f"trades {when}")) for when in ("before", "after"))
    if first != second:
        raise UnclearError("others traded meanwhile")
    return first


def _tape(step: ScenarioStep) -> tuple[_Trade, ...]:
    ids, columns = texts(step, "item_id"), [numbers(step, name) for name in ("time", "price", "quantity")]
    if not ids or not all(len(column) == len(ids) for column in columns):
        raise UnclearError("the profile reads no item_id, time, price and quantity from the trades")
    return tuple(zip(ids, *columns, strict=True))


def _asked(scenario: Scenario, label: str) -> ScenarioStep:
    """A step that only some profiles have.

    Raises:
        MootError: this one has it not.
    """
    if not any(step.label == label for step in scenario.steps):
        raise MootError(f"the profile maps no {label}")
    return accepted_step(scenario, label)


@check(
    requirement="Every own fill stands on the public tape, with its price and quantity.",
    remediation="Write the trade, both fills and the tape's entry in one transaction.",
)
def own_fills_stand_on_the_tape(evidence: Evidence) -> Iterator[Answer]:
    """The trade that a fill names is one of the newest trades that everybody sees, at the same price."""

    def question(scenario: Scenario) -> list[str]:
        fills = _asked(scenario, "fills")
        named, prices = texts(fills, "trade_id"), numbers(fills, "price")
        if not named or len(named) != len(prices):
            raise MootError("the profile reads no trade_id from the fills")
        tape = {trade[0]: trade[2] for trade in _tape(accepted_step(scenario, "trades after"))}
        missing = [f"trade {each} of an own fill is not on the tape" for each in named if each not in tape]
        return missing + [
            f"trade {each} is at {tape[each]:f} on the tape, and at {price:f} in the fill"
            for each, price in zip(named, prices, strict=True)
            if tape.get(each, price) != price
        ]

    return ask_of(evidence, _STORY, question, about="trades after")


@check(
    requirement="A ticker's best bid and ask are those of the book.",
    remediation="Make the ticker from the same book that the depth is answered from.",
)
def tickers_agree_with_the_book(evidence: Evidence) -> Iterator[Answer]:
    """While the best prices of the depth stay as they are, the ticker names the same (or what tells them in its stead)."""
    asked_for_best = any(candidate.label == "best" for scenario in evidence.scenarios or () for candidate in scenario.steps)
    about = "best" if asked_for_best else "ticker"

    def question(scenario: Scenario) -> list[str]:
        ticker = _asked(scenario, about)
        told = {"bid": numbers(ticker, "bid"), "ask": numbers(ticker, "ask")}
        if not told["bid"] or not told["ask"]:
            raise UnclearError("the profile reads no bid and ask from the ticker")
        before, after = (_best(accepted_step(scenario, f"depth {when}")) for when in ("before", "after"))
        if before != after:
            raise UnclearError("the book changed meanwhile")
        return [f"the ticker's {side} is {told[side][0]:f}, the book's {before[side]:f}" for side in told if told[side][0] != before[side]]

    return ask_of(evidence, _STORY, question, about=about)


def _best(depth: ScenarioStep) -> dict[str, Decimal]:
    bids, asks = numbers(depth, "bids.price"), numbers(depth, "asks.price")
    if not bids or not asks:
        raise UnclearError("one side of the book is empty")
    return {"bid": max(bids), "ask": min(asks)}


@check(
    requirement="A ticker's last price is that of the newest trade.",
    remediation="Take the last price from the newest entry of the tape.",
)
def tickers_tell_the_last_trade(evidence: Evidence) -> Iterator[Answer]:
    """While nobody trades, the ticker's last price is a price of the newest trades."""

    def question(scenario: Scenario) -> list[str]:
        last = numbers(_asked(scenario, "ticker"), "last")
        if not last:
            raise UnclearError("the profile reads no last price from the ticker")
        tape = _trades(scenario)
        newest = {price for _, time, price, _ in tape if time == max(trade[1] for trade in tape)}
        return (
            []
            if last[0] in newest
            else [f"the ticker's last price is {last[0]:f}, the newest trade's {', '.join(f'{price:f}' for price in newest)}"]
        )

    return ask_of(evidence, _STORY, question, about="ticker")


@check(
    requirement="A ticker's high, low and volume count every trade, the last one too.",
    remediation="Work the totals out from the tape after the trade is on it, in the same transaction.",
)
def ticker_totals_hold_the_last_trade(evidence: Evidence) -> Iterator[Answer]:
    """After three trades of ours, each price lies between low and high, and the volume grew by the trades that it was asked after.

    A volume that grows by the trade before, each time, is one that always lacks the last.
    """

    def question(scenario: Scenario) -> list[str]:
        told = [(accepted_step(scenario, f"fills {trade}"), accepted_step(scenario, f"ticker {trade}")) for trade in (1, 2, 3)]
        sizes = [sum(numbers(fills, "quantity"), Decimal(0)) for fills, _ in told]
        volumes = [number(ticker, "volume") for _, ticker in told]
        grew = [later - earlier for earlier, later in pairwise(volumes)]
        complaints = [
            f"a trade at {price:f} is {where} of {bound:f}"
            for fills, ticker in told
            for price in numbers(fills, "price")[-1:]
            if price in numbers(ticker, "last")
            for where, bound, beyond in _bounds(ticker, price)
            if beyond
        ]
        if grew == sizes[:-1] != sizes[1:]:
            lacks = f"{grew[1]:f} after a trade of {sizes[2]:f}"
            complaints.append(f"the ticker's volume grew by {grew[0]:f} after a trade of {sizes[1]:f}, by {lacks}: it lacks the last one")
        if not complaints and grew != sizes[1:]:
            raise UnclearError("others traded meanwhile, or the ticker is told seldom")
        return complaints

    return ask_of(evidence, "market.three-trades", question)


def _bounds(ticker: ScenarioStep, price: Decimal) -> Iterator[tuple[str, Decimal, bool]]:
    yield from (("above the ticker's high", high, price > high) for high in numbers(ticker, "high")[:1])
    yield from (("below the ticker's low", low, price < low) for low in numbers(ticker, "low")[:1])


_Candle = dict[str, Decimal]


def _candles(scenario: Scenario) -> list[_Candle]:
    """Candles by their time, oldest first."""
    step = _asked(scenario, "candles")
    columns = {name: numbers(step, name) for name in ("time", "open", "high", "low", "close", "volume")}
    if not columns["time"] or len({len(column) for column in columns.values()}) != 1:
        raise UnclearError("the profile reads no time, open, high, low, close and volume from the candles")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(rows, key=lambda row: row["time"])


def _seconds(instant: Decimal) -> Decimal:
    """An instant in seconds since 1970, or as it is where it is no number of their parts either."""
    return instant / (units_a_second(instant) or 1)


def _filled(scenario: Scenario) -> list[tuple[_Candle, list[_Trade]]]:
    """Each candle with the trades of its time, where the tape holds any.

    Raises:
        UnclearError: times of candles and trades can't be compared.
    """
    candles, tape = _candles(scenario), _trades(scenario)
    begins = [_seconds(candle["time"]) for candle in candles]
    timed = [(_seconds(trade[1]), trade) for trade in tape]
    if not begins[0] <= max(time for time, _ in timed) < begins[-1] * 2:
        raise UnclearError("candles and trades tell their times in different units")
    found = []
    for index, candle in enumerate(candles):
        ends = begins[index + 1] if index + 1 < len(candles) else None
        inside = [trade for time, trade in timed if begins[index] <= time and (ends is None or time < ends)]
        if inside:
            found.append((candle, inside))
    return found


@check(
    requirement="A candle's high and low hold every trade of its time, and its open and close.",
    remediation="Make candles from the tape's trades, and take in each trade before its candle is answered.",
)
def candles_hold_their_trades(evidence: Evidence) -> Iterator[Answer]:
    """No trade on the tape is above the high or below the low of its candle, and neither are open and close."""

    def question(scenario: Scenario) -> list[str]:
        complaints = []
        for candle, inside in _filled(scenario):
            prices = [*(trade[2] for trade in inside), candle["open"], candle["close"]]
            if max(prices) > candle["high"] or min(prices) < candle["low"]:
                span = f"{min(prices):f} to {max(prices):f}"
                complaints.append(
                    f"the candle of {candle['time']} has low {candle['low']:f} and high {candle['high']:f}; its trades go from {span}"
                )
        return complaints

    return ask_of(evidence, _STORY, question, about="candles")


@check(
    requirement="Candles begin with their interval.",
    remediation="Cut the time of a candle's first trade down to the interval.",
)
def candles_begin_with_their_interval(evidence: Evidence) -> Iterator[Answer]:
    """Candles begin whole intervals apart, where the profile says how long they last, and whole seconds apart where it does not.

    Seconds are told of times in milliseconds, microseconds or nanoseconds: nobody has candles of a fraction of a second.
    """

    def question(scenario: Scenario) -> list[str]:
        starts = [candle["time"] for candle in _candles(scenario)]
        stated = text_or_empty(accepted_step(scenario, "candles"), STATED_CANDLE_S)
        units = units_a_second(starts[0]) if starts else None
        if len(starts) < (_PAIR if stated else _FEW) or units is None or (units == 1 and not stated):
            raise UnclearError("there are too few candles, or nothing tells how far apart they should be")
        apart = int(stated or 1)
        what = f"{apart} s" if stated else "a second"
        return [
            f"candles begin at {before:f} and {after:f}, which are no multiples of {what} apart"
            for before, after in pairwise(starts)
            if (after - before) % (apart * units)
        ][:1]

    return ask_of(evidence, _STORY, question, about="candles")


@check(
    requirement="A candle's volume is the sum of its trades.",
    remediation="Count each trade once, in the unit that the description names.",
)
def candles_add_up(evidence: Evidence) -> Iterator[Answer]:
    """The volume of every candle whose trades are all on the tape that was read is the sum of their quantities."""

    def question(scenario: Scenario) -> list[str]:
        oldest = min(_seconds(trade[1]) for trade in _trades(scenario))
        whole = [(candle, inside) for candle, inside in _filled(scenario) if _seconds(candle["time"]) > oldest]
        if not whole:
            raise UnclearError("the tape that was read holds no candle's trades whole")
        sums = [(candle, sum((trade[3] for trade in inside), Decimal(0))) for candle, inside in whole]
        return [
            f"the candle of {candle['time']} has the volume {candle['volume']:f}; its trades add up to {total:f}"
            for candle, total in sums
            if candle["volume"] != total
        ]

    return ask_of(evidence, _STORY, question, about="candles")


@check(
    requirement="The fees that an account is told are those that it is charged by, and that are documented.",
    remediation="Answer the rates from the table that fills are charged by.",
)
def told_fees_are_the_documented_ones(evidence: Evidence) -> Iterator[Answer]:
    """The maker's and the taker's rate that the account is told are the profile's, which fills and balances are held against.

    Both may be told as shares, in per cent, or in hundredths of one.
    """

    def question(scenario: Scenario) -> list[str]:
        fees = _asked(scenario, "fees")
        told = [(_rate(fees, name), Decimal(text_or_empty(fees, stated))) for name, stated in _RATES]
        if any(all(rate == stated * unit for rate, stated in told) for unit in _RATE_UNITS):
            return []
        spoken = " and ".join(f"{rate:f} ({stated:f} is documented)" for rate, stated in told)
        return [f"maker and taker are told to pay {spoken}"]

    return ask_of(evidence, _STORY, question, about="fees")


_RATES = (("maker_fee", STATED_MAKER), ("taker_fee", STATED_TAKER))
_RATE_UNITS = (1, 100, 10_000)


def _rate(fees: ScenarioStep, name: str) -> Decimal:
    """A rate of our own instrument.

    Raises:
        UnclearError: nothing tells which of several is its.
    """
    rates, symbols = numbers(fees, name), texts(fees, "symbol")
    ours = text_or_empty(fees, STATED_SYMBOL)
    if len(rates) == 1:
        return rates[0]
    if len(rates) != len(symbols) or symbols.count(ours) != 1:
        raise UnclearError(f"the profile reads no {name} of the instrument from the fees")
    return rates[symbols.index(ours)]


_VALUES = ("bids.price", "asks.price", "price", "bid", "ask", "last", "open", "close")


@check(
    requirement="A symbol that no market has is refused, by every call that tells of a market.",
    remediation="Look the market up first, and answer 404 or 400 with a code of its own where there is none.",
)
def unknown_symbols_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A market that is written like one and is none: the answer is no 5xx, and tells no price."""

    def question(scenario: Scenario) -> list[str]:
        if not scenario.steps:
            raise MootError("the call takes no symbol, or none of that form can be unknown")
        known = accepted_step(scenario, "known symbol")
        if not any(texts(known, name) for name in _VALUES):
            raise UnclearError("nothing is told of a market that exists either")
        asked = decided_step(scenario, "unknown symbol", failures=True)
        if not is_accepted(asked):
            status = (asked.call.status if asked.call else None) or 0
            return [] if is_refused(asked) else [f"a market that does not exist was answered {status}"]
        told = [name for name in _VALUES if texts(asked, name)]
        return [f"a market that does not exist has the {told[0]} {texts(asked, told[0])[0]}"] if told else []

    return ask_of(evidence, "market.unknown-symbol", question)
