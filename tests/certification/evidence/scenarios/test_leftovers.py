"""What a story made and could not undo is undone after it, or told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from certification.evidence.facts import is_accepted
from certification.evidence.record import Observation, Scenario, ScenarioStep
from certification.evidence.scenarios.leftovers import Leftovers
from certification.evidence.scenarios.run import STORIES, play_stories
from certification.evidence.scenarios.story import LEFT, Story
from certification.evidence.scenarios.venue import Venue
from certification.evidence.scenarios.withdrawals import asked
from certification.model import Hindrance, Outcome
from tests.simulators.scripted_server import Scripted, scripted_server
from tests.simulators.stages import reference_api, reference_profile, reference_stage
from tests.simulators.told import answers, step


def told(leftovers: Leftovers) -> list[str]:
    return [each.told() for each in leftovers]


def test_what_was_made_is_left_until_it_is_undone_by_its_own_account() -> None:
    leftovers = Leftovers()
    leftovers.note("place", "first", step("place", {"order_id": "1", "client_order_id": "c", "status": "open"}))
    leftovers.note("place", "second", step("place", {"order_id": "2", "status": "open"}))
    leftovers.note("place", "first", step("take", {"order_id": "3", "status": "filled"}))
    leftovers.note("place", "first", step("place", {"order_id": "4"}, status=400))
    leftovers.note("withdraw", "first", step("withdraw", {"asked.client_withdrawal_id": "w"}))
    assert told(leftovers) == ["withdrawal w of first", "order 2 of second", "order 1 of first"]
    leftovers.note("cancel", "second", step("cancel", {"asked.order_id": "1"}))
    leftovers.note("cancel", "first", step("cancel", {"asked.order_id": "1"}, status=404))
    leftovers.note("cancel", "first", step("cancel", {"asked.client_order_id": "c"}))
    assert told(leftovers) == ["withdrawal w of first", "order 2 of second"]
    leftovers.note("cancel_withdrawal", "first", step("call back", {"asked.client_withdrawal_id": "w"}))
    assert [each.told() for each in leftovers.taken()] == ["order 2 of second"]
    assert told(leftovers) == []


def test_an_order_that_has_a_new_id_since_it_was_amended_is_left_under_it() -> None:
    leftovers = Leftovers()
    leftovers.note("place", "first", step("place", {"order_id": "1", "asked.symbol": "BTC"}))
    leftovers.note("amend", "first", step("amend", {"order_id": "1", "asked.order_id": "1"}))
    leftovers.note("amend", "first", step("amend", {"order_id": "7", "asked.order_id": "1"}, status=409))
    leftovers.note("amend", "first", step("amend", {"asked.order_id": "1"}))
    assert told(leftovers) == ["order 1 of first"]
    leftovers.note("amend", "first", step("amend", {"order_id": "2", "asked.order_id": "1", "asked.symbol": "BTC"}))
    assert [(each.told(), dict(each.identity)["symbol"]) for each in leftovers] == [
        ("order 2 of first", "BTC"),
        ("order 1 of first", "BTC"),
    ]
    leftovers.note("cancel", "first", step("cancel", {"asked.order_id": "2"}))
    assert told(leftovers) == ["order 1 of first"]


def test_what_was_not_answered_may_have_been_made() -> None:
    leftovers = Leftovers()
    leftovers.unanswered("place", "first", {"client_order_id": "c", "symbol": "BTC", "price": "1"})
    leftovers.unanswered("withdraw", "first", {"amount": "1"})
    leftovers.unanswered("balances", "first", {})
    assert told(leftovers) == ["withdrawal without an id of first, which was not answered", "order c of first, which was not answered"]


def played(story: str, *coming: Scripted) -> Scenario:
    """The story on a server that gives each answer once, and then half an answer."""
    with scripted_server() as server, reference_stage() as stage:
        server.coming, server.answer = list(coming), Scripted(body=None)
        chosen = tuple(each for each in STORIES if each.id == story)
        (scenario,) = play_stories(reference_profile(), reference_api(), replace(stage, base_url=server.url), stories=chosen)
    return scenario


BALANCES = Scripted(body=b'[{"asset": "BTC", "available": "1", "held": "0", "total": "1"}]')
MADE = Scripted(status=201, body=b'{"withdrawal_id": "w7", "status": "pending"}')


def test_a_withdrawal_that_silence_leaves_open_is_told() -> None:
    scenario = played("withdrawals.once-and-again", BALANCES, MADE)
    assert scenario.observation is Observation.UNAVAILABLE
    assert scenario.reason.endswith(f"; {LEFT}: withdrawal w7 of first")
    assert scenario.steps[-1].facts == (("left", "withdrawal w7 of first"),)
    (answer,) = answers("withdrawals.what_leaves_is_taken_once", scenario)
    assert "withdrawal w7 of first" in answer.summary


def test_a_withdrawal_whose_calling_back_fails_is_told() -> None:
    def forgetful(venue: Venue) -> Iterator[ScenarioStep]:
        yield venue.ask("withdraw", asked(venue), label="withdraw")

    with scripted_server() as server, reference_stage() as stage:
        server.coming, server.answer = [MADE], Scripted(status=503)
        story = Story(id="withdrawals.forgetful", about="withdraw", needs=(), play=forgetful)
        (scenario,) = play_stories(reference_profile(), reference_api(), replace(stage, base_url=server.url), stories=(story,))
    assert [each.label for each in scenario.steps] == ["withdraw", "tidy up", LEFT]


def test_no_second_forged_withdrawal_is_tried_where_none_can_be_called_back() -> None:
    profile = reference_profile()
    assert profile.trading is not None
    roles = {name: role for name, role in profile.trading.roles.items() if name != "cancel_withdrawal"}
    without = profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})
    with scripted_server() as server, reference_stage() as stage:
        server.answer = MADE
        chosen = tuple(each for each in STORIES if each.id == "withdrawals.forged")
        (scenario,) = play_stories(without, reference_api(), replace(stage, base_url=server.url), stories=chosen)
    assert len(server.asked) == 1
    (answer,) = answers("withdrawals.forged_withdrawals_are_refused", scenario)
    assert answer.outcome is Outcome.FAILED


@pytest.mark.parametrize("status", [418, 429])
def test_who_is_sent_away_for_asking_too_often_was_throttled(status: int) -> None:
    scenario = played("withdrawals.once-and-again", BALANCES, MADE, Scripted(status=status, body=b"{}"))
    assert scenario.hindrance is Hindrance.THROTTLED


def test_a_withdrawal_that_its_story_leaves_open_is_called_back_after_it() -> None:
    def forgetful(venue: Venue) -> Iterator[ScenarioStep]:
        yield venue.ask("withdraw", asked(venue), label="withdraw")

    with reference_stage() as stage:
        story = Story(id="withdrawals.forgetful", about="withdraw", needs=(), play=forgetful)
        (scenario,) = play_stories(reference_profile(), reference_api(), stage, stories=(story,))
    assert [each.label for each in scenario.steps] == ["withdraw", "tidy up"]
    assert is_accepted(scenario.steps[-1])
