"""What a private stream says of the account's money: each change, as it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from certification.checks.catalogue import check
from certification.checks.replica import kind
from certification.checks.scene import accepted_step, ask_of, unless_cut_off
from certification.checks.streams.talk import REFUSALS
from certification.evidence.amounts import changed, is_told
from certification.evidence.facts import UnclearError, is_accepted, texts
from certification.evidence.record import STATED_NAME, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_PHASES = (
    ("place", "balances before", "balances while it rests", "placing an order"),
    ("cancel", "balances while it rests", "balances after", "its cancellation"),
    ("take", "balances after", "balances after a fill", "a fill"),
)
"""What was done, the balances before it and after it, and how it is told."""


@check(
    requirement="Every change of a balance is told to its owner: what is held for an order, what is given back, what a fill moves.",
    remediation="Send the asset's new amounts in the transaction that changes them, holds too.",
)
def changes_of_balances_are_told(evidence: Evidence) -> Iterator[Answer]:
    """After an order rests, is cancelled and is filled, each asset whose answered amounts changed is told with the same ones.

    Only amounts that the stream tells at all are compared.
    """

    def question(scenario: Scenario) -> list[str]:
        if any(REFUSALS & {kind(each)} for each in scenario.steps):
            raise UnclearError("the login or the subscription to balances was refused")
        complaints: list[str] = []
        moved = False
        for done, before, after, what in _PHASES:
            if not any(each.label == done and is_accepted(each) for each in scenario.steps):
                continue
            first, second = accepted_step(scenario, before), accepted_step(scenario, after)
            differs = changed(first, second, texts(accepted_step(scenario, "balances before"), STATED_NAME))
            moved = moved or bool(differs)
            heard = _heard_after(scenario, second)
            complaints += [
                f"after {what} {asset} was not told to have {_in_words(row)}"
                for asset, row in differs.items()
                if not any(is_told(each, asset, row) for each in heard)
            ]
        if not moved:
            raise UnclearError("no amount that the stream tells changed")
        return complaints

    return ask_of(evidence, "streams.balances", unless_cut_off(question))


def _heard_after(scenario: Scenario, answered: ScenarioStep) -> list[ScenarioStep]:
    """Messages of balances from an answer on, until the next call."""
    found: list[ScenarioStep] = []
    for each in scenario.steps[scenario.steps.index(answered) + 1 :]:
        if each.call is not None:
            break
        found += [each] if kind(each) == "balance" else []
    return found


def _in_words(row: dict[str, Decimal]) -> str:
    return " and ".join(f"{name} {amount:f}" for name, amount in row.items())
