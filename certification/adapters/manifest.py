"""Reads an adapter's folder: what SDK it is for, how that is installed, and the program that speaks the harness's protocol.

An adapter is a stranger's: its manifest is validated, its locks may name packages by digest and nothing else, its files are copied.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from certification.errors import AdapterError
from certification.profiles import read_validated

MANIFEST = "adapter.yaml"
_MAX_FILES = 200
_MAX_BYTES = 4 * 1024**2
_RESERVED = frozenset(("api", "sdks", "python", "typescript", "go"))

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?==[A-Za-z0-9.!+_-]+( *;[^\\@]*)?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_MODULE = r"[A-Za-z0-9][A-Za-z0-9._~/-]*"
_GO_MOD = re.compile(
    rf"\s*(?:(?:module\s+{_MODULE}|go\s+[0-9.]+|require\s+\(|\)|(?:require\s+)?{_MODULE}\s+v[0-9A-Za-z.+-]+)\s*)?(?://.*)?"
)
_GO_SUM = re.compile(rf"({_MODULE} v[0-9A-Za-z.+/-]+) (h1:[A-Za-z0-9+/]{{43}}=)")
_PUBLIC_NPM = "https://registry.npmjs.org/"
"""What npm writes into a lock for a package of its public registry, and replaces by the registry that is configured."""

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@%_+=:,./-]+$", max_length=200)]


class Ecosystem(StrEnum):
    """Where an SDK is installed from."""

    PYPI = "pypi"
    NPM = "npm"
    GO = "go"
    """Modules, built beside the adapter's own program."""
    IMAGE = "image"
    """A container image that holds the SDK and its adapter, in any language."""


_LOCKS = {Ecosystem.NPM: "package-lock.json", Ecosystem.GO: "go.sum"}


class Manifest(BaseModel):
    """``adapter.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    """What findings call it."""
    exchange: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    """The exchange whose operations it maps: an id in ``exchanges/``."""
    language: str = Field(pattern=r"^[a-z][a-z0-9+#-]*$", max_length=30)
    ecosystem: Ecosystem
    package: str = Field(pattern=r"^(@[a-z0-9._~-]+/)?[A-Za-z0-9][A-Za-z0-9._~/-]*$", max_length=200)
    version: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.!+_-]*$", max_length=60)
    command: tuple[Word, ...] = Field(min_length=1, max_length=20)
    """Starts the harness program; the first word is a tool by its bare name, the others may name files of the folder."""
    image: str | None = Field(default=None, pattern=r"^[a-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}$")
    """Of the ecosystem ``image``: the reference with its digest."""

    @model_validator(mode="after")
    def _whole(self) -> Manifest:
        if self.name in _RESERVED:
            message = f"the name {self.name} stands for SDKs of OpenXAPI; choose another"
            raise ValueError(message)
        if (self.image is not None) != (self.ecosystem is Ecosystem.IMAGE):
            message = "image belongs to the ecosystem image, and to no other"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """An adapter's folder, read."""

    manifest: Manifest
    folder: Path
    files: tuple[str, ...]
    """Sorted paths below the folder, with ``/``."""
    digest: str
    """SHA-256 (hex) over the sorted lines ``<SHA-256 of the content>  <path>``."""

    @property
    def lock(self) -> Path:
        """The file that pins the SDK and all that it needs, by digest."""
        return self.folder / _LOCKS.get(self.manifest.ecosystem, "requirements.lock")


def read_adapter(folder: Path) -> Adapter:
    """Read and check an adapter's folder.

    Raises:
        ProfileError: the manifest is wrong; every mistake in one line.
        AdapterError: the folder is not there, holds what it must not, or its lock is wrong.
    """
    if not (folder / MANIFEST).is_file():
        raise AdapterError(f"{folder}: no adapter: it has no {MANIFEST}; see sdkgen/HARNESS.md, 'Adapters'")
    manifest = read_validated(folder / MANIFEST, Manifest, means="an adapter's manifest; it must be a YAML mapping with name and command")
    files = _files(folder)
    listing = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files)
    adapter = Adapter(manifest=manifest, folder=folder.resolve(), files=files, digest=hashlib.sha256(listing.encode()).hexdigest())
    match manifest.ecosystem:
        case Ecosystem.PYPI:
            _check_requirements(adapter)
        case Ecosystem.NPM:
            _check_package_lock(adapter)
        case Ecosystem.GO:
            module_digest(adapter)
        case Ecosystem.IMAGE:
            pass
    return adapter


