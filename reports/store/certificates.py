"""Certificates: issued once, suspended, reinstated, revoked for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from reports.errors import StoreError
from reports.render.badge import scope_of
from reports.status import State, StatusEntry
from reports.store.records import Certificate, CertificateState
from reports.store.tables import CERTIFICATES

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from reports.issue import Issued
    from reports.report import Report
    from reports.store.database import Database

_COLUMNS = [CERTIFICATES.c[name] for name in Certificate.__dataclass_fields__]


class Certificates:
    """The table of certificates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, report: Report, issued: Issued, *, now: datetime) -> Certificate:
        """Enter a certificate. Entering the same again changes nothing, its state included.

        Raises:
            StoreError: The run has another certificate.
        """
        with self._database.writing() as connection:
            known = _get(connection, issued.run_id)
            if known is None:
                connection.execute(
                    insert(CERTIFICATES).values(
                        run_id=issued.run_id,
                        exchange_id=report.exchange.id,
                        level=report.verdict.level,
                        report_digest=issued.report_digest,
                        envelope_digest=issued.envelope_digest,
                        folder=str(issued.folder),
                        issued_at=report.finished_at,
                        expires_at=report.expires_at,
                        state=CertificateState.VALID,
                        reason="",
                        changed_at=now,
                        scope=scope_of(report),
                    )
                )
                return _existing(connection, issued.run_id)
            if known.envelope_digest != issued.envelope_digest:
                raise StoreError(f"the run {issued.run_id} has another certificate; give a new run a new id")
            return known

    def get(self, run_id: str) -> Certificate | None:
        """A certificate, or ``None``."""
        with self._database.reading() as connection:
            return _get(connection, run_id)

    def latest(self, exchange_id: str) -> Certificate | None:
        """An exchange's newest certificate, whatever its state, or ``None``."""
        found = self.list(exchange_id=exchange_id, limit=1)
        return found[0] if found else None

    def latest_of_each(self) -> tuple[Certificate, ...]:
        """Every exchange's newest certificate, sorted by exchange."""
        ranked = select(
            *_COLUMNS,
            func.row_number()
            .over(partition_by=CERTIFICATES.c.exchange_id, order_by=(CERTIFICATES.c.issued_at.desc(), CERTIFICATES.c.run_id.desc()))
            .label("rank"),
        ).subquery()
        columns = [ranked.c[name] for name in Certificate.__dataclass_fields__]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).where(ranked.c.rank == 1).order_by(ranked.c.exchange_id))
            return tuple(_certificate(row) for row in rows)

    def list(self, *, exchange_id: str | None = None, limit: int = 50, offset: int = 0) -> tuple[Certificate, ...]:
        """Certificates, the newest first."""
        order = (CERTIFICATES.c.issued_at.desc(), CERTIFICATES.c.run_id.desc())
        query = select(*_COLUMNS).order_by(*order).limit(limit).offset(offset)
        if exchange_id is not None:
            query = query.where(CERTIFICATES.c.exchange_id == exchange_id)
        with self._database.reading() as connection:
            return tuple(_certificate(row) for row in connection.execute(query))

    def suspend(self, run_id: str, *, reason: str, now: datetime) -> Certificate:
        """Take a certificate's worth away for now. A revoked one stays revoked.

        Raises:
            StoreError: There is no such certificate, or it is revoked.
        """
        return self._change(run_id, CertificateState.SUSPENDED, reason, now)

    def reinstate(self, run_id: str, *, reason: str, now: datetime) -> Certificate:
        """Lift a suspension.

        Raises:
            StoreError: There is no such certificate, or it is revoked.
        """
        return self._change(run_id, CertificateState.VALID, reason, now)

    def revoke(self, run_id: str, *, reason: str, now: datetime) -> Certificate:
        """Take a certificate's worth away for good. Once is enough: a second time changes nothing.

        Raises:
            StoreError: There is no such certificate.
        """
        return self._change(run_id, CertificateState.REVOKED, reason, now)

    def status_entries(self) -> tuple[StatusEntry, ...]:
        """What the signed status list has to say (see ``reports.status.publish_status``)."""
        bad = CERTIFICATES.c.state.in_((CertificateState.SUSPENDED, CertificateState.REVOKED))
        with self._database.reading() as connection:
            found = [_certificate(row) for row in connection.execute(select(*_COLUMNS).where(bad).order_by(CERTIFICATES.c.run_id))]
        return tuple(
            StatusEntry(
                run_id=entry.run_id,
                envelope=entry.envelope_digest,
                state=State(entry.state.value),
                reason=entry.reason,
                since=entry.changed_at,
            )
            for entry in found
        )

    def _change(self, run_id: str, state: CertificateState, reason: str, now: datetime) -> Certificate:
        with self._database.writing() as connection:
            known = _existing(connection, run_id, lock=True)
            if known.state is state:
                return known
            if known.state is CertificateState.REVOKED:
                raise StoreError(f"the certificate {run_id} is revoked, and that is for good; certify again")
            values: dict[str, Any] = {"state": state, "reason": reason, "changed_at": now}
            connection.execute(update(CERTIFICATES).where(CERTIFICATES.c.run_id == run_id).values(**values))
            return _existing(connection, run_id)


def _get(connection: Connection, run_id: str, *, lock: bool = False) -> Certificate | None:
    query = select(*_COLUMNS).where(CERTIFICATES.c.run_id == run_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _certificate(row) if row is not None else None


def _existing(connection: Connection, run_id: str, *, lock: bool = False) -> Certificate:
    found = _get(connection, run_id, lock=lock)
    if found is None:
        raise StoreError(f"there is no certificate {run_id[:40]}")
    return found


def _certificate(row: Row[Any]) -> Certificate:
    return Certificate(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row by names
