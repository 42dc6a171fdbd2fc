"""Playing every story on one sandbox, in a fixed order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios import access, orders, reading
from certification.evidence.scenarios.story import Story, play
from certification.evidence.scenarios.venue import Actor, Venue
from certification.evidence.scenarios.wire import Target, Wire

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile
    from sdkgen.api.model import Api
    from sdkgen.signing.request import Credentials

STORIES: tuple[Story, ...] = (*access.STORIES, *orders.STORIES, *reading.STORIES)
"""The burst that breaks the rate limit comes last: what follows it would be refused."""

NOT_ON_PURPOSE = "its limit is not broken on purpose: the sandbox is shared, or the profile states no budget"
_MOST_CALLS_PER_BURST = 5_000
_TWO_ACCOUNTS = frozenset({"orders.other-account", "orders.time-priority"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where stories are played."""

    base_url: str
    """With the base path, no trailing slash."""
    headers: tuple[tuple[str, str], ...]
    accounts: tuple[Credentials, ...]
    """The first trades; the second, where there is one, must not see the first's orders."""
    ours: bool
    """Whether the sandbox is this run's alone, so that its rate limit may be broken on purpose."""


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
    if profile.trading is None:
        return tuple(unplayed(story, profile, "the profile maps no trading roles") for story in stories)
    if not stage.accounts:
        return tuple(unplayed(story, profile, "the profile names no account for its sandbox") for story in stories)
    scenarios = []
    with httpx.Client(follow_redirects=False, trust_env=False) as client:
        target = Target(
            base_url=stage.base_url,
            headers=stage.headers,
            recipe=profile.signing,
            accounts=tuple(zip((Actor.FIRST.value, Actor.SECOND.value), stage.accounts, strict=False)),
            interval_s=max((budget.per_seconds / budget.requests for budget in profile.rate_limit), default=0.0),
        )
        wire = Wire(target, api, client=client, now_ms=lambda: time.time_ns() // 1_000_000, sleep=sleep)
        venue = Venue(profile=profile, trading=profile.trading, api=api, wire=wire, burst=_burst(profile) if stage.ours else 0)
        for story in stories:
            scenario = _unless_impossible(story, venue, stage, profile)
            heard(scenario)
            scenarios.append(scenario)
    return tuple(scenarios)


def unplayed(story: Story, profile: ExchangeProfile, reason: str, observation: Observation = Observation.SKIPPED) -> Scenario:
    """A story that was not played, with the reason."""
    return Scenario(
        id=story.id,
        operation=story.about,
        observation=observation,
        reason=reason,
        steps=(),
        reproduce=f"certify replay {profile.id} {story.id}",
    )


def _unless_impossible(story: Story, venue: Venue, stage: Stage, profile: ExchangeProfile) -> Scenario:
    if story.id == "limits.burst" and not venue.burst:
        return unplayed(story, profile, NOT_ON_PURPOSE)
    if story.id in _TWO_ACCOUNTS and len(stage.accounts) == 1:
        return unplayed(story, profile, "the profile names only one account for its sandbox")
    return play(story, venue)


def _burst(profile: ExchangeProfile) -> int:
    """A tenth more calls than the tightest budget allows at once; 0 where there is none, or it would take too many."""
    tightest = min((budget.requests for budget in profile.rate_limit), default=0)
    calls = tightest + tightest // 10 + 1
    return calls if tightest and calls <= _MOST_CALLS_PER_BURST else 0
