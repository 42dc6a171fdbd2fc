"""The order book as clients see it: sorted, uncrossed, and made of the orders that are in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of
from certification.evidence.facts import UnclearError, is_accepted, number, numbers
from certification.evidence.record import Evidence, Scenario, ScenarioStep
from certification.model import Answer

_STORY = "books.own-orders-in-depth"


def _sides(depth: ScenarioStep) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    bids, asks = numbers(depth, "bids.price"), numbers(depth, "asks.price")
    if not bids and not asks:
        raise UnclearError("the profile reads no bids.price and asks.price from the depth")
    return bids, asks


@check(
    requirement="Bids fall and asks rise from the best price on, and no price stands twice.",
    remediation="Sort each side by price, as numbers, before answering.",
)
def depth_is_sorted(evidence: Evidence) -> Iterator[Answer]:
    """The depth lists bids from the highest and asks from the lowest price, each price once."""

    def question(scenario: Scenario) -> list[str]:
        bids, asks = _sides(accepted_step(scenario, "depth"))
        complaints = [f"bid {after:f} stands behind {before:f}" for before, after in pairwise(bids) if after >= before]
        return complaints + [f"ask {after:f} stands behind {before:f}" for before, after in pairwise(asks) if after <= before]

    return ask_of(evidence, _STORY, question)


@check(
    requirement="The best bid is below the best ask.",
    remediation="Match crossing orders before publishing the book, and publish one consistent state of it.",
)
def depth_is_not_crossed(evidence: Evidence) -> Iterator[Answer]:
    """No bid is as high as an ask: such orders would have traded."""

    def question(scenario: Scenario) -> list[str]:
        bids, asks = _sides(accepted_step(scenario, "depth"))
        if not bids or not asks:
            raise UnclearError("one side of the book is empty")
        return [f"the best bid {max(bids):f} is not below the best ask {min(asks):f}"] if max(bids) >= min(asks) else []

    return ask_of(evidence, _STORY, question)


@check(
    requirement="Every level of the depth has a quantity above zero.",
    remediation="Take a level out of the book when its last order goes.",
)
def depth_has_no_empty_levels(evidence: Evidence) -> Iterator[Answer]:
    """No price level is listed with nothing to trade there."""

    def question(scenario: Scenario) -> list[str]:
        depth = accepted_step(scenario, "depth")
        quantities = (*numbers(depth, "bids.quantity"), *numbers(depth, "asks.quantity"))
        if not quantities:
            raise UnclearError("the profile reads no quantities from the depth")
        return [f"a level offers {quantity:f}" for quantity in quantities if quantity <= 0]

    return ask_of(evidence, _STORY, question)


@check(
    requirement="An order that rests is part of the depth at its price.",
    remediation="Answer the depth from the same book that the matching engine works on.",
)
def resting_orders_stand_in_the_depth(evidence: Evidence) -> Iterator[Answer]:
    """Each own resting order's price is a level of the depth with at least its quantity."""

    def question(scenario: Scenario) -> list[str]:
        depth = accepted_step(scenario, "depth")
        levels = dict(zip(numbers(depth, "bids.price"), numbers(depth, "bids.quantity"), strict=False))
        orders = [step for step in scenario.steps if step.label.startswith("place") and is_accepted(step)]
        if not orders:
            raise UnclearError("no order was accepted")
        deepest = min(levels, default=Decimal(0))
        return [
            f"{number(order, 'asked.quantity'):f} at {number(order, 'asked.price'):f} is not in the depth"
            for order in orders
            if number(order, "asked.price") >= deepest
            and levels.get(number(order, "asked.price"), Decimal(0)) < number(order, "asked.quantity")
        ]

    return ask_of(evidence, _STORY, question)


@check(
    requirement="A depth holds no more levels than were asked for.",
    remediation="Cut both sides to the limit of the request.",
)
def depth_keeps_its_limit(evidence: Evidence) -> Iterator[Answer]:
    """Asked for five levels, the depth has at most five bids and five asks."""

    def question(scenario: Scenario) -> list[str]:
        if not any(each.label == "depth of five" for each in scenario.steps):
            raise MootError("the depth takes no limit")
        sides = zip(("bids", "asks"), _sides(accepted_step(scenario, "depth of five")), strict=True)
        return [f"{len(levels)} {name} where 5 were asked for" for name, levels in sides if len(levels) > 5]  # noqa: PLR2004

    return ask_of(evidence, _STORY, question, about="depth of five")
