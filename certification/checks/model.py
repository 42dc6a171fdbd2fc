"""Whether an exchange does what a model of it predicts: every order, fill, hold and balance, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import ask_of
from certification.evidence.facts import UnclearError, text_or_empty
from certification.evidence.model.agreement import Disagreement, Theme, disagreement
from certification.evidence.record import Evidence, Scenario
from certification.model import Answer

_STORY = "model.trading-by-chance"
_MOST_ACTIONS = 8
_SEEN_BY = {Theme.ORDERS: "orders", Theme.FILLS: "fills", Theme.BALANCES: "balances", Theme.BOOKS: "book"}


def _agrees(evidence: Evidence, theme: Theme) -> Iterator[Answer]:
    """An answer on one theme; its subject is the operation whose answer shows the difference."""

    def question(scenario: Scenario) -> list[str]:
        if not any(step.facts and text_or_empty(step, "action") for step in scenario.steps):
            raise UnclearError("nothing was traded")
        found = disagreement(scenario.steps)
        differences = [each.told for each in found.differences if each.theme is theme] if found else []
        if not differences and not _seen(scenario, theme):
            raise UnclearError(f"the profile reads no {_SEEN_BY[theme]} that the model could be compared with")
        return [f"{differences[0]}, after {_course(found)}", *differences[1:]] if found and differences else []

    yield from ask_of(evidence, _STORY, question, about=_shown_by(evidence, theme))


def _seen(scenario: Scenario, theme: Theme) -> bool:
    wanted = {"order", "open_orders"} if theme is Theme.ORDERS else {_SEEN_BY[theme]}
    return any(text_or_empty(step, "look") in wanted for step in scenario.steps)


def _course(found: Disagreement) -> str:
    shown = found.actions[-_MOST_ACTIONS:]
    more = "" if len(shown) == len(found.actions) else f"{len(found.actions) - len(shown)} other actions; "
    return more + "; ".join(shown)


def _shown_by(evidence: Evidence, theme: Theme) -> str:
    """The label of the step that shows the difference; empty where there is none."""
    for scenario in evidence.scenarios or ():
        if scenario.id == _STORY:
            try:
                found = disagreement(scenario.steps)
            except UnclearError:
                continue
            return next((each.label for each in found.differences if each.theme is theme), "") if found else ""
    return ""


@check(
    requirement="Every order is in the state that what was done before makes of it: status, amount filled, and whether it is open.",
    remediation="Play the sequence that the finding names against the matching engine, and compare the order after each action.",
)
def orders_agree_with_the_model(evidence: Evidence) -> Iterator[Answer]:
    """Over sequences of orders drawn by chance, each order's answer, query and place among the open orders are as a model predicts.

    The model knows the profile and the actions, nothing of the exchange's code. Where the two part ways, the shortest sequence that
    shows it is told.
    """
    return _agrees(evidence, Theme.ORDERS)


@check(
    requirement="Every fill has the quantity, price, fee and fee asset that price-time priority and the documented fees make of it.",
    remediation="Play the sequence that the finding names; match at the resting order's price, and round each fee as documented.",
)
def fills_agree_with_the_model(evidence: Evidence) -> Iterator[Answer]:
    """Over sequences of orders drawn by chance, each order's fills and fees are as a model predicts, to the last digit."""
    return _agrees(evidence, Theme.FILLS)


@check(
    requirement="Every balance, free and held, changes by exactly what the fills, fees and open orders make of it.",
    remediation="Play the sequence that the finding names, and compare the ledger's entries with the orders' fills after each action.",
)
def balances_agree_with_the_model(evidence: Evidence) -> Iterator[Answer]:
    """Over sequences of orders drawn by chance, what both accounts own and hold is as a model predicts after each action.

    Money that appears or vanishes by a rounding is found here, and so are holds that outlive their order.
    """
    return _agrees(evidence, Theme.BALANCES)


@check(
    requirement="The book shows exactly what rests in it, after every action.",
    remediation="Play the sequence that the finding names; publish the depth from the book that orders are matched in.",
)
def books_agree_with_the_model(evidence: Evidence) -> Iterator[Answer]:
    """Over sequences of orders drawn by chance, the levels between the market's best prices hold what a model predicts."""
    return _agrees(evidence, Theme.BOOKS)
