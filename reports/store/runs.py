"""Runs: started, moved from stage to stage, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from reports.errors import StoreError
from reports.store.records import Run, RunState
from reports.store.tables import RUNS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from certification.model import Level, VerdictOutcome
    from reports.store.database import Database

_COLUMNS = [RUNS.c[name] for name in Run.__dataclass_fields__]


class Runs:
    """The table of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, run_id: str, *, exchange_id: str, folder: str, now: datetime) -> Run:
        """Enter a run. One that died and starts again keeps its first start."""
        with self._database.writing() as connection:
            known = _get(connection, run_id)
            if known is not None:
                return _update(connection, run_id, {"state": RunState.RUNNING, "reason": "", "updated_at": now, "finished_at": None})
            connection.execute(
                insert(RUNS).values(
                    run_id=run_id,
                    exchange_id=exchange_id,
                    folder=folder,
                    state=RunState.RUNNING,
                    stage="",
                    reason="",
                    started_at=now,
                    updated_at=now,
                )
            )
            return _existing(connection, run_id)

    def heartbeat(self, run_id: str, *, now: datetime) -> None:
        """Say that a run goes on. One that was marked dead meanwhile, or is unknown, is left as it is."""
        mine = (RUNS.c.run_id == run_id) & (RUNS.c.state == RunState.RUNNING)
        with self._database.writing() as connection:
            connection.execute(update(RUNS).where(mine).values(updated_at=now))

    def stage(self, run_id: str, stage: str, *, now: datetime, spec_digest: str | None = None) -> Run:
        """Say what a run does now.

        Raises:
            StoreError: There is no such run.
        """
        values: dict[str, Any] = {"stage": stage, "updated_at": now}
        return self._change(run_id, values if spec_digest is None else values | {"spec_digest": spec_digest})

    def finish(self, run_id: str, *, outcome: VerdictOutcome, level: Level, now: datetime) -> Run:
        """Say how a run ended.

        Raises:
            StoreError: There is no such run.
        """
        values = {"state": RunState.FINISHED, "outcome": outcome, "level": level, "updated_at": now, "finished_at": now}
        return self._change(run_id, values)

    def fail(self, run_id: str, *, reason: str, now: datetime) -> Run:
        """Say that we could not do our work.

        Raises:
            StoreError: There is no such run.
        """
        return self._change(run_id, {"state": RunState.FAILED, "reason": reason, "updated_at": now, "finished_at": now})

    def get(self, run_id: str) -> Run | None:
        """A run, or ``None``."""
        with self._database.reading() as connection:
            return _get(connection, run_id)

    def list(self, *, exchange_id: str | None = None, state: RunState | None = None, limit: int = 50, offset: int = 0) -> tuple[Run, ...]:
        """Runs, the newest first."""
        query = select(*_COLUMNS).order_by(RUNS.c.started_at.desc(), RUNS.c.run_id.desc()).limit(limit).offset(offset)
        if exchange_id is not None:
            query = query.where(RUNS.c.exchange_id == exchange_id)
        if state is not None:
            query = query.where(RUNS.c.state == state)
        with self._database.reading() as connection:
            return tuple(_run(row) for row in connection.execute(query))

    def silent_since(self, moment: datetime) -> tuple[Run, ...]:
        """Runs that say they run but were last heard of before a moment: for a reconciler."""
        silent = (RUNS.c.state == RunState.RUNNING) & (RUNS.c.updated_at < moment)
        with self._database.reading() as connection:
            return tuple(_run(row) for row in connection.execute(select(*_COLUMNS).where(silent).order_by(RUNS.c.run_id)))

    def _change(self, run_id: str, values: dict[str, Any]) -> Run:
        with self._database.writing() as connection:
            return _update(connection, run_id, values)


def _get(connection: Connection, run_id: str) -> Run | None:
    row = connection.execute(select(*_COLUMNS).where(RUNS.c.run_id == run_id)).one_or_none()
    return _run(row) if row is not None else None


def _existing(connection: Connection, run_id: str) -> Run:
    found = _get(connection, run_id)
    if found is None:
        raise StoreError(f"there is no run {run_id[:40]}")
    return found


def _update(connection: Connection, run_id: str, values: dict[str, Any]) -> Run:
    connection.execute(update(RUNS).where(RUNS.c.run_id == run_id).values(**values))
    return _existing(connection, run_id)


def _run(row: Row[Any]) -> Run:
    return Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row by names
