"""What an account is told of another's money: nothing, whatever it asks for by name."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step
from certification.evidence.facts import UnclearError, is_accepted, text, texts
from certification.evidence.record import Evidence, Observation, Scenario
from certification.model import Answer

_FIRSTS, _SECONDS = "fills of the order for first", "fills of the order for second"


@check(
    requirement="An account is not told the fills of another's order (OWASP API Security Top 10 2023, API1).",
    remediation="Select fills by the caller's account first, and by the order that is asked for second.",
)
def fills_are_hidden(evidence: Evidence) -> Iterator[Answer]:
    """The second account that asks for the fills of the first one's order, by its id, is refused or told of none."""

    def question(scenario: Scenario) -> list[str]:
        if all(each.label != _SECONDS for each in scenario.steps):
            raise MootError("fills are not asked for by order")
        order_id = text(accepted_step(scenario, "take"), "order_id")
        if order_id not in texts(accepted_step(scenario, _FIRSTS), "order_id"):
            raise UnclearError("not even its owner is told the order's fills")
        told = decided_step(scenario, _SECONDS)
        return ["the fills of another account's order were told"] if is_accepted(told) and order_id in texts(told, "order_id") else []

    return ask_of(evidence, "permissions.lists", question, about=_SECONDS)


@check(
    requirement="An account reads its own statement alone (OWASP API Security Top 10 2023, API1).",
    remediation="Look an account up by its owner and its id together, and answer as if another's did not exist.",
)
def statements_are_hidden(evidence: Evidence) -> Iterator[Answer]:
    """The second account that asks for the first one's statement, by its id, is told of no entry, while its own is answered."""

    def question(scenario: Scenario) -> list[str]:
        if scenario.observation is Observation.COMPLETE and all(not each.label.startswith("statement") for each in scenario.steps):
            raise MootError("the statement is not asked for by an account's id")
        theirs = decided_step(scenario, "statement of first")
        own = accepted_step(scenario, "statement of second")
        if texts(own, "asked.account") == texts(theirs, "asked.account"):
            raise MootError("both accounts are told the same id")
        told = len(texts(theirs, "item_id")) if is_accepted(theirs) else 0
        return [f"{told} entries of another account's statement were told"] if told else []

    return ask_of(evidence, "permissions.statements", question, about="statement of first")
