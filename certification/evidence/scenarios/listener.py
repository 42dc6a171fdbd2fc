"""One open connection to an exchange's streams: what is said on it, and what is heard until something comes, or patience ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from certification.evidence.record import ScenarioStep

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from certification.evidence.scenarios.listening import Listening
    from certification.evidence.scenarios.venue import Actor
    from certification.profile_streams import StreamRequest

CLOSED = "closed"
"""The kind of the step that says that the exchange ended the connection."""
OTHER = "other"
"""The kind of a message that nobody knows, where even those are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is wrong, on purpose, with a message."""

    symbol: str | None = None
    """Another instrument."""
    misspelt: bool = False
    """A signature, or a listen key, with one character changed."""
    stale: bool = False
    """A login signed a quarter of an hour ago."""
    made_up: bool = False
    """A listen key that nobody was given."""
    unsigned: bool = False
    """No key and no signature where they belong."""


NO_CHANGES = Changes()


class Listener:
    """One open connection."""

    def __init__(self, connection: ClientConnection, actor: Actor, listening: Listening) -> None:
        """Speak as ``actor``."""
        self._connection = connection
        self._actor = actor
        self._listening = listening
        self._left = listening.bounds.messages
        self._open = True
        self._end_told = False
        self._asked: StreamRequest | None = None

    def send(self, request: StreamRequest, *, label: str, changes: Changes = NO_CHANGES) -> ScenarioStep:
        """Send a message of the profile's."""
        text, shown, request_id = self._listening.document(request, self._actor, changes)
        self._asked = request
        self._say(text)
        return ScenarioStep(label=label, call=None, facts=(("asked.id", request_id), ("sent", shown)))

    def say(self, text: str, *, label: str) -> ScenarioStep:
        """Send a text that is no message of the profile's, and holds no secret."""
        self._say(text)
        return ScenarioStep(label=label, call=None, facts=(("sent", text),))

    def _say(self, text: str) -> None:
        try:
            self._connection.send(text)
        except (ConnectionClosed, OSError):
            self._open = False

    def until(
        self, wanted: Callable[[ScenarioStep], bool], *, patience_s: float | None = None, strangers: bool = False
    ) -> Iterator[ScenarioStep]:
        """What is heard until a message is the wanted one, the connection ends, or patience does.

        Args:
            wanted: whether a message is what is waited for.
            patience_s: how long; as long as usual where it is not given.
            strangers: whether messages that nobody knows are told too, as of the kind ``other``.
        """
        ends_at = time.monotonic() + (self._listening.bounds.patience_s if patience_s is None else patience_s)
        if not self._open:
            yield from self._told_closed()
        while self._open and self._left > 0:
            try:
                text = self._connection.recv(max(0.0, ends_at - time.monotonic()), decode=True)
            except TimeoutError:
                return
            except (ConnectionClosed, OSError):
                self._open = False
                yield from self._told_closed()
                return
            self._left -= 1
            step = self._listening.understood(str(text), f"{self._actor} hears", self._asked)
            if step is None and strangers:
                step = ScenarioStep(label=f"{self._actor} hears {OTHER}", call=None, facts=(("kind", OTHER),))
            if step is not None:
                yield step
                if wanted(step):
                    return
            if time.monotonic() >= ends_at:
                return

    def _told_closed(self) -> Iterator[ScenarioStep]:
        """That the connection is gone, said once, whether it was noticed by listening or by sending."""
        if not self._end_told:
            self._end_told = True
            yield ScenarioStep(label=f"{self._actor} hears {CLOSED}", call=None, facts=(("kind", CLOSED),))
