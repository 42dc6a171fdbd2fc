"""Who may call: every private operation refuses a caller who does not prove who it is, and does nothing for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, refused_when, timely_step, unasked
from certification.evidence.facts import UnclearError, is_accepted, is_refused, number, text
from certification.evidence.record import Evidence, Observation, Scenario, ScenarioStep
from certification.model import Answer

_STORIES = "authentication"


@check(
    requirement="A private operation refuses a call that carries no proof of identity with 401 or 403.",
    remediation="Require authentication before the operation's handler runs, and answer 401.",
)
def unsigned_calls_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call without any proof of identity is refused on every private operation that the profile maps.

    Anyone on the network could otherwise read balances or trade in another's name.
    """
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("unsigned", "without any signature", scenario))


@check(
    requirement="A signature that does not fit the request is refused.",
    remediation="Compute the signature over the received bytes and compare it in constant time before anything else.",
)
def wrong_signatures_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call whose signature was changed by one character is refused.

    The key alone is no secret: it travels with every request. Only the signature proves that its owner sent it.
    """
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("wrong signature", "with a wrong signature", scenario))


@check(
    requirement="What was signed is what is done: arguments changed after signing are refused.",
    remediation="Sign and verify the whole query and body, byte for byte, as they arrived.",
)
def changed_requests_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call whose query or body was changed after it was signed is refused.

    Otherwise whoever relays a request can turn an order for one into an order for a hundred.
    """
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("changed after signing", "changed after it was signed", scenario))


@check(
    requirement="A request that was signed long ago (15 minutes) is refused.",
    remediation="Refuse a timestamp outside the documented window, on every private operation.",
)
def stale_requests_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call signed a quarter of an hour ago is refused.

    A time window is what keeps a recorded request from being played again later.
    """
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("stale timestamp", "signed 15 minutes ago", scenario))


@check(
    requirement="A request whose timestamp lies in the future (15 minutes) is refused.",
    remediation="Refuse a timestamp that is ahead of the clock by more than the documented tolerance, as one that is behind it.",
)
def future_requests_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call signed for a quarter of an hour from now is refused.

    A request dated ahead outlives its window: whoever records it can wait, and play it when it suits.
    """
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("future timestamp", "dated 15 minutes ahead", scenario))


@check(
    requirement="A signature that is there but empty is refused.",
    remediation="Treat an empty signature like a missing one, and never compare it with an empty expectation.",
)
def empty_signatures_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call whose signature's place holds nothing is refused on every private operation that the profile maps."""
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("empty signature", "with an empty signature", scenario))


