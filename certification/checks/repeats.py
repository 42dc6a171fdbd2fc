"""Requests that come again: they do nothing twice, and count no longer than they say."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, decided_step, step, timely_step
from certification.evidence.facts import UnclearError, is_accepted, is_refused, is_throttled, text, text_or_empty, texts
from certification.evidence.model.terms import CancelledAgain, Replays
from certification.evidence.record import REFUSAL, STATED_CANCELLED_AGAIN, STATED_REPLAYS, Evidence, Observation, Scenario, ScenarioStep
from certification.model import Answer

_SENDING = "repeats.same-bytes"
_PAGE = 50
"""A list of so many may be a page of a longer one: what is new in it need not be."""


def _again(scenario: Scenario, label: str) -> ScenarioStep:
    """The repeat.

    Raises:
        UnclearError: it was throttled.
    """
    again = step(scenario, label)
    if is_throttled(again):
        raise UnclearError(f"'{label}' was throttled")
    return again


def _beside(scenario: Scenario, name: str, made: str) -> list[str] | None:
    """What is new in the list after both beside what the first made; ``None`` where the lists can't tell."""
    before = next((each for each in scenario.steps if each.label == "list before" and is_accepted(each)), None)
    after = texts(accepted_step(scenario, "list"), name)
    if before is None or len(after) >= _PAGE:
        return None
    return [each for each in dict.fromkeys(after) if each not in {made, *texts(before, name)}]


@check(
    requirement="The same signed bytes, sent twice, make one order and one withdrawal.",
    remediation="Remember signed requests for as long as they count, or make the client's id unique, and answer a repeat with the first.",
)
def the_same_bytes_do_nothing_twice(evidence: Evidence) -> Iterator[Answer]:
    """A signed order, or withdrawal, that is sent again to the byte makes no second one, whatever the answer says.

    One that is answered as the first was, or as if there were nothing to do, is as good as a refusal.
    Proxies and libraries send a request again when a connection breaks; so does whoever recorded one.
    """

    def question(scenario: Scenario) -> list[str]:
        first, again = accepted_step(scenario, "send"), _again(scenario, "send again")
        name = "order_id" if texts(first, "order_id") else "withdrawal_id"
        made, then = text(first, name), text_or_empty(again, name)
        if is_accepted(again) and then and then != made:
            return [f"the same signed bytes made {made} and then {then}"]
        listed, more = texts(accepted_step(scenario, "list"), name), _beside(scenario, name, made)
        if more and (made in listed or len(more) > 1):
            return [f"the same signed bytes made {made}, and {' and '.join(more)}, which nobody was told of"]
        if made not in listed:
            raise UnclearError("what was sent stands in no list")
        if is_accepted(again) and not then and more is None:
            raise UnclearError("'send again' was accepted without an id, and no list tells what it made")
        return []

    return ask_of(evidence, _SENDING, question)


@check(
    requirement="What the profile states of signed requests that come again is so.",
    remediation="Keep key and signature of each accepted request until its window is over, and refuse what comes with them again.",
)
def the_same_bytes_are_answered_as_stated(evidence: Evidence) -> Iterator[Answer]:
    """Where replays are said to be refused they are; where they are said to do no harm, they are answered without a failure."""

    def question(scenario: Scenario) -> list[str]:
        first, again = accepted_step(scenario, "send"), _again(scenario, "send again")
        stated = text_or_empty(first, STATED_REPLAYS)
        if not stated:
            raise MootError("the profile does not say what becomes of replays (trading.replays)")
        status = again.call.status if again.call else None
        if stated == Replays.REFUSED and is_accepted(again):
            return [f"the same signed bytes were accepted again with {status}"]
        return [] if is_refused(again) or is_accepted(again) else [f"the same signed bytes, sent again, were answered {status}"]

    return ask_of(evidence, _SENDING, question)


