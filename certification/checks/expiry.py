"""Orders that end by themselves: at their time, with their funds free again, and for good."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of, decided_step, step, unless_cut_off
from certification.evidence.facts import RESTING, UnclearError, holdings, is_accepted, is_refused, is_throttled, numbers, text, texts
from certification.evidence.record import LEFT_MS, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_STORY = "expiry.order"
_EARLY_MS = 500
"""An order that has less than this left when the answer comes may have ended on the way."""


def _ended(scenario: Scenario, label: str) -> ScenarioStep:
    """The order as it was asked for under that label, after its end.

    Raises:
        UnclearError: it still rested, or nothing tells.
    """
    accepted_step(scenario, "place")
    look = accepted_step(scenario, label)
    if text(look, "status") in RESTING:
        raise UnclearError("the order had not ended")
    return look


@check(
    requirement="An order that is to end at an instant rests until then, and no longer.",
    remediation="Take orders whose time is over out of the book by a timer, before anything else that happens at that instant.",
)
def orders_end_at_their_time(evidence: Evidence) -> Iterator[Answer]:
    """An order with an end rests before that instant, and does not a while (up to eleven seconds) after it.

    Whoever gives an order an end relies on it: nobody watches an order that is thought to be gone.
    """

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        alive, after = accepted_step(scenario, "query while it lives"), accepted_step(scenario, "query after its time")
        left = numbers(alive, LEFT_MS)
        complaints = []
        if text(alive, "status") not in RESTING and left and left[0] > _EARLY_MS:
            complaints.append(f"an order had the status {text(alive, 'status')} {left[0]} ms before its end")
        if text(after, "status") in RESTING:
            complaints.append(f"an order still has the status {text(after, 'status')} after its end")
        return complaints

    return ask_of(evidence, _STORY, question)


@check(
    requirement="An order that ended by itself holds nothing any more, and costs nothing.",
    remediation="Release exactly what was held for the order in the same transaction that ends it.",
)
def expired_orders_hold_nothing(evidence: Evidence) -> Iterator[Answer]:
    """An order that was never filled and whose time is over leaves every balance as it was before."""

    def question(scenario: Scenario) -> list[str]:
        look = _ended(scenario, "query after its time")
        if any(numbers(look, "filled")):
            raise UnclearError("the order was filled")
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        return [
            f"{asset}: free {before[asset][0]} and held {before[asset][1]} became {after[asset][0]} and {after[asset][1]}"
            for asset in sorted(before.keys() & after.keys())
            if before[asset] != after[asset]
        ]

    return ask_of(evidence, _STORY, question, about="balances after")


@check(
    requirement="An order that ended by itself stands in no list of open orders.",
    remediation="Take the order out of the open orders in the same transaction that ends it.",
)
def expired_orders_are_not_listed(evidence: Evidence) -> Iterator[Answer]:
    """After its end an order no longer stands among the open orders."""

    def question(scenario: Scenario) -> list[str]:
        order_id = text(_ended(scenario, "query after its time"), "order_id")
        listed = texts(accepted_step(scenario, "open orders after"), "order_id")
        return ["an order that has ended still stands among the open orders"] if order_id in listed else []

    return ask_of(evidence, _STORY, question, about="open orders after")


@check(
    requirement="An order that ended by itself can't be cancelled.",
    remediation="Look at an order's status in the transaction that cancels it, and refuse what is not open.",
)
def expired_orders_cannot_be_cancelled(evidence: Evidence) -> Iterator[Answer]:
    """Cancelling an order after its end is refused, or answered with the order as it ended; either way nothing changes."""

    def question(scenario: Scenario) -> list[str]:
        ended = text(_ended(scenario, "query after its time"), "status")
        cancelled, after = step(scenario, "cancel after its time"), accepted_step(scenario, "query in the end")
        status = cancelled.call.status if cancelled.call else None
        if is_throttled(cancelled):
            raise UnclearError("the cancellation was throttled")
        complaints = []
        if not is_refused(cancelled) and not is_accepted(cancelled):
            complaints.append(f"cancelling an order that has ended was answered {status}")
        told = texts(cancelled, "status") if is_accepted(cancelled) else ()
        if {*told, text(after, "status")} - {ended}:
            complaints.append(f"an order that ended as {ended} was cancelled, and is {text(after, 'status')}")
        before, end = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("after", "in the end"))
        complaints += [f"cancelled after its end, {asset} changed" for asset in sorted(before) if before[asset] != end.get(asset)]
        return complaints

    return ask_of(evidence, _STORY, question, about="cancel after its time")


@check(
    requirement="An order whose end is over when it comes is refused, or ends at once and unfilled.",
    remediation="Hold an order's end against the clock when it is taken in, before it is matched.",
)
def ends_in_the_past_trade_nothing(evidence: Evidence) -> Iterator[Answer]:
    """An order that was to end a minute ago, at a price at which it would be filled, is neither filled nor left in the book."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        late = decided_step(scenario, "place with its end behind")
        if not is_accepted(late):
            return []
        look = accepted_step(scenario, "query with its end behind")
        if text(look, "status") in RESTING:
            return [f"an order whose end was a minute ago has the status {text(look, 'status')}"]
        return ["an order whose end was a minute ago was filled"] if any(numbers(look, "filled")) else []

    return ask_of(evidence, "expiry.past", question)


@check(
    requirement="An order that was filled in part ends at its time like any other: the rest is free, what was filled stays.",
    remediation="Expire by the end alone, whatever was filled, and release the hold of the rest in the same transaction.",
)
def part_filled_orders_end_too(evidence: Evidence) -> Iterator[Answer]:
    """An order that the other account filled in part does not rest after its end, keeps what was filled, and holds nothing."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        alive, after = accepted_step(scenario, "query while it lives"), accepted_step(scenario, "query after its time")
        filled = numbers(alive, "filled")[:1]
        if text(alive, "status") not in RESTING or not any(filled):
            raise UnclearError("the order was not filled in part")
        if text(after, "status") in RESTING:
            return [f"an order that was filled in part still has the status {text(after, 'status')} after its end"]
        complaints = [
            f"{filled[0]:f} were filled before the end, {told:f} after it" for told in numbers(after, "filled")[:1] if told < filled[0]
        ]
        before, end = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        return complaints + [
            f"{asset}: {before[asset][1]:f} was held before, and {end[asset][1]:f} after the end of an order that was filled in part"
            for asset in sorted(before.keys() & end.keys())
            if before[asset][1] != end[asset][1]
        ]

    return ask_of(evidence, "expiry.filled-in-part", question)


@check(
    requirement="The owner hears that an order ended by itself.",
    remediation="Send an order's new state when its time is over, as when it is cancelled.",
)
def expiries_are_told(evidence: Evidence) -> Iterator[Answer]:
    """Of an order whose time is over, the private stream says that it has ended."""

    def question(scenario: Scenario) -> list[str]:
        if not any("subscribed" in texts(each, "kind") for each in scenario.steps):
            raise UnclearError("the subscription to own orders was not confirmed")
        order_id = text(accepted_step(scenario, "place"), "order_id")
        _ended(scenario, "query after its time")
        rows = [row for each in scenario.steps if each.call is None for row in _rows(each)]
        told = [status for order, status in rows if order == order_id]
        if any(status not in RESTING for status in told):
            return []
        return [f"that an order ended by itself was not heard ({', '.join(told) or 'nothing'} was)"]

    return ask_of(evidence, "expiry.told", unless_cut_off(question))


def _rows(heard: ScenarioStep) -> list[tuple[str, str]]:
    return list(zip(texts(heard, "order_id"), texts(heard, "status"), strict=False))
