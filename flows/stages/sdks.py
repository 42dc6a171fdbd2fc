"""One language: generate, build, install, exercise; leave source and packages in the run's folder."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from certification.errors import UnavailableError, obstacle_of
from certification.evidence.record import InstalledPackage, Observation, SdkEvidence, StrategyResult, Trial
from certification.evidence.sdk import exercise, plan_exercise
from certification.evidence.sdk.talks import ground as talks
from certification.evidence.strategy.trade import trade
from certification.evidence.trials.run import Ground, can_be_tried, try_sdk
from certification.isolation.runner import Runner
from certification.model import Artefact, Obstacle, Part, SdkPackage
from certification.sdks.advisories import known_vulnerabilities
from certification.sdks.build import build
from certification.sdks.hygiene import go_required
from certification.sdks.program import Program
from certification.specs.history import content_of, overlays_of
from flows.lease import sandbox_to_itself
from flows.progress import stage
from flows.request import RunPlan, asks_for_proof
from flows.settings import Settings
from flows.stages.api import choice_of, opened, stage_on
from flows.stages.read import read_api
from flows.stages.runner import open_runner
from flows.stages.source import numbered_source, plain_source
from flows.stages.subject_copy import replay_of
from flows.stages.tree import write_source
from flows.steps import Steps
from sdkgen.behaviour_check import fitted
from sdkgen.language import Backend, Language
from sdkgen.source import SdkSource


def examine_sdk(plan: RunPlan, language: Language, settings: Settings) -> SdkEvidence:
    """Everything about one SDK, answered once per run.

    An engine that goes away meanwhile is evidence too: what could not be observed, and why.

    Raises:
        BuildError: a build tool is missing.
    """
    steps = Steps(plan.steps)
    with stage(plan.run_id, f"SDK {language.value}") as note:
        evidence = steps.answer(
            f"sdk-{language.value}",
            (plan.run_id, plan.snapshot.identity(), language),
            SdkEvidence,
            lambda: _observed(plan, language, settings),
            holds=lambda known: known.obstacle is None and _still_there(known.package, plan.out),
        )
        note.text = _said(evidence)
    return evidence


def _observed(plan: RunPlan, language: Language, settings: Settings) -> SdkEvidence:
    try:
        return _examine(plan, language, settings)
    except UnavailableError as error:
        return SdkEvidence(language=language, package=None, operations=0, types=0, fields=0, obstacle=obstacle_of(error))


def _source(plan: RunPlan, language: Language, settings: Settings) -> SdkSource:
    if plan.request.backend is Backend.NATIVE:
        return numbered_source(plan.profile, plan.snapshot, language, settings)
    return plain_source(plan.profile, plan.snapshot, language, backend=plan.request.backend)


def _examine(plan: RunPlan, language: Language, settings: Settings) -> SdkEvidence:
    api = read_api(plan.snapshot)
    source, behaviour = _source(plan, language, settings), fitted(plan.profile.behaviour, api)
    write_source(source, plan.out / "sdks" / language.value)
    work = plan.out / "work" / language.value
    shutil.rmtree(work, ignore_errors=True)
    try:
        exercise_plan = plan_exercise(
            api,
            content_of(plan.snapshot),
            overlays=overlays_of(plan.snapshot),
            recipe=plan.profile.signing,
            behaviour=behaviour,
            seed=plan.seed,
            exchange=replay_of(plan.request).exchange,
        )
        with open_runner(plan, settings) as runner:
            bench = _Bench(plan=plan, settings=settings, runner=runner, work=work, language=language)
            # The other generator's SDKs know nothing beyond single requests.
            native = plan.request.backend is Backend.NATIVE
            ground = talks.Ground(api=api, behaviour=behaviour, plan=exercise_plan) if native else None
            evidence = exercise(source, exercise_plan, runner, work, ground=ground, trials=bench.tried, strategy=bench.traded)
        if evidence.package is None:
            return evidence
        evidence = replace(
            evidence,
            package=_keep(evidence.package, work, plan.out),
            obstacle=next(iter(bench.went_away), None),
            advisories=known_vulnerabilities(_needed(source, evidence), settings.advisories),
        )
        return _with_rebuilt(evidence, plan, source, settings)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _needed(source: SdkSource, evidence: SdkEvidence) -> tuple[InstalledPackage, ...]:
    """What lies beside the SDK, which no registry knows yet. Of Go, whose builds install nothing, what its module asks for."""
    if source.language is Language.GO:
        return go_required(next((file.content.decode() for file in source.files if file.path == "go.mod"), ""))
    installed = evidence.hygiene.installed if evidence.hygiene is not None else ()
    own = re.sub(r"[-_.]+", "-", source.package).lower()
    return tuple(each for each in installed if each.name not in {source.package, own})


def _with_rebuilt(evidence: SdkEvidence, plan: RunPlan, source: SdkSource, settings: Settings) -> SdkEvidence:
    try:
        return replace(evidence, rebuilt=_rebuilt(plan, source, settings))
    except UnavailableError as error:
        return replace(evidence, obstacle=evidence.obstacle or obstacle_of(error))


def _rebuilt(plan: RunPlan, source: SdkSource, settings: Settings) -> tuple[str, ...] | None:
    """The digests of a second build: later, in a folder and an isolation of its own. It costs as much as the first.

    So it is only made where it is asked about: of a platinum level, which needs it, and every night.
    """
    if not asks_for_proof(plan.request, plan.asked):
        return None
    with tempfile.TemporaryDirectory(prefix="certify-again-") as name, open_runner(plan, settings) as runner:
        package, _ = build(source, runner, Path(name) / "another" / "place")
    return () if package is None else tuple(artefact.file.digest for artefact in package.artefacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """An SDK that is tried on a sandbox of its own."""

    plan: RunPlan
    settings: Settings
    runner: Runner
    work: Path
    language: Language
    went_away: list[Obstacle] = field(default_factory=list)
    """Why a part of it could not be done, where an engine or a sandbox was at fault."""

    def tried(self, program: Program) -> tuple[Trial, ...] | None:
        """Trials; ``None`` where the run has no sandbox, or the profile does not say how orders are placed."""
        if not self._has_a_sandbox() or not can_be_tried(self.plan.profile):
            return None
        try:
            with self._ground() as ground:
                return try_sdk(program, ground, self.runner, self.work) if ground.sandbox.accounts else None
        except UnavailableError as error:
            self.went_away.append(obstacle_of(error))
            return None

    def traded(self, program: Program) -> StrategyResult | None:
        """What the reference strategy earned; ``None`` where the run does not ask for it."""
        plan = self.plan
        if not self._has_a_sandbox() or not asks_for_proof(plan.request, plan.asked):
            return None
        subject = ("certify", "run", replay_of(plan.request).exchange)
        reproduce = shlex.join((*subject, "--level", "platinum", "--language", self.language.value, "--seed", str(plan.seed)))
        try:
            with self._ground() as ground:
                return trade(program, ground, self.runner, self.work, name=self.language.value, reproduce=reproduce)
        except UnavailableError as error:
            return StrategyResult(observation=Observation.UNAVAILABLE, reason=str(error), hindrance=error.hindrance)

    def _has_a_sandbox(self) -> bool:
        return Part.API in self.plan.request.parts and self.plan.request.backend is Backend.NATIVE

    @contextmanager
    def _ground(self) -> Iterator[Ground]:
        plan = self.plan
        with (
            sandbox_to_itself(plan, self.settings, self.language.value),
            opened(plan.profile, self.runner, choice_of(plan, self.settings)) as sandbox,
        ):
            where = stage_on(sandbox, ours=False, replay=replay_of(plan.request), seed=plan.seed)
            yield Ground(profile=plan.profile, api=read_api(plan.snapshot), sandbox=sandbox, stage=where)


def _keep(package: SdkPackage, work: Path, out: Path) -> SdkPackage:
    """Move the artefacts to the run's ``packages/``, and name them by their place there."""
    (out / "packages").mkdir(parents=True, exist_ok=True)
    kept = []
    for artefact in package.artefacts:
        name = f"packages/{Path(artefact.file.path).name}"
        shutil.copyfile(work / artefact.file.path, out / name)
        kept.append(Artefact(kind=artefact.kind, file=replace(artefact.file, path=name)))
    return replace(package, artefacts=tuple(kept))


def _still_there(package: SdkPackage | None, out: Path) -> bool:
    return package is None or all(
        (out / artefact.file.path).is_file() and hashlib.sha256((out / artefact.file.path).read_bytes()).hexdigest() == artefact.file.digest
        for artefact in package.artefacts
    )


def _said(evidence: SdkEvidence) -> str:
    if evidence.obstacle is not None:
        return evidence.obstacle.reason
    if evidence.generation_error:
        return evidence.generation_error
    if evidence.package is None:
        failed = next((step.name for step in evidence.steps if step.exit_code), "build")
        return f"{failed} failed"
    trips = evidence.round_trips
    values = trips.documented + trips.generated + trips.precision if trips else 0
    return f"{evidence.package.package} {evidence.package.version}: {evidence.operations} operations, {values} values there and back"
