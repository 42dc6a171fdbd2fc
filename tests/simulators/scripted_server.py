"""An HTTP server that answers as it is told and remembers what it was asked, byte for byte."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """One answer. ``None`` as body sends half an answer and closes; ``hangs`` sends none at all until the server ends."""

    status: int = 200
    body: bytes | None = b"{}"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    hangs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(slots=True)
class ScriptedServer:
    """What the next answer is, and what was asked so far."""

    url: str = ""
    answer: Scripted = field(default_factory=Scripted)
    coming: list[Scripted] = field(default_factory=list)
    """Answers that are given before ``answer``, each once."""
    asked: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def last(self) -> Asked:
        """The newest request."""
        return self.asked[-1]


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """Serve on a free port of the loopback interface."""
    script = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else a body waits for the head's acknowledgement, 40 ms a call

        def answered(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append(Asked(method=self.command, target=self.path, headers=headers, body=content))
            answer = script.coming.pop(0) if script.coming else script.answer
            self.close_connection = answer.body is None or answer.hangs
            if answer.hangs:
                script.ended.wait(10)
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status != 204:  # the one status that has no body
                self.send_header("Content-Length", str(100 if answer.body is None else len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body or b"")

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answered  # noqa: N815  # names given by the base class

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield script
    finally:
        script.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
