"""The language-neutral model of an API: what every emitter reads, whatever the description was written in.

Descriptions differ (Swagger 2.0, OpenAPI 3.0, 3.1); this model does not. Everything is frozen and ordered, so that the same
description always gives the same model, and the same model the same SDK, byte for byte.

JSON values out of a description (examples, defaults, enum values) travel as ``JsonText``: JSON source text in which every number
keeps the digits it had. Parsing it into binary floats would already lose money.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

JsonText = str
"""One JSON value as source text, numbers as written, no insignificant white space."""

Pointer = str
"""An RFC 6901 JSON pointer into the description, such as ``/paths/~1orders/post``."""


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


class Location(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument of an operation outside its body."""

    wire_name: str
    name: Name
    """Unique in the operation; the word ``body`` is taken where the operation has a body."""
    location: Location
    type: Type
    required: bool
    style: str = "form"
    """OpenAPI's ``style``: form, simple, spaceDelimited, pipeDelimited, deepObject, label, matrix."""
    explode: bool = True
    json_encoded: bool = False
    """Whether the value travels as JSON text (``content: application/json``)."""
    description: str = ""
    deprecated: bool = False
    default: JsonText | None = None
    examples: tuple[Example, ...] = ()


class Encoding(StrEnum):
    """How a body travels, whatever its exact media type says."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One way to write a body."""

    media_type: str
    encoding: Encoding
    type: Type
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What an operation takes in its body; the first content is the one that SDKs send."""

    contents: tuple[Content, ...]
    required: bool
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What may come back."""

    status: str
    """``200``, ``2XX`` … or ``default``."""
    contents: tuple[Content, ...]
    """Empty where the answer has no body."""
    description: str = ""
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that a client can ask of the exchange."""

    id: str
    """The identity that evidence and findings name: the description's operationId, else ``METHOD /path``. Unique."""
    name: Name
    group: Name
    """The area of the API that it belongs to (its first tag, else its first telling path segment)."""
    method: str
    """Upper case."""
    path: str
    """The path template, with the server's base path not included."""
    pointer: Pointer
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    security: tuple[tuple[str, ...], ...] = ()
    """Alternatives, each a set of scheme names that must all be met. Empty means public; an alternative ``()`` means optional."""
    signed: bool = False
    """Whether the client signs it: some alternative of ``security`` asks for a scheme, or the profile's overlay says so."""
    servers: tuple[str, ...] = ()
    """Base URLs of its own, where they differ from the API's."""
    summary: str = ""
    description: str = ""
    deprecated: bool = False

    def success(self) -> Response | None:
        """The answer a successful call gets: the lowest 2xx, else ``2XX``, else ``default``; ``None`` where none is described."""
        described = {response.status.upper(): response for response in self.responses}
        exact = sorted(status for status in described if status.isdigit() and status.startswith("2"))
        for status in (*exact, "2XX", "DEFAULT"):
            if status in described:
                return described[status]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """One way of proving who calls, as the description declares it."""

    id: str
    kind: str
    """apiKey, http, oauth2, openIdConnect, mutualTLS."""
    location: Location | None = None
    wire_name: str | None = None
    scheme: str | None = None
    """For ``http``: basic, bearer …"""


class IssueKind(StrEnum):
    """What became of a flaw in a description."""

    REPAIRED = "repaired"
    """The meaning was plain; the model holds it."""
    REFUSED = "refused"
    """The meaning can't be known; the part is missing from the model and the description is not accepted."""
    NOTED = "noted"
    """Wrong or unwise, without effect on the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A flaw of a description, with its place."""

    kind: IssueKind
    rule: str
    """A stable kebab-case id, such as ``dangling-reference``."""
    pointer: Pointer
    message: str
    """One plain sentence: what is wrong and what became of it."""
    line: int | None = None
    """Line in the source, from 1, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One API, whole: counts in equal counts out, or an issue says why not."""

    title: str
    version: str
    description: str
    digest: str
    """SHA-256 (hex) of the description's bytes and its overlays' bytes, in order: the input's identity."""
    servers: tuple[str, ...]
    """Absolute base URLs with variables at their defaults, no trailing slash; empty where the description names none."""
    security_schemes: tuple[SecurityScheme, ...]
    operations: tuple[Operation, ...]
    """In the description's order."""
    types: tuple[NamedType, ...]
    """In order of their names."""
    issues: tuple[Issue, ...]
    declared_operations: int
    """How many operations stand in the description: what ``operations`` is counted against."""
    declared_fields: int
    """How many properties stand in the schemas that the model holds: what the fields of ``types`` are counted against."""

    def type_named(self, name: Name) -> NamedType:
        """The type with that name.

        Raises:
            KeyError: there is none.
        """
        for candidate in self.types:
            if candidate.name == name:
                return candidate
        raise KeyError(name.pascal())
