"""The embedded registry: static trees in the registries' own wire formats, from which pip, npm and go install.

    pypi/simple/…   npm/…   go/…     what the tools read
    files/<digest>                   every published file, by its SHA-256
    records/<language>/<package>/<version>.json    the truth: what was published, under which certificate
    proofs/<run id>/…                the certificate's files
    proofs/by-digest/<digest>        the run id that certified a file

A version counts as published once its record stands. Files come before it and the trees follow from it, so a crash at any point is
mended by publishing again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from certification.files import locked, write_atomically
from certification.sdks.index import ArtefactContent, IndexFile, PackageVersion
from reports import canonical, codec
from reports.codec import moment_text
from reports.errors import CanonicalError, DocumentError, PublishError
from reports.log import PROOF_NAME
from reports.registries.release import Release, ReleasedFile, cleared_content, released
from reports.report import REPORT_NAME
from reports.statement import CERTIFICATION_NAME, TEST_RESULT_NAME
from sdkgen.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from certification.model import SdkPackage
    from reports.clearance import Clearance

    Tree = Callable[[tuple[PackageVersion, ...]], tuple[IndexFile, ...]]

RECORD_SCHEMA = "https://openxapi.dev/certification/release/v1"
PLACEHOLDER = "http://registry.invalid/npm"
"""Where packuments say that tarballs are until ``serve`` puts the address that was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRegistry:
    """A folder that holds the trees of all three languages."""

    folder: Path
    npm_url: str = PLACEHOLDER
    """Where the ``npm`` tree will be served, for plain file servers. ``serve`` needs no more than the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFile:
    """A published file."""

    kind: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One published version."""

    schema: str
    language: Language
    package: str
    version: str
    run_id: str
    envelope: str
    """SHA-256 (hex) of the certificate's envelope."""
    published_at: datetime
    withdrawn: str
    """Why nobody should install it any more; empty where it stands."""
    files: tuple[RecordedFile, ...]


def publish_static(package: SdkPackage, clearance: Clearance, registry: StaticRegistry, tree: Tree, root: str) -> Release:
    """Publish a package into its language's tree under ``root``.

    Raises:
        PublishError: It is not cleared, other bytes stand at that version, or the folder can't be written.
    """
    content = cleared_content(package, clearance)
    files = tuple(RecordedFile(kind=artefact.kind, name=artefact.name, digest=_digest(artefact.content)) for artefact in content)
    try:
        with locked(registry.folder / ".lock"):
            path = _record_path(registry, package.language, package.package, package.version)
            known = _read_record(path) if path.exists() else None
            if known is not None:
                _refuse_other_bytes(known, files)
            for artefact, file in zip(content, files, strict=True):
                write_atomically(registry.folder / "files" / file.digest, artefact.content)
            if known is None:
                _keep_proof(registry, clearance, files)
                write_atomically(path, canonical.write(codec.encode(_recorded(package, clearance, files))))
            _write_tree(registry, package.language, package.package, tree, root)
    except OSError as error:
        raise PublishError(
            f"{error.filename or registry.folder}: the registry can't be written ({error.strerror}); publish again"
        ) from error
    return Release(
        registry=str(registry.folder / root),
        package=package.package,
        version=package.version,
        files=released(content),
        changed=known is None,
    )


def _recorded(package: SdkPackage, clearance: Clearance, files: tuple[RecordedFile, ...]) -> Record:
    return Record(
        schema=RECORD_SCHEMA,
        language=package.language,
        package=package.package,
        version=package.version,
        run_id=clearance.report.run_id,
        envelope=clearance.envelope_digest,
        published_at=clearance.verified_at.replace(microsecond=0),
        withdrawn="",
        files=files,
    )


