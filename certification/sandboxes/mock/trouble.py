"""What a relay between a client and a sandbox is told beforehand, and what it wrote down: a network with its troubles, planned."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    """What goes wrong with one call, or with one message of a stream."""

    NONE = "none"
    DROPPED = "dropped"
    """A call does not reach the sandbox: the connection is reset."""
    SWALLOWED = "swallowed"
    """A call does not reach the sandbox, and nothing comes until the client gives up."""
    LATE_CALL = "late-call"
    """A call reaches the sandbox only when the client gave up waiting for its answer."""
    LOST_ANSWER = "lost-answer"
    """The sandbox answers, and the connection is reset instead."""
    SLOW_ANSWER = "slow-answer"
    """The sandbox answers, and nothing comes until the client gives up."""
    CUT_ANSWER = "cut-answer"
    """Half of the sandbox's answer comes, then the connection closes."""
    RESET_ANSWER = "reset-answer"
    """Half of the sandbox's answer comes, then the connection is reset."""
    DRIPPED = "dripped"
    """The sandbox's answer comes in small pieces, with pauses, and is whole in the end."""
    ENDLESS = "endless"
    """The sandbox's answer comes byte by byte, and is not whole when the client gives up."""
    DOUBLED_ANSWER = "doubled-answer"
    """The sandbox's answer comes twice."""
    HINTED = "hinted"
    """Interim answers (103) come before the sandbox's."""
    STALE = "stale"
    """The sandbox's answer comes, and the connection, which was to stay open, is closed behind it."""
    BROKEN_ANSWER = "broken-answer"
    """The sandbox's answer comes with half a body that claims to be whole."""
    BAD_GATEWAY = "bad-gateway"
    """The sandbox answers, and the client gets 502 with a page of HTML."""
    PAGE = "page"
    """The sandbox answers, and the client gets 200 with a page of HTML."""
    GARBLED = "garbled"
    """The sandbox answers, and what comes instead is no HTTP."""
    UNAVAILABLE = "unavailable"
    """A call does not reach the sandbox: 503 with a page of HTML."""
    THROTTLED = "throttled"
    """A call does not reach the sandbox: 429 with Retry-After."""
    CUT_STREAM = "cut-stream"
    """The message does not come, and the connection is reset."""
    GAP = "gap"
    """The message does not come."""
    TWICE = "twice"
    """The message comes twice."""
    SWAPPED = "swapped"
    """The message comes after the next one."""
    SPOILT = "spoilt"
    """Half the message comes, as if it were whole."""


PING, PONG = "ping", "pong"
"""Markers of passages that tell of a ping that a client was sent, and of its answer."""

KEPT_AWAY = frozenset({Trouble.DROPPED, Trouble.SWALLOWED, Trouble.UNAVAILABLE, Trouble.THROTTLED})
"""Those of a call that the sandbox does not get to see."""


@dataclass(frozen=True)
class Case:
    """What is done to calls (or messages) that hold a text: the first trouble to the first that comes, and so on; none to further ones."""

    marker: str
    """A number that stands in the target or body of the calls meant, or in the messages meant, and nowhere else: a price of its own."""
    troubles: tuple[Trouble, ...]
    retry_after_s: int = 1
    """For ``THROTTLED``."""


@dataclass(frozen=True)
class RelayPlan:
    """Where a relay leads, and what it does on the way."""

    target: str
    """The sandbox's address, without a path."""
    addresses: tuple[str, ...] = ()
    """What its name means, where no resolver is to be asked again; empty means that one is."""
    calls: tuple[Case, ...] = ()
    messages: tuple[Case, ...] = ()
    pings: bool = False
    """Whether each client of a stream is sent a WebSocket ping behind its first message."""


@dataclass(frozen=True)
class Passage:
    """One call or message that a case was about."""

    marker: str
    trouble: Trouble
    at_ms: int
    """On the relay's own clock, which only grows."""
    status: int | None
    """What the sandbox answered; ``None`` where it was not asked, for messages, and where no answer came."""


def write_relay_plan(plan: RelayPlan) -> bytes:
    """The plan file."""
    return json.dumps(asdict(plan)).encode()


def read_relay_plan(content: bytes) -> RelayPlan:
    """The plan of a plan file.

    Raises:
        ValueError: the content is no plan.
    """
    try:
        document = json.loads(content)
        return RelayPlan(
            target=document["target"],
            addresses=tuple(document["addresses"]),
            calls=tuple(_case(case) for case in document["calls"]),
            messages=tuple(_case(case) for case in document["messages"]),
            pings=document["pings"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the plan lacks {error}") from error


def _case(document: dict[str, Any]) -> Case:
    troubles = tuple(Trouble(name) for name in document["troubles"])
    return Case(marker=document["marker"], troubles=troubles, retry_after_s=document["retry_after_s"])


def write_passage(passage: Passage) -> bytes:
    """Its line in the log."""
    return (json.dumps(asdict(passage), separators=(",", ":")) + "\n").encode()


def read_passages(content: bytes) -> tuple[Passage, ...]:
    """The passages of a log, in order. A last line without its end is left out: the writer was killed."""
    complete = content[: content.rfind(b"\n") + 1]
    return tuple(_passage(json.loads(line)) for line in complete.splitlines())


def _passage(document: dict[str, Any]) -> Passage:
    return Passage(marker=document["marker"], trouble=Trouble(document["trouble"]), at_ms=document["at_ms"], status=document["status"])
