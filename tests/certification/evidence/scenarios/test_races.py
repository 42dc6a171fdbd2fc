"""Calls that are sent at the same instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from certification.evidence.scenarios.run import venue_on
from certification.evidence.scenarios.venue import Actor, Asked, SilentVenueError, Venue
from tests.certification.evidence.scenarios.test_play import NOWHERE
from tests.simulators.scripted_server import Scripted, ScriptedServer, scripted_server
from tests.simulators.stages import reference_api, reference_profile

PLACED = Scripted(status=201, body=b'{"order_id": "7", "status": "open"}')


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def venue(server: ScriptedServer) -> Iterator[Venue]:
    stage = replace(NOWHERE, base_url=server.url)
    with venue_on(reference_profile().model_copy(update={"rate_limit": ()}), reference_api(), stage) as venue:
        yield venue


def place(venue: Venue, label: str, actor: Actor = Actor.FIRST) -> Asked:
    return Asked(role="place", arguments=venue.order() | {"client_order_id": label}, label=label, actor=actor)


def test_calls_at_once_are_answered_in_the_order_that_they_are_given_in(server: ScriptedServer, venue: Venue) -> None:
    server.answer = PLACED
    steps = venue.at_once(place(venue, "one"), place(venue, "two", Actor.SECOND), place(venue, "three"))
    assert [(step.label, step.call.actor if step.call else "") for step in steps] == [
        ("one", "first"),
        ("two", "second"),
        ("three", "first"),
    ]
    for step in steps:
        assert step.call is not None
        assert f'"{step.label}"' in step.call.request.body
    assert len(server.asked) == 3
    assert len({asked.headers["x-ref-signature"] for asked in server.asked}) == 3, "each is signed by itself"


def test_where_one_gets_no_answer_the_others_are_still_to_be_undone(server: ScriptedServer, venue: Venue) -> None:
    server.answer = PLACED
    server.coming = [Scripted(body=None)]
    with pytest.raises(SilentVenueError, match="got no answer"):
        venue.at_once(*(place(venue, label) for label in ("one", "two", "three")))
    left = [each.told() for each in venue.leftovers.taken()]
    assert len(left) == 3
    assert sum("was not answered" in each for each in left) == 1
