"""What a private stream tells of orders while they are filled: each step, once, with the whole amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, unless_cut_off
from certification.evidence.facts import UnclearError, number, numbers, text, text_or_empty, texts
from certification.evidence.record import STATED_AT_LEAST_ONCE, WORKED_OUT, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_MOST = 1_000
"""Characters of a message that are kept: longer ones may differ behind them."""


def _amounts(scenario: Scenario, order_id: str) -> list[Decimal]:
    """What was heard to be filled of an order, in order."""
    return [
        amount
        for step in scenario.steps
        if "order" in texts(step, "kind")
        for told, amount in zip(texts(step, "order_id"), numbers(step, "filled"), strict=False)
        if told == order_id
    ]


def _reports(scenario: Scenario, order_id: str) -> list[ScenarioStep]:
    """The messages that are of one order alone, in order."""
    return [step for step in scenario.steps if "order" in texts(step, "kind") and texts(step, "order_id") == (order_id,)]


@check(
    requirement="The owner of an order that rests hears of each fill, with all that is filled until then.",
    remediation="Send a report for every fill of both orders, with the sum of the order's fills.",
)
def each_fill_is_told(evidence: Evidence) -> Iterator[Answer]:
    """Of an order that rests and is filled half by half, both amounts are heard, the first and then the whole."""

    def question(scenario: Scenario) -> list[str]:
        resting = accepted_step(scenario, "rest")
        half, whole = (number(accepted_step(scenario, label), "filled") for label in ("query half", "query"))
        if not 0 < half < whole:
            raise UnclearError("the order that rested was not filled half by half")
        heard = _amounts(scenario, text(resting, "order_id"))
        if not heard:
            raise UnclearError("nothing was heard of the order")
        complaints = [] if half in heard else [f"that {half:f} of an order was filled while it rested was not heard"]
        if heard[-1] != whole:
            complaints.append(f"{heard[-1]:f} of an order was heard to be filled in the end, {whole:f} was answered")
        return complaints

    return ask_of(evidence, "streams.filled-at-rest", unless_cut_off(question))


@check(
    requirement="What a report says of one fill is what the order's sum has grown by, and the amount spent is the order's own in the end.",
    remediation="Add the fill to the order first, then make the report from both.",
)
def sums_of_reports_add_up(evidence: Evidence) -> Iterator[Answer]:
    """Of an order that rests and is filled half by half, reports tell fills and sums that fit, and the last sum is the one answered.

    A client that keeps its position by fills must come to the same amounts as one that reads sums.
    """

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "rest"), "order_id")
        reports = [step for step in _reports(scenario, order_id) if texts(step, "filled")]
        heard = [step for step in scenario.steps if "order" in texts(step, "kind") and order_id in texts(step, "order_id")]
        filled: Decimal | None = Decimal(0)
        complaints, read = [], False
        for report in heard:
            if report not in reports:
                filled = None  # of several orders at once: which of them a fill is of is not told
                continue
            now, own = number(report, "filled"), numbers(report, "last_filled", null_is_none=True)
            own = () if texts(report, WORKED_OUT) else own
            if own and own[0] and filled is not None and now - filled != own[0]:
                complaints.append(f"a report tells of {own[0]:f}, by which the sum grows from {filled:f} to {now:f}")
            filled, read = now, read or bool(own)
        last = [step for step in heard[-1:] if step in reports]
        return complaints + _spent(last, accepted_step(scenario, "query"), read=read)

    return ask_of(evidence, "streams.filled-at-rest", unless_cut_off(question))


def _spent(last: list[ScenarioStep], answered: ScenarioStep, *, read: bool) -> list[str]:
    """How the amount spent differs between the last report and the answer.

    Raises:
        MootError: the profile reads it from neither, and no fills of their own from reports.
    """
    told, known = numbers(last[0], "notional", null_is_none=True) if last else (), numbers(answered, "notional", null_is_none=True)
    if not (told and known) and not read:
        raise MootError("the profile reads no last_filled, and no notional, from messages of own orders")
    if told and known and told[0] != known[0]:
        return [f"{told[0]:f} was told to be spent in the end, {known[0]:f} was answered"]
    return []


@check(
    requirement="What a private stream says last of an order that was filled in part and rests is what a query says.",
    remediation="Make the report of a resting order after its trades, from what is left of it.",
)
def what_rests_is_told(evidence: Evidence) -> Iterator[Answer]:
    """An order that takes what there is and rests with the other half is told of with that half filled, not as if nothing were."""

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "take half and rest"), "order_id")
        filled = number(accepted_step(scenario, "query while it rests"), "filled")
        reports = [step for step in _reports(scenario, order_id) if step.label == "answer to placing" and texts(step, "filled")]
        if not reports or not filled:
            raise UnclearError("nothing was heard of how much of the order is filled, or nothing was")
        told = number(reports[-1], "filled")
        return [] if told == filled else [f"{told:f} of an order that rests was told to be filled in the end, {filled:f} was answered"]

    return ask_of(evidence, "streams.filled-and-rests", unless_cut_off(question))


@check(
    requirement="The fees that reports of fills tell are those of the fills.",
    remediation="Charge the fill first, then make the report from it.",
)
def fees_are_told(evidence: Evidence) -> Iterator[Answer]:
    """The fees that are told with each fill of an order add up to what its list of fills says."""

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "take half and rest"), "order_id")
        told = [fee for step in _reports(scenario, order_id) for fee in numbers(step, "last_fee", null_is_none=True)]
        if not told:
            raise MootError("the profile reads no last_fee from messages of own orders")
        fees = numbers(accepted_step(scenario, "fills"), "fee", null_is_none=True)
        if not fees:
            raise UnclearError("the list of the order's fills tells no fee")
        total, known = sum(told, Decimal(0)), sum(fees, Decimal(0))
        return [] if abs(total) == abs(known) else [f"fees of {total:f} were told with the fills of an order that paid {known:f}"]

    return ask_of(evidence, "streams.filled-and-rests", unless_cut_off(question))


@check(
    requirement="A private stream tells each thing once.",
    remediation="Send a report once to each connection; number reports where they must be sent again.",
)
def nothing_is_told_twice(evidence: Evidence) -> Iterator[Answer]:
    """No message about an own order comes twice with the same text on one connection: a client that adds up fills would count it twice.

    Where the exchange says that messages may come again, one that does carries an id by which a client knows it.
    """

    def question(scenario: Scenario) -> list[str]:
        heard = [(message, step) for step in scenario.steps if "order" in texts(step, "kind") for message in texts(step, "message")]
        if not heard:
            raise UnclearError("no order was heard of")
        count = Counter(message for message, _ in heard)
        twice = {message: step for message, step in heard if count[message] > 1 and len(message) < _MOST}
        if not any(texts(step, STATED_AT_LEAST_ONCE) for _, step in heard):
            return [f"{len(twice)} messages of own orders came more than once"] if twice else []
        if not any(texts(step, "event_id") for _, step in heard):
            raise MootError("the profile says that messages may come again, and by no id (event_id)")
        nameless = [message for message, step in twice.items() if not text_or_empty(step, "event_id")]
        return [f"{len(nameless)} messages of own orders came more than once, without an id to know them by"] if nameless else []

    return ask_of(evidence, "streams.own-orders", question)


@check(
    requirement="A private stream names an order by the client order id that it was given.",
    remediation="Make the message from the order as it was placed.",
)
def orders_are_told_by_their_client_id(evidence: Evidence) -> Iterator[Answer]:
    """Where reports carry a client order id, it is the one that the order was placed with.

    A report of a cancellation may carry the cancellation's own instead, as Binance's do.
    """

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        given, order_id = text(placed, "asked.client_order_id"), text(placed, "order_id")
        told = {
            name
            for step in scenario.steps
            if "order" in texts(step, "kind")
            for number_, name in zip(texts(step, "order_id"), texts(step, "client_order_id"), strict=False)
            if number_ == order_id and "cancelled" not in texts(step, "status")
        }
        if not told:
            raise UnclearError("no report with a client order id was heard")
        return [f"an order placed as {given} is told of as {name}" for name in sorted(told - {given})]

    return ask_of(evidence, "streams.own-orders", question)


@check(
    requirement="Messages of own orders that are numbered carry the number that follows the last one's.",
    remediation="Number messages where they are sent, and send every number.",
)
def numbers_of_own_orders_have_no_gap(evidence: Evidence) -> Iterator[Answer]:
    """A client that sees a gap must believe that it missed a fill."""

    def question(scenario: Scenario) -> list[str]:
        told = [int(value) for step in scenario.steps for value in _sequences(step) if value.isdecimal()]
        if len(told) < 2:  # noqa: PLR2004 - one number follows none
            raise UnclearError("the profile reads no sequence from messages of own orders")
        return [f"number {after} follows {before}" for before, after in pairwise(told) if after != before + 1]

    return ask_of(evidence, "streams.own-orders", question)


def _sequences(step: ScenarioStep) -> tuple[str, ...]:
    return texts(step, "sequence")[:1] if {"order", "open_orders"} & set(texts(step, "kind")) else ()


@check(
    requirement="Whoever begins to listen to own orders is told of those that are open, where the exchange says so.",
    remediation="Make the beginning from the same orders that the list of open orders shows.",
)
def open_orders_are_told_first(evidence: Evidence) -> Iterator[Answer]:
    """The message that a subscription to own orders begins with holds an order that was placed before."""

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "place"), "order_id")
        told = [step for step in scenario.steps if "open_orders" in texts(step, "kind")]
        if not told:
            raise UnclearError("no message of open orders was heard")
        return [] if any(order_id in texts(step, "order_id") for step in told) else ["an open order is not among those that are told first"]

    return ask_of(evidence, "streams.open-orders", question)
