"""What the mock exchange's stream is told beforehand, and what it writes down: one JSON document, and one a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class FrameKind(StrEnum):
    """What is sent."""

    TEXT = "text"
    PARTS = "parts"
    """A text message in two frames."""
    PING = "ping"


@dataclass(frozen=True)
class PlannedFrame:
    """One thing that is sent to who listens."""

    kind: FrameKind
    text: str


@dataclass(frozen=True)
class Confirmation:
    """How a subscription is confirmed."""

    when: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """Path of keys, and the JSON texts of which one stands there: the request that is answered. Empty: any."""
    reply: str
    """The answer, a JSON document."""
    asked: tuple[str, ...] = ()
    """Path of the id in the request; empty where it has none."""
    answered: tuple[str, ...] = ()
    """Path of the same id in the answer."""


@dataclass(frozen=True)
class Wrapping:
    """An address at which messages come in an envelope."""

    path: str
    """What the path of the address ends with."""
    name: str
    """The envelope's member that names the stream."""
    payload: str
    """The envelope's member that holds the message."""


@dataclass(frozen=True)
class FeedPlan:
    """One stream, heard twice: before its connection breaks, and after."""

    names: tuple[str, ...]
    """What a subscription names, in its address or in a message: all of it, whatever its case."""
    first: tuple[PlannedFrame, ...]
    again: tuple[PlannedFrame, ...]
    confirmations: tuple[Confirmation, ...] = ()
    wrappings: tuple[Wrapping, ...] = ()
    breaks: bool = True
    """Whether the connection breaks after ``first``."""
    begin_after_ms: int = 300
    """How long after a subscription the first message comes: clients that need a moment to listen are given one."""
    close_after_ms: int = 300
    """How long after the last of ``first`` the connection breaks, without a goodbye."""


class FeedEvent(StrEnum):
    """What happened on a connection."""

    OPENED = "opened"
    """With the address as its text."""
    SAID = "said"
    """The client sent a text."""
    SUBSCRIBED = "subscribed"
    PONG = "pong"
    BROKEN = "broken"
    """We broke it, as planned."""
    LEFT = "left"
    """The client closed it."""


@dataclass(frozen=True)
class FeedLine:
    """One line of the log."""

    connection: int
    event: FeedEvent
    text: str = ""


def write_feed(plan: FeedPlan) -> bytes:
    """The plan file."""
    return json.dumps(asdict(plan)).encode()


def read_feed(content: bytes) -> FeedPlan:
    """A plan file's plan.

    Raises:
        ValueError: the content is none.
    """
    try:
        document = json.loads(content)
        return FeedPlan(
            names=tuple(document["names"]),
            first=_frames(document["first"]),
            again=_frames(document["again"]),
            confirmations=tuple(_confirmation(each) for each in document["confirmations"]),
            wrappings=tuple(Wrapping(**each) for each in document["wrappings"]),
            breaks=document["breaks"],
            begin_after_ms=document["begin_after_ms"],
            close_after_ms=document["close_after_ms"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the feed's plan lacks {error}") from error


def write_line(line: FeedLine) -> bytes:
    """A line of the log."""
    return (json.dumps(asdict(line)) + "\n").encode()


def read_lines(content: bytes) -> tuple[FeedLine, ...]:
    """The log, in order."""
    documents = (json.loads(line) for line in content.splitlines() if line.strip())
    return tuple(FeedLine(each["connection"], FeedEvent(each["event"]), each["text"]) for each in documents)


def _frames(documents: list[dict[str, str]]) -> tuple[PlannedFrame, ...]:
    return tuple(PlannedFrame(FrameKind(each["kind"]), each["text"]) for each in documents)


def _confirmation(document: dict[str, Any]) -> Confirmation:
    when = tuple((tuple(path), tuple(values)) for path, values in document["when"])
    return Confirmation(when, document["reply"], tuple(document["asked"]), tuple(document["answered"]))
