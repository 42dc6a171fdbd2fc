"""Fetching a description over HTTP."""

from __future__ import annotations

import httpcore
import httpx

from certification.errors import FetchError, NotThereError
from certification.specs.fetched import Allowance, Bounds, Fetched, NotModified
from certification.specs.guard import GuardedTransport

_MOST_REDIRECTS = 5
_OK, _NOT_MODIFIED = 200, 304
_NOT_THERE = (404, 410)
_REASONS = {
    401: "it wants credentials",
    403: "access is denied",
    404: "there is nothing",
    410: "it is gone",
    429: "it wants fewer requests",
}


def shown(url: httpx.URL) -> str:
    """A URL for people: no credentials, no query (it may hold a token)."""
    return f"{url.scheme}://{url.host}{f':{url.port}' if url.port else ''}{url.path}"


def fetch_url(address: str, *, etag: str | None, allow_private: bool, bounds: Bounds) -> Fetched | NotModified:
    """Fetch over HTTP(S).

    Raises:
        FetchError: no answer 200 or 304 of acceptable size came in time, or the address (after redirects, too) may not be asked.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise FetchError(f"{address[:100]!r} is no URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{address[:100]!r} is no http or https URL; give one, or a file")
    allowance = Allowance(source=shown(url), bounds=bounds)
    with httpx.Client(transport=GuardedTransport(allowance, allow_private=allow_private), trust_env=False) as client:
        try:
            return _follow(client, client.build_request("GET", url, headers=_headers(etag)), allowance)
        except (httpx.HTTPError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            allowance.remaining()
            reason = " ".join(str(error).split()) or type(error).__name__
            raise FetchError(f"{allowance.source}: {reason}; check the address and the network") from error


def _headers(etag: str | None) -> dict[str, str]:
    headers = {"accept": "application/json, application/yaml, text/yaml, */*;q=0.5", "user-agent": "openxapi-certify"}
    if etag is None:
        return headers
    # A quoted text is an ETag (RFC 9110, 8.8.3); what is not is a Last-Modified date.
    condition = "if-none-match" if etag.startswith(('"', 'W/"')) else "if-modified-since"
    return headers | {condition: etag}


def _follow(client: httpx.Client, request: httpx.Request, allowance: Allowance) -> Fetched | NotModified:
    for _ in range(_MOST_REDIRECTS + 1):
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            if response.next_request is None:
                return _read(response, allowance)
            if request.url.scheme == "https" and response.next_request.url.scheme != "https":
                raise FetchError(f"{allowance.source}: redirects from https to {shown(response.next_request.url)}, which is not encrypted")
            request = response.next_request
        finally:
            response.close()
    raise FetchError(f"{allowance.source}: redirects more than {_MOST_REDIRECTS} times; give the address that it ends at")


def _read(response: httpx.Response, allowance: Allowance) -> Fetched | NotModified:
    if response.status_code == _NOT_MODIFIED:
        return NotModified(source=allowance.source)
    if response.status_code != _OK:
        reason = _REASONS.get(response.status_code, "no description")
        kind = NotThereError if response.status_code in _NOT_THERE else FetchError
        raise kind(f"{allowance.source}: answered {response.status_code}: {reason}; check the address")
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and "content-encoding" not in response.headers:
        allowance.take(int(declared))
        allowance.taken = 0
    chunks = []
    for chunk in response.iter_bytes():
        allowance.take(len(chunk))
        chunks.append(chunk)
    return Fetched(
        source=allowance.source, content=b"".join(chunks), etag=response.headers.get("etag") or response.headers.get("last-modified")
    )
