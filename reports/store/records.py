"""The rows of the store, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certification.model import Level, VerdictOutcome


class RequestState(StrEnum):
    """Where a certification request stands."""

    RECEIVED = "received"
    QUEUED = "queued"
    RUNNING = "running"
    CERTIFIED = "certified"
    NOT_CERTIFIED = "not_certified"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"
    """We could not do our work; the reason says why."""

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return self not in _OPEN


_OPEN = (RequestState.RECEIVED, RequestState.QUEUED, RequestState.RUNNING)

TRANSITIONS: dict[RequestState, tuple[RequestState, ...]] = {
    RequestState.RECEIVED: (RequestState.QUEUED, RequestState.RUNNING, RequestState.FAILED),
    RequestState.QUEUED: (RequestState.RUNNING, RequestState.FAILED),
    RequestState.RUNNING: (
        RequestState.QUEUED,
        RequestState.CERTIFIED,
        RequestState.NOT_CERTIFIED,
        RequestState.INCONCLUSIVE,
        RequestState.FAILED,
    ),
}
"""What may follow a state. Running falls back to queued where its worker died."""


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class CertificateState(StrEnum):
    """What a certificate is worth."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """What makes a request that was sent twice the same one."""

    owner: str
    """Who sent it: a stable name or the digest of a token, never the token."""
    key: str
    digest: str
    """SHA-256 (hex) of what was asked: the same key for something else is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What somebody asks to have certified."""

    exchange_id: str
    requested_by: str
    spec: str | None = None
    """A description to use instead of the profile's: file or URL."""
    sandbox: str | None = None
    level: Level = Level.SILVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A certification request."""

    id: str
    exchange_id: str
    requested_by: str
    spec: str | None
    sandbox: str | None
    level: Level
    state: RequestState
    reason: str
    run_id: str | None
    worker: str | None
    leased_until: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One certification run."""

    run_id: str
    exchange_id: str
    folder: str
    state: RunState
    stage: str
    """What it does, or did last."""
    spec_digest: str | None
    outcome: VerdictOutcome | None
    level: Level | None
    reason: str
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that was issued, and what became of it."""

    run_id: str
    exchange_id: str
    level: Level
    report_digest: str
    envelope_digest: str
    folder: str
    """Where the run's files are."""
    issued_at: datetime
    expires_at: datetime
    state: CertificateState
    """As it was set: never ``expired``, see ``state_at``."""
    reason: str
    changed_at: datetime
    scope: str | None
    """What part of the description it speaks of, empty for all of it; ``None`` where nobody wrote it down."""

    def state_at(self, now: datetime) -> CertificateState:
        """What it is worth at a moment. A revocation outlasts the expiry."""
        if self.state is CertificateState.REVOKED:
            return self.state
        return CertificateState.EXPIRED if now >= self.expires_at else self.state
