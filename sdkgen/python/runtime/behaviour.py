"""What the exchange's behaviour is made of; the behaviour itself stands in this package's ``_behaviour`` module."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE: Mapping[str, str] = {}
_NO_WEIGHTS: Mapping[str, int] = {}
_NO_SUCCESS: Mapping[str, tuple[str, ...]] = {}


class Errors(NamedTuple):
    """Where an answer says that, and why, the exchange refused."""

    success: Mapping[str, tuple[str, ...]] = _NO_SUCCESS
    """Place -> texts that mean success there."""
    code: tuple[str, ...] = ()
    message: tuple[str, ...] = ()
    codes: Mapping[str, str] = _NONE
    """The exchange's code -> what it means."""


class RateLimit(NamedTuple):
    """One budget that a client keeps to by itself."""

    name: str
    requests: int
    """Weight that may be used in a window."""
    per_ms: int
    weight: int = 1
    weights: Mapping[str, int] = _NO_WEIGHTS
    signed_only: bool = False
    used_header: str = ""
    """In lower case; empty where there is none."""
    remaining_header: str = ""
    reset_header: str = ""
    reset_unit_ms: int = 1000

    def weight_of(self, operation: str, *, signed: bool) -> int:
        """What a call weighs here; 0 where it does not count."""
        return 0 if self.signed_only and not signed else self.weights.get(operation, self.weight)


class Clock(NamedTuple):
    """How the exchange's time is asked for."""

    operation: str
    place: str
    format: str = "milliseconds"


class Pagination(NamedTuple):
    """How one operation is read to its end."""

    kind: str
    """cursor, page, offset or last."""
    argument: str
    items: str
    next: str = ""
    first: int = 0
    step: int = 0


class Behaviour(NamedTuple):
    """How the exchange wants to be treated beyond single requests."""

    errors: Errors = Errors()
    limits: tuple[RateLimit, ...] = ()
    clock: Clock | None = None
    repeatable: frozenset[str] = frozenset()
    order_ids: Mapping[str, str] = _NONE
    """Operation -> place of the client order id that makes it safe to repeat."""


PLAIN = Behaviour()
