from __future__ import annotations

import pytest

from certification.checks.catalogue import catalogue
from certification.checks.scene import accepted_step, decided_step, told_lines
from certification.evidence.facts import UnclearError, is_accepted, is_refused
from certification.evidence.record import Call, Evidence, Message, Observation, ScenarioStep
from certification.evidence.scenarios.run import STORIES
from certification.model import Outcome
from tests.simulators.told import answers, step, told

OF_STORIES = (
    "authentication",
    "orders",
    "expiry",
    "repeats",
    "balances",
    "withdrawals",
    "model",
    "books",
    "market",
    "pagination",
    "limits",
    "streams",
)
CHECKS = tuple(check.id for check in catalogue() if check.id.partition(".")[0] in OF_STORIES)


@pytest.mark.parametrize("check", CHECKS)
def test_a_story_that_was_not_played_is_not_observed(check: str) -> None:
    (none,) = answers(check)
    assert (none.subject, none.outcome) == ("api", Outcome.NOT_OBSERVED)
    told_away = (told(story.id, observation=Observation.UNAVAILABLE, reason="the sandbox went away") for story in STORIES)
    gone = answers(check, *told_away)
    assert gone
    assert {(answer.outcome, answer.summary) for answer in gone} == {(Outcome.NOT_OBSERVED, "the sandbox went away")}


@pytest.mark.parametrize("check", CHECKS)
def test_a_story_without_steps_is_no_pass(check: str) -> None:
    outcomes = {answer.outcome for answer in answers(check, *(told(story.id) for story in STORIES))}
    assert not outcomes & {Outcome.PASSED, Outcome.ERROR}


@pytest.mark.parametrize("check", CHECKS)
def test_what_an_exchange_does_not_have_is_not_asked(check: str) -> None:
    told_away = (told(story.id, observation=Observation.ABSENT, reason="it has none") for story in STORIES)
    assert {(answer.outcome, answer.summary) for answer in answers(check, *told_away)} == {(Outcome.NOT_APPLICABLE, "it has none")}


def test_no_scenarios_at_all_are_no_pass() -> None:
    for check in catalogue():
        if check.id in CHECKS:
            assert {answer.outcome for answer in check.answer(Evidence())} == {Outcome.NOT_OBSERVED}


def test_only_the_wanted_stories_are_asked() -> None:
    subjects = answers("pagination.pages_repeat_nothing", told("paginations.fills"), told("pagination.fills"), told("pagination.trades"))
    assert len(subjects) == 2


def test_a_story_is_told_in_lines_the_last_ones_where_there_are_many() -> None:
    unanswered = Call(
        operation="a", actor="first", request=Message(start="GET /a", headers=()), response=None, status=None, elapsed_ms=1, failure="no"
    )
    story = told(
        "a.b",
        *(step(f"step {number}") for number in range(20)),
        ScenarioStep(label="end", call=unanswered),
        step("facts", {"x": "1"}, status=None),
    )
    assert told_lines(story, most=3) == (
        'step 19 (first): POST /orders {"symbol":"BTC-USD"} -> 200 {}',
        "end (first): GET /a -> None no",
        "facts: x=1",
    )
    assert len(told_lines(story)) == 12


@pytest.mark.parametrize(
    ("status", "accepted", "refused"),
    [(199, False, False), (200, True, False), (299, True, False), (300, False, False), (404, False, True), (500, False, False)],
)
def test_statuses_say_whether_a_call_was_accepted_or_refused(status: int, *, accepted: bool, refused: bool) -> None:
    assert (is_accepted(step("a", status=status)), is_refused(step("a", status=status))) == (accepted, refused)
    assert not is_accepted(step("a", status=None))
    assert not is_refused(step("a", status=None))


def test_a_refusal_inside_a_good_answer_is_a_refusal() -> None:
    refused = step("a", {"refusal": "invalid_order"})
    assert (is_accepted(refused), is_refused(refused)) == (False, True)
    broken = step("a", {"refusal": "invalid_order"}, status=500)
    assert (is_accepted(broken), is_refused(broken)) == (False, False)
    with pytest.raises(UnclearError, match="was answered 200 invalid_order, so"):
        accepted_step(told("x.y", refused), "a")


@pytest.mark.parametrize(
    ("word", "status", "decided"),
    [
        ("invalid_order", 200, True),
        ("unknown_order", 400, True),
        ("insufficient_funds", 400, True),
        ("authentication", 200, False),
        ("clock", 400, False),
        ("rate_limit", 200, False),
        ("permission", 400, False),
        ("unavailable", 200, False),
        ("unknown_outcome", 200, False),
    ],
)
def test_what_a_refusal_means_says_whether_the_exchange_decided(word: str, status: int, *, decided: bool) -> None:
    story = told("x.y", step("a", {"refusal": word}, status=status))
    if decided:
        assert decided_step(story, "a") is story.steps[0]
    else:
        with pytest.raises(UnclearError, match=f"{status} {word}"):
            decided_step(story, "a")
