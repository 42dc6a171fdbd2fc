"""What hearing a stream of the mock exchange through an SDK showed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A stream that was told, broke, and was told again to whoever came back."""

    channel: str
    """``Channel.id``."""
    arguments: tuple[tuple[str, str], ...]
    refused: str = ""
    """Why the SDK was not asked for it; empty where it was."""
    failed: str = ""
    """What came instead of a subscription; empty where the SDK says that it subscribed."""
    connections: int = 0
    subscriptions: int = 0
    """Connections over which the exchange heard a subscription."""
    sent: int = 0
    """Messages before the break."""
    wrong: tuple[str, ...] = ()
    """Which of them the caller does not hold once, whole and in order, a sentence each."""
    lost_unknown: tuple[str, ...] = ()
    """Which of them lost a field that no description knows."""
    sent_again: int = 0
    """Messages after the break, to a client that came back and subscribed again."""
    wrong_again: tuple[str, ...] = ()
    sent_around: int = 0
    """Messages around the damaged one, on a stream of their own."""
    wrong_around: tuple[str, ...] = ()
    damaged_given: tuple[str, ...] = ()
    """What the caller got as a message though it is none: half a JSON document was sent."""
    damaged_told: bool = False
    """Whether the caller was told that a message could not be read."""
    pinged: bool = False
    ponged: bool = False
    """Whether the ping was answered with its own payload."""
    end_told: bool = False
    """Whether the caller was told that the stream is over."""
    told_again: bool = False
    """Whether the caller was told that the connection is a new one, so that something may be missing."""
