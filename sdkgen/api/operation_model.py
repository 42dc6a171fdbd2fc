"""What a client can ask of an API over HTTP: operations, their parameters, bodies and answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdkgen.api.type_model import Example, JsonText, Name, Pointer, Type


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
    allow_reserved: bool = False
    """Whether a query value keeps the reserved characters that mean nothing in a query (see ``sdkgen/WIRE.md``)."""
    description: str = ""
    deprecated: bool = False
    default: JsonText | None = None
    examples: tuple[Example, ...] = ()


class Encoding(StrEnum):
    """How a body travels, whatever its exact media type says."""

    JSON = "json"
    LINES = "lines"
    """JSON values, one after the other (``sdkgen/api/lines.py``); the type is the list of them."""
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BINARY = "binary"


_USUAL = {
    Encoding.JSON: "application/json",
    Encoding.LINES: "application/x-ndjson",
    Encoding.FORM: "application/x-www-form-urlencoded",
    Encoding.MULTIPART: "multipart/form-data",
    Encoding.TEXT: "text/plain",
    Encoding.BINARY: "application/octet-stream",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One way to write a body."""

    media_type: str
    encoding: Encoding
    type: Type
    examples: tuple[Example, ...] = ()

    def sent_as(self) -> str:
        """The media type of a body that is written so: where the description gives a range (``*/*``), its encoding's usual one."""
        return _USUAL[self.encoding] if "*" in self.media_type else self.media_type


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
