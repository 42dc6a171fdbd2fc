"""The API itself: scenarios and the contract test, on a sandbox that is opened for them and closed after them."""

from __future__ import annotations

import dataclasses
import shutil
from contextlib import AbstractContextManager

from certification.errors import UnavailableError
from certification.evidence.contract.estimate import budget_for
from certification.evidence.contract.run import DEFAULT_BUDGET, Subject, contract_test
from certification.evidence.record import ContractEvidence, Observation, Scenario
from certification.evidence.scenarios.burst import BURSTS
from certification.evidence.scenarios.run import NOT_ON_PURPOSE, STORIES, Replay, Stage, play_stories, unplayed
from certification.evidence.scenarios.story import Story
from certification.evidence.shapes import Shapes
from certification.isolation.runner import Runner
from certification.profile import ExchangeProfile
from certification.sandboxes.open import Sandbox, open_sandbox
from flows.lease import USUAL, Patience, sandbox_to_itself
from flows.progress import stage
from flows.request import RunPlan
from flows.settings import Settings, environment
from flows.stages.burst import burst_ground
from flows.stages.read import read_api, read_shapes
from flows.stages.runner import open_runner
from flows.stages.subject_copy import replay_of
from flows.steps import Steps


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ApiEvidence:
    """What was seen of the API itself."""

    contract: ContractEvidence | None
    scenarios: tuple[Scenario, ...] | None


def examine_api(plan: RunPlan, settings: Settings, patience: Patience = USUAL) -> ApiEvidence:
    """Play the scenarios, then test the contract; each answered once per run.

    A sandbox that can't be opened, that another run does not let go of, or an engine that went away is evidence too: nothing was
    observed, and why.
    """
    try:
        with sandbox_to_itself(plan, settings, "api", patience):
            return _examined(plan, settings)
    except UnavailableError as error:
        return ApiEvidence(contract=_untested(plan, error), scenarios=_unplayed(plan, error))


def _examined(plan: RunPlan, settings: Settings) -> ApiEvidence:
    steps = Steps(plan.steps)
    inputs = (plan.run_id, plan.snapshot.identity(), plan.seed, plan.request.sandbox, plan.request.faults)
    with stage(plan.run_id, "scenarios") as note:
        scenarios = steps.answer("scenarios", inputs, tuple[Scenario, ...], lambda: _scenarios(plan, settings))
        played = sum(1 for scenario in scenarios if scenario.observation is Observation.COMPLETE)
        note.text = f"{played} of {len(scenarios)} played" + (f": {scenarios[0].reason}" if scenarios and not played else "")
    with stage(plan.run_id, "contract test") as note:
        contract = steps.answer("contract", inputs, ContractEvidence, lambda: _contract(plan, settings))
        calls = sum(operation.calls for operation in contract.operations)
        note.text = contract.reason or f"{calls} calls of {len(contract.operations)} operations"
        if contract.left_behind:
            note.text += f"; {len(contract.left_behind)} orders may rest there still"
    return ApiEvidence(contract=contract, scenarios=scenarios)


def _scenarios(plan: RunPlan, settings: Settings) -> tuple[Scenario, ...]:
    api, shapes = read_api(plan.snapshot), read_shapes(plan.snapshot)
    ours = burst_ground(plan.profile, plan.request.sandbox) is not None
    usual = tuple(story for story in STORIES if story.id not in BURSTS)
    burst = tuple(story for story in STORIES if story.id in BURSTS)
    try:
        with open_runner(plan, settings) as runner:
            with opened(plan.profile, runner, choice_of(plan, settings)) as sandbox:
                told = play_stories(
                    plan.profile,
                    api,
                    stage_on(sandbox, ours=ours, replay=replay_of(plan.request), seed=plan.seed, shapes=shapes),
                    stories=usual,
                )
            return told + _break_the_limit(plan, settings, runner, burst)
    except UnavailableError as error:
        return _unplayed(plan, error)


