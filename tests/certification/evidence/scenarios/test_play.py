"""How stories are chosen, kept from going wrong, and told apart from what could not be played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from certification.checks.catalogue import catalogue
from certification.evidence.record import Evidence, Observation, Scenario
from certification.evidence.scenarios.run import STORIES, Replay, Stage, play_stories, story_named, venue_on
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Outcome
from certification.profile import ExchangeProfile, SpecSource
from tests.simulators.scripted_server import Scripted, ScriptedServer, scripted_server
from tests.simulators.small_venue import small_profile
from tests.simulators.stages import credentials, failures, played, reference_api, reference_profile, reference_stage

REST = "orders.rest-and-cancel"
NOWHERE = Stage(base_url="http://127.0.0.1:1", headers=(), accounts=(credentials("FIRST"), credentials("SECOND")), ours=False)
STREAM_STORIES = frozenset(story.id for story in STORIES if story.listens)

NOT_OFFERED = (
    "streams.open-orders",
    "streams.balances",
    "streams.heartbeat",
    "streams.crowd",
    "limits.open-orders",
    "terms.dry-run",
    "terms.deadline",
    "amend.moved-and-grown",
    "amend.filled-in-part",
    "amend.into-the-book",
    "places.amended",
)
"""What the reference exchange's profile promises nothing of."""


def play_all(profile: ExchangeProfile, stage: Stage, *stories: str, sleep: Callable[[float], None] = lambda _: None) -> dict[str, Scenario]:
    chosen = tuple(story for story in STORIES if not stories or story.id in stories)
    told: list[Scenario] = []
    scenarios = play_stories(profile, reference_api(), stage, stories=chosen, heard=told.append, sleep=sleep)
    assert tuple(told) in {scenarios, ()}
    return {scenario.id: scenario for scenario in scenarios}


def without(role: str) -> ExchangeProfile:
    """The reference exchange's profile without a role."""
    profile = reference_profile()
    assert profile.trading is not None
    roles = {name: entry for name, entry in profile.trading.roles.items() if name != role}
    return profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})


def test_every_story_has_a_name_of_its_own_and_the_burst_comes_last() -> None:
    assert len({story.id for story in STORIES}) == len(STORIES)
    assert [story.id for story in STORIES[-2:]] == ["limits.burst", "limits.key"]
    assert story_named(REST) is not None
    assert story_named("no.such-story") is None


def test_a_profile_without_trading_roles_has_nothing_to_play() -> None:
    scenarios = play_all(small_profile(), NOWHERE)
    assert {scenario.observation for name, scenario in scenarios.items() if name in STREAM_STORIES} == {Observation.ABSENT}
    others = [scenario for name, scenario in scenarios.items() if name not in STREAM_STORIES]
    assert {(scenario.observation, scenario.reason) for scenario in others} == {(Observation.SKIPPED, "the profile maps no trading roles")}


def test_without_accounts_nothing_is_played() -> None:
    scenarios = play_all(reference_profile(), replace(NOWHERE, accounts=()))
    assert {(scenario.observation, scenario.reason) for scenario in scenarios.values()} == {
        (Observation.SKIPPED, "the profile names no account for its sandbox")
    }


def test_what_one_account_or_no_observer_can_not_show_is_not_played() -> None:
    alone = replace(NOWHERE, accounts=NOWHERE.accounts[:1])
    scenarios = play_all(
        reference_profile(), alone, "orders.other-account", "orders.time-priority", "streams.other-account", "permissions.read-only-key"
    )
    observer = scenarios.pop("permissions.read-only-key")
    assert (observer.observation, observer.operation) == (Observation.ABSENT, "placeOrder")
    assert {scenario.reason for scenario in scenarios.values()} == {"the profile names only one account for its sandbox"}


