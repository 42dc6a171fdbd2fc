"""HTTP: reads a request, asks the gate, calls, and writes the answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from benchmarks.fourth_exchange.gate import Bucket, Gate, Permission, signed_request
from benchmarks.fourth_exchange.refusals import Refusal

_LARGEST_BODY = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that may be answered: who asks, and with what."""

    owner: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered; `after` is the cursor of the next page."""

    content: object
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation: where it is, who may call it, and what it does."""

    method: str
    path: str
    run: Callable[[Asked], Answer]
    permission: Permission | None = None


class Rest:
    """Serves calls."""

    def __init__(self, gate: Gate, calls: tuple[Call, ...], before: Callable[[], None]) -> None:
        self._gate, self._calls, self._before = gate, calls, before
        self._wrong = gate.wrong

    def routes(self) -> list[Route]:
        """One route per call."""
        return [Route(call.path, self._endpoint(call), methods=[call.method]) for call in self._calls]

    def _endpoint(self, call: Call) -> Callable[[Request], Any]:
        async def serve(request: Request) -> Response:
            body = await request.body()
            number = str(uuid.uuid4())
            try:
                owner, bucket = self._enter(call, request, body)
            except Refusal as refusal:
                if self._wrong("limited-order-placed") and (refusal.code, call.method, call.path) == ("rate_limited", "POST", "/orders"):
                    self._place_anyway(call, request, body)
                return self._refused(refusal, number, refusal.headers)
            return self._answer(call, self._asked(request, owner), body, number, bucket)

        return serve

    def _enter(self, call: Call, request: Request, body: bytes) -> tuple[str, Bucket]:
        address = "address " + (request.client.host if request.client else "")
        if self._wrong("forwarded-address-trusted"):
            address = "address " + request.headers.get("x-forwarded-for", address)
        if call.permission is None:
            return "", self._gate.spend(address, private=False)
        try:
            key = self._gate.admit(signed_request(request.method, _path(request), body, request.headers), call.permission)
        except Refusal as refusal:
            refusal.headers = self._gate.headers(self._gate.spend(address, private=False))
            raise
        return key.owner, self._gate.spend("key " + key.key, private=True)

    def _asked(self, request: Request, owner: str) -> Asked:
        return Asked(owner=owner, path=request.path_params, query=request.query_params)

    def _answer(self, call: Call, asked: Asked, body: bytes, number: str, bucket: Bucket) -> Response:
        try:
            read = _object(body) if call.method in {"POST", "PATCH"} else {}
            self._before()
            answer = call.run(Asked(owner=asked.owner, path=asked.path, query=asked.query, body=read))
        except Refusal as refusal:
            return self._refused(refusal, number, self._gate.headers(bucket))
        headers = {"x-request-id": number} | self._gate.headers(bucket)
        return JSONResponse(answer.content, headers=headers | ({} if answer.after is None else {"x-after": answer.after}))

    def _place_anyway(self, call: Call, request: Request, body: bytes) -> None:
        with suppress(Refusal):
            key = self._gate.admit(signed_request(request.method, _path(request), body, request.headers), "trade")
            call.run(Asked(owner=key.owner, body=_object(body)))

    def _refused(self, refusal: Refusal, number: str, headers: Mapping[str, str]) -> Response:
        status = refusal.status
        if status == HTTPStatus.UNPROCESSABLE_ENTITY and self._wrong("refusals-as-200"):
            status = 200
        if status == HTTPStatus.TOO_MANY_REQUESTS and self._wrong("limited-as-503"):
            status = 503
        content = {"code": refusal.code, "message": refusal.message, "request_id": number}
        if self._wrong("error-request-id-differs"):
            content["request_id"] = str(uuid.uuid4())
        if self._wrong("error-code-as-number"):
            return JSONResponse(content | {"code": status}, status, {"x-request-id": number, **headers})
        if self._wrong("error-as-text") and refusal.status == HTTPStatus.NOT_FOUND:
            return Response(refusal.message, status, {"x-request-id": number, **headers}, "text/plain")
        return refused(Refusal(status, refusal.code, refusal.message), content["request_id"], {"x-request-id": number, **headers})


def refused(refusal: Refusal, number: str, headers: Mapping[str, str]) -> Response:
    """A refusal as the exchange writes it."""
    content = {"code": refusal.code, "message": refusal.message, "request_id": number}
    return JSONResponse(content, refusal.status, {"x-request-id": number, **headers})


async def astray(request: Request, error: Exception) -> Response:
    """What is answered where there is nothing to call; with 405, whatever can be called at that address."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if "Allow" in headers:
        routes = (route for route in request.app.routes if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE)
        headers["Allow"] = ", ".join(sorted({method for route in routes for method in route.methods or ()}))
    code = "method_not_allowed" if error.status_code == 405 else "route_not_found"  # noqa: PLR2004 - the status says its name
    return refused(Refusal(error.status_code, code, error.detail), str(uuid.uuid4()), headers)


def _path(request: Request) -> str:
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > _LARGEST_BODY:
        raise Refusal(413, "body_too_large", "the body is longer than 64 KiB")
    try:
        read = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed_json", "the body is no JSON") from None
    if not isinstance(read, dict):
        raise Refusal(400, "malformed_json", "the body is no JSON object")
    return read


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
