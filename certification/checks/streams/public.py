"""What streams tell everybody of a market, held to the orders that made it: trades, ticker and candles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.replica import kind
from certification.checks.scene import MootError, accepted_step, ask_of, unless_cut_off
from certification.evidence.facts import UnclearError, is_accepted, number, numbers, texts
from certification.evidence.instants import in_seconds
from certification.evidence.record import STATED_AT_LEAST_ONCE, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_STORY = "streams.tape"
_ROUNDS = ("first", "second")
_TAKER = "buy"
_NONE = Decimal(0)
Sums = dict[Decimal, Decimal]
"""Price -> quantity."""


def _listened(scenario: Scenario, channel: str) -> None:
    """Whether the channel was asked for, and not refused.

    Raises:
        MootError: the profile does not map it.
        UnclearError: the subscription was refused.
    """
    if not any(step.label == f"subscribe to {channel}" for step in scenario.steps):
        raise MootError(f"the profile does not say how the channel of {channel} is asked for and told (trading.streams)")
    if any(step.label == f"answer to {channel}" and kind(step) == "refused" for step in scenario.steps):
        raise UnclearError(f"the subscription to {channel} was refused")


def _traded(scenario: Scenario, which: str) -> Sums:
    """What one order took of offers that were made for it.

    Raises:
        UnclearError: it did not take all of them.
    """
    offers = [step for step in scenario.steps if step.label == f"{which} offer"]
    if not offers or not all(is_accepted(step) for step in offers):
        raise UnclearError("there was no room for an order between the best prices, or none was accepted")
    taken = accepted_step(scenario, f"{which} take")
    queried = [step for step in scenario.steps if step.label == f"{which} query" and is_accepted(step)]
    sums: Sums = {number(step, "asked.price"): number(step, "asked.quantity") for step in offers}
    if number(next(iter(queried), taken), "filled") != sum(sums.values()):
        raise UnclearError("the order did not take all that was offered to it")
    return sums


def _all_traded(scenario: Scenario) -> Sums:
    """Everything that both orders took."""
    return _summed(level for which in _ROUNDS for level in _traded(scenario, which).items())


def _summed(levels: Iterable[tuple[Decimal, Decimal]]) -> Sums:
    """All of each price."""
    total: Sums = {}
    for price, quantity in levels:
        total[price] = total.get(price, _NONE) + quantity
    return total


def _rows(step: ScenarioStep, *names: str) -> Iterator[dict[str, str]]:
    """The trades that a step tells of: those of the names that each of them has."""
    most = len(texts(step, "price"))
    columns = {name: found for name in names if len(found := texts(step, name)) == most}
    for at in range(most):
        yield {name: column[at] for name, column in columns.items()}


def _known(scenario: Scenario, label: str) -> dict[str, tuple[Decimal, Decimal, str]]:
    """The tape that was answered: id -> price, quantity and time; empty where it was not asked for, or tells no ids."""
    for step in scenario.steps:
        if step.label == label and is_accepted(step):
            return {
                row["item_id"]: (Decimal(row["price"]), Decimal(row["quantity"]), row.get("time", ""))
                for row in _rows(step, "item_id", "price", "quantity", "time")
                if row.keys() >= {"item_id", "price", "quantity"} and numbers(step, "quantity")
            }
    return {}


def _undisturbed(scenario: Scenario) -> None:
    """Raises UnclearError where others traded meanwhile, or nobody knows."""
    before, after = _known(scenario, "trades before"), _known(scenario, "trades after")
    if _summed((price, quantity) for trade_id, (price, quantity, _) in after.items() if trade_id not in before) != _all_traded(scenario):
        raise UnclearError("others traded meanwhile, or the tape that was answered does not tell trades apart")


def _told(scenario: Scenario) -> list[dict[str, str]]:
    """Trades that were told since ours began, without those that were on the tape before."""
    before = _known(scenario, "trades before")
    heard = [step for step in scenario.steps[_at(scenario, "first offer") :] if kind(step) == "trade"]
    for step in heard:
        numbers(step, "price"), numbers(step, "quantity")
    rows = [row for step in heard for row in _rows(step, "trade_id", "price", "quantity", "side", "time")]
    return [row for row in rows if row.get("trade_id") not in before]


@check(
    requirement="Each trade of a market is told once to whoever listens to its trades.",
    remediation="Send each entry of the tape once to each subscription, also where one order made several.",
)
def public_trades_are_told_once(evidence: Evidence) -> Iterator[Answer]:
    """Of trades that our own orders made, all that was traded at each price is told, and no trade comes twice.

    A client that sums up trades reads the market's volume and its own queue position from them.
    """

    def question(scenario: Scenario) -> list[str]:
        _listened(scenario, "trades")
        expected, told = _all_traded(scenario), _told(scenario)
        sums = _summed((Decimal(row["price"]), Decimal(row["quantity"])) for row in told)
        again = any(texts(step, STATED_AT_LEAST_ONCE) for step in scenario.steps)
        count = Counter(row["trade_id"] for row in told if "trade_id" in row)
        complaints = [f"trade {trade_id} was told {times} times" for trade_id, times in count.items() if times > 1 and not again]
        complaints += [
            f"{quantity:f} was traded at {price:f}, and {sums.get(price, _NONE):f} of it was told"
            for price, quantity in expected.items()
            if sums.get(price, _NONE) < quantity
        ]
        if not complaints and not again and not count and any(sums.get(price, _NONE) > quantity for price, quantity in expected.items()):
            _undisturbed(scenario)
            complaints.append("more was told than was traded")
        return complaints

    return ask_of(evidence, _STORY, unless_cut_off(question))


@check(
    requirement="A trade that a stream tells has the price, the quantity, the time and the taker's side that it had.",
    remediation="Make the message from the tape's own entry; the side is that of the order that came last.",
)
def public_trades_are_told_as_they_were(evidence: Evidence) -> Iterator[Answer]:
    """Told trades are those of the tape that is answered, by their ids; ours have the side of the order that took."""

    def question(scenario: Scenario) -> list[str]:
        _listened(scenario, "trades")
        expected, tape = _all_traded(scenario), _known(scenario, "trades after")
        own = {each for which in _ROUNDS for step in scenario.steps if step.label == f"{which} fills" for each in texts(step, "trade_id")}
        told = _told(scenario)
        ours = [row for row in told if (row.get("trade_id") in own if own else Decimal(row["price"]) in expected)]
        if not ours:
            raise UnclearError("none of our trades was told")
        sides = [row["side"] for row in ours if row.get("side", _TAKER) != _TAKER]
        complaints = [f"a buy order's trade is told as one of the side {side}" for side in sides]
        return complaints + [complaint for row in told for complaint in _otherwise(row, tape)]

    return ask_of(evidence, _STORY, question)


def _otherwise(row: dict[str, str], tape: dict[str, tuple[Decimal, Decimal, str]]) -> Iterator[str]:
    known = tape.get(row.get("trade_id", ""))
    if known is None:
        return
    for name, is_so in (("price", known[0]), ("quantity", known[1])):
        if Decimal(row[name]) != is_so:
            yield f"trade {row['trade_id']} is told with the {name} {row[name]}, and answered with {is_so:f}"
    told_at, answered_at = in_seconds(row.get("time", "")), in_seconds(known[2])
    if told_at is not None and answered_at is not None and abs(told_at - answered_at) >= 1:
        yield f"trade {row['trade_id']} is told with the time {row['time']}, and answered with {known[2]}"


@check(
    requirement="Once all is told, the ticker of a stream has the newest trade's price.",
    remediation="Make the ticker after the trade that it is sent for, and send the last one of a burst.",
)
def streamed_tickers_tell_the_last_trade(evidence: Evidence) -> Iterator[Answer]:
    """The last ticker that is heard after two orders of ours, while nobody else trades, names the price of the last of them."""

    def question(scenario: Scenario) -> list[str]:
        _listened(scenario, "ticker")
        last = [*_traded(scenario, "second")][-1]
        _undisturbed(scenario)
        told = [value for step in scenario.steps if kind(step) == "ticker" for value in numbers(step, "last", null_is_none=True)]
        if not told:
            return ["no ticker with a last price was told, although there were trades"]
        return [] if told[-1] == last else [f"the last ticker's price is {told[-1]:f}, the newest trade's {last:f}"]

    return ask_of(evidence, _STORY, unless_cut_off(question))


@check(
    requirement="Once all is told, the ticker of a stream has the best prices of the book.",
    remediation="Make the ticker after the change of the book that it is sent for, and send the last one of a burst.",
)
def streamed_tickers_agree_with_the_book(evidence: Evidence) -> Iterator[Answer]:
    """The last ticker that is heard has the best bid and ask that a request answers, while these stay as they are."""

    def question(scenario: Scenario) -> list[str]:
        _listened(scenario, "ticker")
        tickers = [step for step in scenario.steps if kind(step) == "ticker" and texts(step, "bid") and texts(step, "ask")]
        if not tickers:
            raise MootError("the profile reads no bid and ask that follow the book from the ticker")
        after, end = (_best(_last(scenario, label)) for label in ("depth after", "depth in the end"))
        if after != end:
            raise UnclearError("the book changed meanwhile")
        told = {side: numbers(tickers[-1], side, null_is_none=True)[:1] for side in after}
        return [
            f"the last ticker's {side} is {told[side][0]:f}, the book's {after[side]:f}"
            for side in after
            if told[side] and told[side][0] != after[side]
        ]

    return ask_of(evidence, _STORY, unless_cut_off(question))


@check(
    requirement="A candle that a stream tells holds every trade of its time until then.",
    remediation="Make the candle after the trade that it is sent for: its close, its high and low, and its volume.",
)
def streamed_candles_follow_trades(evidence: Evidence) -> Iterator[Answer]:
    """The last candle that is heard after two orders of ours closes at the last trade's price, which lies within its high and low.

    Where a candle told the first order before, and is the same one, its volume has grown by what the second one traded.
    """

    def question(scenario: Scenario) -> list[str]:
        _listened(scenario, "candles")
        second = _traded(scenario, "second")
        _undisturbed(scenario)
        first, then = _at(scenario, "first offer"), _at(scenario, "second take")
        begun, before, after = _newest(scenario.steps[:first]), _newest(scenario.steps[first:then]), _newest(scenario.steps[then:])
        if after is None:
            return ["no candle was told, although there was a trade"]
        last = [*second][-1]
        complaints = [f"the last candle's {name} is {after[name]:f}, the newest trade's price {last:f}" for name in _beside(after, last)]
        # A candle with another close than the one that it began with is known to be newer than the first order.
        told = begun is not None and before is not None and before["close"] == [*_traded(scenario, "first")][-1] != begun["close"]
        if told and before is not None and before["time"] == after["time"] and {"volume"} <= before.keys() & after.keys():
            grown, traded = after["volume"] - before["volume"], sum(second.values())
            complaints += [f"a candle's volume grew by {grown:f} where {traded:f} was traded"] if grown != traded else []
        return complaints

    return ask_of(evidence, _STORY, unless_cut_off(question))


def _at(scenario: Scenario, label: str) -> int:
    """Where the story's first step of that name stands."""
    return next((index for index, step in enumerate(scenario.steps) if step.label == label), len(scenario.steps))


