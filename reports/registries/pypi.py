"""Python packages: into the embedded simple index, or to any index that takes the legacy upload (PyPI's own protocol).

PyPI's trusted publishing works from hosted CI runners only; there, dispatch a workflow in the SDK's repository. Everywhere else a
token uploads directly.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, assert_never
from urllib.parse import urljoin, urlsplit

from certification.sdks.index import simple_index
from reports.errors import PublishError, RegistryUnavailableError
from reports.registries.release import Release, cleared_content, released
from reports.registries.static import StaticRegistry, publish_static, withdraw_static
from sdkgen.language import Language

if TYPE_CHECKING:
    import httpx

    from certification.model import SdkPackage
    from certification.sdks.index import ArtefactContent
    from reports.clearance import Clearance

_TIMEOUT_S = 60.0
_LINK = re.compile(r"<a\s[^>]*?href=\"([^\"]+)\"[^>]*>([^<]+)</a>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadIndex:
    """A Python index that takes uploads."""

    upload_url: str
    simple_url: str
    """Its simple index, where what it holds is read before anything is sent."""
    username: str = "__token__"
    token: str = field(repr=False)


PythonRegistry: TypeAlias = "StaticRegistry | UploadIndex"


def publish(package: SdkPackage, clearance: Clearance, registry: PythonRegistry) -> Release:
    """Publish a Python SDK's wheel and sdist.

    Raises:
        PublishError: It is not cleared, or the index holds other bytes at that version, or refuses.
        RegistryUnavailableError: The index does not answer.
    """
    if package.language is not Language.PYTHON:
        raise PublishError(f"{package.package}: a {package.language.value} package does not go into a Python index")
    match registry:
        case StaticRegistry():
            return publish_static(package, clearance, registry, simple_index, "pypi")
        case UploadIndex():
            return _upload(package, clearance, registry)
        case _:
            assert_never(registry)


def withdraw(registry: StaticRegistry, package: str, version: str, reason: str) -> Release:
    """Yank a version (PEP 592).

    Raises:
        PublishError: There is no such version.
    """
    return withdraw_static(
        registry, language=Language.PYTHON, package=package, version=version, reason=reason, tree=simple_index, root="pypi"
    )


def _upload(package: SdkPackage, clearance: Clearance, index: UploadIndex) -> Release:
    import httpx  # noqa: PLC0415 - verifying must start without it

    content = cleared_content(package, clearance)
    try:
        with httpx.Client(timeout=_TIMEOUT_S) as client:
            held = _held(client, index, package.package)
            missing = [artefact for artefact in content if not _same(artefact, held)]
            for artefact in missing:
                _send(client, index, package, artefact)
    except httpx.HTTPError as error:
        raise RegistryUnavailableError(f"{index.upload_url}: the index does not answer ({type(error).__name__}); publish again") from error
    return Release(
        registry=index.simple_url,
        package=package.package,
        version=package.version,
        files=released(content),
        changed=bool(missing),
    )


def _held(client: httpx.Client, index: UploadIndex, package: str) -> dict[str, str]:
    """The SHA-256 of every file that the index holds of a project, by file name."""
    page_url = f"{index.simple_url.rstrip('/')}/{re.sub(r'[-_.]+', '-', package).lower()}/"
    answer = client.get(page_url, headers={"Accept": "text/html"}, follow_redirects=True)
    if answer.status_code in {303, 404}:
        return {}
    if answer.status_code != 200:  # noqa: PLR2004
        raise RegistryUnavailableError(f"{page_url}: the index answered {answer.status_code}; publish again")
    if urlsplit(str(answer.url)).hostname != urlsplit(page_url).hostname:
        return {}
    return {name.strip(): _link_digest(client, page_url, href) for href, name in _LINK.findall(answer.text)}


def _link_digest(client: httpx.Client, page_url: str, href: str) -> str:
    """From the link's fragment, or else from the file itself."""
    url = urljoin(page_url, href.replace("&amp;", "&"))
    kind, _, digest = urlsplit(url).fragment.partition("=")
    if kind == "sha256":
        return digest
    return hashlib.sha256(client.get(url.partition("#")[0]).raise_for_status().content).hexdigest()


def _same(artefact: ArtefactContent, held: dict[str, str]) -> bool:
    if artefact.name not in held:
        return False
    digest = hashlib.sha256(artefact.content).hexdigest()
    if held[artefact.name] != digest:
        raise PublishError(
            f"{artefact.name}: the index holds other bytes ({held[artefact.name][:16]}…, not {digest[:16]}…); raise the version"
        )
    return True


def _send(client: httpx.Client, index: UploadIndex, package: SdkPackage, artefact: ArtefactContent) -> None:
    answer = client.post(
        index.upload_url,
        auth=(index.username, index.token),
        data={
            ":action": "file_upload",
            "protocol_version": "1",
            "metadata_version": "2.1",
            "name": package.package,
            "version": package.version,
            "filetype": "bdist_wheel" if artefact.kind == "wheel" else "sdist",
            "pyversion": "py3" if artefact.kind == "wheel" else "source",
            "sha256_digest": hashlib.sha256(artefact.content).hexdigest(),
        },
        files={"content": (artefact.name, artefact.content, "application/octet-stream")},
    )
    if answer.status_code in {401, 403}:
        raise PublishError(f"{index.upload_url}: refuses the user {index.username!r} and its token ({answer.status_code})")
    if answer.status_code >= 500:  # noqa: PLR2004
        raise RegistryUnavailableError(f"{index.upload_url}: the index answered {answer.status_code}; publish again")
    if answer.status_code >= 300:  # noqa: PLR2004
        raise PublishError(f"{index.upload_url}: refuses {artefact.name} ({answer.status_code} {answer.reason_phrase})")
