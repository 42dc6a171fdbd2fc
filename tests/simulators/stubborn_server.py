"""An HTTP server that answers every request alike, and may stop listening after so many."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, status: int, dies_after: int | None) -> None:
        self.status = status
        self.left = dies_after
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"{}")
        if self.server.left is not None:
            self.server.left -= 1
            if self.server.left == 0:
                self.close_connection = True
                threading.Thread(target=self._die).start()

    def _die(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        pass


@contextmanager
def stubborn_server(status: int = 200, *, dies_after: int | None = None) -> Iterator[str]:
    """The address of a server that answers everything with ``status`` and ``{}``."""
    server = _Server(status, dies_after)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
