"""Petrel's REST calls: every answer is an envelope, and only the gateway uses statuses other than 200."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.third_exchange.defects import Defects
from benchmarks.third_exchange.form import Form, read
from benchmarks.third_exchange.gate import Gate
from benchmarks.third_exchange.public import Call as PublicCall
from benchmarks.third_exchange.refusals import INVALID_ARGUMENTS, RATE_LIMIT, UNKNOWN_METHOD, RefusedError
from benchmarks.third_exchange.trading import BrokenError, Call

PUBLIC, PRIVATE = "/0/public/", "/0/private/"
_BODY = 65_536
_FORM = "application/x-www-form-urlencoded"
_PAGE = "<html><body><h1>Something went wrong</h1></body></html>"


class Rest:
    """Answers requests."""

    def __init__(
        self,
        public: dict[str, PublicCall],
        private: dict[str, Call],
        gate: Gate,
        turn: Callable[[], None],
        defects: Defects,
        *,
        ticks: Callable[[], float],
    ) -> None:
        self._public = public
        self._private = private
        self._gate = gate
        self._turn = turn
        self._defects = defects
        self._ticks = ticks

    def routes(self) -> list[Route]:
        """One route per call."""
        return [
            *(Route(PUBLIC + name, self._answering(self._answer_public), methods=["GET"]) for name in self._public),
            *(Route(PRIVATE + name, self._answering(self._answer_private), methods=["POST"]) for name in self._private),
        ]

    def _answering(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            self._turn()
            wait = self._gate.wait(request.client.host if request.client else "", self._ticks())
            if wait:
                return self._too_many(wait)
            try:
                return await answer(request)
            except BrokenError as error:
                return Response(_PAGE, error.status, media_type="text/html")

        return answered

    def _too_many(self, wait: int) -> Response:
        if self._defects.on("limit-as-403"):
            return _envelope({"error": [RATE_LIMIT]}, 403)
        headers = {"Retry-After": str(wait * 1000 if self._defects.on("retry-after-in-milliseconds") else wait)}
        if self._defects.on("retry-after-zero"):
            headers = {"Retry-After": "0"}
        return _envelope({"error": [RATE_LIMIT]}, 429, {} if self._defects.on("retry-after-missing") else headers)

    async def _answer_public(self, request: Request) -> Response:
        name = request.url.path.removeprefix(PUBLIC)
        try:
            result = self._public[name](Form(read(request.scope["query_string"])))
        except RefusedError as refused:
            return self._refusal(refused)
        answer = _envelope({"error": [], "result": result})
        if name == "Ticker" and self._defects.on("ticker-as-html"):
            answer.headers["content-type"] = "text/html; charset=utf-8"
        return answer

    async def _answer_private(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _envelope({"error": [INVALID_ARGUMENTS]}, 415)
        body = await request.body()
        if len(body) > _BODY:
            return _envelope({"error": [INVALID_ARGUMENTS]}, 413)
        headers: dict[str, str] = {}
        try:
            result = self._called(request, body, headers)
        except RefusedError as refused:
            return self._refusal(refused, headers)
        return _envelope({"error": [], "result": result}, headers=headers)

    def _called(self, request: Request, body: bytes, headers: dict[str, str]) -> object:
        path = request.url.path
        call = self._private[path.removeprefix(PRIVATE)]
        if "api-key" not in request.headers and path.endswith("Balance") and self._defects.on("keyless-balance-empty"):
            return {}
        key = self._gate.key(request.headers, path, body)
        cost = call.cost * 10 if call.cost > 1 and self._defects.on("history-costs-tenfold") else call.cost
        counted = self._gate.count(key, cost, self._ticks())
        headers.update({"API-Counter": str(counted.stands), "API-Counter-Limit": str(self._gate.limits.counter)})
        fields = read(body)
        if self._defects.on("query-overrides-body"):
            fields.update(read(request.scope["query_string"]))
        if not counted.within:
            if self._defects.on("limited-call-executed"):
                self._gate.permit(key, path)
                call.answer(key.account, Form(fields))
            raise RefusedError("EService:Busy" if self._defects.on("limit-by-other-code") else RATE_LIMIT)
        self._gate.permit(key, path)
        return call.answer(key.account, Form(fields))

    def _refusal(self, refused: RefusedError, headers: dict[str, str] | None = None) -> Response:
        if self._defects.on("error-as-text"):
            return _envelope({"error": refused.code}, headers=headers)
        if refused.code.startswith("EOrder:") and self._defects.on("order-refusals-as-400"):
            return _envelope({"error": [refused.code]}, 400, headers)
        if refused.code.startswith("EOrder:") and self._defects.on("refusal-hidden-in-result"):
            return _envelope({"error": [], "result": {"status": "rejected", "message": refused.code}}, headers=headers)
        return _envelope({"error": [refused.code]}, headers=headers)


async def gateway(_request: Request, error: Exception) -> Response:
    """What the gateway says itself: unknown paths, methods that a path does not have."""
    assert isinstance(error, HTTPException)
    return _envelope({"error": [UNKNOWN_METHOD]}, error.status_code, dict(error.headers or {}))


def _envelope(content: dict[str, object], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(content, separators=(",", ":")), status, headers, "application/json")
