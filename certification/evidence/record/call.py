"""An HTTP request with its answer, as a run saw it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An HTTP request or answer as it was on the wire, secrets redacted."""

    start: str
    """``GET /orders?limit=1`` or ``200``."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, in wire order."""
    body: str = ""
    """Text, or base64 where ``base64`` is set."""
    base64: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request with its answer."""

    operation: str
    """``Operation.id``, or ``METHOD /path`` where it is none of the description's."""
    actor: str
    """Who called: ``anonymous``, ``first``, ``second`` (the sandbox's accounts), ``python``, ``typescript``, ``go``."""
    request: Message
    response: Message | None
    """``None`` where no answer came."""
    status: int | None
    elapsed_ms: int
    failure: str = ""
    """Why no answer came."""
    flaw: str | None = None
    """What is not as described in the answer, in words that tell no value: empty where all is, ``None`` where nobody looked."""
