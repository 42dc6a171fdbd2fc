"""What an index is made of: versions of packages in, files out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from certification.errors import BuildError

JSON = "application/json"
BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactContent:
    """One file that a registry takes, with its bytes."""

    kind: str
    """``wheel``, ``sdist``, ``npm-tarball``, ``go-module-zip``: see ``certification.model.Artefact``."""
    name: str
    """The bare file name."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVersion:
    """One version of one package, as an index lists it."""

    package: str
    """The name in its registry, as in ``certification.model.SdkPackage``."""
    version: str
    """``MAJOR.MINOR.PATCH``, without a prefix."""
    artefacts: tuple[ArtefactContent, ...]
    published_at: str = ""
    """RFC 3339 in UTC, such as ``2025-01-31T12:00:00Z``; empty where nobody published it (a staging index)."""
    withdrawn: str = ""
    """Why nobody should install it any more; empty where it stands. PEP 592's ``yanked``, npm's ``deprecated``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """One file of a static index."""

    path: str
    """Relative to the index's root, with ``/``. A server answers ``<folder>`` and ``<folder>/`` with the folder's index file."""
    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the content."""
        return hashlib.sha256(self.content).hexdigest()


def by_package(versions: Iterable[PackageVersion]) -> tuple[tuple[PackageVersion, ...], ...]:
    """The versions of each package in order of their numbers, the packages in order of their names."""
    packages: dict[str, list[PackageVersion]] = {}
    for version in versions:
        packages.setdefault(version.package, []).append(version)
    return tuple(tuple(sorted(packages[package], key=_order)) for package in sorted(packages))


def latest(versions: Iterable[PackageVersion]) -> PackageVersion:
    """The highest version that still stands, else the highest."""
    return max(versions, key=lambda version: (not version.withdrawn, _order(version)))


def only(version: PackageVersion, kind: str) -> ArtefactContent:
    """The version's one artefact of that kind.

    Raises:
        BuildError: it has none, or several.
    """
    matching = [artefact for artefact in version.artefacts if artefact.kind == kind]
    if len(matching) != 1:
        raise BuildError(f"{version.package} {version.version} has {len(matching)} artefacts of kind {kind}, not 1; build the SDK again")
    return matching[0]


def tree(files: Iterable[IndexFile]) -> tuple[IndexFile, ...]:
    """The files by path.

    Raises:
        BuildError: two want the same place: a version was given twice.
    """
    placed: dict[str, IndexFile] = {}
    for file in files:
        if file.path in placed:
            raise BuildError(f"two artefacts want the place {file.path} in the index; list each version once")
        placed[file.path] = file
    return tuple(placed[path] for path in sorted(placed))


def json_bytes(document: dict[str, Any]) -> bytes:
    """Canonical enough to be compared: sorted keys, no white space, one line."""
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n").encode()


def _order(version: PackageVersion) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.version))
