"""What values can be, whatever language a description or an SDK is written in: names, scalars, lists, objects, enums, unions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

JsonText = str
"""One JSON value as source text, numbers as written, no insignificant white space."""

Pointer = str
"""An RFC 6901 JSON pointer into the description, such as ``/paths/~1orders/post``; with ``streams#`` before it in the AsyncAPI description
that stands beside a REST description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A public name, as lower-case words that each language joins in its own style.

    Within one scope (the fields of a type, the parameters of an operation, the types of an API, the operations of an API) no two
    names are equal once their words are run together, so that no casing style can make two of them collide.
    """

    words: tuple[str, ...]
    """Each ``[a-z0-9]+``; the first starts with a letter."""

    def snake(self) -> str:
        """``open_orders``"""
        return "_".join(self.words)

    def camel(self) -> str:
        """``openOrders``"""
        return self.words[0] + "".join(word.capitalize() for word in self.words[1:])

    def pascal(self) -> str:
        """``OpenOrders``"""
        return "".join(word.capitalize() for word in self.words)


class ScalarKind(StrEnum):
    """What a single JSON value can be."""

    STRING = "string"
    INTEGER = "integer"
    """A whole number of any size: 64 bits and more, never a binary float."""
    DECIMAL = "decimal"
    """JSON's ``number``: an exact decimal, never a binary float."""
    BOOLEAN = "boolean"
    BINARY = "binary"
    """Raw bytes: a file, or an answer that is no text."""
    ANY = "any"
    """Any JSON value: the description does not say more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a description promises about a value beyond its type. Numbers are decimal text."""

    minimum: str | None = None
    exclusive_minimum: bool = False
    maximum: str | None = None
    exclusive_maximum: bool = False
    multiple_of: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One JSON value that is neither object nor array."""

    kind: ScalarKind
    format: str | None = None
    """The description's ``format``, as written (``date-time``, ``int64``, ``uuid`` …)."""
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A JSON array of any length."""

    items: Type
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TupleOf:
    """A JSON array whose places have their own types, such as a candle."""

    items: tuple[Type, ...]
    rest: Type | None = None
    """The type of further places; ``None`` where the description forbids or does not mention any (they are still kept)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """A JSON object whose keys are data."""

    values: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Nullable:
    """The inner type, or JSON ``null``. Never nested."""

    inner: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A named type of the same API."""

    name: Name


Type = Scalar | ListOf | TupleOf | MapOf | Nullable | Reference
"""What a value can be where it is used. Objects, enums and unions always have a name, so that a language can declare them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A value that the description itself gives."""

    pointer: Pointer
    value: JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property of an object."""

    wire_name: str
    """The exact JSON key. Matching is case-sensitive: ``m`` and ``M`` are two fields."""
    name: Name
    type: Type
    required: bool
    description: str = ""
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    default: JsonText | None = None
    examples: tuple[Example, ...] = ()
    """Values that the description gives for this property, where its type has no name to keep them under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """A JSON object with known properties. Keys that are not among them are always kept."""

    name: Name
    pointer: Pointer
    fields: tuple[Field, ...]
    extra: Type | None = None
    """The type of further keys where the description gives one; ``None`` means any (or, by ``closed``, none)."""
    closed: bool = False
    """Whether the description forbids further keys. They are kept all the same: an exchange may add one tomorrow."""
    description: str = ""
    deprecated: bool = False
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumMember:
    """One value of an enum."""

    name: Name
    value: JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumType:
    """A set of known values. Values that are not among them are always kept."""

    name: Name
    pointer: Pointer
    kind: ScalarKind
    """STRING, INTEGER, DECIMAL or BOOLEAN; ANY where the values' kinds are mixed."""
    members: tuple[EnumMember, ...]
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discriminator:
    """The property that tells which variant an object is."""

    wire_name: str
    mapping: tuple[tuple[str, Name], ...]
    """Value of the property and the variant's type, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionType:
    """One of several types (``oneOf``, ``anyOf``, or a list of JSON types)."""

    name: Name
    pointer: Pointer
    variants: tuple[Type, ...]
    discriminator: Discriminator | None = None
    description: str = ""
    deprecated: bool = False
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasType:
    """A name for a list, map, tuple or scalar, so that the description's own word survives."""

    name: Name
    pointer: Pointer
    target: Type
    description: str = ""
    deprecated: bool = False
    examples: tuple[Example, ...] = ()


NamedType = ObjectType | EnumType | UnionType | AliasType