def withdraw_static(
    registry: StaticRegistry, *, language: Language, package: str, version: str, reason: str, tree: Tree, root: str
) -> Release:
    """Mark a version as one not to install any more (pip: yanked, npm: deprecated, go: no longer listed). Its files stay.

    Raises:
        PublishError: There is no such version, or the folder can't be written.
    """
    path = _record_path(registry, language, package, version)
    try:
        with locked(registry.folder / ".lock"):
            if not path.exists():
                raise PublishError(f"{registry.folder}: holds no {package} {version}")
            record = _read_record(path)
            marked = Record(
                **{name: getattr(record, name) for name in Record.__dataclass_fields__ if name != "withdrawn"}, withdrawn=reason
            )
            write_atomically(path, canonical.write(codec.encode(marked)))
            _write_tree(registry, language, package, tree, root)
    except OSError as error:
        raise PublishError(f"{error.filename or registry.folder}: the registry can't be written ({error.strerror})") from error
    files = tuple(ReleasedFile(name=file.name, digest=file.digest) for file in record.files)
    return Release(registry=str(registry.folder / root), package=package, version=version, files=files, changed=record.withdrawn != reason)


def records(registry: StaticRegistry, language: Language | None = None) -> tuple[Record, ...]:
    """Every published version, sorted by language, package and path.

    Raises:
        PublishError: A record is damaged.
    """
    return tuple(
        _read_record(path)
        for path in sorted(registry.folder.glob("records/*/*/*.json"))
        if language is None or path.parts[-3] == language.value
    )


def _refuse_other_bytes(known: Record, files: tuple[RecordedFile, ...]) -> None:
    held = {file.name: file.digest for file in known.files}
    for file in files:
        if held.get(file.name) != file.digest:
            raise PublishError(
                f"{known.package} {known.version} is published with another {file.name} ({held.get(file.name, 'none')[:16]}…, "
                f"not {file.digest[:16]}…); raise the version"
            )


def _keep_proof(registry: StaticRegistry, clearance: Clearance, files: tuple[RecordedFile, ...]) -> None:
    folder = registry.folder / "proofs" / clearance.report.run_id
    proof = clearance.proof
    write_atomically(folder / REPORT_NAME, proof.report)
    write_atomically(folder / CERTIFICATION_NAME, proof.envelope)
    write_atomically(folder / PROOF_NAME, proof.log_proof)
    if proof.tested is not None:
        write_atomically(folder / TEST_RESULT_NAME, proof.tested)
    for file in files:
        write_atomically(registry.folder / "proofs" / "by-digest" / file.digest, clearance.report.run_id.encode())


def _write_tree(registry: StaticRegistry, language: Language, package: str, tree: Tree, root: str) -> None:
    """Write a package's part of its tree, and the pages that list all packages.

    Those pages follow from one version of every other package, so that publishing does not read every file of the registry.
    """
    known = records(registry, language)
    own = tuple(_version(registry, record) for record in known if record.package == package)
    others = {record.package: record for record in known if record.package != package}
    listing = tree((*own, *(_version(registry, record) for record in others.values())))
    touched = {file.path for file in tree(own)}
    for file in sorted(listing, key=_pages_last):
        if file.path in touched:
            write_atomically(registry.folder / root / file.path, file.content)


def _pages_last(file: IndexFile) -> tuple[bool, int, str]:
    """Packages before the pages that point at them, the pages of one package before the list of all."""
    is_page = file.path.endswith(("index.html", "index.json", "/@v/list", "/@latest"))
    return is_page, -file.path.count("/"), file.path


def _version(registry: StaticRegistry, record: Record) -> PackageVersion:
    return PackageVersion(
        package=record.package,
        version=record.version,
        artefacts=tuple(
            ArtefactContent(kind=file.kind, name=file.name, content=(registry.folder / "files" / file.digest).read_bytes())
            for file in record.files
        ),
        published_at=moment_text(record.published_at),
        withdrawn=record.withdrawn,
    )


def _record_path(registry: StaticRegistry, language: Language, package: str, version: str) -> Path:
    return registry.folder / "records" / language.value / quote(package, safe="@") / f"{version}.json"


def _read_record(path: Path) -> Record:
    try:
        return codec.decode(Record, canonical.read(path.read_bytes(), str(path)), str(path))
    except (CanonicalError, DocumentError) as error:
        raise PublishError(f"{error}; restore the registry from its backup") from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
