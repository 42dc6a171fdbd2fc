"""The second exchange, and what its defects must be found by: rules that hold for it as for any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from benchmarks import second_exchange
from benchmarks.second_exchange.serve import application, keys_from
from benchmarks.served import serving
from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios.run import STORIES, Stage, play_stories
from certification.profile import ExchangeProfile
from certification.profiles import load_profile
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.request import Credentials
from tests.simulators.stages import failures

FOLDER = Path(second_exchange.__file__).parent
STREAMS = tuple(story.id for story in STORIES if story.sends and not story.extra)
PAGES = tuple(story.id for story in STORIES if story.id.startswith("pagination.") and story.id != "pagination.statement")
POST_ONLY = "orders.post-only-meets-the-book"
AGAIN = "streams.connect-again"


@cache
def profile() -> ExchangeProfile:
    """Its profile, without budgets that would slow the stories down."""
    told = load_profile(FOLDER / "profile.yaml")
    return told.model_copy(update={"rate_limit": (), "behaviour": replace(told.behaviour, limits=())})


@cache
def api() -> Api:
    return load((FOLDER / "openapi.yaml").read_bytes(), overlays=(), source="openapi.yaml")


@contextmanager
def stage(*defects: str) -> Iterator[Stage]:
    keys = keys_from({})
    with serving(application(keys, defects, weight_limit=10**6)) as url:
        first, second, observer = (Credentials(key=key.key, secret=key.secret) for key in keys)
        yield Stage(base_url=f"{url}/api/v1", headers=(), accounts=(first, second), observer=observer, ours=False)


def played(stories: tuple[str, ...], *defects: str) -> tuple[Scenario, ...]:
    with stage(*defects) as ready:
        return play_stories(profile(), api(), ready, stories=tuple(story for story in STORIES if story.id in stories))


@pytest.fixture(scope="module")
def clean() -> tuple[Scenario, ...]:
    return played((*STREAMS, AGAIN, *PAGES, POST_ONLY))


def test_streams_and_pages_that_are_kept_otherwise_are_observed_and_right(clean: tuple[Scenario, ...]) -> None:
    assert {scenario.id: scenario.reason for scenario in clean if scenario.observation is not Observation.COMPLETE} == {}
    assert failures(clean) == ()


def test_a_book_that_begins_without_a_snapshot_is_asked_for_again_by_its_changes(clean: tuple[Scenario, ...]) -> None:
    (again,) = (scenario for scenario in clean if scenario.id == AGAIN)
    heard = [(step.label, value) for step in again.steps for name, value in step.facts if name == "kind"]
    assert ("answer to first connection", "delta") in heard
    assert ("answer to second connection", "delta") in heard
    labels = [step.label for step in again.steps]
    assert labels.index("place") < labels.index("cancel")
    assert {"answer to first connection"} == set(labels[labels.index("place") + 1 : labels.index("cancel")])


def test_no_listen_key_is_kept(clean: tuple[Scenario, ...]) -> None:
    told = [value for scenario in clean for step in scenario.steps for name, value in step.facts if name in {"sent", "message"}]
    assert any('"stream":"***"' in value for value in told)
    assert any('"params":["***"]' in value.replace(" ", "") for value in told)


@pytest.mark.parametrize(
    ("defect", "story", "check"),
    [
        ("update-ids-overlap", "streams.book", "streams.sequences_have_no_gap"),
        ("deltas-not-absolute", "streams.book", "streams.changes_make_the_book"),
        ("any-listen-key", "streams.login", "streams.wrong_logins_are_refused"),
        ("reports-to-everybody", "streams.other-account", "streams.orders_of_others_are_not_told"),
        ("from-id-skips", "pagination.fills", "pagination.pages_leave_nothing_out"),
        ("history-without-cancelled", "orders.rest-and-cancel", "orders.history_agrees_with_queries"),
        ("second-cancel-frees-again", "orders.rest-and-cancel", "balances.cancelling_gives_everything_back"),
        ("largest-fills-first", "orders.time-priority", "orders.older_orders_fill_first"),
        ("fills-of-all", "permissions.lists", "authentication.lists_of_others_are_hidden"),
        ("key-in-any-case", "authentication.balances", "authentication.keys_are_compared_exactly"),
        ("time-goes-back", "clock.moves", "limits.the_clock_moves"),
        ("fill-untold", "streams.filled-at-rest", "streams.fills_of_resting_orders_are_told"),
        ("symbols-mixed", "streams.book", "streams.sequences_have_no_gap"),
        ("unknown-status-word", "orders.rest-and-cancel", "orders.placed_orders_are_what_was_asked"),
        ("overdraft", "orders.beyond-means", "orders.orders_beyond_means_are_refused"),
        ("signature-optional", "authentication.open-orders", "authentication.keys_alone_are_refused"),
        ("book-ticker-swapped", "market.after-a-trade", "market.tickers_agree_with_the_book"),
        ("page-overlaps", "pagination.order-history", "pagination.pages_repeat_nothing"),
    ],
)
def test_a_defect_is_found_by_the_rule_that_it_breaks(defect: str, story: str, check: str) -> None:
    found = failures(played((story,), defect))
    assert check in {finding.check for finding in found}, found
