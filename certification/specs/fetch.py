"""Fetching descriptions: over HTTP, out of a GitHub repository, or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certification.errors import FetchError
from certification.specs.fetched import Bounds, Fetched, NotModified

if TYPE_CHECKING:
    from pathlib import Path

    from certification.model import SpecSnapshot
    from certification.profile import SpecSource
    from certification.specs.github import GitHubAccess


def fetch(
    source: SpecSource,
    *,
    folder: Path,
    previous: SpecSnapshot | None = None,
    allow_private: bool = False,
    github: GitHubAccess | None = None,
    bounds: Bounds | None = None,
) -> Fetched | NotModified:
    """Fetch a description, unless it is the one that was fetched before.

    Args:
        source: where it is.
        folder: what a file's path is relative to (the profile's folder).
        previous: the snapshot made of the last fetch from the same source.
        allow_private: whether hosts outside the public internet may be asked: only where a person named the address on the command
            line or in a setting, never because a description, a redirect or a web request says so.
        github: which GitHub to ask and as whom; the public one, as nobody, unless told otherwise.
        bounds: how much it may take.

    Raises:
        FetchError: not found, too large, too slow, or at an address that may not be asked.
    """
    bounds = bounds or Bounds()
    etag = previous.etag if previous is not None else None
    if source.file is not None:
        return _file(folder / source.file, previous, bounds)
    # Imported where needed: requests and httpx take a third of a second together, and a file needs neither.
    if source.github is not None:
        from certification.specs.github import GitHubAccess, fetch_github  # noqa: PLC0415

        return fetch_github(source.github, etag=etag, access=github or GitHubAccess(), bounds=bounds)
    from certification.specs.web import fetch_url  # noqa: PLC0415

    return fetch_url(source.url or "", etag=etag, allow_private=allow_private, bounds=bounds)


def place_of(source: SpecSource, *, folder: Path) -> str | None:
    """What a snapshot's ``source`` says that was fetched from here; ``None`` where that can't be told, as it leaves queries out."""
    if source.file is not None:
        return str(folder / source.file)
    if source.github is not None:
        return f"github:{source.github}"
    import httpx  # noqa: PLC0415

    from certification.specs.web import shown  # noqa: PLC0415

    url = httpx.URL(source.url or "")
    return None if url.query else shown(url)


def _file(path: Path, previous: SpecSnapshot | None, bounds: Bounds) -> Fetched | NotModified:
    try:
        with path.open("rb") as stream:
            content = stream.read(bounds.max_bytes + 1)
    except FileNotFoundError as error:
        raise FetchError(f"{path}: there is no such file; check the path") from error
    except OSError as error:
        raise FetchError(f"{path}: can't be read: {error.strerror}; check that it is a readable file") from error
    if len(content) > bounds.max_bytes:
        raise FetchError(f"{path}: larger than {bounds.max_bytes:,} bytes; is this the description?")
    fetched = Fetched(source=str(path), content=content)
    if previous is not None and previous.digest == fetched.digest:
        return NotModified(source=fetched.source)
    return fetched
