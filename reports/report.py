"""The report: everything a run says of an exchange, frozen, and the bytes of ``report.json`` that are signed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from certification.model import LATER, ChangeClass, Finding, Isolation, Level, Severity, VerdictOutcome
from certification.verdict import GapState
from reports import canonical, codec
from reports.codec import StringMap
from reports.errors import CanonicalError, DocumentError
from sdkgen.language import Language

SCHEMA = "https://openxapi.dev/certification/report/v1"
"""What ``schema`` says; the JSON Schema of the same id is ``reports/schema/report.schema.json``."""

VALIDITY = timedelta(days=90)
"""How long a certificate holds unless the caller says otherwise."""

REPORT_NAME = "report.json"

_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeName:
    """Who was examined."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsSummary:
    """The AsyncAPI description that was examined beside it."""

    digest: str
    """SHA-256 (hex) of its bytes."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecSummary:
    """The description that was examined."""

    digest: str
    """SHA-256 (hex) of the description's bytes."""
    source: str
    title: str
    version: str
    operations: int
    streams: StreamsSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The certification standard that judged: a table of rules, with the digest of that table."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What it was done with."""

    isolation: Isolation
    tools: StringMap
    """Name and version of every tool."""
    seed: int
    sandbox: str = field(default="", metadata={LATER: True})
    """What was called: an address, an image, ``reference`` with the faults that were switched on; empty where nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedVerdict:
    """How the run ended."""

    outcome: VerdictOutcome
    level: Level
    asked: Level
    """The level that was asked for."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """How often one HTTP status came."""

    status: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSummary:
    """What was done to one operation."""

    operation: str
    calls: int
    accepted: int
    """Answers 2xx to requests that were meant to be valid."""
    statuses: tuple[StatusCount, ...]
    answers_described: int = field(default=0, metadata={LATER: True})
    answers_seen: int = field(default=0, metadata={LATER: True})
    """Of the described answers, by status."""
    fields_described: int = field(default=0, metadata={LATER: True})
    fields_sent: int = field(default=0, metadata={LATER: True})
    """Of the described parameters and members of the body, in a request that was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSummary:
    """What was found of the API itself."""

    level: Level
    observation: str
    """``complete``, ``skipped`` (nobody asked, or no sandbox is named) or ``unavailable``."""
    reason: str
    """Why the observation is not complete."""
    operations: int
    operations_exercised: int
    calls: int
    missing: tuple[str, ...]
    """The checks that the next level still wants."""
    coverage: tuple[OperationSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedArtefact:
    """One built file, by its digest."""

    kind: str
    path: str
    """Relative to the folder of the report."""
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkSummary:
    """What was found of one SDK."""

    language: Language
    package: str
    version: str
    digest: str | None
    """SHA-256 (hex) of the first artefact; ``null`` where the SDK did not build."""
    source_digest: str | None
    level: Level
    outcome: VerdictOutcome
    missing: tuple[str, ...]
    artefacts: tuple[ReportedArtefact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartySummary:
    """What was found of an SDK that is none of ours. It is never published, and no file of it is signed."""

    adapter: str
    """The name of the adapter through which it was examined: the subject of its findings."""
    adapter_digest: str
    """SHA-256 (hex) over the adapter's files."""
    language: str
    ecosystem: str
    package: str
    version: str
    digest: str
    """The package's own as its registry's lock writes it, with the algorithm: ``sha256:…``, ``sha512:…``, ``h1:…``."""
    protocol: int
    """The version of the harness's protocol that the adapter speaks."""
    operations: int
    """How many of the description's operations it covers: those that were called through it. Level and outcome speak of no other."""
    level: Level
    outcome: VerdictOutcome
    missing: tuple[str, ...]
    covers: tuple[str, ...] = field(default=(), metadata={LATER: True})
    """Those operations by their ids, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedGap:
    """A finding that the profile accepts until a date."""

    check: str
    subject: str
    reason: str
    until: date
    state: GapState | None = field(default=None, metadata={LATER: True})
    """What became of it in this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChange:
    """One difference from the description of the run compared with."""

    change_class: ChangeClass
    rule: str
    operation: str | None
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFinding:
    """A failed finding, followed from run to run."""

    fingerprint: str
    """The same in every run: sixteen hex digits over check and subject."""
    check: str
    subject: str
    severity: Severity
    summary: str
    since: str
    """The run that found it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is new since an earlier run of the same exchange."""

    run_id: str
    level: Level
    spec_digest: str
    changes: tuple[ReportedChange, ...]
    new: tuple[ComparedFinding, ...] = field(default=(), metadata={LATER: True})
    """What failed now and did not before."""
    still_open: tuple[ComparedFinding, ...] = field(default=(), metadata={LATER: True})
    """What failed both times."""
    mended: tuple[ComparedFinding, ...] = field(default=(), metadata={LATER: True})
    """What failed before, and was seen not to fail now."""
    unseen: tuple[ComparedFinding, ...] = field(default=(), metadata={LATER: True})
    """What failed before, and was not looked at now, so that nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRetry:
    """A stage that could not observe what it should, and when it is worth trying again."""

    stage: str
    reason: str
    again_at: datetime | None
    """Not before then; ``null`` where time alone mends nothing, and a person must look."""
    automatic: bool
    """Whether the service tries again by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file of what was seen, by its digest. It need not travel with the report."""

    path: str
    """Relative to the folder of the report."""
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The document that is signed."""

    schema: str
    run_id: str
    exchange: ExchangeName
    spec: SpecSummary
    standard: Standard
    environment: Environment
    verdict: ReportedVerdict
    api: ApiSummary
    sdks: tuple[SdkSummary, ...]
    findings: tuple[Finding, ...]
    known_gaps: tuple[AcceptedGap, ...]
    comparison: Comparison | None
    evidence: tuple[EvidenceFile, ...]
    started_at: datetime
    finished_at: datetime
    expires_at: datetime
    third_parties: tuple[ThirdPartySummary, ...] = field(default=(), metadata={LATER: True})
    retries: tuple[PlannedRetry, ...] = field(default=(), metadata={LATER: True})

    def to_bytes(self) -> bytes:
        """The bytes of ``report.json``: canonical, without a final line break.

        Raises:
            CanonicalError: A text that UTF-8 can't say or an integer beyond 2^53 - 1 (see ``assemble``, which cleans texts).
        """
        return canonical.write(codec.encode(self))

    @property
    def scopes(self) -> tuple[str, ...]:
        """How much of the description each third party's SDK covers, where that is not all of it: verdict and level speak of no more."""
        return tuple(
            f"{third.package} {third.version}: {third.operations} of {self.spec.operations} operations"
            for third in self.third_parties
            if third.operations < self.spec.operations
        )

    @property
    def artefacts(self) -> tuple[ReportedArtefact, ...]:
        """Every built file of every SDK."""
        return tuple(artefact for sdk in self.sdks for artefact in sdk.artefacts)


def parse(content: bytes, name: str = REPORT_NAME) -> Report:
    """Read ``report.json`` strictly: canonical bytes of exactly the published form.

    Raises:
        DocumentError: It is not; the message names the field.
    """
    try:
        document = canonical.read(content, name)
    except CanonicalError as error:
        raise DocumentError(str(error)) from error
    report = codec.decode(Report, document, name)
    if report.schema != SCHEMA:
        raise DocumentError(f"{name}: schema: {report.schema[:100]!r} is not {SCHEMA!r}")
    if not is_run_id(report.run_id):
        raise DocumentError(f"{name}: run_id: {report.run_id[:60]!r} is not a run id")
    for artefact in report.artefacts:
        _check_file(artefact.path, artefact.digest, name)
    for file in report.evidence:
        _check_file(file.path, file.digest, name)
    return report


def new_run_id(started_at: datetime) -> str:
    """A fresh run id that sorts by time: ``20260131T120000Z-1f2e3d4c``."""
    return f"{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def is_run_id(text: str) -> bool:
    """Whether a text has the form of a run id, and so is safe as a folder's name."""
    return _RUN_ID.fullmatch(text) is not None


def severity_rank(severity: Severity) -> int:
    """0 for the gravest, for sorting."""
    return list(Severity).index(severity)


def _check_file(path: str, digest: str, name: str) -> None:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or "\0" in path or any(part in {"", ".", ".."} for part in parts):
        raise DocumentError(f"{name}: the path {path[:100]!r} leaves the folder of the report")
    if re.fullmatch("[0-9a-f]{64}", digest) is None:
        raise DocumentError(f"{name}: {path[:100]}: {digest[:80]!r} is not a SHA-256 in hex")
