"""TypeScript packages: into the embedded npm tree, or to any npm registry by its publish request."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never
from urllib.parse import quote

from certification.sdks.index import PackageVersion, npm_packument
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NpmRegistry:
    """A registry that speaks npm's protocol."""

    url: str
    token: str = field(repr=False)


TypeScriptRegistry: TypeAlias = "StaticRegistry | NpmRegistry"


def publish(package: SdkPackage, clearance: Clearance, registry: TypeScriptRegistry) -> Release:
    """Publish a TypeScript SDK's tarball.

    Raises:
        PublishError: It is not cleared, or the registry holds other bytes at that version, or refuses.
        RegistryUnavailableError: The registry does not answer.
    """
    if package.language is not Language.TYPESCRIPT:
        raise PublishError(f"{package.package}: a {package.language.value} package does not go into an npm registry")
    match registry:
        case StaticRegistry():
            return publish_static(package, clearance, registry, functools.partial(npm_packument, base_url=registry.npm_url), "npm")
        case NpmRegistry():
            return _put(package, clearance, registry)
        case _:
            assert_never(registry)


def withdraw(registry: StaticRegistry, package: str, version: str, reason: str) -> Release:
    """Deprecate a version.

    Raises:
        PublishError: There is no such version.
    """
    tree = functools.partial(npm_packument, base_url=registry.npm_url)
    return withdraw_static(registry, language=Language.TYPESCRIPT, package=package, version=version, reason=reason, tree=tree, root="npm")


def _put(package: SdkPackage, clearance: Clearance, registry: NpmRegistry) -> Release:
    import httpx  # noqa: PLC0415 - verifying must start without it

    content = cleared_content(package, clearance)
    (artefact,) = content
    url = f"{registry.url.rstrip('/')}/{quote(package.package, safe='@')}"
    headers = {"Authorization": f"Bearer {registry.token}"}
    try:
        with httpx.Client(timeout=_TIMEOUT_S, headers=headers) as client:
            held = _held(client, url, package.version)
            changed = held is None
            if held is not None and held != _integrity(artefact.content):
                raise PublishError(f"{package.package} {package.version}: the registry holds other bytes; raise the version")
            if changed:
                _refuse_bad_answer(client.put(url, json=_document(package, artefact, registry)), url)
    except httpx.HTTPError as error:
        raise RegistryUnavailableError(f"{registry.url}: the registry does not answer ({type(error).__name__}); publish again") from error
    return Release(registry=registry.url, package=package.package, version=package.version, files=released(content), changed=changed)


def _held(client: httpx.Client, url: str, version: str) -> str | None:
    """The integrity of a version's tarball in the registry, or ``None`` where it has no such version."""
    answer = client.get(url)
    if answer.status_code == 404:  # noqa: PLR2004
        return None
    _refuse_bad_answer(answer, url)
    try:
        dist = answer.json().get("versions", {}).get(version, {}).get("dist")
    except (ValueError, AttributeError) as error:
        raise RegistryUnavailableError(f"{url}: the registry's answer is no packument; publish again") from error
    if dist is None:
        return None
    return str(dist.get("integrity", "none")) if isinstance(dist, dict) else "none"


def _document(package: SdkPackage, artefact: ArtefactContent, registry: NpmRegistry) -> dict[str, Any]:
    """Npm's publish request: the packument of one version with its tarball attached."""
    version = PackageVersion(package=package.package, version=package.version, artefacts=(artefact,))
    files = npm_packument((version,), base_url=registry.url.rstrip("/"))
    document: dict[str, Any] = json.loads(next(file.content for file in files if file.path.endswith("index.json")))
    name = f"{package.package}-{package.version}.tgz"
    document["_attachments"] = {
        name: {
            "content_type": "application/octet-stream",
            "data": base64.b64encode(artefact.content).decode(),
            "length": len(artefact.content),
        }
    }
    document["access"] = "public"
    return document


def _integrity(content: bytes) -> str:
    return f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"


def _refuse_bad_answer(answer: httpx.Response, url: str) -> None:
    if answer.status_code in {401, 403}:
        raise PublishError(f"{url}: the registry refuses the token ({answer.status_code})")
    if answer.status_code >= 500:  # noqa: PLR2004
        raise RegistryUnavailableError(f"{url}: the registry answered {answer.status_code}; publish again")
    if answer.status_code >= 300:  # noqa: PLR2004
        raise PublishError(f"{url}: the registry refuses ({answer.status_code} {answer.reason_phrase})")
