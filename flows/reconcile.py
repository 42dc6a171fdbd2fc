"""What our tables say is going on, held against what gives signs of life: a run whose process is gone is no run."""

from __future__ import annotations

from datetime import datetime, timedelta

from reports.store import Run, Store

SILENT = timedelta(minutes=5)
"""After so long without a sign of life a run is dead; living ones give one every half minute (``flows.beat``)."""


def reconcile(store: Store, *, now: datetime) -> tuple[Run, ...]:
    """Mark every run dead that was silent for too long; gives those. One that is taken up again says so by itself."""
    return tuple(store.runs.fail(run.run_id, reason=_reason(run), now=now) for run in store.runs.silent_since(now - SILENT))


def _reason(run: Run) -> str:
    return f"its process is gone: nothing was heard of it since {run.updated_at:%Y-%m-%d %H:%M} UTC"
