"""A name that leads to the addresses that were looked at and to no other, whatever its resolver says later (DNS rebinding)."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from functools import cache

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What a host's name means for as long as its sandbox is open."""

    host: str
    addresses: tuple[str, ...]
    """In the order in which they are tried; at least one."""


class _PinnedTransport(httpx.BaseTransport):
    """Sends to the pinned addresses only. The host's name stays in ``Host``, and in what TLS asks for and checks."""

    def __init__(self, pin: Pin) -> None:
        self._pin = pin
        self._inner = httpx.HTTPTransport(verify=_trust(), trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request to the first address that can be connected to."""
        if request.url.host != self._pin.host:
            raise httpx.ConnectError(f"{request.url.host} is not the sandbox {self._pin.host}, and is not asked", request=request)
        failure: httpx.TransportError | None = None
        for address in self._pin.addresses:
            aimed = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": self._pin.host},
            )
            try:
                return self._inner.handle_request(aimed)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError(f"{self._pin.host} has no address", request=request)

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()


def http_client(pin: Pin | None) -> httpx.Client:
    """A client for one sandbox: no redirects, no proxies, and where there is a pin, no other address."""
    return httpx.Client(transport=_PinnedTransport(pin) if pin else None, verify=_trust(), trust_env=False, follow_redirects=False)


@cache
def _trust() -> ssl.SSLContext:
    """Whose certificates count. Reading them takes 50 ms, so it is done once."""
    return httpx.create_ssl_context(trust_env=False)


def connected(pin: Pin, host: str | None, port: int, timeout_s: float) -> socket.socket:
    """A connection to a pinned address, for protocols other than HTTP.

    Raises:
        OSError: the host is another, or no address can be connected to.
    """
    if host != pin.host:
        raise OSError(f"{host} is not the sandbox {pin.host}, and is not asked")
    failure: OSError | None = None
    for address in pin.addresses:
        try:
            return socket.create_connection((address, port), timeout_s)
        except OSError as error:
            failure = error
    raise failure or OSError(f"{pin.host} has no address")
