"""Requests with their idempotency keys, runs, certificates and leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "requests",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("exchange_id", sa.String(64), nullable=False),
        sa.Column("requested_by", sa.String(200), nullable=False),
        sa.Column("spec", sa.Text()),
        sa.Column("sandbox", sa.Text()),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(32)),
        sa.Column("worker", sa.String(200)),
        sa.Column("leased_until", sa.String(20)),
        sa.Column("created_at", sa.String(20), nullable=False),
        sa.Column("updated_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_requests"),
        sa.UniqueConstraint("id", name="uq_requests_id"),
    )
    op.create_index("ix_requests_state_number", "requests", ["state", "number"])
    op.create_index("ix_requests_exchange_id", "requests", ["exchange_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_idempotency_keys_request_id"),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("exchange_id", sa.String(64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("stage", sa.String(100), nullable=False),
        sa.Column("spec_digest", sa.String(64)),
        sa.Column("outcome", sa.String(24)),
        sa.Column("level", sa.String(24)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(20), nullable=False),
        sa.Column("updated_at", sa.String(20), nullable=False),
        sa.Column("finished_at", sa.String(20)),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
    )
    op.create_index("ix_runs_exchange_id_started_at", "runs", ["exchange_id", "started_at"])
    op.create_index("ix_runs_state", "runs", ["state"])
    _create_certificates_and_leases()


def _create_certificates_and_leases() -> None:
    op.create_table(
        "certificates",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("exchange_id", sa.String(64), nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("report_digest", sa.String(64), nullable=False),
        sa.Column("envelope_digest", sa.String(64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.String(20), nullable=False),
        sa.Column("expires_at", sa.String(20), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_certificates"),
        sa.UniqueConstraint("envelope_digest", name="uq_certificates_envelope_digest"),
    )
    op.create_index("ix_certificates_exchange_id_issued_at", "certificates", ["exchange_id", "issued_at"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("until", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("leases", "certificates", "runs", "idempotency_keys", "requests"):
        op.drop_table(table)