@check(
    requirement="A request that was accepted once counts no longer than its window.",
    remediation="Hold every request against the clock, those that came before too.",
)
def requests_end_with_their_window(evidence: Evidence) -> Iterator[Answer]:
    """A signed request that is accepted near the end of its window is refused when the same bytes come after it."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "within its window")
        late = timely_step(scenario, "after its window")
        accepted_step(scenario, "signed anew")
        status = late.call.status if late.call else None
        if is_accepted(late):
            return [f"a request was accepted with {status} after its window, because it had been before"]
        return [] if is_refused(late) else [f"a request that came after its window was answered {status}"]

    return ask_of(evidence, "repeats.after-its-window", question)


_NONCES = "repeats.nonces"


def _with_nonces(scenario: Scenario) -> None:
    if scenario.observation is Observation.COMPLETE and not scenario.steps:
        raise MootError("requests carry no nonce")
    accepted_step(scenario, "newer nonce")


@check(
    requirement="Where nonces only grow, a request with a smaller one than the last is refused, whatever it calls.",
    remediation="Keep the last nonce of each key in one place for all calls, and compare and store it in one step.",
)
def nonces_only_grow(evidence: Evidence) -> Iterator[Answer]:
    """A request that was signed before another one, and comes after it, is refused: else one that was held back can be played later."""

    def question(scenario: Scenario) -> list[str]:
        _with_nonces(scenario)
        older = timely_step(scenario, "older nonce")
        status = older.call.status if older.call else None
        if is_accepted(older):
            return [f"a request with a smaller nonce than the last was accepted with {status}"]
        return [] if is_refused(older) else [f"a request with a smaller nonce than the last was answered {status}"]

    return ask_of(evidence, _NONCES, question)


@check(
    requirement="A request with a wrong signature spends no nonce.",
    remediation="Verify the signature first; store the nonce only of requests whose owner is proved.",
)
def forgeries_spend_no_nonce(evidence: Evidence) -> Iterator[Answer]:
    """After a forged request with a nonce ahead, its owner's own are accepted as before: else whoever knows a key can lock it out."""

    def question(scenario: Scenario) -> list[str]:
        _with_nonces(scenario)
        if not is_refused(timely_step(scenario, "forged, with a nonce ahead")):
            raise UnclearError("the forged request was not refused")
        after = timely_step(scenario, "after the forgery")
        if is_accepted(after):
            return []
        if not is_refused(after):
            raise UnclearError(f"'after the forgery' was answered {after.call.status if after.call else None}")
        accepted_step(scenario, "when that nonce has passed")
        return [f"after a forged request with a nonce ahead, its owner is answered {text_or_empty(after, REFUSAL) or 'nothing good'}"]

    return ask_of(evidence, _NONCES, question)


@check(
    requirement="Cancelling once more what is cancelled is refused, or answered as the first time, and never fails.",
    remediation="Look at the order's status first; answer a cancelled one as it is, or with a refusal of its own code.",
)
def cancelling_again_is_answered(evidence: Evidence) -> Iterator[Answer]:
    """A cancellation whose answer was lost is sent again: the answer is the cancelled order, or a refusal, and no 5xx."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "cancel")
        if text(accepted_step(scenario, "query after"), "status") != "cancelled":
            raise UnclearError("the order was not cancelled the first time")
        again = decided_step(scenario, "cancel again", failures=True)
        if is_refused(again):
            return []
        if not is_accepted(again):
            return [f"cancelling a cancelled order was answered {again.call.status if again.call else None}"]
        told = set(texts(again, "status")) - {"cancelled"}
        return [f"cancelling a cancelled order was answered with the status {status}" for status in sorted(told)]

    return ask_of(evidence, "orders.rest-and-cancel", question, about="cancel again")


@check(
    requirement="Cancelling once more what is cancelled is answered as the exchange documents it: refused, or accepted.",
    remediation="Answer by the order's state, as the documentation says; a cancellation that did nothing must not look like one that did.",
)
def cancelling_again_is_answered_as_stated(evidence: Evidence) -> Iterator[Answer]:
    """Where the profile says how a second cancellation is answered, it is answered so."""

    def question(scenario: Scenario) -> list[str]:
        accepted_step(scenario, "cancel")
        again = decided_step(scenario, "cancel again")
        stated = text_or_empty(again, STATED_CANCELLED_AGAIN)
        if not stated:
            raise MootError("the profile does not say how a second cancellation is answered (trading.cancelled_again)")
        if text(accepted_step(scenario, "query after"), "status") != "cancelled":
            raise UnclearError("the order was not cancelled the first time")
        told = CancelledAgain.ACCEPTED if is_accepted(again) else CancelledAgain.REFUSED
        return [] if told == stated else [f"a second cancellation was {told.value}; the exchange says that it is {stated}"]

    return ask_of(evidence, "orders.rest-and-cancel", question, about="cancel again")
