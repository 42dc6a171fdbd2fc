"""From a signed report to releases: verified again from disk, then published byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime

from certification.evidence.record import SdkEvidence
from certification.model import SdkPackage
from flows.progress import stage
from flows.request import RunPlan
from flows.settings import Settings
from reports.clearance import Clearance, Requirements, verify_folder
from reports.registries import go, npm, pypi
from reports.registries.release import Release
from reports.registries.static import StaticRegistry
from reports.signers import open_keys
from sdkgen.language import Language


def publish(plan: RunPlan, sdks: tuple[SdkEvidence, ...], settings: Settings) -> tuple[Release, ...]:
    """Publish a certified run's packages to the embedded registries. Publishing again changes nothing.

    Raises:
        VerificationError: what is on disk is not what was signed.
        PublishError: a registry holds other bytes under the same version.
    """
    with stage(plan.run_id, "publish") as note:
        now = datetime.now(UTC)
        trust = open_keys(settings.keys, now=now).trust
        clearance = verify_folder(plan.out, Requirements(trust=trust, now=now, level=plan.asked))
        registry = StaticRegistry(folder=settings.registry)
        releases = tuple(_publish(sdk.package, clearance, registry) for sdk in sdks if sdk.package is not None)
        new = sum(release.changed for release in releases)
        note.text = f"{new} new, {len(releases) - new} known already"
    return releases


def _publish(package: SdkPackage, clearance: Clearance, registry: StaticRegistry) -> Release:
    match package.language:
        case Language.PYTHON:
            return pypi.publish(package, clearance, registry)
        case Language.TYPESCRIPT:
            return npm.publish(package, clearance, registry)
        case Language.GO:
            return go.publish(package, clearance, registry)
