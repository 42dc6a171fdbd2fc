"""How an exchange wants to be treated beyond single requests, as data: limits, errors in its own words, paging, clock, orders, streams.

One ``Behaviour`` drives the runtimes of all languages (``sdkgen/RUNTIME.md`` says what they do with it), as one ``Recipe`` drives
their signing. Operations are named by ``Operation.id``. Places are dotted paths as in a profile's roles: an argument's starts with its
carrier (``query.cursor``), an answer's starts at the answer itself (``data.list[].id``, ``header.x-next`` for a header).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sdkgen.refusal import Errors
from sdkgen.signing.recipe import Recipe, TimestampFormat
from sdkgen.stream_protocol import StreamProtocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """One budget that a client keeps to by itself."""

    name: str
    requests: int
    """Weight that may be used in a window."""
    per_ms: int
    """The window, in milliseconds."""
    weight: int = 1
    """What an operation weighs that ``weights`` does not name; 0 means it does not count."""
    weights: dict[str, int] = field(default_factory=dict)
    signed_only: bool = False
    """Whether only signed calls count."""
    at_once: int | None = None
    """Weight that may be used at once after a rest, where the limit is no window but a counter that sinks (or a bucket that fills) by
    ``requests`` in ``per_ms``; a client that keeps to those never meets it."""
    per_key: bool = False
    """Whether each key has a budget of its own; otherwise it may be the address's."""
    used_header: str | None = None
    """A header of each answer with the weight used in the current window (Binance: ``X-MBX-USED-WEIGHT-1M``)."""
    remaining_header: str | None = None
    """A header with what is left of it."""
    reset_header: str | None = None
    """A header that says when the window ends: how long from now, or since 1970 where that would be more than a year."""
    reset_unit_ms: int = 1000
    """The milliseconds of one of its units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a client learns the exchange's time, so that a wrong local clock costs no order."""

    operation: str
    """A public operation without arguments."""
    place: str
    format: TimestampFormat = TimestampFormat.MILLISECONDS


class Paging(StrEnum):
    """How the next page is asked for."""

    CURSOR = "cursor"
    """By a text that the last answer gave."""
    PAGE = "page"
    """By a number that grows by one."""
    OFFSET = "offset"
    """By the number of items seen."""
    LAST = "last"
    """By a value of the last item (an id, a time), which is not sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """How one operation is read to its end."""

    kind: Paging
    argument: str
    """Where the next page is asked for: ``query.cursor``."""
    items: str
    """The list in the answer: ``data.items``, or empty where the answer is the list."""
    next: str = ""
    """Cursor: its place in the answer (nothing, null or empty text ends it). Last: the value's place in an item."""
    first: int | None = None
    """Page and offset: the first number; ``None`` means 1 for pages, 0 for offsets."""
    step: int = 0
    """Last: added to a whole number, ``1`` where the exchange begins *at* the value (Binance's ``fromId``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How an exchange wants to be treated beyond single requests."""

    errors: Errors = field(default_factory=Errors)
    limits: tuple[RateLimit, ...] = ()
    clock: Clock | None = None
    paging: dict[str, Pagination] = field(default_factory=dict)
    """Operation -> how it is read to its end."""
    repeatable: tuple[str, ...] = ()
    """Operations beyond GET and HEAD, and requests over a stream, that may be sent again when nobody knows whether they were carried out:
    twice is once."""
    order_ids: dict[str, str] = field(default_factory=dict)
    """Operation (or request over a stream) that places an order -> place of the client order id that makes it safe to repeat when the
    caller gave one."""
    streams: StreamProtocol | None = None


def message_recipe(behaviour: Behaviour) -> Recipe | None:
    """How requests over a stream are signed by themselves; ``None`` where they are not."""
    return behaviour.streams.requests.signing if behaviour.streams is not None else None


PLAIN = Behaviour()
"""Nothing is known beyond the description."""
