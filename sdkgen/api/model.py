"""The language-neutral model of an API: what every emitter reads, whatever the description was written in.

Descriptions differ (Swagger 2.0, OpenAPI 3, AsyncAPI 2 and 3); this model does not. Everything is frozen and ordered, so that the same
description always gives the same model, and the same model the same SDK, byte for byte.

JSON values out of a description (examples, defaults, enum values) travel as ``JsonText``: JSON source text in which every number
keeps the digits it had. Parsing it into binary floats would already lose money.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sdkgen.api.operation_model import Body, Content, Encoding, Location, Operation, Parameter, Response, SecurityScheme
from sdkgen.api.stream_model import Channel, ChannelParameter, Mark, Message, Request
from sdkgen.api.type_model import (
    NO_LIMITS,
    AliasType,
    Discriminator,
    EnumMember,
    EnumType,
    Example,
    Field,
    JsonText,
    Limits,
    ListOf,
    MapOf,
    Name,
    NamedType,
    Nullable,
    ObjectType,
    Pointer,
    Reference,
    Scalar,
    ScalarKind,
    TupleOf,
    Type,
    UnionType,
)

__all__ = [
    "NO_LIMITS",
    "AliasType",
    "Api",
    "Body",
    "Channel",
    "ChannelParameter",
    "Content",
    "Discriminator",
    "Encoding",
    "EnumMember",
    "EnumType",
    "Example",
    "Field",
    "Issue",
    "IssueKind",
    "JsonText",
    "Limits",
    "ListOf",
    "Location",
    "MapOf",
    "Mark",
    "Message",
    "Name",
    "NamedType",
    "Nullable",
    "ObjectType",
    "Operation",
    "Parameter",
    "Pointer",
    "Reference",
    "Request",
    "Response",
    "Scalar",
    "ScalarKind",
    "SecurityScheme",
    "TupleOf",
    "Type",
    "UnionType",
]


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
    in_streams: bool = False
    """Whether the place is in the AsyncAPI description that stands beside a REST description."""
    mend: str | None = None
    """What would mend it: actions of an OpenAPI Overlay, one per line, each an item of its list ``actions``."""


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
    """In the description's order; empty where the description is AsyncAPI."""
    types: tuple[NamedType, ...]
    """In order of their names."""
    issues: tuple[Issue, ...]
    declared_operations: int
    """How many operations stand in the description: what ``operations`` is counted against."""
    declared_fields: int
    """How many properties stand in the schemas that the model holds: what the fields of ``types`` are counted against."""
    channels: tuple[Channel, ...] = ()
    """In the description's order, as all that follows; empty where there is no AsyncAPI description."""
    messages: tuple[Message, ...] = ()
    requests: tuple[Request, ...] = ()
    stream_servers: tuple[str, ...] = ()
    """Absolute ws or wss URLs, variables at their defaults (those without one still as ``{variable}``), no trailing slash."""
    stream_title: str = ""
    stream_version: str = ""
    stream_description: str = ""
    declared_channels: int = 0
    """How many channels stand in the AsyncAPI description: what ``channels`` is counted against."""
    declared_messages: int = 0
    """How many messages stand in the AsyncAPI description: what ``messages`` is counted against."""

    def type_named(self, name: Name) -> NamedType:
        """The type with that name.

        Raises:
            KeyError: there is none.
        """
        for candidate in self.types:
            if candidate.name == name:
                return candidate
        raise KeyError(name.pascal())
