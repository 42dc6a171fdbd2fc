"""The content-addressed history of descriptions: every version that was ever seen, each kept once, safe against crashes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from certification.errors import CertificationError
from certification.files import locked, write_atomically
from certification.model import SpecSnapshot
from certification.specs.summary import summarise

if TYPE_CHECKING:
    from certification.specs.fetched import Fetched

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,80}")
_SNAPSHOTS = TypeAdapter(tuple[SpecSnapshot, ...])


class History:
    """A folder: ``objects/<first two>/<digest>`` holds bytes, ``<exchange>.json`` lists the exchange's snapshots, oldest first.

    Several processes may use it at once.
    """

    def __init__(self, root: Path) -> None:
        """Use a folder, which is made when something is recorded."""
        self._root = root.absolute()

    def snapshots(self, exchange_id: str) -> tuple[SpecSnapshot, ...]:
        """All snapshots of an exchange, oldest first.

        Raises:
            CertificationError: the list can't be read.
        """
        index = self._index(exchange_id)
        try:
            return _SNAPSHOTS.validate_json(index.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            raise CertificationError(f"{index}: can't be read; restore it from a backup, or remove it to begin anew") from error

    def latest(self, exchange_id: str) -> SpecSnapshot | None:
        """The newest snapshot of an exchange; ``None`` where there is none.

        Raises:
            CertificationError: the list can't be read.
        """
        return next(reversed(self.snapshots(exchange_id)), None)

    def record(
        self,
        exchange_id: str,
        fetched: Fetched,
        *,
        overlays: tuple[bytes, ...] = (),
        streams: Fetched | None = None,
        stream_overlays: tuple[bytes, ...] = (),
        fetched_at: datetime | None = None,
    ) -> SpecSnapshot:
        """Keep what was fetched, the overlays that go with it, and the streams' description beside it.

        The same as in the newest snapshot makes no new one; only its time and ETags are renewed.

        Raises:
            CertificationError: the folder can't be written.
            DescriptionError: the bytes are no description; nothing is kept.
        """
        index = self._index(exchange_id)
        summary = summarise(fetched.content, source=fetched.source)
        if streams is not None:
            summarise(streams.content, source=streams.source)
        try:
            with locked(self._root / ".lock"):
                snapshot = SpecSnapshot(
                    exchange_id=exchange_id,
                    source=fetched.source,
                    digest=fetched.digest,
                    path=str(self._keep(fetched.content)),
                    overlays=tuple(str(self._keep(overlay)) for overlay in overlays),
                    format=summary.format,
                    title=summary.title,
                    version=summary.version,
                    operations=summary.operations,
                    fetched_at=fetched_at or datetime.now(UTC),
                    etag=fetched.etag,
                    streams=None if streams is None else str(self._keep(streams.content)),
                    streams_source=None if streams is None else streams.source,
                    streams_etag=None if streams is None else streams.etag,
                    stream_overlays=() if streams is None else tuple(str(self._keep(overlay)) for overlay in stream_overlays),
                )
                known = self.snapshots(exchange_id)
                if known and (same := replace(snapshot, names=known[-1].names)).identity() == known[-1].identity():
                    known, snapshot = known[:-1], same
                write_atomically(index, _SNAPSHOTS.dump_json((*known, snapshot), indent=1))
                return snapshot
        except OSError as error:
            raise CertificationError(f"{self._root}: can't be written: {error.strerror}; free space or choose another folder") from error

    def named(self, snapshot: SpecSnapshot, lock: bytes) -> SpecSnapshot:
        """The snapshot with a lock of public names, which its entry in the list has from now on.

        Raises:
            CertificationError: the folder can't be written.
        """
        try:
            with locked(self._root / ".lock"):
                named = replace(snapshot, names=str(self._keep(lock)))
                known = self.snapshots(snapshot.exchange_id)
                if known and known[-1].identity() == snapshot.identity():
                    content = _SNAPSHOTS.dump_json((*known[:-1], replace(known[-1], names=named.names)), indent=1)
                    write_atomically(self._index(snapshot.exchange_id), content)
                return named
        except OSError as error:
            raise CertificationError(f"{self._root}: can't be written: {error.strerror}; free space or choose another folder") from error

    def _index(self, exchange_id: str) -> Path:
        if not _ID.fullmatch(exchange_id):
            raise CertificationError(f"{exchange_id[:80]!r} is no exchange id; use lower-case letters, digits and hyphens")
        return self._root / f"{exchange_id}.json"

    def _keep(self, content: bytes) -> Path:
        digest = hashlib.sha256(content).hexdigest()
        path = self._root / "objects" / digest[:2] / digest
        if not path.exists():
            write_atomically(path, content)
        return path


def content_of(snapshot: SpecSnapshot) -> bytes:
    """A snapshot's bytes, which are still those that were recorded.

    Raises:
        CertificationError: they can't be read, or were changed.
    """
    return _object(Path(snapshot.path))


def overlays_of(snapshot: SpecSnapshot) -> tuple[bytes, ...]:
    """The bytes of a snapshot's overlays, in order.

    Raises:
        CertificationError: they can't be read, or were changed.
    """
    return tuple(_object(Path(overlay)) for overlay in snapshot.overlays)


def streams_of(snapshot: SpecSnapshot) -> bytes | None:
    """The bytes of a snapshot's AsyncAPI description; ``None`` where there is none.

    Raises:
        CertificationError: they can't be read, or were changed.
    """
    return None if snapshot.streams is None else _object(Path(snapshot.streams))


def stream_overlays_of(snapshot: SpecSnapshot) -> tuple[bytes, ...]:
    """The bytes of the overlays of a snapshot's AsyncAPI description, in order.

    Raises:
        CertificationError: they can't be read, or were changed.
    """
    return tuple(_object(Path(overlay)) for overlay in snapshot.stream_overlays)


def names_of(snapshot: SpecSnapshot) -> bytes | None:
    """The bytes of a snapshot's lock of public names; ``None`` where it has none.

    Raises:
        CertificationError: they can't be read, or were changed.
    """
    return None if snapshot.names is None else _object(Path(snapshot.names))


def _object(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CertificationError(f"{path}: can't be read: {error.strerror}; fetch the description again") from error
    if hashlib.sha256(content).hexdigest() != path.name:
        raise CertificationError(f"{path}: its bytes are not those that were recorded; remove it and fetch the description again")
    return content
