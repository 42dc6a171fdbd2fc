"""What a story is, and how stories become records."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.evidence.record import Observation, Scenario, ScenarioStep
from certification.evidence.scenarios.venue import SilentVenueError, Venue

if TYPE_CHECKING:
    from certification.profile import RoleName

_LOG = logging.getLogger(__name__)

Play = Callable[[Venue], Iterator[ScenarioStep]]
"""Yields each step as it happens, so that what was seen before trouble is not lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story: its name, what it is about, and the roles that it can't do without."""

    id: str
    """``theme.what-happens``"""
    about: RoleName
    """The role whose operation the story examines."""
    needs: tuple[RoleName, ...]
    play: Play


def play(story: Story, venue: Venue) -> Scenario:
    """Play one story to its end, or as far as the sandbox lets it; then leave nothing behind."""
    missing = [role for role in (story.about, *story.needs) if not venue.has(role)]
    if missing:
        reason = f"the profile maps no trading role {' and no '.join(dict.fromkeys(missing))}"
        return _scenario(story, venue, Observation.SKIPPED, reason, ())
    steps: list[ScenarioStep] = []
    observation, reason = Observation.COMPLETE, ""
    try:
        for step in story.play(venue):
            steps.append(step)  # noqa: PERF402 - what came before trouble is kept
    except SilentVenueError as error:
        observation, reason = Observation.UNAVAILABLE, str(error)
    finally:
        _tidy(venue)
    return _scenario(story, venue, observation, reason, tuple(steps))


def _tidy(venue: Venue) -> None:
    """Cancel what the story left resting, so that one story never changes what the next one sees."""
    try:
        venue.cancel_leftovers()
    except SilentVenueError as error:
        _LOG.warning("orders may have been left on the sandbox: %s", error)


def _scenario(story: Story, venue: Venue, observation: Observation, reason: str, steps: tuple[ScenarioStep, ...]) -> Scenario:
    return Scenario(
        id=story.id,
        operation=venue.operation_of(story.about) or story.about,
        observation=observation,
        reason=reason,
        steps=steps,
        reproduce=f"certify replay {venue.exchange_id} {story.id}",
    )
