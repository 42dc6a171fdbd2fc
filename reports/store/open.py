"""The store: one object that holds the database and what can be asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from reports.store.certificates import Certificates
from reports.store.database import Database
from reports.store.leases import Leases
from reports.store.requests import Requests
from reports.store.runs import Runs
from reports.store.tally import Tally, tally

if TYPE_CHECKING:
    from datetime import datetime
    from types import TracebackType


class Store:
    """Requests, runs, certificates and leases in one database. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.requests = Requests(database)
        self.runs = Runs(database)
        self.certificates = Certificates(database)
        self.leases = Leases(database)

    def tally(self, *, now: datetime) -> Tally:
        """Our tables in numbers."""
        return tally(self._database, now=now)

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_store(url: str) -> Store:
    """The store at a URL (``sqlite:///path`` or ``postgresql://…``), with its tables up to date.

    Raises:
        StoreError: The URL is no database of ours, or its tables are newer than this program.
        StoreUnavailableError: The database does not answer.
    """
    database = Database(url)
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    return Store(database)
