"""A Go module proxy as static files (go.dev/ref/mod#goproxy-protocol)."""

from __future__ import annotations

import io
import re
import zipfile

from certification.errors import BuildError
from certification.sdks.index.tree import JSON, TEXT, IndexFile, PackageVersion, by_package, json_bytes, latest, only, tree

_EPOCH = "1980-01-01T00:00:00Z"
"""The time of a version whose publishing time is not given: the earliest that a zip file can name."""


def go_proxy_tree(versions: tuple[PackageVersion, ...]) -> tuple[IndexFile, ...]:
    """Each module's ``@v/list``, ``@v/<version>.info``, ``.mod``, ``.zip`` and ``@latest``, in its escaped path.

    Raises:
        BuildError: a module zip holds no go.mod, or one of another module.
    """
    files: list[IndexFile] = []
    for group in by_package(versions):
        root = _escaped(group[0].package)
        listing = "".join(f"v{version.version}\n" for version in group if not version.withdrawn)
        files.append(IndexFile(path=f"{root}/@v/list", content=listing.encode(), media_type=TEXT))
        for version in group:
            artefact = only(version, "go-module-zip")
            stem = f"{root}/@v/v{version.version}"
            files.append(IndexFile(path=f"{stem}.info", content=_info(version), media_type=JSON))
            files.append(IndexFile(path=f"{stem}.mod", content=go_mod(version, artefact.content), media_type=TEXT))
            files.append(IndexFile(path=f"{stem}.zip", content=artefact.content, media_type="application/zip"))
        files.append(IndexFile(path=f"{root}/@latest", content=_info(latest(group)), media_type=JSON))
    return tree(files)


def go_mod(version: PackageVersion, archive: bytes) -> bytes:
    """The ``go.mod`` inside a module zip.

    Raises:
        BuildError: there is none, or it declares another module.
    """
    name = f"{version.package}@v{version.version}/go.mod"
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            content = opened.read(name)
    except (KeyError, zipfile.BadZipFile) as error:
        raise BuildError(f"the module zip of {version.package} v{version.version} holds no {name}; build the SDK again") from error
    declared = re.search(rb'^module[ \t]+"?([^\s"]+)', content, flags=re.MULTILINE)
    if declared is None or declared[1] != version.package.encode():
        raise BuildError(f"go.mod in the module zip of {version.package} v{version.version} declares another module; build the SDK again")
    return content


def _info(version: PackageVersion) -> bytes:
    return json_bytes({"Version": f"v{version.version}", "Time": version.published_at or _EPOCH})


def _escaped(module: str) -> str:
    """The module path with every capital as ``!`` and the small letter, for file systems that know no case."""
    return re.sub(r"[A-Z]", lambda letter: "!" + letter[0].lower(), module)
