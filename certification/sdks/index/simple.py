"""Python's simple repository, in HTML and JSON (PEP 503, 592, 629, 658, 691, 700)."""

from __future__ import annotations

import hashlib
import html
import io
import re
import tarfile
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import Any

from certification.errors import BuildError
from certification.sdks.index.tree import BYTES, TEXT, ArtefactContent, IndexFile, PackageVersion, by_package, json_bytes, tree

_HTML = "text/html; charset=utf-8"
_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


def simple_index(versions: tuple[PackageVersion, ...]) -> tuple[IndexFile, ...]:
    """The index under ``simple/``: pages, with the packages' files beside them.

    Every page has a JSON twin (``index.json``) for servers that negotiate content; links are relative, so the tree can stand anywhere.

    Raises:
        BuildError: an artefact is no wheel or sdist.
    """
    projects = {_normalised(group[0].package): group for group in by_package(versions)}
    files = [_root_html(sorted(projects)), _root_json(sorted(projects))]
    for project, group in projects.items():
        entries = [_entry(version, artefact) for version in group for artefact in version.artefacts]
        files += [_project_html(project, entries), _project_json(project, entries, group)]
        for entry in entries:
            files.append(IndexFile(path=f"simple/{project}/{entry.name}", content=entry.content, media_type=BYTES))
            if entry.metadata is not None:
                files.append(IndexFile(path=f"simple/{project}/{entry.name}.metadata", content=entry.metadata, media_type=TEXT))
    return tree(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One file of a Python project, with what its page says of it."""

    name: str
    content: bytes
    metadata: bytes | None
    """The wheel's METADATA (PEP 658); ``None`` for an sdist."""
    requires_python: str
    published_at: str
    withdrawn: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def _entry(version: PackageVersion, artefact: ArtefactContent) -> _Entry:
    if artefact.kind not in {"wheel", "sdist"}:
        raise BuildError(f"{artefact.name} of {version.package} {version.version} is no wheel or sdist; give those only")
    metadata = _metadata(version, artefact)
    return _Entry(
        name=artefact.name,
        content=artefact.content,
        metadata=metadata if artefact.kind == "wheel" else None,
        requires_python=BytesHeaderParser().parsebytes(metadata).get("Requires-Python", ""),
        published_at=version.published_at,
        withdrawn=version.withdrawn,
    )


def _metadata(version: PackageVersion, artefact: ArtefactContent) -> bytes:
    """METADATA of a wheel or PKG-INFO of an sdist."""
    try:
        if artefact.kind == "wheel":
            with zipfile.ZipFile(io.BytesIO(artefact.content)) as wheel:
                return wheel.read(next(name for name in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)))
        with tarfile.open(fileobj=io.BytesIO(artefact.content), mode="r:gz") as sdist:
            member = next(member for member in sdist if re.fullmatch(r"[^/]+/PKG-INFO", member.name))
            opened = sdist.extractfile(member)
            return b"" if opened is None else opened.read()
    except (StopIteration, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise BuildError(f"{artefact.name} of {version.package} {version.version} has no metadata; build the SDK again") from error


def _page(title: str, lines: list[str]) -> bytes:
    meta = '<meta name="pypi:repository-version" content="1.1">'
    head = f"<!DOCTYPE html>\n<html>\n<head>{meta}<title>{html.escape(title)}</title></head>\n<body>\n"
    return (head + "".join(f"{line}\n" for line in lines) + "</body>\n</html>\n").encode()


def _root_html(projects: list[str]) -> IndexFile:
    links = [f'<a href="{project}/">{project}</a><br>' for project in projects]
    return IndexFile(path="simple/index.html", content=_page("Simple index", links), media_type=_HTML)


def _root_json(projects: list[str]) -> IndexFile:
    document = {"meta": {"api-version": "1.1"}, "projects": [{"name": project} for project in projects]}
    return IndexFile(path="simple/index.json", content=json_bytes(document), media_type=_SIMPLE_JSON)


def _project_html(project: str, entries: list[_Entry]) -> IndexFile:
    lines = []
    for entry in entries:
        attributes = [f'href="{html.escape(entry.name)}#sha256={entry.digest}"']
        if entry.requires_python:
            attributes.append(f'data-requires-python="{html.escape(entry.requires_python)}"')
        if entry.metadata is not None:
            digest = f"sha256={hashlib.sha256(entry.metadata).hexdigest()}"
            attributes += [f'data-core-metadata="{digest}"', f'data-dist-info-metadata="{digest}"']
        if entry.withdrawn:
            attributes.append(f'data-yanked="{html.escape(entry.withdrawn)}"')
        lines.append(f"<a {' '.join(attributes)}>{html.escape(entry.name)}</a><br>")
    return IndexFile(path=f"simple/{project}/index.html", content=_page(project, lines), media_type=_HTML)


def _project_json(project: str, entries: list[_Entry], versions: tuple[PackageVersion, ...]) -> IndexFile:
    files = []
    for entry in entries:
        file: dict[str, Any] = {"filename": entry.name, "url": entry.name, "hashes": {"sha256": entry.digest}, "size": len(entry.content)}
        file["yanked"] = entry.withdrawn or False
        if entry.requires_python:
            file["requires-python"] = entry.requires_python
        if entry.metadata is not None:
            file["core-metadata"] = {"sha256": hashlib.sha256(entry.metadata).hexdigest()}
        if entry.published_at:
            file["upload-time"] = entry.published_at
        files.append(file)
    document = {"meta": {"api-version": "1.1"}, "name": project, "versions": [version.version for version in versions], "files": files}
    return IndexFile(path=f"simple/{project}/index.json", content=json_bytes(document), media_type=_SIMPLE_JSON)


def _normalised(project: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", project).lower()
