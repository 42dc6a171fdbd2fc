"""Hand-written files that an exchange's SDKs ship: ``extensions/<language>/`` in the profile's folder."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from certification.errors import BuildError, ProfileError
from certification.sdks.tree import checked
from sdkgen.language import Language
from sdkgen.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSIONS = "extensions"
"""The folder beside a profile."""
_MAX_FILES = 500
_MAX_BYTES = 2_000_000
_NESTED = "go.mod"


def extensions_of(folder: Path, language: Language) -> tuple[SourceFile, ...]:
    """What a profile's folder holds for one language, by path below ``extensions/<language>/``; nothing where there is no such folder.

    Raises:
        ProfileError: a file is not allowed there, or a folder is no language's.
    """
    root = folder / EXTENSIONS
    known = {each.value for each in Language}
    if root.is_symlink():
        raise ProfileError(f"{root}: a link can't hold extensions; copy the folder")
    folders = [entry.name for entry in root.iterdir() if entry.is_dir() and _counts(entry.name)] if root.is_dir() else []
    strange = sorted(set(folders) - known)
    if strange:
        raise ProfileError(f"{root / strange[0]}: extensions lie in a folder per language; use {', '.join(sorted(known))}")
    return read_extensions(root / language.value)


def extensions_digest(folder: Path) -> str:
    """SHA-256 (hex) over the extensions of all languages.

    Raises:
        ProfileError: as ``extensions_of``.
    """
    listing = hashlib.sha256()
    for language in Language:
        for file in extensions_of(folder, language):
            listing.update(f"{hashlib.sha256(file.content).hexdigest()}  {language.value}/{file.path}\n".encode())
    return listing.hexdigest()


def read_extensions(folder: Path) -> tuple[SourceFile, ...]:
    """The files of one folder of extensions, sorted by path. Caches and hidden files are left out.

    They become part of a package that others install, so a link, which could lead to anything on this machine, is refused.

    Raises:
        ProfileError: something in it is no plain file, has a name that not every system can keep, or is too much.
    """
    files = []
    seen: set[str] = set()
    room = _MAX_BYTES
    for file in sorted(_paths(folder)):
        path = _allowed(file, folder)
        if path.lower() in seen:
            raise ProfileError(f"{file}: another extension has this name when case is ignored; rename one")
        seen.add(path.lower())
        content = _content(file, room)
        room -= len(content)
        files.append(SourceFile(path=path, content=content))
        if len(files) > _MAX_FILES:
            raise ProfileError(f"{folder}: more than {_MAX_FILES} files of extensions; make a package of their own of them")
    return tuple(sorted(files, key=lambda each: each.path))


def _paths(folder: Path) -> Iterator[Path]:
    if folder.is_symlink():
        raise ProfileError(f"{folder}: a link can't hold extensions; copy the folder")
    for around, folders, names in os.walk(folder):
        kept = [name for name in folders if _counts(name)]
        links = [name for name in kept if Path(around, name).is_symlink()]
        folders[:] = [name for name in kept if name not in links]
        yield from (Path(around, name) for name in (*names, *links) if _counts(name))


def _counts(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__"


def _allowed(file: Path, folder: Path) -> str:
    path = file.relative_to(folder).as_posix()
    if not stat.S_ISREG(file.lstat().st_mode):
        raise ProfileError(f"{file}: an extension is a plain file; a link or device can't be shipped")
    if file.name == _NESTED:
        raise ProfileError(f"{file}: a module inside a module is not shipped with it; remove the file")
    try:
        return checked(path)
    except BuildError as error:
        raise ProfileError(f"{folder}: the name {path[:80]!r} is not allowed; use letters, digits, . _ - and /") from error


def _content(file: Path, room: int) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(room + 1)
    except OSError as error:
        raise ProfileError(f"{file}: can't be read: {error.strerror}") from error
    if len(content) > room:
        raise ProfileError(f"{file}: extensions of one language hold more than {_MAX_BYTES:,} bytes; make a package of their own of them")
    return content
