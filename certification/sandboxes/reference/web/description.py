"""A description file and validators for the schemas that stand in it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import yaml
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOT = "urn:reference"
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Keys = tuple[str | int, ...]
"""The way from the root of a description to a place in it."""


class Description:
    """An OpenAPI 3.1 or AsyncAPI 3 document whose schemas are JSON Schema 2020-12."""

    def __init__(self, path: Path) -> None:
        self.document = _read(path)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, DRAFT202012.create_resource(self.document))

    def validator(self, *keys: str | int) -> Validator:
        """A validator for the schema that stands at these keys."""
        pointer = "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)
        fragment = pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D")
        strict: Validator = _STRICT({"$ref": f"{_ROOT}#{fragment}"}, registry=self._registry)
        return strict

    def resolve(self, node: dict[str, Any], keys: Keys) -> tuple[dict[str, Any], Keys]:
        """A node that may be a reference within the description, and where it really stands."""
        if "$ref" not in node:
            return node, keys
        target = tuple(node["$ref"].removeprefix("#/").split("/"))
        found: dict[str, Any] = self.document
        for key in target:
            found = found[key]
        return found, target


@cache
def _read(path: Path) -> dict[str, Any]:
    """A description's content; nobody changes it."""
    with path.open("rb") as stream:
        document: dict[str, Any] = yaml.load(stream, Loader=_LOADER)  # noqa: S506 - both are safe loaders
    return document


def flaw(validator: Validator, value: Any) -> tuple[str, str] | None:
    """Where a value breaks its schema and which rule, the most telling one; ``None`` where it keeps it. Never quotes the value."""
    error = best_match(validator.iter_errors(value))
    if error is None:
        return None
    return ".".join(str(step) for step in error.absolute_path), str(error.validator)


def _is_whole(_: object, instance: object) -> bool:
    return (isinstance(instance, int) and not isinstance(instance, bool)) or (
        isinstance(instance, Decimal) and instance == instance.to_integral_value()
    )


def _pattern(_: Validator, pattern: str, instance: object, __: object) -> Iterator[jsonschema.ValidationError]:
    """JSON Schema's patterns end where the text ends; Python's ``$`` would let one more line break pass."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError("does not match")


_STRICT: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    {"pattern": _pattern},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole),
)
