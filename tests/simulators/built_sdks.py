"""Small real packages in three languages, each with one function, as a build would leave them in a run's folder."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING

from certification.model import Artefact, File, SdkPackage
from sdkgen.language import Language

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = "openxapi-sample"
TYPESCRIPT = "@openxapi/sample"
GO = "example.test/openxapi/sample-go"


def build_all(folder: Path, *, version: str = "1.2.0", greeting: str = "hello") -> tuple[SdkPackage, ...]:
    """The three packages, with their files in ``packages/`` of the folder."""
    return (
        _package(folder, Language.PYTHON, PYTHON, version, _python(version, greeting)),
        _package(folder, Language.TYPESCRIPT, TYPESCRIPT, version, _typescript(version, greeting)),
        _package(folder, Language.GO, GO, version, _go(version, greeting)),
    )


def _package(folder: Path, language: Language, name: str, version: str, files: tuple[tuple[str, str, bytes], ...]) -> SdkPackage:
    artefacts = []
    (folder / "packages").mkdir(parents=True, exist_ok=True)
    for kind, filename, content in files:
        (folder / "packages" / filename).write_bytes(content)
        file = File(path=f"packages/{filename}", digest=hashlib.sha256(content).hexdigest(), size=len(content))
        artefacts.append(Artefact(kind=kind, file=file))
    return SdkPackage(language=language, package=name, version=version, source_digest="5" * 64, artefacts=tuple(artefacts))


def _python(version: str, greeting: str) -> tuple[tuple[str, str, bytes], ...]:
    metadata = f"Metadata-Version: 2.1\nName: {PYTHON}\nVersion: {version}\nRequires-Python: >=3.11\n".encode()
    module = f"def greet() -> str:\n    return {greeting!r}\n".encode()
    info = f"openxapi_sample-{version}.dist-info"
    wheel = b"Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members = {"openxapi_sample/__init__.py": module, f"{info}/METADATA": metadata, f"{info}/WHEEL": wheel}
    record = "".join(f"{name},sha256={_urlsafe(content)},{len(content)}\n" for name, content in members.items())
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    root = f"openxapi_sample-{version}"
    sdist = _tarball({f"{root}/PKG-INFO": metadata, f"{root}/openxapi_sample/__init__.py": module})
    return (
        ("wheel", f"openxapi_sample-{version}-py3-none-any.whl", _zip(members)),
        ("sdist", f"openxapi_sample-{version}.tar.gz", sdist),
    )


def _typescript(version: str, greeting: str) -> tuple[tuple[str, str, bytes], ...]:
    manifest = json.dumps({"name": TYPESCRIPT, "version": version, "type": "module", "main": "index.js", "license": "Apache-2.0"})
    module = f"export const greet = () => {json.dumps(greeting)};\n"
    content = _tarball({"package/package.json": manifest.encode(), "package/index.js": module.encode()})
    return (("npm-tarball", f"openxapi-sample-{version}.tgz", content),)


def _go(version: str, greeting: str) -> tuple[tuple[str, str, bytes], ...]:
    root = f"{GO}@v{version}"
    module = f"package sample\n\n// Greet greets.\nfunc Greet() string {{ return {json.dumps(greeting)} }}\n"
    content = _zip({f"{root}/go.mod": f"module {GO}\n\ngo 1.21\n".encode(), f"{root}/sample.go": module.encode()})
    return (("go-module-zip", f"sample-go-v{version}.zip", content),)


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def _tarball(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
