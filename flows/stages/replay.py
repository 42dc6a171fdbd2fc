"""Playing one story again, outside a run."""

from __future__ import annotations

from certification.errors import SandboxError
from certification.evidence.record import Observation, Scenario
from certification.evidence.scenarios.burst import BURSTS
from certification.evidence.scenarios.run import play_stories, story_named, unplayed
from certification.isolation.process import ProcessRunner
from certification.profiles import find_profile, load_profile
from flows.request import RunRequest
from flows.settings import Settings
from flows.stages.api import SandboxChoice, opened, stage_on
from flows.stages.burst import burst_ground
from flows.stages.read import read_api, read_shapes
from flows.stages.subject_copy import replay_of
from flows.stages.take import take_snapshot


def replay(request: RunRequest, story_id: str, settings: Settings) -> Scenario:
    """Play the story on a sandbox of its own.

    Raises:
        ProfileError, FetchError, DescriptionError: what was asked for is wrong, or can't be had.
        KeyError: there is no such story.
    """
    story = story_named(story_id)
    if story is None:
        raise KeyError(story_id)
    profile = load_profile(find_profile(request.exchange, settings.exchanges))
    snapshot = take_snapshot(profile, request.spec, settings)
    api, shapes = read_api(snapshot), read_shapes(snapshot)
    alone = burst_ground(profile, request.sandbox)
    ground = alone if story_id in BURSTS else None
    choice = SandboxChoice(url=request.sandbox, faults=request.faults, rate_limit=ground.rate_limit if ground else None)
    try:
        with ProcessRunner() as runner, opened(profile, runner, choice) as sandbox:
            stage = stage_on(
                sandbox,
                ours=alone is not None,
                fresh=ground is not None and ground.fresh,
                replay=replay_of(request),
                seed=request.seed or 0,
                shapes=shapes,
            )
            return play_stories(ground.profile if ground else profile, api, stage, stories=(story,))[0]
    except SandboxError as error:
        return unplayed(story, profile, str(error), Observation.UNAVAILABLE, replay_of(request), hindrance=error.hindrance)
