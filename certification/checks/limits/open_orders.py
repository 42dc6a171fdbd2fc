"""The limit of open orders: as documented, and of those that are open."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of, step
from certification.evidence.facts import UnclearError, is_accepted, is_refused, number, texts
from certification.evidence.record import REFUSAL, STATED_MOST, Evidence, Scenario
from certification.model import Answer
from sdkgen.refusal import Refusal

_STORY, _FIRST = "limits.open-orders", "order 1"
_OTHER_REASONS = frozenset({Refusal.INSUFFICIENT_FUNDS.value, Refusal.UNAVAILABLE.value})


@check(
    requirement="An account may have as many open orders as documented, and no more.",
    remediation="Count an account's open orders when an order is to rest, and refuse the one that is too many.",
)
def open_orders_are_limited_as_documented(evidence: Evidence) -> Iterator[Answer]:
    """Orders that rest are accepted up to the documented number, together with those that rested before, and the next one is refused."""

    def question(scenario: Scenario) -> list[str]:
        before = len(texts(accepted_step(scenario, "open orders before"), "order_id"))
        most = int(number(step(scenario, _FIRST), STATED_MOST))
        placed = [each for each in scenario.steps if each.label.startswith("order ")]
        last, open_ = placed[-1], before + sum(1 for each in placed if is_accepted(each))
        if not is_accepted(last) and (not is_refused(last) or _OTHER_REASONS & set(texts(last, REFUSAL))):
            raise UnclearError(f"{last.label} was not refused for the number of orders")
        if open_ > most:
            return [f"{open_} orders are open, where {most} are documented"]
        if not is_accepted(last) and open_ < most:
            return [f"with {open_} orders open another was refused, where {most} are documented"]
        if is_accepted(last):
            raise UnclearError(f"only {open_} orders were placed, where {most} are documented")
        return []

    return ask_of(evidence, _STORY, question, about=_FIRST)


@check(
    requirement="An order that has ended no longer counts for the limit of open orders.",
    remediation="Count the orders that are open, not those that were placed.",
)
def ended_orders_make_room(evidence: Evidence) -> Iterator[Answer]:
    """Once one of as many orders as may be open is cancelled, another is accepted."""

    def question(scenario: Scenario) -> list[str]:
        if all(is_accepted(each) for each in scenario.steps if each.label.startswith("order ")):
            raise UnclearError("the limit of open orders was not reached")
        accepted_step(scenario, "cancel one")
        placed = step(scenario, "place in its stead")
        if is_accepted(placed):
            return []
        if not is_refused(placed) or _OTHER_REASONS & set(texts(placed, REFUSAL)):
            raise UnclearError("the order after the cancellation was not refused for the number of orders")
        return ["one of as many orders as may be open was cancelled, and another was refused all the same"]

    return ask_of(evidence, _STORY, question, about=_FIRST)
