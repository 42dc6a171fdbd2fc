"""A generated tree on disk: written, compared, and never mixed up with anybody else's files."""

from __future__ import annotations

import shutil
from pathlib import Path

from certification.errors import CertificationError
from sdkgen.source import SdkSource

LISTING = ".openxapi-certify"
"""Lists what was generated into a folder, so that the next time removes that and nothing else."""


def differences(source: SdkSource, folder: Path) -> tuple[str, ...]:
    """Paths that are missing on disk, are there and should not be, or have other bytes; sorted."""
    wanted = {file.path: file.content for file in source.files}
    found = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    found.pop(LISTING, None)
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
    (folder / LISTING).write_text("".join(f"{file.path}\n" for file in source.files))


def _remove_generated(folder: Path) -> None:
    listing = folder / LISTING
    generated = set(listing.read_text().splitlines()) if listing.is_file() else set()
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()} - {LISTING}
    if strange := sorted(found - generated):
        raise CertificationError(
            f"{folder} holds {len(strange)} files that were not generated, such as {strange[0]}; move them away or give another --out"
        )
    shutil.rmtree(folder, ignore_errors=True)
