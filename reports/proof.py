"""The bytes that prove a certificate, before anything in them is believed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reports.errors import MalformedError, MissingError
from reports.log import PROOF_NAME
from reports.report import REPORT_NAME
from reports.statement import CERTIFICATION_NAME, TEST_RESULT_NAME

_LARGEST_DOCUMENT = 256 * 1024**2
"""Bytes. A report of thousands of findings has a few megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The bytes that prove a certificate, from a folder or over the network."""

    report: bytes
    envelope: bytes
    log_proof: bytes
    tested: bytes | None = None
    """The test-result envelope, which may stay behind."""


def read_proof(folder: Path) -> Proof:
    """The proving files of a folder.

    Raises:
        MissingError: One is missing or can't be read.
        MalformedError: One is far too large.
    """
    tested = folder / TEST_RESULT_NAME
    return Proof(
        report=_read(folder / REPORT_NAME),
        envelope=_read(folder / CERTIFICATION_NAME),
        log_proof=_read(folder / PROOF_NAME),
        tested=_read(tested) if tested.exists() else None,
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_DOCUMENT:
            raise MalformedError(f"{path.name}: larger than {_LARGEST_DOCUMENT} bytes")
        return path.read_bytes()
    except OSError as error:
        raise MissingError(f"{path.name}: can't be read in {path.parent} ({error.strerror})") from error
