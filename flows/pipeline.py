"""A run from its request to its plan, and from its conclusion to its end: what stands around the stages."""

from __future__ import annotations

import importlib.metadata
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from certification.evidence.record import Night
from certification.model import Verdict, VerdictOutcome
from certification.profiles import find_profile, load_profile
from flows.request import RunPlan, RunRequest, plan_run
from flows.settings import Settings
from flows.stages.adapters import check_adapters
from flows.stages.conclude import Conclusion
from flows.stages.names import settle_names
from flows.stages.runner import settle_isolation
from flows.stages.take import take_snapshot
from reports.registries.release import Release
from reports.report import Comparison, PlannedRetry
from reports.store import RequestState, RunState, Store

_NIGHTS = 30
_OWN_INPUT = "the description or sandbox that was asked for is not the exchange's own: neither certificate nor packages were published"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended, for whoever asked for it."""

    run_id: str
    exchange_id: str
    verdict: Verdict
    out: Path
    published: tuple[str, ...]
    """``package version`` of each release, new or known."""
    comparison: Comparison | None = None
    retries: tuple[PlannedRetry, ...] = ()
    scopes: tuple[str, ...] = ()
    """How much of the description each third party's SDK covers, where that is not all of it."""

    @property
    def exit_code(self) -> int:
        """0 certified, 1 not certified, 3 inconclusive."""
        match self.verdict.outcome:
            case VerdictOutcome.CERTIFIED:
                return 0
            case VerdictOutcome.NOT_CERTIFIED:
                return 1
            case VerdictOutcome.INCONCLUSIVE:
                return 3


def prepare(request: RunRequest, settings: Settings) -> RunPlan:
    """Read the profile, take the description, settle isolation, and take up the run that died, if one did.

    Raises:
        ProfileError, FetchError, DescriptionError, AdapterError: what was asked for is wrong, or can't be had.
        IsolationError: containers were asked for, and none can be had.
        OSError: the output folder or our own can't be written.
    """
    profile = load_profile(find_profile(request.exchange, settings.exchanges))
    check_adapters(request, profile)
    taken = take_snapshot(profile, request.spec, settings, trusted=request.trusted)
    snapshot = settle_names(profile, taken, settings, given=request.spec is not None)
    where = settle_isolation(request, settings)
    plan = plan_run(request, profile, snapshot, settings, where=where, version=importlib.metadata.version("openxapi-certify"))
    plan.out.mkdir(parents=True, exist_ok=True)
    (plan.out / "evidence").mkdir(exist_ok=True)
    return plan


def nights(store: Store, exchange_id: str) -> tuple[Night, ...]:
    """The exchange's past runs, the last of each day, oldest first."""
    by_day = {
        run.finished_at.date(): Night(run_id=run.run_id, finished_at=run.finished_at, certified=run.outcome is VerdictOutcome.CERTIFIED)
        for run in reversed(store.runs.list(exchange_id=exchange_id, state=RunState.FINISHED, limit=_NIGHTS * 4))
        if run.finished_at is not None
    }
    return tuple(by_day[day] for day in sorted(by_day)[-_NIGHTS:])


def speaks_for_the_exchange(request: RunRequest) -> bool:
    """Whether a certified run becomes the exchange's certificate: not where a stranger chose what was examined, or made it."""
    return not request.adapters and (request.trusted or (request.spec is None and request.sandbox is None))


def finish(plan: RunPlan, conclusion: Conclusion, releases: tuple[Release, ...], store: Store) -> RunResult:
    """Enter the end of a run into our tables, point ``latest`` at it, and forget its kept answers."""
    now = datetime.now(UTC)
    if conclusion.verdict.outcome is VerdictOutcome.CERTIFIED and speaks_for_the_exchange(plan.request):
        store.certificates.issue(conclusion.report, conclusion.issued, now=now)
    if plan.request.request_id:
        reasons = conclusion.verdict.reasons if speaks_for_the_exchange(plan.request) else (_OWN_INPUT, *conclusion.verdict.reasons)
        reason = "; ".join(reasons[:3])[:500]
        state = RequestState(conclusion.verdict.outcome.value)
        store.requests.transition(plan.request.request_id, state, now=now, run_id=plan.run_id, reason=reason)
    store.runs.finish(plan.run_id, outcome=conclusion.verdict.outcome, level=conclusion.verdict.level, now=now)
    if plan.request.out is None:
        _point(plan.out.parent / "latest", plan.out.name)
    shutil.rmtree(plan.out / "work", ignore_errors=True)
    shutil.rmtree(plan.steps, ignore_errors=True)
    return RunResult(
        run_id=plan.run_id,
        exchange_id=plan.profile.id,
        verdict=conclusion.verdict,
        out=plan.out,
        published=tuple(f"{release.package} {release.version}" for release in releases),
        comparison=conclusion.report.comparison,
        retries=conclusion.report.retries,
        scopes=conclusion.report.scopes,
    )


def _point(link: Path, target: str) -> None:
    """Make the link point there, at no moment missing."""
    fresh = link.with_name(f".{link.name}.{target}")
    with suppress(FileNotFoundError):
        fresh.unlink()
    fresh.symlink_to(target)
    fresh.replace(link)
