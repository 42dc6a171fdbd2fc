"""How the portal answers: pages and documents with their headers, errors as one sentence."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
FRESH = "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400"
"""Badges: caches may show a slightly old one rather than none."""


def with_etag(request: Request, content: bytes, media_type: str, *, cache: str, policy: str | None = POLICY) -> Response:
    """Content that caches can revalidate: 304 where the caller has it already (RFC 9110, section 13.1.2)."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cache, **_SAFE}
    if policy:
        headers["Content-Security-Policy"] = policy
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def page(content: str, *, status: int = 200) -> Response:
    """An HTML page."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", **_SAFE}
    return Response(content, status_code=status, media_type="text/html", headers=headers)


def document(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON document that no cache keeps."""
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store", **_SAFE, **(headers or {})})


def problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error as RFC 9457 writes it: what, and what to do, in one sentence each."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    answer = document(content, status=status, headers=headers)
    answer.headers["Content-Type"] = "application/problem+json"
    return answer
