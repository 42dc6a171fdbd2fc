"""What remains of orders that have ended: they are found, by either name, and say how they ended."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step
from certification.evidence.facts import RESTING, UnclearError, is_refused, text, texts
from certification.evidence.record import STATED_EXPIRED, Evidence, Scenario
from certification.model import Answer

_STORY = "orders.rest-and-cancel"


@check(
    requirement="An order that the history tells of is found by a query too.",
    remediation="Answer queries and the history from one store, and forget an order in both or in neither.",
)
def orders_of_the_history_are_found(evidence: Evidence) -> Iterator[Answer]:
    """A cancelled order that stands in the history is not refused as unknown by a query, asked just before.

    A client that looks for an order after a lost answer, and is told that there is none, places it once more.
    """

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "place"), "order_id")
        queried, history = decided_step(scenario, "query after"), accepted_step(scenario, "history after")
        if order_id not in texts(history, "order_id"):
            raise UnclearError("the order does not stand on the pages of the history that were read")
        status = queried.call.status if queried.call else None
        return [f"an order that stands in the history was refused with {status} when it was asked for"] if is_refused(queried) else []

    return ask_of(evidence, _STORY, question, about="query after")


@check(
    requirement="An order that is found by the exchange's id after its end is found by its client's id too.",
    remediation="Keep client ids as long as the orders that they name.",
)
def client_ids_name_ended_orders(evidence: Evidence) -> Iterator[Answer]:
    """A cancelled order is found by its client's id, where queries take one, as long as it is found by its own.

    Whoever lost the answer knows the client's id alone: an order that was filled at once would look as if it had never been.
    """

    def question(scenario: Scenario) -> list[str]:
        order_id = text(accepted_step(scenario, "query after"), "order_id")
        if all(each.label != "query by its client id after" for each in scenario.steps):
            raise MootError("orders are not asked for by their client's id")
        named = decided_step(scenario, "query by its client id after")
        if is_refused(named):
            return [f"an order that has ended is not found by its client's id ({named.call.status if named.call else None})"]
        found = text(named, "order_id")
        return [] if found == order_id else [f"the client's id of {order_id} leads to {found} after its end"]

    return ask_of(evidence, _STORY, question, about="query by its client id after")


@check(
    requirement="An order that ended at its time says so, where the exchange has a word for it.",
    remediation="Keep why an order ended with the order, and answer from there.",
)
def expired_orders_say_so(evidence: Evidence) -> Iterator[Answer]:
    """An order that nobody cancelled or filled is not told as cancelled after its time, where the profile has a word for expired orders."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        look = accepted_step(scenario, "query after its time")
        status = text(look, "status")
        if not texts(look, STATED_EXPIRED):
            raise MootError("the profile has no word for orders that expired (values of status)")
        if status in RESTING:
            raise UnclearError("the order had not ended")
        return [f"an order whose time was over has the status {status}"] if status != "expired" else []

    return ask_of(evidence, "expiry.order", question, about="query after its time")