def test_a_story_needs_its_roles() -> None:
    scenario = play_all(without("cancel"), NOWHERE, REST)[REST]
    assert (scenario.observation, scenario.steps) == (Observation.SKIPPED, ())
    assert scenario.reason == "the profile maps no trading role cancel"
    assert play_all(without("place"), NOWHERE, REST)[REST].reason == "the profile maps no trading role place"


def test_a_story_of_streams_needs_to_know_how_they_are_spoken_to() -> None:
    profile = reference_profile()
    assert profile.trading is not None
    assert profile.trading.streams is not None
    unmapped = profile.model_copy(update={"trading": profile.trading.model_copy(update={"streams": None})})
    book = play_all(unmapped, NOWHERE, "streams.book")["streams.book"]
    assert (book.observation, book.operation) == (Observation.SKIPPED, "streams.depth")
    assert "(trading.streams)" in book.reason
    specs = profile.spec.model_copy(update={"streams": None})
    none = play_all(unmapped.model_copy(update={"spec": specs}), NOWHERE, "streams.book")["streams.book"]
    assert (none.observation, none.reason) == (Observation.ABSENT, "the profile describes no streams")
    heard = {name: entry for name, entry in profile.trading.streams.heard.items() if name != "delta"}
    partly = profile.trading.model_copy(update={"streams": profile.trading.streams.model_copy(update={"heard": heard})})
    half = play_all(profile.model_copy(update={"trading": partly}), NOWHERE, "streams.book")["streams.book"]
    assert half.reason == "the profile's trading.streams do not say how depth and delta are told"


def worded(**values: dict[str, str]) -> ExchangeProfile:
    """The reference exchange's profile with other words for the values of an order."""
    profile = reference_profile()
    assert profile.trading is not None
    place = profile.trading.roles["place"]
    roles = profile.trading.roles | {"place": place.model_copy(update={"values": place.values | values})}
    return profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})


def test_an_order_that_the_exchange_has_no_word_for_is_not_tried() -> None:
    story = "orders.post-only-meets-the-book"
    scenario = play_all(worded(time_in_force={"good_till_cancelled": "GTC"}), NOWHERE, story)[story]
    assert (scenario.observation, scenario.steps) == (Observation.SKIPPED, ())
    assert "no word for post_only" in scenario.reason


def test_a_type_of_order_takes_the_place_of_a_time_in_force(server: ScriptedServer) -> None:
    profile = worded(type={"limit": "LIMIT", "post_only": "LIMIT_MAKER"}, time_in_force={"good_till_cancelled": "GTC"})
    stage = replace(NOWHERE, base_url=server.url)
    with venue_on(profile.model_copy(update={"rate_limit": ()}), reference_api(), stage) as venue:
        maker = venue.draft("place", venue.order() | {"time_in_force": "post_only"}).given
        assert dict(maker) | {"body.type": "LIMIT_MAKER"} == dict(maker)
        assert "body.time_in_force" not in dict(maker)
        usual = dict(venue.draft("place", venue.order()).given)
        assert (usual["body.type"], usual["body.time_in_force"]) == ("LIMIT", "GTC")


def test_a_sandbox_that_does_not_answer_leaves_everything_unobserved() -> None:
    scenarios = play_all(reference_profile(), NOWHERE)
    unasked = [scenarios.pop(name) for name in ("limits.burst", "limits.key")]
    assert {each.observation for each in unasked} == {Observation.SKIPPED}
    absent = [name for name, scenario in scenarios.items() if scenario.observation is Observation.ABSENT]
    assert set(absent) == {"permissions.read-only-key", "withdrawals.read-only-key", *NOT_OFFERED}
    for name in absent:
        del scenarios[name]
    moot = [scenarios.pop(name) for name in ("signatures.unsigned-query", "repeats.nonces")]
    assert {(each.observation, each.steps) for each in moot} == {(Observation.COMPLETE, ())}, "no way of signing here that they ask about"
    assert {scenario.observation for scenario in scenarios.values()} == {Observation.UNAVAILABLE}
    assert "got no answer: ConnectError" in scenarios[REST].reason
    assert "does not open" in scenarios["streams.login"].reason


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


