"""Certification requests: received, queued, run, and answered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from reports.errors import StoreError
from reports.store.records import TRANSITIONS, IdempotencyKey, NewRequest, Request, RequestState
from reports.store.tables import IDEMPOTENCY_KEYS, REQUESTS

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Row

    from reports.store.database import Database

_COLUMNS = [REQUESTS.c[name] for name in Request.__dataclass_fields__]
_WAITING = (RequestState.RECEIVED, RequestState.QUEUED)


class Requests:
    """The table of requests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, new: NewRequest, *, now: datetime, idempotency: IdempotencyKey | None = None) -> Request:
        """Enter a request as received. With an idempotency key, sending it again gives the first one.

        Raises:
            StoreError: The key was used for something else.
        """
        try:
            with self._database.writing() as connection:
                known = _known(connection, idempotency)
                return known if known is not None else _enter(connection, new, now, idempotency)
        except IntegrityError:
            # another process used the key between our look and our entry; now it is there
            with self._database.reading() as connection:
                known = _known(connection, idempotency)
            if known is None:
                raise
            return known

    def get(self, request_id: str) -> Request | None:
        """A request, or ``None``."""
        with self._database.reading() as connection:
            return _get(connection, request_id)

    def list(
        self, *, exchange_id: str | None = None, state: RequestState | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[Request, ...]:
        """Requests, the newest first."""
        query = select(*_COLUMNS).order_by(REQUESTS.c.number.desc()).limit(limit).offset(offset)
        if exchange_id is not None:
            query = query.where(REQUESTS.c.exchange_id == exchange_id)
        if state is not None:
            query = query.where(REQUESTS.c.state == state)
        with self._database.reading() as connection:
            return tuple(_request(row) for row in connection.execute(query))

    def transition(self, request_id: str, state: RequestState, *, now: datetime, reason: str = "", run_id: str | None = None) -> Request:
        """Move a request on. Moving it to where it is changes nothing, so that a repeated step does no harm.

        Raises:
            StoreError: There is no such request, or that state can't follow its own.
        """
        with self._database.writing() as connection:
            found = _get(connection, request_id, lock=True)
            if found is None:
                raise StoreError(f"there is no request {request_id[:40]}")
            if found.state is state and run_id in {None, found.run_id}:
                return found
            if found.state is not state and state not in TRANSITIONS.get(found.state, ()):
                raise StoreError(f"the request {request_id} is {found.state.value}; it can't become {state.value}")
            values: dict[str, Any] = {"state": state, "reason": reason, "updated_at": now, "run_id": run_id or found.run_id}
            if state is not RequestState.RUNNING:
                values |= {"worker": None, "leased_until": None}
            return _update(connection, request_id, values)

    def claim(self, worker: str, *, now: datetime, lasts: timedelta) -> Request | None:
        """Take the oldest waiting request and run it, or ``None``. No two workers get the same one.

        The worker keeps it by ``heartbeat``; without one, ``reclaim`` gives it back.
        """
        oldest = (
            select(REQUESTS.c.id)
            .where(REQUESTS.c.state.in_(_WAITING))
            .order_by(REQUESTS.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            request_id = connection.execute(oldest).scalar_one_or_none()
            if request_id is None:
                return None
            return _update(
                connection,
                request_id,
                {"state": RequestState.RUNNING, "worker": worker, "leased_until": now + lasts, "updated_at": now},
            )

    def heartbeat(self, request_id: str, worker: str, *, now: datetime, lasts: timedelta) -> bool:
        """Keep a claimed request. ``False`` where it was given to somebody else: stop working on it."""
        mine = (REQUESTS.c.id == request_id) & (REQUESTS.c.worker == worker) & (REQUESTS.c.state == RequestState.RUNNING)
        with self._database.writing() as connection:
            return connection.execute(update(REQUESTS).where(mine).values(leased_until=now + lasts)).rowcount == 1

    def reclaim(self, *, now: datetime) -> tuple[Request, ...]:
        """Queue again what runs without a sign of life: its worker died."""
        dead = (REQUESTS.c.state == RequestState.RUNNING) & (REQUESTS.c.leased_until <= now)
        with self._database.writing() as connection:
            ids = connection.execute(select(REQUESTS.c.id).where(dead).order_by(REQUESTS.c.number).with_for_update()).scalars().all()
            values: dict[str, Any] = {"state": RequestState.QUEUED, "worker": None, "leased_until": None, "updated_at": now}
            return tuple(_update(connection, request_id, values) for request_id in ids)


def _known(connection: Connection, idempotency: IdempotencyKey | None) -> Request | None:
    if idempotency is None:
        return None
    keys = IDEMPOTENCY_KEYS.c
    row = connection.execute(
        select(keys.digest, keys.request_id).where((keys.owner == idempotency.owner) & (keys.key == idempotency.key))
    ).one_or_none()
    if row is None:
        return None
    if row.digest != idempotency.digest:
        raise StoreError("the idempotency key was used for another request; send a new key")
    return _get(connection, row.request_id)


def _enter(connection: Connection, new: NewRequest, now: datetime, idempotency: IdempotencyKey | None) -> Request:
    request_id = str(uuid.uuid4())
    connection.execute(
        insert(REQUESTS).values(
            id=request_id,
            exchange_id=new.exchange_id,
            requested_by=new.requested_by,
            spec=new.spec,
            sandbox=new.sandbox,
            level=new.level,
            state=RequestState.RECEIVED,
            reason="",
            created_at=now,
            updated_at=now,
        )
    )
    if idempotency is not None:
        connection.execute(
            insert(IDEMPOTENCY_KEYS).values(
                owner=idempotency.owner, key=idempotency.key, digest=idempotency.digest, request_id=request_id, created_at=now
            )
        )
    return _request(connection.execute(select(*_COLUMNS).where(REQUESTS.c.id == request_id)).one())


def _get(connection: Connection, request_id: str, *, lock: bool = False) -> Request | None:
    query = select(*_COLUMNS).where(REQUESTS.c.id == request_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _request(row) if row is not None else None


def _update(connection: Connection, request_id: str, values: dict[str, Any]) -> Request:
    connection.execute(update(REQUESTS).where(REQUESTS.c.id == request_id).values(**values))
    return _request(connection.execute(select(*_COLUMNS).where(REQUESTS.c.id == request_id)).one())


def _request(row: Row[Any]) -> Request:
    return Request(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row by names
