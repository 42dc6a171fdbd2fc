"""Scenarios as if they had been played: made by hand, and changed one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from certification.checks.catalogue import catalogue
from certification.evidence.record import Call, Evidence, Message, Observation, Scenario, ScenarioStep
from certification.model import Answer

Facts = Mapping[str, str | tuple[str, ...]]
REPRODUCE = "certify replay somewhere a-story"


def step(label: str, facts: Facts | None = None, *, status: int | None = 200, headers: Mapping[str, str] | None = None) -> ScenarioStep:
    """A step whose call was answered with a status; ``None`` makes a step without a call."""
    answer = Message(start=str(status), headers=tuple((headers or {}).items()), body="{}")
    call = Call(
        operation="anOperation",
        actor="first",
        request=Message(start="POST /orders", headers=(), body='{"symbol":"BTC-USD"}'),
        response=answer,
        status=status,
        elapsed_ms=1,
    )
    return ScenarioStep(label=label, call=None if status is None else call, facts=_facts(facts or {}))


def told(story: str, *steps: ScenarioStep, observation: Observation = Observation.COMPLETE, reason: str = "") -> Scenario:
    """A whole story."""
    return Scenario(id=story, operation="anOperation", observation=observation, reason=reason, steps=steps, reproduce=REPRODUCE)


def but(
    scenario: Scenario, label: str, facts: Facts | None = None, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Scenario:
    """The story with another answer to one of its steps; facts that are not named stay, those named ``()`` go."""
    assert any(each.label == label for each in scenario.steps), label
    steps = tuple(_answered(each, facts or {}, status, headers) if each.label == label else each for each in scenario.steps)
    return replace(scenario, steps=steps)


def cut(scenario: Scenario, label: str) -> Scenario:
    """The story without one of its steps."""
    assert any(each.label == label for each in scenario.steps), label
    return replace(scenario, steps=tuple(each for each in scenario.steps if each.label != label))


def answers(check: str, *scenarios: Scenario) -> tuple[Answer, ...]:
    """What a check of the catalogue answers to these stories."""
    (function,) = (each.answer for each in catalogue() if each.id == check)
    return tuple(function(Evidence(scenarios=scenarios)))


def _answered(told_step: ScenarioStep, facts: Facts, status: int, headers: Mapping[str, str] | None) -> ScenarioStep:
    kept = {name: tuple(value for key, value in told_step.facts if key == name) for name, _ in told_step.facts}
    return step(told_step.label, kept | dict(facts), status=status, headers=headers)


def _facts(facts: Facts) -> tuple[tuple[str, str], ...]:
    pairs = [(name, value) for name, values in facts.items() for value in ((values,) if isinstance(values, str) else values)]
    return tuple(sorted(pairs, key=lambda pair: pair[0]))
