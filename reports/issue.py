"""From a report to a signed, logged certificate in a run's folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from certification.files import write_atomically
from reports.envelope import sign
from reports.errors import ReportError
from reports.log import PROOF_NAME, LogEntry
from reports.report import REPORT_NAME
from reports.statement import CERTIFICATION_NAME, PAYLOAD_TYPE, TEST_RESULT_NAME, certification_statement, result_statement

if TYPE_CHECKING:
    from datetime import datetime

    from reports.log import Log
    from reports.report import Report
    from reports.signers import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What was signed and where it stands."""

    folder: Path
    run_id: str
    report_digest: str
    envelope_digest: str
    log_index: int


def issue(report: Report, folder: Path, *, signers: tuple[Signer, ...], log: Log, now: datetime) -> Issued:
    """Write ``report.json``, both signed envelopes and the log proof into a run's folder.

    Every run is signed and logged, whatever its verdict: a log of passes only would hide what failed. A run that was killed half way
    and issues again gets the same files: local keys sign deterministically, and the log enters an envelope once.

    Raises:
        ReportError: The folder can't be written, or the log refuses.
    """
    content = report.to_bytes()
    digest = hashlib.sha256(content).hexdigest()
    certificate = sign(certification_statement(report, digest), PAYLOAD_TYPE, signers)
    tested = sign(result_statement(report, digest), PAYLOAD_TYPE, signers)
    entry = LogEntry(
        kind="certificate",
        envelope=certificate.digest(),
        exchange=report.exchange.id,
        run_id=report.run_id,
        logged_at=now.replace(microsecond=0),
    )
    try:
        write_atomically(folder / REPORT_NAME, content)
        write_atomically(folder / CERTIFICATION_NAME, certificate.to_bytes())
        write_atomically(folder / TEST_RESULT_NAME, tested.to_bytes())
        proof = log.append(entry)
        write_atomically(folder / PROOF_NAME, proof.to_bytes())
    except OSError as error:
        raise ReportError(f"{folder}: the report can't be written ({error.strerror}); free space or name another folder") from error
    return Issued(folder=folder, run_id=report.run_id, report_digest=digest, envelope_digest=entry.envelope, log_index=proof.index)
