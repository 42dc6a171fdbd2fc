"""The reference exchange as a stage for stories, in a thread of this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from certification.checks.catalogue import catalogue
from certification.evidence.record import Evidence, Scenario
from certification.evidence.scenarios.run import STORIES, Stage, play_stories
from certification.folders import EXCHANGES
from certification.judge import judge
from certification.levels.standard import STANDARD
from certification.model import Finding, Outcome
from certification.profile import ExchangeProfile, RateBudget
from certification.profiles import load_profile
from certification.sandboxes.reference.accounts import demo_environment
from certification.sandboxes.reference.assembly import ReferenceOptions
from certification.sandboxes.reference.serve import serve_reference
from certification.sandboxes.reference.venue import system_clock
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.request import Credentials

SMALL_BUDGET = RateBudget(name="burst", requests=12, per_seconds=10)
"""Of an exchange whose limit is broken on purpose."""


@cache
def reference_profile() -> ExchangeProfile:
    """The reference exchange's own profile."""
    return load_profile(EXCHANGES / "reference" / "profile.yaml")


@cache
def reference_api() -> Api:
    """Its description."""
    file = EXCHANGES / "reference" / "openapi.yaml"
    return load(file.read_bytes(), overlays=(), source=file.name)


def credentials(word: str) -> Credentials:
    """FIRST, SECOND or OBSERVER."""
    values = demo_environment({})
    return Credentials(key=values[f"REFERENCE_{word}_KEY"], secret=values[f"REFERENCE_{word}_SECRET"])


class Clock:
    """The exchange's clock: whoever waits moves it, and loses no time."""

    def __init__(self) -> None:
        self.waited_s = 0.0

    def now(self) -> int:
        return system_clock() + int(self.waited_s * 1000)

    def wait(self, seconds: float) -> None:
        self.waited_s += seconds


@contextmanager
def reference_stage(*faults: str, seed: int = 0, rate_limit: int | None = None, clock: Clock | None = None) -> Iterator[Stage]:
    """A stage of its own while the context is open; one with a rate limit may have it broken."""
    options = ReferenceOptions(faults=faults, seed=seed, rate_limit=rate_limit)
    with serve_reference(options, environment={}, clock=clock.now if clock else system_clock) as url:
        accounts = (credentials("FIRST"), credentials("SECOND"))
        yield Stage(base_url=url, headers=(), accounts=accounts, observer=credentials("OBSERVER"), ours=rate_limit is not None)


def played(stage: Stage, *stories: str, wait: Callable[[float], None] = time.sleep) -> tuple[Scenario, ...]:
    """The stories of these names, or all, as they were played."""
    profile = reference_profile()
    if stage.ours:
        profile = profile.model_copy(update={"rate_limit": (SMALL_BUDGET,)})
    chosen = tuple(story for story in STORIES if story.id in stories) if stories else STORIES
    return play_stories(profile, reference_api(), stage, stories=chosen, sleep=wait)


def failures(scenarios: tuple[Scenario, ...]) -> tuple[Finding, ...]:
    """What the checks find wrong with them."""
    findings = judge(Evidence(scenarios=scenarios), catalogue(), STANDARD)
    return tuple(finding for finding in findings if finding.outcome in {Outcome.FAILED, Outcome.ERROR})
