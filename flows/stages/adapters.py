"""One SDK of a third party: read its adapter, install it, exercise it."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import replace
from pathlib import Path

from certification.adapters.conform import Kept, check_adapter
from certification.adapters.examine import Yardstick, examine_adapter
from certification.adapters.manifest import Adapter, read_adapter
from certification.errors import AdapterError, UnavailableError, obstacle_of
from certification.evidence.record import SdkEvidence, ThirdParty
from certification.files import write_atomically
from certification.model import Isolation, SpecSnapshot
from certification.profile import ExchangeProfile
from certification.profiles import find_profile, load_profile
from certification.sdks.advisories import known_vulnerabilities
from certification.specs.history import content_of, overlays_of
from flows.progress import stage
from flows.request import RunPlan, RunRequest
from flows.settings import Settings
from flows.stages.read import read_api
from flows.stages.runner import open_runner, runner_of, settle_isolation
from flows.stages.subject_copy import replay_of
from flows.stages.take import take_snapshot
from flows.steps import Steps


def check_adapters(request: RunRequest, profile: ExchangeProfile) -> None:
    """Refuse adapters that this run can't use, before anything is done.

    Raises:
        ProfileError, AdapterError: one is wrong, stands twice, or is for another exchange.
    """
    adapters = [read_adapter(Path(folder)) for folder in request.adapters]
    names = [adapter.manifest.name for adapter in adapters]
    for adapter in adapters:
        if adapter.manifest.exchange != profile.id:
            raise AdapterError(f"{adapter.folder}: it is for {adapter.manifest.exchange}, and this run examines {profile.id}")
        if names.count(adapter.manifest.name) > 1:
            raise AdapterError(f"{adapter.folder}: another adapter is called {adapter.manifest.name} too; examine one at a time")


def examine_third_party(plan: RunPlan, folder: str, settings: Settings) -> SdkEvidence:
    """Everything about one SDK of a third party, answered once per run.

    An engine that goes away meanwhile is evidence too: what could not be observed, and why.

    Raises:
        AdapterError: the adapter is wrong, its packages can't be had, or there is no engine and nobody asked for processes.
        BuildError: a tool is missing.
    """
    adapter = read_adapter(Path(folder))
    name = adapter.manifest.name
    with stage(plan.run_id, f"SDK {name}") as note:
        evidence = Steps(plan.steps).answer(
            f"adapter-{name}",
            (plan.run_id, plan.snapshot.identity(), adapter.digest),
            SdkEvidence,
            lambda: _observed(plan, adapter, settings),
            holds=lambda known: known.obstacle is None,
        )
        note.text = _said(evidence)
    return evidence


def check_conformity(adapter: Adapter, spec: str | None, settings: Settings, *, isolation: str, folder: Path) -> tuple[Kept, ...]:
    """Whether an adapter's program keeps the protocol, tried without a run.

    Args:
        adapter: read.
        spec: a file or URL of the description, instead of the profile's source.
        settings: where profiles, histories and downloads are.
        isolation: ``auto``, ``container`` or ``process``, as of a run.
        folder: gets the work; empty.

    Raises:
        CertificationError: what it takes can't be had, or the adapter is wrong.
    """
    profile = load_profile(find_profile(adapter.manifest.exchange, settings.exchanges))
    snapshot = take_snapshot(profile, spec, settings)
    request = RunRequest(exchange=profile.id, isolation=isolation, adapters=(str(adapter.folder),))
    where = settle_isolation(request, settings)
    trusted = _trusted(request, where.isolation)
    with runner_of(where.isolation, settings) as runner:
        yardstick = _yardstick(profile, snapshot, seed=0)
        return check_adapter(adapter, yardstick, runner, folder, downloads=settings.cache / "adapters", trusted=trusted)


def _yardstick(profile: ExchangeProfile, snapshot: SpecSnapshot, *, seed: int, reproduce: str = "") -> Yardstick:
    return Yardstick(
        api=read_api(snapshot),
        description=content_of(snapshot),
        overlays=overlays_of(snapshot),
        profile=profile,
        seed=seed,
        reproduce=reproduce,
    )


def _examined(plan: RunPlan, adapter: Adapter, settings: Settings) -> SdkEvidence:
    yardstick = _yardstick(plan.profile, plan.snapshot, seed=plan.seed, reproduce=_reproduce(plan, adapter))
    _keep(adapter, plan.out / _kept_at(adapter))
    work = plan.out / "work" / adapter.manifest.name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        with open_runner(plan, settings) as runner:
            downloads = settings.cache / "adapters"
            trusted = _trusted(plan.request, plan.isolation)
            evidence = examine_adapter(adapter, yardstick, runner, work, downloads=downloads, trusted=trusted)
            installed = evidence.hygiene.installed if evidence.hygiene is not None else None
            known = known_vulnerabilities(installed, settings.advisories) if installed is not None else None
            return replace(evidence, advisories=known)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _observed(plan: RunPlan, adapter: Adapter, settings: Settings) -> SdkEvidence:
    try:
        return _examined(plan, adapter, settings)
    except UnavailableError as error:
        manifest = adapter.manifest
        third = ThirdParty(
            adapter=manifest.name,
            adapter_digest=adapter.digest,
            language=manifest.language,
            ecosystem=manifest.ecosystem.value,
            package=manifest.package,
            version=manifest.version,
            digest="",
        )
        return SdkEvidence(language=None, package=None, operations=0, types=0, fields=0, third_party=third, obstacle=obstacle_of(error))


def _trusted(request: RunRequest, isolation: Isolation) -> bool:
    """Whether the SDK may run as a process with the rights of whoever asked.

    Raises:
        AdapterError: there is no container engine, and nobody said that processes will do.
    """
    if isolation is Isolation.CONTAINER:
        return False
    if request.isolation != Isolation.PROCESS.value:
        raise AdapterError(
            f"{request.adapters[0]}: a third party's SDK runs in containers, and no engine answers; start one, "
            "or let it run with your own rights: --isolation process"
        )
    return True


def _reproduce(plan: RunPlan, adapter: Adapter) -> str:
    """Given in the folder that holds the report, like every such command: no path of this machine stands in it."""
    exchange = replay_of(plan.request).exchange
    return shlex.join(("certify", "run", exchange, "--adapter", _kept_at(adapter), "--seed", str(plan.seed)))


def _kept_at(adapter: Adapter) -> str:
    return f"evidence/adapters/{adapter.manifest.name}"


def _keep(adapter: Adapter, folder: Path) -> None:
    """The adapter is evidence: an outsider examines the SDK again with the very same."""
    for name in adapter.files:
        write_atomically(folder / name, (adapter.folder / name).read_bytes())


def _said(evidence: SdkEvidence) -> str:
    if evidence.obstacle is not None:
        return evidence.obstacle.reason
    third = evidence.third_party
    if third is None or evidence.wire is None:
        failed = next((step.name for step in evidence.steps if step.exit_code), "install")
        return f"{failed} failed"
    covered = f"{evidence.operations} of {third.described} operations"
    return f"{third.package} {third.version}: {covered}, {len(evidence.wire)} calls, {len(evidence.errors or ())} failures"
