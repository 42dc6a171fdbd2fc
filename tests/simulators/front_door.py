"""One origin for a page and an exchange's API: serves the page and a package's modules, and hands everything else on, compressed."""

from __future__ import annotations

import gzip
import http.client
import queue
import threading
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_OWN = "/front-door/"
_CODINGS: cycle[tuple[str, Callable[[bytes], bytes]]] = cycle((("gzip", gzip.compress), ("deflate", zlib.compress)))
_LEFT_OUT = frozenset({"connection", "content-length", "transfer-encoding", "date", "server"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDoor:
    """Where it is, and what pages told it."""

    url: str
    told: queue.Queue[str] = field(default_factory=queue.Queue)

    def page(self, name: str) -> str:
        """The address of a page of its own."""
        return f"{self.url}{_OWN}{name}"


@contextmanager
def front_door(exchange: str, folder: Path) -> Iterator[FrontDoor]:
    """Serve on a free port of the loopback interface.

    Args:
        exchange: Where the API is.
        folder: What lies in it is served below ``/front-door/``; what a page posts there is told.
    """
    upstream = urlsplit(exchange)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    door = FrontDoor(url=f"http://127.0.0.1:{server.server_address[1]}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answered(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not self.path.startswith(_OWN):
                self.hand_on(content)
            elif self.command == "POST":
                door.told.put(content.decode())
                self.give(200, (), b"")
            else:
                file = folder / self.path.removeprefix(_OWN)
                kind = "text/html" if file.suffix == ".html" else "text/javascript"
                self.give(200, (("Content-Type", f"{kind}; charset=utf-8"),), file.read_bytes())

        def hand_on(self, content: bytes) -> None:
            line = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=10)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in {"connection", "accept-encoding"}}
            line.request(self.command, self.path, body=content or None, headers=headers)
            answer = line.getresponse()
            wanted = self.headers.get("Accept-Encoding", "")
            coding, encoded = next((each for each in (next(_CODINGS), next(_CODINGS)) if each[0] in wanted), ("identity", bytes))
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _LEFT_OUT]
            body = answer.read()
            line.close()
            self.give(answer.status, (*kept, *((("Content-Encoding", coding),) if body else ())), encoded(body) if body else b"")

        def give(self, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answered  # noqa: N815  # names given by the base class

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server.RequestHandlerClass = Handler
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
