"""What an operation is made of: the tables that the generated modules hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from .mismatch import Codec

T = TypeVar("T")

PUBLIC: Final = 0
OPTIONALLY_SIGNED: Final = 1
SIGNED: Final = 2


class Parameter(NamedTuple):
    """One argument outside the body."""

    location: str
    """path, query, header or cookie."""
    wire: str
    """The exact name on the wire."""
    name: str
    """The name in Python."""
    codec: Codec
    required: bool = False
    style: str = "form"
    explode: bool = True
    json: bool = False
    reserved: bool = False
    """Whether its values keep the reserved characters that mean nothing in a query."""


class Body(NamedTuple):
    """The argument that travels as the body."""

    encoding: str
    """json, lines (JSON values, one after the other), form, multipart, text or binary."""
    media_type: str
    codec: Codec
    required: bool = True
    binary: frozenset[str] = frozenset()
    """Fields of a multipart body that are bytes."""


class Returned(NamedTuple):
    """What an answer with that status holds."""

    status: str
    """``200``, ``2XX`` or ``default``."""
    encoding: str
    """As a body's; empty where the answer has none."""
    media_type: str = ""
    codec: Codec | None = None


class Operation(Generic[T]):
    """One thing that a client can ask of the exchange; ``T`` is what it answers."""

    __slots__ = ("accepted", "body", "deprecated", "id", "method", "parameters", "path", "places", "returned", "server", "signed")

    def __init__(
        self,
        operation_id: str,
        method: str,
        path: str,
        *,
        parameters: tuple[Parameter, ...] = (),
        body: Body | None = None,
        returned: tuple[Returned, ...] = (),
        signed: int = PUBLIC,
        places: tuple[int, ...] | None = None,
        server: str = "",
        deprecated: bool = False,
    ) -> None:
        """Take the tables."""
        self.id: Final = operation_id
        self.method: Final = method
        self.path: Final = path
        self.parameters: Final = parameters
        self.body: Final = body
        self.returned: Final = returned
        self.accepted: Final = ", ".join(dict.fromkeys(each.media_type for each in returned if each.media_type)) or "*/*"
        """What answers may be, for the header ``Accept``."""
        self.signed: Final = signed
        self.places: Final = places
        """Indices of the recipe's placements that the operation has room for; ``None`` means all."""
        self.server: Final = server
        """A base URL of its own."""
        self.deprecated: Final = deprecated

    def __repr__(self) -> str:
        return f"Operation({self.id})"
