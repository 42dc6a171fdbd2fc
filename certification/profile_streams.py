"""The part of a profile that says how an exchange's WebSocket streams are spoken to, and what is heard of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field, JsonValue, model_validator

from certification.profile_parts import STRICT
from sdkgen.signing.recipe import TimestampFormat

StreamMessage = Literal[
    "logged_in",
    "subscribed",
    "unsubscribed",
    "refused",
    "snapshot",
    "delta",
    "trade",
    "ticker",
    "candle",
    "open_orders",
    "order",
    "balance",
    "heartbeat",
    "pong",
]
StreamRequest = Literal[
    "login", "depth", "leave_depth", "trades", "ticker", "candles", "orders", "balances", "heartbeat", "ping", "unknown_channel"
]


class Heard(BaseModel):
    """A kind of message that a stream sends: how it is told from the others, and where it keeps what we look for."""

    model_config = STRICT

    when: dict[str, str] = Field(min_length=1)
    """Place -> the text that stands there in every message of the kind; ``*`` is any text (``error.code: '*'``)."""
    fields: dict[str, str] = {}
    """Neutral name -> place. Of a snapshot and a delta: sequence, previous (the sequence of the message before), first (the first of
    several sequence numbers in one message), bids.price, bids.quantity, asks.price, asks.quantity. Of an order: order_id,
    client_order_id, status, filled (or left, what is still to be filled), last_filled, what one message's trade was, in its stead or beside
    it, last_fee (of that trade), notional (spent until then), event_id, by which a client knows a message that comes again, and sequence,
    where each message is numbered by one more than the last; of open_orders, which tells whoever begins to listen of what is open, order_id
    and sequence. Of subscribed and refused: id, that of the request. Of a trade: trade_id, price, quantity, side (the taker's) and time. Of
    a ticker: last, and bid and ask where they follow the book. Of a candle: time, open, high, low, close and volume. Of a balance: asset,
    free, held and total. Of a heartbeat: sequence, where heartbeats are numbered one by one."""
    values: dict[str, dict[str, str]] = {}
    """Neutral name -> neutral value -> the exchange's, as in a role."""


Malformed = Literal["refused", "closed"]
"""``refused``: an error comes, and the connection stays. ``closed``: the exchange ends it."""


class Crowd(BaseModel):
    """Subscriptions of one connection: as many as it may have, and more."""

    model_config = STRICT

    most: int = Field(ge=1, le=300)
    """How many one connection may have."""
    send: tuple[dict[str, JsonValue], ...] = Field(min_length=1, max_length=50)
    """Subscriptions, each for one symbol (``{symbol}``): together with ``symbols`` more than ``most``."""
    symbols: tuple[str, ...] = Field(min_length=1, max_length=400)

    @model_validator(mode="after")
    def _more_than_fit(self) -> Crowd:
        if len(self.send) * len(self.symbols) <= self.most:
            message = f"{len(self.send)} subscriptions for {len(self.symbols)} symbols are no more than {self.most}: give more of either"
            raise ValueError(message)
        return self


class Streams(BaseModel):
    """How the exchange's WebSocket streams are spoken to.

    What is sent are JSON documents in which ``{symbol}``, ``{key}``, ``{passphrase}``, ``{timestamp}``, ``{signature}`` and ``{id}`` stand
    for what their names say, and ``{listen_key}`` for one that ``behaviour.streams.listen_key`` makes. Where such a place
    is all of a text and ends in ``#`` (``{id#}``), a JSON number is sent.
    """

    model_config = STRICT

    path: str = Field(default="", pattern=r"^(/[^\s?#]*)?$")
    """On the sandbox's own host, base path included."""
    url: str | None = Field(default=None, pattern=r"^wss?://[^\s/$.?#@][^\s@]*$", max_length=2000)
    """Where streams have a host of their own; it must be a public one. Not used where a run names another sandbox."""
    payload: str = ""
    """What a login signs with the profile's recipe, such as ``{timestamp}GET/users/self/verify``."""
    timestamp: TimestampFormat | None = None
    """How a login writes an instant; ``None`` as the recipe does."""
    symbol: str | None = None
    """The instrument's name in the streams, where they call it otherwise."""
    at_least_once: bool = False
    """Whether the exchange says that a message may come again, and that clients drop what they know."""
    send: dict[StreamRequest, dict[str, JsonValue]] = Field(min_length=1)
    """The login; the subscriptions to the book's changes, to trades, ticker and candles of the market, to own orders and balances, and to
    heartbeats, where these have a channel; the end of the one to the book; a ping; and a subscription to a channel that there is not."""
    heard: dict[StreamMessage, Heard | tuple[Heard, ...]] = Field(min_length=1)
    """Each kind of message: how it is told, or, where one kind has several shapes, each of them. The first that fits counts."""
    heartbeat_s: Decimal | None = Field(default=None, gt=0, le=60)
    """After how many seconds without another message, at most, a heartbeat comes to whoever has a subscription."""
    malformed: Malformed | None = None
    """What becomes of a connection on which something comes that is no JSON; ``None`` where nothing is promised."""
    crowd: Crowd | None = None
    """More subscriptions than one connection may have, where the exchange says how many that are."""

    def ways(self) -> tuple[tuple[StreamMessage, Heard], ...]:
        """Every shape of every kind, in their order."""
        return tuple((kind, each) for kind, told in self.heard.items() for each in (told if isinstance(told, tuple) else (told,)))

    def reads(self, kind: StreamMessage) -> frozenset[str]:
        """The fields that are read of a kind of message, in any of its shapes."""
        return frozenset(name for each, heard in self.ways() if each == kind for name in heard.fields)

    @property
    def signed_orders(self) -> bool:
        """Whether the subscription to own orders is signed itself, so that there is no login."""
        return "login" not in self.send and "{signature}" in str(self.send.get("orders"))
