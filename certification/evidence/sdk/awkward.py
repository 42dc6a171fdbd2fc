"""Puts characters that mean something to URLs, headers and forms into texts.

Also where the description's pattern forbids it: a caller's text comes from anywhere, and must never become another parameter. An SDK may
refuse it; what it sends must be encoded. The pattern itself is never tried: a stranger can write one that takes for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from sdkgen.api.model import AliasType, EnumType, ListOf, MapOf, Nullable, ObjectType, Reference, Scalar, ScalarKind, TupleOf, UnionType

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue
    from sdkgen.api.model import Api, NamedType, Type

_TELLING = "a&b=c+d%e/f;g,h:i@j"
"""All of it may stand in a URL, and means something else there: who sends it as it is, sends another request."""
_ALL = "a&b c+d%e=é/f?g#h;i,j:k@l"
"""With what no URL may hold: a client that does not encode it can't send it."""
AWKWARD = (_TELLING, _ALL)
_FEWER = ("a&b=c/d", "a/b")
"""Where a length takes no more."""


class Awkward:
    """Rewrites values of one API's types."""

    def __init__(self, api: Api, text: str) -> None:
        """Take the types that others are named by, and the text, one of ``AWKWARD``."""
        self._chosen = text
        self._types: dict[object, NamedType] = {declared.name: declared for declared in api.types}

    def rewritten(self, wanted: Type, value: JsonValue) -> JsonValue:
        """The value with each free text awkward; the same where it has none."""
        match wanted:
            case Scalar():
                return self._text(wanted, value)
            case Nullable():
                return value if value is None else self.rewritten(wanted.inner, value)
            case ListOf():
                return [self.rewritten(wanted.items, item) for item in value] if isinstance(value, list) else value
            case MapOf():
                return {key: self.rewritten(wanted.values, item) for key, item in value.items()} if isinstance(value, dict) else value
            case TupleOf():
                return value
            case Reference():
                return self._named(self._types[wanted.name], value)
            case _:
                assert_never(wanted)

    def _named(self, declared: NamedType, value: JsonValue) -> JsonValue:
        match declared:
            case AliasType():
                return self.rewritten(declared.target, value)
            case ObjectType():
                types = {field.wire_name: field.type for field in declared.fields}
                members = value.items() if isinstance(value, dict) else ()
                rewritten: dict[str, JsonValue] = {key: self.rewritten(types[key], item) if key in types else item for key, item in members}
                return rewritten if isinstance(value, dict) else value
            case EnumType() | UnionType():
                return value
            case _:
                assert_never(declared)

    def _text(self, wanted: Scalar, value: JsonValue) -> JsonValue:
        if wanted.kind is not ScalarKind.STRING or wanted.format is not None or not isinstance(value, str):
            return value
        return next((text for text in (self._chosen, *_FEWER) if _fits(wanted, text)), self._chosen)


def _fits(wanted: Scalar, text: str) -> bool:
    limits = wanted.limits
    return (limits.min_length or 0) <= len(text) and (limits.max_length is None or len(text) <= limits.max_length)
