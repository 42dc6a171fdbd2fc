"""What is not as described in a story is told once for each operation or stream."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.checks.shapes import messages_keep_their_shape, trading_answers_keep_their_shape
from certification.evidence.record import FLAW, Call, Evidence, Message, Observation, Scenario, ScenarioStep
from certification.model import Outcome

MESSAGE = Message(start="200", headers=(), body="{}")


def answered(flaw: str | None, operation: str = "placeOrder", status: int = 200) -> ScenarioStep:
    call = Call(operation=operation, actor="first", request=MESSAGE, response=MESSAGE, status=status, elapsed_ms=1, flaw=flaw)
    return ScenarioStep(label="place", call=call, facts=())


def heard(*flaws: str) -> ScenarioStep:
    return ScenarioStep(label="first hears order", call=None, facts=tuple((FLAW, flaw) for flaw in flaws))


def story(*steps: ScenarioStep) -> Evidence:
    told = Scenario(
        id="orders.rest", operation="streams.orders", observation=Observation.COMPLETE, reason="", steps=steps, reproduce="certify replay"
    )
    return Evidence(scenarios=(told,))


def test_each_operation_s_answers_are_judged_together() -> None:
    answers = tuple(
        trading_answers_keep_their_shape(story(answered(""), answered("a"), answered("b"), answered("a"), answered("", "time")))
    )
    assert [(answer.subject, answer.outcome, answer.summary) for answer in answers] == [
        ("placeOrder", Outcome.FAILED, "a; b"),
        ("time", Outcome.PASSED, "1 as described"),
    ]
    assert answers[0].reproduce == "certify replay"
    assert len(answers[0].evidence) == 1


@pytest.mark.parametrize("status", [401, 403, 407, 418, 429, 500, 502, 503, 504])
def test_an_answer_to_the_caller_instead_of_the_question_is_not_judged(status: int) -> None:
    (answer,) = trading_answers_keep_their_shape(story(answered("a", status=status)))
    assert answer.outcome is Outcome.NOT_OBSERVED
    (answer,) = trading_answers_keep_their_shape(story(answered("a", status=400)))
    assert answer.outcome is Outcome.FAILED


def test_a_limit_that_was_broken_on_purpose_answers_for_its_refusals() -> None:
    told = story(answered("a", status=429))
    assert told.scenarios is not None
    burst = Evidence(scenarios=(replace(told.scenarios[0], id="limits.burst"),))
    (answer,) = trading_answers_keep_their_shape(burst)
    assert (answer.outcome, answer.summary) == (Outcome.FAILED, "a")


def test_messages_are_judged_by_stream() -> None:
    (answer,) = messages_keep_their_shape(story(heard(""), heard("lacks fee")))
    assert (answer.subject, answer.outcome, answer.summary) == ("streams.orders", Outcome.FAILED, "lacks fee")
    (answer,) = messages_keep_their_shape(story(heard("")))
    assert answer.outcome is Outcome.PASSED


def test_what_was_held_against_nothing_is_not_observed() -> None:
    for check in (trading_answers_keep_their_shape, messages_keep_their_shape):
        (answer,) = check(story(answered(None), heard()))
        assert answer.outcome is Outcome.NOT_OBSERVED
        (answer,) = check(Evidence())
        assert answer.outcome is Outcome.NOT_OBSERVED
