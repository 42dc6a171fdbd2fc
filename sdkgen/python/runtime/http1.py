"""HTTP/1.1 without a socket: where requests go, a request as bytes, and what an answer is."""

from __future__ import annotations

from typing import Final, NamedTuple

from .errors import ConfigurationError, printable

ACCEPTED_CODINGS: Final = "gzip, deflate"
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

    @property
    def address(self) -> str:
        """The host as a socket wants it."""
        return self.host.removeprefix("[").removesuffix("]")


NOWHERE: Final = Origin("http", "", 80, "")
"""Where a client calls whose description names no server."""


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


def place_of(base_url: str) -> Origin:
    """Where a client calls; ``NOWHERE`` where it has no URL.

    Raises:
        ConfigurationError: it is no plain HTTP URL.
    """
    return origin_of(base_url) if base_url else NOWHERE


class Request(NamedTuple):
    """What is sent."""

    origin: Origin
    method: str
    target: str
    """Path and query, as on the wire."""
    headers: dict[str, str]
    body: bytes | None

    def content(self) -> bytes:
        """Head and body as on the wire.

        Raises:
            ConfigurationError: the path holds what would end the request's first line.
        """
        start = f"{self.method} {self.target} HTTP/1.1"
        if not start.isascii() or not start.isprintable() or " " in self.target:
            message = f"{self.method} {printable(self.target)}: the path holds spaces, controls or characters beyond ASCII"
            raise ConfigurationError(message)
        lines = [start, f"Host: {self.origin.authority}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines.append(f"Accept-Encoding: {ACCEPTED_CODINGS}")
        body = self.body or b""
        if self.body is not None or self.method in {"POST", "PUT", "PATCH"}:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join((*lines, "\r\n")).encode("latin-1") + body


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    """Names in lower case; what came several times is joined by commas."""
    body: bytes
