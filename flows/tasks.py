"""Every Prefect task: one call each. Few and fat; their inputs are small and their big results lie on disk.

Prefect caches nothing here: ``flows.steps`` knows what is answered already, and outlives a crash.
"""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from certification.evidence.record import SdkEvidence
from flows.request import RunPlan
from flows.settings import Settings
from flows.stages.adapters import examine_third_party
from flows.stages.api import ApiEvidence, examine_api
from flows.stages.compare import Past
from flows.stages.conclude import Conclusion, conclude
from flows.stages.publish import publish
from flows.stages.sdks import examine_sdk
from reports.registries.release import Release
from sdkgen.language import Language


@task(name="examine-sdk", task_run_name="examine {language}", cache_policy=NO_CACHE, persist_result=False)
def examine_sdk_task(plan: RunPlan, language: Language, settings: Settings) -> SdkEvidence:
    """Generate, build, install and exercise one SDK."""
    return examine_sdk(plan, language, settings)


@task(name="examine-adapter", task_run_name="examine {folder}", cache_policy=NO_CACHE, persist_result=False)
def examine_adapter_task(plan: RunPlan, folder: str, settings: Settings) -> SdkEvidence:
    """Install and exercise one SDK of a third party."""
    return examine_third_party(plan, folder, settings)


@task(name="examine-api", cache_policy=NO_CACHE, persist_result=False)
def examine_api_task(plan: RunPlan, settings: Settings) -> ApiEvidence:
    """Play the scenarios and test the contract."""
    return examine_api(plan, settings)


@task(name="conclude", cache_policy=NO_CACHE, persist_result=False)
def conclude_task(plan: RunPlan, sdks: tuple[SdkEvidence, ...], api: ApiEvidence, past: Past, settings: Settings) -> Conclusion:
    """Judge, decide, compare, sign."""
    return conclude(plan, sdks, api, past, settings)


@task(name="publish", retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE, persist_result=False)
def publish_task(plan: RunPlan, sdks: tuple[SdkEvidence, ...], settings: Settings) -> tuple[Release, ...]:
    """Publish what is certified. Trying again is harmless: publishing twice changes nothing."""
    return publish(plan, sdks, settings)
