"""What channels are made of: the tables that a package's ``streams`` module holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .choice import left_over
from .errors import DecodeError
from .mismatch import MismatchError, decoded
from .template import MarkRule, Match

if TYPE_CHECKING:
    from .behaviour import Errors
    from .jsontext import JsonValue
    from .mismatch import Codec
    from .recipe import Recipe

__all__ = [
    "AskingRule",
    "BookRule",
    "ChannelRule",
    "ChecksumRule",
    "HeartbeatRule",
    "ListenKeyRule",
    "LoginRule",
    "MarkRule",
    "Match",
    "MessageKind",
    "ParameterRule",
    "RequestRule",
    "StreamRules",
    "SubscriptionRule",
    "can_be",
    "kind_among",
]


class MessageKind(NamedTuple):
    """One kind of message."""

    name: str
    codec: Codec
    marks: tuple[MarkRule, ...] = ()
    correlation: str = ""
    """Place of the id that a reply shares with its request."""


class ParameterRule(NamedTuple):
    """One argument of a channel."""

    location: str
    """``address``, ``query``, ``header``, or ``message`` where only subscribing messages hold it."""
    wire: str
    name: str
    codec: Codec
    required: bool = True
    default: str | None = None
    """What stands for it where it is not given."""


class SubscriptionRule(NamedTuple):
    """How a channel is subscribed to on a connection that carries several."""

    subscribe: Any
    unsubscribe: Any = None
    messages: tuple[Match, ...] = ()
    confirmed: Match | None = None
    refused: Match | None = None


class ChannelRule(NamedTuple):
    """One thing to listen to."""

    id: str
    path: str
    """Behind the server's address, with ``{parameter}`` in it."""
    servers: tuple[str, ...] = ()
    parameters: tuple[ParameterRule, ...] = ()
    heard: tuple[MessageKind, ...] = ()
    subscription: SubscriptionRule | None = None
    private: bool = False


class RequestRule(NamedTuple):
    """A call over a WebSocket."""

    id: str
    channel: ChannelRule
    message: MessageKind
    replies: tuple[MessageKind, ...]
    failures: frozenset[str] = frozenset()
    """The replies that say an error, by name."""
    signed: bool = False
    """Whether a login comes first, where the exchange has one."""
    places: tuple[int, ...] = ()
    """The placements of the messages' recipe that it gets."""
    repeatable: bool = False
    order_id: str = ""
    """Place in the message of the client order id that makes it safe to repeat."""


class AskingRule(NamedTuple):
    """How requests are signed, and how their replies are read."""

    recipe: Recipe | None = None
    errors: Errors | None = None
    """``None`` as the answers of calls."""
    status: str = "status"
    retry_after: str = ""
    acknowledged: Match | None = None
    """What says only that the request came."""


class LoginRule(NamedTuple):
    """How a connection proves who listens."""

    send: Any
    payload: str
    timestamp: str = ""
    """How the instant is written; empty as the recipe does."""
    confirmed: Match | None = None
    refused: Match | None = None


class HeartbeatRule(NamedTuple):
    """What keeps a connection alive."""

    send: Any = None
    every_ms: int = 15_000
    silence_ms: int = 45_000
    asked: Match | None = None
    answer: Any = None


class ChecksumRule(NamedTuple):
    """How messages sum the book up."""

    place: str
    levels: int
    joining: str
    digits: bool
    """Whether numbers lose their point and the zeros that they then begin with."""
    separator: str


class BookRule(NamedTuple):
    """How the order book is kept from a stream."""

    channel: ChannelRule
    delta: Match
    bids: str
    asks: str
    price: str = "0"
    quantity: str = "1"
    snapshot: Match | None = None
    operation: str = ""
    operation_symbol: str = ""
    operation_bids: str = ""
    operation_asks: str = ""
    operation_sequence: str = ""
    sequence: str = ""
    previous: str = ""
    first: str = ""
    side: str = ""
    """Where a change is one level: place of the word that tells its side."""
    bid: str = "buy"
    numbering: str = "consecutive"
    arguments: tuple[tuple[str, str], ...] = ()
    """What the channel's arguments are for a symbol; none: the one called ``symbol``, else the first, is the symbol."""
    operation_arguments: tuple[tuple[str, str], ...] = ()
    depth: int = 0
    """How many levels of each side the stream goes on telling of; 0 for all."""
    checksum: ChecksumRule | None = None


class ListenKeyRule(NamedTuple):
    """A key by which a private stream is opened."""

    create: str
    keep_alive: str
    """Empty where it lasts as long as its connection."""
    place: str
    argument: str = ""
    every_ms: int = 1_800_000
    parameter: str = "listenKey"


class StreamRules(NamedTuple):
    """How the exchange's streams are spoken to."""

    url: str = ""
    private_url: str = ""
    login: LoginRule | None = None
    heartbeat: HeartbeatRule = HeartbeatRule()
    listen_key: ListenKeyRule | None = None
    asking: AskingRule = AskingRule()


def kind_among(kinds: tuple[MessageKind, ...], message: JsonValue) -> MessageKind | None:
    """Which kind a message is: that whose marks all fit, the most marks first; else the one without marks that it fits best."""
    marked = [kind for kind in kinds if kind.marks and all(mark.fits(message) for mark in kind.marks)]
    if marked:
        return max(marked, key=lambda kind: len(kind.marks))
    plain = [kind for kind in kinds if not kind.marks]
    return plain[0] if len(plain) == 1 else min(plain, key=lambda kind: _looseness(kind, message), default=None)


def can_be(kind: MessageKind, message: JsonValue) -> bool:
    """Whether a message can be of that kind: by its marks, where it has none by its type."""
    return all(mark.fits(message) for mark in kind.marks) if kind.marks else _looseness(kind, message) < float("inf")


def _looseness(kind: MessageKind, message: JsonValue) -> float:
    try:
        return left_over(kind.codec.read_(message), message)
    except MismatchError:
        return float("inf")


def read(kind: MessageKind, message: JsonValue) -> Any:
    """The typed value.

    Raises:
        DecodeError: the message does not fit its kind.
    """
    try:
        return decoded(kind.codec, message)
    except DecodeError as error:
        raise DecodeError(f"{error.expected} in a message {kind.name}", path=error.path, value=error.value) from None
