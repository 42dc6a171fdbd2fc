"""What a process run started and where it wrote, on disk before it happens, so that the next run can clean up after a ``kill -9``."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from certification.errors import IsolationError
from certification.isolation import owner, staging

if TYPE_CHECKING:
    from certification.isolation.owner import Owner

MARK = "CERTIFY_RUN"
"""The environment variable that says of a process which run started it."""


@dataclass(slots=True, kw_only=True)
class Record:
    """One run's record file, named after the run; written anew, and whole, at every change."""

    path: Path
    owner: Owner
    paths: list[str] = field(default_factory=list)
    """Temporary folders and staged inputs."""

    def save(self) -> None:
        """Write it.

        Raises:
            IsolationError: the folder of records can't be written.
        """
        text = json.dumps({"owner": self.owner.text(), "paths": self.paths})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.path.with_suffix(".draft")
            draft.write_text(text)
            draft.replace(self.path)
        except OSError as error:
            raise IsolationError(f"the record of running jobs can't be written at {self.path}: {error.strerror}") from error

    def delete(self) -> None:
        """Forget the run: everything in it is gone."""
        self.path.unlink(missing_ok=True)


def sweep(folder: Path) -> tuple[str, ...]:
    """End and remove what dead runs left behind; gives the ids of those runs."""
    swept = []
    for path in sorted(folder.glob("*.json")):
        record = _read(path)
        if record is not None and record.owner.is_gone():
            _end_run(path.stem)
            for leftover in record.paths:
                staging.remove(Path(leftover))
            record.delete()
            swept.append(path.stem)
    return tuple(swept)


def _read(path: Path) -> Record | None:
    try:
        content = json.loads(path.read_text())
        who = owner.parse(content["owner"])
        paths = [str(leftover) for leftover in content["paths"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if who is None else Record(path=path, owner=who, paths=paths)


def _end_run(run: str) -> None:
    """Kill the processes that carry the run's mark in their environment, whatever group, session or parent they have now."""
    mark = f"{MARK}={run}".encode()
    for entry in owner.PROC.glob("[0-9]*"):
        with suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
