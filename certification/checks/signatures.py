"""What a signature proves: that its owner sent all of this request, once; and what else proves who calls."""

from __future__ import annotations

from collections.abc import Iterator

from certification.checks.catalogue import check
from certification.checks.scene import MootError, accepted_step, ask_of, refused_when, step
from certification.evidence.facts import UnclearError, is_refused
from certification.evidence.record import TOLD_SIGNATURE, Evidence, Scenario
from certification.model import Answer

_STORIES = "authentication"


@check(
    requirement="A signature counts for the method that it was made for, where the method is signed.",
    remediation="Verify the signature with the method of the request line.",
)
def they_cover_the_method(evidence: Evidence) -> Iterator[Answer]:
    """A call that carries a signature made for another method is refused: else a recorded look at an order can be made its cancellation."""
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("signed for another method", "signed for another method", scenario))


@check(
    requirement="A signature that leaves out when it was made is refused, where that is signed.",
    remediation="Verify what is documented to be signed, and nothing less; drop older ways of signing.",
)
def they_cover_the_time(evidence: Evidence) -> Iterator[Answer]:
    """A call is refused whose signature was made without its timestamp or nonce: such a signature never ends."""
    label = "signed without its time"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "whose signature leaves out when it was made", scenario))


@check(
    requirement="A signature that leaves out the query is refused, where the query is signed.",
    remediation="Verify the whole target as it stands in the request line, query included.",
)
def they_cover_the_query(evidence: Evidence) -> Iterator[Answer]:
    """A call is refused whose signature was made without its query: whoever relays such calls can ask for something else."""
    label = "signed without its query"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "whose signature leaves out its query", scenario))


@check(
    requirement="A signature that leaves out the body is refused, where the body is signed.",
    remediation="Verify the signature over the body's bytes as they arrived; never try without them.",
)
def they_cover_the_body(evidence: Evidence) -> Iterator[Answer]:
    """A call is refused whose signature was made without its body: whoever relays such an order can make it another."""
    label = "signed without its body"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "whose signature leaves out its body", scenario))


@check(
    requirement="A signature in base64 is compared letter by letter.",
    remediation="Compare the bytes that the signature stands for, in constant time.",
)
def they_are_compared_exactly(evidence: Evidence) -> Iterator[Answer]:
    """A call is refused whose signature in base64 has its small letters large and its large ones small: that is another signature."""
    label = "signature in another case"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "with its signature in another case", scenario))


@check(
    requirement="A wrong passphrase is refused, where requests carry one.",
    remediation="Compare the passphrase with the key's, in constant time, on every private operation.",
)
def passphrases_are_compared(evidence: Evidence) -> Iterator[Answer]:
    """A call whose passphrase was changed by one character is refused: whoever found key and secret lacks it."""
    return ask_of(evidence, _STORIES, lambda scenario: refused_when("wrong passphrase", "with a wrong passphrase", scenario))


@check(
    requirement="A signature that was taken once is taken for nothing else.",
    remediation="Verify every request anew; never remember signatures as good.",
)
def they_count_for_one_request(evidence: Evidence) -> Iterator[Answer]:
    """A call that asks for twice as much as another one, and carries that one's signature, is refused after the other was accepted."""
    label = "signature used before"
    return ask_of(evidence, _STORIES, lambda scenario: refused_when(label, "with the signature of another one", scenario))


@check(
    requirement="A refusal does not tell the signature that a call should have had.",
    remediation="Say that the signature is wrong, and nothing of the right one; keep what was signed out of answers.",
)
def refusals_tell_none(evidence: Evidence) -> Iterator[Answer]:
    """The answer to a call with a wrong signature does not hold the right one.

    Whoever knows a key, which is no secret, could else have every request signed by the exchange.
    """

    def question(scenario: Scenario) -> list[str]:
        if all(each.label != "wrong signature" for each in scenario.steps):
            raise MootError("no call with a wrong signature was sent")
        forged = step(scenario, "wrong signature")
        if not is_refused(forged):
            raise UnclearError("a call with a wrong signature was not refused")
        accepted_step(scenario, "as it should be")
        answer = forged.call.response if forged.call is not None else None
        if answer is not None and any(TOLD_SIGNATURE in each for each in (answer.body, *(value for _, value in answer.headers))):
            return ["the refusal of a wrong signature tells the right one"]
        return []

    return ask_of(evidence, _STORIES, question)
