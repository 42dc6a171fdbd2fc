"""How requests reach the second exchange's operations, and how answers and refusals leave it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from benchmarks.second_exchange.answers import Json, written
from benchmarks.second_exchange.defects import Defects
from benchmarks.second_exchange.gate import Keys, ThrottledError, Weights
from benchmarks.second_exchange.operations import BASE, Operation
from benchmarks.second_exchange.orders import RefusedError
from benchmarks.second_exchange.parameters import Parameter, read

FORM = "application/x-www-form-urlencoded"
USED_WEIGHT = "X-KES-USED-WEIGHT-10S"
_LARGEST_BODY = 16 * 1024
_IN_THE_QUERY = frozenset({"timestamp", "recvWindow", "signature"})
_BAD_REQUEST = 400
Handler = Callable[[Request], Awaitable[Response]]


class _Endpoint:
    """A path's handler as an application of its own, so that every method reaches it."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._handle(Request(scope, receive))
        await answer(scope, receive, send)


class Rest:
    """The REST side."""

    def __init__(self, operations: tuple[Operation, ...], keys: Keys, weights: Weights, now: Callable[[], int]) -> None:
        self._operations = operations
        self._keys = keys
        self._weights = weights
        self._now = now

    @property
    def _defects(self) -> Defects:
        return self._keys.defects

    def routes(self) -> list[Route]:
        """One route for each path, whatever the method."""
        ordered = sorted(self._operations, key=lambda each: each.path)
        return [
            Route(f"{BASE}{path}", _Endpoint(self._handler({each.method: each for each in same})))
            for path, same in groupby(ordered, key=lambda each: each.path)
        ]

    def _handler(self, by_method: dict[str, Operation]) -> Handler:
        async def handle(request: Request) -> Response:
            operation = by_method.get(request.method)
            if operation is None:
                answer = self._said(405, {"code": -1000, "msg": "Method not allowed."}, request)
                answer.headers["Allow"] = ", ".join(sorted(by_method))
                return answer
            try:
                self._weights.spend(_address(request), operation.weight)
                return self._accepted(operation, await self._answer(operation, request), request)
            except RefusedError as refused:
                return self._refused(operation, refused, request)

        return handle

    async def _answer(self, operation: Operation, request: Request) -> Json:
        query, body = request.scope["query_string"], await request.body()
        if len(body) > _LARGEST_BODY:
            raise RefusedError(413, -1000, "The body is larger than 16 KiB.")
        if operation.public is not None:
            return operation.public(read(query, operation.wanted))
        assert operation.private is not None
        key = self._keys.named(request.headers)
        if operation.form and request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise RefusedError(415, -1000, f"The body is not {FORM}.")
        own, proof = _apart(operation)
        signed = read(query, proof if operation.form else operation.wanted)
        unlooked = operation.name == "cancelOrder" and "cancel-signature-ignored" in self._defects
        if not unlooked and (operation.signed or "signature-optional" in self._defects):
            try:
                self._keys.check(key, signed, query, body, self._now())
            except RefusedError:
                if operation.name == "newOrder" and "forged-orders-placed" in self._defects:
                    operation.private(key, read(body, own))
                raise
        return operation.private(key, read(body, own) if operation.form else signed)

    def _accepted(self, operation: Operation, document: Json, request: Request) -> Response:
        odd = operation.name == "bookTicker" and "undocumented-success" in self._defects
        answer = self._said(203 if odd else 200, document, request)
        if operation.name == "serverTime" and "weight-header-missing" in self._defects:
            del answer.headers[USED_WEIGHT]
        return answer

    def _refused(self, operation: Operation, refused: RefusedError, request: Request) -> Response:
        document: dict[str, Json] = {"code": refused.code, "msg": refused.message}
        if operation.name == "queryOrder" and refused.status == _BAD_REQUEST and "error-without-code" in self._defects:
            del document["code"]
        if operation.name == "newOrder" and "code-as-text" in self._defects:
            document["code"] = str(refused.code)
        if isinstance(refused, ThrottledError) and "throttled-in-html" in self._defects:
            page = Response(f"<h1>{refused.status}</h1>", refused.status, media_type="text/html")
            page.headers["Retry-After"] = str(refused.wait_s)
            return self._headed(page, request)
        if operation.name == "allOrders" and "html-refusals" in self._defects:
            return self._headed(Response(f"<h1>{refused.status}</h1>", refused.status, media_type="text/html"), request)
        answer = self._said(refused.status, document, request)
        if isinstance(refused, ThrottledError):
            answer.headers["Retry-After"] = str(refused.wait_s)
        return answer

    def _said(self, status: int, document: Json, request: Request) -> Response:
        return self._headed(Response(written(document), status, media_type="application/json"), request)

    def _headed(self, answer: Response, request: Request) -> Response:
        answer.headers[USED_WEIGHT] = str(self._weights.used(_address(request)))
        return answer


def _apart(operation: Operation) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    own = tuple(each for each in operation.wanted if each.name not in _IN_THE_QUERY)
    return own, tuple(each for each in operation.wanted if each.name in _IN_THE_QUERY)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
