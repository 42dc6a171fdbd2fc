"""The files that make a folder of sources a package."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING

from sdkgen.python.text import literal, one_line, toml
from sdkgen.signing.recipe import Algorithm, Claim, Part, Placement, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from sdkgen.source import SdkOptions

_KNOWN_LICENCES = ("Apache-2.0", "MIT")


def module_of(package: str) -> str:
    """The name that the package is imported by."""
    module = re.sub(r"[^a-z0-9]+", "_", package.lower()).strip("_")
    return module if module[:1].isalpha() else f"sdk_{module}"


def extensions_folder(options: SdkOptions) -> str:
    """Where hand-written modules live: ``<module>.extensions``."""
    return f"src/{module_of(options.package)}/extensions"


def licence_text(options: SdkOptions) -> str:
    """The licence's whole text where we have it, else who holds it and its SPDX identifier."""
    holders = ", ".join(one_line(author) for author in options.authors) or "the authors"
    head = f"Copyright {holders}\nSPDX-License-Identifier: {one_line(options.licence)}\n"
    if options.licence not in _KNOWN_LICENCES:
        return head
    text = (resources.files("sdkgen.python") / "templates" / f"{options.licence}.txt").read_text(encoding="utf-8")
    return f"{head}\n{text}"


def project_values(options: SdkOptions, module: str) -> dict[str, object]:
    """What ``pyproject.toml`` is made from, every text a TOML string already."""
    return {
        "name": toml(options.package),
        "version": toml(options.version),
        "description": toml(f"{one_line(options.exchange_name, 100)} API client: typed, exact, without dependencies"),
        "licence": toml(options.licence),
        "authors": [toml(author) for author in options.authors if one_line(author)],
        "website": toml(options.website) if options.website else "",
        "module": module,
    }


_SYMMETRIC = frozenset(
    {
        Algorithm.NONE,
        Algorithm.HMAC_SHA256,
        Algorithm.HMAC_SHA384,
        Algorithm.HMAC_SHA512,
        Algorithm.JWT_HS256,
        Algorithm.JWT_HS512,
    }
)


def is_asymmetric(recipe: Recipe | None) -> bool:
    """Whether signing needs private keys, and so the ``cryptography`` package."""
    return recipe is not None and recipe.algorithm not in _SYMMETRIC


def recipe_source(recipe: Recipe, spelt: Callable[[str], str] = str) -> tuple[str, tuple[str, ...]]:
    """The recipe as a Python expression, and the names that it is made of, each as ``spelt`` calls it there."""
    used: set[str] = set()
    return _constructed(recipe, used, spelt), tuple(sorted(used))


def _constructed(node: Recipe | Part | Placement | Claim, used: set[str], spelt: Callable[[str], str]) -> str:
    used.add(type(node).__name__)
    plain = type(node).__dataclass_fields__
    arguments = []
    for name, declared in plain.items():
        value = getattr(node, name)
        if name != "only_declared" and value != declared.default:
            arguments.append(f"{name}={_expression(value, used, spelt)}")
    return f"{spelt(type(node).__name__)}({', '.join(arguments)})"


def _expression(value: object, used: set[str], spelt: Callable[[str], str]) -> str:
    match value:
        case tuple():
            items = [_expression(item, used, spelt) for item in value]
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        case Recipe() | Part() | Placement() | Claim():
            return _constructed(value, used, spelt)
        case bool() | int():
            return repr(value)
        case _:
            return literal(str(value))
