"""The portal as an ASGI application: pages for people, documents and packages for programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from portal import pages
from portal.answers import FRESH, document, page, problem, with_etag
from portal.certificates import certificate_file, comparison_of
from portal.exchanges import badge_at, exchange_view, exchange_views
from portal.metrics import Metrics
from portal.requests import post_request, refuse_stranger, shown
from portal.settings import PortalSettings
from reports.errors import ReportError
from reports.registries.serve import registry_app
from reports.render.badge import UNKNOWN, Badge, render_badge, render_endpoint
from reports.status import STATUS_NAME
from reports.store import Store, open_store

_STYLE = Path(__file__).parent / "static" / "portal.css"
_NEVER_AGAIN = "public, max-age=86400"


def create_app(settings: PortalSettings) -> Starlette:
    """The application for these settings. Opens the store when it starts and closes it when it ends."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.store = await run_in_threadpool(open_store, settings.database_url)
        try:
            yield
        finally:
            app.state.store.close()

    metrics = Metrics()
    handlers = _Handlers(settings, metrics)
    return Starlette(
        routes=[
            Route("/", handlers.plain(handlers.home)),
            Route("/exchanges/{exchange}", handlers.plain(handlers.exchange)),
            Route("/certificates/{run_id}", handlers.plain(handlers.certificate)),
            Route("/certificates/{run_id}/{name}", handlers.plain(handlers.file)),
            Route("/badges/{exchange}.svg", handlers.plain(handlers.badge)),
            Route("/badges/{exchange}.json", handlers.plain(handlers.endpoint)),
            Route("/checks", handlers.plain(handlers.checks)),
            Route("/packages", handlers.plain(handlers.packages)),
            Mount("/packages", app=registry_app(settings.registry)),
            Route("/trust.json", handlers.plain(handlers.trust)),
            Route(f"/{STATUS_NAME}", handlers.plain(handlers.status)),
            Route("/static/portal.css", handlers.plain(handlers.style)),
            Route("/api/v1/exchanges", handlers.plain(handlers.api_exchanges)),
            Route("/api/v1/certifications", handlers.ask, methods=["POST"]),
            Route("/api/v1/certifications", handlers.plain(handlers.listed)),
            Route("/api/v1/certifications/{id}", handlers.plain(handlers.asked)),
            Route("/health", handlers.plain(handlers.health)),
            Route("/metrics", handlers.plain(handlers.metrics)),
        ],
        lifespan=lifespan,
        middleware=[Middleware(metrics.watch)],
        exception_handlers={404: _not_found, 405: _not_allowed, 500: _broken, ReportError: _unavailable},
    )


class _Handlers:
    """One method per address. All but one work in threads: they read files and tables."""

    def __init__(self, settings: PortalSettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics

    def plain(self, handler: Callable[[Request, Store, datetime], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def call(request: Request) -> Response:
            return await run_in_threadpool(handler, request, request.app.state.store, datetime.now(UTC))

        return call

    def home(self, _request: Request, store: Store, now: datetime) -> Response:
        return page(pages.home(exchange_views(self._settings, store, now)))

    def exchange(self, request: Request, store: Store, now: datetime) -> Response:
        view = exchange_view(request.path_params["exchange"], self._settings, store, now)
        if view is None:
            return page(pages.missing("There is no such exchange here."), status=404)
        return page(pages.exchange(view, self._settings.public_url))

    def certificate(self, request: Request, store: Store, now: datetime) -> Response:
        certificate = store.certificates.get(request.path_params["run_id"])
        if certificate is None:
            return page(pages.missing("There is no such certificate here."), status=404)
        return page(pages.certificate(certificate, badge_at(certificate, now), comparison_of(certificate), now, self._settings.public_url))

    def file(self, request: Request, store: Store, _now: datetime) -> Response:
        return certificate_file(request, store)

    def badge(self, request: Request, store: Store, now: datetime) -> Response:
        badge = self._badge(request, store, now)
        return with_etag(request, render_badge(badge), "image/svg+xml", cache=FRESH)

    def endpoint(self, request: Request, store: Store, now: datetime) -> Response:
        badge = self._badge(request, store, now)
        return with_etag(request, render_endpoint(badge), "application/json", cache=FRESH)

    def _badge(self, request: Request, store: Store, now: datetime) -> Badge:
        view = exchange_view(request.path_params["exchange"], self._settings, store, now)
        # An image in somebody's README must show, whatever happened: never an error.
        return view.badge if view else UNKNOWN

    def checks(self, _request: Request, _store: Store, _now: datetime) -> Response:
        return page(pages.checks())

    def packages(self, _request: Request, store: Store, now: datetime) -> Response:
        return page(pages.packages(exchange_views(self._settings, store, now), self._settings.public_url))

    def trust(self, request: Request, _store: Store, _now: datetime) -> Response:
        try:
            content = self._settings.trust.read_bytes()
        except FileNotFoundError:
            return problem(404, "Not Found", "nothing was signed here yet")
        return with_etag(request, content, "application/json", cache="public, max-age=300")

    def status(self, request: Request, _store: Store, _now: datetime) -> Response:
        """At the root, where ``certify verify`` looks for what was revoked when it is given a certificate's address."""
        try:
            content = (self._settings.registry.folder / STATUS_NAME).read_bytes()
        except FileNotFoundError:
            return problem(404, "Not Found", "no status list was signed here yet")
        return with_etag(request, content, "application/json", cache="public, max-age=60")

    def style(self, request: Request, _store: Store, _now: datetime) -> Response:
        return with_etag(request, pages.style(), "text/css", cache=_NEVER_AGAIN)

    def api_exchanges(self, _request: Request, store: Store, now: datetime) -> Response:
        views = exchange_views(self._settings, store, now)
        return document(
            [
                {
                    "id": view.id,
                    "name": f"{view.name} {view.product}".strip(),
                    "certificate": view.certificate.run_id if view.certificate else None,
                    "level": view.certificate.level.label if view.certificate else None,
                    "state": view.state.value if view.state else None,
                    "badge": f"/badges/{view.id}.svg",
                }
                for view in views
            ]
        )

    async def ask(self, request: Request) -> Response:
        return await post_request(request, self._settings, request.app.state.store)

    def listed(self, request: Request, store: Store, _now: datetime) -> Response:
        return refuse_stranger(request, self._settings) or document([shown(entry) for entry in store.requests.list()])

    def asked(self, request: Request, store: Store, _now: datetime) -> Response:
        refusal = refuse_stranger(request, self._settings)
        if refusal is not None:
            return refusal
        entry = store.requests.get(request.path_params["id"])
        return document(shown(entry)) if entry else problem(404, "Not Found", "there is no such certification request")

    def health(self, _request: Request, store: Store, _now: datetime) -> Response:
        store.runs.list(limit=1)
        return document({"status": "ok"})

    def metrics(self, _request: Request, store: Store, now: datetime) -> Response:
        return self._metrics.answer(store, now)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


async def _not_found(request: Request, _error: Exception) -> Response:
    if _wants_page(request):
        return page(pages.missing("There is nothing at this address."), status=404)
    return problem(404, "Not Found", "there is nothing at this address")


async def _not_allowed(_request: Request, error: Exception) -> Response:
    headers = getattr(error, "headers", None)
    return problem(405, "Method Not Allowed", "this address does not take that method", headers)


async def _unavailable(_request: Request, _error: Exception) -> Response:
    return problem(503, "Service Unavailable", "the service can't reach its own tables right now; try again", {"Retry-After": "5"})


async def _broken(_request: Request, _error: Exception) -> Response:
    return problem(500, "Internal Server Error", "the service made a mistake; it is logged")
