"""Calls that meet: what is sent at the same instant is decided one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.balances import changes
from certification.checks.catalogue import check
from certification.checks.scene import accepted_step, ask_of
from certification.evidence.facts import RESTING, UnclearError, holdings, is_accepted, number, numbers, text, texts, was_decided
from certification.evidence.record import STATED_SHARED, TAKEN_AT_ONCE, Evidence, Scenario, ScenarioStep
from certification.model import Answer


def _accepted(scenario: Scenario, label: str) -> list[ScenarioStep]:
    """Those of the calls at once that were accepted.

    Raises:
        UnclearError: none was, or no other was decided on: where nonces must grow, one call of several gets through.
    """
    decided = [step for step in scenario.steps if step.label == label and was_decided(step)]
    found = [step for step in decided if is_accepted(step)]
    if not found or len(decided) == 1:
        raise UnclearError(f"of the calls '{label}', {len(decided)} were decided on and {len(found)} accepted, so that none met another")
    return found


def _made_under(steps: list[ScenarioStep], client_id: str, own_id: str) -> dict[str, set[str]]:
    """Client's id -> the exchange's ids of what was made under it."""
    made: dict[str, set[str]] = {}
    for step in steps:
        made.setdefault(text(step, f"asked.{client_id}"), set()).add(text(step, own_id))
    return made


@check(
    requirement="A client order id makes one order, also where requests with it arrive at the same instant.",
    remediation="Enforce the id by a unique index in the transaction that makes the order; looking it up first is not enough.",
)
def one_client_id_makes_one_order(evidence: Evidence) -> Iterator[Answer]:
    """The same order several times at once under one client's id makes one order."""

    def question(scenario: Scenario) -> list[str]:
        made = _made_under(_accepted(scenario, "place at once"), "client_order_id", "order_id")
        rest = [each for step in scenario.steps if step.label == "open orders" for each in texts(step, "client_order_id")]
        most = max(*map(len, made.values()), *(rest.count(name) for name in made))
        if most > 1:
            return [f"requests at once under one client order id made {most} orders"]
        if not set().union(*made.values()) <= set(texts(accepted_step(scenario, "open orders"), "order_id")):
            raise UnclearError("what was made does not stand among the open orders")
        return []

    return ask_of(evidence, "races.same-client-id", question)


@check(
    requirement="What an account has is spent once, also where orders for it arrive at the same instant.",
    remediation="Check and hold the cost of an order in one transaction that locks the balance.",
)
def what_there_is_is_spent_once(evidence: Evidence) -> Iterator[Answer]:
    """Of several orders at once that each take more than half of what is free, one is accepted.

    An order that is confirmed, and over and unfilled when it is asked for, was not.
    """

    def question(scenario: Scenario) -> list[str]:
        _accepted(scenario, "buy most of it at once")
        complaints, accepted = [], 0
        for step in scenario.steps:
            if step.label == "buy most of it at once":
                accepted += is_accepted(step)
            elif step.label == TAKEN_AT_ONCE:
                accepted -= _is_turned_down(step)
            elif accepted:
                complaints += [f"{accepted} orders at once were accepted, each for more than half of what was free"] if accepted > 1 else []
                accepted = 0
        return complaints[:1]

    return ask_of(evidence, "races.spend-twice", question)


def _is_turned_down(look: ScenarioStep) -> bool:
    """Whether an order that had been confirmed was not taken after all: it is over, and nothing of it was filled."""
    told = is_accepted(look) and bool(texts(look, "status")) and text(look, "status") not in RESTING
    return told and not any(numbers(look, "filled"))


@check(
    requirement="An order is cancelled once: what it held comes back once, however many cancellations arrive at the same instant.",
    remediation="Change the order's state and release what it holds in one transaction, from an open state only.",
)
def cancelling_at_once_gives_back_once(evidence: Evidence) -> Iterator[Answer]:
    """Several cancellations of one order at once leave every balance as it was before the order."""

    def question(scenario: Scenario) -> list[str]:
        _accepted(scenario, "cancel at once")
        pairs = zip(
            (step for step in scenario.steps if step.label == "balances before"),
            (step for step in scenario.steps if step.label == "balances after"),
            strict=False,
        )
        return [change for before, after in pairs for change in changes(holdings(before), holdings(after))]

    return ask_of(evidence, "races.cancel-at-once", question)


@check(
    requirement="Where an order is sold to at the instant of its cancellation, both sides are told the same fill, and nothing stays held.",
    remediation="Let matching and cancelling of one order go through the same queue.",
)
def cancels_and_fills_agree(evidence: Evidence) -> Iterator[Answer]:
    """What the order says that it bought is what the sale says that it sold; an order that ended holds nothing."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "order after")
        complaints = [complaint for steps in _rounds(scenario) for complaint in _disagreements(steps)]
        if not complaints and any(_others_met(steps) for steps in _rounds(scenario)):
            raise UnclearError("the order and the sale were filled differently, which others' orders can explain on a shared sandbox")
        return complaints

    return ask_of(evidence, "races.cancel-while-it-fills", question)


def _rounds(scenario: Scenario) -> Iterator[dict[str, ScenarioStep]]:
    """The steps of each round by their labels."""
    steps: dict[str, ScenarioStep] = {}
    for step in scenario.steps:
        steps[step.label] = step
        if step.label == "balances after":
            yield steps
            steps = {}


def _filled(steps: dict[str, ScenarioStep]) -> tuple[Decimal, Decimal]:
    """What the order bought, and what the sale to it sold; the same twice where the sale is not told."""
    bought, sale = number(steps["order after"], "filled"), steps.get("sale after")
    return bought, number(sale, "filled") if sale is not None and is_accepted(sale) else bought


def _others_met(steps: dict[str, ScenarioStep]) -> bool:
    """Whether both were filled differently where somebody else may have met one of them."""
    order, sale = steps.get("order after"), steps.get("sale after")
    if order is None or not is_accepted(order) or sale is None or not texts(sale, STATED_SHARED):
        return False
    bought, sold = _filled(steps)
    return bought != sold


def _disagreements(steps: dict[str, ScenarioStep]) -> Iterator[str]:
    order = steps.get("order after")
    if order is None or not is_accepted(order):
        return
    bought, sold = _filled(steps)
    if bought != sold and not _others_met(steps):
        yield f"the order bought {bought:f}, the sale to it sold {sold:f}"
    if text(order, "status") in RESTING:
        return
    before, after = holdings(steps["balances before"]), holdings(steps["balances after"])
    for asset, (_, held) in after.items():
        if held != before.get(asset, (held, held))[1]:
            yield f"{held:f} {asset} is held after the order ended, {before[asset][1]:f} before it was placed"


@check(
    requirement="A client's id makes one withdrawal, also where requests with it arrive at the same instant.",
    remediation="Enforce the id by a unique index in the transaction that takes the amount from the balance.",
)
def one_client_id_withdraws_once(evidence: Evidence) -> Iterator[Answer]:
    """The same withdrawal several times at once under one client's id makes one withdrawal."""

    def question(scenario: Scenario) -> list[str]:
        made = _made_under(_accepted(scenario, "withdraw at once"), "client_withdrawal_id", "withdrawal_id")
        most = max(map(len, made.values()))
        if most > 1:
            return [f"requests at once under one client's id made {most} withdrawals"]
        if holdings(accepted_step(scenario, "balances before")) == holdings(accepted_step(scenario, "balances after")):
            raise UnclearError("the withdrawal changed no balance")
        return []

    return ask_of(evidence, "races.withdraw-at-once", question)
