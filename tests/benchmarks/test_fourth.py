"""The fourth exchange by its profile: orders that are amended, and a statement for each account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.fourth import OSPREY
from benchmarks.fourth_exchange.serve import application, keys_from
from benchmarks.served import serving
from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios.run import STORIES, Stage, play_stories
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.request import Credentials
from tests.simulators.stages import failures

GROWN, IN_PART, INTO = "amend.moved-and-grown", "amend.filled-in-part", "amend.into-the-book"
STATEMENT = "statement.after-trading"


@cache
def profile() -> ExchangeProfile:
    """Its profile, without budgets that would slow the stories down."""
    told = load_profile(OSPREY.folder / "profile.yaml")
    return told.model_copy(update={"rate_limit": (), "behaviour": replace(told.behaviour, limits=())})


@cache
def api() -> Api:
    return load((OSPREY.folder / "openapi.yaml").read_bytes(), overlays=(), source="openapi.yaml")


@contextmanager
def stage(*defects: str) -> Iterator[Stage]:
    keys = keys_from({})
    with serving(application(keys, defects)) as url:
        first, second, _ = (Credentials(key=key.key, secret=key.secret, passphrase=key.passphrase) for key in keys)
        yield Stage(base_url=url, headers=(), accounts=(first, second), ours=False)


def played(stories: tuple[str, ...], *defects: str) -> tuple[Scenario, ...]:
    with stage(*defects) as ready:
        return play_stories(profile(), api(), ready, stories=tuple(story for story in STORIES if story.id in stories))


def test_amendments_and_statements_are_observed_and_right() -> None:
    scenarios = played((GROWN, IN_PART, INTO, STATEMENT))
    assert {scenario.observation for scenario in scenarios} == {Observation.COMPLETE}
    assert failures(scenarios) == ()


@pytest.mark.parametrize(
    ("defect", "story", "check"),
    [
        ("amended-hold-stale", GROWN, "amend.holds_follow_amendments"),
        ("refused-amendment-cancels", GROWN, "amend.refused_amendments_change_nothing"),
        ("amend-size-is-remaining", IN_PART, "amend.amended_orders_are_what_was_asked"),
        ("foreign-order-amendable", IN_PART, "amend.orders_of_others_cannot_be_amended"),
        ("amended-post-only-takes", INTO, "amend.amended_post_only_orders_never_take"),
        ("ledger-without-fees", STATEMENT, "statements.entries_add_up"),
    ],
)
def test_a_defect_is_found_by_the_rule_that_it_breaks(defect: str, story: str, check: str) -> None:
    assert check in {finding.check for finding in failures(played((story,), defect))}