@check(
    requirement="A key without a signature is refused.",
    remediation="Demand the signature on every private operation before looking at anything else; a key alone proves nothing.",
)
def keys_alone_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call that names its key and leaves the signature out is refused on every private operation that the profile maps."""
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("signature left out", "without its signature", scenario))


@check(
    requirement="A key is compared letter by letter: one in another case is no key.",
    remediation="Look keys up in a column that tells small letters from large ones.",
)
def keys_are_compared_exactly(evidence: Evidence) -> Iterator[Answer]:
    """A call whose key has its small letters large and its large ones small is refused: else keys of two customers can be one."""
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("key in another case", "with its key in another case", scenario))


@check(
    requirement="A signature made with another account's secret is refused.",
    remediation="Look the secret up by the key that came with the request; never try one secret after the other.",
)
def signatures_of_others_are_refused(evidence: Evidence) -> Iterator[Answer]:
    """A call with the first account's key, signed with the second account's secret, is refused.

    Any customer could otherwise act as any other: keys travel in clear with every request.
    """
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("signed by another", "signed with another account's secret", scenario))


@check(
    requirement="How long a request counts is part of what is signed, where the request says it.",
    remediation="Put the window into the signed payload, and verify it with the value that came.",
)
def windows_are_signed(evidence: Evidence) -> Iterator[Answer]:
    """A call whose window was made longer after it was signed is refused: else whoever relays it can keep it alive."""
    label = "window changed after signing"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "whose window was changed after it was signed", scenario))


@check(
    requirement="When a request was made is part of what is signed, where the request says it.",
    remediation="Put the timestamp into the signed payload, and verify it with the value that came.",
)
def timestamps_are_signed(evidence: Evidence) -> Iterator[Answer]:
    """A call whose timestamp was moved by one unit after it was signed is refused: else a recorded request can be made fresh for ever."""
    label = "timestamp changed after signing"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "whose timestamp was changed after it was signed", scenario))


@check(
    requirement="A signature counts for the path that it was made for, where the path is signed.",
    remediation="Verify the signature with the path that was called, exactly as it came.",
)
def signatures_keep_to_their_path(evidence: Evidence) -> Iterator[Answer]:
    """A call that carries a signature made for another private path is refused: else a recorded look at orders can be made a withdrawal."""
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("signed for another path", "signed for another path", scenario))


@check(
    requirement="What is not signed is not obeyed: a query beside a signed body changes nothing of what was asked.",
    remediation="Read arguments from the signed body alone, and refuse them in the query.",
)
def unsigned_fields_change_nothing(evidence: Evidence) -> Iterator[Answer]:
    """An order whose quantity is asked for twice over in an unsigned query is refused, or is as its signed body says."""

    def question(scenario: Scenario) -> list[str]:
        if scenario.observation is Observation.COMPLETE and not scenario.steps:
            raise MootError("no order is asked for in a signed body beside an unsigned query")
        placed = timely_step(scenario, "quantity in an unsigned query too")
        if not is_accepted(placed) and not is_refused(placed):
            raise UnclearError(f"an order with an unsigned query was answered {placed.call.status if placed.call else None}")
        if is_refused(placed):  # as a caller without proof, too: some verify the query with the path
            accepted_step(scenario, "as it should be")
            return []
        seen, meant = number(accepted_step(scenario, "query"), "quantity"), number(placed, "asked.quantity")
        return [] if seen == meant else [f"an order signed for {meant:f} is one for {seen:f}, as its unsigned query says"]

    return ask_of(evidence, "signatures.unsigned-query", question)


@check(
    requirement="A call that is refused changes nothing.",
    remediation="Verify who calls before the operation's handler runs, not beside it.",
)
def refused_calls_change_nothing(evidence: Evidence) -> Iterator[Answer]:
    """After forged orders were refused none of them rests, and after forged cancellations were refused the order still does."""

    def forged(scenario: Scenario) -> list[ScenarioStep]:
        steps = [each for each in scenario.steps if each.label in _FORGERIES]
        if not any(is_refused(each) for each in steps):
            raise UnclearError("no forged call was refused")
        return steps

    def placed(scenario: Scenario) -> list[str]:
        forged(scenario)
        text(accepted_step(scenario, "as it should be"), "order_id")
        return unasked(scenario, "open orders before", "open orders after forgeries")

    def cancelled(scenario: Scenario) -> list[str]:
        status = text(accepted_step(scenario, "query after forgeries"), "status")
        if any(is_accepted(each) for each in forged(scenario)):
            raise UnclearError("a forged cancellation was accepted")
        if status not in {"open", "cancelled"}:  # others filled it, or the profile has no word for what it is
            raise UnclearError(f"the order is {status}, so nothing tells whether a refused call changed it")
        return [] if status == "open" else [f"an order is {status} after its cancellation was refused"]

    questions = {f"{_STORIES}.place": placed, f"{_STORIES}.cancel": cancelled}
    told = tuple(scenario for scenario in evidence.scenarios or () if scenario.id in questions)
    return ask_of(replace(evidence, scenarios=told), _STORIES, lambda scenario: questions[scenario.id](scenario))


_FORGERIES = frozenset(
    {
        "unsigned",
        "wrong signature",
        "stale timestamp",
        "changed after signing",
        "future timestamp",
        "empty signature",
        "signature left out",
        "key in another case",
        "signed by another",
        "window changed after signing",
        "timestamp changed after signing",
        "signed for another path",
        "signed for another method",
        "signed without its time",
        "signed without its query",
        "signed without its body",
        "signature in another case",
        "wrong passphrase",
    }
)
