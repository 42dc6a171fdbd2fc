"""Playing every story on one sandbox, in a fixed order."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from certification.evidence.pace import interval_of
from certification.evidence.places import read
from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios import (
    access,
    amend,
    amended_place,
    beside_model,
    cancel_all,
    expiry,
    key_burst,
    market,
    nonsense,
    open_orders,
    orders,
    races,
    reading,
    repeats,
    statement,
    streams,
    terms,
    withdrawals,
)
from certification.evidence.scenarios.answered import document_of
from certification.evidence.scenarios.burst import BURST, CROWDS, KEY_BURST, burst_of
from certification.evidence.scenarios.key_burst import key_burst_of
from certification.evidence.scenarios.listening import Listening, Station, stream_url
from certification.evidence.scenarios.spoken import PLACE
from certification.evidence.scenarios.story import NO_STREAMS, NOT_PROMISED, Story, missing, play
from certification.evidence.scenarios.tamper import Draft
from certification.evidence.scenarios.venue import Actor, Setting, SilentVenueError, Venue
from certification.evidence.scenarios.wire import Target, Wire
from certification.sandboxes.open import same_place
from certification.sandboxes.pin import http_client
from certification.specs.guard import is_public
from sdkgen.stream_protocol import StreamProtocol

if TYPE_CHECKING:
    from certification.evidence.shapes import Shapes
    from certification.model import Hindrance
    from certification.profile import ExchangeProfile
    from certification.sandboxes.pin import Pin
    from sdkgen.api.model import Api
    from sdkgen.signing.request import Credentials
    from sdkgen.stream_protocol import Match

STORIES: tuple[Story, ...] = (
    *access.STORIES,
    *orders.STORIES,
    *nonsense.STORIES,
    *beside_model.STORIES,
    *market.STORIES,
    *streams.STORIES,
    *open_orders.STORIES,
    *amend.STORIES,
    *amended_place.STORIES,
    *cancel_all.STORIES,
    *terms.STORIES,
    *expiry.STORIES,
    *repeats.STORIES,
    *statement.STORIES,
    *withdrawals.STORIES,
    *races.STORIES,
    *reading.STORIES,
    *key_burst.STORIES,
)
"""Withdrawals, and races of them, come late: what they hold may come back at any time. The bursts that break rate limits come last:
what follows them would be refused."""

NOT_ON_PURPOSE = (
    "its limit is not broken on purpose: the sandbox is shared (no sandbox.exclusive), or the profile states no budget (rate_limit)"
)
NO_KEY_LIMIT = "the profile states no limit per key (behaviour.limits: per_key) that a signed read could break in bounded time"
NO_OBSERVER = "the profile names no key that may only read, or its variables are not set"
_READ_ONLY = frozenset({"permissions.read-only-key", "withdrawals.read-only-key"})
_TWO_ACCOUNTS = frozenset(
    {
        "amend.filled-in-part",
        "places.amended",
        "cancel-all.filled-in-part",
        "expiry.filled-in-part",
        "orders.other-account",
        "orders.time-priority",
        "permissions.lists",
        "permissions.statements",
        "streams.filled-and-rests",
        "streams.filled-at-rest",
        "streams.tape",
        "streams.other-account",
        "withdrawals.other-account",
        races.SELLING_MEETS_CANCELLING,
        beside_model.STORY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What ``certify replay`` needs to meet the same circumstances."""

    exchange: str = ""
    """An exchange's id or the path of its profile, as it was asked for; empty for the profile's own id."""
    options: tuple[str, ...] = ()
    """``--fault``, ``--sandbox`` and ``--spec`` with their values."""


AS_IT_IS = Replay()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where stories are played."""

    base_url: str
    """With the base path, no trailing slash."""
    headers: tuple[tuple[str, str], ...]
    accounts: tuple[Credentials, ...]
    """The first trades; the second, where there is one, must not see the first's orders."""
    observer: Credentials | None = None
    """A key of the first that may only read."""
    ours: bool
    """Whether the sandbox is this run's alone, so that its rate limit may be broken on purpose."""
    fresh: bool = True
    """Of one that is ours: whether nothing has called it before."""
    replay: Replay = AS_IT_IS
    seed: int = 0
    """Of what is done by chance."""
    pin: Pin | None = None
    """The only addresses that the sandbox's name may mean."""
    shapes: Shapes | None = None
    """What answers and messages are held against; ``None`` where nobody asks."""
    broken_proofs: int | None = None
    """How many calls with a broken proof of identity each operation may be sent in a row; ``None`` for as many as there are ways."""


