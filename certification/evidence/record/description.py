"""What reading an API description showed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionIssue:
    """A flaw of the description."""

    kind: str
    """``repaired``, ``refused``, ``noted``."""
    rule: str
    pointer: str
    """Where; with ``streams#`` before it in the AsyncAPI description beside a REST description."""
    line: int | None
    message: str
    mend: str | None = None
    """Overlay actions that would mend it, one per line; ``None`` where an overlay can't, or a person must decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionEvidence:
    """What reading the description showed."""

    operations_declared: int
    operations_read: int
    fields_declared: int
    fields_read: int
    issues: tuple[DescriptionIssue, ...]
    reproduce: str = ""
    """The command that reads it again and shows the same."""
    channels_declared: int = 0
    channels_read: int = 0
    messages_declared: int = 0
    messages_read: int = 0
