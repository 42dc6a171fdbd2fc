"""What the contract tester saw."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from certification.evidence.record.call import Call
from certification.evidence.record.observation import Observation
from certification.model import File, Hindrance


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """What the contract test did to one operation."""

    operation: str
    calls: int
    accepted: int
    """Answers 2xx to requests that were meant to be valid."""
    statuses: tuple[tuple[int, int], ...]
    """Status and count, sorted."""
    warnings: tuple[str, ...] = ()
    """The tester's own: ``missing_auth``, ``missing_test_data``, ``validation_mismatch``."""
    signed: bool = False
    """Whether it takes credentials."""
    left_out: str = ""
    """Why it was not called on purpose; empty where it was to be called."""
    tried_as_second: int = 0
    """Calls in which the second account asked for what the first had got."""
    answers_described: int = 0
    answers_seen: int = 0
    """Of the described answers, by status."""
    fields_described: int = 0
    """Parameters and members of the body, without what signing adds."""
    fields_sent: int = 0
    """Of those, in a request that was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken promise of the contract."""

    check: str
    """The tester's own name for it: ``response_schema_conformance`` …"""
    operation: str
    summary: str
    call: Call | None
    reproduce: str
    """A command to paste into a shell."""
    reproduced: bool | None = None
    """Whether it happened again when replayed on its own; ``None`` where it was not replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEvidence:
    """What Schemathesis saw."""

    tool: str
    seed: int
    observation: Observation
    reason: str = ""
    """Why the observation is not complete."""
    operations: tuple[OperationCoverage, ...] = ()
    violations: tuple[Violation, ...] = ()
    calls_per_second: Decimal = Decimal(0)
    reports: tuple[File, ...] = ()
    """The tester's own report files."""
    hindrance: Hindrance | None = None
    """What kind of reason; ``None`` where the environment kept nobody from looking."""
    left_behind: tuple[str, ...] = ()
    """Orders of the test that may rest still on a sandbox that is somebody's: they could not be cancelled."""
