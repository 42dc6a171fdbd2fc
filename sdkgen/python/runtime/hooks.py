"""What hooks are told of each attempt: enough for logs and metrics, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Told(NamedTuple):
    """One attempt, as far as it got."""

    operation: str
    """The description's operation id; ``raw`` for a raw request."""
    method: str
    path: str
    """Without the query: that may hold a signature."""
    attempt: int
    """From 1."""
    weight: int
    """The largest that the call has in any rate limit."""
    status: int | None = None
    elapsed_ms: int | None = None
    error: str | None = None
    """The error's kind."""
    pause_ms: int | None = None
    """How long is waited before the next attempt."""


class Hooks(NamedTuple):
    """Who is told. What a hook raises ends the call."""

    on_request: Callable[[Told], object] | None = None
    on_response: Callable[[Told], object] | None = None
    on_retry: Callable[[Told], object] | None = None
