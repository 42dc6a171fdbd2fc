"""Connections to SQLite or PostgreSQL, and the two kinds of transaction: one that reads, one that writes."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

from reports.errors import StoreError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

_BUSY_MS = 15_000
_WRITES = "certify_writes"
_MIGRATION_LOCK = 0x0C327154
"""Any number that nobody else locks in the same PostgreSQL database."""


class Database:
    """An engine with our settings."""

    def __init__(self, url: str) -> None:
        """``url`` is SQLAlchemy's form: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

        Raises:
            StoreError: It is neither, or the folder of the file can't be made.
        """
        self._url = _accepted(url)
        self._engine = _engine(self._url)

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: on SQLite it waits for nobody."""
        with self._guarded(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: on SQLite it takes the write lock at once, so that it can't fail half way for want of it."""
        with self._guarded(), self._engine.connect() as connection:
            marked = connection.execution_options(**{_WRITES: True})
            with marked.begin():
                yield marked

    def migrate(self) -> None:
        """Bring the tables up to date. Of several processes that start at once, one does it and the others wait.

        Raises:
            StoreError: The tables are newer than this program, or the database does not answer.
        """
        from alembic import command  # noqa: PLC0415 - slow to import, and only needed here
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
        try:
            with self.writing() as connection:
                if self._url.get_backend_name() == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"{self.shown}: the tables can't be brought up to date ({error}); is this an older program?") from error

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise StoreUnavailableError(f"{self.shown}: the database does not answer ({_cause(error)}); try again later") from error
        except IntegrityError:
            raise  # whoever writes knows which rule two writers met at
        except DatabaseError as error:
            raise StoreError(f"{self.shown}: the database can't be used ({_cause(error)})") from error


def _accepted(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("the database's URL is not one; write sqlite:///path or postgresql://user:password@host/name") from error
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"{parsed.get_backend_name()}: databases are SQLite and PostgreSQL; write sqlite:///path or postgresql://…")
    if parsed.database in {None, "", ":memory:"}:
        raise StoreError("sqlite: the database is a file; write sqlite:///path")
    return parsed


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
    except (NoSuchModuleError, ArgumentError) as error:
        raise StoreError(f"{url.drivername}: this kind of database is not supported") from error
    except OSError as error:
        raise StoreError(f"{url.database}: the folder can't be made ({error.strerror})") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {_BUSY_MS}", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")


def _cause(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
