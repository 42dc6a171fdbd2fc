"""The run before of the same exchange, on the same sandbox, and what is new since."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from certification.adapters.manifest import read_adapter
from certification.evidence.record import Night
from certification.model import Finding, Part
from certification.specs.diff import diff
from flows.request import RunPlan, entered_as
from flows.stages.read import read_api
from flows.stages.subject_copy import COPY
from reports.compare import compared
from reports.errors import DocumentError
from reports.report import REPORT_NAME, Comparison, Report, ReportedChange, parse
from reports.store import RunState, Store
from sdkgen.api.load import load
from sdkgen.errors import SdkgenError

_LOOKED_AT = 20
"""How many earlier runs are looked at for one that was made of the same sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A run before."""

    report: Report
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of an exchange from before a run."""

    nights: tuple[Night, ...] = ()
    """The last run of each day, oldest first."""
    earlier: Earlier | None = None


def sandbox_of(plan: RunPlan) -> str:
    """What a run calls, as its report says it: an address, an image, or the embedded reference with its faults; empty for nothing."""
    spec = plan.profile.sandbox
    if Part.API not in plan.request.parts:
        return ""
    if plan.request.sandbox or spec is None or spec.url:
        return plan.request.sandbox or (spec.url if spec is not None else None) or ""
    return " ".join(("reference", *sorted(plan.request.faults))) if spec.reference else spec.image or ""


def earlier_run(store: Store, plan: RunPlan) -> Earlier | None:
    """The newest finished run of the exchange that examined the same sandbox, or none that can still be read.

    Of a third party's SDK: the newest that examined the same SDKs.
    """
    adapters = {read_adapter(Path(folder)).manifest.name for folder in plan.request.adapters}
    for run in store.runs.list(exchange_id=entered_as(plan), state=RunState.FINISHED, limit=_LOOKED_AT):
        if run.run_id == plan.run_id:
            continue
        with suppress(OSError, DocumentError):
            report = parse((Path(run.folder) / REPORT_NAME).read_bytes())
            same_sdks = {third.adapter for third in report.third_parties} == adapters
            if same_sdks and report.environment.sandbox == sandbox_of(plan):
                return Earlier(report=report, folder=Path(run.folder))
    return None


def comparison(earlier: Earlier | None, plan: RunPlan, findings: tuple[Finding, ...]) -> Comparison | None:
    """What is new since; ``None`` where there was no run before."""
    if earlier is None:
        return None
    return compared(earlier.report, findings, run_id=plan.run_id, changes=_changes(earlier, plan))


def _changes(earlier: Earlier, plan: RunPlan) -> tuple[ReportedChange, ...]:
    """What is different in the descriptions; nothing where the earlier ones can't be read any more."""
    before = earlier.report.spec
    streams = None if plan.snapshot.streams is None else Path(plan.snapshot.streams).name
    if before.digest == plan.snapshot.digest and (before.streams.digest if before.streams else None) == streams:
        return ()
    folder = earlier.folder / COPY
    try:
        overlays = tuple(file.read_bytes() for file in sorted(folder.glob("overlay-*.yaml")))
        beside = (folder / "streams").read_bytes() if before.streams else None
        old = load((folder / "description").read_bytes(), overlays=overlays, streams=beside, source=before.source)
    except (OSError, SdkgenError):
        return ()
    return tuple(
        ReportedChange(change_class=change.change_class, rule=change.rule, operation=change.operation, summary=change.summary)
        for change in diff(old, read_api(plan.snapshot))
    )