NAN = (
    b'{"order_id": "x/../y", "status": "open", "bids": [["NaN", "1E+99999999"]], '
    b'"asks": [["0x1", "-1"]], "time": "soon", "items": {}, "next_cursor": "c"}'
)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Scripted(status=401), id="all 401"),
        pytest.param(Scripted(status=429), id="all 429"),
        pytest.param(Scripted(status=500), id="all 500"),
        pytest.param(Scripted(body=b"<html>"), id="html"),
        pytest.param(Scripted(body=NAN), id="no numbers"),
        pytest.param(Scripted(status=302, headers=(("Location", "http://127.0.0.1:1/"),)), id="elsewhere"),
    ],
)
def test_an_exchange_that_answers_everything_alike_passes_nothing_and_breaks_nothing(server: ScriptedServer, answer: Scripted) -> None:
    server.answer = answer
    stage = Stage(base_url=server.url, headers=(), accounts=NOWHERE.accounts, observer=credentials("OBSERVER"), ours=False)
    unpaced = reference_profile().model_copy(update={"rate_limit": ()})
    scenarios = tuple(play_all(unpaced, stage).values())
    findings = judge(Evidence(scenarios=scenarios), catalogue(), STANDARD)
    assert {finding.check for finding in findings if finding.outcome in {Outcome.PASSED, Outcome.ERROR}} == set()


def test_calls_keep_to_the_profiles_budget() -> None:
    slow = reference_profile().model_copy(update={"rate_limit": (reference_profile().rate_limit[0].model_copy(update={"requests": 1}),)})
    waits: list[float] = []
    with reference_stage() as stage:
        play_all(slow, stage, "clock.moves", sleep=waits.append)
    assert max(waits) > 5


@pytest.mark.parametrize(("requests", "calls"), [(4, 9), (6000, 0)])
def test_a_burst_is_more_than_the_budget_of_two_windows_or_none(requests: int, calls: int) -> None:
    budget = reference_profile().rate_limit[0].model_copy(update={"requests": requests})
    with reference_stage() as stage:
        scenario = play_all(reference_profile().model_copy(update={"rate_limit": (budget,)}), replace(stage, ours=True), "limits.burst")[
            "limits.burst"
        ]
    assert len(scenario.steps) == calls


def test_a_reproduction_carries_the_circumstances() -> None:
    replay = Replay(exchange="my profiles/x.yaml", options=("--fault", "wrong-fee", "--spec", "a b.yaml"))
    scenario = play_all(reference_profile(), replace(NOWHERE, replay=replay), REST)[REST]
    assert scenario.reproduce == "certify replay 'my profiles/x.yaml' orders.rest-and-cancel --fault wrong-fee --spec 'a b.yaml'"
    unplayed = play_all(
        small_profile(spec={"rest": SpecSource(file="x")}), replace(NOWHERE, replay=Replay(options=("--sandbox", "http://h"))), REST
    )[REST]
    assert unplayed.reproduce == "certify replay small orders.rest-and-cancel --sandbox http://h"


@pytest.mark.parametrize(
    ("body", "quantities"),
    [
        pytest.param(b'[{"s": "ETH-USD", "q": "9"}, {"s": "BTC-USD", "q": "0.000025"}]', ["0.00002"], id="ours among several"),
        pytest.param(b'[{"s": "BTC-USD", "q": "0.00001"}]', [], id="a single step"),
        pytest.param(b'[{"s": "ETH-USD", "q": "9"}, {"s": "ETH-BTC", "q": "8"}]', [], id="ours not among them"),
    ],
)
def test_the_least_quantity_is_that_of_our_instrument(server: ScriptedServer, body: bytes, quantities: list[str]) -> None:
    profile = reference_profile()
    assert profile.trading is not None
    instrument = profile.trading.roles["instrument"].model_copy(update={"fields": {"symbol": "[].s", "min_quantity": "[].q"}})
    told = profile.trading.model_copy(update={"roles": profile.trading.roles | {"instrument": instrument}})
    server.answer = Scripted(body=body)
    story = play_all(profile.model_copy(update={"trading": told}), replace(NOWHERE, base_url=server.url), "orders.off-grid")[
        "orders.off-grid"
    ]
    tried = [dict(step.facts)["asked.quantity"] for step in story.steps if step.label == "place below the least quantity"]
    assert tried == quantities


