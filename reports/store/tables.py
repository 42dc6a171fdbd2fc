"""The tables, in SQL that SQLite and PostgreSQL both have."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, TypeDecorator

from certification.model import Level, VerdictOutcome
from reports.codec import moment_text
from reports.store.records import CertificateState, RequestState, RunState

if TYPE_CHECKING:
    from sqlalchemy import Dialect

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC as text that sorts by time: SQLite has no type for it, and PostgreSQL's gives another zone back."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To text."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From text."""
        return None if value is None else datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class Word(TypeDecorator[Any]):
    """A member of an enumeration by its value, or a level by its label."""

    impl = String(24)
    cache_ok = True

    def __init__(self, kind: type[StrEnum | Level]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To text."""
        if value is None:
            return None
        return value.label if isinstance(value, Level) else str(value.value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | Level | None:  # noqa: ARG002
        """From text."""
        if value is None:
            return None
        return Level[value.upper()] if self.kind is Level else self.kind(value)


REQUESTS = Table(
    "requests",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("exchange_id", String(64), nullable=False),
    Column("requested_by", String(200), nullable=False),
    Column("spec", Text),
    Column("sandbox", Text),
    Column("level", Word(Level), nullable=False),
    Column("state", Word(RequestState), nullable=False),
    Column("reason", Text, nullable=False),
    Column("run_id", String(32)),
    Column("worker", String(200)),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "state", "number"),
    Index(None, "exchange_id"),
)

IDEMPOTENCY_KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("owner", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("request_id", String(36), ForeignKey("requests.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", String(32), primary_key=True),
    Column("exchange_id", String(64), nullable=False),
    Column("folder", Text, nullable=False),
    Column("state", Word(RunState), nullable=False),
    Column("stage", String(100), nullable=False),
    Column("spec_digest", String(64)),
    Column("outcome", Word(VerdictOutcome)),
    Column("level", Word(Level)),
    Column("reason", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Index(None, "exchange_id", "started_at"),
    Index(None, "state"),
)

CERTIFICATES = Table(
    "certificates",
    METADATA,
    Column("run_id", String(32), primary_key=True),
    Column("exchange_id", String(64), nullable=False),
    Column("level", Word(Level), nullable=False),
    Column("report_digest", String(64), nullable=False),
    Column("envelope_digest", String(64), nullable=False, unique=True),
    Column("folder", Text, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", Word(CertificateState), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("scope", Text),
    Index(None, "exchange_id", "issued_at"),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("until", Moment, nullable=False),
)
