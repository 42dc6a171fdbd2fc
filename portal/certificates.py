"""The files behind a certificate: the report and what proves it."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from portal.answers import problem, with_etag
from reports.store import Store

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