def test_tiny_steps_are_written_without_an_exponent(server: ScriptedServer) -> None:
    profile = reference_profile()
    assert profile.trading is not None
    tiny = profile.trading.model_copy(update={"quantity": Decimal("0.00000001"), "price_step": Decimal("0.00000001")})
    server.answer = Scripted(status=201, body=b'{"order_id": 1, "status": "open"}')
    stage = replace(NOWHERE, base_url=server.url)
    play_all(profile.model_copy(update={"trading": tiny}), stage, "orders.same-client-id", "orders.off-grid")
    bodies = [asked.body for asked in server.asked if asked.body]
    assert bodies
    assert not any(b"E-" in body for body in bodies)


def test_trouble_midway_keeps_what_was_seen(server: ScriptedServer) -> None:
    with scripted_server() as script:
        stage = replace(NOWHERE, base_url=script.url)
        stop = iter(range(3))

        def heard(seconds: float) -> None:
            if next(stop, None) is None:
                script.answer = Scripted(body=None)

        one = reference_profile().rate_limit[0].model_copy(update={"requests": 1})
        scenario = play_all(reference_profile().model_copy(update={"rate_limit": (one,)}), stage, REST, sleep=heard)[REST]
    assert scenario.observation is Observation.UNAVAILABLE
    assert [step.label for step in scenario.steps][:2] == ["balances before", "place"]
    assert "got no answer" in scenario.reason


@pytest.mark.parametrize("seed", [1, 2])
def test_no_seed_of_a_correct_exchange_gives_a_finding(seed: int) -> None:
    with reference_stage(seed=seed) as stage:
        assert failures(played(stage)) == ()


def unnumbered() -> ExchangeProfile:
    """The reference exchange as if the books that it answers had no sequence number."""
    profile = reference_profile()
    assert profile.trading is not None
    depth = profile.trading.roles["depth"]
    fields = {name: place for name, place in depth.fields.items() if name != "sequence"}
    roles = {**profile.trading.roles, "depth": depth.model_copy(update={"fields": fields})}
    return profile.model_copy(update={"trading": profile.trading.model_copy(update={"roles": roles})})


@pytest.mark.parametrize(("faults", "wrong"), [((), set()), (("sequence-gap",), {"streams.sequences_have_no_gap"})])
def test_a_book_without_a_number_is_compared_with_what_was_heard(faults: tuple[str, ...], wrong: set[str]) -> None:
    with reference_stage(*faults) as stage:
        scenarios = tuple(play_all(unnumbered(), stage, "streams.book").values())
    assert scenarios[0].observation is Observation.COMPLETE
    assert {finding.check for finding in failures(scenarios)} >= wrong
    assert bool(failures(scenarios)) == bool(wrong)


def test_an_exchange_with_empty_books_is_left_alone(server: ScriptedServer) -> None:
    server.answer = Scripted(body=b'{"bids": [], "asks": [], "items": [], "next_cursor": null}')
    stage = replace(NOWHERE, base_url=server.url)
    stories = ("orders.post-only-meets-the-book", "orders.time-priority", "pagination.fills")
    scenarios = play_all(reference_profile(), stage, *stories)
    assert [len(scenarios[name].steps) for name in stories] == [1, 1, 3]
