"""One client of the streams, without the socket: what it asked for, and what it is therefore told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from certification.sandboxes.reference.engine.order import DepthChange, Event, Order, OrderStatus, Side, Trade
from certification.sandboxes.reference.engine.refusal import RefusalError
from certification.sandboxes.reference.venue import Venue
from certification.sandboxes.reference.web import codec, views
from certification.sandboxes.reference.web.answer import RequestRefusedError
from certification.sandboxes.reference.web.authentication import Authenticator
from certification.sandboxes.reference.web.description import Description, flaw
from certification.sandboxes.reference.web.rules import WebRules
from certification.sandboxes.reference.web.trading import order_request

Message = dict[str, Any]
MAX_MESSAGE_BYTES = 4096
_GAP_EVERY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What can be subscribed to."""

    channel: str
    symbol: str | None = None
    """``None`` for the channel ``orders``."""


class StreamProtocol:
    """What all sessions share: the exchange, its keys and the form of requests."""

    def __init__(self, venue: Venue, authenticator: Authenticator, description: Description, rules: WebRules) -> None:
        self.exchange = venue.exchange
        self.settle = venue.settle
        self.authenticator = authenticator
        self.rules = rules
        self.served: set[Topic] = set()
        """What anybody ever subscribed to."""
        self._request = description.validator("components", "schemas", "Request")

    def read(self, text: str) -> Message:
        """A request that has the form of the description.

        Raises:
            RequestRefusedError: it has not.
        """
        content = text.encode(errors="surrogatepass")
        if len(content) > MAX_MESSAGE_BYTES:
            raise RequestRefusedError(400, "INVALID_MESSAGE", "the message is larger than 4 KiB")
        try:
            message: Any = codec.read(content)
        except codec.JsonError as error:
            raise RequestRefusedError(400, "INVALID_MESSAGE", "the message is not JSON") from error
        found = flaw(self._request, message)
        if found is not None:
            raise _UnreadableError(_request_id(message), found[1])
        return dict(message)