def _unplayed(plan: RunPlan, error: UnavailableError) -> tuple[Scenario, ...]:
    replay = replay_of(plan.request)
    return tuple(unplayed(story, plan.profile, str(error), Observation.UNAVAILABLE, replay, hindrance=error.hindrance) for story in STORIES)


def _break_the_limit(plan: RunPlan, settings: Settings, runner: Runner, stories: tuple[Story, ...]) -> tuple[Scenario, ...]:
    """Play the burst where it troubles nobody; elsewhere say why not."""
    replay, ground = replay_of(plan.request), burst_ground(plan.profile, plan.request.sandbox)
    if ground is None:
        return tuple(unplayed(story, plan.profile, NOT_ON_PURPOSE, replay=replay) for story in stories)
    with opened(plan.profile, runner, choice_of(plan, settings, ground.rate_limit)) as sandbox:
        where = stage_on(sandbox, ours=True, fresh=ground.fresh, replay=replay, seed=plan.seed, shapes=read_shapes(plan.snapshot))
        return play_stories(ground.profile, read_api(plan.snapshot), where, stories=stories)


def _contract(plan: RunPlan, settings: Settings) -> ContractEvidence:
    shutil.rmtree(plan.out / "evidence" / "contract", ignore_errors=True)
    try:
        with open_runner(plan, settings) as runner, opened(plan.profile, runner, choice_of(plan, settings)) as sandbox:
            subject = Subject(
                api=read_api(plan.snapshot),
                snapshot=plan.snapshot,
                profile=plan.profile,
                sandbox=sandbox,
                exchange=replay_of(plan.request).exchange,
            )
            budget = budget_for(subject.api, plan.profile.rate_limit, DEFAULT_BUDGET, plan.profile.behaviour.limits)
            return contract_test(subject, runner, seed=plan.seed, folder=plan.out, budget=budget)
    except UnavailableError as error:
        return _untested(plan, error)


def _untested(plan: RunPlan, error: UnavailableError) -> ContractEvidence:
    return ContractEvidence(
        tool="schemathesis", seed=plan.seed, observation=Observation.UNAVAILABLE, reason=str(error), hindrance=error.hindrance
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SandboxChoice:
    """Which sandbox, and how it is set up."""

    url: str | None = None
    faults: tuple[str, ...] = ()
    rate_limit: int | None = None
    public_only: bool = False
    allow_private: bool = False


def opened(profile: ExchangeProfile, runner: Runner, choice: SandboxChoice) -> AbstractContextManager[Sandbox]:
    """The sandbox, with the credentials that the profile names: the only place that hands them on."""
    return open_sandbox(
        profile,
        runner,
        environment=environment(),
        url=choice.url,
        faults=choice.faults,
        rate_limit=choice.rate_limit,
        public_only=choice.public_only,
        allow_private=choice.allow_private,
    )


def stage_on(sandbox: Sandbox, *, ours: bool, replay: Replay, seed: int, fresh: bool = True, shapes: Shapes | None = None) -> Stage:
    """The sandbox as scenarios see it; ``seed`` is that of what is done by chance, ``fresh`` whether nothing has called it before.

    ``shapes`` is what answers are held against.
    """
    url = f"{sandbox.host_url}{sandbox.base_path}"
    return Stage(
        base_url=url,
        headers=sandbox.headers,
        accounts=sandbox.accounts,
        observer=sandbox.observer,
        ours=ours,
        fresh=fresh,
        replay=replay,
        seed=seed,
        pin=sandbox.pin,
        shapes=shapes,
        broken_proofs=sandbox.broken_proofs,
    )


def choice_of(plan: RunPlan, settings: Settings, rate_limit: int | None = None) -> SandboxChoice:
    """The sandbox that the run asks for."""
    return SandboxChoice(
        url=plan.request.sandbox,
        faults=plan.request.faults,
        rate_limit=rate_limit,
        public_only=not plan.request.trusted,
        allow_private=settings.allow_private,
    )
