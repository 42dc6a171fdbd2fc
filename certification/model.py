"""The vocabulary of a certification: every type that flows between its steps, frozen, with tuples for collections.

``Evidence`` (``certification.evidence.record``) records what happened; a check answers one question about it; the rules
of a level say what the answer weighs. Big content travels as ``File``: digest and path. Numbers of money are decimal text or
``Decimal``, never ``float``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path

from sdkgen.language import Language

LATER = "later"
"""Marks (in a field's metadata) what was added to a signed document's types after some were signed: absent means its default."""


class Outcome(StrEnum):
    """A check's answer, or why there is none."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    """The question does not arise here (no streams, no private operation …)."""
    NOT_OBSERVED = "not_observed"
    """The question arises, but there is no evidence. Never a pass."""
    ERROR = "error"
    """The check itself broke. Never a pass."""


class Hindrance(StrEnum):
    """What kept us from looking."""

    ENVIRONMENT = "environment"
    """Sandbox, network or engine do not do their part: time may mend it."""
    THROTTLED = "throttled"
    """The sandbox says that it is asked too much: time mends it."""
    CREDENTIALS = "credentials"
    """They are missing, or refused."""
    CLOCK = "clock"
    """This machine's clock and the sandbox's differ."""
    CONFIGURATION = "configuration"
    """An address, an option or a profile does not allow it."""

    @property
    def wants_a_person(self) -> bool:
        """Whether time alone does not mend it."""
        return self in {Hindrance.CREDENTIALS, Hindrance.CLOCK, Hindrance.CONFIGURATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why nothing could be observed."""

    reason: str
    """For people, one line."""
    hindrance: Hindrance = Hindrance.ENVIRONMENT


class Severity(StrEnum):
    """How much a failed rule matters to someone who trades."""

    CRITICAL = "critical"
    """Money can be lost or seen by others."""
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Level(IntEnum):
    """The certification levels, in order."""

    NONE = 0
    BRONZE = 1
    SILVER = 2
    GOLD = 3
    PLATINUM = 4

    @property
    def label(self) -> str:
        """``bronze``"""
        return self.name.lower()


class Part(StrEnum):
    """The two things that a run can examine."""

    API = "api"
    SDKS = "sdks"


class Isolation(StrEnum):
    """Where jobs run."""

    CONTAINER = "container"
    PROCESS = "process"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Content on disk, known by its digest."""

    path: str
    """Relative to the folder that the holder names (a run's output folder, unless said otherwise), with ``/``."""
    digest: str
    """SHA-256 (hex)."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecSnapshot:
    """An API description as it was at one moment."""

    exchange_id: str
    source: str
    """Where it came from, as a person would write it: URL, ``github:owner/repo:path`` or file path."""
    digest: str
    """SHA-256 (hex) of the description's bytes."""
    path: str
    """Absolute path of the bytes in the content-addressed history."""
    overlays: tuple[str, ...]
    """Absolute paths of the overlays to apply, in order."""
    format: str
    """``openapi 3.0.3``, ``swagger 2.0``, ``asyncapi 3.0.0``."""
    title: str
    version: str
    operations: int
    fetched_at: datetime
    etag: str | None = None
    streams: str | None = None
    """Absolute path of the AsyncAPI description's bytes; ``None`` where the profile names none."""
    streams_source: str | None = None
    """Where that came from."""
    streams_etag: str | None = None
    stream_overlays: tuple[str, ...] = ()
    """Absolute paths of the overlays to apply to the streams' description, in order."""
    names: str | None = None
    """Absolute path of the lock of public names that SDKs of this description have; ``None`` where they are its own words."""

    def identity(self) -> str:
        """SHA-256 (hex) over the digests of all that the API is read from: description, overlays, the streams' description, names."""
        streams = () if self.streams is None else ("streams", *(Path(path).name for path in (self.streams, *self.stream_overlays)))
        names = () if self.names is None else ("names", Path(self.names).name)
        parts = (self.digest, *(Path(overlay).name for overlay in self.overlays), *streams, *names)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class ChangeClass(StrEnum):
    """What a change does to a program that uses the SDK."""

    DOCUMENTATION = "documentation"
    ADDITIVE = "additive"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two descriptions."""

    change_class: ChangeClass
    rule: str
    """A stable kebab-case id, such as ``operation-removed``."""
    pointer: str
    operation: str | None
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecChange:
    """What became of a description since the last look."""

    exchange_id: str
    old: SpecSnapshot | None
    new: SpecSnapshot
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One file that a registry takes."""

    kind: str
    """``wheel``, ``sdist``, ``npm-tarball``, ``go-module-zip``."""
    file: File


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkPackage:
    """A built SDK."""

    language: Language
    package: str
    version: str
    source_digest: str
    artefacts: tuple[Artefact, ...]
    """In the order wheel, sdist; the first is the one whose digest stands for the package."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the first artefact."""
        return self.artefacts[0].file.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the description says what was expected."""

    pointer: str
    """Into the description (RFC 6901); with ``streams#`` before it into the AsyncAPI description beside a REST description."""
    line: int | None = None
    """In the description's text, from 1; ``None`` where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a check says about one subject."""

    subject: str
    """What it is about: an operation's id, ``python``, ``python: placeOrder``, a pointer into the description, or ``api``."""
    outcome: Outcome
    summary: str
    evidence: tuple[str, ...] = ()
    """Short texts that show it: request and answer lines, values, log lines."""
    reproduce: str = ""
    """A command to paste into a shell that shows it again."""
    place: Place | None = None
    """Where the description speaks of it, if the check knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's answer, with what the standard says about it."""

    check: str
    subject: str
    outcome: Outcome
    severity: Severity
    summary: str
    requirement: str
    evidence: tuple[str, ...]
    reproduce: str
    remediation: str
    place: Place | None = field(default=None, metadata={LATER: True})
    """Where the description speaks of it; ``None`` where it does not."""
    likely_cause: str = field(default="", metadata={LATER: True})
    """What probably made it, as far as what was observed tells; empty where it doesn't."""
    same_cause_as: str = field(default="", metadata={LATER: True})
    """``check subject`` of the finding that tells of the same likely cause best; empty where it stands for itself."""

    @property
    def name(self) -> str:
        """``check subject``: how one finding refers to another."""
        return f"{self.check} {self.subject}"


class VerdictOutcome(StrEnum):
    """How a run ended."""

    CERTIFIED = "certified"
    NOT_CERTIFIED = "not_certified"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLevel:
    """The level that the API or one SDK reached, and what stands between it and the next."""

    subject: str
    """``api`` or a language."""
    level: Level
    missing: tuple[str, ...]
    """The checks that the next level still wants, as ``check: outcome``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the standard says of the evidence."""

    outcome: VerdictOutcome
    level: Level
    """The highest level that everything examined reached."""
    asked: Level
    reasons: tuple[str, ...]
    """Why it is not more, a sentence each."""
    subjects: tuple[SubjectLevel, ...]
