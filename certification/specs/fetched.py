"""What fetching a description gives, and the bounds that every way of fetching keeps."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

from certification.errors import FetchError

MAX_BYTES = 50 * 1024 * 1024
"""The largest description that is fetched."""

TOTAL_SECONDS = 30.0
"""How long fetching may take altogether, however the other side drips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A description as it came."""

    source: str
    """Where from, as a person would write it, without credentials."""
    content: bytes
    etag: str | None = None
    """What tells the next fetch that nothing changed: an ETag, or a Last-Modified date where the server has no ETag."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The description is the one that was fetched before."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much a fetch may take."""

    max_bytes: int = MAX_BYTES
    seconds: float = TOTAL_SECONDS


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What is left of the bounds while a fetch is under way."""

    source: str
    bounds: Bounds
    taken: int = 0
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.deadline = time.monotonic() + self.bounds.seconds

    def remaining(self) -> float:
        """Seconds left.

        Raises:
            FetchError: none is.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FetchError(
                f"{self.source}: no complete answer within {self.bounds.seconds:g} s; try again, or fetch it yourself and give the file"
            )
        return left

    def take(self, size: int) -> None:
        """Count bytes that came.

        Raises:
            FetchError: they are too many, or came too late.
        """
        self.taken += size
        if self.taken > self.bounds.max_bytes:
            raise FetchError(f"{self.source}: larger than {self.bounds.max_bytes:,} bytes; is this the description?")
        self.remaining()
