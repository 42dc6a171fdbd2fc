"""The only place where a ``Clearance`` is made: from an envelope whose signature, subjects, log entry and status were verified."""

from __future__ import annotations

import hashlib
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from certification import files
from certification.model import Level, VerdictOutcome
from reports import canonical
from reports.codec import moment_text
from reports.envelope import parse_envelope, verified_payload
from reports.errors import (
    CanonicalError,
    DigestError,
    DocumentError,
    ExpiredError,
    LogProofError,
    MalformedError,
    MissingError,
    NotCertifiedError,
    StatementError,
)
from reports.keys import Role
from reports.log import PROOF_NAME, check_inclusion, parse_proof
from reports.proof import Proof, read_proof
from reports.report import REPORT_NAME, Report, parse
from reports.statement import CERTIFICATION_NAME, PAYLOAD_TYPE, TEST_RESULT_NAME, certification_statement, result_statement
from sdkgen.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reports.keys import TrustRoot
    from reports.report import ReportedArtefact, SdkSummary
    from reports.status import StatusList

_SEAL = object()
"""Known to this module alone."""

_SKEW = timedelta(minutes=10)
"""How far two clocks may differ."""


class StatusCheck(StrEnum):
    """What is known about revocation."""

    CURRENT = "current"
    """A fresh, signed status list does not name the certificate."""
    STALE = "stale"
    """A signed status list that is past its time does not name it."""
    UNCHECKED = "unchecked"
    """There was no status list at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What a verifier asks for."""

    trust: TrustRoot
    now: datetime
    level: Level | None = None
    """At least this one; ``None`` takes what the certificate says, if it certifies at all."""
    status: StatusList | None = None
    """From ``reports.status``, verified there."""
    require_status: bool = False
    """Whether an unknown revocation status is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearedFile:
    """A package file whose bytes on disk are the certified ones."""

    language: Language
    package: str
    version: str
    kind: str
    name: str
    """As the report names it, ``packages/…``."""
    path: Path
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """That a report is certified, and which files it covers. Nothing is published without one.

    Keep it in memory: it says what was true when it was made. Who needs one later verifies again.
    """

    report: Report
    report_digest: str
    envelope_digest: str
    files: tuple[ClearedFile, ...]
    absent: tuple[str, ...]
    """Certified files that were not looked at."""
    status: StatusCheck
    proof: Proof
    verified_at: datetime
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only reports.clearance makes a Clearance, from an envelope that it verified")


def verify_folder(folder: Path, asked: Requirements, *, partial: bool = False) -> Clearance:
    """Verify a run's folder: the certificate, and every package file that it names, or with ``partial`` those that are there.

    Raises:
        VerificationError: Something does not verify; the message opens with the file that is wrong.
    """
    proof = read_proof(folder)
    report, envelope_digest = _certificate(proof, asked)
    _refuse_a_low_level(report.verdict.outcome, report.verdict.level, asked, REPORT_NAME)
    cleared = tuple(
        _cleared(sdk, artefact, _folder_file(folder, artefact))
        for sdk in report.sdks
        for artefact in sdk.artefacts
        if not partial or (folder / artefact.path).exists()
    )
    _check_evidence(folder, report)
    return _clear(proof, report, envelope_digest, cleared, asked)


def verify_proof(proof: Proof, asked: Requirements) -> Clearance:
    """Verify a certificate without its packages: its clearance covers no file.

    Raises:
        VerificationError: Something does not verify; the message opens with the file that is wrong.
    """
    report, envelope_digest = _certificate(proof, asked)
    _refuse_a_low_level(report.verdict.outcome, report.verdict.level, asked, REPORT_NAME)
    return _clear(proof, report, envelope_digest, (), asked)


def verify_packages(paths: Iterable[Path], proof: Proof, asked: Requirements) -> Clearance:
    """Verify package files, wherever they lie, against their certificate. The level asked for is that of their SDKs.

    Raises:
        VerificationError: Something does not verify; the message opens with the file that is wrong.
    """
    report, envelope_digest = _certificate(proof, asked)
    _refuse_a_low_level(report.verdict.outcome, None, asked, REPORT_NAME)
    known = {artefact.digest: (sdk, artefact) for sdk in report.sdks for artefact in sdk.artefacts}
    cleared: list[ClearedFile] = []
    for path in paths:
        digest = _digest(path, str(path))
        if digest not in known:
            raise DigestError(f"{path}: its digest {digest} is none of those that the certificate {report.run_id} names; don't install it")
        sdk, artefact = known[digest]
        _refuse_a_low_level(sdk.outcome, sdk.level, asked, f"{path}: the SDK for {sdk.language.value}")
        cleared.append(_cleared(sdk, artefact, path))
    return _clear(proof, report, envelope_digest, tuple(cleared), asked)


def _certificate(proof: Proof, asked: Requirements) -> tuple[Report, str]:
    """The report that a proof proves, and its envelope's digest. Signatures first; nothing is believed before they hold."""
    log_proof = parse_proof(proof.log_proof)
    check_inclusion(log_proof, trust=asked.trust)
    logged_at = log_proof.entry.logged_at
    payload = _payload(proof.envelope, asked.trust, logged_at, CERTIFICATION_NAME)
    envelope_digest = hashlib.sha256(proof.envelope).hexdigest()
    if log_proof.entry.envelope != envelope_digest or log_proof.entry.kind != "certificate":
        raise LogProofError(f"{PROOF_NAME}: entry: it is about another envelope than {CERTIFICATION_NAME}")
    report = _signed_report(proof.report, payload)
    _refuse_other_statement(payload, certification_statement, report, proof.report, CERTIFICATION_NAME)
    if proof.tested is not None:
        tested = _payload(proof.tested, asked.trust, logged_at, TEST_RESULT_NAME)
        _refuse_other_statement(tested, result_statement, report, proof.report, TEST_RESULT_NAME)
    if log_proof.entry.run_id != report.run_id or log_proof.entry.exchange != report.exchange.id:
        raise LogProofError(f"{PROOF_NAME}: entry: it names another run than {REPORT_NAME}")
    _refuse_out_of_time(report, asked.now)
    if asked.status is not None:
        asked.status.refuse(run_id=report.run_id, envelope=envelope_digest, name=REPORT_NAME)
    if asked.require_status and _status(asked) is not StatusCheck.CURRENT:
        raise ExpiredError(f"{REPORT_NAME}: no fresh status list says that the certificate was not revoked; fetch a newer one")
    return report, envelope_digest


