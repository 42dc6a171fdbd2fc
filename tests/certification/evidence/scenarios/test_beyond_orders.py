"""What stories of expiry, repeats and withdrawals need to know beforehand, and what they leave undone without it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from certification.evidence.facts import holdings
from certification.evidence.model.terms import Replays
from certification.evidence.record import Observation, Scenario, ScenarioStep
from certification.evidence.scenarios.clock import ahead_ms, instant_ms
from certification.evidence.scenarios.run import STORIES, play_stories, venue_on
from certification.profile import ExchangeProfile, Role
from certification.profile_parts import Expiry
from tests.simulators.scripted_server import Scripted, scripted_server
from tests.simulators.stages import Clock, failures, reference_api, reference_profile, reference_stage
from tests.simulators.told import answers


def but(**changes: Any) -> ExchangeProfile:
    """The reference exchange's profile with other terms of trading."""
    profile = reference_profile()
    assert profile.trading is not None
    return profile.model_copy(update={"trading": profile.trading.model_copy(update=changes)})


def roles_without(argument: str, *roles: str) -> dict[str, Any]:
    """Every role, some of them without a place for an argument; without an argument's name, some of them not at all."""
    trading = reference_profile().trading
    assert trading is not None
    kept: dict[str, Role] = {str(name): role for name, role in trading.roles.items()}
    for role in roles:
        entry = kept.pop(role)
        if argument:
            kept[role] = entry.model_copy(update={"arguments": {key: place for key, place in entry.arguments.items() if key != argument}})
    return {"roles": kept}


def unwindowed() -> ExchangeProfile:
    """The same, whose requests do not say how long they count."""
    recipe = reference_profile().signing
    assert recipe is not None
    return reference_profile().model_copy(update={"signing": replace(recipe, placements=recipe.placements[:2] + recipe.placements[3:])})


def played(profile: ExchangeProfile, story: str, *faults: str, clock: Clock | None = None) -> Scenario:
    clock = clock or Clock()
    with reference_stage(*faults, clock=clock) as stage:
        chosen = tuple(each for each in STORIES if each.id == story)
        (scenario,) = play_stories(profile, reference_api(), stage, stories=chosen, sleep=clock.wait)
    return scenario


@pytest.mark.parametrize(
    ("story", "profile", "reason"),
    [
        pytest.param("expiry.order", but(expiry=None), "trading.expiry", id="nothing said of expiry"),
        pytest.param("expiry.told", but(expiry=Expiry(seconds=600)), "600 s there at least", id="too long to wait"),
        pytest.param("expiry.order", but(**roles_without("expires", "place")), "argument expires", id="no place for the end"),
        pytest.param("repeats.after-its-window", unwindowed(), "how long they count", id="no window"),
        pytest.param("repeats.after-its-window", but(**roles_without("", "time")), "role time", id="no clock"),
        pytest.param("orders.beyond-means", but(held_for_buys=None), "trading.held_for_buys", id="nothing said of holds"),
        pytest.param("model.trading-by-chance", but(fees=None), "trading.fees", id="nothing said of fees"),
        pytest.param("withdrawals.refused", but(withdrawals=None), "trading.withdrawals", id="nothing to withdraw"),
        pytest.param("withdrawals.refused", but(**roles_without("", "withdraw")), "role withdraw", id="no role"),
        pytest.param("repeats.same-bytes.withdrawal", but(withdrawals=None), "trading.withdrawals", id="nothing to send twice"),
        pytest.param(
            "repeats.same-bytes.withdrawal",
            but(replays=None, **roles_without("client_withdrawal_id", "withdraw")),
            "no client withdrawal id",
            id="a second withdrawal by right",
        ),
        pytest.param(
            "repeats.same-bytes.order",
            but(replays=None, **roles_without("client_order_id", "place")),
            "client order id",
            id="a second order",
        ),
    ],
)
def test_what_the_profile_does_not_say_is_not_tried(story: str, profile: ExchangeProfile, reason: str) -> None:
    scenario = played(profile, story)
    assert (scenario.observation, scenario.steps) == (Observation.SKIPPED, ())
    assert reason in scenario.reason


@pytest.mark.parametrize("story", [story.id for story in STORIES if story.about in {"withdraw", "withdrawal"}])
def test_nothing_is_withdrawn_from_another_server_than_the_profile_names(story: str) -> None:
    sandbox = reference_profile().sandbox
    assert sandbox is not None
    own = sandbox.model_copy(update={"reference": False, "url": "https://sandbox.test"})
    scenario = played(reference_profile().model_copy(update={"sandbox": own}), story)
    assert (scenario.observation, scenario.steps) == (Observation.SKIPPED, ())
    assert "another server" in scenario.reason


@pytest.mark.parametrize("replays", [None, Replays.HARMLESS])
def test_where_no_refusal_is_promised_only_what_has_a_clients_id_is_sent_twice(replays: Replays | None) -> None:
    for story in ("repeats.same-bytes.order", "repeats.same-bytes.withdrawal"):
        scenario = played(but(replays=replays), story, "replay-accepted")
        assert failures((scenario,)) == ()
        (answer,) = answers("repeats.the_same_bytes_do_nothing_twice", scenario)
        assert answer.outcome.value == "passed", answer


