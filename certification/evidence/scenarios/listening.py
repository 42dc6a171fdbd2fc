"""An exchange's WebSocket streams: what was asked of them and what was heard, in neutral words, within strict bounds of time and size."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from certification.evidence.checksum import CUT, book_facts
from certification.evidence.places import read
from certification.evidence.record import FLAW, STATED_AT_LEAST_ONCE, ScenarioStep
from certification.evidence.scenarios.answered import instant_counted
from certification.evidence.scenarios.listener import Changes, Listener
from certification.evidence.scenarios.spoken import filled, filled_text, text_signature
from certification.evidence.scenarios.tamper import turned
from certification.evidence.scenarios.venue import Actor, SilentVenueError
from certification.sandboxes.pin import Pin, connected
from sdkgen.api.json_text import JsonTextError, dumps_exact, loads_exact
from sdkgen.signing.sign import instant_text

if TYPE_CHECKING:
    from certification.evidence.shapes import Shapes
    from certification.profile_streams import StreamMessage, StreamRequest, Streams
    from sdkgen.checksum import Checksum
    from sdkgen.signing.recipe import Recipe
    from sdkgen.signing.request import Credentials
    from sdkgen.stream_protocol import Book

_SHOWN = 1_000
_STALE_MS = 15 * 60_000
LISTEN_KEY = "{listen_key}"
"""Where a subscription takes the key that REST gave."""

_BOOKS = frozenset({"snapshot", "delta"})
_ANSWERS: Mapping[StreamRequest, StreamMessage] = MappingProxyType({"login": "logged_in", "leave_depth": "unsubscribed", "ping": "pong"})
"""What answers a request, where it is not ``subscribed``."""
_DATA = frozenset({"snapshot", "delta", "trade", "ticker", "candle", "order", "balance"})
"""Kinds of messages that a channel is listened to for."""
STRAY = "stray"
"""The kind of a message that no part of the profile or of the description knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How long is waited for streams, and how much is taken of them."""

    open_s: float = 10.0
    patience_s: float = 3.0
    """How long a message that should come is waited for."""
    message_bytes: int = 1_000_000
    messages: int = 2_000
    """Of one connection; who sends more is not listened to any longer."""
    facts: int = 2_000
    """Of one message."""


USUAL_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Where streams come from, and who may listen."""

    url: str
    """``ws://`` or ``wss://``."""
    may_reach: Callable[[str], bool] | None
    """Which addresses may be connected to; ``None`` where they were looked at already."""
    pin: Pin | None = None
    """The only addresses that the sandbox's own name may mean."""
    streams: Streams
    symbol: str
    recipe: Recipe | None
    accounts: tuple[tuple[str, Credentials], ...]
    """Actor and credentials."""
    shapes: Shapes | None = None
    """What messages are held against; ``None`` where nobody asks."""
    belongs: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """Channels, by their keys, and what tells messages that belong to a subscription to them: place -> text, ``*`` for any."""
    answers: tuple[Mapping[str, str], ...] = ()
    """The same of answers to requests, and of what keeps a connection alive."""
    book: Book | None = None
    """How the book is kept and summed up, where the profile says so."""
    listen_key: Callable[[Actor], str] | None = None
    """Makes an account's key to its private stream, where the exchange has such keys instead of a login.

    Raises:
        SilentVenueError: it gave none.
    """


