"""Fetching descriptions: over HTTP, out of a GitHub repository, or from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from certification.errors import FetchError, NotThereError
from certification.specs.bundle import Bundle, bundle
from certification.specs.fetched import Allowance, Bounds, Fetched, NotModified

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
    found = _over_network(source, etag=etag, allow_private=allow_private, github=github, bounds=bounds)
    if isinstance(found, NotModified):
        return found

    altogether = Allowance(source=found.source, bounds=bounds)

    def neighbour(path: str) -> bytes:
        left = replace(bounds, seconds=altogether.remaining())
        got = _over_network(_beside(source, path), etag=None, allow_private=allow_private, github=github, bounds=left)
        assert isinstance(got, Fetched)  # noqa: S101 - nothing was fetched before that could be unchanged
        altogether.take(len(got.content))
        return got.content

    whole = bundle(found.content, source=found.source, read=neighbour)
    # Of a bundle the ETag would tell of one file only.
    return replace(found, content=whole.content, etag=None) if whole.files else found


def _over_network(
    source: SpecSource, *, etag: str | None, allow_private: bool, github: GitHubAccess | None, bounds: Bounds
) -> Fetched | NotModified:
    # Imported where needed: requests and httpx take a third of a second together, and a file needs neither.
    if source.github is not None:
        from certification.specs.github import GitHubAccess, fetch_github  # noqa: PLC0415

        return fetch_github(source.github, etag=etag, access=github or GitHubAccess(), bounds=bounds)
    from certification.specs.web import fetch_url  # noqa: PLC0415

    return fetch_url(source.url or "", etag=etag, allow_private=allow_private, bounds=bounds)


def _beside(source: SpecSource, path: str) -> SpecSource:
    """Where a neighbour of a description is."""
    from certification.profile import SpecSource as Source  # noqa: PLC0415

    if source.github is not None:
        repository, _, file = source.github.partition(":")
        return Source(github=f"{repository}:{PurePosixPath(file).parent / path}")
    return Source(url=urljoin(source.url or "", quote(path)))


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
    fetched = Fetched(source=str(path), content=read_bundle(path, bounds).content)
    if previous is not None and previous.digest == fetched.digest:
        return NotModified(source=fetched.source)
    return fetched


def read_bundle(path: Path, bounds: Bounds | None = None) -> Bundle:
    """A description on this machine with the files that it refers to.

    Raises:
        FetchError: it is not there, can't be read, or is too large.
    """
    bounds = bounds or Bounds()
    folder = path.parent.resolve()

    def neighbour(name: str) -> bytes:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder):
            raise NotThereError(f"{file}: is not below {folder}; a description's files stand in its own folder")
        return _read(file, bounds)

    return bundle(_read(path, bounds), source=str(path), read=neighbour)


def _read(path: Path, bounds: Bounds) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(bounds.max_bytes + 1)
    except FileNotFoundError as error:
        raise NotThereError(f"{path}: there is no such file; check the path") from error
    except OSError as error:
        raise FetchError(f"{path}: can't be read: {error.strerror}; check that it is a readable file") from error
    if len(content) > bounds.max_bytes:
        raise FetchError(f"{path}: larger than {bounds.max_bytes:,} bytes; is this the description?")
    return content
