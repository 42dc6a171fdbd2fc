"""A client that asks an ASGI application without a socket, started and ended as a server would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class AsgiClient:
    """Asks from a thread that is not the application's."""

    _portal: BlockingPortal
    _client: httpx.AsyncClient

    def request(self, method: str, address: str, **given: Any) -> httpx.Response:
        """One request and its whole answer."""
        return self._portal.call(partial(self._client.request, method, address, **given))

    def get(self, address: str, **given: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", address, **given)

    def post(self, address: str, **given: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", address, **given)


@contextmanager
def asking(app: Starlette, *, base_url: str = "https://certify.example.test") -> Iterator[AsgiClient]:
    """Start the application, and end it with the context. What it raises becomes its answer, as behind a server."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        client = httpx.AsyncClient(transport=transport, base_url=base_url)
        try:
            yield AsgiClient(portal, client)
        finally:
            portal.call(client.aclose)
