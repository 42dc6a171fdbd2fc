"""Fetching a certificate's files over HTTP: bounded in size and time, and never from a private address that nobody named.

An address counts as named where the URL that a person gave holds it literally (``http://127.0.0.1:8080/…``, ``http://localhost/…``). A
name that resolves to a private address is refused, and so is a redirect to one. The connection goes to the very address that was
looked at, so that a second answer of the name server changes nothing.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from reports.errors import FetchError, FetchUnavailableError

if TYPE_CHECKING:
    import httpx

_CONNECT_S = 5.0
_READ_S = 10.0
_REDIRECTS = 3
_OK = 200
_NOT_FOUND = (404, 410)
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one fetch may take."""

    size: int = 64 * 1024**2
    """Bytes, after decoding."""
    seconds: float = 60.0


def fetch(url: str, *, limits: Limits | None = None) -> bytes | None:
    """The bytes at a URL, or ``None`` where the server says that there are none.

    Raises:
        FetchError: The URL is not one to follow, or what is there is too large.
        FetchUnavailableError: Nobody answers there, or too slowly, or with an error.
    """
    import httpx  # noqa: PLC0415 - verifying a folder must start without it

    bounds = limits or Limits()
    named = _named(_split(url))
    deadline = time.monotonic() + bounds.seconds
    timeout = httpx.Timeout(_READ_S, connect=_CONNECT_S)
    current = url
    try:
        with httpx.Client(timeout=timeout, trust_env=False, verify=_certificates(), headers={"Accept-Encoding": "identity"}) as client:
            for _ in range(_REDIRECTS + 1):
                with contextlib.closing(client.send(_request(client, current, named), stream=True)) as answer:
                    if not answer.is_redirect:
                        return _content(answer, current, bounds, deadline)
                    current = urljoin(current, answer.headers["location"])
    except httpx.HTTPError as error:
        raise FetchUnavailableError(f"{_shown(url)}: nobody answers there ({type(error).__name__}); try again later") from error
    raise FetchError(f"{_shown(url)}: more than {_REDIRECTS} redirects")


def _request(client: httpx.Client, url: str, named: str | None) -> httpx.Request:
    """A request to the address that was looked at, for the host that was asked for."""
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        raise FetchError(f"{_shown(url)}: not a URL with http or https")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{parts.hostname}: a URL with credentials is not followed; remove them")
    address = _address(parts, named)
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port is not None else ""
    request = client.build_request("GET", parts._replace(netloc=f"{host}{port}", fragment="").geturl(), headers={"Host": parts.netloc})
    request.extensions["sni_hostname"] = parts.hostname
    return request


def _address(parts: SplitResult, named: str | None) -> str:
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchUnavailableError(f"{host}: the name does not resolve; check it, or try again later") from error
    except ValueError as error:
        raise FetchError(f"{host}: the port is not one") from error
    addresses = [str(entry[4][0]) for entry in found]
    if host != named:
        private = [address for address in addresses if not ipaddress.ip_address(address.partition("%")[0]).is_global]
        if private:
            raise FetchError(f"{host}: leads to the private address {private[0]}; name that address itself if you mean it")
    return addresses[0]


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise FetchError(f"{_shown(url)}: not a URL") from error


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The authorities that this machine trusts, read once."""
    return ssl.create_default_context()


def _named(parts: SplitResult) -> str | None:
    """The host, where a person wrote an address or ``localhost`` and so means this very machine or network."""
    host = parts.hostname or ""
    if host == "localhost":
        return host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return None
    return host


def _content(answer: httpx.Response, url: str, bounds: Limits, deadline: float) -> bytes | None:
    if answer.status_code in _NOT_FOUND:
        return None
    if answer.status_code >= _SERVER_ERROR:
        raise FetchUnavailableError(f"{_shown(url)}: the server answered {answer.status_code}; try again later")
    if answer.status_code != _OK:
        raise FetchError(f"{_shown(url)}: the server answered {answer.status_code}")
    content = bytearray()
    for piece in answer.iter_bytes(64 * 1024):
        content += piece
        if len(content) > bounds.size:
            raise FetchError(f"{_shown(url)}: larger than {bounds.size} bytes")
        if time.monotonic() > deadline:
            raise FetchUnavailableError(f"{_shown(url)}: takes longer than {bounds.seconds:.0f} s; try again later")
    return bytes(content)


def _shown(url: str) -> str:
    """A URL as a message may show it: printable, short, without a query that could hold a secret."""
    return "".join(letter if letter.isprintable() else "?" for letter in url.partition("?")[0])[:200]
