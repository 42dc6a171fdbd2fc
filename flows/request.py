"""What a run is asked to do, and the plan that comes of it."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from certification.errors import CertificationError
from certification.extensions import extensions_digest
from certification.files import write_atomically
from certification.model import Isolation, Level, Part, SpecSnapshot
from certification.profile import ExchangeProfile
from flows.settings import Settings
from flows.steps import digest_of, read_kept
from reports.report import is_run_id, new_run_id
from sdkgen.language import Backend, Language

RESUMABLE = timedelta(hours=6)
"""How old an unfinished run may be that is taken up again. What was seen of a sandbox longer ago says little of it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One certification, as a person or a schedule asks for it. Plain values only, so that it can travel to a worker."""

    exchange: str
    """An id in ``exchanges/`` or a path to a profile."""
    spec: str | None = None
    """A file or URL to take the description from, instead of the profile's source."""
    sandbox: str | None = None
    """A URL to test against, instead of the profile's sandbox."""
    parts: tuple[Part, ...] = (Part.API, Part.SDKS)
    languages: tuple[Language, ...] = tuple(Language)
    level: Level | None = None
    """``None`` asks for what the parts can reach in one run: silver with an API to test, bronze without."""
    isolation: str = "auto"
    """``auto``, ``container`` or ``process``."""
    backend: Backend = Backend.NATIVE
    """Who writes the SDKs' source."""
    seed: int | None = None
    """``None`` draws one, which the report then holds."""
    out: str | None = None
    """The output folder; ``None`` means ``out/<exchange>/<run id>/``."""
    faults: tuple[str, ...] = ()
    """Faults of the reference exchange to switch on, to see them found."""
    publish: bool = True
    """Whether a certified result goes to the registries."""
    trusted: bool = True
    """Whether a person at this machine asked. Others may not name files, nor addresses of private networks."""
    rebuild: bool = False
    """Whether what only platinum needs is seen too: every package built a second time, and a strategy that trades through it."""
    adapters: tuple[str, ...] = ()
    """Folders of adapters: SDKs of third parties to examine, instead of our own. Such a run says nothing of the exchange's own
    certificate, and publishes nothing."""
    attempt: int = 0
    """How often the same was tried before and came to nothing, because the sandbox or the engine was not to be had."""
    request_id: str | None = None
    """The certification request that asked for it, where one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a run's jobs run."""

    isolation: Isolation
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """One run, settled: everything that its stages need to know."""

    run_id: str
    request: RunRequest
    profile: ExchangeProfile
    snapshot: SpecSnapshot
    asked: Level
    seed: int
    isolation: Isolation
    isolation_reason: str
    out: Path
    """Absolute."""
    steps: Path
    """Where its answers are kept until it ends."""
    started_at: datetime
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What is kept of a run so that the same command finds it again."""

    run_id: str
    seed: int
    out: str
    started_at: datetime


def plan_run(
    request: RunRequest, profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings, *, where: Where, version: str
) -> RunPlan:
    """Settle a run: take up the unfinished one that was asked for in the same words, or begin a new one.

    The same words are the same request, profile with its extensions, description with its overlays and streams, place and program version.
    """
    extensions = extensions_digest(profile.folder)
    key = digest_of(request, profile.model_dump(mode="json"), snapshot.identity(), extensions, where.isolation, version)[:24]
    folder = settings.runs / key
    begun = _unfinished(folder, now=datetime.now(UTC))
    resumed = begun is not None
    if begun is None:
        begun = _begin(request, settings.out / profile.id / "adapters" if request.adapters else settings.out / profile.id)
        write_atomically(folder / "run.json", TypeAdapter(_Begun).dump_json(begun))
    return RunPlan(
        run_id=begun.run_id,
        request=request,
        profile=profile,
        snapshot=snapshot,
        asked=request.level or default_level(request, profile),
        seed=begun.seed,
        isolation=where.isolation,
        isolation_reason=where.reason,
        out=Path(begun.out),
        steps=folder,
        started_at=begun.started_at,
        resumed=resumed,
    )


def entered_as(plan: RunPlan) -> str:
    """The id that a run stands under in our tables: runs about third parties' SDKs are no nights of the exchange's."""
    return f"{plan.profile.id}/adapters" if plan.request.adapters else plan.profile.id


def default_level(request: RunRequest, profile: ExchangeProfile) -> Level:
    """Silver where there is an API to test, bronze where there are only SDKs to look at."""
    has_sandbox = bool(request.sandbox) or (
        profile.sandbox is not None and any((profile.sandbox.url, profile.sandbox.image, profile.sandbox.reference))
    )
    return Level.SILVER if Part.API in request.parts and has_sandbox else Level.BRONZE


def asks_for_proof(request: RunRequest, asked: Level) -> bool:
    """Whether what only platinum needs is worth its time: where platinum is asked for, and every night."""
    return asked is Level.PLATINUM or request.rebuild


@contextmanager
def alone(plan: RunPlan) -> Iterator[None]:
    """Hold the run's lock, so that two processes never work on the same one. A dead process holds nothing.

    Raises:
        CertificationError: another process is at it.
    """
    plan.steps.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(plan.steps / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CertificationError(
                f"the same run of {plan.profile.id} is already going on (run {plan.run_id}); wait for it, or give another --seed"
            ) from error
        yield
    finally:
        os.close(descriptor)


def _unfinished(folder: Path, *, now: datetime) -> _Begun | None:
    begun = read_kept(folder / "run.json", _Begun)
    return begun if begun and is_run_id(begun.run_id) and now - begun.started_at < RESUMABLE else None


def _begin(request: RunRequest, folder: Path) -> _Begun:
    now = datetime.now(UTC).replace(microsecond=0)
    run_id = new_run_id(now)
    out = Path(request.out) if request.out else folder / run_id
    return _Begun(
        run_id=run_id,
        seed=request.seed if request.seed is not None else secrets.randbelow(2**31),
        out=str(out.absolute()),
        started_at=now,
    )
