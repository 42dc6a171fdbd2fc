"""Leases: who may use something that only one may use at a time, such as a sandbox. A dead holder's lease ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from reports.store.tables import LEASES

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from reports.store.database import Database


class Leases:
    """The table of leases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, name: str, holder: str, *, now: datetime, lasts: timedelta) -> bool:
        """Take a lease, or keep it longer where the holder has it. ``False`` where somebody else holds it."""
        free = or_(LEASES.c.holder == holder, LEASES.c.until <= now)
        taken = update(LEASES).where(LEASES.c.name == name, free).values(holder=holder, until=now + lasts)
        try:
            with self._database.writing() as connection:
                if connection.execute(taken).rowcount == 1:
                    return True
                if connection.execute(select(LEASES.c.name).where(LEASES.c.name == name)).one_or_none() is not None:
                    return False
                connection.execute(insert(LEASES).values(name=name, holder=holder, until=now + lasts))
        except IntegrityError:
            return False  # two came at once, and the other was first
        return True

    def release(self, name: str, holder: str) -> None:
        """Give a lease back. Somebody else's is left alone."""
        with self._database.writing() as connection:
            connection.execute(delete(LEASES).where((LEASES.c.name == name) & (LEASES.c.holder == holder)))

    def holder(self, name: str, *, now: datetime) -> str | None:
        """Who holds a lease, or ``None``."""
        query = select(LEASES.c.holder).where((LEASES.c.name == name) & (LEASES.c.until > now))
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()
