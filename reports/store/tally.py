"""How many there are of what, for whoever watches the service from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, literal, select

from reports.store.records import CertificateState, RequestState, RunState
from reports.store.tables import CERTIFICATES, REQUESTS, RUNS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from reports.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Our tables in numbers. Every state is there, also where it has none."""

    requests: tuple[tuple[RequestState, int], ...]
    runs: tuple[tuple[RunState, int], ...]
    certificates: tuple[tuple[CertificateState, int], ...]
    """As they stand at the moment of asking: what is past its time is expired, not valid."""
    waiting_since: datetime | None
    """When the oldest request came that nobody works on; ``None`` where none waits."""


def tally(database: Database, *, now: datetime) -> Tally:
    """Count, in one transaction that only reads."""
    with database.reading() as connection:
        oldest = select(func.min(REQUESTS.c.created_at)).where(REQUESTS.c.state.in_((RequestState.RECEIVED, RequestState.QUEUED)))
        return Tally(
            requests=_by_state(connection, REQUESTS, RequestState),
            runs=_by_state(connection, RUNS, RunState),
            certificates=_certificates(connection, now),
            waiting_since=connection.execute(oldest).scalar_one_or_none(),
        )


def _by_state(connection: Connection, table: Table, states: Any) -> tuple[tuple[Any, int], ...]:
    found = dict(connection.execute(select(table.c.state, func.count()).group_by(table.c.state)).tuples().all())
    return tuple((state, found.get(state, 0)) for state in states)


def _certificates(connection: Connection, now: datetime) -> tuple[tuple[CertificateState, int], ...]:
    over = (CERTIFICATES.c.state == CertificateState.VALID) & (CERTIFICATES.c.expires_at <= now)
    expired = case((over, literal(1)), else_=literal(0))
    rows = connection.execute(select(CERTIFICATES.c.state, expired, func.count()).group_by(CERTIFICATES.c.state, expired)).tuples().all()
    found = {CertificateState.EXPIRED if gone else state: count for state, gone, count in rows}
    return tuple((state, found.get(state, 0)) for state in CertificateState)
