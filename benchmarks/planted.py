"""What can be wrong with a stranger's exchange on purpose, as its author tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["contract", "auth", "state", "money", "limits", "streams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One fault: what it breaks, in a sentence, and on which call or channel it shows."""

    name: str
    theme: Theme
    operation: str
    breaks: str


def themed(theme: Theme, *rows: tuple[str, str, str]) -> tuple[Defect, ...]:
    """Defects of one theme, from rows of name, operation and sentence."""
    return tuple(Defect(name=name, theme=theme, operation=operation, breaks=breaks) for name, operation, breaks in rows)
