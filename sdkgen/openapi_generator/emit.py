"""One arrow: an API description -> an SDK's source, by OpenAPI Generator with its stock settings."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sdkgen.api.json_text import dumps_exact
from sdkgen.api.overlay import apply_overlays
from sdkgen.api.parse import parse
from sdkgen.errors import BackendError
from sdkgen.language import Language
from sdkgen.openapi_generator import census, command, metadata
from sdkgen.source import SdkOptions, SdkSource, SourceFile

if TYPE_CHECKING:
    from sdkgen.api.json_text import JsonValue

_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """How a language is generated."""

    generator: str
    kept: re.Pattern[str]
    """The generated paths that belong to the package; the rest is somebody's continuous integration, tests and documentation."""


_TARGETS = {
    Language.PYTHON: _Target(generator="python", kept=re.compile(r"README\.md|(?!test/|docs/)\w+/.*")),
    Language.TYPESCRIPT: _Target(generator="typescript-fetch", kept=re.compile(r"README\.md|src/.*")),
    Language.GO: _Target(generator="go", kept=re.compile(r"README\.md|[^/]+\.go")),
}


def emit(
    description: bytes, language: Language, options: SdkOptions, *, overlays: tuple[bytes, ...] = (), timeout_s: float = 300.0
) -> SdkSource:
    """Generate an SDK. It has no harness program, so its values and requests stay unobserved.

    The description is handed over as plain JSON; only its package's metadata is ours, so that it builds with the same tools.

    Raises:
        BackendError: OpenAPI Generator is not installed, fails, takes too long, or the description refers to other documents.
        DescriptionError: the description or an overlay can't be read.
    """
    root = apply_overlays(parse(description, source="description").root, overlays)
    if "asyncapi" in root:
        raise BackendError("OpenAPI Generator can't read AsyncAPI; use the native backend")
    _refuse_remote(root)
    target = _TARGETS[language]
    with tempfile.TemporaryDirectory(prefix="certify-openapi-generator-") as name:
        folder = Path(name)
        (folder / "description.json").write_text(dumps_exact(root), encoding="utf-8")
        told = metadata.properties(language, options)
        command.generate(command.installed(), target.generator, folder, properties=told, timeout_s=timeout_s)
        generated = {path: content for path, content in _read(folder / "out").items() if target.kept.fullmatch(path)}
        files = generated | metadata.files(language, options, generated, folder / "out")
    counted = census.count(language, files)
    return SdkSource(
        language=language,
        package=options.package,
        version=options.version,
        files=tuple(SourceFile(path=path, content=files[path]) for path in sorted(files)),
        harness=(),
        operations=counted.operations,
        types=counted.types,
        fields=counted.fields,
    )


def _refuse_remote(root: JsonValue) -> None:
    """The generator follows references over the network and into files; a description must not make it."""
    waiting: list[JsonValue] = [root]
    while waiting:
        value = waiting.pop()
        match value:
            case dict():
                reference = value.get("$ref")
                if isinstance(reference, str) and not reference.startswith("#"):
                    raise BackendError(f"the reference {reference[:80]!r} leads to another document; bundle the description first")
                waiting += value.values()
            case list():
                waiting += value
            case _:
                pass


def _read(folder: Path) -> dict[str, bytes]:
    """The generated files, by paths that can stand in a package."""
    files = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and _PATH.fullmatch(relative):
            files[relative] = path.read_bytes()
    return files
