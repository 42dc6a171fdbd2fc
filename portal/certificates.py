"""The files behind a certificate: the report and what proves it."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from portal.answers import problem, with_etag
from reports.errors import DocumentError
from reports.render.badge import scope_of
from reports.report import REPORT_NAME, Comparison, parse
from reports.store import Certificate, Store

_FILES = {
    "report.html": "text/html; charset=utf-8",
    "report.json": "application/json",
    "report.intoto.json": "application/json",
    "report.test-result.intoto.json": "application/json",
    "report.log.json": "application/json",
    "report.junit.xml": "application/xml",
    "report.sarif": "application/sarif+json",
}
"""What is served, by name: no name of a caller's becomes a path."""
_CACHE = "public, max-age=300"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the portal shows of a report."""

    comparison: Comparison | None
    scope: str


def comparison_of(certificate: Certificate) -> Comparison | None:
    """What the certificate's report says is new since the run before; ``None`` where it says nothing, or is no longer kept here."""
    told = _told(certificate)
    return told.comparison if told is not None else None


def part_of(certificate: Certificate) -> str | None:
    """What part of the description the certificate speaks of, empty for all of it.

    ``None`` where nobody knows: it was entered before parts were written down, and its report is no longer kept here.
    """
    if certificate.scope is not None:
        return certificate.scope
    told = _told(certificate)
    return told.scope if told is not None else None


def _told(certificate: Certificate) -> _Told | None:
    try:
        return _read(certificate.folder, certificate.report_digest)
    except (OSError, DocumentError):
        return None


@functools.lru_cache(maxsize=64)
def _read(folder: str, digest: str) -> _Told:
    """The same, read once: reports of large exchanges are megabytes long.

    Raises:
        OSError: the report can't be read.
        DocumentError: it is none, or another one.
    """
    content = (Path(folder) / REPORT_NAME).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        message = f"{REPORT_NAME}: it is not the one that was certified"
        raise DocumentError(message)
    report = parse(content)
    return _Told(comparison=report.comparison, scope=scope_of(report))


def certificate_file(request: Request, store: Store) -> Response:
    """One file of a certificate's run. The report's own content policy stays in force; it loads nothing."""
    name = request.path_params["name"]
    certificate = store.certificates.get(request.path_params["run_id"])
    media_type = _FILES.get(name)
    if certificate is None or media_type is None:
        return problem(404, "Not Found", f"a certificate's files are {', '.join(_FILES)}")
    try:
        content = (Path(certificate.folder) / name).read_bytes()
    except OSError:
        return problem(404, "Not Found", "this file is no longer kept here")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
    return with_etag(request, content, media_type, cache=_CACHE, policy=policy)
