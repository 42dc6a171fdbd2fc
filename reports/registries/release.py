"""What publishing takes from a clearance and what it gives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certification.model import VerdictOutcome
from certification.sdks.index import ArtefactContent
from reports.clearance import Clearance
from reports.errors import DigestError, PublishError

if TYPE_CHECKING:
    from certification.model import Artefact, SdkPackage
    from reports.clearance import ClearedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedFile:
    """A file in a registry."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version of a package that a registry holds."""

    registry: str
    """Where: a folder or a URL."""
    package: str
    version: str
    files: tuple[ReleasedFile, ...]
    changed: bool
    """``False`` where the registry held all of it before."""


def cleared_content(package: SdkPackage, clearance: Clearance) -> tuple[ArtefactContent, ...]:
    """The bytes of a package's files, read once and found to be the certified ones.

    Raises:
        PublishError: The clearance does not cover the package, or its SDK is not certified.
        DigestError: A file changed since it was cleared.
    """
    if not isinstance(clearance, Clearance):
        raise TypeError("publishing demands a Clearance")
    summary = next((sdk for sdk in clearance.report.sdks if sdk.language is package.language), None)
    if summary is None or (summary.package, summary.version) != (package.package, package.version):
        raise PublishError(f"{package.package} {package.version}: the certificate {clearance.report.run_id} names no such package")
    if summary.outcome is not VerdictOutcome.CERTIFIED:
        raise PublishError(
            f"{package.package} {package.version}: the SDK's outcome is {summary.outcome.value}; only certified ones are published"
        )
    cleared = {file.digest: file for file in clearance.files if file.language is package.language}
    return tuple(_content(artefact, cleared, package) for artefact in package.artefacts)


def released(content: tuple[ArtefactContent, ...]) -> tuple[ReleasedFile, ...]:
    """What a release says of its files."""
    return tuple(ReleasedFile(name=artefact.name, digest=hashlib.sha256(artefact.content).hexdigest()) for artefact in content)


def _content(artefact: Artefact, cleared: dict[str, ClearedFile], package: SdkPackage) -> ArtefactContent:
    file = cleared.get(artefact.file.digest)
    if file is None or file.kind != artefact.kind:
        raise PublishError(
            f"{artefact.file.path}: the clearance of {package.package} {package.version} does not cover it; build and certify again"
        )
    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise PublishError(f"{file.path}: can't be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise DigestError(f"{file.name}: its bytes changed since they were cleared; nothing was published")
    return ArtefactContent(kind=artefact.kind, name=file.path.name, content=content)
