"""The documents that npm reads: packuments and the tarballs that they point at."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from typing import Any

from certification.errors import BuildError
from certification.sdks.index.tree import (
    BYTES,
    JSON,
    ArtefactContent,
    IndexFile,
    PackageVersion,
    by_package,
    json_bytes,
    latest,
    only,
    tree,
)


def npm_packument(versions: tuple[PackageVersion, ...], *, base_url: str) -> tuple[IndexFile, ...]:
    """Each package's ``<package>/index.json`` (the packument) and ``<package>/-/<name>-<version>.tgz``.

    npm asks for ``/@scope%2fname`` and follows ``dist.tarball``, which has to be absolute: ``base_url`` is where the tree's root
    will be served, without a trailing slash.

    Raises:
        BuildError: a tarball holds no package.json, or one that names another package or version.
    """
    files: list[IndexFile] = []
    for group in by_package(versions):
        package = group[0].package
        manifests: dict[str, Any] = {}
        for version in group:
            artefact = only(version, "npm-tarball")
            path = f"{package}/-/{package.rpartition('/')[2]}-{version.version}.tgz"
            manifests[version.version] = _manifest(version, artefact, f"{base_url}/{path}")
            files.append(IndexFile(path=path, content=artefact.content, media_type=BYTES))
        packument = json_bytes(_packument(package, group, manifests))
        files.append(IndexFile(path=f"{package}/index.json", content=packument, media_type=JSON))
    return tree(files)


def _manifest(version: PackageVersion, artefact: ArtefactContent, url: str) -> dict[str, Any]:
    """The version's entry in the packument: its package.json and where its tarball is."""
    where = f"{artefact.name} of {version.package} {version.version}"
    try:
        with tarfile.open(fileobj=io.BytesIO(artefact.content), mode="r:gz") as tarball:
            members = [member for member in tarball if member.isfile()]
            opened = tarball.extractfile(next(member for member in members if member.name == "package/package.json"))
            manifest = json.loads(b"" if opened is None else opened.read())
    except (StopIteration, ValueError, tarfile.TarError, EOFError) as error:
        raise BuildError(f"{where} holds no readable package/package.json; build the SDK again") from error
    if not isinstance(manifest, dict) or (manifest.get("name"), manifest.get("version")) != (version.package, version.version):
        raise BuildError(f"package.json in {where} names another package or version; build the SDK again")
    manifest["_id"] = f"{version.package}@{version.version}"
    manifest["dist"] = {
        "integrity": f"sha512-{base64.b64encode(hashlib.sha512(artefact.content).digest()).decode()}",
        "shasum": hashlib.sha1(artefact.content, usedforsecurity=False).hexdigest(),
        "tarball": url,
        "fileCount": len(members),
        "unpackedSize": sum(member.size for member in members),
    }
    if version.withdrawn:
        manifest["deprecated"] = version.withdrawn
    return manifest


def _packument(package: str, versions: tuple[PackageVersion, ...], manifests: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "_id": package,
        "name": package,
        "dist-tags": {"latest": latest(versions).version},
        "versions": manifests,
    }
    times = {version.version: version.published_at for version in versions if version.published_at}
    if times:
        document["time"] = {"created": min(times.values()), "modified": max(times.values()), **times}
    return document
