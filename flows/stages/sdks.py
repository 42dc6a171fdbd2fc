"""One language: generate, build, install, exercise; leave source and packages in the run's folder."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from certification.specs.diff import diff, version_bump
from certification.specs.history import content_of

from certification.evidence.record import SdkEvidence
from certification.evidence.sdk import exercise, plan_exercise
from certification.model import Artefact, SdkPackage
from flows.progress import stage
from flows.request import RunPlan
from flows.settings import Settings
from flows.stages.read import read_api
from flows.stages.runner import open_runner
from flows.steps import Steps
from flows.versions import version_for
from sdkgen.api.load import load
from sdkgen.generate import generate
from sdkgen.source import Language, SdkOptions, SdkSource


def options_for(plan: RunPlan, language: Language, version: str) -> SdkOptions:
    """What the profile says of an SDK."""
    profile = plan.profile
    packages = {
        Language.PYTHON: profile.sdk.packages.python,
        Language.TYPESCRIPT: profile.sdk.packages.typescript,
        Language.GO: profile.sdk.packages.go,
    }
    return SdkOptions(
        package=packages[language],
        version=version,
        exchange_id=profile.id,
        exchange_name=f"{profile.name} {profile.product}".strip(),
        licence=profile.sdk.licence,
        authors=profile.sdk.authors,
        website=profile.website or "",
        base_url=profile.sdk.base_url,
        recipe=profile.signing,
    )


def examine_sdk(plan: RunPlan, language: Language, settings: Settings) -> SdkEvidence:
    """Everything about one SDK, answered once per run.

    Raises:
        BuildError: a build tool is missing.
        IsolationError: the engine went away.
    """
    steps = Steps(plan.steps)
    with stage(plan.run_id, f"SDK {language.value}") as note:
        evidence = steps.answer(
            f"sdk-{language.value}",
            (plan.run_id, plan.snapshot.digest, language),
            SdkEvidence,
            lambda: _examine(plan, language, settings),
            holds=lambda known: _still_there(known.package, plan.out),
        )
        note.text = _said(evidence)
    return evidence


def generate_source(plan: RunPlan, language: Language, settings: Settings) -> SdkSource:
    """The SDK's source, with the version that it deserves."""
    api = read_api(plan.snapshot)
    first = generate(api, language, options_for(plan, language, plan.profile.sdk.version))
    version = version_for(
        settings.home / "versions" / f"{plan.profile.id}-{language.value}.json",
        source=first.digest(),
        spec_path=plan.snapshot.path,
        first=plan.profile.sdk.version,
        bump=lambda old: version_bump(diff(load(old.read_bytes()), api)),
    )
    return first if version == first.version else generate(api, language, options_for(plan, language, version))


def _examine(plan: RunPlan, language: Language, settings: Settings) -> SdkEvidence:
    api = read_api(plan.snapshot)
    source = generate_source(plan, language, settings)
    write_source(source, plan.out / "sdks" / language.value)
    work = plan.out / "work" / language.value
    shutil.rmtree(work, ignore_errors=True)
    try:
        exercise_plan = plan_exercise(api, content_of(plan.snapshot), recipe=plan.profile.signing, seed=plan.seed)
        with open_runner(plan, settings) as runner:
            evidence = exercise(source, exercise_plan, runner, work)
        return evidence if evidence.package is None else replace(evidence, package=_keep(evidence.package, work, plan.out))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_source(source: SdkSource, folder: Path) -> None:
    """Write a generated tree in place of what was there. The generator vouches for its paths; this looks again."""
    shutil.rmtree(folder, ignore_errors=True)
    root = folder.resolve()
    for file in source.files:
        target = (root / file.path).resolve()
        if not target.is_relative_to(root):
            message = f"the generator gave a path outside its folder: {file.path!r}"
            raise ValueError(message)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)


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
    if evidence.generation_error:
        return evidence.generation_error
    if evidence.package is None:
        failed = next((step.name for step in evidence.steps if step.exit_code), "build")
        return f"{failed} failed"
    trips = evidence.round_trips
    values = trips.documented + trips.generated + trips.precision if trips else 0
    return f"{evidence.package.package} {evidence.package.version}: {evidence.operations} operations, {values} values there and back"
