"""The ASGI application: bytes in, bytes out, around the gateway and the streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router, WebSocketRoute
from starlette.websockets import WebSocketClose

from certification.sandboxes.reference.web import codec
from certification.sandboxes.reference.web.call import RawCall

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from certification.sandboxes.reference.web.gateway import Gateway
    from certification.sandboxes.reference.web.stream_socket import Streams

MAX_BODY_BYTES = 16 * 1024
_DRAIN_BYTES = 1024 * 1024
"""How much of a body that is too large is still read, so that the client gets to read the answer."""


class _Rest:
    """Hands every HTTP call to the gateway, with the path as it was on the wire; other streams than ours are refused."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            call = await _raw_call(request)
        except ClientDisconnect:
            return
        answer = self._gateway.answer(call)
        body = codec.write(answer.document)
        response = Response(body, status_code=answer.status, headers=dict(answer.headers), media_type=answer.media_type)
        await response(scope, receive, send)


async def _health(_: Request) -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")


def application(gateway: Gateway, streams: Streams) -> Router:
    """The exchange as an ASGI application.

    The gateway is no route: Starlette's patterns stop at line breaks, which a hostile path can hold.
    """
    routes = [Route("/health", _health, methods=["GET"]), WebSocketRoute("/v1/stream", streams.serve)]
    return Router(routes, default=_Rest(gateway), redirect_slashes=False)


async def _raw_call(request: Request) -> RawCall:
    body = bytearray()
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        body += chunk[: MAX_BODY_BYTES + 1 - len(body)]
        if read > _DRAIN_BYTES:
            break
    return RawCall(
        method=request.method,
        path=request.scope["raw_path"].decode("latin-1"),
        query=request.scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw),
        body=bytes(body[:MAX_BODY_BYTES]),
        body_is_complete=len(body) <= MAX_BODY_BYTES,
        client=request.client.host if request.client else "",
    )
