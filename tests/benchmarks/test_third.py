"""The third exchange by its profile: what it does in other ways than the others is observed, and right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qs

import pytest

from benchmarks.served import serving
from benchmarks.third import PETREL
from benchmarks.third_exchange.gate import Limits
from benchmarks.third_exchange.serve import Pace, application, keys_from
from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios.key_burst import key_burst_of
from certification.evidence.scenarios.run import STORIES, Stage, play_stories
from certification.profile import ExchangeProfile, RateBudget
from certification.profiles import load_profile
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.behaviour import RateLimit
from sdkgen.signing.request import Credentials
from tests.simulators.petrel import ROOMY
from tests.simulators.scripted_server import Scripted, ScriptedServer, scripted_server
from tests.simulators.stages import failures

CLEAN = (
    "orders.good-till-cancelled-meets-the-book",
    "orders.post-only-meets-the-book",
    "orders.beyond-means",
    "streams.login",
    "signatures.unsigned-query",
    "repeats.nonces",
    "pagination.fills",
)


@cache
def profile() -> ExchangeProfile:
    """Its profile, without budgets that would slow the stories down."""
    told = load_profile(PETREL.folder / "profile.yaml")
    return told.model_copy(update={"rate_limit": (), "behaviour": replace(told.behaviour, limits=())})


@cache
def api() -> Api:
    return load((PETREL.folder / "openapi.yaml").read_bytes(), overlays=(), source="openapi.yaml")


@contextmanager
def stage(*defects: str) -> Iterator[Stage]:
    keys = keys_from({})
    with serving(application(keys, defects, ROOMY)) as url:
        first, second, observer = (Credentials(key=key.key, secret=key.secret) for key in keys)
        yield Stage(base_url=url, headers=(), accounts=(first, second), observer=observer, ours=False)


def played(stories: tuple[str, ...], *defects: str) -> tuple[Scenario, ...]:
    with stage(*defects) as ready:
        return play_stories(profile(), api(), ready, stories=tuple(story for story in STORIES if story.id in stories))


def test_what_is_kept_otherwise_is_observed_and_right() -> None:
    scenarios = played(CLEAN)
    assert {scenario.id: scenario.reason for scenario in scenarios if scenario.observation is not Observation.COMPLETE} == {}
    assert failures(scenarios) == ()
    fills = next(step for scenario in scenarios for step in scenario.steps if step.label == "fills")
    assert len({value for name, value in fills.facts if name == "order_id"}) == 1


@pytest.mark.parametrize(
    ("defect", "story", "check"),
    [
        ("ledger-hides-fee", "statement.after-trading", "statements.fills_have_their_entries"),
        ("cancel-all-first-pair", "cancel-all.of-the-account", "cancel_all.everything_is_cancelled"),
        ("validate-places", "terms.dry-run", "terms.dry_runs_place_nothing"),
        ("deadline-ignored", "terms.deadline", "terms.deadlines_are_kept"),
        ("post-takes", "orders.post-only-meets-the-book", "orders.post_only_orders_never_take"),
        ("signature-for-any-path", "authentication.balances", "authentication.signatures_keep_to_their_path"),
        ("query-overrides-body", "signatures.unsigned-query", "authentication.unsigned_fields_change_nothing"),
        ("nonce-per-path", "repeats.nonces", "repeats.nonces_only_grow"),
        ("sells-what-is-held", "orders.beyond-means", "orders.orders_beyond_means_are_refused"),
        ("funds-check-without-fee", "orders.beyond-means", "orders.orders_beyond_means_are_refused"),
        ("cancels-others-client-id", "orders.other-account", "authentication.orders_of_others_are_untouchable"),
        ("balance-without-held", "orders.rest-and-cancel", "balances.resting_orders_are_held_for"),
    ],
)
def test_a_defect_is_found_by_the_rule_that_it_breaks(defect: str, story: str, check: str) -> None:
    found = failures(played((story,), defect))
    assert check in {finding.check for finding in found}, found


def test_a_forged_nonce_is_still_ahead_when_its_owner_calls_at_the_slowest_pace(scripted: ScriptedServer) -> None:
    scripted.answer = Scripted(body=b'{"error":[],"result":{}}')
    slow = profile().model_copy(update={"rate_limit": (RateBudget(requests=1, per_seconds=5),)})
    ready = Stage(base_url=scripted.url, headers=(), accounts=(Credentials(key="k", secret="c2VjcmV0"),), ours=False)
    stories = tuple(story for story in STORIES if story.id == "repeats.nonces")
    play_stories(slow, api(), ready, stories=stories, sleep=lambda _: None)
    *_, forged, after = (int(parse_qs(asked.body.decode())["nonce"][0]) for asked in scripted.asked)
    assert forged - after > 10_000_000  # microseconds: each of both calls may wait for 5 s


def test_orders_that_nobody_listed_before_are_not_cancelled_after_the_burst(scripted: ScriptedServer) -> None:
    refused = b'{"error":["EAPI:Rate limit exceeded"],"result":{"open":{"OTHERS":{"status":"open"}}}}'
    scripted.coming, scripted.answer = [Scripted(body=b'{"error":["EService:Unavailable"]}')], Scripted(body=refused)
    counter = RateLimit(name="counter", requests=10, per_ms=1000, at_once=20, per_key=True, signed_only=True)
    told = profile().model_copy(update={"behaviour": replace(profile().behaviour, limits=(counter,))})
    ready = Stage(base_url=scripted.url, headers=(), accounts=(Credentials(key="k", secret="c2VjcmV0"),), ours=True)
    stories = tuple(story for story in STORIES if story.id == "limits.key")
    (scenario,) = play_stories(told, api(), ready, stories=stories, sleep=lambda _: None)
    assert "open after" in {step.label for step in scenario.steps}
    assert not [asked.target for asked in scripted.asked if "Cancel" in asked.target]


@pytest.mark.parametrize(
    ("answer", "last"),
    [
        pytest.param(Scripted(status=418), "call 1", id="a ban is not provoked further"),
        pytest.param(Scripted(status=429, headers=(("Retry-After", "31"),)), "order over the limit 1", id="too long to wait for"),
        pytest.param(Scripted(status=429, headers=(("Retry-After", "30"),)), "recovered 6", id="waited for"),
    ],
)
def test_who_is_told_to_stay_away_is_not_asked_to_recover(scripted: ScriptedServer, answer: Scripted, last: str) -> None:
    scripted.coming, scripted.answer = [Scripted(body=b'{"error":[],"result":{"open":{}}}')], answer
    counter = RateLimit(name="counter", requests=10, per_ms=1000, at_once=20, per_key=True, signed_only=True)
    told = profile().model_copy(update={"behaviour": replace(profile().behaviour, limits=(counter,))})
    ready = Stage(base_url=scripted.url, headers=(), accounts=(Credentials(key="k", secret="c2VjcmV0"),), ours=True)
    stories = tuple(story for story in STORIES if story.id == "limits.key")
    ticks = Ticks()
    (scenario,) = play_stories(told, api(), ready, stories=stories, sleep=ticks.wait)
    labels = [step.label for step in scenario.steps]
    assert last in labels
    assert labels[labels.index(last) + 1] == "open after"


@pytest.mark.parametrize(
    ("budget", "several"),
    [pytest.param(20, None, id="refused for the budget"), pytest.param(21, False, id="others too"), pytest.param(1000, True, id="roomy")],
)
def test_a_key_s_limit_is_told_from_a_budget_that_all_share(budget: int, several: bool | None) -> None:
    counter = RateLimit(name="counter", requests=10, per_ms=1000, at_once=20, per_key=True, signed_only=True)
    behaviour = replace(profile().behaviour, limits=(counter,))
    told = profile().model_copy(update={"behaviour": behaviour, "rate_limit": (RateBudget(requests=budget, per_seconds=1),)})
    burst = key_burst_of(told, api(), several=True)
    assert (burst.several if burst is not None else None) is several


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


class Ticks:
    """The time that limits go by: it passes while somebody waits, and not otherwise."""

    def __init__(self) -> None:
        self.at = 0.0

    def wait(self, seconds: float) -> None:
        self.at += seconds


@pytest.mark.parametrize(
    ("defect", "check"),
    [
        ("", ""),
        ("counter-shared-by-keys", "limits.keys_have_budgets_of_their_own"),
        ("refused-calls-count", "limits.budgets_of_keys_come_back"),
        ("limited-call-executed", "limits.calls_over_the_limit_do_nothing"),
    ],
)
def test_a_key_is_held_to_its_own_budget_and_no_other_key(defect: str, check: str) -> None:
    counter = RateLimit(name="counter", requests=10, per_ms=1000, at_once=20, per_key=True, signed_only=True, weights={"TradesHistory": 2})
    told = profile()
    told = told.model_copy(update={"behaviour": replace(told.behaviour, limits=(counter,))})
    keys, ticks = keys_from({}), Ticks()
    first, second, _ = (Credentials(key=key.key, secret=key.secret) for key in keys)
    limits = Limits(counter=20, decay=10, address=10**6)
    with serving(application(keys, (defect,) if defect else (), limits, Pace(ticks=lambda: ticks.at))) as url:
        ready = Stage(base_url=url, headers=(), accounts=(first, second), ours=True)
        stories = tuple(story for story in STORIES if story.id == "limits.key")
        scenarios = play_stories(told, api(), ready, stories=stories, sleep=ticks.wait)
    assert [scenario.reason for scenario in scenarios if scenario.observation is not Observation.COMPLETE] == []
    assert [finding.check for finding in failures(scenarios)] == ([check] if check else [])


STREAMED = ("streams.tape", "streams.balances", "streams.heartbeat", "streams.malformed", "streams.crowd")
SHORT = ("streams.tape", "streams.malformed", "streams.crowd", "limits.open-orders", "orders.off-grid")


def played_alone(stories: tuple[str, ...], *defects: str) -> tuple[Scenario, ...]:
    """The stories of public streams and of connections, on an exchange of the run's own."""
    with stage(*defects) as ready:
        alone = replace(ready, ours=True)
        return play_stories(profile(), api(), alone, stories=tuple(story for story in STORIES if story.id in stories))


def test_public_streams_and_connections_are_observed_and_right() -> None:
    scenarios = played_alone((*STREAMED, *SHORT))
    assert {scenario.id: scenario.reason for scenario in scenarios if scenario.observation is not Observation.COMPLETE} == {}
    assert failures(scenarios) == ()


def test_what_public_streams_and_connections_do_wrong_is_found() -> None:
    defects = {
        "stream-trades-twice": "streams.public_trades_are_told_once",
        "stream-trade-of-makers-side": "streams.public_trades_are_told_as_they_were",
        "malformed-closes": "streams.malformed_messages_end_as_promised",
        "subscriptions-unlimited": "streams.subscriptions_are_limited_as_documented",
        "order-limit-counts-closed": "limits.open_orders_are_limited_as_documented",
        "cost-minimum-ignored": "orders.off_grid_orders_are_refused",
    }
    found = {finding.check for finding in failures(played_alone(SHORT, *defects))}
    assert found == {*defects.values(), "limits.ended_orders_make_room"}
