"""What a story is, and how stories become records."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from certification.evidence.facts import UnclearError
from certification.evidence.record import Observation, Scenario, ScenarioStep
from certification.evidence.scenarios.tally import Tally
from certification.evidence.scenarios.venue import Venue
from certification.evidence.statuses import THROTTLED
from certification.model import Hindrance

if TYPE_CHECKING:
    from certification.profile import RoleName
    from certification.profile_streams import StreamMessage, StreamRequest

NO_STREAMS = "the profile describes no streams"
NOT_TOLD_FIRST = "the profile tells of no message that own orders begin with (trading.streams.heard: open_orders)"
NO_BALANCES = "the profile does not say how changes of balances are told (trading.streams: balances, balance)"
NO_HEARTBEAT = "the profile tells of no heartbeat (trading.streams: heartbeat_s)"
NO_MALFORMED = "the profile promises nothing of messages that are no JSON (trading.streams: malformed)"
NO_AMENDED_PLACE = "the profile does not say what place an amended order has (trading.amended_place)"
NO_CROWD = "the profile states no limit of subscriptions (trading.streams: crowd)"
NO_OPEN_LIMIT = "the profile states no limit of open orders that can be reached (trading: most_open_orders)"
NO_AMENDING = "the profile maps no trading role amend"
NO_DRY_RUN = "the profile maps no trading role dry_run"
NO_DEADLINE = "the profile does not say how deadlines of requests are written (trading.deadline)"
NOT_PROMISED = frozenset(
    {
        NOT_TOLD_FIRST,
        NO_BALANCES,
        NO_HEARTBEAT,
        NO_MALFORMED,
        NO_CROWD,
        NO_OPEN_LIMIT,
        NO_AMENDING,
        NO_AMENDED_PLACE,
        NO_DRY_RUN,
        NO_DEADLINE,
    }
)
"""Reasons that are no gap: not every exchange promises such a thing."""
LEFT = "may be left behind"
"""The label of the last step where not all that a story made could be undone."""
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
    subject: str = ""
    """What findings name, where it is no operation: ``streams.depth``."""
    sends: tuple[StreamRequest, ...] = ()
    """What it asks of streams."""
    hears: tuple[StreamMessage, ...] = ()
    """What it must be able to understand of them."""
    in_force: str = ""
    """The time in force of the order that it is about, where that is not the usual one."""
    lacks: Callable[[Venue], str] | None = None
    """Why the story can't be told of an exchange that maps its roles; empty where it can."""
    extra: bool = False
    """Whether a level can be reached without it: not every exchange offers what it is about."""

    @property
    def listens(self) -> bool:
        """Whether it speaks to streams."""
        return bool(self.sends or self.hears) or self.subject.startswith("streams.")


def play(story: Story, venue: Venue) -> Scenario:
    """Play one story to its end, or as far as the sandbox lets it; then leave nothing behind."""
    if reason := missing(story, venue):
        return _scenario(story, venue, Observation.ABSENT if reason in {NO_STREAMS, *NOT_PROMISED} else Observation.SKIPPED, reason, ())
    steps: list[ScenarioStep] = []
    observation, reason, left = Observation.COMPLETE, "", ""
    tally = Tally()
    try:
        for step in story.play(venue):
            steps.append(tally.completed(step))  # noqa: PERF401 - what came before trouble is kept
    except UnclearError as error:
        observation, reason = Observation.UNAVAILABLE, str(error)
    finally:
        left = _tidy(venue, steps)
    if observation is Observation.UNAVAILABLE:
        reason += left
    hindrance = _hindrance(steps) if observation is Observation.UNAVAILABLE else None
    return replace(_scenario(story, venue, observation, reason, tuple(steps)), hindrance=hindrance)


def _hindrance(steps: list[ScenarioStep]) -> Hindrance:
    """What the last answer before the trouble was."""
    last = next((step.call for step in reversed(steps) if step.call is not None), None)
    return Hindrance.THROTTLED if last is not None and last.status in THROTTLED else Hindrance.ENVIRONMENT


def missing(story: Story, venue: Venue) -> str:
    """Why the story can't be told with this profile; empty where it can."""
    if story.listens and not venue.described_streams:
        return NO_STREAMS
    roles = [role for role in (story.about, *story.needs) if not venue.has(role)]
    if roles:
        return f"the profile maps no trading role {' and no '.join(dict.fromkeys(roles))}"
    lacking = story.lacks(venue) if story.lacks is not None else ""
    if not lacking and story.in_force and not venue.can_place(story.in_force):
        lacking = f"the profile has no word for {story.in_force}, neither as a time_in_force nor as a type (values of the role place)"
    if lacking or not story.listens:
        return lacking
    if venue.listening is None:
        return "the profile does not say how its streams are spoken to (trading.streams)"
    if not venue.listening.can_send(*story.sends) or not venue.listening.hears(*story.hears):
        return f"the profile's trading.streams do not say how {' and '.join((*story.sends, *story.hears))} are told"
    return ""


def _tidy(venue: Venue, steps: list[ScenarioStep]) -> str:
    """Undo what the story made, so that one story never changes what the next one sees, and keep a record of it.

    Gives what may be left behind, in words; empty where nothing is.
    """
    try:
        for step in venue.undo_leftovers():
            steps.append(step)  # noqa: PERF402 - what came before trouble is kept
    except UnclearError as error:
        _LOG.warning("something may have been left on the sandbox: %s", error)
    left = tuple(each.told() for each in venue.leftovers.taken())
    if left:
        steps.append(ScenarioStep(label=LEFT, call=None, facts=tuple(("left", each) for each in left)))
    return f"; {LEFT}: {', '.join(left)}" if left else ""


def _scenario(story: Story, venue: Venue, observation: Observation, reason: str, steps: tuple[ScenarioStep, ...]) -> Scenario:
    return Scenario(
        id=story.id,
        operation=story.subject or venue.operation_of(story.about) or story.about,
        observation=observation,
        reason=reason,
        steps=steps,
        reproduce=venue.reproduction(story.id),
    )
