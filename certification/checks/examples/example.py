"""What a documented example of a check is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A failure of the kind that a check is for."""

    does: str
    """What the failing exchange, description or SDK does, one sentence."""
    says: str
    """What the finding then says: ``subject: summary``."""
    fault: str = ""
    """The reference exchange's fault that shows it (``certify run reference --fault …``); empty where none does."""
