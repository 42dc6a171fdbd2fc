"""All that the templates show of a Go SDK: every type and operation with its Go name and shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.behaviour import message_recipe
from sdkgen.errors import SdkgenError
from sdkgen.go.declarations import GoDeclaration, declaration, inline_declaration
from sdkgen.go.names import Scope, package_name, runtime_identifiers
from sdkgen.go.operations import GoService, services_of
from sdkgen.go.streams import GoStreams, streams_of
from sdkgen.go.typing import GoTypes, types_of

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.source import SdkOptions

_MODULE = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9][A-Za-z0-9._~-]*)*$")
_VERSION = re.compile(r"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$")
_OWN = (
    "Client",
    "NewClient",
    "DefaultBaseURL",
    "Version",
    "userAgent",
    "signingRecipe",
    "exchangeBehaviour",
    "exchangeStreams",
    "meaningOf",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoModule:
    """All that the templates show of an SDK."""

    path: str
    """The module path, with its major version where Go wants one."""
    package: str
    options: SdkOptions
    types: GoTypes
    declarations: tuple[GoDeclaration, ...]
    services: tuple[GoService, ...]
    streams: GoStreams | None
    """``None`` where the API has none."""


def module_path(options: SdkOptions) -> str:
    """The path that the module is required by: from version 2 on, Go wants the major version at its end (``…/v2``).

    Raises:
        SdkgenError: the package's name is no module path or the version no semantic version.
    """
    if not _MODULE.match(options.package):
        message = f"{options.package!r} is no Go module path; give one such as github.com/openxapi/kraken-futures-go"
        raise SdkgenError(message)
    if not _VERSION.match(options.version):
        message = f"{options.version!r} is no semantic version; give one such as 1.2.3"
        raise SdkgenError(message)
    major = options.version.partition(".")[0]
    if int(major) < 2 or options.package.endswith(f"/v{major}"):  # noqa: PLR2004 - Go's rule, see above
        return options.package
    return f"{options.package}/v{major}"


def module_of(api: Api, options: SdkOptions) -> GoModule:
    """Give everything its Go name and shape."""
    scope = Scope((*runtime_identifiers(), *_OWN))
    types = types_of(api, scope, options.recipe, message_recipe(options.behaviour))
    named = [declaration(types, each) for each in api.types]
    services = services_of(api, types, options)
    streams = streams_of(api, types, options.behaviour)
    declarations = [*named, *_inline(types)]
    path = module_path(options)
    return GoModule(
        path=path,
        package=package_name(path),
        options=options,
        types=types,
        declarations=tuple(sorted(declarations, key=lambda each: each.name)),
        services=services,
        streams=streams,
    )


def _inline(types: GoTypes) -> list[GoDeclaration]:
    made: list[GoDeclaration] = []
    # One inside another is met while the outer one is written.
    while len(made) < len(types.inline):
        made.append(inline_declaration(types, types.inline[len(made)]))
    return made
