"""Checks that hold a record of trading against the model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.model import TERMS, EngineGround
from certification.evidence.model.action import Manner, Place, Side
from certification.evidence.model.explore import play
from certification.evidence.record import Scenario, ScenarioStep
from certification.model import Outcome
from tests.simulators.told import answers, told

STORY = "model.trading-by-chance"
SALES = tuple(
    Place(key=f"s{number}", who="second", side=Side.SELL, manner=Manner.REST, level=3, quantity=TERMS.quantity) for number in range(9)
)
BUY = Place(key="b", who="first", side=Side.BUY, manner=Manner.IMMEDIATE, level=3, quantity=TERMS.quantity)
CHECKS = ("orders", "fills", "balances", "books")


def story(*faults: str, sales: int = 2) -> Scenario:
    return told(STORY, *play((*SALES[:sales], BUY), EngineGround(*faults), TERMS, ()).steps)


@pytest.mark.parametrize("theme", CHECKS)
def test_an_exchange_that_does_as_predicted_passes(theme: str) -> None:
    (answer,) = answers(f"model.{theme}_agree_with_the_model", story())
    assert answer.outcome is Outcome.PASSED


@pytest.mark.parametrize("theme", CHECKS)
def test_what_differs_is_told_with_the_actions_that_lead_there(theme: str) -> None:
    scenario = story("newest-fills-first")
    (answer,) = answers(f"model.{theme}_agree_with_the_model", scenario)
    if theme == "books":  # one order of two is gone from the level, whichever it was
        assert answer.outcome is Outcome.PASSED
        return
    (answer,) = answers(f"model.{theme}_agree_with_the_model", story("wrong-fee"))
    assert answer.outcome is Outcome.FAILED
    assert "after second sells 0.01 at 60001.71, good_till_cancelled (s0); second sells" in answer.summary
    assert answer.reproduce


def test_a_book_that_differs_names_the_level() -> None:
    steps = list(story().steps)
    at = max(index for index, step in enumerate(steps) if ("look", "book") in step.facts)
    steps[at] = replace(
        steps[at], facts=tuple(("asks.quantity", "9") if name == "asks.quantity" else (name, value) for name, value in steps[at].facts)
    )
    (answer,) = answers("model.books_agree_with_the_model", told(STORY, *steps))
    assert (answer.outcome, answer.subject) == (Outcome.FAILED, steps[at].label)
    assert answer.summary.startswith("9 stands in the asks at 60001.71; by the model 0.01, after ")


def test_long_sequences_are_told_by_their_end() -> None:
    (answer,) = answers("model.balances_agree_with_the_model", story("fee-not-charged", sales=9))
    assert "2 other actions; second sells" in answer.summary


def without(scenario: Scenario, *looks: str) -> Scenario:
    return replace(scenario, steps=tuple(step for step in scenario.steps if not any(("look", look) in step.facts for look in looks)))


@pytest.mark.parametrize(
    ("check", "scenario", "reason"),
    [
        ("orders", told(STORY), "nothing was traded"),
        ("fills", without(story(), "fills"), "reads no fills that"),
        ("books", without(story(), "book"), "reads no book that"),
        ("orders", without(story(), "order", "open_orders"), "reads no orders that"),
        ("balances", told(STORY, ScenarioStep(label="terms", call=None), *story().steps[1:]), "does not begin with its terms"),
    ],
)
def test_what_was_not_seen_is_not_judged(check: str, scenario: Scenario, reason: str) -> None:
    (answer,) = answers(f"model.{check}_agree_with_the_model", scenario)
    assert answer.outcome is Outcome.NOT_OBSERVED
    assert reason in answer.summary
