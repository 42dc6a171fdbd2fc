"""Writes a generated tree of files to disk, wherever its paths came from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certification.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sdkgen.source import SourceFile

_SEGMENT = re.compile(r"[A-Za-z0-9._@!+-]+")
_LONGEST_PATH = 240


def checked(path: str) -> str:
    """The path, when it stays below the folder that it is relative to.

    Raises:
        BuildError: it does not, or holds characters that some file system or archive can't keep.
    """
    segments = path.split("/")
    plain = all(_SEGMENT.fullmatch(segment) and segment.strip(".") for segment in segments)
    if not plain or len(path) > _LONGEST_PATH:
        raise BuildError(f"the generated path {path[:80]!r} is not allowed; use letters, digits, . _ - and / below the root")
    return path


def write(files: Iterable[SourceFile], folder: Path) -> None:
    """Write the files below the folder, which is made where it is missing.

    Raises:
        BuildError: a path is not allowed, stands twice (also when only its case differs), or can't be written.
    """
    seen: set[str] = set()
    for file in files:
        if checked(file.path).lower() in seen:
            raise BuildError(f"the generated path {file.path!r} stands twice in the tree when case is ignored; rename one")
        seen.add(file.path.lower())
        target = folder / file.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
        except OSError as error:
            raise BuildError(f"{file.path} can't be written below {folder}: {error.strerror}; free or change the output folder") from error
