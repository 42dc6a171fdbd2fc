"""What a signature must prove, and what must be refused beside it."""

from __future__ import annotations

import pytest

from certification.evidence.record import TOLD_SIGNATURE, Call, Message, Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import answers, but, cut, step, told

PASSED, FAILED, UNSEEN, MOOT = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_OBSERVED, Outcome.NOT_APPLICABLE
WAYS = (
    ("they_cover_the_method", "signed for another method", "signed for another method"),
    ("they_cover_the_time", "signed without its time", "whose signature leaves out when it was made"),
    ("they_cover_the_query", "signed without its query", "whose signature leaves out its query"),
    ("they_cover_the_body", "signed without its body", "whose signature leaves out its body"),
    ("they_are_compared_exactly", "signature in another case", "with its signature in another case"),
    ("passphrases_are_compared", "wrong passphrase", "with a wrong passphrase"),
    ("they_count_for_one_request", "signature used before", "with the signature of another one"),
)
GUARDED = told("authentication.fills", *(step(label, status=401) for _, label, _ in WAYS), step("as it should be"))


@pytest.mark.parametrize(("check", "label", "how"), WAYS)
def test_what_a_signature_does_not_prove_must_be_refused(check: str, label: str, how: str) -> None:
    check = f"signatures.{check}"
    (right,) = answers(check, GUARDED)
    assert right.outcome is PASSED
    (accepted,) = answers(check, but(GUARDED, label, status=200))
    assert (accepted.outcome, accepted.summary) == (FAILED, f"a call {how} was accepted with 200")
    (moot,) = answers(check, cut(GUARDED, label))
    assert moot.outcome is MOOT
    (unclear,) = answers(check, but(GUARDED, "as it should be", status=401))
    assert unclear.outcome is UNSEEN


def refused(body: str, status: int = 401) -> Scenario:
    call = Call(
        operation="fills",
        actor="first",
        request=Message(start="GET /", headers=()),
        response=Message(start=str(status), headers=(), body=body),
        status=status,
        elapsed_ms=1,
    )
    return told("authentication.fills", ScenarioStep(label="wrong signature", call=call, facts=()), step("as it should be"))


def test_a_refusal_must_not_tell_the_right_signature() -> None:
    check = "signatures.refusals_tell_none"
    (silent,) = answers(check, refused('{"message":"no"}'))
    assert silent.outcome is PASSED
    (telling,) = answers(check, refused(f'{{"message":"expected {TOLD_SIGNATURE}"}}'))
    assert (telling.outcome, telling.summary) == (FAILED, "the refusal of a wrong signature tells the right one")
    (aside,) = answers(check, but(refused("{}"), "wrong signature", status=401, headers={"x-expected": TOLD_SIGNATURE}))
    assert aside.outcome is FAILED
    (accepted,) = answers(check, refused("{}", 200))
    assert accepted.outcome is UNSEEN
    (alike,) = answers(check, but(refused("{}"), "as it should be", status=401))
    assert alike.outcome is UNSEEN
    (moot,) = answers(check, told("authentication.fills", step("as it should be")))
    assert moot.outcome is MOOT
