"""One SDK's source: from a snapshot and a profile, with the version that it deserves, to a tree on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from certification.errors import CertificationError
from certification.example import trading_example
from certification.model import SpecSnapshot
from certification.profile import ExchangeProfile
from certification.specs.diff import diff, version_bump
from certification.specs.history import content_of, overlays_of
from flows.settings import Settings
from flows.stages.read import read_api
from flows.versions import version_for
from sdkgen import openapi_generator
from sdkgen.generate import generate
from sdkgen.source import Backend, Language, SdkOptions, SdkSource

_LISTING = ".openxapi-certify"
"""Lists what was generated into a folder, so that the next time removes that and nothing else."""


def options_for(profile: ExchangeProfile, language: Language, version: str) -> SdkOptions:
    """What the profile says of an SDK."""
    packages = {
        Language.PYTHON: profile.sdk.packages.python,
        Language.TYPESCRIPT: profile.sdk.packages.typescript,
        Language.GO: profile.sdk.packages.go,
    }
    return SdkOptions(
        package=packages[language],
        version=version,
        exchange_id=profile.id,
        exchange_name=f"{profile.name} {profile.product}".strip(),
        licence=profile.sdk.licence,
        authors=profile.sdk.authors,
        website=profile.website or "",
        base_url=profile.sdk.base_url,
        recipe=profile.signing,
        behaviour=profile.behaviour,
        example=trading_example(profile),
    )


def numbered_source(profile: ExchangeProfile, snapshot: SpecSnapshot, language: Language, settings: Settings) -> SdkSource:
    """The SDK's source. A source that was never seen gets the next version, as large a step as the description's change asks for.

    Raises:
        DescriptionError: the description can't be understood.
    """
    api = read_api(snapshot)
    first = generate(api, language, options_for(profile, language, profile.sdk.version))
    version = version_for(
        settings.home / "versions" / f"{profile.id}-{language.value}.json",
        source=first.digest(),
        snapshot=snapshot,
        first=profile.sdk.version,
        bump=lambda old: version_bump(diff(read_api(old), api)),
    )
    return first if version == first.version else generate(api, language, options_for(profile, language, version))


def plain_source(profile: ExchangeProfile, snapshot: SpecSnapshot, language: Language, *, backend: Backend) -> SdkSource:
    """The SDK's source under the profile's own version, whatever was published before.

    Raises:
        DescriptionError: the description can't be understood.
        BackendError: the backend is not installed, or failed.
    """
    options = options_for(profile, language, profile.sdk.version)
    match backend:
        case Backend.NATIVE:
            return generate(read_api(snapshot), language, options)
        case Backend.OPENAPI_GENERATOR:
            return openapi_generator.emit(content_of(snapshot), language, options, overlays=overlays_of(snapshot))


def differences(source: SdkSource, folder: Path) -> tuple[str, ...]:
    """Paths that are missing on disk, are there and should not be, or have other bytes; sorted."""
    wanted = {file.path: file.content for file in source.files}
    found = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    found.pop(_LISTING, None)
    wrong = {path for path, content in wanted.items() if path not in found or found[path].read_bytes() != content}
    return tuple(sorted(wrong | (found.keys() - wanted.keys())))


def write_source(source: SdkSource, folder: Path) -> None:
    """Write a generated tree, in place of the one that was generated there before. Nobody else's file is touched.

    The generator vouches for its paths; this looks again.

    Raises:
        CertificationError: files are there that were not generated.
    """
    _remove_generated(folder)
    root = folder.resolve()
    for file in source.files:
        target = (root / file.path).resolve()
        if not target.is_relative_to(root):
            message = f"the generator gave a path outside its folder: {file.path!r}"
            raise ValueError(message)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
    (folder / _LISTING).write_text("".join(f"{file.path}\n" for file in source.files))


def _remove_generated(folder: Path) -> None:
    listing = folder / _LISTING
    generated = set(listing.read_text().splitlines()) if listing.is_file() else set()
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()} - {_LISTING}
    if strange := sorted(found - generated):
        raise CertificationError(
            f"{folder} holds {len(strange)} files that were not generated, such as {strange[0]}; move them away or give another --out"
        )
    shutil.rmtree(folder, ignore_errors=True)
