"""The part of the description that a certificate speaks of, so that its badge can tell it when the report is no longer kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of certificates that were entered before, nothing is known."""
    op.add_column("certificates", sa.Column("scope", sa.Text()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("certificates", "scope")
