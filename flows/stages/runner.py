"""The isolation that a run's jobs get."""

from __future__ import annotations

from typing import assert_never, cast

from certification.isolation.choose import Preference, choose
from certification.isolation.container import ContainerRunner
from certification.isolation.process import ProcessRunner
from certification.isolation.runner import Runner
from certification.model import Isolation
from certification.sdks.typescript import TOOLS
from flows.request import RunPlan, RunRequest, Where
from flows.settings import Settings


def settle_isolation(request: RunRequest, settings: Settings) -> Where:
    """Decide once per run where its jobs run, and why. Builds the toolbox image where it is missing.

    Raises:
        IsolationError: containers were asked for, and none can be had.
    """
    choice = choose(cast("Preference", request.isolation), base_image=settings.base_image, tools=(TOOLS,), cache=settings.cache)
    return Where(isolation=choice.runner.isolation, reason=choice.reason)


def open_runner(plan: RunPlan, settings: Settings) -> Runner:
    """A runner of this stage's own, not yet entered: what it starts ends with the stage."""
    return runner_of(plan.isolation, settings)


def runner_of(isolation: Isolation, settings: Settings) -> Runner:
    """A runner of that isolation, not yet entered."""
    match isolation:
        case Isolation.CONTAINER:
            return ContainerRunner(base_image=settings.base_image, cache=settings.cache)
        case Isolation.PROCESS:
            return ProcessRunner(tools=(TOOLS,))
        case _:
            assert_never(isolation)
