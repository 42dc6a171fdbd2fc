"""Lists hold what they are asked for: no order that was refused, none of another market, no fill of another order."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, unasked
from certification.evidence.facts import UnclearError, text, texts
from certification.evidence.record import Evidence, Scenario
from certification.model import Answer


@check(
    requirement="An order that was refused rests nowhere.",
    remediation="Look at filters, funds and limits before an order is stored, in the transaction that stores it.",
)
def refused_orders_do_not_rest(evidence: Evidence) -> Iterator[Answer]:
    """After orders off the instrument's grid were refused, the list of open orders holds none that nobody was told of.

    A client that was told of a refusal holds nothing; an order that rests all the same trades behind its back.
    """

    def question(scenario: Scenario) -> list[str]:
        own = text(accepted_step(scenario, "place on the grid"), "order_id")
        if own not in texts(accepted_step(scenario, "open orders"), "order_id"):
            raise UnclearError("not even the order that was accepted is listed")
        return unasked(scenario, "open orders before", "open orders")

    return ask_of(evidence, "orders.off-grid", question)


@check(
    requirement="The open orders of one market are asked for, and no others are listed.",
    remediation="Select by the symbol of the request.",
)
def open_orders_keep_to_their_market(evidence: Evidence) -> Iterator[Answer]:
    """While an order rests in another market, the list of this market's open orders does not hold it."""

    def question(scenario: Scenario) -> list[str]:
        if not scenario.steps:
            raise MootError("the profile names no other market (trading.also), or the list takes no symbol")
        elsewhere, here = (text(accepted_step(scenario, f"place {where}"), "order_id") for where in ("elsewhere", "here"))
        listed = texts(accepted_step(scenario, "open orders here"), "order_id")
        if here not in listed:
            raise UnclearError("not even this market's own order is listed")
        return ["an order of another market stands among this market's open orders"] if elsewhere in listed else []

    return ask_of(evidence, "orders.other-market", question)


@check(
    requirement="The fills of one order are asked for, and no others are listed.",
    remediation="Select by the order id of the request.",
)
def fills_keep_to_their_order(evidence: Evidence) -> Iterator[Answer]:
    """A list of fills that is asked for one order names no other order."""

    def question(scenario: Scenario) -> list[str]:
        fills = accepted_step(scenario, "fills")
        asked, named = texts(fills, "asked.order_id"), texts(fills, "order_id")
        if not asked or not named:
            raise MootError("fills can't be asked for one order, or do not name theirs")
        others = sorted(set(named) - set(asked))
        return [f"asked for the fills of one order, {len(others)} others are named"] if others else []

    return ask_of(evidence, "orders.good-till-cancelled-meets-the-book", question, about="fills")
