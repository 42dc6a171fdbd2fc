"""A small description with something of everything, for planning and holding requests against it."""

from __future__ import annotations

import json

from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.recipe import Algorithm, Carrier, Part, Placement, Recipe, Value

_ORDER = {
    "type": "object",
    "required": ["symbol", "price"],
    "properties": {
        "symbol": {"type": "string", "example": "BTC-USD"},
        "price": {"type": "number"},
        "m": {"type": "integer"},
        "M": {"type": "boolean"},
        "side": {"$ref": "#/components/schemas/Side"},
    },
    "example": {"symbol": "BTC-USD", "price": 1.10, "m": 1, "M": True},
}

_REFERENCE = {"$ref": "#/components/schemas/Order"}
_FAILURE = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}


def _answer(schema: object, media_type: str = "application/json", status: str = "200") -> dict[str, object]:
    failed = {"description": "no", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}}
    return {status: {"description": "yes", "content": {media_type: {"schema": schema}}}, "4XX": failed}


def _parameter(name: str, place: str, schema: object, **more: object) -> dict[str, object]:
    return {"name": name, "in": place, "schema": schema, **more}


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Small", "version": "1"},
    "servers": [{"url": "https://api.small.example/base/v1"}],
    "components": {
        "schemas": {
            "Order": _ORDER,
            "Side": {"type": "string", "enum": ["buy", "sell"]},
            "Failure": _FAILURE,
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-KEY"}},
    },
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "tags": ["orders"],
                "parameters": [
                    _parameter("limit", "query", {"type": "integer"}, example=10),
                    _parameter("ids", "query", {"type": "array", "items": {"type": "string"}}, style="pipeDelimited", explode=False),
                    _parameter("filter", "query", {"type": "object", "properties": {"side": {"type": "string"}}}, style="deepObject"),
                    _parameter("X-Trace", "header", {"type": "string"}),
                    _parameter("session", "cookie", {"type": "string"}),
                ],
                "responses": _answer({"type": "array", "items": _REFERENCE}),
            },
            "post": {
                "operationId": "placeOrder",
                "tags": ["orders"],
                "security": [{"key": []}],
                "requestBody": {"required": True, "content": {"application/json": {"schema": _REFERENCE}}},
                "responses": _answer(_REFERENCE, status="201"),
            },
        },
        "/orders/{id}": {
            "get": {
                "operationId": "getOrder",
                "tags": ["orders"],
                "parameters": [_parameter("id", "path", {"type": "string"}, required=True)],
                "responses": _answer(_REFERENCE),
            },
            "delete": {
                "operationId": "cancelOrder",
                "tags": ["orders"],
                "security": [{"key": []}],
                "parameters": [_parameter("id", "path", {"type": "string"}, required=True)],
                "responses": {"204": {"description": "gone"}},
            },
        },
        "/withdrawals": {
            "put": {
                "operationId": "withdraw",
                "tags": ["funds"],
                "security": [{"key": []}],
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["asset"],
                                "properties": {"asset": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
                            }
                        }
                    }
                },
                "responses": _answer({"type": "string"}, "text/plain"),
            }
        },
        "/report": {
            "get": {
                "operationId": "report",
                "tags": ["funds"],
                "responses": _answer({"type": "string", "format": "binary"}, "application/octet-stream"),
            }
        },
    },
}

DESCRIPTION = json.dumps(DOCUMENT).encode()

RECIPE = Recipe(
    algorithm=Algorithm.HMAC_SHA256,
    placements=(
        Placement(carrier=Carrier.HEADER, name="X-KEY", value=Value.KEY),
        Placement(carrier=Carrier.HEADER, name="X-TIME", value=Value.TIMESTAMP),
        Placement(carrier=Carrier.HEADER, name="X-SIGN", value=Value.SIGNATURE),
    ),
    payload=(
        Part(value=Value.TIMESTAMP),
        Part(value=Value.METHOD),
        Part(value=Value.PATH),
        Part(value=Value.QUERY, prefix="?"),
        Part(value=Value.BODY),
    ),
)


def small_api() -> Api:
    return load(DESCRIPTION)
