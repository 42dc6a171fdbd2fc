"""An exchange that takes orders over a WebSocket, each message signed by itself, in Binance's way; written from its documentation alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

KEY = "a-made-up-key"
SECRET = "a made-up secret"
Told = dict[str, Any]

REST: Told = {
    "openapi": "3.1.0",
    "info": {"title": "Desk", "version": "1"},
    "servers": [{"url": "https://desk.example.com"}],
    "paths": {
        "/look": {"get": {"operationId": "look", "responses": {"204": {"description": "seen"}}}},
        "/time": {
            "get": {
                "operationId": "getTime",
                "responses": {
                    "200": {
                        "description": "the time",
                        "content": {"application/json": {"schema": {"type": "object", "properties": {"serverTime": {"type": "integer"}}}}},
                    }
                },
            }
        },
    },
}
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "format": "int64"}
_PROOF = {"apiKey": _TEXT, "recvWindow": _NUMBER, "timestamp": _NUMBER, "signature": _TEXT}
_ORDER = {"symbol": _TEXT, "quantity": _TEXT, "newClientOrderId": _TEXT, "a": {"type": "number"}, **_PROOF}


def _object(properties: Told, *required: str) -> Told:
    return {"type": "object", "properties": properties, "required": list(required)}


def _call(method: str, params: Told, *required: str) -> Told:
    return _object({"id": _TEXT, "method": {"type": "string", "const": method}, "params": _object(params, *required)}, "method")


_REPLY = _object({"id": _TEXT, "status": {"type": "integer"}, "result": _object({"orderId": _NUMBER, "symbol": _TEXT}, "orderId")}, "id")
_MESSAGES = {
    "place": _call("order.place", _ORDER, "symbol", "apiKey", "timestamp", "signature"),
    "cancel": _call("order.cancel", {"symbol": _TEXT, **_PROOF}, "symbol", "apiKey", "timestamp", "signature"),
    "status": _call("status", {"symbol": _TEXT}),
    "reply": _REPLY,
}


def _request(name: str, *, secured: bool) -> Told:
    security = [{"$ref": "#/components/securitySchemes/trade"}] if secured else []
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/desk"},
        "messages": [{"$ref": f"#/channels/desk/messages/{name}"}],
        "reply": {"channel": {"$ref": "#/channels/desk"}, "messages": [{"$ref": "#/channels/desk/messages/reply"}]},
        **({"security": security} if secured else {}),
    }


STREAMS: Told = {
    "asyncapi": "3.0.0",
    "info": {"title": "Desk", "version": "1"},
    "servers": {"main": {"host": "desk.example.com", "protocol": "wss", "pathname": "/calls"}},
    "channels": {
        "desk": {"address": "/", "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _MESSAGES}},
    },
    "operations": {
        "orderPlace": _request("place", secured=True),
        "orderCancel": _request("cancel", secured=True),
        "status": _request("status", secured=False),
    },
    "components": {
        "securitySchemes": {"trade": {"type": "apiKey", "in": "user"}},
        "messages": {
            name: {"name": name, "correlationId": {"location": "$message.payload#/id"}, "payload": schema}
            for name, schema in _MESSAGES.items()
        },
    },
}


class Trouble(StrEnum):
    """What becomes of a message. Its first column in ``sdkgen/RUNTIME.md``."""

    NONE = "none"
    NO_REPLY = "no-reply"
    CUT_REPLY = "cut-reply"
    CLOSED_DOOR = "closed-door"
    """The connection ends, and the next one is refused once."""
    TOO_MANY = "too-many"
    FAILED = "failed"
    WRONG_CLOCK = "wrong-clock"
    ODD_REPLY = "odd-reply"
    REFUSED = "refused"
    OTHERS_FIRST = "others-first"


class MessageDesk:
    """Takes orders, and has the trouble with each that it is told to have, once for each time that it is named."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._troubles: dict[str, list[Trouble]] = {}
        self._closed = 0
        self.heard: list[str] = []
        """Every text, in order."""
        self.taken: list[str] = []
        """The symbols of the orders that were carried out."""

    def trouble(self, symbol: str, *troubles: Trouble) -> None:
        """What becomes of the next messages about a symbol."""
        with self._lock:
            self._troubles[symbol] = [*troubles]

    def door(self, _connection: ServerConnection, request: Request) -> Response | None:
        """Plain HTTP for the time; a refusal where the door is closed."""
        if request.path == "/time":
            body = json.dumps({"serverTime": time.time_ns() // 1_000_000}).encode()
            return _plain(HTTPStatus.OK, body)
        with self._lock:
            if self._closed:
                self._closed -= 1
                return _plain(HTTPStatus.SERVICE_UNAVAILABLE, b"")
        return None

    def __call__(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            self._serve(connection)

    def _serve(self, connection: ServerConnection) -> None:
        for text in connection:
            message = json.loads(text, parse_float=str)
            symbol = message.get("params", {}).get("symbol", "")
            with self._lock:
                self.heard.append(str(text))
                waiting = self._troubles.get(symbol, [])
                trouble = waiting.pop(0) if waiting else Trouble.NONE
            if not self._answer(connection, message, symbol, trouble):
                return

    def _answer(self, connection: ServerConnection, message: Told, symbol: str, trouble: Trouble) -> bool:
        """Whether the connection goes on."""
        problem = _flaw(message) or _REFUSALS.get(trouble)
        if problem is None:
            with self._lock:
                self.taken.append(symbol)
        if trouble in {Trouble.CUT_REPLY, Trouble.CLOSED_DOOR}:
            with self._lock:
                self._closed += trouble is Trouble.CLOSED_DOOR
            connection.socket.shutdown(socket.SHUT_RDWR)
            return False
        if trouble is Trouble.NO_REPLY:
            return True
        if trouble is Trouble.OTHERS_FIRST:
            connection.send(json.dumps({"id": "of another", "status": 500, "error": {"code": -1, "msg": "not for you"}}))
            connection.send(json.dumps({"id": message["id"], "ack": True}))
        result = {"orderId": "none" if trouble is Trouble.ODD_REPLY else 9007199254740993, "symbol": symbol}
        connection.send(
            json.dumps({"id": message["id"], "status": 200, "result": result} if problem is None else {"id": message["id"], **problem})
        )
        return True


def _refusal(status: int, code: int, words: str, **data: int) -> Told:
    return {"status": status, "error": {"code": code, "msg": words, **({"data": data} if data else {})}}


_REFUSALS: dict[Trouble, Told] = {
    Trouble.TOO_MANY: _refusal(429, -1003, "Too many requests.", retryAfter=30),
    Trouble.FAILED: _refusal(503, -9999, "Nobody knows."),
    Trouble.WRONG_CLOCK: _refusal(400, -1021, "Timestamp is outside of the recvWindow."),
    Trouble.REFUSED: _refusal(400, -2010, "Account has insufficient balance."),
}


def _flaw(message: Told) -> Told | None:
    """What is wrong with a message's proof; nothing where none is needed."""
    if message["method"] == "status":
        return _refusal(400, -1101, "Too many parameters.") if "signature" in message.get("params", {}) else None
    params = dict(message["params"])
    signature = params.pop("signature", "")
    signed = "&".join(f"{name}={params[name]}" for name in sorted(params))
    if not hmac.compare_digest(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest(), signature):
        return _refusal(400, -1022, "Signature for this request is not valid.")
    if params["apiKey"] != KEY or not isinstance(params["timestamp"], int):
        return _refusal(401, -2015, "Invalid API-key.")
    return None


def _plain(status: HTTPStatus, body: bytes) -> Response:
    from websockets.datastructures import Headers  # noqa: PLC0415 - of the server alone

    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status.value, status.phrase, headers, body)


@contextmanager
def desk_server(desk: MessageDesk) -> Iterator[str]:
    """Gives its address, ``http://``."""
    silent = logging.getLogger("tests.message_desk")
    silent.addHandler(logging.NullHandler())
    silent.propagate = False
    with serve(desk, "127.0.0.1", 0, logger=silent, compression=None, process_request=desk.door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
