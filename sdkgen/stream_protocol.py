"""How an exchange's streams are spoken to, as data: subscriptions, login, signs of life, books, requests. A part of ``Behaviour``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sdkgen.checksum import Checksum
from sdkgen.errors import RecipeError
from sdkgen.refusal import Errors
from sdkgen.signing.recipe import Carrier, Recipe, TimestampFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a message is told from others."""

    when: dict[str, str]
    """Place -> the text that stands there. ``*`` is any text; ``{symbol}`` is the subscription's own argument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """How one channel is subscribed to on a connection that carries several."""

    channel: str
    """``Channel.id``."""
    subscribe: dict[str, Any]
    """The request, a JSON document with ``{name}`` for the channel's arguments and ``{id}``, ``{timestamp}`` ...; a text that is all of one
    place and ends in ``#`` (``{id#}``) is sent as a JSON number."""
    unsubscribe: dict[str, Any] | None = None
    arguments: tuple[str, ...] = ()
    """Names of the arguments that the templates use (``symbol``), beside the channel's own parameters."""
    messages: tuple[Match, ...] = ()
    """What belongs to the subscription; empty means what fits one of the channel's messages."""
    confirmed: Match | None = None
    refused: Match | None = None
    private: bool = False
    """Whether a login comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How a connection proves who listens."""

    send: dict[str, Any]
    """As in a subscription, with ``{key}``, ``{passphrase}``, ``{timestamp}`` and ``{signature}``."""
    payload: str
    """What is signed with the recipe's algorithm and output: ``{timestamp}GET/users/self/verify``."""
    timestamp: TimestampFormat | None = None
    """``None`` as the recipe does."""
    confirmed: Match | None = None
    refused: Match | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What keeps a connection alive, beside WebSocket pings, which are always answered."""

    send: dict[str, Any] | str | None = None
    """What the client sends: a JSON document, or a text such as ``ping``; ``None`` means a WebSocket ping, where the platform can send
    one."""
    every_ms: int = 15_000
    """How long after the last message from the exchange it is sent."""
    silence_ms: int = 45_000
    """A connection that was silent for so long is dead and opened anew."""
    asked: Match | None = None
    """A message by which the exchange asks for a sign of life."""
    answer: dict[str, Any] | None = None
    """What answers it; ``{place}`` stands for what stood at that place of the message."""


class Sequence(StrEnum):
    """How a book's messages are numbered."""

    CONSECUTIVE = "consecutive"
    """Each number is one more than the last."""
    PREVIOUS = "previous"
    """Each message names the number of the one before. The first after a snapshot may begin before it and end after it."""
    RANGE = "range"
    """Each message holds a range ``first..sequence`` that begins one after the last one's end. The first after a snapshot may begin
    before it and end after it."""
    GROWING = "growing"
    """Numbers only grow; a gap can't be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """How the order book is kept from a stream."""

    channel: str
    delta: Match
    bids: str
    """Place of the list of levels in a message; each level is a list ``[price, quantity, ...]`` or an object."""
    asks: str
    price: str = "0"
    """Place of the price in a level: an index or a name."""
    quantity: str = "1"
    snapshot: Match | None = None
    """A message with the whole book; ``None`` where ``operation`` is asked for it."""
    operation: str | None = None
    """The REST operation that gives the book's snapshot, with the same places below ``operation_bids`` and ``operation_asks``."""
    operation_symbol: str = ""
    """Place of the argument that takes the symbol."""
    operation_arguments: dict[str, str] = field(default_factory=dict)
    """Place of a further argument -> what it always is (``query.limit: '1000'``, so that the snapshot is deep enough)."""
    operation_bids: str = ""
    operation_asks: str = ""
    operation_sequence: str = ""
    sequence: str = ""
    """Place of a message's number; empty where messages have none."""
    previous: str = ""
    first: str = ""
    side: str = ""
    """Where a change is one level by itself (Kraken Futures): place of the word that tells its side. ``bids`` and ``asks`` are then the
    snapshot's alone."""
    bid: str = "buy"
    """That word, of bids."""
    numbering: Sequence = Sequence.CONSECUTIVE
    arguments: dict[str, str] = field(default_factory=dict)
    """Argument of the channel -> what it is for an instrument: ``{symbol}``, or ``{symbol_lower}`` for it in small letters, with what
    stands around it (Binance: ``streamName: '{symbol_lower}@depth'``). Empty: the argument called ``symbol``, else the first, is the
    symbol."""
    depth: int = 0
    """How many levels of each side the stream goes on telling of; those beyond are dropped after each message, for nobody tells when they
    change (Kraken: the depth that was subscribed to). 0 where it tells of all."""
    checksum: Checksum | None = None
    """How messages sum up the book, so that a client sees that it has lost something; ``None`` where they do not."""

    def __post_init__(self) -> None:
        """Refuse a checksum that the book as it is kept can't have.

        Raises:
            RecipeError: it covers more levels than ``depth``, that is below zero, or the snapshot's texts need not be the stream's.
        """
        if self.depth < 0:
            raise RecipeError("behaviour.streams.book.depth: a number of levels, or 0 where the stream tells of all")
        if self.checksum is not None and self.snapshot is None:
            message = "behaviour.streams.book.checksum: it is of the stream's own texts; name the message with the whole book (snapshot)"
            raise RecipeError(message)
        if self.checksum is not None and 0 < self.depth < self.checksum.levels:
            message = f"behaviour.streams.book.checksum: it covers {self.checksum.levels} levels, and the book keeps {self.depth} (depth)"
            raise RecipeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenKey:
    """A key by which a private stream is opened, made and kept alive over REST."""

    create: str
    keep_alive: str | None = None
    """The operation that keeps it alive; ``None`` where it lasts as long as the connection that was opened with it (Kraken's token)."""
    place: str
    """Where the answer of ``create`` holds the key."""
    argument: str = ""
    """Where ``keep_alive`` takes it."""
    every_ms: int = 1_800_000
    """How often that is called."""
    parameter: str = "listenKey"
    """The channel's parameter that takes it."""

    def __post_init__(self) -> None:
        """Refuse an argument of no operation.

        Raises:
            RecipeError: nothing keeps the key alive, and yet it has an argument there.
        """
        if self.argument and self.keep_alive is None:
            raise RecipeError("behaviour.streams.listen_key.argument: it is where keep_alive takes the key; name that operation too")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRequests:
    """How requests over a stream are made, and how their replies are read.

    Which of them may be repeated and what they weigh stands where it does for operations, by ``Request.id``; the place of an order id
    begins with ``body.``.
    """

    signing: Recipe | None = None
    """How a request that the description secures proves who sends it, inside its own document: the message is the body of the recipe's
    request, and every placement goes there (``carrier: body``). With ``only_declared`` a message gets what its type declares. Where
    there is a ``login`` too, that comes first."""
    errors: Errors | None = None
    """Where a reply says that, and why, the exchange refused; what its codes mean stands in ``behaviour.errors`` alone. ``None`` means
    that all of it does."""
    status: str = "status"
    """Place of a reply's status, which is read as one of HTTP where it is a whole number from 100 to 599."""
    retry_after: str = ""
    """Place of the milliseconds to wait before the next request, or of the instant since 1970 where that would be more than a year."""
    acknowledged: Match | None = None
    """What says only that the request came; its reply is still to come (Gate.io's ``ack: true``)."""

    def __post_init__(self) -> None:
        """Refuse placements that a message has no place for, and codes that nobody would look up.

        Raises:
            RecipeError: one goes into a header or a query; or codes stand here.
        """
        if self.errors is not None and self.errors.codes:
            raise RecipeError("behaviour.streams.requests.errors: what codes mean stands in behaviour.errors.codes; move them there")
        if self.signing is not None and any(each.carrier is not Carrier.BODY for each in self.signing.placements):
            message = "behaviour.streams.requests.signing: a message has no headers and no query; place everything with carrier: body"
            raise RecipeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamProtocol:
    """How streams are spoken to. Without one, a channel is a connection of its own, opened at its address."""

    url: str | None = None
    """Where streams are, instead of the description's servers."""
    private_url: str | None = None
    """Where private channels are, where they have a place of their own."""
    subscriptions: tuple[Subscription, ...] = ()
    login: Login | None = None
    heartbeat: Heartbeat = Heartbeat()
    book: Book | None = None
    listen_key: ListenKey | None = None
    requests: StreamRequests = StreamRequests()
