"""What a private stream says of orders: all that becomes of them, to their owner alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.replica import kind
from certification.checks.scene import accepted_step, ask_of, unless_cut_off
from certification.checks.streams.talk import REFUSALS
from certification.evidence.facts import UnclearError, is_accepted, number, numbers, text, texts
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_OWN = "streams.own-orders"


def _statuses(scenario: Scenario, order_id: str) -> list[str]:
    """What was heard of an order, in order."""
    return [
        status
        for candidate in scenario.steps
        if kind(candidate) == "order"
        for told, status in zip(texts(candidate, "order_id"), texts(candidate, "status"), strict=False)
        if told == order_id
    ]


def _end(scenario: Scenario, taken: ScenarioStep) -> str:
    """What became of an order that was filled: by its own answer, or by a query where that tells nothing."""
    return text(_known(scenario, taken), "status")


def _known(scenario: Scenario, taken: ScenarioStep) -> ScenarioStep:
    queried = [candidate for candidate in scenario.steps if candidate.label == "query taken" and is_accepted(candidate)]
    return taken if texts(taken, "status") or not queried else queried[0]


def _subscribed(scenario: Scenario) -> None:
    """Raises UnclearError where the account could not listen to its orders at all."""
    kinds = [kind(candidate) for candidate in scenario.steps]
    if REFUSALS & set(kinds):
        raise UnclearError("the login or the subscription to own orders was refused")


@check(
    requirement="The owner hears of each thing that becomes of an order: that it rests, is filled, is cancelled.",
    remediation="Send an order's new state in the same transaction that changes it.",
)
def own_orders_are_told(evidence: Evidence) -> Iterator[Answer]:
    """An order that rests, is cancelled or is filled is heard of on the private stream each time."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        expected = [(accepted_step(scenario, "place"), "open")]
        accepted_step(scenario, "cancel")
        expected.append((expected[0][0], "cancelled"))
        expected += [(taken, _end(scenario, taken)) for taken in scenario.steps if taken.label == "take" and is_accepted(taken)]
        return [
            f"the {label} of an order ({status}) was not heard of"
            for (order, status), label in zip(expected, ("placing", "cancellation", "filling"), strict=False)
            if status not in _statuses(scenario, text(order, "order_id"))
        ]

    return ask_of(evidence, _OWN, unless_cut_off(question))


@check(
    requirement="The owner hears that an order which rested was filled by somebody else.",
    remediation="Tell both sides of a trade, not only the one whose request made it.",
)
def fills_of_resting_orders_are_told(evidence: Evidence) -> Iterator[Answer]:
    """Of an order that rests and that the other account fills, the private stream says that it is filled."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        resting = accepted_step(scenario, "rest")
        if text(accepted_step(scenario, "query"), "status") != "filled":
            raise UnclearError("the order that rested was not filled by the other account's")
        told = _statuses(scenario, text(resting, "order_id"))
        return [] if "filled" in told else [f"that an order was filled while it rested was not heard ({', '.join(told) or 'nothing'} was)"]

    return ask_of(evidence, "streams.filled-at-rest", unless_cut_off(question))


def _told_rows(scenario: Scenario) -> Iterator[tuple[str, str, Decimal]]:
    """Order, status and filled amount of everything that was heard; a message may tell of several orders, or of none."""
    for candidate in scenario.steps:
        if kind(candidate) == "order" and texts(candidate, "order_id"):
            yield from zip(texts(candidate, "order_id"), texts(candidate, "status"), numbers(candidate, "filled"), strict=False)


@check(
    requirement="The amount filled that a private stream tells never falls, and nothing follows an order's end.",
    remediation="Send an order's states in the order in which they happen.",
)
def orders_are_told_in_order(evidence: Evidence) -> Iterator[Answer]:
    """Of each order, what is heard goes forward: the filled amount grows, and a filled or cancelled order stays so."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        complaints = []
        filled: dict[str, Decimal] = {}
        ended: dict[str, str] = {}
        for order_id, status, amount in _told_rows(scenario):
            if amount < filled.get(order_id, Decimal(0)):
                complaints.append(f"the filled amount of {order_id} fell from {filled[order_id]:f} to {amount:f}")
            if order_id in ended and status != ended[order_id]:
                complaints.append(f"{order_id} was {ended[order_id]}, then {status}")
            filled[order_id] = amount
            if status in {"filled", "cancelled"}:
                ended[order_id] = status
        if not filled:
            raise UnclearError("no order was heard of")
        return complaints

    return ask_of(evidence, _OWN, question)


@check(
    requirement="A private stream carries the listener's own orders only (OWASP API Security Top 10 2023, API1).",
    remediation="Choose each message's receivers by the order's account.",
)
def orders_of_others_are_not_told(evidence: Evidence) -> Iterator[Answer]:
    """The second account, logged in as itself, hears nothing of the first one's orders."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        theirs, own = accepted_step(scenario, "first places"), accepted_step(scenario, "second places")
        heard = _statuses(scenario, text(theirs, "order_id"))
        if heard:
            return [f"another account's order was heard of ({', '.join(heard)})"]
        if not _statuses(scenario, text(own, "order_id")):
            raise UnclearError("not even its own order was heard of")
        return []

    return ask_of(evidence, "streams.other-account", question)


@check(
    requirement="What a private stream tells of an order is what the order's own answer says.",
    remediation="Make the message from the order as it is after the change.",
)
def orders_are_told_as_they_are(evidence: Evidence) -> Iterator[Answer]:
    """Of an order that was filled, the filled amount that is heard in the end is the one that was answered."""

    def question(scenario: Scenario) -> list[str]:
        _subscribed(scenario)
        taken = accepted_step(scenario, "take")
        heard = [
            (status, amount)
            for candidate in scenario.steps
            if kind(candidate) == "order"
            for told, status, amount in zip(
                texts(candidate, "order_id"), texts(candidate, "status"), numbers(candidate, "filled"), strict=False
            )
            if told == text(taken, "order_id")
        ]
        known = _known(scenario, taken)
        last = [amount for status, amount in heard if status == text(known, "status")]
        if not last:
            raise UnclearError("the order's last state was not heard of")
        answered = number(known, "filled")
        return [] if last[-1] == answered else [f"{last[-1]:f} of an order was heard to be filled, {answered:f} was answered"]

    return ask_of(evidence, _OWN, question)
