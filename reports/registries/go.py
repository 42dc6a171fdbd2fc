"""Go modules: into the embedded module proxy tree. Beyond it a Go module is a tag in a repository, which a proxy fetches by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.sdks.index import go_proxy_tree
from reports.errors import PublishError
from reports.registries.static import StaticRegistry, publish_static, withdraw_static
from sdkgen.language import Language

if TYPE_CHECKING:
    from certification.model import SdkPackage
    from reports.clearance import Clearance
    from reports.registries.release import Release


def publish(package: SdkPackage, clearance: Clearance, registry: StaticRegistry) -> Release:
    """Publish a Go SDK's module zip.

    Raises:
        PublishError: It is not cleared, or the tree holds other bytes at that version.
    """
    if package.language is not Language.GO:
        raise PublishError(f"{package.package}: a {package.language.value} package does not go into a Go module proxy")
    return publish_static(package, clearance, registry, go_proxy_tree, "go")


def withdraw(registry: StaticRegistry, package: str, version: str, reason: str) -> Release:
    """Take a version off the list; who names it exactly still gets it, as Go's checksum database would have it.

    Raises:
        PublishError: There is no such version.
    """
    return withdraw_static(registry, language=Language.GO, package=package, version=version, reason=reason, tree=go_proxy_tree, root="go")
