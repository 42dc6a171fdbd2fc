"""Orders that are changed while they rest: as asked, held for exactly, by their owner alone, and not at all where it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step
from certification.evidence.facts import RESTING, UnclearError, holdings, is_accepted, number, numbers, text, texts
from certification.evidence.model.terms import AmendedPlace
from certification.evidence.record import STATED_PLACE, Evidence, Scenario, ScenarioStep
from certification.model import Answer

_ALONE = "amend.moved-and-grown"
_IN_PART = "amend.filled-in-part"
_INTO = "amend.into-the-book"
_REFUSED = ("beyond means", "off the grid")


def _terms(look: ScenarioStep) -> tuple[object, ...]:
    """What an order is, as far as it is told."""
    return (text(look, "status") in RESTING, number(look, "price"), number(look, "quantity"))


@check(
    requirement="An amended order is what was asked: it rests with the new price and the new quantity, once.",
    remediation="Take the quantity for the new total, what was filled included, and answer from the store after the change.",
)
def amended_orders_are_what_was_asked(evidence: Evidence) -> Iterator[Answer]:
    """After an amendment was accepted, the order rests with the price and the whole quantity that were asked for, filled in part or not.

    Where it has a new id, the old one rests no more: else one order has become two.
    """

    def question(scenario: Scenario) -> list[str]:
        if scenario.id == _INTO:
            raise MootError("there it is moved to where it must not go")
        placed, amended = accepted_step(scenario, "place"), accepted_step(scenario, "amend")
        look = accepted_step(scenario, "query amended")
        if scenario.id == _IN_PART and not any(numbers(accepted_step(scenario, "query in part"), "filled")):
            raise UnclearError("the order was not filled in part")
        complaints = [
            f"{name} {number(look, name):f} where {number(amended, f'asked.{name}'):f} was asked"
            for name in ("price", "quantity")
            if texts(amended, f"asked.{name}") and number(look, name) != number(amended, f"asked.{name}")
        ]
        if text(look, "status") not in RESTING:
            complaints.append(f"an order that was amended has the status {text(look, 'status')}")
        listed = [name for each in scenario.steps if each.label == "open orders" for name in texts(each, "order_id")]
        old, new = text(placed, "order_id"), texts(amended, "order_id")
        return complaints + (["the order rests under its old id and its new one"] if new and old != new[0] and old in listed else [])

    return ask_of(evidence, "amend", question)


@check(
    requirement="What is held follows an amendment to the last digit.",
    remediation="Work the hold out anew from the new terms, and move the difference in the transaction that changes the order.",
)
def holds_follow_amendments(evidence: Evidence) -> Iterator[Answer]:
    """An order that was amended holds as much as one that is placed with the same terms."""

    def question(scenario: Scenario) -> list[str]:
        for label in ("amend", "cancel", "place alike"):
            accepted_step(scenario, label)
        amended, alike = (holdings(accepted_step(scenario, f"balances {what}")) for what in ("amended", "alike"))
        return [
            f"{asset}: {amended[asset][1]:f} is held for an amended order, {alike[asset][1]:f} for one that was placed alike"
            for asset in sorted(amended.keys() & alike.keys())
            if amended[asset] != alike[asset]
        ]

    return ask_of(evidence, _ALONE, question)


@check(
    requirement="An amendment that can't be paid for, or is off the grid, is refused, and leaves the order as it was.",
    remediation="Check the new terms before the old ones are touched, and undo nothing by hand: one transaction does both or neither.",
)
def refused_amendments_change_nothing(evidence: Evidence) -> Iterator[Answer]:
    """Asked for more than there is, or for half a price step, the exchange refuses, and the order rests as it did, held for as it was."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "amend")
        before, complaints = _terms(accepted_step(scenario, "query amended")), []
        tried = [what for what in _REFUSED if any(each.label == f"amend {what}" for each in scenario.steps)]
        if not tried:
            raise MootError("an amendment has neither a price nor a quantity")
        for what in tried:
            if is_accepted(decided_step(scenario, f"amend {what}")):
                complaints.append(f"an amendment {what} was accepted")
            elif _terms(accepted_step(scenario, f"query after amending {what}")) != before:
                complaints.append(f"an amendment {what} was refused, and changed the order all the same")
        held, now = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("amended", "after refusals"))
        changed = [asset for asset in sorted(held.keys() & now.keys()) if held[asset] != now[asset]]
        return complaints or [f"an amendment was refused, and changed what is free or held of {asset}" for asset in changed]

    return ask_of(evidence, _ALONE, question)