class Listening:
    """Opens connections to one exchange's streams."""

    def __init__(self, station: Station, *, hidden: Callable[[str], str], now_ms: Callable[[], int], bounds: Bounds = USUAL_BOUNDS) -> None:
        """Leave credentials out of every record with ``hidden``; ``now_ms`` is the clock, in milliseconds since 1970."""
        self._station = station
        self._hide = hidden
        self._made: set[str] = set()
        self._now_ms = now_ms
        self.bounds = bounds
        self._numbers = itertools.count(1)

    @property
    def told(self) -> Streams:
        """What the profile says of them."""
        return self._station.streams

    @property
    def keyed(self) -> bool:
        """Whether a listen key in the subscription to own orders proves who listens, so that there is no login."""
        return self._station.listen_key is not None and LISTEN_KEY in str(self._station.streams.send.get("orders"))

    @property
    def without_login(self) -> bool:
        """Whether the subscription to own orders itself proves who listens: by a listen key, or by a signature."""
        return self.keyed or self._station.streams.signed_orders

    @property
    def symbol(self) -> str:
        """The instrument's name in the streams."""
        return self._station.streams.symbol or self._station.symbol

    @property
    def checksum(self) -> Checksum | None:
        """How the exchange sums its book up, where the profile says so."""
        return self._station.book.checksum if self._station.book is not None else None

    def hears(self, *kinds: StreamMessage) -> bool:
        """Whether the profile says how messages of these kinds are told; where there is no login, nothing tells of one."""
        wanted = {"subscribed" if self.without_login and kind == "logged_in" else kind for kind in kinds}
        return wanted <= self._station.streams.heard.keys()

    def can_send(self, *requests: StreamRequest) -> bool:
        """Whether the profile says how these are asked."""
        return all(request in self._station.streams.send or (self.without_login and request == "login") for request in requests)

    @contextmanager
    def open(self, actor: Actor) -> Iterator[Listener]:
        """A connection of one account's, not logged in.

        Raises:
            SilentVenueError: it does not open.
        """
        try:
            connection = connect(
                self._station.url,
                sock=_guarded(self._station, self.bounds.open_s),
                open_timeout=self.bounds.open_s,
                close_timeout=1,
                max_size=self.bounds.message_bytes,
                compression=None,
                proxy=None,
            )
        except (OSError, WebSocketException) as error:
            raise SilentVenueError(f"the stream {self._station.url} does not open: {error}") from error
        with connection:
            yield Listener(connection, actor, self)

    def document(self, request: StreamRequest, actor: Actor, changes: Changes) -> tuple[str, str, str]:
        """The message to send, how it is recorded (with every proof of identity left out), and the id that it may carry."""
        template = self._station.streams.send[request]
        words = {"symbol": changes.symbol or self.symbol, "id": str(next(self._numbers))}
        shown = words | dict.fromkeys(("key", "passphrase", "signature", "timestamp", "listen_key"), "***")
        if request == "login" or ("{signature}" in str(template) and self._station.streams.signed_orders):
            words |= self._proof(actor, changes)
        elif LISTEN_KEY in str(template) and self.keyed:
            words |= {"listen_key": self._listen_key(actor, changes)}
        return dumps_exact(filled(template, words)), dumps_exact(filled(template, shown)), words["id"]

    def understood(self, text: str, label: str, asked: StreamRequest | None = None) -> ScenarioStep | None:
        """A message in neutral words; ``None`` where it is of no kind that the profile knows.

        Where answers to several requests look alike, it is the one to what was ``asked`` last.
        """
        try:
            document: Any = loads_exact(text)
        except (JsonTextError, UnicodeError):
            return None
        answer = _ANSWERS.get(asked, "subscribed") if asked is not None else None
        for kind, heard in sorted(self._station.streams.ways(), key=lambda way: way[0] != answer):
            if _is_told(document, heard.when):
                channels = self._channels(document) if kind in _DATA else ()
                flaw = self._station.shapes.message_flaw(document, heard.when, channels) if self._station.shapes is not None else None
                facts = [("kind", kind), ("message", self.hidden(text)[:_SHOWN]), *([(FLAW, flaw)] if flaw is not None else [])]
                facts += [(STATED_AT_LEAST_ONCE, "true")] if self._station.streams.at_least_once else []
                facts += book_facts(self._station.book, document) if kind in _BOOKS else ()
                fields: list[tuple[str, str]] = []
                for name, place in heard.fields.items():
                    words = {theirs: ours for ours, theirs in heard.values.get(name, {}).items()}
                    fields += [(name, words.get(value, instant_counted(name, self.hidden(value)))) for value in read(document, place)]
                facts += [(CUT, "true")] if len(facts) + len(fields) > self.bounds.facts else []
                kept = (*facts, *fields)[: self.bounds.facts]
                return ScenarioStep(label=f"{label} {kind}", call=None, facts=tuple(sorted(kept, key=lambda fact: fact[0])))
        return self._stray(document, text, label)

    def _channels(self, document: Any) -> tuple[str, ...]:
        """The channels that a message of data can have come from, by the profile."""
        return tuple(channel for channel, match in self._station.belongs if _is_told(document, match))

    def _stray(self, document: Any, text: str, label: str) -> ScenarioStep | None:
        """A message that belongs to a subscription, is of no kind that the profile knows, and is not as described either."""
        shapes, station = self._station.shapes, self._station
        if shapes is None or any(_is_told(document, match) for match in station.answers):
            return None
        for channel, match in station.belongs:
            flaw = shapes.message_flaw(document, match, (channel,)) if _is_told(document, match) else None
            if flaw:
                facts = (("kind", STRAY), ("message", self.hidden(text)[:_SHOWN]), (FLAW, flaw))
                return ScenarioStep(label=f"{label} {STRAY}", call=None, facts=facts)
        return None

    def hidden(self, text: str) -> str:
        """The text without credentials, and without the listen keys that were made."""
        for made in self._made:
            text = text.replace(made, "***")
        return self._hide(text)

    def _listen_key(self, actor: Actor, changes: Changes) -> str:
        if self._station.listen_key is None:
            raise SilentVenueError("the profile does not say how listen keys are made (behaviour.streams.listen_key)")
        made = self._station.listen_key(actor)
        given = made[::-1] if changes.made_up else turned(made) if changes.misspelt else made
        self._made |= {made, given}
        return given

    def _proof(self, actor: Actor, changes: Changes) -> dict[str, str]:
        if changes.unsigned:
            return dict.fromkeys(("key", "passphrase", "timestamp", "signature"), "")
        recipe, streams = self._station.recipe, self._station.streams
        credentials = dict(self._station.accounts).get(actor.value)
        if recipe is None or credentials is None:
            raise SilentVenueError("the profile has no recipe or no account to log in with")
        now_ms = self._now_ms() - (_STALE_MS if changes.stale else 0)
        timestamp = instant_text(streams.timestamp or recipe.timestamp, now_ms)
        payload = filled_text(streams.payload, {"timestamp": timestamp, "key": credentials.key})
        signature = text_signature(recipe, credentials, payload, now_ms, streams.timestamp)
        return {
            "key": credentials.key,
            "passphrase": credentials.passphrase or "",
            "timestamp": timestamp,
            "signature": turned(signature) if changes.misspelt else signature,
        }


def stream_url(base_url: str, streams: Streams) -> str:
    """The streams' address on the sandbox's own host."""
    base = urlsplit(base_url)
    return f"{'wss' if base.scheme == 'https' else 'ws'}://{base.netloc}{streams.path}"


def _guarded(station: Station, timeout_s: float) -> socket.socket | None:
    """A connection to an address that may be reached: resolved once, looked at, and connected to exactly that."""
    parts = urlsplit(station.url)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    if station.pin is not None:
        return connected(station.pin, parts.hostname, port, timeout_s)
    if station.may_reach is None:
        return None
    addresses = [str(entry[4][0]) for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    if not addresses or not all(station.may_reach(address) for address in addresses):
        raise SilentVenueError(f"the stream {station.url} is at no public address, and is not asked")
    return socket.create_connection((addresses[0], port), timeout_s)


def _is_told(document: Any, when: Mapping[str, str]) -> bool:
    """Whether everything stands there by which such a message is told."""
    return all((found := read(document, place)) and (wanted == "*" or wanted in found) for place, wanted in when.items())