def test_without_calling_back_and_without_ids_a_withdrawal_is_still_looked_at() -> None:
    bare = but(**roles_without("", "cancel_withdrawal", "withdrawals", "withdrawal"))
    scenario = played(bare, "withdrawals.once-and-again")
    assert [step.label for step in scenario.steps if step.label.startswith(("cancel", "call", "query", "list"))] == []
    assert failures((scenario,)) == ()
    nameless = played(but(**roles_without("client_withdrawal_id", "withdraw")), "withdrawals.once-and-again")
    assert "withdraw the same again" not in [step.label for step in nameless.steps]
    assert failures((nameless,)) == ()


def test_every_withdrawal_of_a_story_is_called_back() -> None:
    for story, fault in (("withdrawals.once-and-again", "withdrawal-sent-twice"), ("withdrawals.refused", "withdrawal-beyond-balance")):
        scenario = played(reference_profile(), story, fault)
        made = {
            value for step in scenario.steps if step.label.startswith("withdraw") for name, value in step.facts if name == "withdrawal_id"
        }
        back = {
            value
            for step in scenario.steps
            if step.label in {"cancel", "call back"}
            for name, value in step.facts
            if name == "withdrawal_id"
        }
        assert made
        assert back == made


@pytest.mark.parametrize(
    ("told", "instant"),
    [
        ("1700000000", 1_700_000_000_000),
        ("1700000000123", 1_700_000_000_123),
        ("1700000000123456", 1_700_000_000_123),
        ("1700000000123456789", 1_700_000_000_123),
        ("1700000000.5", 1_700_000_000_000),
        ("17000000001", None),
        ("2023-11-14T22:13:20Z", None),
        ("", None),
    ],
)
def test_an_instant_is_read_in_whatever_it_is_counted(told: str, instant: int | None) -> None:
    assert instant_ms(ScenarioStep(label="clock", call=None, facts=(("time", told),) if told else ())) == instant


@pytest.mark.parametrize("off_s", [-60.0, 0.0, 60.0])
def test_an_end_is_said_in_the_exchanges_own_time(off_s: float) -> None:
    clock = Clock()
    clock.waited_s = off_s
    with reference_stage(clock=clock) as stage, venue_on(reference_profile(), reference_api(), stage) as venue:
        ahead = ahead_ms(venue)
        assert ahead is not None
        assert abs(ahead - off_s * 1000) < 1000


def test_without_a_clock_that_can_be_read_no_one_knows_how_far_it_is_ahead() -> None:
    with scripted_server() as server, reference_stage() as stage:
        server.answer = Scripted(body=b"{}")
        silent = replace(stage, base_url=server.url)
        with venue_on(reference_profile(), reference_api(), silent) as venue:
            assert ahead_ms(venue) is None
        with venue_on(but(**roles_without("", "time")), reference_api(), silent) as venue:
            assert ahead_ms(venue) is None


def test_a_window_is_not_waited_for_by_a_clock_that_can_not_be_read() -> None:
    time = reference_profile().trading.roles["time"]  # type: ignore[union-attr]
    roles = roles_without("", "time")["roles"] | {"time": time.model_copy(update={"fields": {}})}
    scenario = played(but(roles=roles), "repeats.after-its-window")
    assert (scenario.observation, scenario.steps) == (Observation.COMPLETE, ())
    (answer,) = answers("repeats.requests_end_with_their_window", scenario)
    assert answer.outcome.value == "not_observed", answer


def test_an_order_ends_at_a_whole_second_however_that_is_written() -> None:
    scenario = played(reference_profile(), "expiry.order")
    (ends,) = {value for step in scenario.steps for name, value in step.facts if name == "asked.expires"}
    assert int(ends) % 1000 == 0
    assert failures((scenario,)) == ()


def test_pages_whose_size_nobody_can_ask_for_are_not_measured() -> None:
    scenario = played(but(**roles_without("limit", "order_history")), "pagination.order-history")
    assert scenario.observation is Observation.COMPLETE
    (answer,) = answers("pagination.pages_keep_their_size", scenario)
    assert answer.outcome.value == "not_observed", answer


def test_what_is_held_is_beyond_means_however_coarse_the_grid_is() -> None:
    trading = reference_profile().trading
    assert trading is not None
    (balances, *_) = (step for step in played(reference_profile(), "orders.beyond-means").steps if step.label == "balances")
    means = holdings(balances)[trading.quote][0] / trading.price
    coarse = means / Decimal("5.3") // trading.quantity_step * trading.quantity_step
    scenario = played(but(quantity_step=coarse, quantity=coarse), "orders.beyond-means")
    assert "buy what is held" in {step.label for step in scenario.steps}
    assert failures((scenario,)) == ()
