"""The signed, short-lived list of certificates that are suspended or revoked.

Neither in-toto predicate has an expiry or a revocation, so both stand apart: the expiry in the report, the revocation here. The list is
a DSSE envelope in ``status.dsse.json``; who holds one that is past its time knows only what was revoked before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from certification.files import locked, write_atomically
from reports import canonical, codec
from reports.envelope import parse_envelope, sign, verified_payload
from reports.errors import CanonicalError, DocumentError, MalformedError, MissingError, RevokedError, StoreError
from reports.keys import Role
from reports.render.visible import visible_line

if TYPE_CHECKING:
    from reports.keys import TrustRoot
    from reports.signers import KeyRing

SCHEMA = "https://openxapi.dev/certification/status/v1"
PAYLOAD_TYPE = "application/vnd.openxapi.certification-status+json"
STATUS_NAME = "status.dsse.json"
LIFETIME = timedelta(days=2)
"""How long a list holds: a revocation is known everywhere after that."""


class State(StrEnum):
    """What became of a certificate."""

    SUSPENDED = "suspended"
    """For now: it may be lifted."""
    REVOKED = "revoked"
    """For good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """One certificate that does not hold."""

    run_id: str
    envelope: str
    """SHA-256 (hex) of the certificate's envelope; empty where only the run is known."""
    state: State
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """All certificates that do not hold, at one moment."""

    schema: str
    sequence: int
    """Grows with every list, so that an older one can't pass for the newest."""
    issued_at: datetime
    expires_at: datetime
    entries: tuple[StatusEntry, ...]
    """Sorted by run id."""

    def fresh(self, now: datetime) -> bool:
        """Whether the list still says everything."""
        return self.issued_at - _SKEW <= now < self.expires_at

    def refuse(self, *, run_id: str, envelope: str, name: str) -> None:
        """Stop at a certificate that does not hold.

        Raises:
            RevokedError: It is suspended or revoked.
        """
        for entry in self.entries:
            if entry.run_id == run_id or (entry.envelope and entry.envelope == envelope):
                since = codec.moment_text(entry.since)
                reason = visible_line(entry.reason)
                raise RevokedError(f"{name}: the certificate {run_id} is {entry.state.value} since {since}: {reason}")


_SKEW = timedelta(minutes=10)
"""How far two clocks may differ."""


def read_status(content: bytes, *, trust: TrustRoot, name: str = STATUS_NAME) -> StatusList:
    """The list in a signed envelope, once its signature holds. It may be past its time: see ``fresh``.

    Raises:
        VerificationError: It is malformed, or its signature does not hold.
    """
    envelope = parse_envelope(content, name)
    payload = verified_payload(envelope, payload_type=PAYLOAD_TYPE, trust=trust, role=Role.STATUS, at=None, name=name)
    try:
        found = codec.decode(StatusList, canonical.read(payload, name), name)
    except (CanonicalError, DocumentError) as error:
        raise MalformedError(str(error)) from error
    if found.schema != SCHEMA:
        raise MalformedError(f"{name}: schema: {found.schema[:100]!r} is not {SCHEMA!r}")
    return found


def publish_status(path: Path, entries: tuple[StatusEntry, ...], *, keys: KeyRing, now: datetime) -> StatusList:
    """Sign and write the list of all entries. Where the list on disk says the same and is in its first half, nothing is written.

    Raises:
        VerificationError: The list on disk is not ours.
        OSError: The list can't be written.
    """
    with locked(path.with_name(f".{path.name}.lock")):
        return _publish(path, entries, keys, now)


def revoke(path: Path, *, run_id: str, envelope: str, reason: str, keys: KeyRing, now: datetime) -> StatusList:
    """Enter a certificate as revoked, for good. Once is enough: a second time changes nothing.

    Raises:
        VerificationError: The list on disk is not ours.
        OSError: The list can't be written.
    """
    entry = StatusEntry(run_id=run_id, envelope=envelope, state=State.REVOKED, reason=reason, since=now.replace(microsecond=0))
    return _change(path, entry, keys, now)


def suspend(path: Path, *, run_id: str, envelope: str, reason: str, keys: KeyRing, now: datetime) -> StatusList:
    """Enter a certificate as suspended until ``reinstate``. One that is revoked stays so.

    Raises:
        VerificationError: The list on disk is not ours.
        OSError: The list can't be written.
    """
    entry = StatusEntry(run_id=run_id, envelope=envelope, state=State.SUSPENDED, reason=reason, since=now.replace(microsecond=0))
    return _change(path, entry, keys, now)


def reinstate(path: Path, *, run_id: str, keys: KeyRing, now: datetime) -> StatusList:
    """Lift a suspension.

    Raises:
        StoreError: The certificate is revoked, which is for good.
        VerificationError: The list on disk is not ours.
        OSError: The list can't be written.
    """
    with locked(path.with_name(f".{path.name}.lock")):
        known = _entries(path, keys)
        if any(entry.run_id == run_id and entry.state is State.REVOKED for entry in known):
            raise StoreError(f"{path}: the certificate {run_id} is revoked, and that is for good; certify again")
        return _publish(path, tuple(entry for entry in known if entry.run_id != run_id), keys, now)


def _change(path: Path, entry: StatusEntry, keys: KeyRing, now: datetime) -> StatusList:
    with locked(path.with_name(f".{path.name}.lock")):
        known = _entries(path, keys)
        same = [old for old in known if old.run_id == entry.run_id]
        if same and (same[0].state is State.REVOKED or same[0].state is entry.state):
            return _publish(path, known, keys, now)
        return _publish(path, (*(old for old in known if old.run_id != entry.run_id), entry), keys, now)


def _publish(path: Path, entries: tuple[StatusEntry, ...], keys: KeyRing, now: datetime) -> StatusList:
    ordered = tuple(sorted(entries, key=lambda entry: entry.run_id))
    old = read_status(path.read_bytes(), trust=keys.trust, name=path.name) if path.exists() else None
    if old is not None and old.entries == ordered and now < old.issued_at + LIFETIME / 2:
        return old
    issued_at = now.replace(microsecond=0)
    new = StatusList(
        schema=SCHEMA,
        sequence=old.sequence + 1 if old is not None else 1,
        issued_at=issued_at,
        expires_at=issued_at + LIFETIME,
        entries=ordered,
    )
    envelope = sign(canonical.write(codec.encode(new)), PAYLOAD_TYPE, (keys.signer,))
    write_atomically(path, envelope.to_bytes())
    return new


def _entries(path: Path, keys: KeyRing) -> tuple[StatusEntry, ...]:
    try:
        return read_status(path.read_bytes(), trust=keys.trust, name=path.name).entries
    except FileNotFoundError:
        return ()


def load_status(path: Path, *, trust: TrustRoot) -> StatusList:
    """The list in a file.

    Raises:
        MissingError: There is none.
        VerificationError: It is malformed, or its signature does not hold.
    """
    try:
        return read_status(path.read_bytes(), trust=trust, name=str(path))
    except OSError as error:
        raise MissingError(f"{path}: the status list can't be read ({error.strerror})") from error
