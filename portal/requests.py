"""Certification requests over HTTP: ask for one with a token, then look how it stands."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from certification.errors import ProfileError
from certification.model import Level
from certification.profile import ExchangeId, HttpUrl
from certification.profiles import find_profile
from portal.answers import document, problem
from portal.settings import PortalSettings
from reports.errors import StoreError
from reports.store import IdempotencyKey, NewRequest, Store
from reports.store import Request as CertificationRequest

MAX_BODY_BYTES = 16_384
_UNAUTHORISED = {"WWW-Authenticate": 'Bearer realm="certification requests"'}


class _Asked(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid")

    exchange: ExchangeId
    """An exchange that this service has a profile of."""
    spec: HttpUrl | None = None
    """A description to use instead of the profile's; public addresses only."""
    sandbox: HttpUrl | None = None
    """A sandbox to use instead of the profile's; public addresses only."""
    level: Literal["bronze", "silver", "gold", "platinum"] = "silver"


_Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class _Headers(BaseModel):
    idempotency_key: _Key | None = Field(default=None)


async def post_request(request: Request, settings: PortalSettings, store: Store) -> Response:
    """``POST /api/v1/certifications``: 202 with the request; 400, 401, 404, 409, 413, 415 or 503 with the reason."""
    read = refuse_stranger(request, settings) or await _read(request, settings)
    if isinstance(read, Response):
        return read
    new, idempotency = read
    try:
        entered = store.requests.create(new, now=datetime.now(UTC), idempotency=idempotency)
    except StoreError as error:
        return problem(409, "Conflict", str(error))
    return document(shown(entered), status=202, headers={"Location": f"/api/v1/certifications/{entered.id}"})


async def _read(request: Request, settings: PortalSettings) -> tuple[NewRequest, IdempotencyKey | None] | Response:
    """What is asked for, or the answer that refuses it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return problem(415, "Unsupported Media Type", "send the request as application/json")
    body = await _bounded(request)
    if body is None:
        return problem(413, "Content Too Large", f"a request takes at most {MAX_BODY_BYTES:,} bytes")
    try:
        asked = _Asked.model_validate_json(body)
        key = _Headers(idempotency_key=request.headers.get("idempotency-key")).idempotency_key
    except ValidationError as error:
        return problem(400, "Bad Request", _mistakes(error))
    try:
        find_profile(asked.exchange, settings.exchanges)
    except ProfileError:
        return problem(404, "Not Found", f"there is no profile of {asked.exchange}; see /api/v1/exchanges")
    owner = hashlib.sha256((settings.token or "").encode()).hexdigest()[:16]
    level = Level[asked.level.upper()]
    new = NewRequest(exchange_id=asked.exchange, requested_by=owner, spec=asked.spec, sandbox=asked.sandbox, level=level)
    return new, IdempotencyKey(owner=owner, key=key, digest=hashlib.sha256(body).hexdigest()) if key else None


def refuse_stranger(request: Request, settings: PortalSettings) -> Response | None:
    """The answer to a call without the right token; ``None`` where it is right. Compared in constant time."""
    if settings.token is None:
        return problem(503, "Service Unavailable", "this service takes no requests: its operator has set no token (CERTIFY_API_TOKEN)")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), settings.token.encode()):
        return problem(401, "Unauthorized", "send 'Authorization: Bearer <token>'", _UNAUTHORISED)
    return None


def shown(entry: CertificationRequest) -> dict[str, str | None]:
    """A request as its sender sees it."""
    return {
        "id": entry.id,
        "exchange": entry.exchange_id,
        "level": entry.level.label,
        "spec": entry.spec,
        "sandbox": entry.sandbox,
        "state": entry.state.value,
        "reason": entry.reason or None,
        "run_id": entry.run_id,
        "certificate": f"/certificates/{entry.run_id}" if entry.run_id else None,
        "created_at": entry.created_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
    }


async def _bounded(request: Request) -> bytes | None:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            return None
    return bytes(content)


def _mistakes(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in mistake['loc']) or 'the body'}: {mistake['msg']}" for mistake in error.errors()[:5])
