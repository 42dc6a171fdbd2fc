"""A job's inputs, copied to where the job reads them, so that nothing it does reaches the originals."""

from __future__ import annotations

import re
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from certification.errors import IsolationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certification.isolation.runner import Job

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def check_job(job: Job) -> None:
    """Refuse a job whose names could lead out of its folder.

    Raises:
        IsolationError: the job's name or an input's name is not allowed, its folder is missing, or an input is.
    """
    if not _NAME.fullmatch(job.name):
        raise IsolationError(f"job {job.name!r} can't be started: its name is not of the form [a-z0-9-]+")
    if not job.folder.is_dir():
        raise IsolationError(f"job {job.name} can't be started: its folder {job.folder} does not exist; make it first")
    for given in job.inputs:
        place = PurePosixPath(given.name)
        if place.is_absolute() or not place.parts or ".." in place.parts:
            raise IsolationError(f"job {job.name} can't be started: input {given.name!r} leads out of its folder")
        if not given.source.exists():
            raise IsolationError(f"job {job.name} can't be started: input {given.name} is missing at {given.source}")


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, links in it as links, readable by everyone and writable by nobody.

    Raises:
        IsolationError: it can't be read or the copy can't be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copyfile(source, target)
            target.chmod(source.stat().st_mode)
        _make_readable(target)
    except (OSError, shutil.Error) as error:
        raise IsolationError(f"input {source} can't be copied to {target}: {error}") from error


def _make_readable(top: Path) -> None:
    for path in (top, *(top.rglob("*") if top.is_dir() else ())):
        if not path.is_symlink():
            mode = path.stat().st_mode
            readable = mode | stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
            searchable = path.is_dir() or mode & stat.S_IXUSR
            path.chmod((readable | 0o111 if searchable else readable) & ~_WRITE)


def remove(top: Path) -> None:
    """Remove a file or a whole folder, also where a tool made it read-only (Go's module cache). Absent is fine."""
    if top.is_symlink() or not top.is_dir():
        top.unlink(missing_ok=True)
        return
    make_removable(top)
    shutil.rmtree(top, ignore_errors=True)


def make_removable(top: Path) -> None:
    """Let its owner change every folder below, links not followed."""
    for folder in (top, *(path for path in top.rglob("*") if path.is_dir() and not path.is_symlink())):
        folder.chmod(folder.stat().st_mode | stat.S_IRWXU)


def refuse_existing(target: Path) -> None:
    """An input never hides or replaces what a job's folder already holds.

    Raises:
        IsolationError: there is something of that name.
    """
    if target.exists() or target.is_symlink():
        raise IsolationError(f"input {target.name} can't be put into {target.parent}: there is one of that name; empty the folder first")


@contextmanager
def mount_point(target: Path, *, folder: bool) -> Iterator[None]:
    """An empty file or folder for an engine to mount on, removed afterwards with the folders made on the way to it.

    Raises:
        IsolationError: there is something of that name.
    """
    refuse_existing(target)
    made = [parent for parent in target.parents if not parent.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    if folder:
        target.mkdir()
    else:
        target.touch()
    try:
        yield
    finally:
        remove(target)
        for parent in made:
            with suppress(OSError):  # the job has put something beside it
                parent.rmdir()
