"""Whose things are whose: a key does no more than it may, and one account is closed to another."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of, decided_step, step
from certification.evidence.facts import RESTING, UnclearError, is_accepted, text, texts, was_decided
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_CONTROL = "other account's balances"
"""Shows that the other account can call at all: a refusal would else say nothing about whose the order is."""


@check(
    requirement="A key that may only read can neither place nor cancel orders.",
    remediation="Look at the key's permissions before the operation's handler runs, and answer 403.",
)
def read_only_keys_cannot_trade(evidence: Evidence) -> Iterator[Answer]:
    """A key without the permission to trade reads balances, but can neither place an order nor cancel one.

    Such keys are given to accountants and dashboards, which are trusted with less than money.
    """

    def question(scenario: Scenario) -> list[str]:
        tries = ("observer places", "placed"), ("observer cancels", "cancelled")
        complaints = [f"a key that may only read {did} an order" for label, did in tries if is_accepted(step(scenario, label))]
        accepted_step(scenario, "observer reads")
        accepted_step(scenario, "place")
        return complaints

    return ask_of(evidence, "permissions.read-only-key", question)


@check(
    requirement="An account reads only its own orders (OWASP API Security Top 10 2023, API1: broken object level authorisation).",
    remediation="Look an order up by account and id together, and answer as if another's order did not exist.",
)
def orders_of_others_are_hidden(evidence: Evidence) -> Iterator[Answer]:
    """The second account can neither read the first one's order by its id nor find it in its own list."""

    def question(scenario: Scenario) -> list[str]:
        placed = accepted_step(scenario, "place")
        accepted_step(scenario, _CONTROL)
        complaints = []
        if _shows(step(scenario, "other account reads it"), step(scenario, "query after")):
            complaints.append("another account's order was readable by its id")
        by_client_id = [each for each in scenario.steps if each.label == "other account reads it by its client id"]
        if any(_shows(each, step(scenario, "query after")) for each in by_client_id):
            complaints.append("another account's order was readable by its client order id")
        listed = step(scenario, "other account lists")
        if text(placed, "order_id") in texts(listed, "order_id"):
            complaints.append("another account's order stood in the list of open orders")
        return complaints

    return ask_of(evidence, "orders.other-account", question)


def _shows(strangers: ScenarioStep, owners: ScenarioStep) -> bool:
    """Whether the stranger's answer shows an order; where the owner's names one, an accepted answer that names none is an empty list."""
    return is_accepted(strangers) and bool(texts(strangers, "order_id") or not texts(owners, "order_id"))


@check(
    requirement="An account's lists of fills and orders hold its own alone (OWASP API Security Top 10 2023, API1).",
    remediation="Select by the caller's account before anything else, whatever the arguments are.",
)
def lists_of_others_are_hidden(evidence: Evidence) -> Iterator[Answer]:
    """Two accounts that ask for their fills, and for the history of their orders, are never told of the same order."""

    def question(scenario: Scenario) -> list[str]:
        complaints, seen = [], False
        for role in ("fills", "order_history"):
            first, second = ([each for each in scenario.steps if each.label == f"{role} of {who}"] for who in ("first", "second"))
            if not first or not second or not is_accepted(first[0]) or not is_accepted(second[0]):
                continue
            own = set(texts(first[0], "order_id")) - {"", "null"}
            seen = seen or bool(own)
            shared = sorted(own & set(texts(second[0], "order_id")))
            complaints += [f"order {each} stands in the {role.replace('_', ' ')} of two accounts" for each in shared[:1]]
        if not seen:
            raise UnclearError("the first account's fills and history told of no order")
        return complaints

    return ask_of(evidence, "permissions.lists", question)


@check(
    requirement="An account cancels only its own orders (OWASP API Security Top 10 2023, API1).",
    remediation="Look an order up by account and id together before cancelling it.",
)
def orders_of_others_are_untouchable(evidence: Evidence) -> Iterator[Answer]:
    """The second account can't cancel the first one's order.

    What counts is whether the order still rests: some exchanges answer yes to cancelling nothing.
    """

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        accepted_step(scenario, _CONTROL)
        step(scenario, "other account cancels it")
        tried = [each for each in scenario.steps if each.label in _CANCELLATIONS and is_accepted(each)]
        if not _was_ended(step(scenario, "query after"), tried):
            if tried and not _ends_for_its_owner(scenario):
                raise UnclearError("the order rests on when its owner cancels it, too")
            return []
        complaints = [f"another account's order could be cancelled ({each.label})" for each in tried]
        return [*complaints, "the order was cancelled by another account"]

    return ask_of(evidence, "orders.other-account", question, about="other account cancels it")


_CANCELLATIONS = frozenset({"other account cancels it", "other account cancels it by its client id"})


def _ends_for_its_owner(scenario: Scenario) -> bool:
    """Whether the owner's own cancellation ended the order: else nothing tells what another's might have done."""
    accepted_step(scenario, "own cancel")
    look = decided_step(scenario, "query in the end")
    return not is_accepted(look) or text(look, "status") not in RESTING


def _was_ended(look: ScenarioStep, tried: list[ScenarioStep]) -> bool:
    """Whether an order no longer rests, by its owner's look at it.

    Raises:
        UnclearError: another's cancellation of it was accepted, and the look does not tell what became of it.
    """
    if is_accepted(look):
        status = text(look, "status")
        if tried and status not in RESTING | {"cancelled"}:  # others filled it, or the profile has no word for what it is
            raise UnclearError(f"the order is {status}, so nothing tells whether another account ended it")
        return status == "cancelled"
    if tried and not was_decided(look):
        raise UnclearError(f"'{look.label}' was not answered, so nothing tells whether another account ended the order")
    return bool(tried)
