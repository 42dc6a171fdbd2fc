"""The files behind a certificate: the report and what proves it."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from portal.answers import problem, with_etag
from reports.errors import DocumentError
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


def comparison_of(certificate: Certificate) -> Comparison | None:
    """What the certificate's report says is new since the run before; ``None`` where it says nothing, or is no longer kept here."""
    return _comparison(certificate.folder, certificate.report_digest)


@functools.lru_cache(maxsize=64)
def _comparison(folder: str, digest: str) -> Comparison | None:
    """The same, read once: reports of large exchanges are megabytes long."""
    try:
        content = (Path(folder) / REPORT_NAME).read_bytes()
        return parse(content).comparison if hashlib.sha256(content).hexdigest() == digest else None
    except (OSError, DocumentError):
        return None


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
