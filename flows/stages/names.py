"""The names lock of SDKs: where it is kept, and how a description that moved gets the names that programs know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sdkgen.api.lock import NO_LOCK, NamesLock, read_lock, with_names
from sdkgen.source import LOCK_FILE

if TYPE_CHECKING:
    from certification.model import SpecSnapshot
    from certification.profile import ExchangeProfile
    from flows.settings import Settings

# Histories and profiles are imported where they are needed: generating from a bare description needs neither, and takes less time.


def lock_beside(folder: Path, profile: Path | None, published: NamesLock = NO_LOCK) -> NamesLock:
    """The lock beside generated trees; where there is none, what was published, in which the profile's folder has the last word.

    Raises:
        LockError: it can't be read.
    """
    own = _in_folder(folder)
    if own is not None:
        return own
    meant = None if profile is None else _in_folder(profile)
    return published if meant is None else published.under(meant)


def published_lock(exchange_id: str, settings: Settings) -> NamesLock:
    """The names that an exchange's SDKs were last made with on this machine; none where none were.

    Raises:
        CertificationError: the history can't be read.
        LockError: the lock can't be read.
    """
    from certification.specs.history import History, names_of  # noqa: PLC0415

    snapshots = History(settings.history).snapshots(exchange_id)
    last = next((each for each in reversed(snapshots) if each.names is not None), None)
    content = None if last is None else names_of(last)
    return NO_LOCK if content is None else read_lock(content, source=f"the last names lock of {exchange_id}")


def _in_folder(folder: Path) -> NamesLock | None:
    file = folder / LOCK_FILE
    return read_lock(file.read_bytes(), source=str(file)) if file.is_file() else None


def settle_names(profile: ExchangeProfile, snapshot: SpecSnapshot, settings: Settings, *, given: bool = False) -> SpecSnapshot:
    """The snapshot with the public names that its SDKs get: those of the profile's lock, else those that were published last.

    What neither knows is called by its own words, and so from then on. ``read_api`` of the result reads by these names.

    Args:
        profile: whose folder may hold a lock. It overrules what was published: whoever changes a name there means it.
        snapshot: the description as it is now.
        settings: where history is kept.
        given: whether a person named the description: its names then are nobody's next ones.

    Raises:
        LockError: a lock can't be read.
        DescriptionError: the description can't be understood.
    """
    from certification.specs.history import History, names_of  # noqa: PLC0415
    from flows.stages.read import read_api  # noqa: PLC0415

    meant = _in_folder(profile.folder) or NO_LOCK
    known = published_lock(profile.id, settings).under(meant)
    if names_of(snapshot) == known.text():
        return snapshot  # settled by an earlier look: nothing moved since, neither the description nor what is known of names
    _, lock = with_names(read_api(replace(snapshot, names=None)), known)
    history = History(settings.history / "given") if given else History(settings.history)
    return history.named(snapshot, lock.text())
