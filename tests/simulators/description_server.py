"""A small web server that gives descriptions, and misbehaves on request."""

from __future__ import annotations

import gzip
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True, kw_only=True)
class Page:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    drip_seconds: float = 0
    """Pause after each byte of the body."""
    drip_headers: bool = False
    """Send a header that never ends, a byte at a time."""
    cut: int = 0
    """How many bytes of the body to leave out, although they were announced."""
    compressed: bool = False


@dataclass(slots=True, kw_only=True)
class DescriptionServer:
    """What it serves, and what it was asked."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    """Serves one ``DescriptionServer``."""

    daemon_threads = True
    state: DescriptionServer
    stopping: threading.Event


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        state = self.server.state
        state.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = state.pages.get(self.path.partition("?")[0], Page(status=404))
        if page.drip_headers:
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000, 0.02)
            return
        unchanged = (page.etag is not None and self.headers.get("If-None-Match") == page.etag) or (
            page.last_modified is not None and self.headers.get("If-Modified-Since") == page.last_modified
        )
        self._answer(Page(status=304) if unchanged else page)

    def _answer(self, page: Page) -> None:
        body = gzip.compress(page.body) if page.compressed else page.body
        named = {"ETag": page.etag, "Last-Modified": page.last_modified, "Content-Encoding": "gzip" if page.compressed else None}
        self.send_response(page.status)
        for name, value in {**page.headers, **{name: text for name, text in named.items() if text is not None}}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._drip(body[: len(body) - page.cut], page.drip_seconds)

    def _drip(self, data: bytes, seconds: float) -> None:
        try:
            if not seconds:
                self.wfile.write(data)
                return
            for byte in data:
                self.wfile.write(bytes((byte,)))
                self.wfile.flush()
                if self.server.stopping.wait(seconds):
                    return
        except OSError:
            self.close_connection = True  # the client has seen enough

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client did not like us

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        pass


@contextmanager
def description_server(tls: ssl.SSLContext | None = None) -> Iterator[DescriptionServer]:
    """Serve on a free port of the loopback interface; over TLS, as ``localhost``, where a context is given."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.state = DescriptionServer(url=f"{'https://localhost' if tls else 'http://127.0.0.1'}:{server.server_address[1]}")
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
