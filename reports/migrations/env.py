"""Runs the steps on the connection and in the transaction that ``reports.store.database`` brings."""

from __future__ import annotations

from alembic import context

from reports.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
