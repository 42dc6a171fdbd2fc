"""Texts of a profile or a story as the JSON values that a description asks for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certification.evidence.facts import UnclearError
from sdkgen.api.json_text import JsonTextError, loads_exact
from sdkgen.api.model import AliasType, Nullable, ObjectType, Reference, Scalar, ScalarKind, UnionType

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Operation, Type

_MOST_TEXT = 10_000
"""Characters: three times as many, escaped, still fit into an address."""


class UnsendableError(UnclearError):
    """A text that an exchange told can't be sent back to it."""


def sendable(place: str, text: str) -> str:
    """The text, if a request can carry it at that place.

    Raises:
        UnsendableError: it can't.
    """
    if len(text) > _MOST_TEXT:
        raise UnsendableError(f"a text of {len(text)} characters fits into no request at {place}")
    try:
        text.encode("ascii" if place.startswith("header.") else "utf-8")
    except UnicodeEncodeError as error:
        raise UnsendableError(f"a text that was told has characters that no request can carry at {place}") from error
    return text


def body_value(api: Api, operation: Operation, name: str, text: str) -> Any:
    """The text as the JSON value that the description asks for at that place of the body."""
    declared: Type | None = operation.body.contents[0].type if operation.body and operation.body.contents else None
    for key in name.split("."):
        declared = _field(api, declared, key)
    return value_of(api, declared, text)


def value_of(api: Api, declared: Type | None, text: str) -> Any:
    """The text as a JSON value of that type."""
    match _plain(api, declared):
        case Scalar(kind=ScalarKind.INTEGER | ScalarKind.DECIMAL):
            return _number(text)
        case Scalar(kind=ScalarKind.BOOLEAN):
            return text == "true"
        case _:
            return text


def _number(text: str) -> Any:
    """The text's number; the text itself where it is none, so that an exchange's own odd value goes back to it as it came."""
    try:
        value = loads_exact(text)
    except JsonTextError:
        return text
    return value if isinstance(value, int | Decimal) else text


def _plain(api: Api, declared: Type | None) -> Any:
    """What a type is once names, aliases and nullability are looked through: an object type, or the type itself."""
    match declared:
        case Nullable(inner=inner):
            return _plain(api, inner)
        case Reference(name=name):
            named = api.type_named(name)
            return _plain(api, named.target) if isinstance(named, AliasType) else named
        case _:
            return declared


def _field(api: Api, declared: Type | None, key: str) -> Type | None:
    match _plain(api, declared):
        case ObjectType(fields=fields):
            return next((field.type for field in fields if field.wire_name == key), None)
        case UnionType(variants=variants):
            return next((found for variant in variants if (found := _field(api, variant, key)) is not None), None)
        case _:
            return None
