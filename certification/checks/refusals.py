"""What must not be taken for an order, because it means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of
from certification.evidence.facts import UnclearError, is_accepted, was_decided
from certification.evidence.record import Evidence, Scenario
from certification.model import Answer

_SPOILT = ("place with ", "place without ")
"""How the labels of orders begin that have a spoilt term, or lack one."""


@check(
    requirement="An order with an unknown side, type or time in force, or with a price or quantity that is missing, is no number or is not "
    "above nought, is refused.",
    remediation="Compare every word of a request with those that there are, and parse amounts as decimals above nought. Where something is "
    "not understood, refuse: never fall back to a default.",
)
def meaningless_orders_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """The usual order is taken; the same with one spoilt term is not, whichever the term."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place as usual")
        tried = [each for each in scenario.steps if each.label.startswith(_SPOILT) and was_decided(each)]
        if not tried:
            raise UnclearError("no order with a spoilt term was decided on")
        return [f"'{each.label}' was accepted" for each in tried if is_accepted(each)]

    return ask_of(evidence, "refusals.meaningless-order", question)
