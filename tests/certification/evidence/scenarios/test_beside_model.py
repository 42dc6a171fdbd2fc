"""The story beside the model, where the profile or the market does not allow all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from certification.evidence.facts import text_or_empty
from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios.run import STORIES, Stage, play_stories, replay_command
from certification.profile import ExchangeProfile
from tests.simulators.stages import failures, reference_api, reference_profile, reference_stage

STORY = "model.trading-by-chance"


def trading(**changes: Any) -> ExchangeProfile:
    profile = reference_profile()
    assert profile.trading is not None
    return profile.model_copy(update={"trading": profile.trading.model_copy(update=changes)})


def play(profile: ExchangeProfile, stage: Stage) -> Scenario:
    chosen = tuple(story for story in STORIES if story.id == STORY)
    (scenario,) = play_stories(profile, reference_api(), stage, stories=chosen)
    return scenario


def test_without_documented_fees_nothing_is_predicted() -> None:
    with reference_stage() as stage:
        scenario = play(trading(fees=None), stage)
    assert scenario.observation is Observation.SKIPPED
    assert scenario.reason == "the profile does not say how fees are charged (trading.fees)"


def test_without_room_between_the_best_prices_orders_only_rest() -> None:
    with reference_stage() as stage:
        scenario = play(trading(price_step=5), stage)
        found = failures((scenario,))
    assert (scenario.observation, found) == (Observation.COMPLETE, ())
    sides = {value for step in scenario.steps for name, value in step.facts if name == "asked.side"}
    assert sides == {"buy"}


def test_without_words_for_holds_and_self_trades_and_manners_less_is_tried() -> None:
    profile = trading(held_for_buys=None, self_trade=None)
    assert profile.trading is not None
    place = profile.trading.roles["place"]
    words = {name: value for name, value in place.values.items() if name != "time_in_force"}
    arguments = {name: value for name, value in place.arguments.items() if name not in {"time_in_force", "client_order_id"}}
    roles = {**profile.trading.roles, "place": place.model_copy(update={"values": words, "arguments": arguments})}
    with reference_stage() as stage:
        scenario = play(trading(held_for_buys=None, self_trade=None, roles=roles), stage)
        assert failures((scenario,)) == ()
    assert not any("again under its client" in step.label for step in scenario.steps)
    assert any(text_or_empty(step, "action") for step in scenario.steps)


def test_the_seed_chooses_and_stands_in_the_command() -> None:
    with reference_stage() as stage:
        one, two = (play(reference_profile(), replace(stage, seed=seed)) for seed in (0, 5))
    assert one.reproduce == f"certify replay reference {STORY}"
    assert two.reproduce == f"certify replay reference {STORY} --seed 5"
    assert [step.label for step in one.steps] != [step.label for step in two.steps]
    assert replay_command(reference_profile(), stage.replay, "clock.moves", seed=5) == "certify replay reference clock.moves"


def test_a_slow_exchange_is_tried_less() -> None:
    slow = reference_profile().rate_limit[0].model_copy(update={"requests": 1, "per_seconds": 2})
    chosen = tuple(story for story in STORIES if story.id == STORY)
    with reference_stage() as stage:
        profile = reference_profile().model_copy(update={"rate_limit": (slow,)})
        (scenario,) = play_stories(profile, reference_api(), stage, stories=chosen, sleep=lambda _: None)
    assert sum(step.label == "agreed" for step in scenario.steps) == 1
