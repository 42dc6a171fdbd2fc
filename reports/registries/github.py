"""A release of a GitHub repository: the package's files with the certificate beside them.

A release is a draft until every file stands in it, so nobody sees half of one; a draft that a crash left behind is taken up again.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reports.errors import PublishError, RegistryUnavailableError
from reports.log import PROOF_NAME
from reports.registries.release import Release, cleared_content, released
from reports.report import REPORT_NAME
from reports.statement import CERTIFICATION_NAME

if TYPE_CHECKING:
    from certification.model import SdkPackage
    from reports.clearance import Clearance

_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubReleases:
    """Where releases go."""

    repository: str
    """``owner/name``"""
    token: str = field(repr=False)
    tag: str = "v{version}"
    """``{version}`` and ``{language}`` are filled in."""
    api_url: str = "https://api.github.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upload:
    """A file that a release has to hold."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def publish(package: SdkPackage, clearance: Clearance, registry: GitHubReleases) -> Release:
    """Publish a package's files, and the certificate that covers them, as a release.

    Raises:
        PublishError: It is not cleared, the release holds other bytes, or GitHub refuses.
        RegistryUnavailableError: GitHub does not answer.
    """
    import github3  # noqa: PLC0415 - verifying must start without it

    content = cleared_content(package, clearance)
    uploads = (
        *(_Upload(name=artefact.name, content=artefact.content) for artefact in content),
        *(_Upload(name=f"{package.language.value}-{name}", content=proof) for name, proof in _proofs(clearance)),
    )
    tag = registry.tag.format(version=package.version, language=package.language.value)
    place = f"{registry.repository} {tag}"
    try:
        release = _release(_repository(registry), tag, package, clearance)
        changed = _fill(release, uploads, place)
        if release.draft:
            release.edit(draft=False)
            changed = True
    except github3.exceptions.ConnectionError as error:
        raise RegistryUnavailableError(f"{registry.api_url}: GitHub does not answer; publish again") from error
    except github3.exceptions.GitHubError as error:
        raise _refusal(error, place) from error
    return Release(registry=registry.repository, package=package.package, version=package.version, files=released(content), changed=changed)


def _repository(registry: GitHubReleases) -> Any:
    import github3  # noqa: PLC0415 - verifying must start without it

    owner, _, name = registry.repository.partition("/")
    session = github3.session.GitHubSession()
    session.base_url = registry.api_url.rstrip("/")
    session.trust_env = False  # a .netrc must not stand in for the token
    github = github3.GitHub(session=session)
    github.login(token=registry.token)
    return github.repository(owner, name)


def _release(repository: Any, tag: str, package: SdkPackage, clearance: Clearance) -> Any:
    """The release of a tag: published, a draft that a crash left, or a new draft."""
    import github3  # noqa: PLC0415 - verifying must start without it

    try:
        return repository.release_from_tag(tag)
    except github3.exceptions.NotFoundError:
        for release in repository.releases():
            if release.draft and release.tag_name == tag:
                return release
    report = clearance.report
    body = (
        f"Certified {report.verdict.level.label} for {report.exchange.name} by the run {report.run_id}, "
        f"valid until {report.expires_at:%Y-%m-%d}. Verify with `certify verify`."
    )
    return repository.create_release(tag, name=f"{package.package} {package.version}", body=body, draft=True)


def _fill(release: Any, uploads: tuple[_Upload, ...], place: str) -> bool:
    """Send what a release lacks. Nothing is sent where it holds other bytes under one of the names."""
    held = {asset.name: asset for asset in release.assets()}
    missing = []
    for upload in uploads:
        asset = held.get(upload.name)
        if asset is not None and release.draft and asset.state != "uploaded":
            asset.delete()
            asset = None
        if asset is None:
            missing.append(upload)
        elif _digest(asset) != upload.digest:
            raise PublishError(f"{place}: holds another {upload.name}; raise the version")
    for upload in missing:
        release.upload_asset("application/octet-stream", upload.name, upload.content)
    return bool(missing)


def _digest(asset: Any) -> str:
    buffer = io.BytesIO()
    asset.download(buffer)
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def _proofs(clearance: Clearance) -> tuple[tuple[str, bytes], ...]:
    proof = clearance.proof
    return ((REPORT_NAME, proof.report), (CERTIFICATION_NAME, proof.envelope), (PROOF_NAME, proof.log_proof))


def _refusal(error: Any, place: str) -> PublishError | RegistryUnavailableError:
    code = getattr(error, "code", 0)
    if code >= _SERVER_ERROR:
        return RegistryUnavailableError(f"{place}: GitHub answered {code}; publish again")
    return PublishError(f"{place}: GitHub refuses ({code}); check the repository's name and the token's rights")