def _payload(envelope: bytes, trust: TrustRoot, at: datetime, name: str) -> bytes:
    parsed = parse_envelope(envelope, name)
    return verified_payload(parsed, payload_type=PAYLOAD_TYPE, trust=trust, role=Role.REPORTS, at=at, name=name)


def _signed_report(content: bytes, payload: bytes) -> Report:
    """The report, once its digest is the one that the signed statement names."""
    subject: canonical.Json = {"name": REPORT_NAME, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}
    try:
        statement = canonical.read(payload, CERTIFICATION_NAME)
    except CanonicalError as error:
        raise MalformedError(f"{error} (in the payload)") from error
    subjects = statement.get("subject") if isinstance(statement, dict) else None
    if not isinstance(subjects, list) or subject not in subjects:
        raise DigestError(f"{REPORT_NAME}: its digest differs from the signed one; the report was changed")
    try:
        return parse(content)
    except DocumentError as error:
        raise MalformedError(str(error)) from error


def _refuse_other_statement(payload: bytes, say: Callable[[Report, str], bytes], report: Report, content: bytes, name: str) -> None:
    if payload != say(report, hashlib.sha256(content).hexdigest()):
        raise StatementError(f"{name}: payload: the signed statement is not what {REPORT_NAME} says")


def _refuse_out_of_time(report: Report, now: datetime) -> None:
    if report.finished_at > now + _SKEW:
        raise ExpiredError(f"{REPORT_NAME}: finished_at: {moment_text(report.finished_at)} lies in the future; check the clock")
    if now >= report.expires_at:
        raise ExpiredError(f"{REPORT_NAME}: expires_at: the certificate expired at {moment_text(report.expires_at)}; ask for a newer one")


def _refuse_a_low_level(outcome: VerdictOutcome, level: Level | None, asked: Requirements, place: str) -> None:
    if outcome is not VerdictOutcome.CERTIFIED:
        raise NotCertifiedError(f"{place}: verdict: the outcome is {outcome.value}, not certified")
    if level is not None and asked.level is not None and level < asked.level:
        raise NotCertifiedError(f"{place}: verdict: the level is {level.label}, below {asked.level.label}")


def _folder_file(folder: Path, artefact: ReportedArtefact) -> Path:
    path = folder / artefact.path
    if _digest(path, artefact.path) != artefact.digest:
        raise DigestError(f"{artefact.path}: its digest differs from the signed one; the file was changed")
    return path


def _check_evidence(folder: Path, report: Report) -> None:
    """Evidence may stay behind, but what is there must be what the report names."""
    for file in report.evidence:
        path = folder / file.path
        if path.exists() and _digest(path, file.path) != file.digest:
            raise DigestError(f"{file.path}: its digest differs from the one in {REPORT_NAME}; the file was changed")


def _cleared(sdk: SdkSummary, artefact: ReportedArtefact, path: Path) -> ClearedFile:
    return ClearedFile(
        language=sdk.language,
        package=sdk.package,
        version=sdk.version,
        kind=artefact.kind,
        name=artefact.path,
        path=path,
        digest=artefact.digest,
        size=artefact.size,
    )


def _clear(proof: Proof, report: Report, envelope_digest: str, cleared: tuple[ClearedFile, ...], asked: Requirements) -> Clearance:
    covered = {file.name for file in cleared}
    return Clearance(
        report=report,
        report_digest=hashlib.sha256(proof.report).hexdigest(),
        envelope_digest=envelope_digest,
        files=cleared,
        absent=tuple(artefact.path for artefact in report.artefacts if artefact.path not in covered),
        status=_status(asked),
        proof=proof,
        verified_at=asked.now,
        seal=_SEAL,
    )


def _status(asked: Requirements) -> StatusCheck:
    if asked.status is None:
        return StatusCheck.UNCHECKED
    return StatusCheck.CURRENT if asked.status.fresh(asked.now) else StatusCheck.STALE


def _digest(path: Path, name: str) -> str:
    try:
        return files.digest_of(path)
    except OSError as error:
        raise MissingError(f"{name}: can't be read ({error.strerror})") from error
