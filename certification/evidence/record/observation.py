"""Whether a part of the evidence could be gathered."""

from __future__ import annotations

from enum import StrEnum


class Observation(StrEnum):
    """Whether a part of the evidence could be gathered."""

    COMPLETE = "complete"
    SKIPPED = "skipped"
    """It was not asked for, or the profile has nothing to gather it from."""
    ABSENT = "absent"
    """The exchange has nothing of the kind, by its own profile."""
    UNAVAILABLE = "unavailable"
    """It was asked for, and the environment did not let us: sandbox down, engine gone, credentials refused."""
