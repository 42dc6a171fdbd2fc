from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from portal.app import create_app
from portal.requests import MAX_BODY_BYTES
from reports.store import RequestState
from tests.portal.conftest import TOKEN, Kept
from tests.simulators.asgi_client import AsgiClient, asking

ADDRESS = "/api/v1/certifications"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}
ASKED = {"exchange": "sample", "level": "gold", "sandbox": "https://sandbox.example.test"}


def ask(client: AsgiClient, document: Any = ASKED, **headers: str) -> httpx.Response:
    return client.post(ADDRESS, json=document, headers=ALLOWED | {name.replace("_", "-"): value for name, value in headers.items()})


def complaint(answer: httpx.Response, status: int) -> str:
    """The sentence of a refusal, which every refusal has in the same form (RFC 9457)."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["status"] == status
    assert document["title"]
    return str(document["detail"])


def test_a_request_is_entered_and_can_be_followed(client: AsgiClient, kept: Kept) -> None:
    answer = ask(client)
    assert answer.status_code == 202
    entered = answer.json()
    assert entered["state"] == "received"
    assert (entered["exchange"], entered["level"], entered["sandbox"]) == ("sample", "gold", "https://sandbox.example.test")
    assert client.get(answer.headers["location"], headers=ALLOWED).json() == entered
    assert client.get(ADDRESS, headers=ALLOWED).json() == [entered]
    stored = kept.store.requests.get(entered["id"])
    assert stored is not None
    assert TOKEN not in stored.requested_by


def test_the_same_request_sent_twice_is_one(client: AsgiClient) -> None:
    first = ask(client, Idempotency_Key="order-1")
    again = ask(client, Idempotency_Key="order-1")
    assert again.status_code == 202
    assert again.json()["id"] == first.json()["id"]
    assert ask(client, Idempotency_Key="order-2").json()["id"] != first.json()["id"]
    assert ask(client).json()["id"] != first.json()["id"]
    assert "another request" in complaint(ask(client, ASKED | {"level": "bronze"}, Idempotency_Key="order-1"), 409)


@pytest.mark.parametrize(
    "authorization",
    [None, "", TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer caf\xe9"],
)
def test_without_the_token_nothing_is_told_or_taken(client: AsgiClient, kept: Kept, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    for answer in (
        client.post(ADDRESS, json=ASKED, headers=headers),
        client.get(ADDRESS, headers=headers),
        client.get(f"{ADDRESS}/some", headers=headers),
    ):
        assert "Bearer" in complaint(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in answer.text
    assert kept.store.requests.list() == ()


def test_a_service_without_a_token_takes_no_requests(closed: AsgiClient) -> None:
    assert "CERTIFY_API_TOKEN" in complaint(closed.post(ADDRESS, json=ASKED, headers={"Authorization": "Bearer "}), 503)
    assert "CERTIFY_API_TOKEN" in complaint(closed.get(ADDRESS), 503)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param(b"", "JSON", id="nothing"),
        pytest.param(b"{", "JSON", id="half"),
        pytest.param(b"\xff\xfe", "JSON", id="no text"),
        pytest.param(b"[" * 5000, "JSON", id="deep"),
        pytest.param(b"[]", "the body", id="list"),
        pytest.param(b"{}", "exchange", id="no exchange"),
        pytest.param(b'{"exchange": 7}', "exchange", id="a number"),
        pytest.param(b'{"exchange": "../../etc"}', "exchange", id="a path"),
        pytest.param(b'{"exchange": "sample", "level": "diamond"}', "level", id="unknown level"),
        pytest.param(b'{"exchange": "sample", "spec": "file:///etc/passwd"}', "spec", id="a file"),
        pytest.param(b'{"exchange": "sample", "sandbox": "gopher://x"}', "sandbox", id="another scheme"),
        pytest.param(b'{"exchange": "sample", "out": "/tmp"}', "out", id="unknown field"),
    ],
)
def test_what_is_no_request_is_refused_with_its_field(client: AsgiClient, kept: Kept, body: bytes, named: str) -> None:
    answer = client.post(ADDRESS, content=body, headers=ALLOWED | {"Content-Type": "application/json; charset=utf-8"})
    assert named in complaint(answer, 400)
    assert kept.store.requests.list() == ()


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "caf\xe9"])
def test_a_key_that_is_none_is_refused(client: AsgiClient, key: str) -> None:
    headers: dict[str, Any] = ALLOWED | {"Idempotency-Key": key.encode("latin-1")}
    assert "idempotency_key" in complaint(client.post(ADDRESS, json=ASKED, headers=headers), 400)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(client: AsgiClient, media_type: str) -> None:
    answer = client.post(ADDRESS, content=json.dumps(ASKED), headers=ALLOWED | {"Content-Type": media_type})
    assert "application/json" in complaint(answer, 415)


def test_a_large_body_is_refused_before_it_is_read_whole(client: AsgiClient) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * MAX_BODY_BYTES:
            sent += 1024
            yield b" " * 1024

    answer = client.post(ADDRESS, content=chunks(), headers=ALLOWED | {"Content-Type": "application/json"})
    assert f"{MAX_BODY_BYTES:,}" in complaint(answer, 413)
    assert ask(client).status_code == 202


def test_an_unknown_exchange_is_refused(client: AsgiClient) -> None:
    assert "nobody" in complaint(ask(client, {"exchange": "nobody"}), 404)
    assert complaint(client.get(f"{ADDRESS}/nothing", headers=ALLOWED), 404)


def test_addresses_that_are_private_are_taken_here_and_refused_where_they_are_opened(client: AsgiClient, kept: Kept) -> None:
    entered = ask(client, ASKED | {"sandbox": "http://169.254.169.254/latest", "spec": "http://127.0.0.1/openapi.yaml"}).json()
    assert entered["state"] == "received"
    stored = kept.store.requests.get(entered["id"])
    assert stored is not None
    assert stored.sandbox == "http://169.254.169.254/latest"


def test_health_asks_the_tables(client: AsgiClient, kept: Kept) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("method", "address"), [("DELETE", ADDRESS), ("POST", "/"), ("PUT", "/badges/sample.svg"), ("POST", "/health")])
def test_another_method_is_refused_with_those_that_are_taken(client: AsgiClient, method: str, address: str) -> None:
    answer = client.request(method, address)
    assert complaint(answer, 405)
    assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_program_gets_its_404_as_a_document(client: AsgiClient, accept: str) -> None:
    assert complaint(client.get("/api/v2/anything", headers={"Accept": accept}), 404)
    assert complaint(client.get("/no/such/page", headers={"Accept": "application/json"}), 404)


def test_what_a_request_became_is_told(client: AsgiClient, kept: Kept) -> None:
    entered = ask(client).json()
    now = datetime.now(UTC)
    kept.store.requests.transition(entered["id"], RequestState.RUNNING, now=now)
    kept.store.requests.transition(entered["id"], RequestState.CERTIFIED, now=now, run_id="20260301T120000Z-00c0ffee", reason="all is well")
    told = client.get(f"{ADDRESS}/{entered['id']}", headers=ALLOWED).json()
    assert told["state"] == "certified"
    assert told["certificate"] == "/certificates/20260301T120000Z-00c0ffee"
    assert told["reason"] == "all is well"


def test_tables_out_of_reach_are_said_to_be(kept: Kept) -> None:
    app = create_app(kept.settings)
    with asking(app) as client:
        file = Path(kept.settings.database_url.removeprefix("sqlite:///"))
        app.state.store.close()
        file.unlink()
        file.mkdir()
        answer = client.get("/health")
    assert "try again" in complaint(answer, 503)
    assert answer.headers["retry-after"]


def test_a_mistake_of_ours_tells_nothing_of_our_insides(kept: Kept) -> None:
    with asking(create_app(replace(kept.settings, trust=kept.settings.exchanges))) as client:
        answer = client.get("/trust.json")
    assert "logged" in complaint(answer, 500)
    assert str(kept.settings.exchanges) not in answer.text
