"""The README of a package: what it does, in the words of this very API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from sdkgen.signing.recipe import Algorithm, Value
from sdkgen.typescript.names import property_name
from sdkgen.typescript.text import markdown

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Operation
    from sdkgen.signing.recipe import Part, Recipe
    from sdkgen.source import SdkOptions
    from sdkgen.typescript.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Readme:
    """What a README is written from."""

    api: Api
    options: SdkOptions
    names: Names


@cache
def _templates() -> Environment:
    # Markdown, not HTML; every text from a description passes through ``markdown`` first.
    return Environment(
        loader=PackageLoader("sdkgen.typescript"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def readme(source: Readme) -> str:
    """Write it."""
    options, api = source.options, source.api
    operation = _example(api)
    return (
        _templates()
        .get_template("README.md.j2")
        .render(
            package=options.package,
            exchange=markdown(options.exchange_name, 100),
            title=markdown(api.title, 100),
            api_version=markdown(api.version, 40),
            digest=api.digest,
            operations=len(api.operations),
            groups=[(group.member, sum(each.group == name for each in api.operations)) for name, group in source.names.groups.items()],
            call=f"client.{source.names.groups[operation.group].member}.{property_name(operation.name)}",
            arguments="{ /* its arguments */ }" if _takes_arguments(operation) else "",
            credentials=_credentials(options.recipe),
            signed=any(each.signed for each in api.operations),
            algorithm=None if options.recipe is None else options.recipe.algorithm.value,
            is_pem=options.recipe is not None and options.recipe.secret_encoding.value == "pem",
            licence=options.licence,
        )
    )


def _takes_arguments(operation: Operation) -> bool:
    return any(parameter.required for parameter in operation.parameters) or (operation.body is not None and operation.body.required)


def _example(api: Api) -> Operation:
    """The operation that is easiest to try: public, reading, without arguments, if there is such a one."""
    return min(api.operations, key=lambda each: (each.signed, each.method != "GET", _takes_arguments(each), each.deprecated))


def _credentials(recipe: Recipe | None) -> tuple[str, ...]:
    if recipe is None:
        return ()
    used = {placement.value for placement in recipe.placements} | _values(recipe.payload)
    for claim in (*recipe.jwt_header, *recipe.jwt_claims):
        used |= _values(claim.parts)
    needed = (
        ("key", Value.KEY in used),
        ("secret", recipe.algorithm is not Algorithm.NONE),
        ("passphrase", bool({Value.PASSPHRASE, Value.SIGNED_PASSPHRASE} & used)),
    )
    return tuple(name for name, need in needed if need)


def _values(parts: tuple[Part, ...]) -> set[Value]:
    return {part.value for part in parts} | {value for part in parts for value in _values(part.parts)}
