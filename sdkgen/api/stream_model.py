"""What travels over an API's WebSocket connections: channels, the messages in them, and requests with their replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sdkgen.api.operation_model import Parameter
    from sdkgen.api.type_model import Example, JsonText, Name, Pointer, Type


_REFUSING = frozenset(("err", "error", "errors", "exception", "failed", "failure", "reject", "rejected", "rejection"))
"""Words in the name of a reply that says no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place of a payload that always holds one of few values, by which a message is told from the others of its channel."""

    path: tuple[str, ...]
    """Keys from the payload's top; in an array, the index as decimal digits."""
    values: tuple[JsonText, ...]
    """Usually one; several where the payload is one of several types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One kind of message, whichever channels it travels on and in whichever direction."""

    name: Name
    """Unique among the API's messages; a type may have the same one."""
    pointer: Pointer
    type: Type
    """The payload."""
    media_type: str = "application/json"
    marks: tuple[Mark, ...] = ()
    """In the order of the description; empty where nothing in the payload is constant."""
    correlation: tuple[str, ...] | None = None
    """Where in the payload the id stands that a reply shares with its request; a reply without one has it where its request does."""
    description: str = ""
    deprecated: bool = False
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelParameter:
    """A variable part of a channel's address or of its servers' URLs: needed where those that are used hold it, unless it has a default."""

    wire_name: str
    name: Name
    """Unique in the channel, its query and headers included."""
    type: Type
    """A scalar of kind STRING (or, in AsyncAPI 2, what its schema says), or a reference to an enum."""
    description: str = ""
    default: JsonText | None = None
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One thing to listen or talk to; several may share one connection."""

    id: str
    """The description's key. Unique."""
    name: Name
    """Unique among the API's channels."""
    pointer: Pointer
    address: str
    """The address template with ``{parameter}`` in it; empty where the description has none."""
    heard: tuple[Name, ...]
    """The messages that the exchange sends, replies included."""
    said: tuple[Name, ...]
    """The messages that the client sends."""
    parameters: tuple[ChannelParameter, ...] = ()
    """In the order of the address, then those that only servers' URLs hold."""
    query: tuple[Parameter, ...] = ()
    """What the WebSocket's opening request may carry in its query."""
    headers: tuple[Parameter, ...] = ()
    """What the WebSocket's opening request may carry in its headers."""
    servers: tuple[str, ...] = ()
    """Absolute ws or wss URLs, variables at their defaults (those without one still as ``{variable}``), no trailing slash."""
    security: tuple[tuple[str, ...], ...] = ()
    """Alternatives, each a set of scheme names that must all be met; empty means public."""
    description: str = ""
    deprecated: bool = False

    def path(self) -> str:
        """What goes after a server's URL when connecting: the address where it is a path, else nothing.

        AsyncAPI means a path; exchanges also write a topic there, whose name travels in the subscribing message instead. An
        address is a path where it has a slash in it.
        """
        if "/" not in self.address:
            return ""
        return ("/" + self.address.removeprefix("/")).removesuffix("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message that the exchange answers: a call over a WebSocket."""

    id: str
    """The description's name for it. Unique among requests and operations."""
    name: Name
    """Unique among requests and operations."""
    channel: Name
    message: Name
    """What the client says."""
    replies: tuple[Name, ...]
    """What may come back, never nothing."""
    reply_channel: Name
    """Where the replies come: nearly always the same channel."""
    pointer: Pointer
    security: tuple[tuple[str, ...], ...] = ()
    """As an operation's."""
    summary: str = ""
    description: str = ""
    deprecated: bool = False

    def refusals(self) -> tuple[Name, ...]:
        """The replies that say no, as their names tell; none where no other would be left."""
        refusing = tuple(name for name in self.replies if _REFUSING.intersection(name.words))
        return refusing if len(refusing) < len(self.replies) else ()
