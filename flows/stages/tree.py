"""A generated tree on disk: written, compared, and never mixed up with anybody else's files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from certification.errors import CertificationError
from certification.extensions import read_extensions
from sdkgen.extension import extensions_folder
from sdkgen.language import Language
from sdkgen.source import SdkOptions, SdkSource

LISTING = ".openxapi-certify"
"""Lists what was generated into a folder, so that the next time removes that and nothing else."""


def differences(source: SdkSource, folder: Path) -> tuple[str, ...]:
    """Paths that are missing on disk, are there and should not be, or have other bytes; sorted.

    What stands in the folder of extensions and was not put there by us is nobody's difference.
    """
    own = _own(folder, source.extensions)
    wanted = {file.path: file.content for file in source.files if file.path not in own}
    found = _found(folder) - own
    wrong = {path for path, content in wanted.items() if path not in found or (folder / path).read_bytes() != content}
    return tuple(sorted(wrong | (found - wanted.keys())))


def with_hand_written(options: SdkOptions, language: Language, folder: Path) -> SdkOptions:
    """The options with the extensions that somebody wrote into the tree, beside those that come with the profile.

    Raises:
        CertificationError: one of them can't be shipped, or the profile has another one of the same name.
    """
    extensions = extensions_folder(language, options)
    own = _own(folder, extensions)
    written = tuple(file for file in read_extensions(folder / extensions) if f"{extensions}/{file.path}" in own)
    known = {file.path: file.content for file in options.extensions}
    for file in written:
        if known.get(file.path, file.content) != file.content:
            raise CertificationError(
                f"{folder / extensions / file.path} was written by hand, and the profile has an extension of the same name; rename one"
            )
    return replace(options, extensions=(*(file for file in written if file.path not in known), *options.extensions))


def write_source(source: SdkSource, folder: Path) -> None:
    """Write a generated tree, in place of the one that was generated there before. Nobody else's file is touched.

    The generator vouches for its paths; this looks again.

    Raises:
        CertificationError: files are there that were not generated and are no extensions.
    """
    own = _own(folder, source.extensions)
    if strange := sorted(_found(folder) - _listed(folder) - own):
        raise CertificationError(
            f"{folder} holds {len(strange)} files that were not generated, such as {strange[0]}; move them away or give another --out"
        )
    _remove_generated(folder)
    root = folder.resolve()
    fresh = tuple(file for file in source.files if file.path not in own)
    for file in fresh:
        target = (root / file.path).resolve()
        if not target.is_relative_to(root):
            message = f"the generator gave a path outside its folder: {file.path!r}"
            raise ValueError(message)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
    (folder / LISTING).write_text("".join(f"{file.path}\n" for file in fresh))


def _found(folder: Path) -> set[str]:
    """Every file in the tree, but for our listing and what Python's interpreter keeps beside modules."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())
    return {file.as_posix() for file in files if "__pycache__" not in file.parts} - {LISTING}


def _listed(folder: Path) -> set[str]:
    listing = folder / LISTING
    return set(listing.read_text().splitlines()) if listing.is_file() else set()


def _own(folder: Path, extensions: str) -> set[str]:
    """What somebody wrote into the folder of extensions."""
    below = {path for path in _found(folder) if extensions and path.startswith(f"{extensions}/")}
    return below - _listed(folder)


def _remove_generated(folder: Path) -> None:
    for path in _listed(folder) & _found(folder):
        (folder / path).unlink()
    for around, _, _ in os.walk(folder, topdown=False):
        if Path(around) != folder and not any(Path(around).iterdir()):
            Path(around).rmdir()
