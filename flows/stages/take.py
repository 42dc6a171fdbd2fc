"""From a profile to the snapshot of its descriptions, REST and streams: fetched if they changed, kept by digest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from certification.errors import FetchError, ProfileError
from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile, SpecSource
from certification.specs.fetch import fetch, place_of
from certification.specs.fetched import Fetched
from certification.specs.history import History, content_of
from certification.specs.summary import summarise
from flows.settings import Settings

if TYPE_CHECKING:
    from certification.specs.github import GitHubAccess


def take_snapshot(profile: ExchangeProfile, given: str | None, settings: Settings, *, trusted: bool = True) -> SpecSnapshot:
    """The description as it is now.

    Args:
        profile: whose; its overlays and its streams' description belong to the snapshot.
        given: a file or URL that a person named instead of the profile's source, private addresses included: a REST description
            instead of its REST source, an AsyncAPI description instead of its streams. Its history is kept apart, so that it never
            passes for what the exchange publishes. Beside a given REST description only streams in the profile's own folder are
            taken: what is published elsewhere may be of another day, and asks for a network.
        trusted: whether a person at this machine named it. Others can name public URLs only.
        settings: where history is kept, and how to reach GitHub.

    Raises:
        FetchError: it can't be fetched.
        DescriptionError: it is no description.
        ProfileError: an overlay can't be read.
    """
    history = History(settings.history / "given") if given else History(settings.history)
    latest = history.latest(profile.id)
    named = _fetched(_source_named(given, trusted=trusted), Path.cwd(), None, settings, allow_private=trusted) if given else None
    rest = streams = None
    if named is not None:
        rest, streams = (None, named) if summarise(named.content, source=named.source).is_streams else (named, None)
    if rest is None:
        source = profile.spec.rest
        # What was given before, of either kind, is no measure of what the profile names.
        previous = None if given else _last(latest, source, profile)
        rest = _fetched(source, profile.folder, previous, settings, allow_private=settings.allow_private)
    beside = profile.spec.streams
    if streams is None and beside is not None and (given is None or beside.file is not None):
        previous = None if given or latest is None else _last(_streams_as_snapshot(latest), beside, profile)
        streams = _fetched(beside, profile.folder, previous, settings, allow_private=settings.allow_private)
    return history.record(
        profile.id,
        rest,
        overlays=_overlays(profile, profile.spec.overlays),
        streams=streams,
        stream_overlays=_overlays(profile, profile.spec.stream_overlays if streams is not None else ()),
    )


def _fetched(source: SpecSource, folder: Path, previous: SpecSnapshot | None, settings: Settings, *, allow_private: bool) -> Fetched:
    found = fetch(source, folder=folder, previous=previous, allow_private=allow_private, github=_github(source, settings))
    if isinstance(found, Fetched):
        return found
    if previous is None:
        raise FetchError(f"{found.source} answered that nothing changed, but nothing was fetched before; try again")
    return _kept(previous)


def _github(source: SpecSource, settings: Settings) -> GitHubAccess | None:
    if source.github is None:
        return None
    # Imported where needed: it takes a quarter of a second, and most commands ask no GitHub.
    from certification.specs.github import GitHubAccess  # noqa: PLC0415

    return GitHubAccess(base_url=settings.github_url, token=settings.github_token)


def _streams_as_snapshot(snapshot: SpecSnapshot) -> SpecSnapshot | None:
    """The streams' description of a snapshot, as if it were the snapshot's own."""
    path, source = snapshot.streams, snapshot.streams_source
    if path is None or source is None:
        return None
    return replace(snapshot, digest=Path(path).name, path=path, source=source, etag=snapshot.streams_etag)


def _last(previous: SpecSnapshot | None, source: SpecSource, profile: ExchangeProfile) -> SpecSnapshot | None:
    """What was last fetched from where the profile says now.

    An ETag of another place means nothing here, and a date less than nothing: a server whose file is older would answer that
    nothing changed, and we would take the other place's description for its own.
    """
    return previous if previous is not None and previous.source == place_of(source, folder=profile.folder) else None


def _kept(previous: SpecSnapshot) -> Fetched:
    """The known bytes as if they had just come: the profile's overlays may have changed although the description did not."""
    return Fetched(source=previous.source, content=content_of(previous), etag=previous.etag)


def _source_named(given: str, *, trusted: bool) -> SpecSource:
    if urlsplit(given).scheme in {"http", "https"}:
        return SpecSource(url=given)
    if not trusted or not Path(given).is_file():
        raise FetchError(f"{given}: no such file; give a file or an http(s) URL")
    return SpecSource(file=str(Path(given).absolute()))


def _overlays(profile: ExchangeProfile, names: tuple[str, ...]) -> tuple[bytes, ...]:
    try:
        return tuple((profile.folder / name).read_bytes() for name in names)
    except OSError as error:
        raise ProfileError(f"{error.filename}: the overlay can't be read: {error.strerror}") from error
