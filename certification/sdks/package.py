"""Puts built files where registries and people find them, and says what they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from certification.errors import BuildError
from certification.model import Artefact, File, SdkPackage
from certification.sdks.index import ArtefactContent, PackageVersion

if TYPE_CHECKING:
    from pathlib import Path

    from sdkgen.source import SdkSource

PACKAGES = "packages"
"""The folder of built artefacts, below a build's own."""


def package(source: SdkSource, contents: tuple[ArtefactContent, ...], folder: Path) -> SdkPackage:
    """Write the artefacts below ``folder/packages``; their paths are relative to ``folder``.

    Raises:
        BuildError: the folder can't be written.
    """
    artefacts = []
    for content in contents:
        path = f"{PACKAGES}/{content.name}"
        try:
            (folder / PACKAGES).mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content.content)
        except OSError as error:
            raise BuildError(
                f"{content.name} can't be written to {folder / PACKAGES}: {error.strerror}; free or change the folder"
            ) from error
        file = File(path=path, digest=hashlib.sha256(content.content).hexdigest(), size=len(content.content))
        artefacts.append(Artefact(kind=content.kind, file=file))
    return SdkPackage(
        language=source.language,
        package=source.package,
        version=source.version,
        source_digest=source.digest(),
        artefacts=tuple(artefacts),
    )


def indexed(built: SdkPackage, folder: Path) -> PackageVersion:
    """The package as an index lists it, read back from ``folder``.

    Raises:
        BuildError: a file is gone, or is not the one that was built.
    """
    contents = []
    for artefact in built.artefacts:
        name = artefact.file.path.rpartition("/")[2]
        try:
            content = (folder / artefact.file.path).read_bytes()
        except OSError as error:
            raise BuildError(f"{artefact.file.path} can't be read below {folder}: {error.strerror}; build the SDK again") from error
        if hashlib.sha256(content).hexdigest() != artefact.file.digest:
            raise BuildError(f"{artefact.file.path} below {folder} is not what was built: its digest differs; build the SDK again")
        contents.append(ArtefactContent(kind=artefact.kind, name=name, content=content))
    return PackageVersion(package=built.package, version=built.version, artefacts=tuple(contents))