def _newest(steps: tuple[ScenarioStep, ...]) -> dict[str, Decimal] | None:
    """The newest candle of the last message that tells any."""
    told = [step for step in steps if kind(step) == "candle" and texts(step, "close")]
    if not told:
        return None
    columns = {name: numbers(told[-1], name) for name in ("time", "open", "high", "low", "close", "volume")}
    most = len(columns["close"])
    if len(columns["time"]) != most:
        raise UnclearError("the profile reads no time from each candle")
    rows = [{name: column[at] for name, column in columns.items() if len(column) == most} for at in range(most)]
    return max(rows, key=lambda row: row["time"])


def _beside(candle: dict[str, Decimal], price: Decimal) -> list[str]:
    """The members of a candle that a last trade at this price contradicts."""
    wrong = ["close"] if candle["close"] != price else []
    wrong += ["high"] if candle.get("high", price) < price else []
    return wrong + (["low"] if candle.get("low", price) > price else [])


def _last(scenario: Scenario, label: str) -> ScenarioStep:
    """The last of several looks.

    Raises:
        UnclearError: there was none, or it was not answered.
    """
    return accepted_step(replace(scenario, steps=scenario.steps[::-1]), label)


def _best(depth: ScenarioStep) -> dict[str, Decimal]:
    bids, asks = numbers(depth, "bids.price"), numbers(depth, "asks.price")
    if not bids or not asks:
        raise UnclearError("one side of the book is empty")
    return {"bid": max(bids), "ask": min(asks)}
