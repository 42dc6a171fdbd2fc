"""Streams of an exchange on its worst day: spoken like the reference exchange's, but dropped, skipped, repeated, swapped and garbled."""

from __future__ import annotations

import json
import random
import socket
import threading
import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.server import ServerConnection

FAULTS = ("drop", "close", "gap", "duplicate", "swap", "garbage", "misfit", "crossed", "foreign", "flood", "thinned")
"""What can go wrong after a change of the book. A change that is thinned has lost a level, and only its checksum tells."""
SUMMED_UP = 10
"""How many levels of each side a checksum covers."""
LAST_PRICE = "100.00"
"""Of the last change: no level stood there before."""
_CALM = 25
"""Changes that are sent faultlessly at the end, so that a client can see whether it missed something."""
_TICK = Decimal("0.01")


@dataclass(slots=True, kw_only=True)
class WildBook:
    """The order book, the only truth."""

    dice: random.Random
    sequence: int = 0
    bids: dict[Decimal, Decimal] = field(default_factory=dict)
    asks: dict[Decimal, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for step in range(1, 40):
            self.bids[100 - step * _TICK] = Decimal(step)
            self.asks[100 + step * _TICK] = Decimal(step)

    def change(self) -> dict[str, Any]:
        """One more change, as a message; bids stay below 100 and asks above it."""
        told: dict[str, list[list[str]]] = {"bids": [], "asks": []}
        for name, side, sign in (("bids", self.bids, -1), ("asks", self.asks, 1)):
            for _ in range(self.dice.randint(0, 3)):
                price = 100 + sign * self.dice.randint(1, 60) * _TICK
                quantity = Decimal(self.dice.randint(0, 9)) / 10
                told[name].append([f"{price:.2f}", str(quantity)])
                side[price] = quantity
                if not quantity:
                    del side[price]
        return self._message("delta", told)

    def thinned(self) -> dict[str, Any]:
        """A change of the best bid that does not hold it."""
        self.bids[max(self.bids)] += 1
        return self._message("delta", {"bids": [], "asks": []})

    def last(self) -> dict[str, Any]:
        """A bid at a price where nothing stood."""
        self.bids[Decimal(LAST_PRICE)] = Decimal(1)
        return self._message("delta", {"bids": [[LAST_PRICE, "1"]], "asks": []})

    def whole(self) -> dict[str, Any]:
        """All of it, as a message."""
        return self._message("snapshot", self._sides(lambda price: f"{price:.2f}", str))

    def levels(self) -> dict[str, list[list[str]]]:
        """Both sides, best first, numbers without trailing zeros."""
        return self._sides(_plain, _plain)

    def _message(self, kind: str, told: dict[str, list[list[str]]]) -> dict[str, Any]:
        self.sequence += kind == "delta"
        best = self._sides(lambda price: f"{price:.2f}", str)
        nothing: list[str] = []
        turns = zip_longest(best["bids"][:SUMMED_UP], best["asks"][:SUMMED_UP], fillvalue=nothing)
        summed = zlib.crc32(":".join(text for turn in turns for level in turn for text in level).encode())
        head = {"type": kind, "channel": "depth", "symbol": "BTC-USD", "sequence": self.sequence}
        return {**head, **told, "checksum": int.from_bytes(summed.to_bytes(4), signed=True)}

    def _sides(self, price_text: Callable[[Decimal], str], quantity_text: Callable[[Decimal], str]) -> dict[str, list[list[str]]]:
        sides = (("bids", self.bids, True), ("asks", self.asks, False))
        return {
            name: [[price_text(price), quantity_text(side[price])] for price in sorted(side, reverse=first)] for name, side, first in sides
        }


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


@dataclass(slots=True, kw_only=True)
class WildExchange:
    """Serves connections until so many faults have happened, then only the truth."""

    seed: int
    faults: int
    pause_s: float = 0.0005
    """Between two changes."""
    happened: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    finished: threading.Event = field(default_factory=threading.Event)
    """The book changes no more."""
    book: WildBook = field(init=False)
    _dice: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _calm: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311  # faults, not secrets
        self.book = WildBook(dice=self._dice)

    def __call__(self, connection: ServerConnection) -> None:
        """Serve one connection until it ends."""
        self.connections += 1
        subscribed = False
        try:
            while True:
                subscribed = self._answer(connection, subscribed=subscribed)
                if subscribed and not self.finished.is_set() and not self._step(connection):
                    return
        except ConnectionClosed:
            return

    def _answer(self, connection: ServerConnection, *, subscribed: bool) -> bool:
        """Answer what was asked meanwhile; gives whether the book is wanted."""
        try:
            asked = json.loads(connection.recv(timeout=self.pause_s if subscribed and not self.finished.is_set() else 0.05))
        except TimeoutError:
            return subscribed
        match asked["op"]:
            case "ping":
                _send(connection, {"type": "pong", "id": asked["id"], "time": 0})
            case "subscribe":
                with self._lock:
                    _send(connection, {"type": "subscribed", "id": asked["id"], "channel": "depth", "symbol": "BTC-USD"})
                    _send(connection, self.book.whole())
                return True
            case _:
                _send(connection, {"type": "unsubscribed", "id": asked["id"], "channel": "depth", "symbol": "BTC-USD"})
                return False
        return subscribed

    def _step(self, connection: ServerConnection) -> bool:
        """Change the book and tell it, well or badly; false where the connection is to end."""
        with self._lock:
            if sum(self.happened.values()) >= self.faults:
                self._calm += 1
                _send(connection, self.book.change() if self._calm < _CALM else self.book.last())
                if self._calm >= _CALM:
                    self.finished.set()
                return True
            if self._dice.random() < 0.6:
                _send(connection, self.book.change())
                return True
            fault = self._dice.choice(FAULTS)
            self.happened[fault] = self.happened.get(fault, 0) + 1
            return self._go_wrong(connection, fault)

    def _go_wrong(self, connection: ServerConnection, fault: str) -> bool:
        if fault == "drop":
            connection.socket.shutdown(socket.SHUT_RDWR)
            return False
        if fault == "close":
            connection.close(1012)
            return False
        if fault == "garbage":
            connection.send('{"type":"delta","channel":"dep')
        for message in self._messages(fault):
            _send(connection, message)
        return True

    def _messages(self, fault: str) -> list[dict[str, Any]]:
        """What is sent in place of the next change."""
        if fault == "thinned":
            return [self.book.thinned()]
        change = self.book.change()
        messages = {
            "duplicate": [change, change],
            "crossed": [{**change, "bids": [["101", "1"]]}],
            "foreign": [{**change, "symbol": "ETH-USD", "sequence": 7}, change],
            "misfit": [{**change, "bids": [["no number", "1"]]}],
        }
        if fault == "swap":
            return [self.book.change(), change]
        if fault == "flood":
            return [change, *(self.book.change() for _ in range(200))]
        return messages.get(fault, [])


def _send(connection: ServerConnection, message: dict[str, Any]) -> None:
    connection.send(json.dumps(message))