def story_named(story_id: str) -> Story | None:
    """The story of that id."""
    return next((story for story in STORIES if story.id == story_id), None)


def play_stories(
    profile: ExchangeProfile,
    api: Api,
    stage: Stage,
    *,
    stories: tuple[Story, ...] = STORIES,
    heard: Callable[[Scenario], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Scenario, ...]:
    """Play the stories one after the other; ``heard`` is told each as it ends.

    Paced by the profile's budgets. A story whose roles the profile does not map is skipped, with the reason.
    """
    if reason := _nothing_at_all(profile, stage):
        return tuple(unplayed(story, profile, reason, replay=stage.replay) for story in stories)
    scenarios = []
    with venue_on(profile, api, stage, sleep=sleep) as venue:
        for story in stories:
            scenario = _unless_impossible(story, venue, stage, profile)
            heard(scenario)
            scenarios.append(scenario)
    return tuple(scenarios)


def _nothing_at_all(profile: ExchangeProfile, stage: Stage) -> str:
    """Why no story can be played; empty where one may be."""
    if profile.trading is None:
        return "the profile maps no trading roles"
    return "" if stage.accounts else "the profile names no account for its sandbox"


@contextmanager
def venue_on(profile: ExchangeProfile, api: Api, stage: Stage, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[Venue]:
    """The sandbox, spoken to by trading role, while the context is open. The profile must map some."""
    if profile.trading is None:
        message = f"profile {profile.id} maps no trading roles"
        raise ValueError(message)
    with http_client(stage.pin) as client:
        target = Target(
            base_url=stage.base_url,
            headers=stage.headers,
            recipe=profile.signing,
            accounts=_actors(stage),
            interval_s=max((budget.per_seconds / budget.requests for budget in profile.rate_limit), default=0.0),
            intervals=tuple((each.id, interval_of(each, profile.rate_limit, profile.behaviour.limits)) for each in api.operations),
            shapes=stage.shapes,
        )
        wire = Wire(target, api, client=client, now_ms=_now_ms, sleep=sleep)
        setting = Setting(
            reproduction=partial(replay_command, profile, stage.replay, seed=stage.seed),
            burst=burst_of(profile, api, fresh=stage.fresh) if stage.ours else None,
            key_burst=key_burst_of(profile, api, several=len(stage.accounts) > 1) if stage.ours else None,
            seed=stage.seed,
            listening=_listening(profile, api, target, wire, stage.pin),
            elsewhere=profile.sandbox is not None and profile.sandbox.url is not None and not same_place(stage.base_url, profile.sandbox),
            broken_proofs=stage.broken_proofs,
            ours=stage.ours,
        )
        yield Venue(profile=profile, trading=profile.trading, api=api, wire=wire, setting=setting)


def _actors(stage: Stage) -> tuple[tuple[str, Credentials], ...]:
    actors = tuple(zip((Actor.FIRST.value, Actor.SECOND.value), stage.accounts, strict=False))
    return (*actors, (Actor.OBSERVER.value, stage.observer)) if stage.observer else actors


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _listen_key(profile: ExchangeProfile, api: Api, wire: Wire) -> Callable[[Actor], str] | None:
    """What makes listen keys, where the profile's behaviour says how."""
    told = profile.behaviour.streams.listen_key if profile.behaviour.streams else None
    operation = next((operation for operation in api.operations if told and operation.id == told.create), None)
    if told is None or operation is None:
        return None
    draft, place = Draft(operation=operation, given=()), told.place

    def made(actor: Actor) -> str:
        call = wire.send(draft, actor=actor.value)
        found = read(document_of(call), place) if call.status is not None else ()
        if not found or not found[0]:
            raise SilentVenueError(f"{draft.operation.id} gave no listen key: {call.failure or call.status}")
        return found[0]

    return made


def _listening(profile: ExchangeProfile, api: Api, target: Target, wire: Wire, pin: Pin | None) -> Listening | None:
    trading = profile.trading
    if trading is None or trading.streams is None:
        return None
    told = profile.behaviour.streams or StreamProtocol()
    elsewhere = trading.streams.url if same_place(target.base_url, profile.sandbox) else None
    station = Station(
        url=elsewhere or stream_url(target.base_url, trading.streams),
        may_reach=is_public if elsewhere else None,
        pin=None if elsewhere else pin,
        streams=trading.streams,
        symbol=trading.symbol,
        recipe=target.recipe,
        accounts=target.accounts,
        book=told.book,
        listen_key=_listen_key(profile, api, wire),
        shapes=target.shapes,
        belongs=tuple((subscription.channel, _match(each)) for subscription in told.subscriptions for each in subscription.messages),
        answers=tuple(_match(answer) for answer in _answers(told) if answer is not None),
    )
    return Listening(station, hidden=wire.hidden, now_ms=_now_ms)


def _answers(told: StreamProtocol) -> Iterator[Match | None]:
    """What tells answers to requests, and signs of life."""
    for subscription in told.subscriptions:
        yield from (subscription.confirmed, subscription.refused)
    if told.login is not None:
        yield from (told.login.confirmed, told.login.refused)
    yield told.heartbeat.asked


def _match(told: Match) -> dict[str, str]:
    """By what messages are told, for any arguments of a subscription."""
    return {place: "*" if PLACE.search(wanted) else wanted for place, wanted in told.when.items()}


def replay_command(profile: ExchangeProfile, replay: Replay, story_id: str, *, seed: int = 0) -> str:
    """The command that plays a story again, quoted for a shell; with the seed where the story is drawn by chance."""
    drawn = ("--seed", str(seed)) if seed and story_id == beside_model.STORY else ()
    return shlex.join(("certify", "replay", replay.exchange or profile.id, story_id, *replay.options, *drawn))


def unplayed(
    story: Story,
    profile: ExchangeProfile,
    reason: str,
    observation: Observation = Observation.SKIPPED,
    replay: Replay = AS_IT_IS,
    *,
    hindrance: Hindrance | None = None,
) -> Scenario:
    """A story that was not played, with the reason; where the exchange has no streams, a story of streams is none of it."""
    if story.listens and profile.spec.streams is None and (profile.trading is None or profile.trading.streams is None):
        observation, reason, hindrance = Observation.ABSENT, NO_STREAMS, None
    role = profile.trading.roles.get(story.about) if profile.trading else None
    return Scenario(
        id=story.id,
        operation=story.subject or (role.operation if role else story.about),
        observation=observation,
        reason=reason,
        steps=(),
        reproduce=replay_command(profile, replay, story.id),
        hindrance=hindrance,
    )


def _unless_impossible(story: Story, venue: Venue, stage: Stage, profile: ExchangeProfile) -> Scenario:
    if reason := _impossible(story, venue, stage):
        observation = Observation.ABSENT if reason in {NO_OBSERVER, NO_KEY_LIMIT} else Observation.SKIPPED
        return unplayed(story, profile, reason, observation, replay=stage.replay)
    return play(story, venue)


def _impossible(story: Story, venue: Venue, stage: Stage) -> str:
    """Why the sandbox's keys or its limit don't let the story be played; empty where they do."""
    if (story.id == BURST and not venue.burst) or (story.id in CROWDS and not stage.ours and not missing(story, venue)):
        return NOT_ON_PURPOSE
    if story.id == KEY_BURST and not venue.key_burst:
        return NO_KEY_LIMIT if stage.ours else NOT_ON_PURPOSE
    if story.id in _TWO_ACCOUNTS and len(stage.accounts) == 1:
        return "the profile names only one account for its sandbox"
    return NO_OBSERVER if story.id in _READ_ONLY and stage.observer is None else ""


def never_played(profile: ExchangeProfile, api: Api, stage: Stage, *, stories: tuple[Story, ...] = STORIES) -> tuple[tuple[str, str], ...]:
    """Those of the stories that the profile does not let anyone play there, by id, each with the reason; nothing is called to find out."""
    if reason := _nothing_at_all(profile, stage):
        return tuple((story.id, reason) for story in stories)
    with venue_on(profile, api, stage) as venue:
        reasons = ((story.id, _impossible(story, venue, stage) or missing(story, venue)) for story in stories)
        return tuple((story_id, reason) for story_id, reason in reasons if reason)


def is_no_gap(reason: str) -> bool:
    """Whether a story is left out because the exchange has, by its profile, nothing of the kind: that no limit is a key's own, say."""
    return reason == NO_KEY_LIMIT or reason in NOT_PROMISED