class StreamSession:
    """One client's subscriptions and identity."""

    def __init__(self, protocol: StreamProtocol) -> None:
        self._protocol = protocol
        self._topics: set[Topic] = set()
        self._account: str | None = None
        self._summed: dict[str, int] = {}
        """Symbol -> the checksum of its book when it was told last."""

    def ask(self, text: str, now: int) -> tuple[Message, ...]:
        """The answer to a message; after a subscription to a book, its snapshot too."""
        request_id: int | None = None
        try:
            request = self._protocol.read(text)
            request_id = request["id"]
            return self._answer(request, now)
        except _UnreadableError as error:
            return (_error(error.request_id, error.code, str(error)),)
        except RequestRefusedError as error:
            if request_id is None and not self._protocol.rules.streams_refuse_nonsense:
                return ()
            return (_error(request_id, error.code, str(error)),)
        except RefusalError as error:
            return (_error(request_id, error.code.value, str(error)),)

    def tell(self, event: Event) -> tuple[Message, ...]:
        """What an event of the exchange means to this client."""
        match event:
            case Trade():
                return self._tell_trade(event)
            case DepthChange():
                return self._tell_depth(event)
            case Order():
                return self._tell_order(event)

    def _answer(self, request: Message, now: int) -> tuple[Message, ...]:
        match request["op"]:
            case "ping":
                return ({"type": "pong", "id": request["id"], "time": now},) if self._protocol.rules.streams_answer_pings else ()
            case "login":
                return self._login(request, now)
            case "place":
                return self._place(request, now)
            case "subscribe":
                return self._subscribe(request)
            case _:
                return self._unsubscribe(request)

    def _login(self, request: Message, now: int) -> tuple[Message, ...]:
        credential = self._protocol.authenticator.authenticate_stream(request, now)
        self._account = credential.account
        return ({"type": "logged_in", "id": request["id"]},)

    def _place(self, request: Message, now: int) -> tuple[Message, ...]:
        order = request["order"]
        said = "&".join(f"{name}={order[name]}" for name in sorted(order))
        credential = self._protocol.authenticator.authenticate_stream(request, now, said)
        if not credential.may_trade and self._protocol.rules.keys_keep_their_permissions:
            raise RequestRefusedError(403, "PERMISSION_DENIED", "the key may read, but not trade")
        try:
            placed = self._protocol.exchange.place(credential.account, order_request(order), now)
        finally:
            self._protocol.settle(now)
        return ({"type": "placed", "id": request["id"], "order": views.order(placed.order)},)

    def _subscribe(self, request: Message) -> tuple[Message, ...]:
        topic = Topic(channel=request["channel"], symbol=request.get("symbol"))
        if topic.symbol is not None:
            self._protocol.exchange.instrument(topic.symbol)
        if topic.channel == "orders" and self._account is None:
            raise RequestRefusedError(401, "NOT_LOGGED_IN", "log in first, then subscribe to orders")
        if topic in self._topics:
            raise RequestRefusedError(409, "ALREADY_SUBSCRIBED", "this is subscribed to already")
        if topic in self._protocol.served and not self._protocol.rules.streams_serve_again:
            return (_confirmation("subscribed", request),)
        self._protocol.served.add(topic)
        self._topics.add(topic)
        return (_confirmation("subscribed", request), *self._snapshot(topic))

    def _unsubscribe(self, request: Message) -> tuple[Message, ...]:
        topic = Topic(channel=request["channel"], symbol=request.get("symbol"))
        if topic not in self._topics:
            raise RequestRefusedError(409, "NOT_SUBSCRIBED", "this is not subscribed to")
        if self._protocol.rules.streams_end_when_left:
            self._topics.remove(topic)
        return (_confirmation("unsubscribed", request),)

    def _snapshot(self, topic: Topic) -> tuple[Message, ...]:
        if topic.channel != "depth" or topic.symbol is None:
            return ()
        book = self._protocol.exchange.books[topic.symbol]
        bids, asks = (tuple(book.levels(side)) for side in (Side.BUY, Side.SELL))
        summed = self._summed[topic.symbol] = views.checksum(bids, asks)
        if not self._protocol.rules.snapshots_are_whole:
            asks = asks[1:]
        whole = views.depth(topic.symbol, book.sequence, bids, asks)
        return ({"type": "snapshot", "channel": "depth", **whole, "checksum": summed},)

    def _tell_trade(self, trade: Trade) -> tuple[Message, ...]:
        rules, document = self._protocol.rules, views.trade(trade)
        if not rules.streams_tell_the_takers_side:
            document["taker_side"] = {"buy": "sell", "sell": "buy"}[document["taker_side"]]
        told = self._if_wanted(Topic(channel="trades", symbol=trade.symbol), {"type": "trade", "trade": document})
        return told if rules.streams_tell_trades_once else told * 2

    def _tell_depth(self, change: DepthChange) -> tuple[Message, ...]:
        rules = self._protocol.rules
        if Topic(channel="depth", symbol=change.symbol) not in self._topics:
            return ()
        summed, before = views.checksum(change.best_bids, change.best_asks), self._summed[change.symbol]
        self._summed[change.symbol] = summed
        if change.sequence % _GAP_EVERY == 0 and not rules.streams_number_every_change:
            return ()
        if not rules.streams_tell_removals:
            bids, asks = (tuple(level for level in side if level[1]) for side in (change.bids, change.asks))
            change = replace(change, bids=bids, asks=asks)
        if not rules.streams_never_start_over:
            change = replace(change, sequence=change.sequence % _GAP_EVERY)
        stated = {"checksum": summed if rules.checksums_follow_changes else before}
        told: Message = {"type": "delta", "channel": "depth", **views.depth_change(change), **stated}
        return (told,) if rules.streams_tell_once else (told, told)

    def _tell_order(self, order: Order) -> tuple[Message, ...]:
        rules = self._protocol.rules
        if order.account != self._account and rules.streams_keep_accounts_apart:
            return ()
        if order.status is OrderStatus.CANCELLED and not rules.streams_tell_cancellations:
            return ()
        document = views.order(order)
        if not rules.streams_tell_what_is_filled:
            document["filled_quantity"] = "0"
        return self._if_wanted(Topic(channel="orders"), {"type": "order", "order": document})

    def _if_wanted(self, topic: Topic, message: Message) -> tuple[Message, ...]:
        return ({"type": message["type"], "channel": topic.channel, **message},) if topic in self._topics else ()


class _UnreadableError(RequestRefusedError):
    """A message that breaks the description."""

    def __init__(self, request_id: int | None, rule: str) -> None:
        super().__init__(400, "INVALID_MESSAGE", f"the message breaks the description's rule {rule}")
        self.request_id = request_id


def _request_id(message: Any) -> int | None:
    """The id of a message that is otherwise wrong, where it is one: 0 to 2^53 - 1."""
    given = message.get("id") if isinstance(message, dict) else None
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**53 else None


def _confirmation(kind: str, request: Message) -> Message:
    return {"type": kind, "id": request["id"], "channel": request["channel"], "symbol": request.get("symbol")}


def _error(request_id: int | None, code: str, message: str) -> Message:
    return {"type": "error", "id": request_id, "code": code, "message": message}