def requirements(lock: Path) -> dict[str, tuple[str, ...]]:
    """``name==version`` (the name in its normal form) and the digests (SHA-256, hex) that it may have.

    Raises:
        AdapterError: a line is anything but a pinned requirement with hashes.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in _text(lock).replace("\\\n", " ").splitlines():
        stated = line.partition(" #")[0].strip()
        if not stated or stated.startswith("#"):
            continue
        requirement = _HASH.sub("", stated).strip()
        digests = tuple(match[1] for match in _HASH.finditer(stated))
        if _REQUIREMENT.fullmatch(requirement) is None or not digests:
            raise AdapterError(f"{lock}: {requirement[:80]!r} is no requirement pinned by == and --hash=sha256:…; lock it anew")
        name, _, version = requirement.partition(";")[0].strip().partition("==")
        found[f"{normal(name.partition('[')[0])}=={version}"] = digests
    return found


def normal(name: str) -> str:
    """A Python package's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_packages(lock: Path) -> dict[str, dict[str, Any]]:
    """The packages of an npm lock by their place, the root (``""``) included.

    Raises:
        AdapterError: it is no lock of version 2 or 3, or a package is not of the registry and pinned by its digest.
    """
    try:
        document = json.loads(_text(lock))
        packages = document["packages"]
        root = packages[""]["dependencies"]
        others = {place: entry for place, entry in packages.items() if place}
        plain = all(isinstance(version, str) for version in root.values()) and all(isinstance(entry, dict) for entry in others.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AdapterError(f"{lock}: no lock of npm 7 or later with dependencies of its own; make it with 'npm install'") from error
    if not plain:
        raise AdapterError(f"{lock}: its packages are no objects; make it anew with 'npm install'")
    for place, entry in others.items():
        resolved = entry.get("resolved", _PUBLIC_NPM)
        pinned = isinstance(entry.get("integrity"), str) and entry["integrity"].startswith("sha512-")
        if not place.startswith("node_modules/") or ".." in place or entry.get("link") or not pinned:
            raise AdapterError(f"{lock}: {place[:80]} is not pinned by integrity to a package of the registry; lock it anew")
        if not isinstance(resolved, str) or not resolved.startswith(_PUBLIC_NPM):
            raise AdapterError(f"{lock}: {place[:80]} comes from elsewhere than the public registry; lock it anew")
    return dict(packages)


def module_digest(adapter: Adapter) -> str:
    """The digest of the SDK's module, as ``go.sum`` writes it: ``h1:…``.

    Raises:
        AdapterError: ``go.mod`` says more than what is required, or ``go.sum`` does not pin it.
    """
    stated = adapter.folder / "go.mod"
    for line in _text(stated).splitlines():
        if _GO_MOD.fullmatch(line) is None:
            raise AdapterError(
                f"{stated}: {line.strip()[:80]!r} is none of module, go and require; an adapter replaces and excludes nothing"
            )
    pinned: dict[str, str] = {}
    for line in _text(adapter.lock).splitlines():
        found = _GO_SUM.fullmatch(line)
        if found is None:
            raise AdapterError(f"{adapter.lock}: {line[:80]!r} is no line of a go.sum; make it with 'go mod tidy'")
        pinned[found[1]] = found[2]
    wanted = f"{adapter.manifest.package} {adapter.manifest.version}"
    if wanted not in pinned:
        raise AdapterError(f"{adapter.lock}: it does not hold {wanted}, which {MANIFEST} names; make it with 'go mod tidy'")
    return pinned[wanted]


def _check_requirements(adapter: Adapter) -> None:
    wanted = f"{normal(adapter.manifest.package)}=={adapter.manifest.version}"
    if wanted not in requirements(adapter.lock):
        raise AdapterError(f"{adapter.lock}: it does not hold {wanted}, which {MANIFEST} names; lock it anew")


def _check_package_lock(adapter: Adapter) -> None:
    entry = locked_packages(adapter.lock).get(f"node_modules/{adapter.manifest.package}")
    if entry is None or entry.get("version") != adapter.manifest.version:
        named = f"{adapter.manifest.package} {adapter.manifest.version}"
        raise AdapterError(f"{adapter.lock}: it does not hold {named}, which {MANIFEST} names; lock it anew")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(f"{file}: can't be read; an adapter of this ecosystem needs its lock there") from error


def _files(folder: Path) -> tuple[str, ...]:
    """What belongs to the adapter: no links, no caches, no installed packages, and not much."""
    found: list[str] = []
    total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part in {"__pycache__", "node_modules"} or part.startswith(".") for part in name.split("/")):
            continue
        if path.is_symlink():
            raise AdapterError(f"{path}: a link; an adapter holds its files itself")
        if path.is_file():
            found.append(name)
            total += path.stat().st_size
        if len(found) > _MAX_FILES or total > _MAX_BYTES:
            raise AdapterError(f"{folder}: more than {_MAX_FILES} files or {_MAX_BYTES // 1024**2} MiB; an adapter is a small program")
    return tuple(found)
