"""HTTP connections that reach only addresses they may: resolved once, checked, and connected to exactly what was checked."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from certification.errors import FetchError

if TYPE_CHECKING:
    import ssl

    from certification.specs.fetched import Allowance


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: not private, loopback, link-local, multicast or reserved."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if parsed in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses that a gateway turns into IPv4 (RFC 6052): the IPv4 address is what counts."""


def resolve(host: str, port: int, allowance: Allowance) -> tuple[str, ...]:
    """The addresses of a host.

    Raises:
        FetchError: there are none, or the resolver takes too long.
    """
    found: list[str] = []
    failures: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failures.append(error if isinstance(error, OSError) else OSError(str(error)))

    # getaddrinfo knows no timeout; a daemon thread that never returns can't keep us.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(allowance.remaining())
    allowance.remaining()
    if not found:
        raise FetchError(f"{allowance.source}: the host {host} has no address; check the spelling and the network") from next(
            iter(failures), None
        )
    return tuple(dict.fromkeys(found))


class _GuardedStream(httpcore.NetworkStream):
    """A connection that ends when the fetch's time is over, however little of each read's own time it took."""

    def __init__(self, inner: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._inner = inner
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout  # the whole fetch has one
        return self._inner.read(max_bytes, self._allowance.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._inner.write(buffer, self._allowance.remaining())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        return _GuardedStream(self._inner.start_tls(ssl_context, server_hostname, self._allowance.remaining()), self._allowance)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to the address that was checked, so that a name can't point elsewhere a moment later (DNS rebinding)."""

    def __init__(self, allowance: Allowance, *, allow_private: bool) -> None:
        self._allowance = allowance
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        addresses = resolve(host, port, self._allowance)
        private = [address for address in addresses if not is_public(address)]
        if private and not self._allow_private:
            raise FetchError(
                f"{self._allowance.source}: {host} is at {private[0]}, which is no public address and is not asked; give the file instead"
            )
        failure: Exception | None = None
        for address in addresses:
            try:
                inner = self._sockets.connect_tcp(address, port, self._allowance.remaining(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _GuardedStream(inner, self._allowance)
        raise failure or httpcore.ConnectError(f"no address of {host} answers")


class _Body(httpx.SyncByteStream):
    """An answer's bytes as they come."""

    def __init__(self, inner: Iterable[bytes]) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        if hasattr(self._inner, "close"):
            self._inner.close()


class GuardedTransport(httpx.BaseTransport):
    """httpx over guarded connections. Proxies of the environment are not used: behind one, addresses could not be checked."""

    def __init__(self, allowance: Allowance, *, allow_private: bool) -> None:
        """For one fetch.

        Args:
            allowance: what is left of its time.
            allow_private: whether addresses outside the public internet may be connected to.
        """
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=_GuardedBackend(allowance, allow_private=allow_private)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        answer = self._pool.handle_request(httpcore.Request(method=request.method, url=url, headers=request.headers.raw))
        if not isinstance(answer.stream, Iterable):
            raise TypeError("a synchronous pool gives synchronous streams")
        return httpx.Response(status_code=answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
