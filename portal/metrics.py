"""The portal in numbers, as Prometheus reads them. Every label is a word of ours: no name, address or text of a caller's stands in one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.status import STATUS_NAME
from reports.store import Store

_PAGES = frozenset(
    (
        "api",
        "badges",
        "certificates",
        "checks",
        "exchanges",
        "health",
        "metrics",
        "packages",
        "static",
        "trust.json",
        STATUS_NAME,
    )
)
_METHODS = frozenset(("GET", "HEAD", "POST"))
_BUCKETS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


class Metrics:
    """The numbers of one portal."""

    def __init__(self) -> None:
        """All zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "certify_http_requests", "Requests that the portal answered.", ("page", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "certify_http_request_seconds", "How long answers took.", ("page",), buckets=_BUCKETS, registry=self._registry
        )

    def watch(self, app: ASGIApp) -> ASGIApp:
        """The application, with every request counted."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            begun, status = time.monotonic(), 500

            async def sent(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, sent)
            finally:
                self.count(page_of(scope["path"]), scope["method"], status, time.monotonic() - begun)

        return watched

    def count(self, page: str, method: str, status: int, seconds: float) -> None:
        """Count one answer; ``page`` is what ``page_of`` gives."""
        self._requests.labels(page, method if method in _METHODS else "other", f"{status // 100}xx").inc()
        self._seconds.labels(page).observe(seconds)

    def answer(self, store: Store, now: datetime) -> Response:
        """All numbers: those of this process, and those of our tables as they are now."""
        tables = CollectorRegistry()
        tables.register(_Tables(store, now))
        content = generate_latest(self._registry) + generate_latest(tables)
        return Response(content, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


def page_of(path: str) -> str:
    """The family of pages that an address belongs to: one of a few words, whatever a caller asks for."""
    first = path.strip("/").partition("/")[0]
    return "home" if not first else first if first in _PAGES else "other"


class _Tables(Collector):
    """Our tables, counted when they are asked for."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self._now = now

    def collect(self) -> Iterator[Metric]:
        counted = self._store.tally(now=self._now)
        for name, about, states in (
            ("certify_requests", "Certification requests by state; received and queued ones wait.", counted.requests),
            ("certify_runs", "Runs by state.", counted.runs),
            ("certify_certificates", "Certificates by what they are worth now.", counted.certificates),
        ):
            family = GaugeMetricFamily(name, about, labels=("state",))
            for state, count in states:
                family.add_metric((state.value,), count)
            yield family
        waited = (self._now - (counted.waiting_since or self._now).astimezone(UTC)).total_seconds()
        yield GaugeMetricFamily("certify_oldest_request_seconds", "How long the oldest waiting request has waited.", value=max(waited, 0))
