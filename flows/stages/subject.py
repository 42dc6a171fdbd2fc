"""What ``certify generate`` writes SDKs of: an exchange's profile, or a bare API description with names made from its file's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings
from sdkgen.language import Language

if TYPE_CHECKING:
    from certification.profile import ExchangeProfile
    from sdkgen.api.lock import NamesLock
    from sdkgen.source import SdkOptions

# What reads profiles, histories and URLs is imported where it is needed: it takes longer than generating an SDK.


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Everything that decides an SDK's source."""

    id: str
    description: bytes
    overlays: tuple[bytes, ...]
    streams: bytes | None
    """An AsyncAPI description beside a REST description."""
    stream_overlays: tuple[bytes, ...]
    source: str
    """What messages call the description."""
    streams_source: str
    options: tuple[tuple[Language, SdkOptions], ...]
    files: tuple[Path, ...] | None
    """The files and folders that all of this was read from; ``None`` where some of it came over a network."""
    folder: Path | None = None
    """The profile's folder."""
    published: NamesLock | None = None
    """The names that the exchange's SDKs were last made with by a run."""

    def options_of(self, language: Language) -> SdkOptions:
        """The options of one language's SDK."""
        return dict(self.options)[language]


def is_url(given: str) -> bool:
    """Whether a person named a URL."""
    return given.startswith(("http://", "https://"))


def subject_of(given: str, settings: Settings, *, streams: str | None = None) -> Subject:
    """Read what a person named: a URL or a file of a description, else an exchange's id or a path to its profile.

    Args:
        given: what SDKs are made of.
        settings: where profiles and histories are.
        streams: a URL or file of an AsyncAPI description: beside a bare REST description, or instead of a profile's own.

    Raises:
        ProfileError: there is no such profile, or it can't be read.
        FetchError: the description can't be fetched or read.
        DescriptionError: it is no description.
    """
    path = Path(given)
    if is_url(given):
        subject = _bare(given, _fetched(given), files=None)
    elif path.is_file() and path.name != "profile.yaml":
        content, files = _read(path)
        subject = _bare(given, content, files=files)
    else:
        subject = _profiled(given, settings)
    return subject if streams is None else _with_streams(subject, streams)


def _with_streams(subject: Subject, given: str) -> Subject:
    if is_url(given):
        return replace(subject, streams=_fetched(given), stream_overlays=(), streams_source=given, files=None)
    content, files = _read(Path(given))
    read = None if subject.files is None else (*subject.files, *files)
    return replace(subject, streams=content, stream_overlays=(), streams_source=given, files=read)


def _read(path: Path) -> tuple[bytes, tuple[Path, ...]]:
    """A description, and the files that it was read from."""
    from certification.specs.fetch import read_bundle  # noqa: PLC0415

    whole = read_bundle(path)
    return whole.content, (path, *(path.parent / name for name in whole.files))


def _fetched(url: str) -> bytes:
    from certification.profile import SpecSource  # noqa: PLC0415
    from certification.specs.fetch import fetch  # noqa: PLC0415
    from certification.specs.fetched import Fetched  # noqa: PLC0415

    found = fetch(SpecSource(url=url), folder=Path.cwd(), allow_private=True)
    assert isinstance(found, Fetched)  # noqa: S101 - nothing was fetched before that could be unchanged
    return found.content


def name_from(description: str) -> str:
    """A package's name out of a description's file name: lower-case ASCII words joined by hyphens, a letter first."""
    stem = "".join(character if character.isalnum() else "-" for character in Path(description).stem.lower())
    name = "-".join(word for word in stem.split("-") if word and word.isascii()) or "api"
    name = name if name[0].isalpha() else f"api-{name}"
    return name[:64].rstrip("-")


def _bare(given: str, description: bytes, *, files: tuple[Path, ...] | None) -> Subject:
    from sdkgen.source import SdkOptions  # noqa: PLC0415

    name = name_from(given)
    packages = {Language.PYTHON: name, Language.TYPESCRIPT: name, Language.GO: f"example.com/{name}-go"}
    options = tuple(
        (language, SdkOptions(package=package, version="0.1.0", exchange_id=name, exchange_name=name, authors=("OpenXAPI",)))
        for language, package in packages.items()
    )
    return Subject(
        id=name,
        description=description,
        overlays=(),
        streams=None,
        stream_overlays=(),
        source=given,
        streams_source="",
        options=options,
        files=files,
    )


def _profiled(given: str, settings: Settings) -> Subject:
    from certification.profiles import find_profile, load_profile  # noqa: PLC0415
    from certification.specs.history import content_of, overlays_of, stream_overlays_of, streams_of  # noqa: PLC0415
    from flows.stages.names import published_lock  # noqa: PLC0415
    from flows.stages.source import options_for  # noqa: PLC0415
    from flows.stages.take import take_snapshot  # noqa: PLC0415

    file = find_profile(given, settings.exchanges)
    profile = load_profile(file)
    snapshot = take_snapshot(profile, None, settings)
    return Subject(
        id=profile.id,
        description=content_of(snapshot),
        overlays=overlays_of(snapshot),
        streams=streams_of(snapshot),
        stream_overlays=stream_overlays_of(snapshot),
        source=snapshot.source,
        streams_source=snapshot.streams_source or "",
        options=tuple((language, options_for(profile, language, profile.sdk.version, portal=settings.portal)) for language in Language),
        files=_files(file, profile),
        folder=profile.folder,
        published=published_lock(profile.id, settings),
    )


def _files(file: Path, profile: ExchangeProfile) -> tuple[Path, ...] | None:
    """What a profile's SDKs are made of, where all of it lies in files."""
    from certification.extensions import EXTENSIONS  # noqa: PLC0415

    sources = [source for source in (profile.spec.rest, profile.spec.streams) if source is not None]
    names = [source.file for source in sources if source.file is not None]
    if len(names) < len(sources):
        return None
    described = (part for name in names for part in _read(profile.folder / name)[1])
    beside = (*profile.spec.overlays, *profile.spec.stream_overlays, EXTENSIONS)
    return (file, *described, *(profile.folder / name for name in beside))
