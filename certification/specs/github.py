"""Fetching a description out of a GitHub repository."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import github3
import requests
from github3.exceptions import GitHubException, NotFoundError, TransportError
from github3.session import GitHubSession

from certification.errors import FetchError, NotThereError
from certification.specs.fetched import Allowance, Bounds, Fetched, NotModified

_CHUNK = 65536
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset((301, 302, 307, 308))
_BASE64_GROWTH = 1.5
"""How much larger than a file the JSON is that carries it: base64, its line breaks, and what is around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubAccess:
    """Which GitHub to ask, and as whom."""

    base_url: str = "https://api.github.com"
    """Of the API: GitHub Enterprise has it under ``/api/v3``."""
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A file in a repository."""

    owner: str
    repository: str
    ref: str | None
    path: str


def fetch_github(source: str, *, etag: str | None, access: GitHubAccess, bounds: Bounds) -> Fetched | NotModified:
    """Fetch ``owner/repository[@ref]:path``; without a ref, from the default branch.

    Raises:
        FetchError: there is no such file, it is too large, or GitHub did not give it in time.
    """
    place = _parse(source)
    allowance = Allowance(source=f"github:{source}", bounds=bounds)
    session = _BoundedSession(access, allowance)
    client = github3.GitHub(session=session)
    try:
        repository = client.repository(place.owner, place.repository)
        session.condition = etag
        contents = repository.file_contents(place.path, ref=place.ref)
        if contents is None:  # github3's word for 304
            return NotModified(source=allowance.source)
        return Fetched(source=allowance.source, content=_content(repository, contents, allowance), etag=contents.etag or None)
    except (TransportError, requests.RequestException) as error:
        allowance.remaining()
        raise FetchError(f"{allowance.source}: {urlsplit(access.base_url).hostname} {_trouble(error)}; check the network") from error
    except GitHubException as error:
        allowance.remaining()
        kind = NotThereError if isinstance(error, NotFoundError) else FetchError
        raise kind(f"{allowance.source}: {_reason(error)}; check the repository, the path and the token's rights") from error


def _parse(source: str) -> _Place:
    repository, colon, path = source.partition(":")
    name, _, ref = repository.partition("@")
    owner, slash, short = name.partition("/")
    if not (colon and slash and owner and short and path) or ".." in (*path.split("/"), owner, short):
        raise FetchError(f"{source[:100]!r} is no file in a GitHub repository; write owner/repository[@ref]:path")
    return _Place(owner=owner, repository=short, ref=ref or None, path=path.lstrip("/"))


def _trouble(error: Exception) -> str:
    """What went wrong on the way to GitHub, told from the exception that github3 wraps: its text is Python's, not a person's."""
    match getattr(error, "exception", error):
        case requests.exceptions.SSLError():
            return "shows no certificate that is trusted here"
        case requests.ConnectionError():
            return "can't be reached"
        case _:
            return f"can't be asked ({_reason(error)})"


def _reason(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]


def _content(repository: Any, contents: Any, allowance: Allowance) -> bytes:
    """The file's bytes: in the answer itself up to 1 MB, as a blob beyond."""
    if contents.type != "file":
        raise FetchError(f"{allowance.source}: this is a {contents.type}, not a file; name the file itself")
    if contents.size > allowance.bounds.max_bytes:
        raise FetchError(f"{allowance.source}: larger than {allowance.bounds.max_bytes:,} bytes; is this the description?")
    carrier = contents if contents.encoding == "base64" and contents.content else repository.blob(contents.sha)
    try:
        return base64.b64decode(carrier.content.encode())
    except (binascii.Error, ValueError, AttributeError) as error:
        raise FetchError(f"{allowance.source}: GitHub's answer can't be decoded; try again") from error


class _BoundedSession(GitHubSession):  # type: ignore[misc]
    """github3's session with bounds on size, time and redirects."""

    def __init__(self, access: GitHubAccess, allowance: Allowance) -> None:
        super().__init__()
        self.base_url = access.base_url.rstrip("/")
        self.condition: str | None = None
        self.trust_env = False  # no proxies, and no credentials out of a .netrc
        self.token_auth(access.token)
        self._host = urlsplit(self.base_url).netloc
        self._allowance = allowance

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send one request, follow redirects on the same host, and read the answer inside the bounds."""
        headers = dict(options.pop("headers", None) or {})
        options |= {"stream": True, "allow_redirects": False}
        if self.condition is not None:
            headers["If-None-Match"] = self.condition
        for _ in range(_MOST_REDIRECTS + 1):
            if urlsplit(url).netloc != self._host:
                raise FetchError(f"{self._allowance.source}: GitHub sends us to another host, {urlsplit(url).netloc}; it is not asked")
            left = self._allowance.remaining()
            response: requests.Response = super().request(method, url, headers=headers, **options | {"timeout": (left, left)})
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                self._read(response)
                return response
            response.close()
            url = urljoin(url, response.headers["location"])
        raise FetchError(f"{self._allowance.source}: redirects more than {_MOST_REDIRECTS} times; write the repository's present name")

    def _read(self, response: requests.Response) -> None:
        """Read the body as it comes, so that neither a flood nor a drip can hold us."""
        limit = int(self._allowance.bounds.max_bytes * _BASE64_GROWTH)
        chunks, size = [], 0
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                response.close()
                raise FetchError(
                    f"{self._allowance.source}: larger than {self._allowance.bounds.max_bytes:,} bytes; is this the description?"
                )
            self._allowance.remaining()
        response.close()
        response._content = b"".join(chunks)  # noqa: SLF001 - requests has no other way to give a body that was read already
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
