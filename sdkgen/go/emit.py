"""From an ``Api`` to the source tree of a Go module and its harness program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.api.model import ObjectType
from sdkgen.extension import below
from sdkgen.go.behaviour import behaviour_source, meanings
from sdkgen.go.harness import harness_files
from sdkgen.go.module import GoModule, module_of
from sdkgen.go.names import RUNTIME
from sdkgen.go.package import extensions_folder, importing
from sdkgen.go.placements import recipe_source
from sdkgen.go.protocol import protocol_source
from sdkgen.go.readme import documents
from sdkgen.go.render import rendered
from sdkgen.go.shipped import package_test
from sdkgen.go.text import comment, quoted
from sdkgen.go.typing import RAW
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource, SourceFile

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.go.declarations import GoDeclaration
    from sdkgen.go.operations import GoMethod
    from sdkgen.go.streams import GoStreams

_ONLY_STREAMS = ("stream", "websocket")
"""How the runtime's files begin that only streams need."""
_RUNTIME_PACKAGE = re.compile(rb"^package sdk$", re.MULTILINE)


def emit(api: Api, options: SdkOptions) -> SdkSource:
    """Write the whole SDK.

    Raises:
        SdkgenError: the package's name is no module path or the version no semantic version.
    """
    module = module_of(api, options)
    folder = extensions_folder(options)
    extensions = below(folder, (importing(file, module) for file in options.extensions))
    files = [*_runtime(module), *_sources(api, module), *documents(api, module), package_test(api, module), *extensions]
    return SdkSource(
        language=Language.GO,
        package=module.path,
        version=options.version,
        files=tuple(sorted(files, key=lambda file: file.path)),
        harness=harness_files(api, module),
        operations=sum(len(service.methods) for service in module.services),
        types=len(module.types.names),
        fields=_fields(api, module),
        extensions=folder,
    )


def _fields(api: Api, module: GoModule) -> int:
    shapes = {each.name: each for each in module.declarations}
    # The last field of an object's struct is the one that keeps unknown keys.
    return sum(len(shapes[module.types.names[each.name]].fields) - 1 for each in api.types if isinstance(each, ObjectType))


def _runtime(module: GoModule) -> list[SourceFile]:
    clause = f"package {module.package}".encode()
    return [
        SourceFile(path=path.name, content=_RUNTIME_PACKAGE.sub(clause, path.read_bytes(), count=1))
        for path in sorted(RUNTIME.glob("*.go"))
        if _needed(module, path.name)
    ]


def _needed(module: GoModule, name: str) -> bool:
    """Whether anything in the package uses a file of the runtime."""
    paged = any(method.paging for service in module.services for method in service.methods)
    if name.startswith(_ONLY_STREAMS):
        return module.streams is not None
    return {"paging.go": paged, "argument.go": paged or module.streams is not None}.get(name, True)


def _sources(api: Api, module: GoModule) -> list[SourceFile]:
    by_letter: dict[str, list[GoDeclaration]] = {}
    for each in module.declarations:
        by_letter.setdefault(each.name[0].lower(), []).append(each)
    files = [
        rendered(
            f"types_{letter}.go",
            "types.go.jinja",
            {"package": module.package, "declarations": some, "raw": any(_uses_raw(each) for each in some)},
        )
        for letter, some in by_letter.items()
    ]
    files += [
        rendered(
            f"{service.file}.go",
            "service.go.jinja",
            {
                "package": module.package,
                "service": service,
                "raw": any(_method_uses_raw(each) for each in service.methods),
                "paged": any(each.paging for each in service.methods),
            },
        )
        for service in module.services
    ]
    options = module.options
    base = options.base_url or next(iter(api.servers), "")
    values = {
        "package": module.package,
        "comment": comment(
            f"Package {module.package} calls the API of {options.exchange_name}. It loses nothing: decimals and integers keep their "
            "digits, and keys and enum values that it does not know are kept and written back.",
            f"It was made from {api.title} {api.version} (SHA-256 {api.digest}).",
        ),
        "base_url": quoted(base.rstrip("/")),
        "version": quoted(options.version),
        "user_agent": quoted(f"{module.path}/{options.version}"),
        "recipe": recipe_source(options.recipe) if options.recipe else "",
        "services": module.services,
        "streams": "" if module.streams is None else module.streams.service,
    }
    files.append(_exchange(module))
    if module.streams is not None:
        files.append(_streams(module, module.streams))
    return [*files, rendered("sdk.go", "sdk.go.jinja", values), rendered("go.mod", "go.mod.jinja", {"module": module.path})]


def _exchange(module: GoModule) -> SourceFile:
    behaviour = module.options.behaviour
    tables = {method.operation.id: method.table for service in module.services for method in service.methods}
    values = {
        "package": module.package,
        "behaviour": behaviour_source(behaviour, tables),
        "meanings": meanings(behaviour),
        "timed": bool(behaviour.limits),
    }
    return rendered("exchange.go", "exchange.go.jinja", values)


def _streams(module: GoModule, streams: GoStreams) -> SourceFile:
    methods = {method.operation.id: method for service in module.services for method in service.methods}
    events = (*(each.event for each in streams.channels), *(each.reply for each in streams.requests if each.reply))
    fields = (*(field for event in events for field in event.fields), *(field for each in streams.channels for field in each.fields))
    texts = (*(field.type for field in fields), *(each.message + each.result + each.entry for each in streams.requests))
    values = {
        "package": module.package,
        "streams": streams,
        "protocol": protocol_source(module.options.behaviour, streams, methods),
        "raw": any(RAW in text for text in texts) or any(each.reply for each in streams.requests),
    }
    return rendered("streams.go", "streams.go.jinja", values)


def _method_uses_raw(each: GoMethod) -> bool:
    texts = (each.result, *(field.type for field in each.fields), each.paging.item if each.paging else "")
    return any(RAW in text for text in texts)


def _uses_raw(each: GoDeclaration) -> bool:
    return RAW in each.underlying or any(RAW in field.type for field in each.fields)
