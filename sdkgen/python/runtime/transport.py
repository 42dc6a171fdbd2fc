"""Connections that are kept and shared between threads, with one deadline for a whole exchange of request and answer."""

from __future__ import annotations

import io
import time
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .errors import ConfigurationError, DeadlineError, TransportError, printable

if TYPE_CHECKING:
    import socket
    import ssl
    from http.client import HTTPConnection, HTTPResponse

_LONGEST_ANSWER: Final = 256 * 1024 * 1024
_IDLE_SECONDS: Final = 50.0
"""Servers and balancers close idle connections after a minute or so; a connection older than this is not trusted."""
_MOST_IDLE: Final = 32
_CHUNK: Final = 65536
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Where requests go."""

    scheme: str
    host: str
    port: int
    path: str
    """The base path, without a slash at its end."""

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"


def origin_of(url: str) -> Origin:
    """Take a base URL apart.

    Raises:
        ConfigurationError: it is no HTTP URL, or holds credentials, a query or a fragment.
    """
    scheme, mark, rest = url.partition("://")
    scheme = scheme.lower()
    authority, slash, path = rest.partition("/")
    host, colon, port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    if not colon:
        host, port = authority, ""
    wrong = (
        not mark or scheme not in _DEFAULT_PORTS or not host or any(each in url for each in "@?#\\") or not url.isprintable() or " " in url
    )
    if wrong or (port and not port.isdecimal()):
        message = f"base_url: {printable(url)!r} is no plain http or https URL"
        raise ConfigurationError(message)
    return Origin(scheme, host.lower(), int(port) if port else _DEFAULT_PORTS[scheme], (slash + path).rstrip("/"))


class Request(NamedTuple):
    """What is sent."""

    origin: Origin
    method: str
    target: str
    """Path and query, as on the wire."""
    headers: dict[str, str]
    body: bytes | None


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    """Names in lower case; what came several times is joined by commas."""
    body: bytes


class _Timed(io.RawIOBase):
    """A socket's bytes, until the deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        """Take the socket and the instant of the monotonic clock to give up at."""
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """As much as is there."""
        self._sock.settimeout(_remaining(self._deadline))
        return self._sock.recv_into(buffer)


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Kept(NamedTuple):
    connection: HTTPConnection
    since: float


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
        from http.client import HTTPException  # noqa: PLC0415  # slow to import, and not needed to import this package

        connection = self._taken(request.origin)
        reusable = False
        call = f"{request.method} {request.origin.authority}"
        try:
            answer, reusable = _exchange(connection, request, deadline)
        except TimeoutError:
            message = f"{call}: no whole answer within {timeout:g} s; it may have been carried out all the same"
            raise DeadlineError(message) from None
        except (OSError, HTTPException, ValueError) as error:
            message = f"{call}: {type(error).__name__}: {printable(str(error))}"
            raise TransportError(message) from error
        finally:
            self._give_back(request.origin, connection, reusable=reusable)
        return answer

    def close(self) -> None:
        """Close all idle connections, and the others when they come back."""
        with self._lock:
            self._closed = True
            kept = [each for idle in self._idle.values() for each in idle]
            self._idle.clear()
        for each in kept:
            each.connection.close()

    def _taken(self, origin: Origin) -> HTTPConnection:
        key = (origin.scheme, origin.host, origin.port)
        while True:
            with self._lock:
                if self._closed:
                    raise ConfigurationError("this client is closed; make a new one")
                kept = self._idle.get(key)
                if not kept:
                    break
                last = kept.pop()
            if time.monotonic() - last.since < _IDLE_SECONDS and _is_quiet(last.connection):
                return last.connection
            last.connection.close()
        return self._made(origin)

    def _made(self, origin: Origin) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415  # as above

        host = origin.host.removeprefix("[").removesuffix("]")
        if origin.scheme == "http":
            return HTTPConnection(host, origin.port)
        with self._lock:
            if self._context is None:
                import ssl  # noqa: PLC0415  # as above

                self._context = ssl.create_default_context()
        return HTTPSConnection(host, origin.port, context=self._context)

    def _give_back(self, origin: Origin, connection: HTTPConnection, *, reusable: bool) -> None:
        if reusable:
            with self._lock:
                idle = self._idle.setdefault((origin.scheme, origin.host, origin.port), [])
                if not self._closed and len(idle) < _MOST_IDLE:
                    idle.append(_Kept(connection, time.monotonic()))
                    return
        connection.close()


def _is_quiet(connection: HTTPConnection) -> bool:
    """Whether an idle connection is still open: one that has something to read was closed, or answers what nobody asked."""
    import select  # noqa: PLC0415  # as above

    sock = connection.sock
    if sock is None:
        return False
    try:
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(sock, select.POLLIN)
            return not poll.poll(0)
        return not select.select([sock], [], [], 0)[0]
    except (OSError, ValueError):
        return False


def _exchange(connection: HTTPConnection, request: Request, deadline: float) -> tuple[Answer, bool]:
    if connection.sock is None:
        connection.timeout = _remaining(deadline)
        connection.connect()
    sock: Any = connection.sock
    sock.settimeout(_remaining(deadline))
    connection.response_class = partial(_timed_response, deadline=deadline)  # type: ignore[assignment]  # it is only called
    connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": request.origin.authority, **request.headers, **_transport_headers(request)}.items():
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders(request.body)
    with connection.getresponse() as response:
        content = _content(response)
        return Answer(response.status, _joined(response.getheaders()), content), not response.will_close


def _timed_response(sock: socket.socket, method: str | None = None, *, deadline: float) -> HTTPResponse:
    from http.client import HTTPResponse  # noqa: PLC0415  # as above

    response = HTTPResponse(sock, method=method)
    response.fp.close()
    response.fp = io.BufferedReader(_Timed(sock, deadline), _CHUNK)
    return response


def _transport_headers(request: Request) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity"}
    if request.body is not None or request.method in {"POST", "PUT", "PATCH"}:
        headers["Content-Length"] = str(len(request.body or b""))
    return headers


def _content(response: HTTPResponse) -> bytes:
    chunks: list[bytes] = []
    length = 0
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        length += len(chunk)
        if length > _LONGEST_ANSWER:
            message = f"the answer is longer than {_LONGEST_ANSWER} bytes"
            raise ValueError(message)
    if response.length:
        message = f"the connection ended {response.length} bytes before the answer did"
        raise ValueError(message)
    return b"".join(chunks)


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined
