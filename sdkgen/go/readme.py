"""README and LICENSE of a Go SDK: what it does, in the words of this very API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sdkgen.go.render import rendered, template_text
from sdkgen.go.text import plain, quoted
from sdkgen.signing.recipe import Algorithm, Value
from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from sdkgen.api.model import Api
    from sdkgen.go.module import GoModule
    from sdkgen.go.operations import GoMethod, GoService
    from sdkgen.signing.recipe import Part, Recipe

_MARKUP = re.compile(r"([\\`*_\[\]<>#|!&])")


def documents(api: Api, module: GoModule) -> tuple[SourceFile, ...]:
    """The files for people."""
    return (_readme(api, module), SourceFile(path="LICENSE", content=_licence(module).encode("utf-8")))


def markdown(text: str, longest: int = 100) -> str:
    """A stranger's text as plain words of Markdown."""
    return _MARKUP.sub(r"\\\1", plain(text)[:longest])


def _readme(api: Api, module: GoModule) -> SourceFile:
    options = module.options
    names = _credentials(options.recipe)
    width = max((len(name) for name in names), default=0) + 1
    values = {
        "module": module.path,
        "package": module.package,
        "exchange": markdown(options.exchange_name),
        "title": markdown(api.title),
        "api_version": markdown(api.version, 40),
        "version": options.version,
        "operations": len(api.operations),
        "services": module.services,
        "quick_start": _quick_start(api, module),
        "credentials": [f"{name}:".ljust(width + 1) for name in names],
        "algorithm": None if options.recipe is None else options.recipe.algorithm.value,
        "is_pem": options.recipe is not None and options.recipe.secret_encoding.value == "pem",
        "signed": any(each.signed for each in api.operations),
        "digest": api.digest,
        "licence": markdown(options.licence),
    }
    return rendered("README.md", "README.md.jinja", values)


def _quick_start(api: Api, module: GoModule) -> str:
    service, method = _easiest(module)
    arguments = f", {module.package}.{method.params}{{ /* its arguments */ }}" if method.params else ""
    base = module.options.base_url or next(iter(api.servers), "")
    values = {
        "module": module.path,
        "package": module.package,
        "config": "" if base else f"BaseURL: {quoted('https://…')}",
        "call": f"{service.field}.{method.name}",
        "result": method.result,
        "arguments": arguments,
    }
    return template_text("quick_start.go.jinja", values)


def _easiest(module: GoModule) -> tuple[GoService, GoMethod]:
    """The operation that is easiest to try: public, reading, without arguments, if there is such a one."""
    pairs = [(service, method) for service in module.services for method in service.methods]
    return min(
        pairs,
        key=lambda pair: (
            pair[1].operation.signed,
            pair[1].operation.method != "GET",
            sum(not field.type.startswith("Optional[") for field in pair[1].fields),
            pair[1].operation.deprecated,
            bool(pair[1].params),
        ),
    )


def _credentials(recipe: Recipe | None) -> tuple[str, ...]:
    if recipe is None:
        return ()
    used = {placement.value for placement in recipe.placements} | _values(recipe.payload)
    for claim in (*recipe.jwt_header, *recipe.jwt_claims):
        used |= _values(claim.parts)
    needed = (
        ("Key", Value.KEY in used),
        ("Secret", recipe.algorithm is not Algorithm.NONE),
        ("Passphrase", bool({Value.PASSPHRASE, Value.SIGNED_PASSPHRASE} & used)),
    )
    return tuple(name for name, need in needed if need)


def _values(parts: tuple[Part, ...]) -> set[Value]:
    return {part.value for part in parts} | {value for part in parts for value in _values(part.parts)}


def _licence(module: GoModule) -> str:
    if module.options.licence == "Apache-2.0":
        return template_text("Apache-2.0.txt", {})
    holders = ", ".join(plain(author) for author in module.options.authors) or module.options.exchange_name
    return f"SPDX-License-Identifier: {plain(module.options.licence)}\n\nCopyright: {plain(holders)}\n"