@check(
    requirement="An order that has ended can't be amended.",
    remediation="Look at the status in the transaction that changes the order, and refuse what does not rest.",
)
def ended_orders_stay_ended(evidence: Evidence) -> Iterator[Answer]:
    """Amending an order after it was cancelled brings nothing back."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "amend")
        accepted_step(scenario, "cancel")
        late, look = decided_step(scenario, "amend what has ended"), decided_step(scenario, "query in the end")
        if is_accepted(look) and text(look, "status") in RESTING:
            return ["an order that was cancelled rests again after it was amended"]
        return ["an order that was cancelled could be amended"] if is_accepted(late) else []

    return ask_of(evidence, _ALONE, question)


@check(
    requirement="An account can't amend another's order (OWASP API Security Top 10 2023, API1).",
    remediation="Look an order up by account and id together before it is changed, and answer as if another's did not exist.",
)
def orders_of_others_cannot_be_amended(evidence: Evidence) -> Iterator[Answer]:
    """The second account asks for other terms of the first one's order, and the order stays as it is."""

    def question(scenario: Scenario) -> list[str]:
        placed, look = accepted_step(scenario, "place"), accepted_step(scenario, "query after another account")
        accepted_step(scenario, "amend")
        others = decided_step(scenario, "another account amends it")
        changed = any(number(look, name) != number(placed, f"asked.{name}") for name in ("price", "quantity"))
        return ["another account's order was amended"] if changed or is_accepted(others) else []

    return ask_of(evidence, _IN_PART, question)


@check(
    requirement="An order that must not take does not take when it is amended, either.",
    remediation="Hold the new price against the book as when the order is placed, and refuse the amendment.",
)
def amended_post_only_orders_never_take(evidence: Evidence) -> Iterator[Answer]:
    """A post-only order that is moved to the best ask is not filled there: the amendment is refused, or the order ends."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "place")
        decided_step(scenario, "amend into the book")
        return ["a post-only order was amended, and took"] if any(numbers(accepted_step(scenario, "query amended"), "filled")) else []

    return ask_of(evidence, _INTO, question)


@check(
    requirement="An amended order has the place among those of its price that is documented.",
    remediation="Take an order out of its level and put it at the end exactly where the documentation says that it loses its place.",
)
def places_are_as_documented(evidence: Evidence) -> Iterator[Answer]:
    """Where an order keeps its place when it becomes smaller, the newer one behind it is not filled first; where it goes to the end, it is.

    A market maker amends all day, and prices its place in the queue.
    """

    def question(scenario: Scenario) -> list[str]:
        complaints = []
        for change in ("shrinks", "grows"):
            amended = accepted_step(scenario, f"it {change}")
            if not number(accepted_step(scenario, f"sell when it {change}"), "asked.quantity"):
                raise UnclearError("nothing was sold to the orders")
            newer = number(accepted_step(scenario, f"newer after it {change}"), "filled")
            kept = change == "shrinks" and text(amended, STATED_PLACE) == AmendedPlace.KEPT_WHEN_SMALLER.value
            if kept and newer:
                complaints.append("an order that became smaller lost its place to a newer one")
            if not kept and not newer:
                complaints.append(f"an order that {'grew' if change == 'grows' else 'became smaller'} kept its place before a newer one")
        return complaints

    return ask_of(evidence, "places.amended", question, about="it shrinks")
