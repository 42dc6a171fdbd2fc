"""Connections that are kept and shared between threads, with one deadline for a whole exchange of request and answer."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from .answerreader import AnswerReader
from .errors import ConfigurationError, DeadlineError, TransportError, printable
from .http1 import Answer, Origin, Request, origin_of

if TYPE_CHECKING:
    import socket
    import ssl

__all__ = ["IDLE_SECONDS", "MOST_IDLE", "Answer", "Origin", "Pool", "Request", "late", "origin_of", "unreached"]

IDLE_SECONDS: Final = 50.0
"""Servers and balancers close idle connections after a minute or so; a connection older than this is not trusted."""
MOST_IDLE: Final = 32
_CHUNK: Final = 262144


def late(request: Request, timeout: float, *, sent: bool) -> DeadlineError:
    """The error of a call that took too long."""
    what = "no whole answer" if sent else "no connection"
    advice = "; it may have been carried out all the same" if sent else "; nothing was sent"
    return DeadlineError(f"{request.method} {request.origin.authority}: {what} within {timeout:g} s{advice}", sent=sent)


def unreached(request: Request, error: Exception, *, sent: bool) -> TransportError:
    """The error of a call whose connection failed."""
    message = f"{request.method} {request.origin.authority}: {type(error).__name__}: {printable(str(error))}"
    return TransportError(message, sent=sent)


class Pool:
    """The connections of one client, for any number of threads."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """Take a TLS context, or use the platform's certificates."""
        self._context = context
        self._idle: dict[tuple[str, str, int], list[_Kept]] = {}
        self._lock = Lock()
        self._closed = False

    def send(self, request: Request, timeout: float) -> Answer:
        """Send once and read the whole answer; ``timeout`` is in seconds, for all of it.

        Raises:
            DeadlineError: it took too long.
            TransportError: no whole answer came.
        """
        deadline = time.monotonic() + timeout
        content = request.content()
        sent = reusable = False
        sock: socket.socket | None = None
        try:
            sock = self._taken(request.origin) or self._connected(request.origin, deadline)
            sock.settimeout(_remaining(deadline))
            sent = True
            sock.sendall(content)
            reader = AnswerReader(request.method)
            answer = _read(sock, reader, deadline)
            reusable = reader.reusable
        except TimeoutError:
            raise late(request, timeout, sent=sent) from None
        except (OSError, ValueError) as error:
            raise unreached(request, error, sent=sent) from error
        finally:
            if sock is not None:
                self._give_back(request.origin, sock, reusable=reusable)
        return answer

    def close(self) -> None:
        """Close all idle connections, and the others when they come back."""
        with self._lock:
            self._closed = True
            kept = [each for idle in self._idle.values() for each in idle]
            self._idle.clear()
        for each in kept:
            each.sock.close()

    def _taken(self, origin: Origin) -> socket.socket | None:
        while True:
            with self._lock:
                if self._closed:
                    raise ConfigurationError("this client is closed; make a new one")
                kept = self._idle.get(origin[:3])
                if not kept:
                    return None
                last = kept.pop()
            if time.monotonic() - last.since < IDLE_SECONDS and _is_quiet(last.sock):
                return last.sock
            last.sock.close()

    def _connected(self, origin: Origin, deadline: float) -> socket.socket:
        import socket  # noqa: PLC0415  # slow to import, and not needed to import this package

        sock = socket.create_connection((origin.address, origin.port), timeout=_remaining(deadline))
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.scheme == "http":
                return sock
            sock.settimeout(_remaining(deadline))
            return self._tls().wrap_socket(sock, server_hostname=origin.address)
        except BaseException:
            sock.close()
            raise

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                import ssl  # noqa: PLC0415  # as above

                self._context = ssl.create_default_context()
            return self._context

    def _give_back(self, origin: Origin, sock: socket.socket, *, reusable: bool) -> None:
        if reusable:
            with self._lock:
                idle = self._idle.setdefault(origin[:3], [])
                if not self._closed and len(idle) < MOST_IDLE:
                    idle.append(_Kept(sock, time.monotonic()))
                    return
        sock.close()


class _Kept(NamedTuple):
    sock: socket.socket
    since: float


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _is_quiet(sock: socket.socket) -> bool:
    """Whether an idle connection is still open: one that has something to read was closed, or answers what nobody asked."""
    import select  # noqa: PLC0415  # as above

    try:
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock, select.POLLIN)
            return not poll.poll(0)
        return not select.select([sock], [], [], 0)[0]
    except (OSError, ValueError):
        return False


def _read(sock: socket.socket, reader: AnswerReader, deadline: float) -> Answer:
    while True:
        sock.settimeout(_remaining(deadline))
        content = sock.recv(_CHUNK)
        if not content:
            return reader.end()
        if reader.feed(content) and reader.answer is not None:
            return reader.answer
