"""Cancelling everything at once: every order that it is about, no other, with all that they held."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step, step
from certification.evidence.facts import RESTING, UnclearError, holdings, is_accepted, numbers, text, text_or_empty, texts
from certification.evidence.record import STATED_LISTED, STATED_SCOPE, Evidence, Reach, Scenario
from certification.model import Answer

_STORY = "cancel-all"
_OF_THE_ACCOUNT = "cancel-all.of-the-account"
_FILLED_IN_PART = "cancel-all.filled-in-part"
_OTHERS = "another account's"
_FILLED = "filled"


def _scope(scenario: Scenario) -> Reach:
    return Reach(text(accepted_step(scenario, "cancel all"), STATED_SCOPE))


def _placed(scenario: Scenario) -> dict[str, str]:
    """The story's orders that the call is about, by what the story calls them, and their ids.

    Raises:
        UnclearError: none was taken in, or nobody knows its id.
    """
    names = ["first", "second", *(["elsewhere"] if _scope(scenario) is Reach.ACCOUNT else [])]
    steps = {each.label: each for each in scenario.steps if is_accepted(each)}
    found = {name: text(steps[f"place {name}"], "order_id") for name in names if f"place {name}" in steps}
    if not found:
        raise UnclearError("no order was placed that could be cancelled")
    return found


def _rests(scenario: Scenario, label: str) -> bool:
    """Whether an order was in the book when it was asked for; one that is not found any more is not."""
    look = decided_step(scenario, label)
    return is_accepted(look) and text(look, "status") in RESTING


def _after_some_ended(scenario: Scenario, label: str) -> bool:
    """Whether an order that must be left alone rests, or was filled, while at least one of the others ended.

    Raises:
        UnclearError: nothing ended, so that what was left alone says nothing.
    """
    if all(_rests(scenario, f"{name} after") for name in _placed(scenario)):
        raise UnclearError("nothing was cancelled at all")
    return _rests(scenario, label) or text_or_empty(step(scenario, label), "status") == _FILLED


@check(
    requirement="Cancelling everything cancels every resting order that it is about: in each market, filled in part or not.",
    remediation="Select by account (and market, where one is named) and by open states alone, and cancel each in one transaction.",
)
def everything_is_cancelled(evidence: Evidence) -> Iterator[Answer]:
    """After everything was cancelled, no order of the account rests where the call reaches, not even one that was filled in part.

    This is what a trader reaches for when something is wrong: an order that stays behind trades on with nobody watching.
    """

    def question(scenario: Scenario) -> list[str]:
        placed = _placed(scenario)
        complaints = [
            f"an order ({name}) has the status {text(step(scenario, f'{name} after'), 'status')} after everything was cancelled"
            for name in placed
            if _rests(scenario, f"{name} after")
        ]
        listed = set(texts(accepted_step(scenario, "open orders after"), "order_id"))
        still = [name for name, order_id in placed.items() if order_id in listed]
        return complaints or [f"an order ({name}) still stands among the open orders after everything was cancelled" for name in still]

    return ask_of(evidence, _STORY, question)


@check(
    requirement="Cancelling everything of one market leaves other markets alone.",
    remediation="Select by the market of the request as well as by account.",
)
def other_markets_stay(evidence: Evidence) -> Iterator[Answer]:
    """Where the call names a market, an order of another one rests on."""

    def question(scenario: Scenario) -> list[str]:
        if _scope(scenario) is Reach.ACCOUNT:
            raise MootError("it cancels in every market")
        if not any(each.label == "place elsewhere" for each in scenario.steps):
            raise MootError("the profile names no other market (trading.also)")
        accepted_step(scenario, "place elsewhere")
        return [] if _after_some_ended(scenario, "elsewhere after") else ["an order of another market was cancelled too"]

    return ask_of(evidence, _OF_THE_ACCOUNT, question)


@check(
    requirement="Cancelling everything touches no other account (OWASP API Security Top 10 2023, API1).",
    remediation="Select by the account of the key that signed, before anything else.",
)
def other_accounts_stay(evidence: Evidence) -> Iterator[Answer]:
    """While one account cancels everything, another account's order rests on."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "cancel all")
        accepted_step(scenario, f"place {_OTHERS}")
        return [] if _after_some_ended(scenario, f"{_OTHERS} after") else ["another account's order was cancelled too"]

    return ask_of(evidence, _FILLED_IN_PART, question)


@check(
    requirement="What orders held is free again when everything was cancelled.",
    remediation="Release each order's own hold in the transaction that cancels it, as when it is cancelled alone.",
)
def holds_are_freed(evidence: Evidence) -> Iterator[Answer]:
    """After everything was cancelled, no more is held of any asset than before the orders were placed, to the last digit.

    Less may be: what rested there before was cancelled too.
    """

    def question(scenario: Scenario) -> list[str]:
        placed = _placed(scenario)
        if any(_rests(scenario, f"{name} after") for name in placed):
            raise UnclearError("an order still rests, and is held for")
        if any(each.label == "cancel elsewhere" for each in scenario.steps):
            accepted_step(scenario, "cancel elsewhere")
        before, after = (holdings(accepted_step(scenario, f"balances {when}")) for when in ("before", "after"))
        return [
            f"{asset}: {before[asset][1]:f} was held before, and {after[asset][1]:f} after everything was cancelled"
            for asset in sorted(before.keys() & after.keys())
            if after[asset][1] > before[asset][1]
        ]

    return ask_of(evidence, _STORY, question)


@check(
    requirement="The answer says what was cancelled: how many orders, or which.",
    remediation="Answer with the orders that the call itself ended, all of them and no others.",
)
def it_tells_what_was_cancelled(evidence: Evidence) -> Iterator[Answer]:
    """The count, or the list of orders, that cancelling everything is answered with is that of the orders that rested and rest no more."""

    def question(scenario: Scenario) -> list[str]:
        placed, answered = _placed(scenario), accepted_step(scenario, "cancel all")
        counts, named = numbers(answered, "count", null_is_none=True), texts(answered, "order_id")
        if not counts and not named:
            raise MootError("the profile reads neither count nor order_id from the answer")
        rested = texts(accepted_step(scenario, "open orders before"), "order_id")
        ended = [order_id for name, order_id in placed.items() if order_id in rested and not _rests(scenario, f"{name} after")]
        # A list may lag behind: what was placed a moment ago may have rested without standing there yet.
        known = {*rested, *placed.values()}
        whole = text(answered, STATED_SCOPE) == text(answered, STATED_LISTED)
        complaints = [f"{len(ended)} orders were cancelled and {count:f} told" for count in counts[:1] if count < len(ended)]
        complaints += [f"{len(known)} orders rested and {count:f} were told" for count in counts[:1] if whole and count > len(known)]
        complaints += ["an order was cancelled and not named" for order_id in ended if named and order_id not in named]
        strange = [order_id for order_id in named if whole and order_id not in known]
        return complaints + (["an order was named that did not rest"] if strange else [])

    return ask_of(evidence, _STORY, question)
