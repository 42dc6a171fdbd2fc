"""SDK sources from a description, into a folder that a person or a repository can take them from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile
from flows.settings import Settings
from flows.stages.source import numbered_source
from flows.stages.tree import write_source
from sdkgen.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerated:
    """One SDK's source on disk."""

    language: Language
    package: str
    version: str
    digest: str
    folder: Path
    operations: int


def regenerate(
    profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings, *, out: Path, languages: tuple[Language, ...] = tuple(Language)
) -> tuple[Regenerated, ...]:
    """Write ``<out>/<language>/`` anew for each language.

    Raises:
        DescriptionError: the description can't be understood.
    """
    return tuple(_one(profile, snapshot, settings, language, out / language.value) for language in languages)


def _one(profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings, language: Language, folder: Path) -> Regenerated:
    source = numbered_source(profile, snapshot, language, settings)
    write_source(source, folder)
    return Regenerated(
        language=language,
        package=source.package,
        version=source.version,
        digest=source.digest(),
        folder=folder,
        operations=source.operations,
    )
