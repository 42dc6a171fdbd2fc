"""What is subscribed to on a connection, and what is waited for on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .channels import ChannelRule
    from .errors import DecodeError, SdkError
    from .jsontext import JsonValue
    from .subscription import Listener


class Topic:
    """One subscription at the exchange, whoever listens to it here."""

    __slots__ = ("channel", "listeners", "ready", "words")

    def __init__(self, channel: ChannelRule, words: Mapping[str, str]) -> None:
        """Take the channel and its arguments as text."""
        self.channel = channel
        self.words = words
        self.listeners: list[Listener] = []
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the exchange confirmed it for the first time, or refused."""

    def takes(self, message: JsonValue) -> bool:
        """Whether a message belongs to it."""
        rule, heard = self.channel.subscription, self.channel.heard
        if rule is None:
            return True
        if rule.messages:
            return any(match.fits(message, self.words) for match in rule.messages)
        marked = [kind for kind in heard if kind.marks]
        return any(all(mark.fits(message) for mark in kind.marks) for kind in marked) or not marked

    def take(self, message: JsonValue) -> None:
        """Tell all listeners."""
        for listener in [*self.listeners]:
            listener.take(message)

    def spoil(self, error: DecodeError) -> None:
        """Something came that is no message at all."""
        for listener in [*self.listeners]:
            listener.spoil(error)

    def reconnect(self) -> None:
        """The connection is a new one."""
        for listener in [*self.listeners]:
            listener.reconnect()

    def end(self, error: SdkError | None) -> None:
        """Nothing more will come."""
        for listener in [*self.listeners]:
            listener.end(error)

    def settle(self, error: SdkError | None) -> None:
        """The exchange answered for the first time."""
        if self.ready.done():
            return
        if error is None:
            self.ready.set_result(None)
            return
        self.ready.set_exception(error)
        # Who waited may have given up meanwhile, and then nobody needs to know.
        self.ready.exception()


class Expected(NamedTuple):
    """An answer that somebody waits for."""

    fits: Callable[[JsonValue], bool]
    answered: asyncio.Future[JsonValue]
