"""Holds values against the description's own schemas, with a JSON Schema validator and without the generator's model of types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from jsonschema import Draft4Validator, Draft7Validator, Draft202012Validator, validators
from jsonschema.exceptions import UnknownType, ValidationError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4, DRAFT7, DRAFT202012

from certification.evidence.sdk.difference import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from referencing import Specification

    from sdkgen.api.json_text import JsonValue

_DOCUMENT = "urn:openxapi-certify:description"

_KIND = "type"
"""The keyword that tells values of another kind. Lengths, patterns, bounds and combinations are the exchange's own to refuse."""


class Schemas:
    """The schemas of one description."""

    def __init__(self, root: dict[str, JsonValue]) -> None:
        """Take the (overlaid) description."""
        specification, self._validator = _dialect(root)
        self._registry: Registry[Any] = Registry().with_resource(_DOCUMENT, specification.create_resource(root))
        self._seen: dict[str, Any] = {}

    def misfit(self, pointer: str, value: JsonValue) -> str | None:
        """Where and why a value is of another kind than the schema at the pointer says; ``None`` where it is not, or can't be known."""
        wrong = self._worst(pointer, value, _is_another_kind)
        if wrong is None:
            return None
        value = cast("JsonValue", wrong.instance)
        return f"{wrong.json_path}: {shown(value)} is not of the type {wrong.validator_value}"

    def flaw(self, pointer: str, value: JsonValue) -> str | None:
        """Where and how a value breaks the schema at the pointer in any way; ``None`` where it does not, or that can't be known.

        Tells names and rules, and nothing of the value: it may be a secret.
        """
        wrong = self._worst(pointer, value, lambda _: True)
        return None if wrong is None else f"{wrong.json_path} {_rule(wrong)}"

    def _worst(self, pointer: str, value: JsonValue, counts: Callable[[ValidationError], bool]) -> ValidationError | None:
        if pointer not in self._seen:
            place = quote(pointer, errors="surrogatepass")
            self._seen[pointer] = self._validator({"$ref": f"{_DOCUMENT}#{place}"}, registry=self._registry)
        try:
            worst: ValidationError | None = best_match(error for error in self._seen[pointer].iter_errors(value) if counts(error))
        except (UnknownType, Unresolvable, re.error, AttributeError, TypeError, RecursionError):
            return None  # a broken schema: the description's own issues tell of it
        return worst

    def breaks(self, pointer: str, value: JsonValue) -> int:
        """How many rules of the schema at the pointer, one level deep, a value breaks. The schema must have been asked before."""
        return sum(1 for _ in self._seen[pointer].iter_errors(value))


def _dialect(root: dict[str, JsonValue]) -> tuple[Specification[Any], Any]:
    """Which JSON Schema a description speaks."""
    if "asyncapi" in root:
        return DRAFT7, Draft7Validator
    if str(root.get("openapi", "")).startswith(("3.1", "3.2")):
        return DRAFT202012, Draft202012Validator
    return DRAFT4, _OLD


def _rule(error: ValidationError) -> str:
    """The rule that a value breaks, in words."""
    wanted: Any = error.validator_value
    present: Any = error.instance
    match error.validator:
        case "type":
            return f"is {_kind(present)}, not {wanted}"
        case "required":
            return f"lacks {', '.join(name for name in wanted if name not in present)}"
        case "additionalProperties" | "unevaluatedProperties":
            return "has a member that is not described"
        case rule:
            return f"breaks {rule} ({shown(wanted)})"


def _kind(value: Any) -> str:
    """The JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return "number"


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
