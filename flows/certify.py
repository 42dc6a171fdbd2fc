"""The flow that certifies one exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from prefect import flow
from prefect.deployments import run_deployment
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from certification.evidence.record import SdkEvidence
from certification.model import Part, VerdictOutcome
from flows.beat import beating
from flows.deployed import CERTIFY
from flows.pipeline import RunResult, finish, nights, prepare
from flows.request import RunPlan, RunRequest, alone, entered_as
from flows.settings import Settings, read_settings
from flows.stages.api import ApiEvidence
from flows.stages.compare import Past, earlier_run
from flows.stages.status import renew_status
from flows.tasks import conclude_task, examine_adapter_task, examine_api_task, examine_sdk_task, publish_task
from reports.registries.release import Release
from reports.store import Store, open_store
from sdkgen.language import Backend

_AT_ONCE: TaskRunner[PrefectFuture[Any]] = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=2))
"""Two stages work at the same time; each keeps about one core busy."""


@flow(name="certify", flow_run_name="certify {request.exchange}", task_runner=_AT_ONCE, persist_result=False)
def certify(request: RunRequest) -> RunResult:
    """Certify one exchange, from its description to its releases: what the deployment ``certify`` runs."""
    settings = read_settings()
    result = run(prepare(request, settings), settings)
    try_again(request, result)
    return result


def try_again(request: RunRequest, result: RunResult) -> None:
    """Plan the run anew where the report says that the service does, for the latest moment that any of its stages wants."""
    moments = [retry.again_at for retry in result.retries if retry.automatic and retry.again_at is not None]
    if moments:
        again = {"request": replace(request, attempt=request.attempt + 1)}
        run_deployment(CERTIFY, parameters=again, scheduled_time=max(moments), timeout=0, as_subflow=False)


def certify_plan(plan: RunPlan, settings: Settings) -> RunResult:
    """The same flow for a plan that this process has made already, so that whoever watches knows the run before it starts."""

    @flow(
        name="certify",
        flow_run_name=f"certify {plan.profile.id}",
        task_runner=_AT_ONCE,
        persist_result=False,
    )
    def certify_planned() -> RunResult:
        return run(plan, settings)

    return certify_planned()


def run(plan: RunPlan, settings: Settings) -> RunResult:
    """The stages of one run, inside a flow.

    Raises:
        CertificationError: another process is at the same run, or something that we depend on went away.
    """
    with alone(plan), open_store(settings.database_url) as store:
        store.runs.start(plan.run_id, exchange_id=entered_as(plan), folder=str(plan.out), now=datetime.now(UTC))
        try:
            with beating(f"run {plan.run_id}", lambda: store.runs.heartbeat(plan.run_id, now=datetime.now(UTC))):
                result = _worked_through(plan, settings, store)
        except Exception as error:
            store.runs.fail(plan.run_id, reason=f"{type(error).__name__}: {error}"[:500], now=datetime.now(UTC))
            raise
        if result.verdict.outcome is VerdictOutcome.CERTIFIED:
            renew_status(store, settings, now=datetime.now(UTC))
        return result


def _worked_through(plan: RunPlan, settings: Settings, store: Store) -> RunResult:
    """Examine, conclude, publish, finish; what is done now stands in our tables."""
    store.runs.stage(plan.run_id, "examine", now=datetime.now(UTC), spec_digest=plan.snapshot.digest)
    sdks, api = _examine(plan, settings)
    store.runs.stage(plan.run_id, "conclude", now=datetime.now(UTC))
    past = Past(nights=nights(store, plan.profile.id), earlier=earlier_run(store, plan))
    conclusion = conclude_task(plan, sdks, api, past, settings)
    releases: tuple[Release, ...] = ()
    if conclusion.verdict.outcome is VerdictOutcome.CERTIFIED and _may_publish(plan.request):
        store.runs.stage(plan.run_id, "publish", now=datetime.now(UTC))
        releases = publish_task(plan, sdks, settings)
    return finish(plan, conclusion, releases, store)


def _may_publish(request: RunRequest) -> bool:
    return request.publish and request.backend is Backend.NATIVE and not request.adapters


def _examine(plan: RunPlan, settings: Settings) -> tuple[tuple[SdkEvidence, ...], ApiEvidence]:
    """Both parts at the same time, as far as they were asked for."""
    languages = plan.request.languages if Part.SDKS in plan.request.parts and not plan.request.adapters else ()
    adapters = plan.request.adapters if Part.SDKS in plan.request.parts else ()
    api_future = examine_api_task.submit(plan, settings) if Part.API in plan.request.parts else None
    sdk_futures = [examine_sdk_task.submit(plan, language, settings) for language in languages]
    sdk_futures += [examine_adapter_task.submit(plan, adapter, settings) for adapter in adapters]
    sdks = tuple(future.result() for future in sdk_futures)
    return sdks, api_future.result() if api_future else ApiEvidence(contract=None, scenarios=None)
