"""Finds API descriptions in a folder: those that a manifest beside them lists, else every file that says it is one."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import BenchmarkError
from benchmarks.subject import REPOSITORY

MANIFEST = "manifest.json"
_SUFFIXES = frozenset((".yaml", ".yml", ".json"))
_SAYS_SO = re.compile(r"""(?:^\ufeff?|[{,])\s*["']?(openapi|swagger|asyncapi)["']?\s*:\s*["']?[0-9]""", re.MULTILINE)
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that says that it is a description."""

    name: str
    """Its path below the folder, without its suffix: what ``--only`` names."""
    path: Path
    kind: str
    """``openapi``, ``swagger`` or ``asyncapi``."""
    size: int

    def family(self) -> str:
        """``REST`` or ``streams``."""
        return "streams" if self.kind == "asyncapi" else "REST"

    def slug(self) -> str:
        """A package's name in any registry."""
        words = "-".join(word for word in _NOT_A_LETTER.split(self.name.lower()) if word)
        return words if words[:1].isalpha() else f"api-{words}".rstrip("-")


def default_folder() -> Path:
    """Where the real descriptions lie: ``CERTIFY_SPECS``, else beside the repository."""
    return Path(os.environ.get("CERTIFY_SPECS", REPOSITORY.parent / "shared" / "specs"))


def descriptions(folder: Path) -> tuple[Found, ...]:
    """The folder's descriptions, by name.

    Raises:
        BenchmarkError: the folder or a file can't be read, or there is none.
    """
    try:
        paths = _listed(folder) if (folder / MANIFEST).is_file() else sorted(path for path in folder.rglob("*") if _may_be(path))
        found = [each for each in (_found(folder, path) for path in paths) if each is not None]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchmarkError(f"the descriptions in {folder} can't be listed: {error}; give another folder or set CERTIFY_SPECS") from error
    if not found:
        raise BenchmarkError(f"there is no API description in {folder}; give another folder or set CERTIFY_SPECS")
    return tuple(sorted(found, key=lambda each: each.name))


def _listed(folder: Path) -> list[Path]:
    return [folder / str(entry["file"]) for entry in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))]


def _may_be(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and path.is_file()


def _found(folder: Path, path: Path) -> Found | None:
    text = path.read_text(encoding="utf-8", errors="replace")
    said = _SAYS_SO.search(text)
    if said is None:
        return None
    name = path.relative_to(folder).with_suffix("").as_posix()
    return Found(name=name, path=path, kind=said.group(1), size=len(text))
