"""What on a shared sandbox is somebody else's: no story cancels it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from certification.evidence.facts import is_accepted, text, texts
from certification.evidence.record import Observation
from certification.evidence.scenarios.leftovers import says_which
from certification.evidence.scenarios.run import STORIES, Stage, play_stories, venue_on
from certification.evidence.scenarios.terms import come_of_it
from certification.evidence.scenarios.venue import Asked
from tests.certification.evidence.scenarios.test_beyond_orders import but, roles_without
from tests.simulators.scripted_server import scripted_server
from tests.simulators.stages import reference_api, reference_profile, reference_stage
from tests.simulators.told import step

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile, RoleName

STORY = "cancel-all.of-the-account"


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with reference_stage() as stage:
        yield stage


@pytest.mark.parametrize(("ours", "status"), [(False, "open"), (True, "cancelled")])
def test_everything_is_cancelled_only_where_nothing_of_others_rests(shared: Stage, *, ours: bool, status: str) -> None:
    stage = replace(shared, ours=ours)
    with venue_on(reference_profile(), reference_api(), shared) as elsewhere:
        theirs = elsewhere.place(label="somebody else's")
        (scenario,) = play_stories(reference_profile(), reference_api(), stage, stories=tuple(each for each in STORIES if each.id == STORY))
        look = elsewhere.ask("query", elsewhere.identity_of(theirs), label="after")
        tuple(elsewhere.undo_leftovers())
    assert text(look, "status") == status
    assert scenario.observation is (Observation.COMPLETE if ours else Observation.UNAVAILABLE)
    assert ours or "orders rest there already" in scenario.reason


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        pytest.param(but(**roles_without("symbol", "cancel_all")), "in more markets than", id="the list tells of one market"),
        pytest.param(but(**roles_without("symbol", "cancel_all", "open_orders")), "", id="both reach every market"),
        pytest.param(but(**roles_without("symbol", "open_orders")), "", id="the list tells of every market"),
    ],
)
def test_where_others_orders_can_t_be_seen_nothing_is_cancelled(shared: Stage, profile: ExchangeProfile, reason: str) -> None:
    story = next(each for each in STORIES if each.id == STORY)
    assert story.lacks is not None
    for ours in (False, True):
        with venue_on(profile, reference_api(), replace(shared, ours=ours)) as venue:
            told = story.lacks(venue)
            assert (reason in told and bool(told) == bool(reason)) if not ours else told == ""


@pytest.mark.parametrize("role", ["cancel", "amend", "cancel_withdrawal"])
def test_nothing_is_undone_that_nobody_names(role: RoleName) -> None:
    assert not says_which(role, {"symbol": "BTC-USD", "order_id": ""})
    assert says_which(role, {"client_order_id" if role != "cancel_withdrawal" else "withdrawal_id": "7"})
    assert says_which("balances", {})


def test_a_cancellation_without_an_order_is_not_sent() -> None:
    with scripted_server() as server:
        stage = Stage(base_url=server.url, headers=(), accounts=(), ours=True)
        with venue_on(reference_profile().model_copy(update={"rate_limit": ()}), reference_api(), stage) as venue:
            unsent = (
                venue.ask("cancel", {"symbol": venue.symbol}, label="cancel"),
                *venue.at_once(*(Asked(role="cancel", arguments={}, label="cancel"),) * 2),
            )
    assert server.asked == []
    assert [(each.label, each.call, is_accepted(each)) for each in unsent] == [("cancel", None, False)] * 3


@pytest.mark.parametrize(
    ("ours", "client_id", "names", "cancelled"),
    [
        pytest.param(True, "mine", ("theirs", "older", "mine"), ("1", "3"), id="nobody else is there"),
        pytest.param(False, "mine", ("theirs", "older", "mine"), ("3",), id="by the client's id"),
        pytest.param(False, "mine", (), ("3",), id="no client's id is told"),
        pytest.param(False, "", ("theirs", "older", "x"), ("3",), id="none was given"),
    ],
)
def test_what_came_of_a_dry_run_is_told_from_others_orders(
    shared: Stage, *, ours: bool, client_id: str, names: tuple[str, ...], cancelled: tuple[str, ...]
) -> None:
    with venue_on(reference_profile(), reference_api(), replace(shared, ours=ours)) as venue:
        before = step("open orders before", {"order_id": "2"})
        facts = {
            "order_id": ("1", "2", "3"),
            "client_order_id": names,
            "price": ("1", f"{venue.price}", f"{venue.price}"),
            "quantity": ("1", f"{venue.quantity}", f"{venue.quantity}"),
        }
        after = step("open orders after", facts)
        assert texts(after, "order_id") == ("1", "2", "3")
        assert come_of_it(venue, before, after, client_id) == cancelled
