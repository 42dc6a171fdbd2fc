"""Holds values against the description's own schemas, with a JSON Schema validator and without the generator's model of types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jsonschema import Draft4Validator, Draft202012Validator, validators
from jsonschema.exceptions import UnknownType, ValidationError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4, DRAFT202012

from certification.evidence.sdk.difference import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sdkgen.api.json_text import JsonValue

_DOCUMENT = "urn:openxapi-certify:description"

_KIND = "type"
"""The keyword that tells values of another kind. Lengths, patterns, bounds and combinations are the exchange's own to refuse."""


class Schemas:
    """The schemas of one description."""

    def __init__(self, root: dict[str, JsonValue]) -> None:
        """Take the (overlaid) description."""
        modern = str(root.get("openapi", "")).startswith(("3.1", "3.2"))
        specification = DRAFT202012 if modern else DRAFT4
        self._registry: Registry[Any] = Registry().with_resource(_DOCUMENT, specification.create_resource(root))
        self._validator = Draft202012Validator if modern else _OLD
        self._seen: dict[str, Any] = {}

    def misfit(self, pointer: str, value: JsonValue) -> str | None:
        """Where and why a value is of another kind than the schema at the pointer says; ``None`` where it is not, or can't be known."""
        if pointer not in self._seen:
            place = quote(pointer, errors="surrogatepass")
            self._seen[pointer] = self._validator({"$ref": f"{_DOCUMENT}#{place}"}, registry=self._registry)
        try:
            wrong = best_match(error for error in self._seen[pointer].iter_errors(value) if _is_another_kind(error))
        except (UnknownType, Unresolvable, re.error, AttributeError, TypeError, RecursionError):
            return None  # a broken schema: the description's own issues tell of it
        return None if wrong is None else f"{wrong.json_path}: {shown(wrong.instance)} is not of the type {wrong.validator_value}"


def _is_another_kind(error: ValidationError) -> bool:
    # Whether null is allowed beside a reference or a combination is read differently by every tool; that is no flaw of ours.
    return error.validator == _KIND and error.instance is not None


def _nullable_type(validator: Any, types: Any, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    """OpenAPI 3.0's ``nullable`` (and Swagger's ``x-nullable``), which JSON Schema does not know."""
    if instance is None and (schema.get("nullable") is True or schema.get("x-nullable") is True):
        return
    yield from Draft4Validator.VALIDATORS["type"](validator, types, instance, schema)


def _nullable_enum(validator: Any, values: Any, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    if instance is None and (schema.get("nullable") is True or schema.get("x-nullable") is True):
        return
    yield from Draft4Validator.VALIDATORS["enum"](validator, values, instance, schema)


_OLD: Any = validators.extend(  # type: ignore[no-untyped-call]
    Draft4Validator, {"type": _nullable_type, "enum": _nullable_enum}
)
