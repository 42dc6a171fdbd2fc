"""A small exchange's description and profile, for the tests of contract testing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile
from certification.sandboxes.open import Sandbox, SandboxKind
from sdkgen.api.load import load
from sdkgen.api.model import Api
from sdkgen.signing.request import Credentials

ANSWER = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
ORDER = {
    "type": "object",
    "required": ["market", "price"],
    "properties": {"market": {"type": "string"}, "price": {"type": "string"}},
}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Small", "version": "1"},
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "paths": {
        "/time": {"get": {"operationId": "getTime", "responses": ANSWER}},
        "/orders": {
            "post": {
                "operationId": "placeOrder",
                "security": [{"Key": []}],
                "requestBody": {"required": True, "content": {"application/json": {"schema": ORDER}}},
                "responses": {**ANSWER, "400": {"description": "bad"}, "451": {"description": "not here"}},
            }
        },
        "/orders/{id}": {
            "get": {
                "operationId": "getOrder",
                "security": [{"Key": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "market", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {**ANSWER, "4XX": {"description": "refused"}},
            }
        },
    },
}
PROFILE: dict[str, Any] = {
    "id": "small",
    "name": "Small",
    "spec": {"rest": {"file": "openapi.json"}},
    "signing": {
        "algorithm": "hmac-sha256",
        "payload": [{"value": "timestamp"}, {"value": "method"}, {"value": "path"}, {"value": "query"}, {"value": "body"}],
        "placements": [
            {"carrier": "header", "name": "X-Key", "value": "key"},
            {"carrier": "header", "name": "X-Time", "value": "timestamp"},
            {"carrier": "header", "name": "X-Sign", "value": "signature"},
        ],
    },
    "rate_limit": [{"requests": 600, "per_seconds": 60}, {"requests": 50, "per_seconds": 1}],
    "sdk": {"packages": {"python": "small", "typescript": "small", "go": "example.org/small"}},
    "trading": {
        "symbol": "BTC-USD",
        "base": "BTC",
        "quote": "USD",
        "price": "50000",
        "price_step": "0.5",
        "quantity": "0.01",
        "quantity_step": "0.001",
        "roles": {
            "place": {"operation": "placeOrder", "arguments": {"symbol": "body.market", "price": "body.price", "side": "body.side"}},
            "query": {"operation": "getOrder", "arguments": {"order_id": "path.id"}},
        },
    },
}
ACCOUNTS = (Credentials(key="first-key", secret="first secret/+"), Credentials(key="second-key", secret="s2", passphrase="p2"))


@pytest.fixture(scope="session")
def api() -> Api:
    return load(json.dumps(DESCRIPTION).encode())


@pytest.fixture(scope="session")
def profile() -> ExchangeProfile:
    return ExchangeProfile.model_validate(PROFILE)


@pytest.fixture
def snapshot(tmp_path: Path) -> SpecSnapshot:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DESCRIPTION))
    return SpecSnapshot(
        exchange_id="small",
        source="openapi.json",
        digest="0" * 64,
        path=str(path),
        overlays=(),
        format="openapi 3.0.3",
        title="Small",
        version="1",
        operations=3,
        fetched_at=datetime.now(UTC),
    )


@pytest.fixture
def sandbox_at() -> Callable[..., Sandbox]:
    def made(url: str = "http://127.0.0.1:9", *, kind: SandboxKind = SandboxKind.REMOTE, **more: Any) -> Sandbox:
        given: dict[str, Any] = {"base_path": "", "accounts": ACCOUNTS, "headers": (), **more}
        return Sandbox(url=url, host_url=url, kind=kind, **given)

    return made
