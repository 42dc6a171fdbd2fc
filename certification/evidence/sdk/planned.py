"""The single things that an SDK is asked to do, each call in a lane of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certification.evidence.sdk.answers import Answer, ErrorAnswer
    from certification.evidence.sdk.arguments import Arguments
    from certification.evidence.sdk.request import Expected
    from sdkgen.api.json_text import JsonValue

DOCUMENTED = "documented"
"""The probe of values that stand in the description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """One call in a lane of its own."""

    lane: int
    case: str
    operation: str
    arguments: Arguments
    expected: Expected
    answer: Answer
    misfits: tuple[str, ...]
    """Where the made-up values are of another kind than the description's own schemas say: a flaw of the loader or of the values."""
    refusable: bool = False
    """Whether its texts may break patterns, so that the SDK may refuse to send them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedError:
    """One call that fails, in a lane of its own."""

    lane: int
    operation: str
    method: str
    arguments: Arguments
    answer: ErrorAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedValue:
    """One value that comes to the SDK as the answer of a call, in a lane of its own: how one that can't decode by type is asked."""

    lane: int
    operation: str
    arguments: Arguments
    origin: str
    probe: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDecode:
    """One value to decode and encode again."""

    type: str
    origin: str
    probe: str
    value: JsonValue


PlannedLane = PlannedCall | PlannedError | PlannedValue
"""What has a lane."""
