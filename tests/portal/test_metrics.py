"""The portal in numbers: what is counted, and what never stands in a label."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from portal.metrics import page_of
from reports.store import NewRequest, RequestState
from tests.portal.conftest import HOSTILE_NAME, TOKEN, Kept
from tests.simulators.asgi_client import AsgiClient


def numbers(client: AsgiClient) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, these in the order of their names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_requests_are_counted_by_page_method_and_kind_of_answer(client: AsgiClient) -> None:
    for path in ("/", "/", "/exchanges/none", "/badges/x.svg", "/packages/pypi/simple/"):
        client.get(path)
    seen = numbers(client)
    assert seen["certify_http_requests_total", "GET", "home", "2xx"] == 2
    assert seen["certify_http_requests_total", "GET", "exchanges", "4xx"] == 1
    assert seen["certify_http_requests_total", "GET", "badges", "2xx"] == 1
    assert seen["certify_http_request_seconds_count", "home"] == 2
    assert numbers(client)["certify_http_requests_total", "GET", "metrics", "2xx"] == 1, "this answer is counted with the next"


def test_tables_are_counted_as_they_are_now(client: AsgiClient, kept: Kept) -> None:
    before = numbers(client)
    assert before["certify_certificates", "valid"] == 1
    assert before["certify_requests", "received"] == 0
    assert before["certify_oldest_request_seconds",] == 0
    then = datetime.now(UTC) - timedelta(minutes=10)
    entered = kept.store.requests.create(NewRequest(exchange_id="alpha", requested_by="desk"), now=then)
    kept.store.runs.start("r1", exchange_id="alpha", folder="/out", now=then)
    seen = numbers(client)
    assert seen["certify_requests", "received"] == 1
    assert seen["certify_runs", "running"] == before["certify_runs", "running"] + 1
    assert 600 <= seen["certify_oldest_request_seconds",] < 700
    kept.store.requests.transition(entered.id, RequestState.QUEUED, now=then)
    kept.store.requests.claim("worker", now=then, lasts=timedelta(minutes=2))
    assert numbers(client)["certify_oldest_request_seconds",] == 0, "somebody works on it"


def test_a_certificate_past_its_time_is_counted_as_expired(kept: Kept) -> None:
    counted = dict(kept.store.tally(now=datetime.now(UTC) + timedelta(days=3650)).certificates)
    assert {state.value: count for state, count in counted.items()} == {"valid": 0, "suspended": 0, "revoked": 0, "expired": 1}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "home"),
        ("/api/v1/exchanges", "api"),
        ("/trust.json", "trust.json"),
        ("/wp-login.php", "other"),
        ("//x", "other"),
        ("/API", "other"),
    ],
)
def test_an_address_is_one_of_a_few_words(path: str, page: str) -> None:
    assert page_of(path) == page


def test_no_text_of_a_stranger_and_no_secret_stands_in_a_number(client: AsgiClient) -> None:
    client.get("/exchanges/intruder")
    client.get("/intruder/intruder")
    text = client.get("/metrics").text
    assert "intruder" not in text
    assert TOKEN not in text
    assert HOSTILE_NAME not in text
