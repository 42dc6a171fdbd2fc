"""An HTTP server on a loopback port that answers with the very bytes it is told to, or fails in the way it is told to."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

Answer = Callable[["Connection"], None]
"""What the server does once it has read a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came."""

    connection: int
    start: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class Connection:
    """One client's connection."""

    def __init__(self, sock: socket.socket, stopped: Event) -> None:
        self.sock = sock
        self.stopped = stopped

    def send(self, content: bytes) -> None:
        self.sock.sendall(content)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


def answer(
    body: bytes | str = b"", *, status: int = 200, headers: tuple[str, ...] = ("Content-Type: application/json",), close: bool = False
) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    lines = (f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(content)}", *(("Connection: close",) if close else ()))

    def act(connection: Connection) -> None:
        connection.send("\r\n".join((*lines, "", "")).encode("latin-1") + content)
        if close:
            connection.close()

    return act


def exactly(content: bytes, *, close: bool = False) -> Answer:
    def act(connection: Connection) -> None:
        connection.send(content)
        if close:
            connection.close()

    return act


def hang_up(connection: Connection) -> None:
    connection.close()


def fall_silent(connection: Connection) -> None:
    connection.stopped.wait()


class RawServer:
    """Gives its answers in order; the last one is given again and again."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._answers = list(answers)
        self._lock = Lock()
        self._stopped = Event()
        self._connections: list[Connection] = []
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.received: list[Received] = []

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            connection.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def drop_idle(self) -> None:
        """Close all connections from this side."""
        for connection in self._connections:
            connection.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._start(self._meet, sock)

    def _meet(self, sock: socket.socket) -> None:
        try:
            connection = Connection(sock if self._tls is None else self._tls.wrap_socket(sock, server_side=True), self._stopped)
        except OSError:
            sock.close()
            return
        with self._lock:
            self._connections.append(connection)
            number = len(self._connections)
        self._serve(connection, number)

    def _serve(self, connection: Connection, number: int) -> None:
        with contextlib.suppress(OSError), connection.sock.makefile("rb") as stream:
            while start := stream.readline():
                headers = []
                while line := stream.readline().strip():
                    name, _, value = line.decode("latin-1").partition(":")
                    headers.append((name, value.strip()))
                length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
                body = stream.read(length)
                with self._lock:
                    self.received.append(
                        Received(connection=number, start=start.decode("latin-1").strip(), headers=tuple(headers), body=body)
                    )
                    act = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                act(connection)
