"""The names lock of an SDK: where it is kept, and what it is called there."""

from __future__ import annotations

from pathlib import Path

from sdkgen.api.lock import NO_LOCK, NamesLock, read_lock
from sdkgen.source import LOCK_FILE


def lock_beside(folder: Path, profile: Path | None) -> NamesLock:
    """The lock beside generated trees; where there is none, that of the profile's folder; else an empty one.

    Raises:
        LockError: it can't be read.
    """
    for place in (folder, profile):
        if place is not None and (place / LOCK_FILE).is_file():
            return read_lock((place / LOCK_FILE).read_bytes(), source=str(place / LOCK_FILE))
    return NO_LOCK
